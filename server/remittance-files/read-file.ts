// The stored bytes of a file become rows. A crash on the way begins it again from the start; a file
// that cannot be read leaves no rows and says why.
import type { Instant } from '../base/clock.ts';
import { tokyoDate } from '../base/clock.ts';
import { Refusal } from '../base/refusal.ts';
import { type Columns, guessColumns, isEnough } from './columns.ts';
import { type FileDeps, filePurpose, MAX_ROWS, PAGE_ROWS, type RemittanceFile } from './file.ts';
import { changeFile, selectChunk, selectMapping } from './file-store.ts';
import { readTable } from './readers/read-table.ts';
import type { TableRow } from './readers/table-row.ts';
import { fileEmpty, tooManyRows } from './refusals.ts';
import { deleteRows, insertRows } from './row-store.ts';

export async function readFile(
  deps: FileDeps,
  file: RemittanceFile,
  now: Instant,
  signal: AbortSignal,
): Promise<void> {
  const { vault } = deps;
  const { db } = deps.deeds;
  await deleteRows(db, file);
  try {
    const { header, rowCount } = await takeRows(deps, file, now, signal);
    const remembered = await selectMapping(db, file.shopId, headerKey(deps, file.shopId, header));
    const columns: Columns = remembered ?? guessColumns(header);
    const status = isEnough(columns) ? 'judging' : 'needs_mapping';
    const about = { ...file.about, header, columns };
    await changeFile(db, vault, file, ['reading'], now, { about, rowCount, status });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    await deleteRows(db, file);
    const fault = { code: error.code, ...error.sentence };
    await changeFile(db, vault, file, ['reading'], now, { fault, status: 'unreadable' });
  }
}

/** Tables with the same headings have the same key; nobody can tell the headings from it. */
export function headerKey(deps: FileDeps, shopId: string, header: readonly string[]): Buffer {
  return deps.vault.fingerprint(`remittance_file_header:${shopId}`, JSON.stringify(header));
}

async function takeRows(
  deps: FileDeps,
  file: RemittanceFile,
  now: Instant,
  signal: AbortSignal,
): Promise<{ header: readonly string[]; rowCount: number }> {
  const { db } = deps.deeds;
  let header: readonly string[] | undefined;
  let page: { number: number; content: TableRow & { mended: object } }[] = [];
  let rowCount = 0;
  const flush = async () => {
    signal.throwIfAborted();
    if (page.length > 0) await insertRows(db, deps.vault, file, page);
    page = [];
  };
  for await (const row of readTable(file.kind, chunksOf(deps, file), `${tokyoDate(now)}`)) {
    if (header === undefined) {
      header = row.cells;
      continue;
    }
    rowCount += 1;
    if (rowCount > MAX_ROWS) throw tooManyRows(MAX_ROWS);
    page.push({ number: rowCount, content: { ...row, mended: {} } });
    if (page.length === PAGE_ROWS) await flush();
  }
  await flush();
  if (header === undefined || rowCount === 0) throw fileEmpty();
  return { header, rowCount };
}

export async function* chunksOf(
  deps: FileDeps,
  { shopId, fileId }: Pick<RemittanceFile, 'shopId' | 'fileId'>,
): AsyncGenerator<Buffer> {
  for (let number = 0; ; number++) {
    const sealed = await selectChunk(deps.deeds.db, shopId, fileId, number);
    if (sealed === undefined) return;
    yield deps.vault.openBytes(sealed, filePurpose(shopId));
  }
}
