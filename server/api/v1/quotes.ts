// POST /v1/quotes: fee, tax, route, cut-off and arrival for one or many, before anything is sent.
import Type, { type Static } from 'typebox';
import { yen } from '../../base/money.ts';
import { Refusal, type RefusalDetail } from '../../base/refusal.ts';
import { BANK_METHOD } from '../../remittances/method.ts';
import { type Quote, type QuoteRequest, quoteMany } from '../../remittances/quote.ts';
import type { RemittanceDeps } from '../../remittances/terms.ts';
import { problemOf } from '../problem.ts';
import type { Api } from '../resource.ts';
import { readDay } from './read-day.ts';
import { HolidayRule, ItemProblem, MethodName, ScheduledFor } from './remittance-schemas.ts';
import { Amount, both, CalendarDate, Nullable, OneOf, Strict, Timestamp, Yen } from './schemas.ts';

const MAX_QUOTES = 100;

const QuoteItem = Strict(
  {
    amount: Amount,
    method: Type.Optional(MethodName),
    bank_code: Type.Optional(Type.String({ pattern: '^[0-9]{4}$', examples: ['0005'] })),
    account_id: Type.Optional(Type.String({ minLength: 1, maxLength: 60 })),
    scheduled_for: Type.Optional(ScheduledFor),
    holiday_rule: Type.Optional(HolidayRule),
  },
  {
    examples: [
      { amount: 8400, bank_code: '0005' },
      { amount: 8400, method: 'atm_cash' },
    ],
  },
);

const QuoteBody = Strict({
  items: Type.Array(QuoteItem, { minItems: 1, maxItems: MAX_QUOTES }),
});

const QuoteAnswer = Strict({
  method: MethodName,
  route: Type.String({ examples: ['bank_transfer:http'] }),
  amount: Amount,
  fee: Strict({ amount: Yen, tax: Yen, version: Type.Integer() }),
  same_bank: Nullable(Type.Boolean()),
  cut_off_at: Timestamp,
  transfer_date: CalendarDate,
  expected_arrival: Strict({ from: CalendarDate, to: CalendarDate }),
  delayed_by: Nullable(Type.String()),
  outage: Nullable(
    Strict(
      {
        kind: OneOf(['maintenance', 'unannounced']),
        since: Timestamp,
        until: Nullable(Timestamp),
      },
      {
        description: both(
          '送金経路が現在止まっている場合、その事情。予告済みの停止は日付に反映済み',
          'What keeps the rail from taking anything just now; announced maintenance is in ' +
            'the dates',
        ),
      },
    ),
  ),
  bank_note: Nullable(Type.String()),
});

const Answer = Strict({
  items: Type.Array(
    Strict({
      index: Type.Integer(),
      quote: Type.Optional(QuoteAnswer),
      problem: Type.Optional(ItemProblem),
    }),
  ),
});

export function registerQuotes(api: Api, deps: { readonly remittances: RemittanceDeps }): void {
  api.post(
    '/v1/quotes',
    {
      config: { scope: 'remittances:read', repeats: 'reference' },
      schema: {
        tags: ['quotes'],
        summary: both('手数料と到着予定を見積もる', 'Quote fee and arrival'),
        description: both(
          '何も予約されません。銀行振込は bank_code か account_id を、ほかの受取方法は method だけを' +
            '指定します。締切と予告済みのメンテナンスは日付に反映されます。',
          'Nothing is reserved. A bank transfer names either a bank_code or an account_id, any ' +
            'other method only itself. Cut-offs and announced maintenance are in the dates.',
        ),
        body: QuoteBody,
        response: { 200: Answer },
      },
    },
    async (request) => {
      const { shop, locale } = request.caller;
      const read = request.body.items.map(readItem);
      const wanted = read.filter((one): one is QuoteRequest => !(one instanceof Refusal));
      const quotes = await quoteMany(deps.remittances, shop, wanted);
      let next = 0;
      const items = read.map((one, index) => {
        const answer: Quote | Refusal = one instanceof Refusal ? one : quotes[next++]!;
        return answer instanceof Refusal
          ? { index, problem: problemOf(answer, locale, request.id) }
          : { index, quote: answer };
      });
      return { items } as never;
    },
  );
}

function readItem(item: Static<typeof QuoteItem>, index: number): QuoteRequest | Refusal {
  const scheduledFor = readDay(`/items/${index}/scheduled_for`, item.scheduled_for);
  if (scheduledFor instanceof Refusal) return scheduledFor;
  const { bank_code, account_id, method = BANK_METHOD } = item;
  const asked = [bank_code, account_id].filter((each) => each !== undefined).length;
  if (asked !== (method === BANK_METHOD ? 1 : 0)) return neitherOrBoth(index);
  return {
    method,
    amountYen: yen(item.amount),
    to: bank_code !== undefined ? { bankCode: bank_code } : accountOf(account_id),
    scheduledFor,
    holidayRule: item.holiday_rule ?? 'next_business_day',
  };
}

const accountOf = (accountId: string | undefined) =>
  accountId === undefined ? null : { accountId };

function neitherOrBoth(index: number): Refusal {
  const detail: RefusalDetail = {
    pointer: `/items/${index}`,
    code: 'bank_code_or_account_id',
    ja: '銀行振込ではbank_codeかaccount_idのどちらか一方を指定し、ほかの受取方法では指定しないでください。',
    en: 'Give either bank_code or account_id for a bank transfer, neither for another method.',
  };
  return new Refusal('invalid_input', detail, { details: [detail] });
}
