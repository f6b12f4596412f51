// What a rail's own method asks of the recipient: its fields, made of what the rail says of itself,
// checked by the rail, and asked of the provider before the choice is confirmed.
import { html } from 'ghtml';
import type { Sentence } from '../../base/refusal.ts';
import type { EntryField } from '../../rails/receiving.ts';
import type { Api } from '../resource.ts';
import { draftCookie } from './draft.ts';
import { paymentFacts } from './entry-routes.ts';
import { errorSummary, type Fault, facts, type Page, remark, textField } from './layout.ts';
import {
  type Answer,
  go,
  hasTriesLeft,
  linkRoute,
  type RecipientDeps,
  show,
  type Visit,
} from './visit.ts';
import { afterChoice, type RailMethod, railMethodOf } from './way.ts';

const MAX_TYPED = 100;
const CHECK_PATIENCE_MS = 5_000;
/** Ten at once, then one in twelve seconds: enough to mistype, too few to search. */
const CHECK_WEIGHT = 6;

export function registerRailEntry(scope: Api, deps: RecipientDeps): void {
  linkRoute(scope, deps, {
    method: 'GET',
    path: '/enter',
    needs: 'open',
    handle: async (visit) => {
      const found = await railMethodOf(deps, visit, visit.query.get('method'));
      if (found === undefined) return go(`${visit.base}/methods?refused=1`);
      const { receiving, terms } = found;
      const isAsked = receiving.entry(terms.railAccount).fields.length > 0;
      return isAsked
        ? show(visit, entryPage(visit, found, {}, []))
        : go(afterChoice(visit.base, found));
    },
  });
  linkRoute(scope, deps, {
    method: 'POST',
    path: '/enter',
    needs: 'open',
    handle: (visit) => enter(deps, visit),
  });
}

async function enter(deps: RecipientDeps, visit: Visit): Promise<Answer> {
  const found = await railMethodOf(deps, visit, visit.form.get('method'));
  if (found === undefined) return go(`${visit.base}/methods?refused=1`);
  const { method, receiving, terms } = found;
  const { fields } = receiving.entry(terms.railAccount);
  const typed = Object.fromEntries(
    fields.map(({ name }) => [name, (visit.form.get(name) ?? '').slice(0, MAX_TYPED)]),
  );
  const again = (text: Sentence) => {
    const fault = { field: fields[0]?.name ?? '', text: text[visit.locale] };
    return show(visit, entryPage(visit, found, typed, [fault]));
  };
  const destination = receiving.read(terms.railAccount, typed);
  if (destination === undefined) return again(notOfTheForm(fields[0]));
  if (receiving.check !== undefined) {
    // Each check asks the provider about somebody: no more of them than one person needs.
    if (!hasTriesLeft(deps, `entry:${visit.link.linkId}`, CHECK_WEIGHT)) return again(TOO_OFTEN);
    const signal = AbortSignal.timeout(CHECK_PATIENCE_MS);
    const { amountYen } = visit.remittance;
    const checked = await receiving.check(terms.railAccount, destination, amountYen, signal);
    if (checked.kind === 'refused') return again(checked.why);
  }
  const cookie = draftCookie(deps, visit, { method, destination });
  return go(`${visit.base}/confirm`, [cookie]);
}

const TOO_OFTEN: Sentence = {
  ja: '続けて何度も入力されました。少し待ってから、もう一度入力してください。',
  en: 'That was tried many times. Please wait a little and try again.',
};

function notOfTheForm(field: EntryField | undefined): Sentence {
  if (field === undefined || field.digits === null) {
    return { ja: '入力を確かめてください。', en: 'Please check what you entered.' };
  }
  const { label, digits } = field;
  return {
    ja: `${label.ja}は${digits}桁の数字で入力してください。`,
    en: `Enter the ${digits} digits of the ${label.en.toLowerCase()}.`,
  };
}

function entryPage(
  visit: Visit,
  { method, receiving, terms }: RailMethod,
  typed: Readonly<Record<string, string>>,
  faults: readonly Fault[],
): Page {
  const { frame, base, formToken, locale } = visit;
  const { say } = frame;
  const { fields, signsIn } = receiving.entry(terms.railAccount);
  const { note } = receiving.words(terms.railAccount, visit.remittance.amountYen);
  const title = receiving.name[locale];
  const inputs = fields.map(({ name, label, hint, digits }) =>
    textField({
      ...{ name, label: label[locale], hint: hint[locale], value: typed[name] ?? '', faults },
      ...{ isNumber: digits !== null, maxLength: MAX_TYPED },
    }),
  );
  const { signIn } = receiving;
  const elsewhere =
    signsIn && signIn !== undefined
      ? html`<p><a class="button second" href="${base}/sign-in?method=${method}">
${signIn.button[locale]}</a></p>`
      : '';
  const body = html`!${errorSummary(say, faults)}<h1>${title}</h1>
!${facts(paymentFacts(visit))}!${note === null ? '' : remark('info', note[locale])}
<form method="post" action="${base}/enter" novalidate>
<input type="hidden" name="form_token" value="${formToken}">
<input type="hidden" name="method" value="${method}">
!${inputs.join('')}
<button type="submit">${say('確認へ進む', 'Continue')}</button></form>!${elsewhere}
<p><a class="quiet" href="${base}/methods">${say('戻る', 'Back')}</a></p>`;
  return { title, body, isFaulty: faults.length > 0 };
}
