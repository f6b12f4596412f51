// All SQL of remittance, remittance_reference and instructed_day. Rows come back as Remittance.
import type { Instant, PlainDate } from '../base/clock.ts';
import type { Sql } from '../base/database.ts';
import type { Tx } from '../base/deed.ts';
import { yen } from '../base/money.ts';
import type { KnownReference } from './decide.ts';
import type { Remittance } from './remittance.ts';

interface RemittanceRow {
  readonly shop_id: string;
  readonly remittance_id: string;
  readonly reference: string;
  readonly amount_yen: number;
  readonly status: Remittance['status'];
  readonly status_reason: Remittance['statusReason'];
  readonly status_detail: string | null;
  readonly method: string;
  readonly destination_sealed: Buffer;
  readonly masked: Readonly<Record<string, unknown>>;
  readonly account_id: string | null;
  readonly search_keys: readonly string[];
  readonly fee_version: number;
  readonly fee_yen: number;
  readonly rail_account_id: string | null;
  readonly scheduled_for: PlainDate | null;
  readonly dispatch_at: Instant | null;
  readonly transfer_date: PlainDate | null;
  readonly expected_from: PlainDate | null;
  readonly expected_to: PlainDate | null;
  readonly description: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly hold_reason: Remittance['holdReason'];
  readonly hold_by: string | null;
  readonly hold_since: Instant | null;
  readonly recall: Remittance['recall'];
  readonly paid_basis: Remittance['paidBasis'];
  readonly paid_at: Instant | null;
  readonly received_yen: number | null;
  readonly receipt_sealed: Buffer | null;
  readonly attempt_count: number;
  readonly event_sequence: number;
  readonly created_at: Instant;
  readonly updated_at: Instant;
}

export const REMITTANCE_COLUMNS = `shop_id, remittance_id, reference, amount_yen, status,
  status_reason, status_detail, method, destination_sealed, masked, account_id,
  search_keys::text[] as search_keys, fee_version, fee_yen, rail_account_id, scheduled_for,
  dispatch_at, transfer_date, expected_from, expected_to, description, metadata, hold_reason,
  hold_by, hold_since, recall, paid_basis, paid_at, received_yen, receipt_sealed, attempt_count,
  event_sequence, created_at,
  updated_at`;

