// SQL of deposit and deposit_sighting. Private to this folder. Reversals that wait are in waiting-reversal-store.ts.
import type { Instant, PlainDate } from '../base/clock.ts';
import type { Sql } from '../base/database.ts';
import { type Yen, yen } from '../base/money.ts';
import type { AccountNumber, Channel, DepositStatus, KnownDeposit, Telling } from './deposit.ts';
import { daysBefore, REVERSAL_WINDOW_DAYS } from './deposit.ts';

export interface StoredDeposit {
  readonly shopId: string;
  readonly depositId: string;
  readonly railAccountId: string;
  readonly account: AccountNumber;
  readonly amountYen: Yen;
  readonly valueDate: PlainDate;
  readonly payerSealed: Buffer;
  readonly unclaimed: boolean;
  readonly status: DepositStatus;
  readonly reversedOn: PlainDate | null;
  readonly matchedShopId: string | null;
  readonly matchedDepositId: string | null;
  readonly sendBackId: string | null;
  readonly sendBackSealed: Buffer | null;
  readonly sentBackRemittanceIds: readonly string[];
  readonly eventSequence: number;
  readonly receivedAt: Instant;
}

interface DepositRow {
  readonly shop_id: string;
  readonly deposit_id: string;
  readonly rail_account_id: string;
  readonly bank_code: string;
  readonly branch_code: string;
  readonly account_number: string;
  readonly amount_yen: number;
  readonly value_date: PlainDate;
  readonly payer_sealed: Buffer;
  readonly unclaimed: boolean;
  readonly status: DepositStatus;
  readonly reversed_on: PlainDate | null;
  readonly matched_shop_id: string | null;
  readonly matched_deposit_id: string | null;
  readonly send_back_id: string | null;
  readonly send_back_sealed: Buffer | null;
  readonly sent_back_remittance_ids: string[];
  readonly event_sequence: number;
  readonly received_at: Instant;
}

const SELECT = `
  select shop_id, deposit_id, rail_account_id, bank_code, branch_code, account_number, amount_yen,
    value_date, payer_sealed, unclaimed, status, reversed_on, matched_shop_id, matched_deposit_id,
    send_back_id, send_back_sealed, sent_back_remittance_ids, event_sequence, received_at
  from deposit`;

function accountOf(row: {
  readonly bank_code: string;
  readonly branch_code: string;
  readonly account_number: string;
}): AccountNumber {
  return {
    bankCode: row.bank_code,
    branchCode: row.branch_code,
    accountNumber: row.account_number,
  };
}

function toDeposit(row: DepositRow): StoredDeposit {
  return {
    shopId: row.shop_id,
    depositId: row.deposit_id,
    railAccountId: row.rail_account_id,
    account: accountOf(row),
    amountYen: yen(row.amount_yen),
    valueDate: row.value_date,
    payerSealed: row.payer_sealed,
    unclaimed: row.unclaimed,
    status: row.status,
    reversedOn: row.reversed_on,
    matchedShopId: row.matched_shop_id,
    matchedDepositId: row.matched_deposit_id,
    sendBackId: row.send_back_id,
    sendBackSealed: row.send_back_sealed,
    sentBackRemittanceIds: row.sent_back_remittance_ids,
    eventSequence: row.event_sequence,
    receivedAt: row.received_at,
  };
}

export async function selectDeposit(
  sql: Sql,
  shopId: string,
  depositId: string,
): Promise<StoredDeposit | undefined> {
  const rows = await sql.query<DepositRow>(`${SELECT} where shop_id = $1 and deposit_id = $2`, [
    shopId,
    depositId,
  ]);
  return rows.map(toDeposit)[0];
}

export async function selectDeposits(
  sql: Sql,
  shopId: string,
  depositIds: readonly string[],
): Promise<StoredDeposit[]> {
  const rows = await sql.query<DepositRow>(
    `${SELECT} join unnest($2::uuid[]) as asked(deposit_id) using (deposit_id)
     where shop_id = $1`,
    [shopId, [...new Set(depositIds)]],
  );
  return rows.map(toDeposit);
}

