// Submitting: the one place where a rail is asked to pay. The intent is durable first (`calling`),
// the call is made outside any transaction, its outcome is written after. A call that was begun and
// never answered is `unknown`, whatever process finds it, and only an inquiry may say more.
import { type Instant, isBefore } from '../base/clock.ts';
import type { Tx } from '../base/deed.ts';
import type { ClaimedWork } from '../base/work.ts';
import type { Submission, SubmitOutcome } from '../rails/rail.ts';
import {
  attemptsOfSubmission,
  type StoredSubmission,
  submissionById,
  updateSubmission,
} from './attempt-store.ts';
import { failSubmission } from './fail-submission.ts';
import { openFrom } from './maintenance.ts';
import { destinationPurpose } from './prepare.ts';
import { tellAway, tellBack, timingNow } from './rail-state.ts';
import { remittancesByIds } from './remittance-store.ts';
import { isInTime } from './schedule.ts';
import { applyReports } from './settle.ts';
import { stopOf } from './stops.ts';
import type { RemittanceDeps } from './terms.ts';

const RAIL_RESULT = 'rail_result' as const;
const CALL_TIMEOUT_MS = 60_000;
const STOPPED_RETRY = Temporal.Duration.from({ minutes: 5 });
const FIRST_INQUIRY = Temporal.Duration.from({ minutes: 10 });
const LOST_ANSWER_INQUIRY = Temporal.Duration.from({ minutes: 1 });

/** Handler of the work `remittances.submit`; its key is the submission's id. */
export async function submitOne(
  deps: RemittanceDeps,
  work: ClaimedWork,
  signal: AbortSignal,
): Promise<'done' | { again: Instant }> {
  const { shopId, key: submissionId } = work;
  const stored = await submissionById(deps.deeds.db, shopId, submissionId);
  if (stored === undefined) throw new Error('work for a submission that does not exist');
  if (stored.status === 'calling') {
    await conclude(deps, stored, { kind: 'unknown', detail: 'the caller did not live to hear' });
    return 'done';
  }
  if (stored.status !== 'prepared') return 'done';
  if ((await stopOf(deps.deeds.db, shopId, stored.rail)) !== undefined) {
    return { again: (await deps.deeds.now(shopId)).add(STOPPED_RETRY) };
  }
  const submission = await loadSubmission(deps, stored);
  const timing = await timingNow(deps, railOf(deps, stored), submission.account);
  const now = await deps.deeds.now(shopId);
  const upAgain = openFrom(timing.closures, now);
  if (isBefore(now, upAgain)) return { again: upAgain };
  const plan = { dispatchAt: stored.cutOffAt, transferDate: stored.transferDate };
  // After a stop or an outage the day may be gone; a bank would refuse all of it for its date.
  if (!isInTime(timing, plan, now)) {
    const detail = 'its cut-off passed before it could be handed over';
    const why = { kind: 'missed', reason: 'rail_unavailable', detail, items: [] } as const;
    await failSubmission(deps, stored, why);
    return 'done';
  }
  await deps.deeds.run(shopId, (tx) => updateSubmission(tx, submissionId, { status: 'calling' }));
  const outcome = await call(deps, stored, submission, signal);
  await conclude(deps, stored, outcome);
  await noteState(deps, stored, outcome);
  return 'done';
}

function railOf(deps: RemittanceDeps, stored: StoredSubmission) {
  const rail = deps.rails.get(stored.rail);
  if (rail === undefined) throw new Error(`no rail ${stored.rail} is wired`);
  return rail;
}

async function call(
  deps: RemittanceDeps,
  stored: StoredSubmission,
  submission: Submission<unknown>,
  signal: AbortSignal,
): Promise<SubmitOutcome> {
  const rail = railOf(deps, stored);
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(CALL_TIMEOUT_MS)]);
  try {
    return await rail.submit(submission, deadline);
  } catch (error) {
    // A rail promises not to throw for what a network does; whatever this is, it may have paid.
    deps.log('rail_threw', { rail: stored.rail, error: (error as Error).name });
    return { kind: 'unknown', detail: (error as Error).name };
  }
}

