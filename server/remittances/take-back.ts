// Taking a receivable payment back: the rail decides, racing with the recipient, and exactly one
// of them wins. No lock is held while it is asked; what it says is applied as any result is.

import { attemptsOfRemittance, submissionById } from './attempt-store.ts';
import { notCancelable, takeBackPending } from './refusals.ts';
import type { Remittance } from './remittance.ts';
import { remittanceById } from './remittance-store.ts';
import { applyReports } from './settle.ts';
import { addInquiry } from './submit.ts';
import type { RemittanceDeps } from './terms.ts';

const TIMEOUT_MS = 20_000;

/**
 * Refused: `not_cancelable` where the recipient was faster or the rail cannot, `take_back_pending`.
 */
export async function takeBack(deps: RemittanceDeps, remittance: Remittance): Promise<Remittance> {
  const { shopId, remittanceId } = remittance;
  const { db } = deps.deeds;
  const attempts = await attemptsOfRemittance(db, shopId, remittanceId);
  const alive = attempts.find(({ status }) => status === 'processing');
  if (alive === undefined) throw notCancelable(remittance.status);
  const submission = await submissionById(db, shopId, alive.submissionId);
  if (submission === undefined) throw new Error('an attempt without its submission');
  const { rail: name, railAccountId, railReference, submissionId } = submission;
  const rail = deps.rails.get(name);
  if (rail?.takeBack === undefined) throw notCancelable(remittance.status);
  const payment = { dispatchCode: alive.dispatchCode, railReference };
  const account = await deps.railAccount(railAccountId);
  const outcome = await rail.takeBack(account, payment, AbortSignal.timeout(TIMEOUT_MS));
  if (outcome === 'taken_back') {
    const report = { ...payment, state: 'taken_back', reason: null, detail: '', at: null } as const;
    await applyReports(deps, shopId, { name, railAccountId }, [
      { ...report, basis: 'rail_result' },
    ]);
    return (await remittanceById(db, shopId, remittanceId))!;
  }
  // Whatever it was, the rail knows by now.
  await deps.deeds.run(shopId, async (tx) => addInquiry(tx, submissionId, tx.now));
  throw outcome === 'unknown' ? takeBackPending() : notCancelable('paid');
}
