// All SQL of attempt and submission: what was handed to a rail, and what became of each payment.
import type { Instant, PlainDate } from '../base/clock.ts';
import type { Sql } from '../base/database.ts';
import type { Tx } from '../base/deed.ts';
import { type Yen, yen } from '../base/money.ts';

export interface Attempt {
  readonly attemptId: string;
  readonly remittanceId: string;
  readonly number: number;
  readonly submissionId: string;
  readonly itemNumber: number;
  readonly dispatchCode: string;
  readonly amountYen: Yen;
  readonly status: 'processing' | 'paid' | 'failed' | 'returned';
  readonly reason: string | null;
  readonly detail: string;
  readonly createdAt: Instant;
  readonly settledAt: Instant | null;
}

export type SubmissionStatus =
  | 'prepared'
  | 'calling'
  | 'accepted'
  | 'rejected'
  | 'unknown'
  | 'absent';

export interface StoredSubmission {
  readonly shopId: string;
  readonly submissionId: string;
  readonly rail: string;
  readonly railAccountId: string;
  readonly transferDate: PlainDate;
  readonly cutOffAt: Instant;
  readonly itemCount: number;
  readonly totalYen: Yen;
  readonly status: SubmissionStatus;
  readonly railReference: string | null;
  readonly detail: string;
  readonly createdAt: Instant;
  readonly calledAt: Instant | null;
}

interface AttemptRow {
  readonly attempt_id: string;
  readonly remittance_id: string;
  readonly number: number;
  readonly submission_id: string;
  readonly item_number: number;
  readonly dispatch_code: string;
  readonly amount_yen: number;
  readonly status: Attempt['status'];
  readonly reason: string | null;
  readonly detail: string;
  readonly created_at: Instant;
  readonly settled_at: Instant | null;
}

const ATTEMPT = `attempt_id, remittance_id, number, submission_id, item_number, dispatch_code,
  amount_yen, status, reason, detail, created_at, settled_at`;

function toAttempt(row: AttemptRow): Attempt {
  return {
    attemptId: row.attempt_id,
    remittanceId: row.remittance_id,
    number: row.number,
    submissionId: row.submission_id,
    itemNumber: row.item_number,
    dispatchCode: row.dispatch_code,
    amountYen: yen(row.amount_yen),
    status: row.status,
    reason: row.reason,
    detail: row.detail,
    createdAt: row.created_at,
    settledAt: row.settled_at,
  };
}

async function attemptsWhere(
  sql: Sql,
  shopId: string,
  condition: string,
  value: unknown,
): Promise<Attempt[]> {
  const rows = await sql.query<AttemptRow>(
    `select ${ATTEMPT} from attempt where shop_id = $1 and ${condition} limit 10000`,
    [shopId, value],
  );
  return rows.map(toAttempt);
}

export const attemptsOfRemittance = (sql: Sql, shopId: string, remittanceId: string) =>
  attemptsWhere(sql, shopId, 'remittance_id = $2', remittanceId);

export const attemptsOfSubmission = (sql: Sql, shopId: string, submissionId: string) =>
  attemptsWhere(sql, shopId, 'submission_id = $2', submissionId);

export const attemptsByCodes = (sql: Sql, shopId: string, codes: readonly string[]) =>
  attemptsWhere(sql, shopId, 'dispatch_code = any($2::text[])', codes);

/** Paid by this rail account, by the time that the rail gave for it. */
export async function attemptsPaidOn(
  sql: Sql,
  shopId: string,
  railAccountId: string,
  from: Instant,
  until: Instant,
): Promise<Attempt[]> {
  const columns = ATTEMPT.split(',').map((name) => `a.${name.trim()}`);
  const rows = await sql.query<AttemptRow>(
    `select ${columns.join(', ')} from attempt a
     join remittance r on r.shop_id = a.shop_id and r.remittance_id = a.remittance_id
     join submission s on s.shop_id = a.shop_id and s.submission_id = a.submission_id
     where a.shop_id = $1 and a.status = 'paid' and s.rail_account_id = $2
       and a.settled_at >= $3 and r.paid_at >= $3 and r.paid_at < $4 limit 100000`,
    [shopId, railAccountId, from, until],
  );
  return rows.map(toAttempt);
}

export async function insertAttempts(tx: Tx, attempts: readonly Attempt[]): Promise<void> {
  const column = (of: (attempt: Attempt) => unknown) => attempts.map(of);
  await tx.run(
    `insert into attempt (shop_id, attempt_id, remittance_id, number, submission_id, item_number,
       dispatch_code, amount_yen, status, created_at)
     select $1, attempt_id, remittance_id, number, submission_id, item_number, dispatch_code,
       amount_yen, 'processing', $2
     from unnest($3::uuid[], $4::uuid[], $5::int[], $6::uuid[], $7::int[], $8::text[],
       $9::bigint[]) as n(attempt_id, remittance_id, number, submission_id, item_number,
       dispatch_code, amount_yen)`,
    [
      tx.shopId,
      tx.now,
      column((a) => a.attemptId),
      column((a) => a.remittanceId),
      column((a) => a.number),
      column((a) => a.submissionId),
      column((a) => a.itemNumber),
      column((a) => a.dispatchCode),
      column((a) => a.amountYen),
    ],
  );
}

