// The JSON of remittances: what is asked and what is answered. Shared by single calls, bulk and
// quotes.
import Type, { type Static } from 'typebox';
import { MAX_RUNG_DAYS, MAX_RUNGS, REMINDER_CHANNELS } from '../../merchants/reminder-ladder.ts';
import { MAX_DAYS, MAX_QUESTIONS } from '../../remittances/link.ts';
import { METHOD_PATTERN } from '../../remittances/method.ts';
import { STATUSES } from '../../remittances/remittance.ts';
import { MAX_RETURN_URL } from '../../remittances/return-url.ts';
import { bankAccountFields } from './bank-account-fields.ts';
import {
  Amount,
  both,
  CalendarDate,
  Id,
  Metadata,
  Nullable,
  OneOf,
  StoredMetadata,
  Strict,
  Timestamp,
  Yen,
} from './schemas.ts';

const AccountId = Type.String({
  minLength: 1,
  maxLength: 60,
  pattern: '^[A-Za-z0-9._~-]+$',
  description: both('口座ID', 'Account ID'),
  examples: ['customer-0042'],
});

const { cut_account_holder: _cut, ...fields } = bankAccountFields;

/** To an account that is kept under an account ID. */
export const AccountDestination = Strict(
  { type: Type.Literal('account'), account_id: AccountId },
  { title: 'account' },
);

/** To an account given here; ゆうちょ by 記号番号. */
export const BankAccountDestination = Strict(
  {
    type: Type.Literal('bank_account'),
    ...fields,
    save_as: Type.Optional(
      Type.String({
        ...AccountId,
        description: both('この口座を保存する口座ID', 'Keep the account under this account ID'),
      }),
    ),
  },
  { title: 'bank_account' },
);

/** Any that a rail brings: the contract says which a shop may use. */
export const MethodName = Type.String({
  pattern: METHOD_PATTERN,
  description: both(
    '受取方法：bank_transfer、atm_cash、amazon_gift、au_pay など、契約にあるもの',
    'Receiving method: bank_transfer, atm_cash, amazon_gift, au_pay or another of the contract',
  ),
  examples: ['bank_transfer'],
});

const MAX_METHODS = 20;

const Methods = Type.Array(MethodName, {
  minItems: 1,
  maxItems: MAX_METHODS,
  uniqueItems: true,
  examples: [['bank_transfer', 'atm_cash']],
  description: both('選べる受取方法', 'Methods the recipient may choose from'),
});

export const Deliver = Strict(
  {
    email: Type.Optional(Type.String({ minLength: 3, maxLength: 254 })),
    sms: Type.Optional(Type.String({ minLength: 8, maxLength: 20 })),
  },
  {
    description: both(
      'Kawaseから送る宛先。なければURLだけを返します',
      'Where Kawase sends it; without one only the URL is answered',
    ),
  },
);

/** Cash at a Seven Bank ATM. */
export const AtmCashDestination = Strict(
  {
    type: Type.Literal('atm_cash'),
    receive_within_days: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 365,
        description: both('受取期限までの日数', 'Days within which the cash must be taken'),
      }),
    ),
    deliver: Type.Optional(Deliver),
  },
  { title: 'atm_cash' },
);

export const ExpiresInDays = Type.Integer({ minimum: 1, maximum: MAX_DAYS });

export const Reminder = Strict(
  {
    days_after: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: MAX_RUNG_DAYS,
        description: both('送ってから何日目か', 'Days after it was sent'),
      }),
    ),
    days_before_expiry: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: MAX_RUNG_DAYS,
        description: both('受取期限の何日前か', 'Days before the last day'),
      }),
    ),
    channel: OneOf(REMINDER_CHANNELS, {
      description: both(
        'メール、SMS、両方。その宛先がないか届かないときは、もう一方に送ります',
        'By mail, by SMS or both; by the other one where there is no such address or it bounced',
      ),
    }),
  },
  { minProperties: 2, maxProperties: 2 },
);

const Reminders = Type.Array(Reminder, {
  maxItems: MAX_RUNGS,
  description: both(
    '手続きがまだのときに知らせる日（10時）。空なら知らせません。省略時はショップの設定',
    'The days (10:00 in Japan) on which one who has not chosen is reminded; empty for never. The ' +
      'shop’s setting where it is left out',
  ),
  examples: [
    [
      { days_after: 3, channel: 'mail' },
      { days_before_expiry: 2, channel: 'both' },
    ],
  ],
});

