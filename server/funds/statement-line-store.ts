// SQL of statement_line: lines of statements that are no deposits. Private to this folder; others
// go through statement-lines.ts.
import type { Instant, PlainDate } from '../base/clock.ts';
import type { Sql } from '../base/database.ts';
import { type Yen, yen } from '../base/money.ts';

export type StatementLineStatus = 'new' | 'applied' | 'queued' | 'ignored' | 'deposit';

export interface StoredLine {
  readonly lineKey: string;
  readonly bankFileId: string;
  readonly railAccountId: string;
  readonly bankCode: string;
  readonly branchCode: string;
  readonly accountNumber: string;
  readonly direction: 'in' | 'out';
  readonly isCorrection: boolean;
  readonly amountYen: Yen;
  readonly valueDate: PlainDate;
  readonly sealed: Buffer;
  readonly dispatchCode: string | null;
  readonly status: StatementLineStatus;
  readonly note: string;
  readonly appliedTo: string | null;
  readonly seenAt: Instant;
}

interface LineRow {
  readonly line_key: string;
  readonly bank_file_id: string;
  readonly rail_account_id: string;
  readonly bank_code: string;
  readonly branch_code: string;
  readonly account_number: string;
  readonly direction: 'in' | 'out';
  readonly correction: boolean;
  readonly amount_yen: number;
  readonly value_date: PlainDate;
  readonly sealed: Buffer;
  readonly dispatch_code: string | null;
  readonly status: StatementLineStatus;
  readonly note: string;
  readonly applied_to: string | null;
  readonly seen_at: Instant;
}

const SELECT = `
  select line_key, bank_file_id, rail_account_id, bank_code, branch_code, account_number, direction,
    correction, amount_yen, value_date, sealed, dispatch_code, status, note, applied_to, seen_at
  from statement_line`;

function toLine(row: LineRow): StoredLine {
  return {
    lineKey: row.line_key,
    bankFileId: row.bank_file_id,
    railAccountId: row.rail_account_id,
    bankCode: row.bank_code,
    branchCode: row.branch_code,
    accountNumber: row.account_number,
    direction: row.direction,
    isCorrection: row.correction,
    amountYen: yen(row.amount_yen),
    valueDate: row.value_date,
    sealed: row.sealed,
    dispatchCode: row.dispatch_code,
    status: row.status,
    note: row.note,
    appliedTo: row.applied_to,
    seenAt: row.seen_at,
  };
}

/** In the order in which they came. */
export async function selectLines(
  sql: Sql,
  shopId: string,
  filter: { readonly status: 'new' | 'queued'; readonly limit: number },
): Promise<StoredLine[]> {
  const rows = await sql.query<LineRow>(
    `${SELECT} where shop_id = $1 and status = $2 order by seen_at, line_key limit $3`,
    [shopId, filter.status, filter.limit],
  );
  return rows.map(toLine);
}

export async function selectLine(
  sql: Sql,
  shopId: string,
  lineKey: string,
): Promise<StoredLine | undefined> {
  const rows = await sql.query<LineRow>(`${SELECT} where shop_id = $1 and line_key = $2`, [
    shopId,
    lineKey,
  ]);
  return rows.map(toLine)[0];
}

/** Inserts those that are new and answers how many that were. */
export function insertLines(
  sql: Sql,
  shopId: string,
  lines: readonly Omit<StoredLine, 'appliedTo'>[],
): Promise<number> {
  return sql.run(
    `insert into statement_line (shop_id, line_key, bank_file_id, rail_account_id, bank_code,
       branch_code, account_number, direction, correction, amount_yen, value_date, sealed,
       dispatch_code, status, note, seen_at)
     select $1, n.*
     from unnest($2::text[], $3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::text[],
       $8::text[], $9::bool[], $10::bigint[], $11::date[], $12::bytea[], $13::text[], $14::text[],
       $15::text[], $16::timestamptz[]) as n
     on conflict (shop_id, line_key) do nothing`,
    [
      shopId,
      lines.map((line) => line.lineKey),
      lines.map((line) => line.bankFileId),
      lines.map((line) => line.railAccountId),
      lines.map((line) => line.bankCode),
      lines.map((line) => line.branchCode),
      lines.map((line) => line.accountNumber),
      lines.map((line) => line.direction),
      lines.map((line) => line.isCorrection),
      lines.map((line) => line.amountYen),
      lines.map((line) => line.valueDate),
      lines.map((line) => line.sealed),
      lines.map((line) => line.dispatchCode),
      lines.map((line) => line.status),
      lines.map((line) => line.note),
      lines.map((line) => line.seenAt),
    ],
  );
}

/** Moves lines that are `new` or `queued` on; answers how many that were. */
export function updateLines(
  sql: Sql,
  shopId: string,
  lineKeys: readonly string[],
  change: {
    readonly status: StatementLineStatus;
    readonly note: string;
    readonly appliedTo: string | null;
  },
): Promise<number> {
  return sql.run(
    `update statement_line set status = $3, note = $4, applied_to = $5
     where shop_id = $1 and line_key = any($2::text[]) and status in ('new', 'queued')`,
    [shopId, lineKeys, change.status, change.note, change.appliedTo],
  );
}
