// SQL of deposit_sighting: which channel told of which deposit, and what of the deposits a batch of
// tellings may be about. Private to this folder.
import type { Instant, PlainDate } from '../base/clock.ts';
import type { Sql } from '../base/database.ts';
import { yen } from '../base/money.ts';
import {
  type Channel,
  type DepositStatus,
  daysBefore,
  type KnownDeposit,
  REVERSAL_WINDOW_DAYS,
  type Telling,
} from './deposit.ts';
import { accountOf } from './deposit-store.ts';

interface KnownRow {
  readonly deposit_id: string;
  readonly bank_code: string;
  readonly branch_code: string;
  readonly account_number: string;
  readonly amount_yen: number;
  readonly value_date: PlainDate;
  readonly payer_key: string;
  readonly status: DepositStatus;
  readonly reversed_on: PlainDate | null;
  readonly tellings: readonly (readonly [Channel, boolean, string])[];
}

/** What the tellings ask for: account, amount and dates, each once. */
function askedColumns(tellings: readonly Telling[]): unknown[][] {
  const asked = new Map<string, readonly unknown[]>();
  for (const telling of tellings) {
    const { bankCode, branchCode, accountNumber } = telling.account;
    const { amountYen, valueDate, isReversal } = telling;
    const from = isReversal ? daysBefore(valueDate, REVERSAL_WINDOW_DAYS) : valueDate;
    const row = [bankCode, branchCode, accountNumber, amountYen, from, valueDate, isReversal];
    asked.set(row.join(), row);
  }
  const rows = [...asked.values()];
  return [0, 1, 2, 3, 4, 5, 6].map((column) => rows.map((row) => row[column]));
}

/**
 * Deposits that are asked for. Lateral, with `offset 0`: the planner is held to one index lookup
 * per thing asked for, also on a fresh table of which it has no statistics.
 */
const ASKED = `
  unnest($2::text[], $3::text[], $4::text[], $5::bigint[], $6::date[], $7::date[], $8::bool[])
    as a(bank_code, branch_code, account_number, amount_yen, from_date, to_date, reversal)
  cross join lateral (
    select * from deposit d
    where d.shop_id = $1 and d.bank_code = a.bank_code and d.branch_code = a.branch_code
      and d.account_number = a.account_number and d.amount_yen = a.amount_yen
      and d.value_date between a.from_date and a.to_date
    offset 0) d`;

const KNOWN = `
  select distinct on (d.deposit_id) d.deposit_id, d.bank_code, d.branch_code, d.account_number,
    d.amount_yen, d.value_date, d.payer_key::text as payer_key, d.status, d.reversed_on, t.tellings
  from ${ASKED}
  cross join lateral (
    select json_agg(json_build_array(s.channel, s.reversal, s.inquiry_number)) as tellings,
      bool_or(s.channel = $10 and s.reversal = a.reversal) as is_told
    from deposit_sighting s where s.shop_id = $1 and s.deposit_id = d.deposit_id) t
  where d.unclaimed = $9 and not t.is_told
  order by d.deposit_id`;

/**
 * Deposits that tellings of one channel, and reversals that wait, may be about, with all that was
 * told of them. Left out for the tellings are those of which the channel has told already: no
 * further telling of it can be about them.
 */
export async function selectKnown(
  sql: Sql,
  shopId: string,
  filter: { readonly unclaimed: boolean; readonly channel: Channel },
  tellings: readonly Telling[],
  waiting: readonly Telling[],
): Promise<KnownDeposit[]> {
  const { unclaimed, channel } = filter;
  const rows = await sql.query<KnownRow>(KNOWN, [
    ...[shopId, ...askedColumns(tellings)],
    ...[unclaimed, channel],
  ]);
  if (waiting.length > 0) {
    const anyChannel = [shopId, ...askedColumns(waiting), unclaimed, ''];
    rows.push(...(await sql.query<KnownRow>(KNOWN, anyChannel)));
  }
  return [...new Map(rows.map((row) => [row.deposit_id, toKnown(row)])).values()];
}

function toKnown(row: KnownRow): KnownDeposit {
  return {
    depositId: row.deposit_id,
    account: accountOf(row),
    amountYen: yen(row.amount_yen),
    valueDate: row.value_date.toString(),
    payerKey: row.payer_key,
    status: row.status,
    reversedOn: row.reversed_on?.toString() ?? null,
    tellings: row.tellings.map(([channel, isReversal, inquiryNumber]) => ({
      channel,
      isReversal,
      inquiryNumber,
    })),
  };
}

/**
 * Account and amount of unclaimed deposits that tellings may be about: `bank-branch-number:amount`.
 */
export async function selectHeldCredits(
  sql: Sql,
  operatorShopId: string,
  tellings: readonly Telling[],
): Promise<Set<string>> {
  const rows = await sql.query<{ key: string }>(
    `select distinct d.bank_code || '-' || d.branch_code || '-' || d.account_number || ':'
       || d.amount_yen as key
     from ${ASKED} where d.unclaimed`,
    [operatorShopId, ...askedColumns(tellings)],
  );
  return new Set(rows.map(({ key }) => key));
}

/** Which of these keys the channel has used before, and the deposits they are about. */
export async function selectSightings(
  sql: Sql,
  shopId: string,
  channel: Channel,
  keys: readonly string[],
): Promise<Map<string, string>> {
  const rows = await sql.query<{ channel_key: string; deposit_id: string }>(
    `select channel_key, deposit_id
     from deposit_sighting join unnest($3::text[]) as asked(channel_key) using (channel_key)
     where shop_id = $1 and channel = $2`,
    [shopId, channel, keys],
  );
  return new Map(rows.map((row) => [row.channel_key, row.deposit_id]));
}

export interface Sighting
  extends Pick<Telling, 'channel' | 'channelKey' | 'isReversal' | 'inquiryNumber'> {
  readonly depositId: string;
}

export async function insertSightings(
  sql: Sql,
  shopId: string,
  now: Instant,
  sightings: readonly Sighting[],
): Promise<void> {
  if (sightings.length === 0) return;
  await sql.run(
    `insert into deposit_sighting (shop_id, channel, channel_key, deposit_id, reversal,
       inquiry_number, seen_at)
     select $1, n.*, $2
     from unnest($3::text[], $4::text[], $5::uuid[], $6::bool[], $7::text[]) as n`,
    [
      shopId,
      now,
      sightings.map((each) => each.channel),
      sightings.map((each) => each.channelKey),
      sightings.map((each) => each.depositId),
      sightings.map((each) => each.isReversal),
      sightings.map((each) => each.inquiryNumber),
    ],
  );
}
