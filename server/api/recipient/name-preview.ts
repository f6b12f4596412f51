// The name on the account while it is typed, as the bank will see it: a piece of the page, asked
// for by the script. Nothing is kept.
import { html } from 'ghtml';
import { normalizeName } from '../../../zengin/name.ts';
import type { Api } from '../resource.ts';
import { type AccountForm, readForm } from './draft.ts';
import { remark, type Say } from './layout.ts';
import { isSwapped } from './name-order.ts';
import { linkRoute, type RecipientDeps } from './visit.ts';

export function registerNamePreview(scope: Api, deps: RecipientDeps): void {
  linkRoute(scope, deps, {
    method: 'POST',
    path: '/name-preview',
    needs: 'open',
    handle: async ({ form, frame }) => {
      return { kind: 'part', html: previewOf(frame.say, readForm(form)) };
    },
  });
}

/** Nothing while it is no name yet: what is wrong is told when it is sent. */
export function previewOf(say: Say, form: AccountForm): string {
  const typed = holderOf(form);
  if (typed === '') return '';
  const { fullWidth, problems } = normalizeName(typed, { cut: true });
  if (problems.length > 0) return '';
  const swapped = swapRemark(say, form);
  return holderBox(say, fullWidth) + (swapped === null ? '' : remark('alert', swapped));
}

/** Both halves stand in one field at the bank. */
export function holderOf(form: AccountForm): string {
  if (form.as === 'company') return form.holder;
  return form.sei === '' || form.mei === '' ? '' : `${form.sei}　${form.mei}`;
}

export function holderBox(say: Say, name: string): string {
  const label = say('口座の名義（銀行にはこのように届きます）', 'Name (as the bank will see it)');
  return html`<div class="holder"><p>${label}</p><p class="name" lang="ja">${name}</p></div>`;
}

/** Null where nothing is odd. */
export function swapRemark(say: Say, form: AccountForm): string | null {
  if (form.as === 'company') return null;
  const kana = (text: string) => normalizeName(text, { cut: true }).fullWidth;
  if (form.sei === '' || form.mei === '' || !isSwapped(kana(form.sei), kana(form.mei))) return null;
  return say(
    'セイ（名字）とメイ（名前）が逆ではありませんか。通帳のとおりか、お確かめください。',
    'Family and given name may be the wrong way round. Please compare with your passbook.',
  );
}
