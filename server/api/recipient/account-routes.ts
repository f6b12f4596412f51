// The account itself: type, number and name, or 記号・番号; checked as a whole, each fault beside its
// field with what to do. What was typed stays.
import { html } from 'ghtml';
import type { RefusalDetail } from '../../base/refusal.ts';
import { lastInput } from '../../remittances/link-deeds.ts';
import type { Choice } from '../../remittances/specify-destination.ts';
import type { Api } from '../resource.ts';
import { bankWords, branchWords } from './account-words.ts';
import * as drafts from './draft.ts';
import { helpLink } from './help-routes.ts';
import {
  errorSummary,
  type Fault,
  facts,
  faultLines,
  type Page,
  radios,
  type Say,
  textField,
} from './layout.ts';
import { accountTypes } from './phrases.ts';
import { type Answer, go, linkRoute, type RecipientDeps, show, type Visit } from './visit.ts';

export function registerAccount(scope: Api, deps: RecipientDeps): void {
  linkRoute(scope, deps, {
    method: 'GET',
    path: '/account',
    needs: 'open',
    handle: async (visit) => {
      const form = formFor(deps, visit);
      if (form === undefined) return go(`${visit.base}/bank`);
      return show(visit, accountPage(deps, visit, form, []));
    },
  });
  linkRoute(scope, deps, {
    method: 'POST',
    path: '/account',
    needs: 'open',
    handle: async (visit) => enter(deps, visit),
  });
}

/** What is typed already (here, or before the bank refused it), for the bank that was chosen. */
function formFor(deps: RecipientDeps, visit: Visit): drafts.AccountForm | undefined {
  const { query, link } = visit;
  const last = lastInput(deps.remittances, link) as Choice | undefined;
  const kept = drafts.keptDraft(deps, visit) ?? (last && drafts.draftOf(last));
  const form = kept?.form ?? drafts.readForm(new URLSearchParams());
  const { directory } = deps.remittances;
  const [bank, branch] = [query.get('bank') ?? form.bank, query.get('branch') ?? form.branch];
  const way = query.get('way') ?? (query.has('bank') ? 'bank' : form.way);
  const as = query.get('as') ?? form.as;
  const next = { ...form, as: as === 'company' ? 'company' : 'person' };
  if (way === 'yucho') return { ...next, way: 'yucho' };
  if (directory.branch(bank, branch) === undefined) return undefined;
  return { ...next, way: 'bank', bank, branch };
}

async function enter(deps: RecipientDeps, visit: Visit): Promise<Answer> {
  const form = drafts.readForm(visit.form);
  const { problems } = drafts.checkForm(deps.remittances, visit, form);
  const faults = faultsOf(visit.frame.say, form, problems);
  if (faults.length > 0) return show(visit, accountPage(deps, visit, form, faults));
  const cookie = drafts.draftCookie(deps, visit, { method: 'bank_transfer', form });
  return go(`${visit.base}/confirm`, [cookie]);
}

const PLACES: Readonly<Record<string, string>> = {
  '/bank_code': 'bank-choice',
  '/branch_code': 'bank-choice',
  '/account_type': 'type',
  '/account_number': 'number',
  '/yucho_symbol': 'symbol',
  '/yucho_number': 'yuchoNumber',
};
const MAX_NAME_FAULTS = 2;

/** The domain's sentences speak to senders and their systems; where they do, these stand in. */
function ownWords(say: Say, code: string): string | undefined {
  if (code === 'account_number_too_long') {
    return say('口座番号は7桁までの数字です。', 'An account number has at most 7 digits.');
  }
  if (code === 'account_type_unknown') {
    return say('普通・当座・貯蓄のどれかを選んでください。', 'Choose the type of the account.');
  }
  if (code === 'bank_closed' || code === 'branch_closed' || code.startsWith('unknown_')) {
    return say(
      'この銀行・支店はいま使われていません。新しい名前で選び直してください。',
      'This bank or branch no longer exists. Please choose its present name.',
    );
  }
  if (code.startsWith('yucho_symbol_as')) {
    return say('銀行・支店を選び直してください。', 'Please choose bank and branch again.');
  }
  return undefined;
}

export function faultsOf(
  say: Say,
  form: drafts.AccountForm,
  problems: readonly RefusalDetail[],
): Fault[] {
  const isPerson = form.as !== 'company';
  const faults = problems
    .filter(({ pointer }) => pointer !== '/account_holder')
    .map(({ pointer, code, ja, en }) => ({
      field: PLACES[pointer] ?? 'number',
      text: ownWords(say, code) ?? say(ja, en),
    }));
  const missing = isPerson ? (['sei', 'mei'] as const).filter((name) => form[name] === '') : [];
  const names = missing.map((field) => ({ field, text: missingName(say, field) }));
  if (names.length > 0) return [...faults, ...names];
  const wrong = problems.filter(({ pointer }) => pointer === '/account_holder');
  const inName = wrong.slice(0, MAX_NAME_FAULTS).map(({ ja, en }) => ({
    field: isPerson ? 'sei' : 'holder',
    text: say(ja, en),
  }));
  return [...faults, ...inName];
}

