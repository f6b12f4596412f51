// SQL of bank_file: files of banks as they came. Private to this folder.
import type { Instant } from '../base/clock.ts';
import type { Sql } from '../base/database.ts';
import type { BankFileFormat } from './bank-lines.ts';

/** Where a file breaks which rule; never what stood there. */
export interface BankFileFault {
  readonly record: number;
  readonly batch: number;
  readonly columns: readonly [from: number, to: number];
  readonly field: string;
  readonly rule: string;
  readonly ja: string;
  readonly en: string;
}

export interface BankFile {
  readonly bankFileId: string;
  readonly shopId: string;
  readonly railAccountId: string;
  readonly name: string;
  readonly byteCount: number;
  readonly format: BankFileFormat | null;
  readonly status: 'received' | 'imported' | 'quarantined';
  readonly fault: BankFileFault | null;
  readonly lineCount: number | null;
  readonly receivedAt: Instant;
}

interface BankFileRow {
  readonly bank_file_id: string;
  readonly shop_id: string;
  readonly rail_account_id: string;
  readonly name: string;
  readonly byte_count: number;
  readonly format: BankFileFormat | null;
  readonly status: BankFile['status'];
  readonly fault: BankFileFault | null;
  readonly line_count: number | null;
  readonly received_at: Instant;
}

const COLUMNS = `bank_file_id, shop_id, rail_account_id, name, byte_count, format, status, fault,
  line_count, received_at`;

function toFile(row: BankFileRow): BankFile {
  return {
    bankFileId: row.bank_file_id,
    shopId: row.shop_id,
    railAccountId: row.rail_account_id,
    name: row.name,
    byteCount: row.byte_count,
    format: row.format,
    status: row.status,
    fault: row.fault,
    lineCount: row.line_count,
    receivedAt: row.received_at,
  };
}

export async function selectBySha(
  sql: Sql,
  shopId: string,
  railAccountId: string,
  sha256: Buffer,
): Promise<BankFile | undefined> {
  const rows = await sql.query<BankFileRow>(
    `select ${COLUMNS} from bank_file
     where shop_id = $1 and rail_account_id = $2 and sha256 = $3`,
    [shopId, railAccountId, sha256],
  );
  return rows.map(toFile)[0];
}

export async function selectFile(
  sql: Sql,
  shopId: string,
  bankFileId: string,
): Promise<BankFile | undefined> {
  const rows = await sql.query<BankFileRow>(
    `select ${COLUMNS} from bank_file where shop_id = $1 and bank_file_id = $2`,
    [shopId, bankFileId],
  );
  return rows.map(toFile)[0];
}

export async function selectFileBytes(
  sql: Sql,
  shopId: string,
  bankFileId: string,
): Promise<Buffer | undefined> {
  const rows = await sql.query<{ sealed: Buffer }>(
    'select sealed from bank_file where shop_id = $1 and bank_file_id = $2',
    [shopId, bankFileId],
  );
  return rows[0]?.sealed;
}

/** Newest first. */
export async function selectFiles(
  sql: Sql,
  shopId: string,
  page: { readonly beforeId: string | null; readonly limit: number },
): Promise<BankFile[]> {
  const rows = await sql.query<BankFileRow>(
    `select ${COLUMNS} from bank_file where shop_id = $1 and ($2::uuid is null or bank_file_id < $2)
     order by bank_file_id desc limit $3`,
    [shopId, page.beforeId, page.limit],
  );
  return rows.map(toFile);
}

export async function insertFile(
  sql: Sql,
  file: Pick<
    BankFile,
    'bankFileId' | 'shopId' | 'railAccountId' | 'name' | 'byteCount' | 'receivedAt'
  > & { readonly sha256: Buffer; readonly sealed: Buffer },
): Promise<void> {
  await sql.run(
    `insert into bank_file (shop_id, bank_file_id, rail_account_id, name, byte_count, sha256,
       sealed, status, received_at)
     values ($1, $2, $3, $4, $5, $6, $7, 'received', $8)`,
    [
      file.shopId,
      file.bankFileId,
      file.railAccountId,
      file.name,
      file.byteCount,
      file.sha256,
      file.sealed,
      file.receivedAt,
    ],
  );
}

export async function settleFile(
  sql: Sql,
  shopId: string,
  bankFileId: string,
  outcome: {
    readonly status: 'imported' | 'quarantined';
    readonly format: BankFileFormat | null;
    readonly fault: BankFileFault | null;
    readonly lineCount: number | null;
    readonly at: Instant;
  },
): Promise<void> {
  await sql.run(
    `update bank_file set status = $3, format = $4, fault = $5::jsonb, line_count = $6,
       settled_at = $7
     where shop_id = $1 and bank_file_id = $2`,
    [
      shopId,
      bankFileId,
      outcome.status,
      outcome.format,
      outcome.fault === null ? null : JSON.stringify(outcome.fault),
      outcome.lineCount,
      outcome.at,
    ],
  );
}
