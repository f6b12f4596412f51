// The choice of how to receive: for each way what is needed and when the money is there; one that
// cannot be used says why.
import { html } from 'ghtml';
import { feeFor } from '../../billing/fee.ts';
import type { Method } from '../../remittances/method.ts';
import { datesFor } from '../../remittances/replan.ts';
import { earliestPlan } from '../../remittances/schedule.ts';
import { stopOf } from '../../remittances/stops.ts';
import { methodTerms, type Terms } from '../../remittances/terms.ts';
import type { Api } from '../resource.ts';
import { type Draft, draftCookie } from './draft.ts';
import { errorSummary, type Fault, type Page, remark, type Say, textField } from './layout.ts';
import { amountInWords, arrivalInWords, methodInWords } from './phrases.ts';
import { type Answer, go, linkRoute, type RecipientDeps, show, type Visit } from './visit.ts';

interface Offer {
  readonly method: Method;
  /** Why it cannot be chosen; null where it can. */
  readonly obstacle: string | null;
  readonly needs: string;
  readonly when: string;
  readonly isDelayed: boolean;
}

export function registerMethods(scope: Api, deps: RecipientDeps): void {
  linkRoute(scope, deps, {
    method: 'GET',
    path: '/methods',
    needs: 'open',
    handle: async (visit) => show(visit, methodsPage(visit, await offersOf(deps, visit))),
  });
  linkRoute(scope, deps, {
    method: 'POST',
    path: '/methods',
    needs: 'open',
    handle: (visit) => choose(deps, visit),
  });
  linkRoute(scope, deps, {
    method: 'GET',
    path: '/au-pay',
    needs: 'open',
    handle: async (visit) => show(visit, auPayPage(visit, '', [])),
  });
  linkRoute(scope, deps, {
    method: 'POST',
    path: '/au-pay',
    needs: 'open',
    handle: (visit) => enterMember(deps, visit),
  });
}

async function offersOf(deps: RecipientDeps, visit: Visit): Promise<Offer[]> {
  const offers: Offer[] = [];
  for (const method of visit.link.methods) offers.push(await offerOf(deps, visit, method));
  return offers;
}

async function offerOf(deps: RecipientDeps, visit: Visit, method: Method): Promise<Offer> {
  const { remittances } = deps;
  const { frame, shop, remittance } = visit;
  const { say, locale } = frame;
  const terms = await methodTerms(remittances, shop, method);
  const obstacle = obstacleOf(visit, method, terms);
  if (terms === undefined || obstacle !== null) {
    return { method, obstacle, needs: '', when: '', isDelayed: false };
  }
  const stop = await stopOf(remittances.deeds.db, shop.shopId, terms.rail.name);
  const dates = datesFor(terms, remittance, earliestPlan(terms.timing, visit.now));
  const when =
    method === 'bank_transfer' ? arrivalInWords(locale, dates) : instantWords(say, method);
  return { method, obstacle, needs: needsOf(say, method), when, isDelayed: stop !== undefined };
}

function instantWords(say: Say, method: Method): string {
  return method === 'atm_cash'
    ? say(
        '手続きのあと、ATMで使う番号がこの画面に出ます',
        'The numbers for the ATM appear here at once',
      )
    : say('手続きのあと、すぐに届きます', 'At once after you confirm');
}

function needsOf(say: Say, method: Method): string {
  if (method === 'bank_transfer') {
    return say(
      '銀行・支店・口座番号・口座の名義（カナ）',
      'Bank, branch, account number, name in kana',
    );
  }
  if (method === 'au_pay') return say('au PAY の会員番号', 'Your au PAY member number');
  return say('口座はいりません', 'No account is needed');
}

/** Why this way is closed for this payment; null = it is open. */
export function obstacleOf(visit: Visit, method: Method, terms: Terms | undefined): string | null {
  const { frame, remittance } = visit;
  const { say, locale } = frame;
  const { amountYen } = remittance;
  // Signing in at Amazon is not part of these pages.
  const isOffered = terms !== undefined && method !== 'amazon_gift';
  const table = terms?.feeTables.find(({ version }) => version === remittance.feeVersion);
  const fee = table && feeFor(table, { method, sameBank: false, amountYen });
  if (!isOffered || fee === undefined) {
    return say('いまは、この受け取り方を利用できません。', 'This way is not available at present.');
  }
  const [max, min] = [terms.maxYen, terms.minYen].map((each) => amountInWords(locale, each));
  if (amountYen > terms.maxYen) {
    return say(`1回${max}までの受け取り方です。`, `This way takes at most ${max}.`);
  }
  if (amountYen < terms.minYen) {
    return say(`1回${min}からの受け取り方です。`, `This way takes ${min} or more.`);
  }
  return null;
}

