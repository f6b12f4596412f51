// Handler of `remittance_files.work`: takes a file from where it stands to where a person is
// needed. Every step may be repeated; a crash loses nothing and pays nothing twice.
import type { ClaimedWork } from '../base/work.ts';
import type { FileDeps, RemittanceFile } from './file.ts';
import { changeFile, selectFile } from './file-store.ts';
import { judgeRows } from './judge-rows.ts';
import { readFile } from './read-file.ts';
import { hashOfRows } from './row-store.ts';
import { sendRows } from './send-rows.ts';

export async function workOnFile(
  deps: FileDeps,
  work: ClaimedWork,
  signal: AbortSignal,
): Promise<'done'> {
  const { db, now } = deps.deeds;
  for (;;) {
    const file = await selectFile(db, deps.vault, work.shopId, work.key);
    if (file === undefined) return 'done';
    const at = await now(file.shopId);
    if (file.status === 'reading') await readFile(deps, file, at, signal);
    else if (file.status === 'judging') {
      await judgeRows(deps, file, at, signal);
      const verdictHash = await hashOfRows(db, file);
      const change = { status: 'judged', verdictHash } as const;
      await changeFile(db, deps.vault, file, ['judging'], at, change);
    } else if (file.status === 'submitting') {
      if (file.confirmed) await sendRows(deps, file, signal);
      else await confirm(deps, file, signal);
    } else return 'done';
  }
}

/** Judged once more: only what is still as it was shown is sent. */
async function confirm(deps: FileDeps, file: RemittanceFile, signal: AbortSignal): Promise<void> {
  const { db, now } = deps.deeds;
  const at = await now(file.shopId);
  await judgeRows(deps, file, at, signal);
  const verdictHash = await hashOfRows(db, file);
  const isSame = file.submittedHash?.equals(verdictHash) ?? false;
  await changeFile(
    db,
    deps.vault,
    file,
    ['submitting'],
    at,
    isSame ? { confirmed: true } : { status: 'judged', verdictHash, changedSinceShown: true },
  );
}
