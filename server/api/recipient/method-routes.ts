// The choice of how to receive: for each way what is needed and when the money is there; one that
// cannot be used says why.
import { html } from 'ghtml';
import { BANK_METHOD, type Method } from '../../remittances/method.ts';
import { troubleOf } from '../../remittances/rail-state.ts';
import { datesFor } from '../../remittances/replan.ts';
import { earliestPlan } from '../../remittances/schedule.ts';
import { stopOf } from '../../remittances/stops.ts';
import { methodTerms, type Terms } from '../../remittances/terms.ts';
import type { Api } from '../resource.ts';
import { draftCookie } from './draft.ts';
import { type Page, remark, type Say } from './layout.ts';
import { arrivalInWords, methodInWords } from './phrases.ts';
import { type Answer, go, linkRoute, type RecipientDeps, show, type Visit } from './visit.ts';
import { afterChoice, obstacleOf, railMethodOf } from './way.ts';

interface Offer {
  readonly method: Method;
  readonly name: string;
  /** Why it cannot be chosen; null where it can. */
  readonly obstacle: string | null;
  readonly needs: string;
  readonly when: string;
  /** Limits and peculiarities; null = none. */
  readonly note: string | null;
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
}

async function offersOf(deps: RecipientDeps, visit: Visit): Promise<Offer[]> {
  const offers: Offer[] = [];
  for (const method of visit.link.methods) offers.push(await offerOf(deps, visit, method));
  return offers;
}

async function offerOf(deps: RecipientDeps, visit: Visit, method: Method): Promise<Offer> {
  const { remittances } = deps;
  const { shop, remittance, locale } = visit;
  const name = methodInWords(remittances.rails, locale, method);
  const terms = await methodTerms(remittances, shop, method);
  const obstacle = await obstacleOf(deps, visit, method, terms);
  if (terms === undefined || obstacle !== null) {
    return { method, name, obstacle, needs: '', when: '', note: null, isDelayed: false };
  }
  const stop = await stopOf(remittances.deeds.db, shop.shopId, terms.rail.name);
  const awaySince = await troubleOf(remittances, terms.railAccount.id);
  const isDelayed = stop !== undefined || awaySince !== undefined;
  const words = terms.rail.receiving?.words(terms.railAccount, remittance.amountYen);
  if (words === undefined) {
    return { method, name, obstacle, isDelayed, note: null, ...bankWords(visit, terms) };
  }
  const [when, needs, note] = [words.when[locale], words.needs[locale], words.note];
  return { method, name, obstacle, isDelayed, when, needs, note: note?.[locale] ?? null };
}

function bankWords(visit: Visit, terms: Terms): { when: string; needs: string } {
  const dates = datesFor(terms, visit.remittance, earliestPlan(terms.timing, visit.now));
  const needs = visit.frame.say(
    '銀行・支店・口座番号・口座の名義（カナ）',
    'Bank, branch, account number, name in kana',
  );
  return { when: arrivalInWords(visit.locale, dates), needs };
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
  const { method, name, obstacle, note } = offer;
  if (obstacle !== null) {
    return html`<li class="closed"><h2>${name}</h2>!${remark('info', obstacle)}</li>`;
  }
  const late = say(
    'いま送金が滞っているため、予定より遅れることがあります。お急ぎの場合は、ほかの受け取り方をお選びください。',
    'Sending is held up just now, so it may arrive later than this. ' +
      'If you are in a hurry, please choose another way.',
  );
  return html`<li><h2>${name}</h2><dl class="facts">
<div><dt>${say('いつ', 'When')}</dt><dd>${offer.when}</dd></div>
<div><dt>${say('必要なもの', 'Needed')}</dt><dd>${offer.needs}</dd></div></dl>
!${note === null ? '' : remark('info', note)}
!${offer.isDelayed ? remark('waiting', late) : ''}
<button type="submit" name="method" value="${method}"
aria-label="${say(`${name}：これを選ぶ`, `Choose this: ${name}`)}">
${say('これを選ぶ', 'Choose this')}</button></li>`;
}

async function choose(deps: RecipientDeps, visit: Visit): Promise<Answer> {
  const { base, form, link } = visit;
  const method = link.methods.find((each) => each === form.get('method'));
  if (method === undefined) return go(`${base}/methods`);
  if (method === BANK_METHOD) return go(`${base}/bank`);
  const found = await railMethodOf(deps, visit, method);
  if (found === undefined) return go(`${base}/methods?refused=1`);
  const { receiving, terms } = found;
  const to = afterChoice(base, found);
  if (to !== `${base}/confirm`) return go(to);
  const destination = receiving.read(terms.railAccount, {});
  if (destination === undefined) throw new Error(`${method} asks nothing and names no destination`);
  return go(to, [draftCookie(deps, visit, { method, destination })]);
}
