// All SQL of remittance_file_row.
import type { PlainDate } from '../base/clock.ts';
import type { Vault } from '../base/crypto.ts';
import type { Database, Sql } from '../base/database.ts';
import {
  type FileRow,
  type Findings,
  filePurpose,
  type RemittanceFile,
  type RowContent,
  type RowState,
} from './file.ts';

/** Which file; everything here is about the rows of one. */
export type OfFile = Pick<RemittanceFile, 'shopId' | 'fileId'>;

interface Row {
  readonly number: number;
  readonly state: RowState;
  readonly skipped: boolean;
  readonly content_sealed: Buffer;
  readonly verdict_sealed: Buffer | null;
  readonly given_reference: string | null;
  readonly content_key: Buffer | null;
  readonly occurrence: number | null;
  readonly reference_row: number | null;
  readonly payment_row: number | null;
  readonly reference: string | null;
  readonly amount_yen: number | null;
  readonly fee_yen: number | null;
  readonly transfer_date: PlainDate | null;
  readonly expected_from: PlainDate | null;
  readonly expected_to: PlainDate | null;
  readonly codes: readonly string[];
  readonly remittance_id: string | null;
}

function toRow(vault: Vault, purpose: string, row: Row): FileRow {
  const sealed = row.verdict_sealed;
  return {
    number: row.number,
    state: row.state,
    skipped: row.skipped,
    content: JSON.parse(vault.open(row.content_sealed, purpose)) as RowContent,
    findings: sealed === null ? null : (JSON.parse(vault.open(sealed, purpose)) as Findings),
    givenReference: row.given_reference,
    contentKey: row.content_key,
    occurrence: row.occurrence,
    referenceRow: row.reference_row,
    paymentRow: row.payment_row,
    reference: row.reference,
    amountYen: row.amount_yen,
    feeYen: row.fee_yen,
    transferDate: row.transfer_date,
    expectedFrom: row.expected_from,
    expectedTo: row.expected_to,
    codes: row.codes,
    remittanceId: row.remittance_id,
  };
}

export async function insertRows(
  sql: Sql,
  vault: Vault,
  of: OfFile,
  rows: readonly { readonly number: number; readonly content: RowContent }[],
): Promise<void> {
  const purpose = filePurpose(of.shopId);
  await sql.run(
    `insert into remittance_file_row (shop_id, file_id, number, state, content_sealed)
     select $1, $2, number, 'read', sealed from unnest($3::int[], $4::bytea[]) as n(number, sealed)
     on conflict do nothing`,
    [
      ...[of.shopId, of.fileId, rows.map((row) => row.number)],
      rows.map((row) => vault.seal(JSON.stringify(row.content), purpose)),
    ],
  );
}

export async function deleteRows(sql: Sql, of: OfFile): Promise<void> {
  await sql.run('delete from remittance_file_row where shop_id = $1 and file_id = $2', [
    of.shopId,
    of.fileId,
  ]);
}

export interface RowFilter {
  readonly states?: readonly RowState[];
  readonly skipped?: boolean;
  readonly codes?: readonly string[];
  readonly after?: number;
  readonly number?: number;
  readonly limit: number;
}

/** In the order of the file. */
export async function selectRows(
  sql: Sql,
  vault: Vault,
  of: OfFile,
  filter: RowFilter,
): Promise<FileRow[]> {
  const { states, skipped, codes, after = 0, number, limit } = filter;
  const rows = await sql.query<Row>(
    `select number, state, skipped, content_sealed, verdict_sealed, given_reference, content_key,
       occurrence, reference_row, payment_row, reference, amount_yen, fee_yen, transfer_date,
       expected_from, expected_to, codes, remittance_id
     from remittance_file_row
     where shop_id = $1 and file_id = $2 and number > $3
       and ($4::text[] is null or state = any($4)) and ($5::boolean is null or skipped = $5)
       and ($6::text[] is null or codes && $6) and ($7::int is null or number = $7)
     order by number limit $8`,
    [
      ...[of.shopId, of.fileId, after, states ?? null, skipped ?? null, codes ?? null],
      ...[number ?? null, limit],
    ],
  );
  const purpose = filePurpose(of.shopId);
  return rows.map((row) => toRow(vault, purpose, row));
}

