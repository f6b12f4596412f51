// The one calm page before money moves, and the press that moves it. What is sent is what the page
// showed: the draft travels in its form.
import { html } from 'ghtml';
import { lastInput } from '../../remittances/link-deeds.ts';
import { receivingOf } from '../../remittances/method.ts';
import { datesFor } from '../../remittances/replan.ts';
import { earliestPlan } from '../../remittances/schedule.ts';
import {
  type BankChoice,
  type Choice,
  isBankChoice,
  type RailChoice,
  specifyDestination,
} from '../../remittances/specify-destination.ts';
import { methodTerms, type Terms } from '../../remittances/terms.ts';
import type { Api } from '../resource.ts';
import { accountFacts } from './account-words.ts';
import * as drafts from './draft.ts';
import { paymentFacts } from './entry-routes.ts';
import { knownChoice, maskedFacts } from './known-account.ts';
import { facts, type Page, remark } from './layout.ts';
import { holderBox, swapRemark } from './name-preview.ts';
import { arrivalInWords } from './phrases.ts';
import { draftName } from './session.ts';
import {
  type Answer,
  go,
  linkRoute,
  ownCookie,
  type RecipientDeps,
  show,
  type Visit,
} from './visit.ts';
import { afterChoice, closedUntil, obstacleOf } from './way.ts';

export function registerConfirm(scope: Api, deps: RecipientDeps): void {
  linkRoute(scope, deps, {
    method: 'GET',
    path: '/confirm',
    needs: 'open',
    handle: (visit) => confirm(deps, visit),
  });
  linkRoute(scope, deps, {
    method: 'POST',
    path: '/confirm',
    needs: 'open',
    handle: (visit) => specify(deps, visit),
  });
}

async function choiceOf(
  deps: RecipientDeps,
  visit: Visit,
  draft: drafts.Draft,
): Promise<{ readonly choice: Choice; readonly remarks: readonly string[] } | undefined> {
  if (draft.form === undefined) return { choice: draft, remarks: [] };
  if (draft.known !== undefined) {
    const choice = await knownChoice(deps, visit, draft.known);
    return choice && { choice, remarks: [] };
  }
  const { account, warnings } = drafts.checkForm(deps.remittances, visit, draft.form);
  if (account === null) return undefined;
  const { say } = visit.frame;
  const swapped = swapRemark(say, draft.form);
  const remarks = warnings.map(({ ja, en }) => say(ja, en)).concat(swapped ?? []);
  return { choice: { method: 'bank_transfer', account }, remarks };
}

async function confirm(deps: RecipientDeps, visit: Visit): Promise<Answer> {
  const { base, link, query } = visit;
  const last = query.get('last') === '1';
  const input = last ? (lastInput(deps.remittances, link) as Choice | undefined) : undefined;
  const draft = input === undefined ? drafts.keptDraft(deps, visit) : drafts.draftOf(input);
  if (draft === undefined) return go(`${base}/methods`);
  const chosen = await choiceOf(deps, visit, draft);
  if (chosen === undefined) return go(`${base}/account`);
  const terms = await methodTerms(deps.remittances, visit.shop, draft.method);
  const isOffered = link.methods.includes(draft.method);
  if (
    !isOffered ||
    terms === undefined ||
    (await obstacleOf(deps, visit, draft.method, terms)) !== null
  ) {
    return go(`${base}/methods?refused=1`);
  }
  const sealed = drafts.sealDraft(deps, visit, draft);
  return show(visit, confirmPage(deps, visit, { ...chosen, sealed, terms }));
}

