// All SQL of remittance_file, remittance_file_chunk and remittance_file_mapping.
import type { Instant } from '../base/clock.ts';
import type { Vault } from '../base/crypto.ts';
import type { Sql } from '../base/database.ts';
import type { Columns } from './columns.ts';
import { type About, type FileStatus, filePurpose, type RemittanceFile } from './file.ts';
import type { FileKind } from './readers/file-kind.ts';

interface Row {
  readonly shop_id: string;
  readonly file_id: string;
  readonly about_sealed: Buffer | null;
  readonly format: FileKind['format'];
  readonly encoding: FileKind['encoding'];
  readonly byte_count: number;
  readonly status: FileStatus;
  readonly fault: RemittanceFile['fault'];
  readonly row_count: number;
  readonly look_alike_days: number;
  readonly ignores_dates: boolean;
  readonly verdict_hash: Buffer | null;
  readonly submitted_hash: Buffer | null;
  readonly confirmed: boolean;
  readonly changed_since_shown: boolean;
  readonly created_at: Instant;
  readonly updated_at: Instant;
}

const ERASED: About = { name: '', label: '', header: [], columns: [] };

function toFile(vault: Vault, row: Row): RemittanceFile {
  const { about_sealed: sealed, shop_id: shopId } = row;
  return {
    shopId,
    fileId: row.file_id,
    about: sealed === null ? ERASED : JSON.parse(vault.open(sealed, filePurpose(shopId))),
    kind: { format: row.format, encoding: row.encoding },
    byteCount: row.byte_count,
    status: row.status,
    fault: row.fault,
    rowCount: row.row_count,
    lookAlikeDays: row.look_alike_days,
    ignoresDates: row.ignores_dates,
    verdictHash: row.verdict_hash,
    submittedHash: row.submitted_hash,
    confirmed: row.confirmed,
    changedSinceShown: row.changed_since_shown,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

const sealedAbout = (vault: Vault, shopId: string, about: About) =>
  vault.seal(JSON.stringify(about), filePurpose(shopId));

export async function insertFile(
  sql: Sql,
  vault: Vault,
  file: Pick<
    RemittanceFile,
    'shopId' | 'fileId' | 'about' | 'lookAlikeDays' | 'ignoresDates' | 'createdAt'
  >,
): Promise<void> {
  await sql.run(
    `insert into remittance_file (shop_id, file_id, about_sealed, status, look_alike_days,
       ignores_dates, created_at, updated_at) values ($1, $2, $3, 'uploading', $4, $5, $6, $6)`,
    [
      ...[file.shopId, file.fileId, sealedAbout(vault, file.shopId, file.about)],
      ...[file.lookAlikeDays, file.ignoresDates, file.createdAt],
    ],
  );
}

export async function insertChunk(
  sql: Sql,
  shopId: string,
  fileId: string,
  number: number,
  sealed: Buffer,
): Promise<void> {
  await sql.run(
    `insert into remittance_file_chunk (shop_id, file_id, number, sealed)
     values ($1, $2, $3, $4)`,
    [shopId, fileId, number, sealed],
  );
}

export async function selectChunk(
  sql: Sql,
  shopId: string,
  fileId: string,
  number: number,
): Promise<Buffer | undefined> {
  const [row] = await sql.query<{ sealed: Buffer }>(
    `select sealed from remittance_file_chunk
     where shop_id = $1 and file_id = $2 and number = $3`,
    [shopId, fileId, number],
  );
  return row?.sealed;
}

export async function selectFile(
  sql: Sql,
  vault: Vault,
  shopId: string,
  fileId: string,
  forUpdate = false,
): Promise<RemittanceFile | undefined> {
  const lock = forUpdate ? 'for update' : '';
  const [row] = await sql.query<Row>(
    `select * from remittance_file where shop_id = $1 and file_id = $2 ${lock}`,
    [shopId, fileId],
  );
  return row && toFile(vault, row);
}

/** Newest first; `after`: the id of the last one of the page before. */
export async function selectFiles(
  sql: Sql,
  vault: Vault,
  shopId: string,
  after: string | null,
  limit: number,
): Promise<RemittanceFile[]> {
  const rows = await sql.query<Row>(
    `select * from remittance_file
     where shop_id = $1 and status <> 'erased' and ($2::uuid is null or file_id < $2)
     order by file_id desc limit $3`,
    [shopId, after, limit],
  );
  return rows.map((row) => toFile(vault, row));
}

export interface FileChange {
  readonly about?: About;
  readonly kind?: FileKind;
  readonly byteCount?: number;
  readonly status?: FileStatus;
  readonly fault?: RemittanceFile['fault'];
  readonly rowCount?: number;
  readonly verdictHash?: Buffer;
  readonly submittedHash?: Buffer;
  readonly confirmed?: boolean;
  readonly changedSinceShown?: boolean;
}

/** Writes what is named, where the file is still in one of the statuses; answers whether it was. */
export async function changeFile(
  sql: Sql,
  vault: Vault,
  file: Pick<RemittanceFile, 'shopId' | 'fileId'>,
  from: readonly FileStatus[],
  now: Instant,
  change: FileChange,
): Promise<boolean> {
  const { shopId, fileId } = file;
  const values: unknown[] = [shopId, fileId, from, now];
  const sets = ['updated_at = $4'];
  const set = (column: string, value: unknown) => {
    if (value === undefined) return;
    values.push(value);
    sets.push(`${column} = $${values.length}`);
  };
  set('about_sealed', change.about && sealedAbout(vault, shopId, change.about));
  set('format', change.kind?.format);
  set('encoding', change.kind?.encoding);
  set('byte_count', change.byteCount);
  set('status', change.status);
  set('fault', change.fault && JSON.stringify(change.fault));
  set('row_count', change.rowCount);
  set('verdict_hash', change.verdictHash);
  set('submitted_hash', change.submittedHash);
  set('confirmed', change.confirmed);
  set('changed_since_shown', change.changedSinceShown);
  const changed = await sql.run(
    `update remittance_file set ${sets.join(', ')}
     where shop_id = $1 and file_id = $2 and status = any($3::text[])`,
    values,
  );
  return changed > 0;
}

export async function selectMapping(
  sql: Sql,
  shopId: string,
  headerKey: Buffer,
): Promise<Columns | undefined> {
  const [row] = await sql.query<{ columns: Columns }>(
    'select columns from remittance_file_mapping where shop_id = $1 and header_key = $2',
    [shopId, headerKey],
  );
  return row?.columns;
}

export async function upsertMapping(
  sql: Sql,
  shopId: string,
  mapping: { readonly headerKey: Buffer; readonly columns: Columns; readonly now: Instant },
): Promise<void> {
  await sql.run(
    `insert into remittance_file_mapping (shop_id, header_key, columns, updated_at)
     values ($1, $2, $3, $4) on conflict (shop_id, header_key)
     do update set columns = excluded.columns, updated_at = excluded.updated_at`,
    [shopId, mapping.headerKey, JSON.stringify(mapping.columns), mapping.now],
  );
}

/** The ids of files that nothing has happened to since `before`; uploads that broke off sooner. */
export async function selectOldFiles(
  sql: Sql,
  shopId: string,
  times: { readonly before: Instant; readonly brokenBefore: Instant },
  limit: number,
): Promise<string[]> {
  const rows = await sql.query<{ file_id: string }>(
    `select file_id from remittance_file where shop_id = $1 and status <> 'erased'
       and updated_at < case when status = 'uploading' then $3::timestamptz else $2 end
     order by updated_at limit $4`,
    [shopId, times.before, times.brokenBefore, limit],
  );
  return rows.map((row) => row.file_id);
}

/** The contents go; that there was such a file, and what was sent, stays. */
export async function eraseFile(
  sql: Sql,
  shopId: string,
  fileId: string,
  now: Instant,
): Promise<void> {
  await sql.run(
    `update remittance_file set status = 'erased', about_sealed = null, updated_at = $3
     where shop_id = $1 and file_id = $2`,
    [shopId, fileId, now],
  );
  await sql.run('delete from remittance_file_chunk where shop_id = $1 and file_id = $2', [
    shopId,
    fileId,
  ]);
  await sql.run('delete from remittance_file_row where shop_id = $1 and file_id = $2', [
    shopId,
    fileId,
  ]);
}