export interface RowKeys {
  readonly number: number;
  readonly givenReference: string | null;
  readonly contentKey: Buffer;
  readonly personKey: string | null;
  readonly amountYen: number | null;
}

export async function updateKeys(sql: Sql, of: OfFile, rows: readonly RowKeys[]): Promise<void> {
  await sql.run(
    `update remittance_file_row r set state = 'keyed', given_reference = n.given,
       content_key = n.content, person_key = n.person, amount_yen = n.amount
     from unnest($3::int[], $4::text[], $5::bytea[], $6::bigint[], $7::bigint[])
       as n(number, given, content, person, amount)
     where r.shop_id = $1 and r.file_id = $2 and r.number = n.number and r.state = 'read'`,
    [
      ...[of.shopId, of.fileId, rows.map((row) => row.number)],
      rows.map((row) => row.givenReference),
      rows.map((row) => row.contentKey),
      rows.map((row) => row.personKey),
      rows.map((row) => row.amountYen),
    ],
  );
}

/**
 * Compares the rows of a file with each other; one about which anything is different now is to be
 * judged anew.
 */
export function compareRows(db: Database, of: OfFile): Promise<void> {
  return db.transaction(async (sql) => {
    // Rows that have just come are in no statistics yet: a loop in a loop would look cheap.
    await sql.run('set local enable_nestloop = off');
    await sql.run(COMPARE, [of.shopId, of.fileId]);
  });
}

const COMPARE = `
     update remittance_file_row r set occurrence = m.occurrence,
       reference_row = m.reference_row, payment_row = m.payment_row, state = 'keyed'
     from (
       select number,
         row_number() over (partition by content_key order by number) as occurrence,
         case when given_reference is not null and not skipped then nullif(first_value(number)
           over (partition by given_reference, skipped order by number), number) end
           as reference_row,
         case when person_key is not null and not skipped then nullif(first_value(number)
           over (partition by person_key, amount_yen, skipped order by number), number) end
           as payment_row
       from remittance_file_row where shop_id = $1 and file_id = $2) m
     where r.shop_id = $1 and r.file_id = $2 and r.number = m.number and r.state <> 'sent'
       and (r.occurrence, r.reference_row, r.payment_row)
         is distinct from (m.occurrence, m.reference_row, m.payment_row)`;

export interface RowVerdict {
  readonly number: number;
  readonly state: RowState;
  readonly findings: Findings;
  readonly reference: string | null;
  readonly feeYen: number | null;
  readonly transferDate: string | null;
  readonly expectedFrom: string | null;
  readonly expectedTo: string | null;
  readonly codes: readonly string[];
  readonly hash: Buffer;
  readonly remittanceId: string | null;
}

export async function updateVerdicts(
  sql: Sql,
  vault: Vault,
  of: OfFile,
  verdicts: readonly RowVerdict[],
): Promise<void> {
  const purpose = filePurpose(of.shopId);
  const column = <Key extends keyof RowVerdict>(key: Key) => verdicts.map((each) => each[key]);
  await sql.run(
    `update remittance_file_row r set state = n.state, verdict_sealed = n.sealed,
       reference = n.reference, fee_yen = n.fee, transfer_date = n.transfer,
       expected_from = n.arrives_from, expected_to = n.arrives_to,
       codes = string_to_array(n.codes, ' '), row_hash = n.hash, remittance_id = n.remittance_id
     from unnest($3::int[], $4::text[], $5::bytea[], $6::text[], $7::bigint[], $8::date[],
         $9::date[], $10::date[], $11::text[], $12::bytea[], $13::uuid[])
       as n(number, state, sealed, reference, fee, transfer, arrives_from, arrives_to, codes, hash,
         remittance_id)
     where r.shop_id = $1 and r.file_id = $2 and r.number = n.number and r.state <> 'sent'`,
    [
      ...[of.shopId, of.fileId, column('number'), column('state')],
      verdicts.map(({ findings }) => vault.seal(JSON.stringify(findings), purpose)),
      ...[column('reference'), column('feeYen'), column('transferDate'), column('expectedFrom')],
      ...[column('expectedTo'), verdicts.map(({ codes }) => codes.join(' ')), column('hash')],
      column('remittanceId'),
    ],
  );
}