function confirmPage(
  deps: RecipientDeps,
  visit: Visit,
  what: {
    readonly choice: Choice;
    readonly remarks: readonly string[];
    readonly sealed: string;
    readonly terms: Terms;
  },
): Page {
  const { base, frame, formToken } = visit;
  const { say } = frame;
  const { choice, terms } = what;
  const title = say('内容の確認', 'Please check');
  const { rows, note, take, back, correct } = isBankChoice(choice)
    ? bankWords(visit, choice, terms)
    : railWords(deps, visit, choice, terms);
  const body = html`<h1>${title}</h1>!${facts([...paymentFacts(visit), ...rows])}
!${isBankChoice(choice) ? account(deps, visit, choice) : ''}
!${note === null ? '' : remark('info', note)}
!${what.remarks.map((text) => remark('alert', text)).join('')}
<form method="post" action="${base}/confirm">
<input type="hidden" name="form_token" value="${formToken}">
<input type="hidden" name="draft" value="${what.sealed}">
<button type="submit">${take}</button></form>
<p><a class="button second" href="${back}">${correct}</a></p>`;
  return { title, body };
}

interface WayWords {
  readonly rows: readonly (readonly [string, string])[];
  readonly note: string | null;
  /** On the button. */
  readonly take: string;
  /** Where it is corrected, and what the button that leads there says. */
  readonly back: string;
  readonly correct: string;
}

const correctWords = ({ frame: { say } }: Visit) => say('直す', 'Correct it');

function bankWords(visit: Visit, choice: BankChoice, terms: Terms): WayWords {
  const { say } = visit.frame;
  const { bankCode } = choice.account;
  const masked = { bank_code: bankCode };
  const dates = datesFor(terms, { masked }, earliestPlan(terms.timing, visit.now));
  return {
    rows: [[say('入金の予定', 'Arrives'), arrivalInWords(visit.locale, dates)]],
    note: null,
    take: say('この口座で受け取る', 'Receive it in this account'),
    back: `${visit.base}${choice.knownVersion === undefined ? '/account' : '/bank'}`,
    correct: correctWords(visit),
  };
}

function railWords(
  deps: RecipientDeps,
  visit: Visit,
  { method, destination }: RailChoice,
  terms: Terms,
): WayWords {
  const { base, locale, remittance, frame } = visit;
  const { say } = frame;
  const receiving = receivingOf(deps.remittances.rails, method);
  if (receiving === undefined) throw new Error(`no rail carries ${method}`);
  const words = receiving.words(terms.railAccount, remittance.amountYen);
  const asked = receiving.facts(destination).map(([name, value]) => [name[locale], value] as const);
  const after = afterChoice(base, { method, receiving, terms });
  const isOnlyChosen = after.endsWith('/confirm');
  return {
    rows: [
      [say('受け取り方', 'How'), receiving.name[locale]],
      [say('いつ', 'When'), words.when[locale]],
      ...asked,
    ],
    note: words.note?.[locale] ?? null,
    take: words.take[locale],
    back: isOnlyChosen ? `${base}/methods` : after,
    correct: isOnlyChosen ? say('別の受け取り方を選ぶ', 'Choose another way') : correctWords(visit),
  };
}

function account(deps: RecipientDeps, { frame: { say } }: Visit, given: BankChoice): string {
  const heading = say('お受け取りの口座', 'The account');
  if (given.knownVersion !== undefined) {
    return html`<h2>${heading}</h2>!${facts(maskedFacts(deps, say, given.account))}`;
  }
  const rows = accountFacts(say, deps.remittances.directory, given.account);
  const name = rows.pop()!;
  return html`<h2>${heading}</h2>!${facts(rows)}
!${holderBox(say, name[1])}`;
}

async function specify(deps: RecipientDeps, visit: Visit): Promise<Answer> {
  const { base, link, shop, form } = visit;
  const draft = drafts.openDraft(deps, visit, form.get('draft') ?? '');
  if (draft === undefined) return go(`${base}/methods`);
  const chosen = await choiceOf(deps, visit, draft);
  if (chosen === undefined) return go(`${base}/account`);
  // What was open when the page was shown may be closed at the press.
  const terms = await methodTerms(deps.remittances, shop, draft.method);
  if (terms !== undefined && closedUntil(terms, visit.now) !== undefined) {
    return go(`${base}/methods?refused=1`);
  }
  await specifyDestination(deps.remittances, shop, link.linkId, chosen.choice);
  return go(`${base}/status`, [ownCookie(deps, draftName(link), '', 0)]);
}