function methodsPage(visit: Visit, offers: readonly Offer[]): Page {
  const { frame, base, formToken, query } = visit;
  const { say } = frame;
  const title = say('受け取り方を選ぶ', 'Choose how to receive it');
  const refused = say(
    '選んだ受け取り方は、いま利用できませんでした。ほかの受け取り方をお選びください。何も送られていません。',
    'The way you chose could not be used just now. Please choose another. Nothing was sent.',
  );
  const none = say(
    'いま利用できる受け取り方がありません。お支払い元にお問い合わせください。',
    'No way is open at present. Please ask the sender.',
  );
  const isNone = offers.every(({ obstacle }) => obstacle !== null);
  const body = html`<h1>${title}</h1>
!${query.get('refused') === '1' ? remark('alert', refused) : ''}
!${isNone ? remark('alert', none) : ''}
<form method="post" action="${base}/methods">
<input type="hidden" name="form_token" value="${formToken}">
<ul class="offers">!${offers.map((offer) => offerItem(say, offer)).join('')}</ul></form>
<p><a class="quiet" href="${base}">${say('戻る', 'Back')}</a></p>`;
  return { title, body };
}

function offerItem(say: Say, offer: Offer): string {
  const { method, obstacle } = offer;
  const name = methodInWords(say, method);
  if (obstacle !== null) {
    return html`<li class="closed"><h2>${name}</h2>!${remark('info', obstacle)}</li>`;
  }
  const late = say(
    'いま送金を一時止めているため、予定より遅れることがあります。',
    'Sending is paused for now, so it may arrive later than this.',
  );
  return html`<li><h2>${name}</h2><dl class="facts">
<div><dt>${say('いつ', 'When')}</dt><dd>${offer.when}</dd></div>
<div><dt>${say('必要なもの', 'Needed')}</dt><dd>${offer.needs}</dd></div></dl>
!${offer.isDelayed ? remark('waiting', late) : ''}
<button type="submit" name="method" value="${method}"
aria-label="${say(`${name}：これを選ぶ`, `Choose this: ${name}`)}">
${say('これを選ぶ', 'Choose this')}</button></li>`;
}

async function choose(deps: RecipientDeps, visit: Visit): Promise<Answer> {
  const { base, form, link } = visit;
  const method = link.methods.find((each) => each === form.get('method'));
  if (method === undefined) return go(`${base}/methods`);
  const terms = await methodTerms(deps.remittances, visit.shop, method);
  if (obstacleOf(visit, method, terms) !== null) return go(`${base}/methods?refused=1`);
  if (method === 'bank_transfer') return go(`${base}/bank`);
  if (method === 'au_pay') return go(`${base}/au-pay`);
  const draft: Draft = { method: 'atm_cash' };
  return go(`${base}/confirm`, [draftCookie(deps, visit, draft)]);
}

async function enterMember(deps: RecipientDeps, visit: Visit): Promise<Answer> {
  const { say } = visit.frame;
  const typed = (visit.form.get('member') ?? '').slice(0, 60);
  const memberNumber = typed.normalize('NFKC').replace(/[\s-]/g, '');
  if (!/^\d{6,20}$/.test(memberNumber)) {
    const text = say(
      '会員番号を数字で入力してください。au PAY アプリの会員情報で確かめられます。',
      'Enter the member number in digits, as shown in the au PAY app.',
    );
    return show(visit, auPayPage(visit, typed, [{ field: 'member', text }]));
  }
  const draft: Draft = { method: 'au_pay', memberNumber };
  return go(`${visit.base}/confirm`, [draftCookie(deps, visit, draft)]);
}

function auPayPage(visit: Visit, value: string, faults: readonly Fault[]): Page {
  const { frame, base, formToken } = visit;
  const { say } = frame;
  const title = say('au PAY の会員番号', 'Your au PAY member number');
  const label = say('会員番号', 'Member number');
  const hint = say('au PAY アプリの会員情報にある数字です', 'The digits shown in the au PAY app');
  const body = html`!${errorSummary(say, faults)}<h1>${title}</h1>
<form method="post" action="${base}/au-pay" novalidate>
<input type="hidden" name="form_token" value="${formToken}">
!${textField({ name: 'member', label, hint, value, faults, isNumber: true })}
<button type="submit">${say('確認へ進む', 'Continue')}</button></form>
<p><a class="quiet" href="${base}/methods">${say('戻る', 'Back')}</a></p>`;
  return { title, body, isFaulty: faults.length > 0 };
}
