// SQL of waiting_reversal: reversals that came without a deposit they could be of. Private to this
// folder.
import type { Instant, PlainDate } from '../base/clock.ts';
import type { Sql } from '../base/database.ts';
import { type Yen, yen } from '../base/money.ts';
import type { AccountNumber, Channel, Telling } from './deposit.ts';

export interface WaitingReversal {
  readonly shopId: string;
  readonly telling: Telling;
  readonly railAccountId: string;
  readonly payerSealed: Buffer;
  readonly status: 'waiting' | 'applied' | 'dropped';
  readonly note: string;
  readonly seenAt: Instant;
}

interface WaitingRow {
  readonly shop_id: string;
  readonly channel: Channel;
  readonly channel_key: string;
  readonly rail_account_id: string;
  readonly bank_code: string;
  readonly branch_code: string;
  readonly account_number: string;
  readonly amount_yen: number;
  readonly value_date: PlainDate;
  readonly payer_key: string;
  readonly payer_sealed: Buffer;
  readonly inquiry_number: string;
  readonly status: WaitingReversal['status'];
  readonly note: string;
  readonly seen_at: Instant;
}

const SELECT = `
  select shop_id, channel, channel_key, rail_account_id, bank_code, branch_code, account_number,
    amount_yen, value_date, payer_key::text as payer_key, payer_sealed, inquiry_number, status,
    note, seen_at
  from waiting_reversal`;

function toReversal(row: WaitingRow): WaitingReversal {
  const account: AccountNumber = {
    bankCode: row.bank_code,
    branchCode: row.branch_code,
    accountNumber: row.account_number,
  };
  return {
    shopId: row.shop_id,
    telling: {
      channel: row.channel,
      channelKey: row.channel_key,
      account,
      amountYen: yen(row.amount_yen) as Yen,
      valueDate: row.value_date.toString(),
      payerKey: row.payer_key,
      isReversal: true,
      inquiryNumber: row.inquiry_number,
    },
    railAccountId: row.rail_account_id,
    payerSealed: row.payer_sealed,
    status: row.status,
    note: row.note,
    seenAt: row.seen_at,
  };
}

/** Those waiting on the accounts and amounts of `tellings`. */
export async function selectWaitingFor(
  sql: Sql,
  shopId: string,
  tellings: readonly Telling[],
): Promise<Telling[]> {
  const rows = await sql.query<WaitingRow>(
    `${SELECT} where shop_id = $1 and status = 'waiting'
       and (bank_code, branch_code, account_number, amount_yen) in (
         select * from unnest($2::text[], $3::text[], $4::text[], $5::bigint[]))
     order by seen_at, channel_key`,
    [
      shopId,
      tellings.map(({ account }) => account.bankCode),
      tellings.map(({ account }) => account.branchCode),
      tellings.map(({ account }) => account.accountNumber),
      tellings.map(({ amountYen }) => amountYen),
    ],
  );
  return rows.map((row) => toReversal(row).telling);
}

/** Which of these keys of a channel name a reversal that waited, whatever became of it. */
export async function selectWaitedKeys(
  sql: Sql,
  shopId: string,
  channel: Channel,
  keys: readonly string[],
): Promise<string[]> {
  const rows = await sql.query<{ channel_key: string }>(
    `select channel_key
     from waiting_reversal join unnest($3::text[]) as asked(channel_key) using (channel_key)
     where shop_id = $1 and channel = $2`,
    [shopId, channel, keys],
  );
  return rows.map((row) => row.channel_key);
}

export async function selectWaiting(
  sql: Sql,
  shopId: string,
  limit: number,
): Promise<WaitingReversal[]> {
  const rows = await sql.query<WaitingRow>(
    `${SELECT} where shop_id = $1 and status = 'waiting' order by seen_at, channel_key limit $2`,
    [shopId, limit],
  );
  return rows.map(toReversal);
}

export async function selectWaitingByKey(
  sql: Sql,
  shopId: string,
  channel: string,
  channelKey: string,
): Promise<WaitingReversal | undefined> {
  const rows = await sql.query<WaitingRow>(
    `${SELECT} where shop_id = $1 and channel = $2 and channel_key = $3`,
    [shopId, channel, channelKey],
  );
  return rows.map(toReversal)[0];
}

export async function insertWaiting(
  sql: Sql,
  shopId: string,
  now: Instant,
  reversals: readonly Pick<WaitingReversal, 'telling' | 'railAccountId' | 'payerSealed'>[],
): Promise<void> {
  if (reversals.length === 0) return;
  const tellings = reversals.map(({ telling }) => telling);
  await sql.run(
    `insert into waiting_reversal (shop_id, channel, channel_key, rail_account_id, bank_code,
       branch_code, account_number, amount_yen, value_date, payer_key, payer_sealed,
       inquiry_number, status, seen_at)
     select $1, n.*, 'waiting', $2
     from unnest($3::text[], $4::text[], $5::uuid[], $6::text[], $7::text[], $8::text[],
       $9::bigint[], $10::date[], $11::bigint[], $12::bytea[], $13::text[]) as n`,
    [
      shopId,
      now,
      tellings.map(({ channel }) => channel),
      tellings.map(({ channelKey }) => channelKey),
      reversals.map(({ railAccountId }) => railAccountId),
      tellings.map(({ account }) => account.bankCode),
      tellings.map(({ account }) => account.branchCode),
      tellings.map(({ account }) => account.accountNumber),
      tellings.map(({ amountYen }) => amountYen),
      tellings.map(({ valueDate }) => valueDate),
      tellings.map(({ payerKey }) => payerKey),
      reversals.map(({ payerSealed }) => payerSealed),
      tellings.map(({ inquiryNumber }) => inquiryNumber),
    ],
  );
}

export async function settleWaiting(
  sql: Sql,
  shopId: string,
  settled: readonly Pick<Telling, 'channel' | 'channelKey'>[],
  outcome: { readonly status: 'applied' | 'dropped'; readonly note: string },
): Promise<void> {
  if (settled.length === 0) return;
  await sql.run(
    `update waiting_reversal set status = $4, note = $5
     where shop_id = $1 and (channel, channel_key) in (
       select * from unnest($2::text[], $3::text[]))`,
    [
      shopId,
      settled.map(({ channel }) => channel),
      settled.map(({ channelKey }) => channelKey),
      outcome.status,
      outcome.note,
    ],
  );
}
