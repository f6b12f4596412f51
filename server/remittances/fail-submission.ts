// A submission is proven not to have paid (rejected whole, never received, never called): its items
// fail with their reasons. Those that only stood beside a bad one, or came while the rail was away,
// are handed over again in a new submission with new codes.
import type { Instant } from '../base/clock.ts';
import type { Tx } from '../base/deed.ts';
import type { Shop } from '../merchants/shop.ts';
import type { FailureReason, ItemRejection } from '../rails/rail.ts';
import {
  type Attempt,
  attemptsOfSubmission,
  type StoredSubmission,
  settleAttempts,
  submissionById,
  updateSubmission,
} from './attempt-store.ts';
import { emitRemittance } from './emit.ts';
import { handOver } from './hand-over.ts';
import type { Remittance } from './remittance.ts';
import { updateRemittances } from './remittance-store.ts';
import { replanned } from './replan.ts';
import { earliestPlan, isInTime } from './schedule.ts';
import { failRemittances, remittancesOf } from './settle.ts';
import { taxPercentOn } from './tax.ts';
import { type RemittanceDeps, type Terms, termsOf } from './terms.ts';

/** Attempts of one remittance that Kawase makes by itself before it gives the money back. */
export const MAX_ATTEMPTS = 8;

/**
 * Minutes until a rail that was away is asked again, by the number of the attempt that found it so.
 */
const PAUSE_MINUTES = [1, 5, 15, 30, 60, 120, 240] as const;

export interface SubmissionFailure {
  /**
   * `rejected` by the rail, `absent` at the rail, `missed`: its cut-off passed before the rail was
   * called.
   */
  readonly kind: 'rejected' | 'absent' | 'missed';
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
  const terms = await termsOf(deps, shop, stored.railAccountId);
  await deps.deeds.run(stored.shopId, async (tx) => {
    const present = await submissionById(tx, stored.shopId, stored.submissionId);
    // What became known by another way meanwhile (a late answer, an inquiry) stands.
    const open = failure.kind === 'missed' ? ['prepared'] : ['calling', 'unknown'];
    if (present === undefined || !open.includes(present.status)) return;
    await failPresent(deps, tx, shop, terms, present, failure);
  });
}

async function failPresent(
  deps: RemittanceDeps,
  tx: Tx,
  shop: Shop,
  terms: Terms,
  stored: StoredSubmission,
  failure: SubmissionFailure,
): Promise<void> {
  const attempts = await attemptsOfSubmission(tx, stored.shopId, stored.submissionId);
  const open = attempts.filter((attempt) => attempt.status === 'processing');
  const remittances = await remittancesOf(tx, open);
  const status = failure.kind === 'absent' ? 'absent' : 'rejected';
  await updateSubmission(tx, stored.submissionId, { status, detail: failure.detail });
  const faults = new Map(failure.items.map((item) => [item.itemNumber, item]));
  const settled = open.map((attempt) => failedAttempt(attempt, failure, faults));
  await settleAttempts(tx, settled);
  // Nothing is wrong with an item where another one is at fault, or none.
  const isAway = failure.kind !== 'missed' && failure.reason === 'rail_unavailable';
  const mayGoAgain = faults.size > 0 || failure.kind !== 'rejected' || isAway;
  const again: Remittance[] = [];
  const lost: { remittance: Remittance; attempt: Attempt }[] = [];
  for (const attempt of settled) {
    const remittance = remittances.get(attempt.remittanceId)!;
    const isInnocent = mayGoAgain && !faults.has(attempt.itemNumber);
    if (isInnocent && remittance.attemptCount < MAX_ATTEMPTS) again.push(remittance);
    else lost.push({ remittance, attempt });
  }
  await failRemittances(deps, tx, stored.rail, lost);
  if (again.length === 0) return;
  const pause = isAway && failure.kind === 'rejected' ? pauseAfter(again) : 0;
  await handOverAgain(deps, tx, shop, terms, stored, again, tx.now.add({ minutes: pause }));
}

function pauseAfter(remittances: readonly Remittance[]): number {
  const attempts = Math.max(...remittances.map((remittance) => remittance.attemptCount));
  return PAUSE_MINUTES[Math.min(attempts, PAUSE_MINUTES.length) - 1] ?? PAUSE_MINUTES[0];
}

/** In a new submission, on the planned date where it can still be kept when the rail is called. */
async function handOverAgain(
  deps: RemittanceDeps,
  tx: Tx,
  shop: Shop,
  terms: Terms,
  stored: StoredSubmission,
  remittances: readonly Remittance[],
  submitAt: Instant,
): Promise<void> {
  const planned = { dispatchAt: stored.cutOffAt, transferDate: stored.transferDate };
  const isKept = isInTime(terms.timing, planned, submitAt);
  const plan = isKept ? planned : earliestPlan(terms.timing, submitAt);
  const going = isKept
    ? remittances
    : remittances.map((remittance) => replanned(terms, remittance, plan, tx.now));
  const to = { rail: stored.rail, railAccountId: stored.railAccountId, submitAt };
  const dates = { transferDate: plan.transferDate, cutOffAt: plan.dispatchAt };
  await handOver(tx, shop, { ...to, ...dates }, going);
  await updateRemittances(
    tx,
    going.map((each) => ({ ...each, attemptCount: each.attemptCount + 1 })),
  );
  if (isKept) return;
  const taxPercent = await taxPercentOn(deps, tx.now);
  for (const each of going) emitRemittance(tx, 'remittance.rescheduled', each, taxPercent);
}

function failedAttempt(
  attempt: Attempt,
  failure: SubmissionFailure,
  faults: ReadonlyMap<number, ItemRejection>,
): Attempt {
  const { reason, detail } = faults.get(attempt.itemNumber) ?? failure;
  return { ...attempt, status: 'failed', reason, detail };
}