function missingName(say: Say, field: 'sei' | 'mei'): string {
  return field === 'sei'
    ? say('セイ（名字）をカナで入力してください。', 'Enter the family name in kana.')
    : say('メイ（名前）をカナで入力してください。', 'Enter the given name in kana.');
}

function accountPage(
  deps: RecipientDeps,
  visit: Visit,
  form: drafts.AccountForm,
  faults: readonly Fault[],
): Page {
  const { base, frame, formToken } = visit;
  const { say } = frame;
  const isYucho = form.way === 'yucho';
  const title = isYucho
    ? say('ゆうちょ銀行の口座', 'Your Japan Post Bank account')
    : say('口座を入力する', 'Enter the account');
  const kept = (['way', 'as', 'bank', 'branch'] as const).map(
    (name) => html`<input type="hidden" name="${name}" value="${form[name]}">`,
  );
  const body = html`!${errorSummary(say, faults)}<h1>${title}</h1>
!${isYucho ? '' : bankChoice(deps, visit, form, faults)}
<form method="post" action="${base}/account" novalidate>
<input type="hidden" name="form_token" value="${formToken}">!${kept.join('')}
!${isYucho ? yuchoFields(say, form, faults) : numberFields(say, form, faults)}
!${nameFields(visit, form, faults)}
<button type="submit">${say('確認へ進む', 'Continue')}</button></form>
<p><a class="quiet" href="${base}/bank">${say('銀行を選び直す', 'Choose another bank')}</a></p>
!${helpLink(frame, base)}`;
  return { title, body, isFaulty: faults.length > 0 };
}

function bankChoice(
  deps: RecipientDeps,
  visit: Visit,
  form: drafts.AccountForm,
  faults: readonly Fault[],
): string {
  const { say } = visit.frame;
  const { directory } = deps.remittances;
  const own = faults.filter(({ field }) => field === 'bank-choice');
  return html`<div id="bank-choice" tabindex="-1">!${faultLines('bank-choice', own)}
!${facts([
    [say('銀行', 'Bank'), bankWords(directory, form.bank)],
    [say('支店', 'Branch'), branchWords(directory, form.bank, form.branch)],
  ])}</div>`;
}

function numberFields(say: Say, form: drafts.AccountForm, faults: readonly Fault[]): string {
  const type = form.type === '' ? 'ordinary' : form.type;
  return html`!${radios('type', say('口座の種類', 'Type of account'), accountTypes(say), type)}
!${textField({
    name: 'number',
    label: say('口座番号', 'Account number'),
    hint: say('7桁までの数字', 'Up to 7 digits'),
    value: form.number,
    isNumber: true,
    faults,
  })}`;
}

function yuchoFields(say: Say, form: drafts.AccountForm, faults: readonly Fault[]): string {
  const field = { isNumber: true, faults } as const;
  return html`!${textField({
    ...field,
    name: 'symbol',
    label: say('記号', 'Symbol (kigo)'),
    hint: say('通帳の1ページ目にある5桁の数字', '5 digits, on the first page of the passbook'),
    value: form.symbol,
  })}!${textField({
    ...field,
    name: 'yuchoNumber',
    label: say('番号', 'Number (bango)'),
    hint: say('2桁から8桁の数字', '2 to 8 digits'),
    value: form.yuchoNumber,
  })}`;
}

function nameFields(visit: Visit, form: drafts.AccountForm, faults: readonly Fault[]): string {
  const { say } = visit.frame;
  const isCompany = form.as === 'company';
  const way = form.way === 'yucho' ? 'way=yucho' : `bank=${form.bank}&branch=${form.branch}`;
  const href = `${visit.base}/account?${way}&as=${isCompany ? 'person' : 'company'}`;
  const other = isCompany
    ? say('個人の口座はこちら', 'For a person’s account')
    : say('会社・団体の口座はこちら', 'For an account of a company or group');
  const hint = say('通帳やアプリの表示のとおり、カナで', 'In kana, as in your passbook or app');
  const fields = isCompany
    ? textField({
        name: 'holder',
        label: say('口座の名義（カナ）', 'Name of the account (kana)'),
        hint: say('例：カ）ミホンショウジ', 'e.g. カ）ミホンショウジ'),
        value: form.holder,
        faults,
      })
    : html`<div class="pair">!${textField({
        name: 'sei',
        label: say('セイ（名字）', 'Family name (sei)'),
        value: form.sei,
        faults,
      })}!${textField({
        name: 'mei',
        label: say('メイ（名前）', 'Given name (mei)'),
        value: form.mei,
        faults,
      })}</div>`;
  return html`<fieldset class="names"><legend>${say('口座の名義', 'Name on the account')}</legend>
<p class="hint">${hint}</p>!${fields}
<div id="preview" aria-live="polite" data-from="${visit.base}/name-preview"></div></fieldset>
<p><a class="quiet" href="${href}">${other}</a></p>`;
}
