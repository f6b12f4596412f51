// SQL of deposit. Private to this folder. What was told of deposits is in sighting-store.ts.
import type { Instant, PlainDate } from '../base/clock.ts';
import type { Sql } from '../base/database.ts';
import { type Yen, yen } from '../base/money.ts';
import type { AccountNumber, DepositStatus } from './deposit.ts';

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

export function accountOf(row: {
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
