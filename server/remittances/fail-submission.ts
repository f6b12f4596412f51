// A submission is proven not to have paid (rejected whole, or the rail never had it): its items fail with their reasons,
// and those that only stood beside a bad one are handed over again in a new submission with new codes.
import type { Tx } from '../base/deed.ts';
import type { FailureReason, ItemRejection } from '../rails/rail.ts';
import {
  type Attempt,
  attemptsOfSubmission,
  type StoredSubmission,
  settleAttempts,
  updateSubmission,
} from './attempt-store.ts';
import { handOver } from './hand-over.ts';
import type { Remittance } from './remittance.ts';
import { remittancesByIds, updateRemittances } from './remittance-store.ts';
import { earliestPlan, isInTime } from './schedule.ts';
import { failRemittances } from './settle.ts';
import type { RemittanceDeps } from './terms.ts';

/** Attempts of one remittance that Kawase makes by itself before it gives the money back. */
const MAX_ATTEMPTS = 3;

export interface SubmissionFailure {
  readonly status: 'rejected' | 'absent';
  readonly reason: FailureReason;
  readonly detail: string;
  /** Items at fault; empty = no item is, the whole submission was not taken. */
  readonly items: readonly ItemRejection[];
}

export async function failSubmission(
  deps: RemittanceDeps,
  stored: StoredSubmission,
  failure: SubmissionFailure,
): Promise<void> {
  const shop = await deps.shops.byId(stored.shopId);
  const rail = deps.rails.get(stored.rail)!;
  const account = await deps.railAccount(stored.railAccountId);
  const timing = rail.timing(account, deps.calendar);
  await deps.deeds.run(stored.shopId, async (tx) => {
    const open = await openAttempts(tx, stored);
    await updateSubmission(tx, stored.submissionId, failure);
    const faults = new Map(failure.items.map((item) => [item.itemNumber, item]));
    const settled = open.map(({ attempt }) => failedAttempt(attempt, failure, faults));
    await settleAttempts(tx, settled);
    const again: Remittance[] = [];
    const lost: { remittance: Remittance; attempt: Attempt }[] = [];
    open.forEach(({ remittance }, index) => {
      const isInnocent = faults.size > 0 || failure.status === 'absent';
      const isFaulty = faults.has(settled[index]!.itemNumber);
      const mayRetry = isInnocent && !isFaulty && remittance.attemptCount < MAX_ATTEMPTS;
      if (mayRetry) again.push(remittance);
      else lost.push({ remittance, attempt: settled[index]! });
    });
    await failRemittances(deps, tx, stored.rail, lost);
    if (again.length === 0) return;
    const plan = { dispatchAt: stored.cutOffAt, transferDate: stored.transferDate };
    const next = isInTime(timing, plan, tx.now) ? plan : earliestPlan(timing, tx.now);
    const to = { rail: stored.rail, railAccountId: stored.railAccountId };
    const dates = { transferDate: next.transferDate, cutOffAt: next.dispatchAt };
    await handOver(tx, shop, { ...to, ...dates }, again);
    const counted = again.map((r) => ({ ...r, attemptCount: r.attemptCount + 1 }));
    await updateRemittances(tx, counted);
  });
}

async function openAttempts(tx: Tx, stored: StoredSubmission) {
  const attempts = await attemptsOfSubmission(tx, stored.shopId, stored.submissionId);
  const open = attempts.filter((attempt) => attempt.status === 'processing');
  const ids = open.map((attempt) => attempt.remittanceId);
  const remittances = await remittancesByIds(tx, stored.shopId, ids);
  const byId = new Map(remittances.map((remittance) => [remittance.remittanceId, remittance]));
  return open.map((attempt) => ({ attempt, remittance: byId.get(attempt.remittanceId)! }));
}

function failedAttempt(
  attempt: Attempt,
  failure: SubmissionFailure,
  faults: ReadonlyMap<number, ItemRejection>,
): Attempt {
  const { reason, detail } = faults.get(attempt.itemNumber) ?? failure;
  return { ...attempt, status: 'failed', reason, detail };
}
