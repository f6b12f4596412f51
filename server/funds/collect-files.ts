// Collecting files from banks: fetched, kept, acknowledged only then. Importing them is work of its
// own (`funds.import_file`), so that one bad file keeps nothing waiting.
import type { ClaimedWork } from '../base/work.ts';
import { storeBankFile } from './import-bank-file.ts';
import { nextPoll, timesFor } from './poll-times.ts';
import { type PollingDeps, railOf } from './polling-deps.ts';

const FILES_AT_ONCE = 10;
const MAX_ROUNDS = 50;

/** Fetches what waits at the bank; answers how many files were new. */
export async function collectFiles(
  deps: PollingDeps,
  railAccountId: string,
  signal: AbortSignal,
): Promise<number> {
  const { account, rail } = await railOf(deps, railAccountId);
  let count = 0;
  for (let round = 0; round < MAX_ROUNDS && !signal.aborted; round++) {
    const files = (await rail.collectFiles?.(account, FILES_AT_ONCE, signal)) ?? [];
    for (const { name, bytes } of files) {
      const { isNew } = await storeBankFile(deps, { railAccountId, name, bytes });
      await rail.acknowledgeFile?.(account, name, signal);
      if (isNew) count += 1;
    }
    if (files.length < FILES_AT_ONCE) break;
  }
  return count;
}

/** Handler of `funds.collect`: asks, and asks again in time. */
export async function collectFilesWork(deps: PollingDeps, work: ClaimedWork, signal: AbortSignal) {
  await collectFiles(deps, work.key, signal);
  const now = await deps.deeds.now(work.shopId);
  const { account } = await railOf(deps, work.key);
  return { again: nextPoll(now, deps.calendar, timesFor(account.mode, deps.fileTimes)) };
}
