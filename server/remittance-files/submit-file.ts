// A judged file is submitted: bound to the hash of exactly what was shown, and to the answer given
// to what looked like a double. The sending itself is background work.
import { yen } from '../base/money.ts';
import { insufficientFunds, overDayLimit } from '../remittances/refusals.ts';
import { changing } from './change-file.ts';
import type { FileDeps, RemittanceFile } from './file.ts';
import { selectFile } from './file-store.ts';
import {
  fileNotFound,
  lookAlikesUnanswered,
  nothingReady,
  verdictChanged,
  wrongStatus,
} from './refusals.ts';
import { forgetVerdicts } from './row-store.ts';
import { summaryOf } from './summary.ts';

export interface Submission {
  /** As it was shown. */
  readonly verdictHash: string;
  /** Rows that look like doubles are meant as they are. */
  readonly acceptsLookAlikes: boolean;
}

export async function submitFile(
  deps: FileDeps,
  of: Pick<RemittanceFile, 'shopId' | 'fileId'>,
  { verdictHash, acceptsLookAlikes }: Submission,
): Promise<void> {
  const { db } = deps.deeds;
  const file = await selectFile(db, deps.vault, of.shopId, of.fileId);
  if (file === undefined || file.status === 'erased') throw fileNotFound();
  if (file.status !== 'judged') throw wrongStatus(file.status);
  const isShown = (one: RemittanceFile) => one.verdictHash?.toString('hex') === verdictHash;
  if (!isShown(file)) throw verdictChanged();
  const { ready, lookAlikes, funds } = await summaryOf(deps, file);
  if (ready.count === 0) throw nothingReady();
  if (lookAlikes > 0 && !acceptsLookAlikes) throw lookAlikesUnanswered(lookAlikes);
  if (funds.shortYen > 0 && !funds.queuesWithoutFunds) {
    throw insufficientFunds(ready.amountYen, funds.availableYen);
  }
  if (ready.amountYen > funds.leftTodayYen) {
    throw overDayLimit(funds.maxDayYen, yen(funds.leftTodayYen));
  }
  await changing(deps, of, ['judged'], async (sql, locked) => {
    if (!isShown(locked)) throw verdictChanged();
    await forgetVerdicts(sql, locked);
    const submittedHash = locked.verdictHash!;
    return { status: 'submitting', submittedHash, confirmed: false, changedSinceShown: false };
  });
}
