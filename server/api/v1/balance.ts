// GET /v1/balance and /v1/balance/transfers: what is owed to the shop, and every movement of it
// with a running balance. The ledger itself is server/ledger; what will be due comes in by
// `forecast`.
import Type from 'typebox';
import { type PlainDate, tokyoTimestamp } from '../../base/clock.ts';
import type { Sql } from '../../base/database.ts';
import { balancesOf, type StoredTransfer, transfersBefore } from '../../ledger/books.ts';
import { DEFAULT_LIMIT, decodeCursor, pageOf } from '../cursor.ts';
import type { Api } from '../resource.ts';
import {
  both,
  CalendarDate,
  Nullable,
  OneOf,
  PageOf,
  pageQuery,
  Strict,
  Timestamp,
  Yen,
} from './schemas.ts';

/** What falls due on one day by remittances not yet handed to a rail. */
export interface ForecastDay {
  readonly date: PlainDate;
  readonly amountYen: number;
  readonly count: number;
}

export interface BalanceDeps {
  readonly db: Sql;
  /** Ascending by date. Amounts include what is already reserved. */
  readonly forecast: (shopId: string) => Promise<readonly ForecastDay[]>;
  /**
   * Public ids (`rem_…`, `dep_…`) of what moved the money, by the transfer's cause id; unknown ones
   * are left out.
   */
  readonly objectsOf: (
    shopId: string,
    transfers: readonly StoredTransfer[],
  ) => Promise<ReadonlyMap<string, string>>;
}

const Balance = Strict({
  available: Type.Integer({
    description: both('送金に使える残高（円）', 'Free to be remitted, yen'),
    examples: [1_250_000],
  }),
  reserved: Type.Integer({
    description: both('受付済みで未送金の金額（円）', 'Set aside for accepted remittances, yen'),
    examples: [340_000],
  }),
  in_flight: Type.Integer({
    description: both('送金処理中の金額（円）', 'Handed over, outcome not known yet, yen'),
    examples: [88_000],
  }),
  currency: OneOf(['JPY']),
  forecast: Type.Array(
    Strict({
      date: CalendarDate,
      amount: Yen,
      count: Type.Integer({ examples: [12] }),
    }),
    { description: both('日付ごとの送金予定額', 'What is due to be remitted, by date') },
  ),
});

/**
 * How the ledger's accounts are called outside: one name for all rails, one for all places where
 * money lies.
 */
const PLACES = [
  'available',
  'reserved',
  'in_flight',
  'bank',
  'fees',
  'shortfall',
  'clearing',
] as const;
type Place = (typeof PLACES)[number];

/** How a ledger account is called outside. */
export function placeOf(account: string): Place {
  if (account === 'available' || account === 'reserved' || account === 'clearing') return account;
  if (account.startsWith('in_flight:')) return 'in_flight';
  if (account.startsWith('cash:') || account.startsWith('prefund:')) return 'bank';
  if (account === 'due_from_shop') return 'shortfall';
  if (account === 'unmatched') return 'bank';
  return 'fees';
}

const Movement = Strict({
  sequence: Type.Integer({
    description: both('ショップ内の通し番号', 'Number of the movement within the shop'),
    examples: [1042],
  }),
  occurred_at: Timestamp,
  cause: Type.String({
    description: both('動いた理由', 'What moved it'),
    examples: ['deposit', 'instruct', 'failed'],
  }),
  object_id: Nullable(
    Type.String({
      description: both('対象の送金または入金', 'The remittance or deposit it belongs to'),
      examples: ['rem_01jdc3q9vhf9k8t3m5n7p2r4s6'],
    }),
  ),
  from: OneOf(PLACES),
  to: OneOf(PLACES),
  amount: Type.Integer({ minimum: 1, examples: [12_000] }),
  available_after: Nullable(
    Type.Integer({
      description: both(
        '直後の残高 available（動かない場合はnull）',
        'The balance `available` right after; null where it did not move',
      ),
      examples: [1_238_000],
    }),
  ),
});

function showMovement(transfer: StoredTransfer, objects: ReadonlyMap<string, string>) {
  return {
    sequence: transfer.seq,
    occurred_at: tokyoTimestamp(transfer.at),
    cause: transfer.cause,
    object_id: objects.get(transfer.causeId) ?? null,
    from: placeOf(transfer.from),
    to: placeOf(transfer.to),
    amount: transfer.amountYen,
    available_after: transfer.availableAfterYen,
  };
}

export function registerBalance(api: Api, deps: BalanceDeps): void {
  api.get(
    '/v1/balance',
    {
      config: { scope: 'balance:read' },
      schema: {
        tags: ['balance'],
        summary: both('残高', 'Balance'),
        response: { 200: Balance },
      },
    },
    async (request) => {
      const { shopId } = request.caller.shop;
      const [balances, forecast] = await Promise.all([
        balancesOf(deps.db, shopId),
        deps.forecast(shopId),
      ]);
      let inFlightYen = 0;
      for (const [account, balanceYen] of balances) {
        if (account.startsWith('in_flight:')) inFlightYen += balanceYen;
      }
      return {
        available: balances.get('available') ?? 0,
        reserved: balances.get('reserved') ?? 0,
        in_flight: inFlightYen,
        currency: 'JPY' as const,
        forecast: forecast.map(({ date, amountYen, count }) => ({
          date: date.toString(),
          amount: amountYen,
          count,
        })),
      };
    },
  );
  registerTransfers(api, deps);
}

function registerTransfers(api: Api, deps: BalanceDeps): void {
  api.get(
    '/v1/balance/transfers',
    {
      config: { scope: 'balance:read' },
      schema: {
        tags: ['balance'],
        summary: both('残高の動き', 'Movements of the balance'),
        description: both(
          '新しい順。include=all で available 以外の動き（処理中への移動、手数料など）も含めます。',
          'Newest first. include=all adds what does not touch available (hand-over, fees).',
        ),
        querystring: Strict({
          ...pageQuery,
          include: Type.Optional(OneOf(['available', 'all'], { default: 'available' })),
        }),
        response: { 200: PageOf(Movement) },
      },
    },
    async (request) => {
      const { shopId } = request.caller.shop;
      const { limit = DEFAULT_LIMIT, cursor, include } = request.query;
      const rows = await transfersBefore(deps.db, shopId, {
        beforeSeq: decodeCursor(cursor, ['number'])?.[0] ?? null,
        movesAvailable: include !== 'all',
        limit: limit + 1,
      });
      const objects = await deps.objectsOf(shopId, rows);
      return pageOf(
        rows,
        limit,
        (row) => [row.seq],
        (row) => showMovement(row, objects),
      );
    },
  );
}
