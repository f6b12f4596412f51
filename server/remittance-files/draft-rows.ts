// Rows made into drafts of instructions, with references that do not change: the row's own, or one
// derived from what the row asks and the how many-th of its kind it is, so that the same file sent
// twice names the same remittances.
import { type Instant, tokyoDate } from '../base/clock.ts';
import { searchKeysOf } from '../recipients/search-keys.ts';
import { canonicalText, type Instruction } from '../remittances/instruction.ts';
import { type Draft, draftsOf, sketchOf } from '../remittances/prepare.ts';
import { fieldsOf } from './columns.ts';
import type { FileDeps, FileRow, RemittanceFile } from './file.ts';
import { type ReadFields, readFields } from './row.ts';
import type { RowKeys } from './row-store.ts';

export function readRow(
  deps: FileDeps,
  file: RemittanceFile,
  row: Pick<FileRow, 'content'>,
  now: Instant,
): ReadFields {
  const { cells, mended } = row.content;
  const fields = fieldsOf(file.about.columns, cells, mended);
  return readFields(fields, { directory: deps.directory, today: `${tokyoDate(now)}` });
}

/** By what a row is compared with the others of its file. */
export function keysOf(deps: FileDeps, file: RemittanceFile, row: FileRow, now: Instant): RowKeys {
  const { shopId } = file;
  const { asked, reference } = readRow(deps, file, row, now);
  // A row that cannot be sent is compared by what stands in it.
  const text =
    asked === null ? JSON.stringify(row.content) : canonicalText({ ...asked, reference: '' });
  const content = JSON.stringify([file.about.label, text]);
  return {
    number: row.number,
    givenReference: reference,
    contentKey: deps.vault.fingerprint(`remittance_file_row:${shopId}`, content),
    personKey: asked && personKey(deps, shopId, asked),
    amountYen: asked?.amountYen ?? null,
  };
}

function personKey(
  { vault }: FileDeps,
  shopId: string,
  { destination }: Omit<Instruction, 'reference'>,
): string | null {
  if (destination.type === 'account') {
    return vault.blindIndex('remittance-file.account-id.v1', shopId, destination.accountId);
  }
  if (destination.type !== 'bank_account') return null;
  return searchKeysOf(vault, shopId, destination.account)[0] ?? null;
}

export function referenceOf(deps: FileDeps, file: RemittanceFile, row: FileRow): string {
  if (row.givenReference !== null) return row.givenReference;
  const content = `${row.contentKey?.toString('hex')}/${row.occurrence}`;
  const kind = `remittance_file_reference:${file.shopId}`;
  return `file-${deps.vault.fingerprint(kind, content).toString('hex')}`;
}

export interface DraftedRow {
  readonly row: FileRow;
  readonly read: ReadFields;
  readonly reference: string;
  /** Undefined where the row asks nothing that could be instructed. */
  readonly draft: Draft | undefined;
}

export async function draftRows(
  deps: FileDeps,
  file: RemittanceFile,
  rows: readonly FileRow[],
  now: Instant,
): Promise<DraftedRow[]> {
  const read = rows.map((row) => readRow(deps, file, row, now));
  const references = rows.map((row) => referenceOf(deps, file, row));
  const sketches = read.flatMap(({ asked }, at) => {
    if (asked === null) return [];
    const scheduledFor = file.ignoresDates ? null : asked.scheduledFor;
    return [sketchOf(deps.directory, { ...asked, scheduledFor, reference: references[at]! })];
  });
  const drafts = await draftsOf(deps, file.shopId, sketches);
  let next = 0;
  return rows.map((row, at) => ({
    row,
    read: read[at]!,
    reference: references[at]!,
    draft: read[at]!.asked === null ? undefined : drafts[next++]!,
  }));
}
