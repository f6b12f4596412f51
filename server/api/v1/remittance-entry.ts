// POST /v1/remittances/{id}/link/entry/check and /link/entry: a recipient tells their account by
// telephone or post, the shop's support reads it back and enters it.
import Type, { type Static } from 'typebox';
import { tokyoDate } from '../../base/clock.ts';
import { uuidOf } from '../../base/ids.ts';
import { yenInWords } from '../../base/money.ts';
import { invalidInput } from '../../base/refusal.ts';
import type { Audit } from '../../merchants/audit.ts';
import type { Shop } from '../../merchants/shop.ts';
import { type BankAccount, checkBankAccount } from '../../recipients/bank-account.ts';
import {
  enterForRecipient,
  readBackCode,
  waitingRemittance,
} from '../../remittances/enter-for-recipient.ts';
import { findRemittance, fullView } from '../../remittances/find.ts';
import { remittanceNotFound } from '../../remittances/refusals.ts';
import type { RemittanceDeps } from '../../remittances/terms.ts';
import type { Locale } from '../locale.ts';
import type { Api } from '../resource.ts';
import { CheckAnswer } from './account-schemas.ts';
import { showCheck } from './account-views.ts';
import { bankAccountFields } from './bank-account-fields.ts';
import { RemittanceFull } from './remittance-schemas.ts';
import { both, IdParams, Nullable, OneOf, Strict } from './schemas.ts';

export interface EntryDeps {
  readonly remittances: RemittanceDeps;
  readonly audit: Audit;
}

const Account = Strict(bankAccountFields);

const CheckedEntry = Strict({
  check: CheckAnswer,
  read_back: Nullable(
    Type.String({ description: both('受取人に読み上げる文', 'What to read to the recipient') }),
  ),
  read_back_code: Nullable(Type.String()),
});

const Entry = Strict({
  bank_account: Account,
  read_back_code: Type.String({ minLength: 1, maxLength: 60 }),
  channel: OneOf(['telephone', 'post']),
  entered_by: Type.String({ minLength: 1, maxLength: 60 }),
  answers: Type.Optional(Type.Array(Type.String({ maxLength: 200 }), { maxItems: 3 })),
});

const Entered = Strict({
  confirmation: OneOf(['mail', 'sms', 'letter'], {
    description: both(
      '書面での確認の方法。letter のときは /link/letter を印刷して送ります',
      'How it is confirmed in writing; for letter, print and send /link/letter',
    ),
  }),
  remittance: RemittanceFull,
});

const CONFIG = { scope: 'remittances:write' } as const;

export function registerRemittanceEntry(api: Api, deps: EntryDeps): void {
  api.post(
    '/v1/remittances/:id/link/entry/check',
    {
      config: CONFIG,
      schema: {
        tags: ['links'],
        summary: both(
          '電話・郵送での口座の確認',
          'Check what a recipient told by telephone or post',
        ),
        description: both(
          '保存しません。read_back を受取人に読み上げ、確かめてから /link/entry に送ります。',
          'Keeps nothing. Read read_back to the recipient, then send it to /link/entry.',
        ),
        params: IdParams,
        body: Account,
        response: { 200: CheckedEntry },
      },
    },
    async (request) => {
      const { shop, locale } = request.caller;
      return checkEntry(deps, shop, uuid(request.params.id), request.body, locale);
    },
  );
  api.post(
    '/v1/remittances/:id/link/entry',
    {
      config: CONFIG,
      schema: {
        tags: ['links'],
        summary: both(
          '電話・郵送での口座の入力',
          'Enter what a recipient told by telephone or post',
        ),
        description: both(
          '確認の質問の答えが必要です。監査記録に残り、登録された宛先に書面で知らせます。',
          'Needs the recipient’s answers. It is in the audit log and confirmed in writing.',
        ),
        params: IdParams,
        body: Entry,
        response: { 200: Entered },
      },
    },
    async (request) => {
      const { shop, keyId } = request.caller;
      return (await enter(deps, shop, request.params.id, request.body, keyId)) as never;
    },
  );
}

function uuid(id: string): string {
  const found = uuidOf('rem', id);
  if (found === undefined) throw remittanceNotFound();
  return found;
}

async function checked(deps: EntryDeps, shop: Shop, given: Static<typeof Account>) {
  const { deeds, directory } = deps.remittances;
  const today = tokyoDate(await deeds.now(shop.shopId)).toString();
  const cutsName = given.cut_account_holder === true;
  return checkBankAccount(given, { directory, today, cutsName });
}

async function checkEntry(
  deps: EntryDeps,
  shop: Shop,
  remittanceId: string,
  given: Static<typeof Account>,
  locale: Locale,
): Promise<Static<typeof CheckedEntry>> {
  const { remittances } = deps;
  const { remittance } = await waitingRemittance(remittances, shop, remittanceId);
  const found = await checked(deps, shop, given);
  const { account } = found;
  return {
    check: showCheck(remittances, found, locale),
    read_back: account && readBackWords(remittances, account, remittance.amountYen),
    read_back_code: account && readBackCode(remittances, remittanceId, account),
  };
}

const TYPES = { ordinary: '普通', current: '当座', savings: '貯蓄' } as const;

/** Spoken in Japanese; digits one by one: heard that way, a wrong one is noticed. */
function readBackWords(
  { directory }: RemittanceDeps,
  account: BankAccount,
  amountYen: number,
): string {
  const { bankCode, branchCode, accountType, accountNumber, holderNameFull } = account;
  const bank = directory.bank(bankCode)?.name ?? bankCode;
  const branch = directory.branch(bankCode, branchCode)?.name ?? branchCode;
  const digits = [...accountNumber].join(' ');
  return (
    `銀行は${bank}、支店は${branch}、種類は${TYPES[accountType]}、口座番号は ${digits}、` +
    `名義は${holderNameFull}さま。この口座に${yenInWords(amountYen)}をお送りします。` +
    'お間違いありませんか。'
  );
}

async function enter(
  deps: EntryDeps,
  shop: Shop,
  id: string,
  body: Static<typeof Entry>,
  keyId: string,
) {
  const { remittances, audit } = deps;
  const { account, problems } = await checked(deps, shop, body.bank_account);
  if (account === null) {
    const inside = problems.map((each) => ({ ...each, pointer: `/bank_account${each.pointer}` }));
    throw invalidInput(inside);
  }
  const confirmation = await enterForRecipient({ ...remittances, audit }, shop, uuid(id), {
    ...{ account, readBack: body.read_back_code, channel: body.channel },
    ...{ enteredBy: body.entered_by, answers: body.answers ?? [], by: keyId },
  });
  const found = await findRemittance(remittances, shop.shopId, { id });
  return { confirmation, remittance: await fullView(remittances, found) };
}