/** To wherever the recipient says, on a page of their own. */
export const LinkDestination = Strict(
  {
    type: Type.Literal('link'),
    methods: Methods,
    deliver: Type.Optional(Deliver),
    expires_on: Type.Optional(CalendarDate),
    expires_in_days: Type.Optional(ExpiresInDays),
    verification: Type.Optional(
      Type.Array(
        Strict({
          label: Type.String({ minLength: 1, maxLength: 60, examples: ['受付番号'] }),
          value: Type.String({ minLength: 1, maxLength: 60, examples: ['A-1024'] }),
        }),
        {
          maxItems: MAX_QUESTIONS,
          description: both(
            '本人確認の質問と答え（10,000円以上は1つ以上必要）',
            'Questions that prove the recipient; at least one from 10,000 yen on',
          ),
        },
      ),
    ),
    save_as: Type.Optional(AccountId),
    locale: Type.Optional(OneOf(['ja', 'en'])),
    reminders: Type.Optional(Reminders),
    return_url: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: MAX_RETURN_URL,
        examples: ['https://shop.example.jp/refunds/done'],
        description: both(
          '手続きの後、受取人が自分でボタンを押して戻る先（https。テスト環境のlocalhostはhttp可）。結果を署名付きで付けます',
          'Where the recipient may go back to afterwards, by a press of their own (https; http ' +
            'for localhost in test mode). The outcome is added, signed',
        ),
      }),
    ),
  },
  { title: 'link' },
);

export const Destination = Type.Union(
  [AccountDestination, BankAccountDestination, AtmCashDestination, LinkDestination],
  { description: both('送金先', 'Where the money goes') },
);

export const HolidayRule = OneOf(['next_business_day', 'previous_business_day', 'refuse'], {
  description: both(
    '送金日が銀行休業日のとき。既定は翌営業日',
    'Where the date is no bank business day; the next one by default',
  ),
});

export const ScheduledFor = Type.String({
  ...CalendarDate,
  description: both('送金日（資金が出る日）の指定', 'The day the money is to leave'),
});

export const InstructionBody = Strict(
  {
    reference: Type.String({
      minLength: 1,
      maxLength: 64,
      description: both(
        '加盟店の管理番号。ショップ内で永久に一意。同じ内容の再送は最初の送金を返します',
        'Your own number, unique per shop for ever; the same request again returns the first',
      ),
      examples: ['refund-2026-0042'],
    }),
    amount: Amount,
    destination: Destination,
    description: Type.Optional(Type.String({ maxLength: 200 })),
    metadata: Type.Optional(Metadata),
    scheduled_for: Type.Optional(ScheduledFor),
    holiday_rule: Type.Optional(HolidayRule),
  },
  {
    examples: [
      {
        reference: 'refund-2026-0042',
        amount: 8400,
        destination: {
          type: 'bank_account',
          bank_code: '0005',
          branch_code: '001',
          account_type: 'ordinary',
          account_number: '1234567',
          account_holder: 'ヤマダ タロウ',
        },
        description: '公演中止の払い戻し',
      },
    ],
  },
);

export type InstructionJson = Static<typeof InstructionBody>;

const Explanation = Strict({
  ja: Type.String(),
  en: Type.String(),
  advice_ja: Type.String(),
  advice_en: Type.String(),
});

const nullableObject = <T>(schema: T) => Type.Union([schema as never, Type.Null()]);

