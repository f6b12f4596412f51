// The gift code of a payment that is made: shown when the recipient presses the button, asked of
// the provider anew each time, kept by nobody.
import { html } from 'ghtml';
import { reveal } from '../../remittances/reveal.ts';
import type { Api } from '../resource.ts';
import { paymentFacts } from './entry-routes.ts';
import { facts, type Page, remark } from './layout.ts';
import {
  type Answer,
  hasTriesLeft,
  linkRoute,
  type RecipientDeps,
  show,
  type Visit,
} from './visit.ts';

/** Each showing is an event of the remittance: ten at once, then one in twelve seconds. */
const TRIES_A_SHOWING = 6;

export function registerReveal(scope: Api, deps: RecipientDeps): void {
  linkRoute(scope, deps, {
    method: 'POST',
    path: '/gift-code',
    needs: 'answered',
    handle: (visit) => showCode(deps, visit),
  });
}

async function showCode(deps: RecipientDeps, visit: Visit): Promise<Answer> {
  const { link, remittance, shop } = visit;
  const mayAsk = hasTriesLeft(deps, `reveal:${link.linkId}`, TRIES_A_SHOWING);
  const shown = mayAsk
    ? await reveal(deps.remittances, { shop, link, remittance })
    : ({ kind: 'unknown', detail: 'asked too often' } as const);
  if (shown.kind === 'unknown') return show(visit, notNowPage(visit), 503);
  return show(visit, codePage(visit, shown.code));
}

function codePage(visit: Visit, code: string): Page {
  const { frame, base } = visit;
  const { say } = frame;
  const title = say('ギフトコード', 'Your gift code');
  const secret = say(
    'このコードは現金と同じです。ほかの人に見せないでください。',
    'This code is as good as cash. Show it to nobody.',
  );
  const how = say(
    'Amazonの「ギフト券を登録」の画面でこのコードを入力すると、残高に加わります。',
    'Enter the code at Amazon where gift cards are redeemed, and it is added to your balance.',
  );
  const body = html`<h1>${title}</h1>
<dl class="numbers"><div><dt>${title}</dt><dd class="digits">${code}</dd></div></dl>
!${remark('alert', secret)}<p>${how}</p>!${facts(paymentFacts(visit))}
<p><a class="quiet" href="${base}/status">${say('戻る', 'Back')}</a></p>`;
  return { title, body };
}

function notNowPage({ frame: { say }, base, formToken }: Visit): Page {
  const title = say('いまはコードを表示できません', 'The code cannot be shown just now');
  const text = say(
    'お支払いは済んでいます。少し待ってから、もう一度表示してください。',
    'The payment has been made. Please wait a little and try again.',
  );
  const body = html`<h1>${title}</h1>!${remark('waiting', text)}!${revealForm(
    base,
    formToken,
    say('もう一度表示する', 'Try again'),
  )}
<p><a class="quiet" href="${base}/status">${say('戻る', 'Back')}</a></p>`;
  return { title, body };
}

/** The button behind which the code is. */
export function revealForm(base: string, formToken: string, label: string): string {
  return html`<form method="post" action="${base}/gift-code">
<input type="hidden" name="form_token" value="${formToken}">
<button type="submit">${label}</button></form>`;
}
