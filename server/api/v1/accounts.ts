// /v1/accounts: recipient accounts under the merchant's own account ID, and the check that shows
// what the bank will see. Schemas and the shape of answers are in account-schemas.ts and
// account-views.ts.
import Type from 'typebox';
import { invalidInput } from '../../base/refusal.ts';
import { allows } from '../../merchants/api-key.ts';
import {
  type CheckedAccount,
  checkBankAccount,
  type GivenBankAccount,
} from '../../recipients/bank-account.ts';
import {
  type AccountSummary,
  deleteAccount,
  findAccount,
  findAccounts,
  type RecipientDeps,
  registerAccount,
  shopToday,
  updateAccount,
} from '../../recipients/recipient-accounts.ts';
import { scopeMissing } from '../authenticate.ts';
import { cursorUnreadable, DEFAULT_LIMIT, decodeCursor, pageOf } from '../cursor.ts';
import type { Api } from '../resource.ts';
import {
  AccountAnswer,
  AccountBody,
  AccountView,
  CheckAnswer,
  CheckBody,
  ListQuery,
  ReadQuery,
  RegisterBody,
} from './account-schemas.ts';
import { showAccount, showAnswer, showCheck, showDetails } from './account-views.ts';
import { both, IdParams, PageOf } from './schemas.ts';

const tags = ['accounts'];

export function registerAccounts(api: Api, deps: RecipientDeps): void {
  registerCheck(api, deps);
  registerRegister(api, deps);
  registerReplaceAndDelete(api, deps);
  registerRead(api, deps);
  registerList(api, deps);
}

function registerCheck(api: Api, deps: RecipientDeps): void {
  api.post(
    '/v1/accounts/check',
    {
      config: { scope: 'accounts:read' },
      schema: {
        tags,
        summary: both('口座の確認（保存しない）', 'Check an account without keeping it'),
        description: both(
          '銀行に届く表記、直した点、注意点、問題点を返します。問題があっても 200 で ok: false です。',
          'The form the bank will see, what was changed, warnings, problems (200, ok: false).',
        ),
        body: CheckBody,
        response: { 200: CheckAnswer },
      },
    },
    async (request) => {
      const { shop, locale } = request.caller;
      const checked = await check(deps, shop.shopId, request.body);
      return showCheck(deps, checked, locale);
    },
  );
}

function registerRegister(api: Api, deps: RecipientDeps): void {
  api.post(
    '/v1/accounts',
    {
      config: { scope: 'accounts:write' },
      schema: {
        tags,
        summary: both('口座の登録', 'Register an account'),
        description: both(
          '同じ account_id・同じ内容の再送は 200 で登録済みの口座を返します。内容が違えば 409 です。',
          'Sent again with the same ID: same content answers 200 and what is there, other 409.',
        ),
        body: RegisterBody,
        response: { 200: AccountAnswer, 201: AccountAnswer },
      },
    },
    async (request, reply) => {
      const { shop, locale } = request.caller;
      const { account_id: accountId, memo = '', ...given } = request.body;
      const checked = await sound(deps, shop.shopId, given);
      const input = { account: checked.account, memo };
      const { isNew, account } = await registerAccount(deps, shop.shopId, accountId, input);
      reply.code(isNew ? 201 : 200);
      return showAnswer(deps, account, checked, locale);
    },
  );
}

function registerReplaceAndDelete(api: Api, deps: RecipientDeps): void {
  api.put(
    '/v1/accounts/:id',
    {
      config: { scope: 'accounts:write' },
      schema: {
        tags,
        summary: both('口座の変更', 'Replace an account'),
        description: both(
          '内容全体を置き換えます。すでに指示した送金は、指示した時の口座のままです。',
          'Replaces the whole content. Remittances already instructed keep the account they had.',
        ),
        params: IdParams,
        body: AccountBody,
        response: { 200: AccountAnswer },
      },
    },
    async (request) => {
      const { shop, locale } = request.caller;
      const { memo = '', ...given } = request.body;
      const checked = await sound(deps, shop.shopId, given);
      const input = { account: checked.account, memo };
      const account = await updateAccount(deps, shop.shopId, request.params.id, input);
      return showAnswer(deps, account, checked, locale);
    },
  );
  api.delete(
    '/v1/accounts/:id',
    {
      config: { scope: 'accounts:write' },
      schema: {
        tags,
        summary: both('口座の削除', 'Delete an account'),
        description: both(
          '口座の内容を消去します。同じ account_id は二度と使えません。',
          'Erases the content. The ID can never be used again.',
        ),
        params: IdParams,
        response: { 204: Type.Null() },
      },
    },
    async (request, reply) => {
      await deleteAccount(deps, request.caller.shop.shopId, request.params.id);
      return reply.code(204).send(null);
    },
  );
}

function registerRead(api: Api, deps: RecipientDeps): void {
  api.get(
    '/v1/accounts/:id',
    {
      config: { scope: 'accounts:read' },
      schema: {
        tags,
        summary: both('口座の照会', 'Read an account'),
        params: IdParams,
        querystring: ReadQuery,
        response: { 200: AccountView },
      },
    },
    async (request) => {
      const { shop, locale, scopes } = request.caller;
      const reveal = request.query.reveal === true;
      if (reveal && !allows(scopes, 'accounts:reveal')) throw scopeMissing('accounts:reveal');
      const account = await findAccount(deps, shop.shopId, request.params.id);
      const today = await shopToday(deps, shop.shopId);
      const view = showAccount(deps, account, today, locale);
      return reveal ? { ...view, details: showDetails(account) } : view;
    },
  );
}

function registerList(api: Api, deps: RecipientDeps): void {
  api.get(
    '/v1/accounts',
    {
      config: { scope: 'accounts:read' },
      schema: {
        tags,
        summary: both('口座の一覧・検索（新しい順）', 'List and find accounts, newest first'),
        querystring: ListQuery,
        response: { 200: PageOf(AccountView) },
      },
    },
    async (request) => {
      const { shop, locale } = request.caller;
      const { q = null, limit = DEFAULT_LIMIT, cursor } = request.query;
      const after = positionOf(cursor);
      const page = { after, query: q, limit: limit + 1 };
      const rows = await findAccounts(deps, shop.shopId, page);
      const today = await shopToday(deps, shop.shopId);
      const cursorOf = (row: AccountSummary) => [row.createdAt.toString(), row.accountId];
      return pageOf(rows, limit, cursorOf, (row) => showAccount(deps, row, today, locale));
    },
  );
}

function positionOf(cursor: string | undefined) {
  const parts = decodeCursor(cursor, ['string', 'string']);
  if (parts === undefined) return null;
  try {
    return { createdAt: Temporal.Instant.from(parts[0]), accountId: parts[1] };
  } catch {
    throw cursorUnreadable();
  }
}

async function check(
  deps: RecipientDeps,
  shopId: string,
  given: GivenBankAccount & { readonly cut_account_holder?: boolean },
): Promise<CheckedAccount> {
  const today = await shopToday(deps, shopId);
  const cutsName = given.cut_account_holder === true;
  return checkBankAccount(given, { directory: deps.directory, today, cutsName });
}

/** As `check`, but problems are the refusal `invalid_input`. */
async function sound(deps: RecipientDeps, shopId: string, given: GivenBankAccount) {
  const checked = await check(deps, shopId, given);
  const { account, problems } = checked;
  if (account === null) throw invalidInput(problems);
  return { ...checked, account };
}