/** A shop's own deposits, newest first, before `beforeId` (null = from the newest). */
export async function selectDepositsBefore(
  sql: Sql,
  shopId: string,
  page: { readonly beforeId: string | null; readonly limit: number },
): Promise<StoredDeposit[]> {
  const rows = await sql.query<DepositRow>(
    `${SELECT} where shop_id = $1 and not unclaimed and ($2::uuid is null or deposit_id < $2)
     order by deposit_id desc limit $3`,
    [shopId, page.beforeId, page.limit],
  );
  return rows.map(toDeposit);
}

/** Unmatched deposits of an operator's tenant, oldest first, after `afterId`. */
export async function selectUnmatched(
  sql: Sql,
  shopId: string,
  page: { readonly afterId: string | null; readonly limit: number },
): Promise<StoredDeposit[]> {
  const rows = await sql.query<DepositRow>(
    `${SELECT} where shop_id = $1 and status = 'unmatched'
       and ($2::uuid is null or deposit_id > $2)
     order by deposit_id limit $3`,
    [shopId, page.afterId, page.limit],
  );
  return rows.map(toDeposit);
}

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
 * Deposits that are asked for. Lateral, with `offset 0`: the planner is held to one index lookup per
 * thing asked for, also on a fresh table of which it has no statistics.
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

/** Account and amount of unclaimed deposits that tellings may be about: `bank-branch-number:amount`. */
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

export interface NewDeposit
  extends Pick<
    StoredDeposit,
    | 'depositId'
    | 'railAccountId'
    | 'account'
    | 'amountYen'
    | 'payerSealed'
    | 'unclaimed'
    | 'status'
    | 'matchedShopId'
    | 'matchedDepositId'
  > {
  /** ISO date. */
  readonly valueDate: string;
  readonly payerKey: string;
}

export async function insertDeposits(
  sql: Sql,
  shopId: string,
  now: Instant,
  deposits: readonly NewDeposit[],
): Promise<void> {
  if (deposits.length === 0) return;
  await sql.run(
    `insert into deposit (shop_id, deposit_id, rail_account_id, bank_code, branch_code,
       account_number, amount_yen, value_date, payer_sealed, payer_key, unclaimed, status,
       matched_shop_id, matched_deposit_id, received_at, updated_at)
     select $1, n.*, $2, $2
     from unnest($3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::text[], $8::bigint[],
       $9::date[], $10::bytea[], $11::bigint[], $12::bool[], $13::text[], $14::uuid[],
       $15::uuid[]) as n`,
    [
      shopId,
      now,
      deposits.map((each) => each.depositId),
      deposits.map((each) => each.railAccountId),
      deposits.map((each) => each.account.bankCode),
      deposits.map((each) => each.account.branchCode),
      deposits.map((each) => each.account.accountNumber),
      deposits.map((each) => each.amountYen),
      deposits.map((each) => each.valueDate),
      deposits.map((each) => each.payerSealed),
      deposits.map((each) => each.payerKey),
      deposits.map((each) => each.unclaimed),
      deposits.map((each) => each.status),
      deposits.map((each) => each.matchedShopId),
      deposits.map((each) => each.matchedDepositId),
    ],
  );
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

/** What may change of a deposit; each change is one event. */
export interface DepositChanges {
  readonly status?: DepositStatus;
  readonly reversedOn?: PlainDate;
  readonly matchedShopId?: string;
  readonly matchedDepositId?: string;
  readonly sendBackId?: string;
  readonly sendBackSealed?: Buffer | null;
  readonly sentBackRemittanceIds?: readonly string[];
}

/** Writes a changed deposit and answers it with its next event sequence. */
export async function updateDeposit(
  sql: Sql,
  now: Instant,
  deposit: StoredDeposit,
  changes: DepositChanges,
): Promise<StoredDeposit> {
  const next = { ...deposit, ...changes, eventSequence: deposit.eventSequence + 1 };
  await sql.run(
    `update deposit set status = $3, reversed_on = $4, matched_shop_id = $5,
       matched_deposit_id = $6, send_back_id = $7, send_back_sealed = $8,
       sent_back_remittance_ids = $9::uuid[], event_sequence = $10, updated_at = $11
     where shop_id = $1 and deposit_id = $2`,
    [
      next.shopId,
      next.depositId,
      next.status,
      next.reversedOn,
      next.matchedShopId,
      next.matchedDepositId,
      next.sendBackId,
      next.sendBackSealed,
      next.sentBackRemittanceIds,
      next.eventSequence,
      now,
    ],
  );
  return next;
}