/** Moves attempts on; the database refuses what their states do not allow. */
export async function settleAttempts(tx: Tx, attempts: readonly Attempt[]): Promise<void> {
  if (attempts.length === 0) return;
  const column = (of: (attempt: Attempt) => unknown) => attempts.map(of);
  const changed = await tx.run(
    `update attempt a set status = n.status, reason = n.reason, detail = n.detail, settled_at = $2
     from unnest($3::uuid[], $4::text[], $5::text[], $6::text[])
       as n(attempt_id, status, reason, detail)
     where a.shop_id = $1 and a.attempt_id = n.attempt_id`,
    [
      tx.shopId,
      tx.now,
      column((a) => a.attemptId),
      column((a) => a.status),
      column((a) => a.reason),
      column((a) => a.detail),
    ],
  );
  if (changed !== attempts.length) throw new Error('an attempt vanished under the lock');
}

interface SubmissionRow {
  readonly shop_id: string;
  readonly submission_id: string;
  readonly rail: string;
  readonly rail_account_id: string;
  readonly transfer_date: PlainDate;
  readonly cut_off_at: Instant;
  readonly item_count: number;
  readonly total_yen: number;
  readonly status: SubmissionStatus;
  readonly rail_reference: string | null;
  readonly detail: string;
  readonly created_at: Instant;
  readonly called_at: Instant | null;
}

const SUBMISSION = `shop_id, submission_id, rail, rail_account_id, transfer_date, cut_off_at,
  item_count, total_yen, status, rail_reference, detail, created_at, called_at`;

function toSubmission(row: SubmissionRow): StoredSubmission {
  return {
    shopId: row.shop_id,
    submissionId: row.submission_id,
    rail: row.rail,
    railAccountId: row.rail_account_id,
    transferDate: row.transfer_date,
    cutOffAt: row.cut_off_at,
    itemCount: row.item_count,
    totalYen: yen(row.total_yen),
    status: row.status,
    railReference: row.rail_reference,
    detail: row.detail,
    createdAt: row.created_at,
    calledAt: row.called_at,
  };
}

export async function submissionById(
  sql: Sql,
  shopId: string,
  submissionId: string,
): Promise<StoredSubmission | undefined> {
  const rows = await sql.query<SubmissionRow>(
    `select ${SUBMISSION} from submission where shop_id = $1 and submission_id = $2`,
    [shopId, submissionId],
  );
  return rows.map(toSubmission)[0];
}

/** Newest first: the day's hand-overs for the operator. */
export async function submissionsBetween(
  sql: Sql,
  shopId: string,
  from: Instant,
  to: Instant,
): Promise<StoredSubmission[]> {
  const rows = await sql.query<SubmissionRow>(
    `select ${SUBMISSION} from submission
     where shop_id = $1 and created_at >= $2 and created_at < $3
     order by created_at desc, submission_id limit 1000`,
    [shopId, from, to],
  );
  return rows.map(toSubmission);
}

export async function insertSubmission(tx: Tx, submission: StoredSubmission): Promise<void> {
  await tx.run(
    `insert into submission (${SUBMISSION})
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
    [
      tx.shopId,
      submission.submissionId,
      submission.rail,
      submission.railAccountId,
      submission.transferDate,
      submission.cutOffAt,
      submission.itemCount,
      submission.totalYen,
      submission.status,
      submission.railReference,
      submission.detail,
      submission.createdAt,
      submission.calledAt,
    ],
  );
}

/** Moves a submission on. `calling` is refused by the database unless it was `prepared`. */
export async function updateSubmission(
  tx: Tx,
  submissionId: string,
  to: {
    readonly status: SubmissionStatus;
    readonly railReference?: string | null;
    readonly detail?: string;
    /** The rail is asked once more, which only a rail that pays once for the same submission is. */
    readonly isCalledAgain?: boolean;
  },
): Promise<void> {
  await tx.run(
    `update submission set status = $3, rail_reference = coalesce($4, rail_reference),
       detail = coalesce($5, detail),
       called_at = case when $3 = 'calling' or $7 then $6::timestamptz else called_at end,
       settled_at = case when $3 in ('accepted', 'rejected', 'absent') then $6 else settled_at end
     where shop_id = $1 and submission_id = $2`,
    [
      ...[tx.shopId, submissionId, to.status, to.railReference ?? null, to.detail ?? null],
      ...[tx.now, to.isCalledAgain ?? false],
    ],
  );
}