export const RemittanceProperties = {
  id: Id('rem'),
  reference: Type.String({ examples: ['refund-2026-0042'] }),
  amount: Amount,
  currency: OneOf(['JPY']),
  status: OneOf(STATUSES, {
    description: both('状態。docs の状態表を参照', 'Status; see the table of states in the docs'),
    examples: ['scheduled'],
  }),
  status_reason: Nullable(
    Type.String({
      description: both('不能・返却などの理由コード', 'Code of the reason'),
      examples: ['name_mismatch'],
    }),
  ),
  status_explanation: nullableObject(Explanation),
  method: Type.String({
    description: both(
      '受取方法。受取人がまだ選んでいなければunspecified',
      'The receiving method; unspecified while the recipient has not chosen',
    ),
    examples: ['bank_transfer'],
  }),
  destination: Type.Unsafe<Record<string, unknown>>({
    type: 'object',
    additionalProperties: true,
    description: both('送金先（一部を伏せて表示）', 'The destination, masked'),
  }),
  account_id: Nullable(Type.String()),
  fee: Strict(
    {
      amount: Nullable(Yen),
      tax: Nullable(
        Type.Integer({ description: both('参考税額', 'Indicative tax'), examples: [15] }),
      ),
      version: Type.Integer({ description: both('手数料表の版', 'Version of the fee table') }),
    },
    {
      description: both(
        '手数料（税抜）。受取人が受取方法を選ぶまで amount と tax は null（選べる方法ごとの額は link.fees）',
        'The fee without tax; amount and tax are null until the recipient has chosen a method ' +
          '(link.fees tells what each would cost)',
      ),
    },
  ),
  scheduled_for: Nullable(CalendarDate),
  transfer_date: Nullable(CalendarDate),
  cut_off_at: Nullable(Timestamp),
  expected_arrival: nullableObject(Strict({ from: CalendarDate, to: CalendarDate })),
  cancelable: Type.Boolean(),
  hold: nullableObject(Strict({ reason: Type.String(), since: Timestamp })),
  recall: Nullable(Type.String()),
  link: nullableObject(
    Strict({
      url: Type.String(),
      code: Type.String({ examples: ['123456789015'] }),
      status: Type.String({ examples: ['open'] }),
      methods: Type.Array(Type.String()),
      fees: Type.Array(Strict({ method: MethodName, from: Yen, to: Yen }), {
        description: both(
          '受取方法ごとの手数料（税抜）。送金先の銀行により幅がある場合は最小と最大',
          'The fee of each method without tax; from the least to the most where banks differ',
        ),
      }),
      expires_at: Timestamp,
      locked: Type.Boolean(),
      return_url: Nullable(Type.String()),
      reminders: Reminders,
      opened_at: Nullable(Timestamp),
    }),
  ),
  receipt_information: nullableObject(
    Strict({
      partner_code: Type.String(),
      customer_number: Type.String(),
      confirmation_number: Type.String(),
      receivable_until: CalendarDate,
    }),
  ),
  paid_basis: Nullable(Type.String({ examples: ['rail_result'] })),
  paid_at: Nullable(Timestamp),
  received_amount: Nullable(Yen),
  description: Type.String(),
  metadata: StoredMetadata,
  sequence: Type.Integer({
    description: both('この送金の何番目の変化か', 'Which change of this remittance this is'),
  }),
  created_at: Timestamp,
  updated_at: Timestamp,
} as const;

export const RemittanceRow = Strict(RemittanceProperties);

const Delivery = Strict({
  message: Type.String({
    description: both('何の知らせか', 'Which message'),
    examples: ['receive_link', 'receive_reminder'],
  }),
  channel: OneOf(['mail', 'sms']),
  to: Type.String({
    description: both('宛先（一部を伏せて表示）', 'To whom, masked'),
    examples: ['h•••@example.jp'],
  }),
  state: OneOf(['queued', 'sent', 'delivered', 'bounced', 'failed'], {
    description: both(
      '送信前、送信済み、到着（SMSのみ）、宛先不達、送信不能',
      'To be sent, sent, arrived (SMS only), no such address, could not be sent',
    ),
  }),
  reason: Nullable(
    Type.String({
      description: both('届かない理由', 'Why it did not arrive, or has not yet'),
      examples: ['smtp_550_5.1.1'],
    }),
  ),
  at: Timestamp,
});

export const RemittanceFull = Strict({
  ...RemittanceProperties,
  delivery: Type.Array(Delivery, {
    description: both(
      '受取人への連絡とその結果（予定を含む）',
      'What its recipient was and will be told, and what became of it',
    ),
  }),
  timeline: Type.Array(
    Strict({
      sequence: Type.Integer(),
      type: Type.String({ examples: ['remittance.paid'] }),
      status: Type.String(),
      status_reason: Nullable(Type.String()),
      at: Timestamp,
    }),
  ),
});

/** The problem of one item among many: what a single call would have answered (RFC 9457). */
export const ItemProblem = Type.Unsafe<Record<string, unknown>>({
  type: 'object',
  additionalProperties: true,
  description: both('この明細の問題（RFC 9457）', 'The problem of this item (RFC 9457)'),
});
