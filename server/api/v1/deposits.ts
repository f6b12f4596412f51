// GET /v1/deposits and /v1/funding_instructions: money that came in for the shop, and where to pay
// in. What a deposit is and how it came is server/funds.
import Type from 'typebox';
import type { Vault } from '../../base/crypto.ts';
import type { Sql } from '../../base/database.ts';
import { publicId, uuidOf } from '../../base/ids.ts';
import { depositView } from '../../funds/deposit-view.ts';
import { type Deposit, depositsBefore, findDeposit } from '../../funds/read-deposits.ts';
import { depositUnknown } from '../../funds/refusals.ts';
import { fundingInstructions, type VirtualAccount } from '../../funds/virtual-accounts.ts';
import type { BankDirectory } from '../../recipients/bank-directory.ts';
import { cursorUnreadable, DEFAULT_LIMIT, decodeCursor, pageOf } from '../cursor.ts';
import type { Api } from '../resource.ts';
import {
  both,
  CalendarDate,
  Id,
  IdParams,
  Nullable,
  OneOf,
  PageOf,
  pageQuery,
  Strict,
  Timestamp,
} from './schemas.ts';

export interface DepositsDeps {
  readonly db: Sql;
  readonly vault: Vault;
  readonly directory: BankDirectory;
}

const TAGS = ['funds'];
const CONFIG = { scope: 'deposits:read' } as const;

const bankFields = {
  bank_code: Type.String({ examples: ['0310'] }),
  branch_code: Type.String({ examples: ['501'] }),
  account_number: Type.String({ examples: ['0000001'] }),
};

const DepositBody = Strict({
  id: Id('dep'),
  amount: Type.Integer({
    minimum: 1,
    description: both('入金額（円）', 'Amount in whole yen'),
    examples: [1_000_000],
  }),
  currency: OneOf(['JPY']),
  status: OneOf(['received', 'reversed'], {
    description: both(
      'received：入金済み、reversed：銀行により取消',
      'received, or reversed: the bank took it back',
    ),
  }),
  value_date: CalendarDate,
  reversed_on: Nullable(CalendarDate),
  received_at: Timestamp,
  sequence: Type.Integer({
    description: both('この入金の最新イベントの番号', 'Number of its latest event'),
    examples: [1],
  }),
  payer_name: Type.String({
    description: both('振込依頼人名', 'The payer, as the bank names him'),
    examples: ['ﾔﾏﾀﾞ ﾀﾛｳ'],
  }),
  payer_bank: Nullable(
    Type.String({
      description: both('仕向銀行・支店', 'The bank it came from'),
      examples: ['ﾐﾂﾊﾞ ﾎﾝﾃﾝ'],
    }),
  ),
  account: Strict(bankFields, {
    description: both('入金先の口座', 'The account it was paid into'),
  }),
});

function showDeposit(deposit: Deposit) {
  const { bankCode, branchCode, accountNumber } = deposit.account;
  return {
    ...depositView(deposit),
    currency: 'JPY' as const,
    status: deposit.status === 'reversed' ? ('reversed' as const) : ('received' as const),
    payer_name: deposit.payer.name,
    payer_bank: deposit.payer.bank === '' ? null : deposit.payer.bank,
    account: { bank_code: bankCode, branch_code: branchCode, account_number: accountNumber },
  };
}

const FundingAccount = Strict({
  bank_code: bankFields.bank_code,
  bank_name: Nullable(Type.String({ examples: ['アオバ銀行'] })),
  branch_code: bankFields.branch_code,
  branch_name: Nullable(Type.String({ examples: ['第一支店'] })),
  account_type: OneOf(['ordinary']),
  account_number: bankFields.account_number,
  account_holder: Type.String({
    description: both('口座名義', 'As the bank shows it to the payer'),
    examples: ['ｶ)ｶﾜｾ'],
  }),
});

function showAccount(directory: BankDirectory, account: VirtualAccount) {
  const { bankCode, branchCode, accountNumber, holderName } = account;
  return {
    bank_code: bankCode,
    bank_name: directory.bank(bankCode)?.name ?? null,
    branch_code: branchCode,
    branch_name: directory.branch(bankCode, branchCode)?.name ?? null,
    account_type: 'ordinary' as const,
    account_number: accountNumber,
    account_holder: holderName,
  };
}

export function registerDeposits(api: Api, deps: DepositsDeps): void {
  const { db, vault, directory } = deps;
  api.get(
    '/v1/deposits',
    {
      config: CONFIG,
      schema: {
        tags: TAGS,
        summary: both('入金の一覧', 'Deposits'),
        description: both('新しい順。', 'Newest first.'),
        querystring: Strict(pageQuery),
        response: { 200: PageOf(DepositBody) },
      },
    },
    async (request) => {
      const { limit = DEFAULT_LIMIT, cursor } = request.query;
      const before = decodeCursor(cursor, ['string'])?.[0];
      const beforeId = before === undefined ? null : uuidOf('dep', before);
      if (beforeId === undefined) throw cursorUnreadable();
      const page = { beforeId, limit: limit + 1 };
      const rows = await depositsBefore(db, vault, request.caller.shop.shopId, page);
      return pageOf(rows, limit, (row) => [publicId('dep', row.depositId)], showDeposit);
    },
  );
  api.get(
    '/v1/deposits/:id',
    {
      config: CONFIG,
      schema: {
        tags: TAGS,
        summary: both('入金の照会', 'One deposit'),
        params: IdParams,
        response: { 200: DepositBody },
      },
    },
    async (request) => {
      const depositId = uuidOf('dep', request.params.id);
      if (depositId === undefined) throw depositUnknown();
      const deposit = await findDeposit(db, vault, request.caller.shop.shopId, depositId);
      if (deposit === undefined || deposit.unclaimed) throw depositUnknown();
      return showDeposit(deposit);
    },
  );
  api.get(
    '/v1/funding_instructions',
    {
      config: CONFIG,
      schema: {
        tags: TAGS,
        summary: both('入金先の口座', 'Where to pay in'),
        description: both(
          'このショップ専用のバーチャル口座です。ここへ振り込むと残高に加わります。',
          'Virtual accounts of this shop alone: what is paid in there is added to its balance.',
        ),
        response: { 200: Strict({ data: Type.Array(FundingAccount) }) },
      },
    },
    async (request) => {
      const accounts = await fundingInstructions(db, request.caller.shop.shopId);
      return { data: accounts.map((account) => showAccount(directory, account)) };
    },
  );
}
