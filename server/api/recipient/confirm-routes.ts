// The one calm page before money moves, and the press that moves it. What is sent is what the page
// showed: the draft travels in its form.
import { html } from 'ghtml';
import { lastInput } from '../../remittances/link-deeds.ts';
import { datesFor } from '../../remittances/replan.ts';
import { earliestPlan } from '../../remittances/schedule.ts';
import { type Choice, specifyDestination } from '../../remittances/specify-destination.ts';
import { methodTerms } from '../../remittances/terms.ts';
import type { Api } from '../resource.ts';
import { accountFacts } from './account-words.ts';
import * as drafts from './draft.ts';
import { paymentFacts } from './entry-routes.ts';
import { facts, type Page, remark } from './layout.ts';
import { obstacleOf } from './method-routes.ts';
import { arrivalInWords, methodInWords } from './phrases.ts';
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

function choiceOf(
  deps: RecipientDeps,
  visit: Visit,
  draft: drafts.Draft,
): { readonly choice: Choice; readonly remarks: readonly string[] } | undefined {
  if (draft.method !== 'bank_transfer') return { choice: draft, remarks: [] };
  const { account, warnings } = drafts.checkForm(deps.remittances, visit, draft.form);
  if (account === null) return undefined;
  const remarks = warnings.map(({ ja, en }) => visit.frame.say(ja, en));
  return { choice: { method: 'bank_transfer', account }, remarks };
}

async function confirm(deps: RecipientDeps, visit: Visit): Promise<Answer> {
  const { base, link, query } = visit;
  const last = query.get('last') === '1' && link.refusalReason !== null;
  const input = last ? (lastInput(deps.remittances, link) as Choice | undefined) : undefined;
  const draft = input === undefined ? drafts.keptDraft(deps, visit) : drafts.draftOf(input);
  if (draft === undefined) return go(`${base}/methods`);
  const chosen = choiceOf(deps, visit, draft);
  if (chosen === undefined) return go(`${base}/account`);
  const terms = await methodTerms(deps.remittances, visit.shop, draft.method);
  const isOffered = link.methods.includes(draft.method);
  if (!isOffered || terms === undefined || obstacleOf(visit, draft.method, terms) !== null) {
    return go(`${base}/methods?refused=1`);
  }
  const { choice } = chosen;
  const masked = choice.method === 'bank_transfer' ? { bank_code: choice.account.bankCode } : {};
  const dates = datesFor(terms, { masked }, earliestPlan(terms.timing, visit.now));
  const when = choice.method === 'bank_transfer' ? arrivalInWords(visit.locale, dates) : null;
  const sealed = drafts.sealDraft(deps, visit, draft);
  return show(visit, confirmPage(deps, visit, { ...chosen, sealed, when }));
}

function confirmPage(
  deps: RecipientDeps,
  visit: Visit,
  what: {
    readonly choice: Choice;
    readonly remarks: readonly string[];
    readonly sealed: string;
    readonly when: string | null;
  },
): Page {
  const { base, frame, formToken } = visit;
  const { say } = frame;
  const { choice, when } = what;
  const title = say('内容の確認', 'Please check');
  const isBank = choice.method === 'bank_transfer';
  const rows = paymentFacts(visit);
  if (!isBank) rows.push([say('受け取り方', 'How'), methodInWords(say, choice.method)]);
  if (choice.method === 'au_pay') {
    rows.push([say('会員番号', 'Member number'), choice.memberNumber]);
  }
  if (when !== null) rows.push([say('入金の予定', 'Arrives'), when]);
  const back = isBank ? '/account' : choice.method === 'au_pay' ? '/au-pay' : '/methods';
  const body = html`<h1>${title}</h1>!${facts(rows)}
!${isBank ? account(deps, visit, choice.account) : ''}
!${what.remarks.map((text) => remark('alert', text)).join('')}
<form method="post" action="${base}/confirm">
<input type="hidden" name="form_token" value="${formToken}">
<input type="hidden" name="draft" value="${what.sealed}">
<button type="submit">${button(visit, choice)}</button></form>
<p><a class="button second" href="${base}${back}">${say('直す', 'Correct it')}</a></p>`;
  return { title, body };
}

function account(
  deps: RecipientDeps,
  { frame: { say } }: Visit,
  given: Extract<Choice, { method: 'bank_transfer' }>['account'],
): string {
  const rows = accountFacts(say, deps.remittances.directory, given);
  const name = rows.pop()!;
  return html`<h2>${say('お受け取りの口座', 'The account')}</h2>!${facts(rows)}
<div class="holder"><p>${name[0]}${say('（銀行にはこのように届きます）', ' (as the bank will see it)')}</p>
<p class="name">${name[1]}</p></div>`;
}

function button({ frame: { say } }: Visit, choice: Choice): string {
  if (choice.method === 'bank_transfer') {
    return say('この口座で受け取る', 'Receive it in this account');
  }
  if (choice.method === 'atm_cash') return say('ATMで受け取る', 'Receive it at an ATM');
  return say('この方法で受け取る', 'Receive it this way');
}

async function specify(deps: RecipientDeps, visit: Visit): Promise<Answer> {
  const { base, link, shop, form } = visit;
  const draft = drafts.openDraft(deps, visit, form.get('draft') ?? '');
  if (draft === undefined) return go(`${base}/methods`);
  const chosen = choiceOf(deps, visit, draft);
  if (chosen === undefined) return go(`${base}/account`);
  await specifyDestination(deps.remittances, shop, link.linkId, chosen.choice);
  return go(`${base}/status`, [ownCookie(deps, draftName(link), '', 0)]);
}
