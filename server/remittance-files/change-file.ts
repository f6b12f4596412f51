// What a person does with a file that has been read: say what its columns mean, mend a row or leave
// it out, have it judged again, stop it, throw it away. Sending it is submit-file.ts.
import type { Instant } from '../base/clock.ts';
import type { Sql } from '../base/database.ts';
import { writeWork } from '../base/work.ts';
import { type Columns, type Fields, isEnough } from './columns.ts';
import { type FileDeps, type FileStatus, type RemittanceFile, WORK_KIND } from './file.ts';
import { changeFile, eraseFile, type FileChange, selectFile, upsertMapping } from './file-store.ts';
import { headerKey } from './read-file.ts';
import { columnsNotEnough, fileNotFound, rowNotFound, rowSent, wrongStatus } from './refusals.ts';
import { forgetKeys, forgetVerdicts, mendRow, selectRows } from './row-store.ts';

type Change = (sql: Sql, file: RemittanceFile, now: Instant) => Promise<FileChange>;

/**
 * One transaction on one file, whose row it locks: not the shop's lock, which remittances need.
 * Throws `file_not_found`, and `file_not_in_that_state` where it stands otherwise.
 */
export async function changing(
  deps: FileDeps,
  of: Pick<RemittanceFile, 'shopId' | 'fileId'>,
  from: readonly FileStatus[],
  change: Change,
): Promise<void> {
  const now = await deps.deeds.now(of.shopId);
  await deps.deeds.db.transaction(async (sql) => {
    const file = await selectFile(sql, deps.vault, of.shopId, of.fileId, true);
    if (file === undefined || file.status === 'erased') throw fileNotFound();
    if (!from.includes(file.status)) throw wrongStatus(file.status);
    await changeFile(sql, deps.vault, file, from, now, await change(sql, file, now));
    const work = { kind: WORK_KIND, key: file.fileId, dueAt: now, clock: 'shop' } as const;
    await writeWork(sql, of.shopId, [work]);
  });
}

type Of = Pick<RemittanceFile, 'shopId' | 'fileId'>;

/** At rest with rows that may still change. */
const OPEN = ['judged', 'submitted'] as const;

/** `columns` by position; remembered for the next table with these headings. */
export async function mapColumns(deps: FileDeps, of: Of, columns: Columns): Promise<void> {
  const from = ['needs_mapping', ...OPEN] as const;
  await changing(deps, of, from, async (sql, file, now) => {
    const isTwice = columns.some((field, at) => field && columns.indexOf(field) !== at);
    const fits = columns.length === file.about.header.length;
    if (!fits || isTwice || !isEnough(columns)) throw columnsNotEnough();
    const key = headerKey(deps, of.shopId, file.about.header);
    await upsertMapping(sql, of.shopId, { headerKey: key, columns, now });
    await forgetKeys(sql, file);
    return { about: { ...file.about, columns }, status: 'judging' };
  });
}

export interface Mending {
  /** Field by field; '' takes a value away. */
  readonly fields: Fields;
  readonly skipped?: boolean;
}

export async function mend(
  deps: FileDeps,
  of: Of,
  number: number,
  { fields, skipped }: Mending,
): Promise<void> {
  await changing(deps, of, OPEN, async (sql, file) => {
    const [row] = await selectRows(sql, deps.vault, file, { number, limit: 1 });
    if (row === undefined) throw rowNotFound();
    if (row.state === 'sent') throw rowSent();
    const mended = { ...row.content.mended, ...fields };
    await mendRow(sql, deps.vault, file, {
      ...{ number, content: { ...row.content, mended }, skipped: skipped ?? row.skipped },
    });
    return { status: 'judging', changedSinceShown: false };
  });
}

export async function judgeAgain(deps: FileDeps, of: Of): Promise<void> {
  await changing(deps, of, OPEN, async (sql, file) => {
    await forgetVerdicts(sql, file);
    return { status: 'judging', changedSinceShown: false };
  });
}

/** What has been sent stays sent; the rest is judged, and shown, again. */
export async function stopSending(deps: FileDeps, of: Of): Promise<void> {
  await changing(deps, of, ['submitting'], async (sql, file) => {
    await forgetVerdicts(sql, file);
    return { status: 'judging' };
  });
}

/** Its contents go; remittances that came of it do not. */
export async function discardFile(deps: FileDeps, of: Of): Promise<void> {
  const now = await deps.deeds.now(of.shopId);
  await deps.deeds.db.transaction(async (sql) => {
    const file = await selectFile(sql, deps.vault, of.shopId, of.fileId, true);
    if (file === undefined || file.status === 'erased') throw fileNotFound();
    if (file.status === 'submitting') throw wrongStatus(file.status);
    await eraseFile(sql, of.shopId, of.fileId, now);
  });
}