/** Others who would use the rail are to know that it is away, or back. */
async function noteState(
  deps: RemittanceDeps,
  { railAccountId }: StoredSubmission,
  outcome: SubmitOutcome,
): Promise<void> {
  const isAway =
    outcome.kind === 'unknown' ||
    (outcome.kind === 'rejected' && outcome.reason === 'rail_unavailable');
  if (isAway) await tellAway(deps, railAccountId, outcome.detail);
  else await tellBack(deps, railAccountId);
}

/** Writes what the call brought, with the work that follows from it. */
export async function conclude(
  deps: RemittanceDeps,
  stored: StoredSubmission,
  outcome: SubmitOutcome,
): Promise<void> {
  deps.log('submission', {
    submissionId: stored.submissionId,
    rail: stored.rail,
    outcome: outcome.kind,
    items: stored.itemCount,
  });
  if (outcome.kind === 'rejected') {
    await failSubmission(deps, stored, {
      kind: 'rejected',
      reason: outcome.reason,
      detail: outcome.detail,
      items: outcome.items,
    });
    return;
  }
  const account = await deps.railAccount(stored.railAccountId);
  const timing = deps.rails.get(stored.rail)?.timing(account, deps.calendar);
  const isInstant = timing?.isInstant ?? false;
  await deps.deeds.run(stored.shopId, async (tx) => {
    const present = await submissionById(tx, stored.shopId, stored.submissionId);
    // An inquiry may have been faster; what it found stands.
    if (present?.status !== 'calling' && present?.status !== 'unknown') return;
    const accepted = outcome.kind === 'accepted';
    await updateSubmission(tx, stored.submissionId, {
      status: accepted ? 'accepted' : 'unknown',
      railReference: accepted ? outcome.railReference : null,
      detail: accepted ? '' : outcome.detail,
    });
    const pause = accepted && !isInstant ? FIRST_INQUIRY : LOST_ANSWER_INQUIRY;
    addInquiry(tx, stored.submissionId, tx.now.add(pause));
  });
  if (outcome.kind !== 'accepted' || outcome.reports === undefined) return;
  const rail = { name: stored.rail, railAccountId: stored.railAccountId };
  const reports = outcome.reports.map((report) => ({ ...report, basis: RAIL_RESULT }));
  await applyReports(deps, stored.shopId, rail, reports);
}

export function addInquiry(tx: Tx, submissionId: string, dueAt: Instant): void {
  tx.addWork({ kind: 'remittances.inquire', key: submissionId, dueAt, clock: 'shop' });
}

/** The submission as a rail takes it: destinations opened, items in order. */
export async function loadSubmission(
  deps: RemittanceDeps,
  stored: StoredSubmission,
): Promise<Submission<unknown>> {
  const { db } = deps.deeds;
  const { shopId } = stored;
  const [account, attempts] = await Promise.all([
    deps.railAccount(stored.railAccountId),
    attemptsOfSubmission(db, shopId, stored.submissionId),
  ]);
  const ids = attempts.map((attempt) => attempt.remittanceId);
  const remittances = await remittancesByIds(db, shopId, ids);
  const byId = new Map(remittances.map((remittance) => [remittance.remittanceId, remittance]));
  const items = attempts
    .map((attempt) => {
      const sealed = byId.get(attempt.remittanceId)!.destinationSealed;
      const text = deps.vault.open(sealed, destinationPurpose(shopId));
      return {
        itemNumber: attempt.itemNumber,
        attemptId: attempt.attemptId,
        dispatchCode: attempt.dispatchCode,
        amountYen: attempt.amountYen,
        destination: JSON.parse(text) as unknown,
      };
    })
    .sort((a, b) => a.itemNumber - b.itemNumber);
  return {
    id: stored.submissionId,
    account,
    transferDate: stored.transferDate,
    createdAt: stored.createdAt,
    items,
    totalYen: stored.totalYen,
  };
}