export interface RowOutcome {
  readonly number: number;
  readonly remittanceId: string;
}

export async function updateSent(sql: Sql, of: OfFile, rows: readonly RowOutcome[]): Promise<void> {
  await sql.run(
    `update remittance_file_row r set state = 'sent', remittance_id = n.remittance_id
     from unnest($3::int[], $4::uuid[]) as n(number, remittance_id)
     where r.shop_id = $1 and r.file_id = $2 and r.number = n.number`,
    [of.shopId, of.fileId, rows.map((row) => row.number), rows.map((row) => row.remittanceId)],
  );
}

/** All that has not been sent is to be judged again: its place in the file is known already. */
export async function forgetVerdicts(sql: Sql, of: OfFile): Promise<void> {
  await sql.run(
    `update remittance_file_row set state = 'keyed'
     where shop_id = $1 and file_id = $2
       and state in ('ready', 'already_sent', 'changed', 'refused')`,
    [of.shopId, of.fileId],
  );
}

/** From their cells on: the columns mean something else now. */
export async function forgetKeys(sql: Sql, of: OfFile): Promise<void> {
  await sql.run(
    `update remittance_file_row set state = 'read'
     where shop_id = $1 and file_id = $2 and state <> 'sent'`,
    [of.shopId, of.fileId],
  );
}

export async function mendRow(
  sql: Sql,
  vault: Vault,
  of: OfFile,
  row: { readonly number: number; readonly content: RowContent; readonly skipped: boolean },
): Promise<void> {
  await sql.run(
    `update remittance_file_row set state = 'read', content_sealed = $4, skipped = $5
     where shop_id = $1 and file_id = $2 and number = $3 and state <> 'sent'`,
    [
      ...[of.shopId, of.fileId, row.number],
      ...[vault.seal(JSON.stringify(row.content), filePurpose(of.shopId)), row.skipped],
    ],
  );
}

/** The hash of exactly what a person sees of the rows. */
export async function hashOfRows(sql: Sql, of: OfFile): Promise<Buffer> {
  const [row] = await sql.query<{ hash: Buffer }>(
    `select sha256(coalesce(string_agg(case when skipped then '\\x00'::bytea else row_hash end,
         ''::bytea order by number), ''::bytea)) as hash
     from remittance_file_row where shop_id = $1 and file_id = $2`,
    [of.shopId, of.fileId],
  );
  return row!.hash;
}

export interface StateTotal {
  readonly state: RowState;
  readonly skipped: boolean;
  readonly count: number;
  readonly amountYen: number;
  readonly feeYen: number;
  readonly lookAlikes: number;
  readonly warned: number;
}

export function totalsByState(sql: Sql, of: OfFile): Promise<StateTotal[]> {
  return sql.query(
    `select state, skipped, count(*) as count, coalesce(sum(amount_yen), 0) as "amountYen",
       coalesce(sum(fee_yen), 0) as "feeYen",
       count(*) filter (where codes && '{look_alike,same_in_file}') as "lookAlikes",
       count(*) filter (where codes <> '{}') as warned
     from remittance_file_row where shop_id = $1 and file_id = $2 group by 1, 2 order by 1, 2`,
    [of.shopId, of.fileId],
  );
}

export interface ArrivalTotal {
  readonly day: PlainDate;
  readonly count: number;
  readonly amountYen: number;
}

/** Of what is ready, by the day by which it has arrived. */
export function totalsByArrival(sql: Sql, of: OfFile): Promise<ArrivalTotal[]> {
  return sql.query(
    `select expected_to as day, count(*) as count, sum(amount_yen) as "amountYen"
     from remittance_file_row
     where shop_id = $1 and file_id = $2 and state = 'ready' and not skipped
       and expected_to is not null
     group by 1 order by 1 limit 400`,
    [of.shopId, of.fileId],
  );
}
