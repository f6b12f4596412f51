// What the account resource takes and answers: its TypeBox schemas. The fields of a bank account
// themselves are in bank-account-fields.ts.
import Type from 'typebox';
import { ACCOUNT_ID_PATTERN } from '../../recipients/recipient-accounts.ts';
import { bankAccountFields, Change, Finding } from './bank-account-fields.ts';
import { both, Nullable, pageQuery, Strict, Timestamp } from './schemas.ts';

export const Memo = Type.String({
  maxLength: 200,
  description: both('メモ（200文字まで、暗号化して保存）', 'Memo, up to 200 characters, encrypted'),
  examples: ['2026年度 返金先'],
});

export const AccountBody = Strict({ ...bankAccountFields, memo: Type.Optional(Memo) });

export const RegisterBody = Strict({
  account_id: Type.Optional(
    Type.String({
      pattern: ACCOUNT_ID_PATTERN,
      description: both(
        '加盟店の口座ID（60文字までの英数字と . _ ~ -）。省略時は acc_… を発行。削除後も再利用不可',
        "The merchant's own ID (60 letters, digits, . _ ~ -); acc_… if left out; never reused",
      ),
      examples: ['customer-1042'],
    }),
  ),
  ...AccountBody.properties,
});

export const CheckBody = Strict({
  ...bankAccountFields,
  account_type: Type.Optional(Type.String({ maxLength: 40, examples: ['ordinary'] })),
});

export const Details = Strict(
  {
    account_number: Type.String({ examples: ['1234567'] }),
    account_holder: Type.String({
      description: both('銀行に送る名義（半角）', 'The name as the bank will see it, half-width'),
      examples: ['ﾔﾏﾀﾞ ﾀﾛｳ'],
    }),
    account_holder_full_width: Type.String({ examples: ['ヤマダ　タロウ'] }),
    account_holder_typed: Type.String({ examples: ['やまだ たろう'] }),
    yucho_symbol: Nullable(Type.String()),
    yucho_number: Nullable(Type.String()),
  },
  {
    description: both(
      '口座番号と名義の全体（reveal=true かつ権限 accounts:reveal のときだけ）',
      'Number and name in full; only with reveal=true and the scope accounts:reveal',
    ),
  },
);

export const AccountView = Strict({
  account_id: Type.String({ examples: ['customer-1042'] }),
  version: Type.Integer({
    description: both('変更のたびに1増える', 'Goes up by 1 with each change'),
    examples: [1],
  }),
  bank_code: Type.String({ examples: ['0005'] }),
  bank_name: Type.String({ examples: ['三菱ＵＦＪ'] }),
  branch_code: Type.String({ examples: ['100'] }),
  branch_name: Type.String({ examples: ['大阪公務部'] }),
  account_type: Type.String({ examples: ['ordinary'] }),
  account_number_last3: Type.String({ examples: ['567'] }),
  account_holder_masked: Type.String({ examples: ['ヤ●●● ●●●'] }),
  memo: Memo,
  warnings: Type.Array(Finding, {
    description: both(
      '銀行・支店の閉鎖や統合など、送金前に確かめること',
      'What to look into before sending, such as a bank or branch that closed',
    ),
  }),
  details: Type.Optional(Details),
  created_at: Timestamp,
  updated_at: Timestamp,
});

export const AccountAnswer = Strict({
  ...AccountView.properties,
  changes: Type.Array(Change, {
    description: both('入力から直した点', 'What was changed from the input'),
  }),
});

export const CheckAnswer = Strict({
  ok: Type.Boolean({ description: both('このまま送金できる', 'Money can be sent to it') }),
  account: Type.Union([
    Strict({
      bank_code: Type.String({ examples: ['0005'] }),
      bank_name: Type.String({ examples: ['三菱ＵＦＪ'] }),
      branch_code: Type.String({ examples: ['100'] }),
      branch_name: Type.String({ examples: ['大阪公務部'] }),
      account_type: Type.String({ examples: ['ordinary'] }),
      account_number: Type.String({ examples: ['1234567'] }),
      account_holder: Type.String({ examples: ['ﾔﾏﾀﾞ ﾀﾛｳ'] }),
      account_holder_full_width: Type.String({ examples: ['ヤマダ　タロウ'] }),
    }),
    Type.Null(),
  ]),
  changes: Type.Array(Change),
  warnings: Type.Array(Finding),
  problems: Type.Array(Finding),
});

export const ReadQuery = Strict({
  reveal: Type.Optional(
    Type.Boolean({
      default: false,
      description: both(
        '口座番号と名義の全体も返す（権限 accounts:reveal が必要）',
        'Also answer number and name in full; needs the scope accounts:reveal',
      ),
    }),
  ),
});

export const ListQuery = Strict({
  ...pageQuery,
  q: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 100,
      description: both(
        '口座ID、口座番号の下4桁、銀行+支店+口座番号（14桁）、名義または姓（カナ）',
        'Account ID, last four digits, bank+branch+number (14 digits), name or family name in kana',
      ),
      examples: ['ヤマダ'],
    }),
  ),
});