export function toRemittance(row: RemittanceRow): Remittance {
  return {
    shopId: row.shop_id,
    remittanceId: row.remittance_id,
    reference: row.reference,
    amountYen: yen(row.amount_yen),
    status: row.status,
    statusReason: row.status_reason,
    statusDetail: row.status_detail,
    method: row.method,
    destinationSealed: row.destination_sealed,
    masked: row.masked,
    accountId: row.account_id,
    searchKeys: row.search_keys,
    feeVersion: row.fee_version,
    feeYen: yen(row.fee_yen),
    railAccountId: row.rail_account_id,
    scheduledFor: row.scheduled_for,
    dispatchAt: row.dispatch_at,
    transferDate: row.transfer_date,
    expectedFrom: row.expected_from,
    expectedTo: row.expected_to,
    description: row.description,
    metadata: row.metadata,
    holdReason: row.hold_reason,
    holdBy: row.hold_by,
    holdSince: row.hold_since,
    recall: row.recall,
    paidBasis: row.paid_basis,
    paidAt: row.paid_at,
    receivedYen: row.received_yen === null ? null : yen(row.received_yen),
    receiptSealed: row.receipt_sealed,
    attemptCount: row.attempt_count,
    eventSequence: row.event_sequence,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

/**
 * Remittances by a condition; `condition` begins after `where shop_id = $1`, its values from $2.
 */
export async function remittancesWhere(
  sql: Sql,
  shopId: string,
  condition: string,
  values: readonly unknown[],
): Promise<Remittance[]> {
  const rows = await sql.query<RemittanceRow>(
    `select ${REMITTANCE_COLUMNS} from remittance where shop_id = $1 ${condition}`,
    [shopId, ...values],
  );
  return rows.map(toRemittance);
}

export async function remittanceById(
  sql: Sql,
  shopId: string,
  remittanceId: string,
): Promise<Remittance | undefined> {
  return (await remittancesWhere(sql, shopId, 'and remittance_id = $2', [remittanceId]))[0];
}

export function remittancesByIds(
  sql: Sql,
  shopId: string,
  ids: readonly string[],
): Promise<Remittance[]> {
  return remittancesWhere(sql, shopId, 'and remittance_id = any($2::uuid[])', [ids]);
}

export async function idByReference(
  sql: Sql,
  shopId: string,
  reference: string,
): Promise<string | undefined> {
  const rows = await sql.query<{ remittance_id: string }>(
    'select remittance_id from remittance_reference where shop_id = $1 and reference = $2',
    [shopId, reference],
  );
  return rows[0]?.remittance_id;
}

export async function knownReferences(
  sql: Sql,
  shopId: string,
  references: readonly string[],
): Promise<Map<string, KnownReference>> {
  const rows = await sql.query<{ reference: string; remittance_id: string; fingerprint: Buffer }>(
    `select reference, remittance_id, fingerprint from remittance_reference
     where shop_id = $1 and reference = any($2::text[])`,
    [shopId, references],
  );
  return new Map(
    rows.map((row) => [
      row.reference,
      { remittanceId: row.remittance_id, fingerprint: row.fingerprint },
    ]),
  );
}

export async function someAwaitFunds(sql: Sql, shopId: string): Promise<boolean> {
  const rows = await sql.query(
    `select 1 from remittance where shop_id = $1 and status = 'awaiting_funds' limit 1`,
    [shopId],
  );
  return rows.length > 0;
}

/** Around midnight the clocks of two processes may be of two days. */
const LATEST_DAYS = 3;

/** What was instructed on a day: any of the latest that the shop instructed on. */
export async function instructedLately(
  sql: Sql,
  shopId: string,
): Promise<(day: PlainDate) => number> {
  const rows = await sql.query<{ day: PlainDate; amount_yen: number }>(
    `select day, amount_yen from instructed_day where shop_id = $1
     order by day desc limit ${LATEST_DAYS}`,
    [shopId],
  );
  return (day) => rows.find((row) => row.day.equals(day))?.amount_yen ?? 0;
}

/** `plan` is the place in the arrays from $13 on of what a row shares with others. */
const INSERT = `
  insert into remittance (shop_id, remittance_id, reference, amount_yen, status, method,
    destination_sealed, masked, account_id, search_keys, fee_version, fee_yen, rail_account_id,
    scheduled_for, dispatch_at, transfer_date, expected_from, expected_to, description, metadata,
    event_sequence, created_at, updated_at)
  select $1, remittance_id, reference, amount_yen, ($13::text[])[plan], ($14::text[])[plan],
    destination_sealed, masked, account_id, search_keys::bigint[], ($15::int[])[plan],
    ($16::bigint[])[plan], ($17::uuid[])[plan], ($18::date[])[plan], ($19::timestamptz[])[plan],
    ($20::date[])[plan], ($21::date[])[plan], ($22::date[])[plan], description, metadata, 1, $2, $2
  from rows from (
    unnest($3::uuid[], $4::text[], $5::bigint[], $6::bytea[], $7::text[], $8::text[], $9::text[],
      $10::int[]),
    jsonb_array_elements($11::jsonb), jsonb_array_elements($12::jsonb))
    as n(remittance_id, reference, amount_yen, destination_sealed, account_id, search_keys,
      description, plan, masked, metadata)`;

const INSERT_REFERENCES = `
  insert into remittance_reference (shop_id, reference, remittance_id, fingerprint)
  select $1, reference, remittance_id, fingerprint
  from unnest($2::text[], $3::uuid[], $4::bytea[]) as n(reference, remittance_id, fingerprint)`;

const ADD_DAY = `
  insert into instructed_day (shop_id, day, amount_yen, item_count) values ($1, $2, $3, $4)
  on conflict (shop_id, day) do update set
    amount_yen = instructed_day.amount_yen + excluded.amount_yen,
    item_count = instructed_day.item_count + excluded.item_count`;

/**
 * Writes new remittances with their references and the day's sum, in three pipelined statements.
 */
export async function insertRemittances(
  tx: Tx,
  day: PlainDate,
  remittances: readonly Remittance[],
  fingerprints: readonly Buffer[],
): Promise<void> {
  const column = (of: (remittance: Remittance) => unknown) => remittances.map(of);
  const ids = column((r) => r.remittanceId);
  const references = column((r) => r.reference);
  const total = remittances.reduce((sum, r) => sum + r.amountYen, 0);
  const { places, plans } = sharedPlans(remittances);
  const shared = (of: (plan: Remittance) => unknown) => plans.map(of);
  await Promise.all([
    tx.run(INSERT, [
      tx.shopId,
      tx.now,
      ids,
      references,
      column((r) => r.amountYen),
      column((r) => r.destinationSealed),
      column((r) => r.accountId),
      column((r) => `{${r.searchKeys.join(',')}}`),
      column((r) => r.description),
      places,
      JSON.stringify(column((r) => r.masked)),
      JSON.stringify(column((r) => r.metadata)),
      shared((r) => r.status),
      shared((r) => r.method),
      shared((r) => r.feeVersion),
      shared((r) => r.feeYen),
      shared((r) => r.railAccountId),
      shared((r) => r.scheduledFor),
      shared((r) => r.dispatchAt),
      shared((r) => r.transferDate),
      shared((r) => r.expectedFrom),
      shared((r) => r.expectedTo),
    ]),
    tx.run(INSERT_REFERENCES, [tx.shopId, references, ids, fingerprints]),
    tx.run(ADD_DAY, [tx.shopId, day, total, remittances.length]),
  ]);
}

/** What rows of one batch mostly have in common. */
const PLANNED = [
  ...(['status', 'method', 'feeVersion', 'feeYen', 'railAccountId', 'scheduledFor'] as const),
  ...(['dispatchAt', 'transferDate', 'expectedFrom', 'expectedTo'] as const),
];
/** How many of the latest plans a row is compared with; a plan that comes twice does no harm. */
const PLANS_LOOKED_AT = 8;

/** The different plans of a batch, and for each row the place of its own, from 1. */
function sharedPlans(remittances: readonly Remittance[]) {
  const plans: Remittance[] = [];
  const places = remittances.map((remittance) => {
    const lowest = Math.max(0, plans.length - PLANS_LOOKED_AT);
    for (let index = plans.length - 1; index >= lowest; index--) {
      if (PLANNED.every((member) => plans[index]![member] === remittance[member])) return index + 1;
    }
    return plans.push(remittance);
  });
  return { plans, places };
}

const UPDATE = `
  update remittance r set status = n.status, status_reason = n.status_reason,
    status_detail = n.status_detail, dispatch_at = n.dispatch_at,
    transfer_date = n.transfer_date, expected_from = n.expected_from,
    expected_to = n.expected_to, hold_reason = n.hold_reason, hold_by = n.hold_by,
    hold_since = n.hold_since, recall = n.recall, paid_basis = n.paid_basis,
    paid_at = n.paid_at, attempt_count = n.attempt_count, event_sequence = n.event_sequence,
    received_yen = n.received_yen, receipt_sealed = n.receipt_sealed, updated_at = $2
  from unnest($3::uuid[], $4::text[], $5::text[], $6::text[], $7::timestamptz[], $8::date[],
      $9::date[], $10::date[], $11::text[], $12::text[], $13::timestamptz[], $14::text[],
      $15::text[], $16::timestamptz[], $17::int[], $18::int[], $19::bigint[], $20::bytea[])
    as n(remittance_id, status, status_reason, status_detail, dispatch_at, transfer_date,
      expected_from, expected_to, hold_reason, hold_by, hold_since, recall, paid_basis, paid_at,
      attempt_count, event_sequence, received_yen, receipt_sealed)
  where r.shop_id = $1 and r.remittance_id = n.remittance_id`;

/** Writes what can change of remittances. The caller holds the shop's lock, so none is missed. */
export async function updateRemittances(tx: Tx, remittances: readonly Remittance[]): Promise<void> {
  if (remittances.length === 0) return;
  const column = (of: (remittance: Remittance) => unknown) => remittances.map(of);
  const changed = await tx.run(UPDATE, [
    tx.shopId,
    tx.now,
    column((r) => r.remittanceId),
    column((r) => r.status),
    column((r) => r.statusReason),
    column((r) => r.statusDetail),
    column((r) => r.dispatchAt),
    column((r) => r.transferDate),
    column((r) => r.expectedFrom),
    column((r) => r.expectedTo),
    column((r) => r.holdReason),
    column((r) => r.holdBy),
    column((r) => r.holdSince),
    column((r) => r.recall),
    column((r) => r.paidBasis),
    column((r) => r.paidAt),
    column((r) => r.attemptCount),
    column((r) => r.eventSequence),
    column((r) => r.receivedYen),
    column((r) => r.receiptSealed),
  ]);
  if (changed !== remittances.length) throw new Error('a remittance vanished under the lock');
}

/** Writes what a recipient's choice changes beside status and dates. Under the shop's lock. */
export async function specifyRemittance(tx: Tx, remittance: Remittance): Promise<void> {
  const changed = await tx.run(
    `update remittance set method = $3, destination_sealed = $4, masked = $5::jsonb,
       search_keys = $6::bigint[], rail_account_id = $7, fee_yen = $8, account_id = $9
     where shop_id = $1 and remittance_id = $2`,
    [
      tx.shopId,
      remittance.remittanceId,
      remittance.method,
      remittance.destinationSealed,
      JSON.stringify(remittance.masked),
      `{${remittance.searchKeys.join(',')}}`,
      remittance.railAccountId,
      remittance.feeYen,
      remittance.accountId,
    ],
  );
  if (changed !== 1) throw new Error('a remittance vanished under the lock');
}

/** Rail accounts by which something of the shop is due to leave. */
export async function railAccountsDue(sql: Sql, shopId: string, now: Instant): Promise<string[]> {
  const rows = await sql.query<{ rail_account_id: string }>(
    `select distinct rail_account_id from remittance
     where shop_id = $1 and status = 'scheduled' and hold_reason is null and dispatch_at <= $2
       and rail_account_id is not null`,
    [shopId, now],
  );
  return rows.map((row) => row.rail_account_id);
}
