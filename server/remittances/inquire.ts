// Inquiring: asking a rail what became of a submission until every payment of it is decided, and
// for some business days after that, because money that was paid may come back. Free of effects at
// the rail; may be repeated at will.
import { addBusinessDays, type BusinessCalendar } from '../base/calendar.ts';
import { type Instant, isBefore, type PlainDate, tokyoDate, tokyoInstant } from '../base/clock.ts';
import type { ClaimedWork } from '../base/work.ts';
import type { InquiryOutcome, RailTraits, Submission } from '../rails/rail.ts';
import {
  type Attempt,
  attemptsOfSubmission,
  type StoredSubmission,
  submissionById,
  updateSubmission,
} from './attempt-store.ts';
import { failSubmission } from './fail-submission.ts';
import { tellAway, tellBack } from './rail-state.ts';
import { applyReports } from './settle.ts';
import type { Report } from './settle-steps.ts';
import { stopOf } from './stops.ts';
import { conclude, loadSubmission } from './submit.ts';
import type { RemittanceDeps } from './terms.ts';

const CALL_TIMEOUT_MS = 60_000;
/** Money that comes back, comes back within this; later returns arrive by statement. */
export const RETURN_WATCH_BUSINESS_DAYS = 15;

/** Handler of the work `remittances.inquire`; its key is the submission's id. */
export async function inquireOne(
  deps: RemittanceDeps,
  work: Pick<ClaimedWork, 'shopId' | 'key'>,
  signal: AbortSignal,
): Promise<'done' | { again: Instant }> {
  const { shopId, key } = work;
  const stored = await submissionById(deps.deeds.db, shopId, key);
  if (stored === undefined) throw new Error('work for a submission that does not exist');
  if (stored.status !== 'accepted' && stored.status !== 'unknown') return 'done';
  const rail = deps.rails.get(stored.rail);
  if (rail === undefined) throw new Error(`no rail ${stored.rail} is wired`);
  const submission = await loadSubmission(deps, stored);
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(CALL_TIMEOUT_MS)]);
  const question = { ...submission, railReference: stored.railReference };
  const answer = await rail.inquire(question, deadline);
  const now = await deps.deeds.now(shopId);
  const traits = rail.traits(submission.account);
  const { isInstant = false } = rail.timing(submission.account, deps.calendar);
  const pace: Pace = { isInstant, returnWatchDays: traits.returnWatchDays ?? 0 };
  if (answer.kind === 'unanswered') {
    deps.log('inquiry_unanswered', { submissionId: key, rail: stored.rail });
    if (isInstant) await tellAway(deps, stored.railAccountId, answer.detail);
    if (mayAskAgain(stored, traits, now)) await askAgain(deps, stored, submission, deadline);
    return afterSilence(deps, stored, pace, now);
  }
  if (isInstant) await tellBack(deps, stored.railAccountId);
  if (answer.submission === 'absent') return absent(deps, stored, traits, pace, now);
  await apply(deps, stored, traits, answer, now);
  return next(deps, stored, pace, now);
}

/** What decides how often a rail is asked. */
interface Pace {
  readonly isInstant: boolean;
  readonly returnWatchDays: number;
}

/** Soon again while something is undecided; for returns alone rarely, and only as long as usual. */
async function afterSilence(
  deps: RemittanceDeps,
  stored: StoredSubmission,
  pace: Pace,
  now: Instant,
): Promise<'done' | { again: Instant }> {
  const attempts = await attemptsOfSubmission(deps.deeds.db, stored.shopId, stored.submissionId);
  if (attempts.some(({ status }) => status === 'processing')) {
    return { again: now.add(pace.isInstant ? { seconds: 30 } : { minutes: 10 }) };
  }
  const planned = await next(deps, stored, pace, now);
  return planned === 'done' ? 'done' : { again: now.add({ hours: 3 }) };
}

/**
 * Only a rail that pays once for the same submission may be asked again, and only after a long
 * silence.
 */
function mayAskAgain(stored: StoredSubmission, traits: RailTraits, now: Instant): boolean {
  if (!traits.idempotentSubmit || stored.calledAt === null) return false;
  return !isBefore(now, stored.calledAt.add({ milliseconds: traits.absenceProofMs }));
}

async function askAgain(
  deps: RemittanceDeps,
  stored: StoredSubmission,
  submission: Submission<unknown>,
  signal: AbortSignal,
): Promise<void> {
  if ((await stopOf(deps.deeds.db, stored.shopId, stored.rail)) !== undefined) return;
  await deps.deeds.run(stored.shopId, (tx) =>
    updateSubmission(tx, stored.submissionId, { status: 'unknown', isCalledAgain: true }),
  );
  const outcome = await deps.rails.get(stored.rail)!.submit(submission, signal);
  await conclude(deps, { ...stored, status: 'unknown' }, outcome);
}

/** The rail never had it: proof only once nothing of it can still be under way. */
async function absent(
  deps: RemittanceDeps,
  stored: StoredSubmission,
  traits: RailTraits,
  pace: Pace,
  now: Instant,
): Promise<'done' | { again: Instant }> {
  if (stored.status === 'accepted' || stored.calledAt === null) {
    const { db } = deps.deeds;
    const attempts = await attemptsOfSubmission(db, stored.shopId, stored.submissionId);
    // Known by a statement alone (recovery.ts): nothing is left to hear of it but its returns.
    if (attempts.every(({ status }) => status !== 'processing')) {
      return next(deps, stored, pace, now);
    }
    deps.log('contradiction', { submissionId: stored.submissionId, says: 'absent' });
    return { again: now.add({ hours: 1 }) };
  }
  const provenAt = stored.calledAt.add({ milliseconds: traits.absenceProofMs });
  if (isBefore(now, provenAt)) return { again: provenAt };
  await failSubmission(deps, stored, {
    kind: 'absent',
    reason: 'rail_unavailable',
    detail: 'the rail never received it',
    items: [],
  });
  return 'done';
}

async function apply(
  deps: RemittanceDeps,
  stored: StoredSubmission,
  traits: RailTraits,
  answer: InquiryOutcome & { readonly kind: 'answered' },
  now: Instant,
): Promise<void> {
  const { shopId, submissionId } = stored;
  if (stored.status === 'unknown') {
    await deps.deeds.run(shopId, async (tx) => {
      const present = await submissionById(tx, shopId, submissionId);
      if (present?.status !== 'unknown') return;
      const { railReference } = answer;
      await updateSubmission(tx, submissionId, { status: 'accepted', railReference });
    });
  }
  const reports: Report[] = answer.reports.map((report) => ({ ...report, basis: 'rail_result' }));
  const rail = { name: stored.rail, railAccountId: stored.railAccountId };
  await applyReports(deps, shopId, rail, reports);
  if (traits.confirmation.kind === 'silence') {
    await settleBySilence(deps, stored, traits.confirmation.businessDays, now);
  }
}

/**
 * Nothing confirms on this rail: after N business days without a return, the payment counts as
 * arrived.
 */
async function settleBySilence(
  deps: RemittanceDeps,
  stored: StoredSubmission,
  businessDays: number,
  now: Instant,
): Promise<void> {
  const paidOn = addBusinessDays(deps.calendar, stored.transferDate, businessDays);
  if (Temporal.PlainDate.compare(tokyoDate(now), paidOn) < 0) return;
  const attempts = await attemptsOfSubmission(deps.deeds.db, stored.shopId, stored.submissionId);
  const silent = attempts.filter((attempt) => attempt.status === 'processing');
  const reports = silent.map(
    (attempt): Report => ({
      dispatchCode: attempt.dispatchCode,
      state: 'paid',
      reason: null,
      detail: '',
      at: now,
      railReference: null,
      basis: 'no_return',
    }),
  );
  const rail = { name: stored.rail, railAccountId: stored.railAccountId };
  await applyReports(deps, stored.shopId, rail, reports);
}

async function next(
  deps: RemittanceDeps,
  stored: StoredSubmission,
  pace: Pace,
  now: Instant,
): Promise<'done' | { again: Instant }> {
  const attempts = await attemptsOfSubmission(deps.deeds.db, stored.shopId, stored.submissionId);
  const again = pace.isInstant
    ? nextInstantInquiryAt(stored.createdAt, attempts, now, pace.returnWatchDays)
    : nextInquiryAt(deps.calendar, stored.transferDate, attempts, now);
  return again === undefined ? 'done' : { again };
}

/**
 * When to ask again: often on the transfer date, then rarely, then daily for returns; undefined =
 * no more.
 */
export function nextInquiryAt(
  calendar: BusinessCalendar,
  transferDate: PlainDate,
  attempts: readonly Pick<Attempt, 'status'>[],
  now: Instant,
): Instant | undefined {
  const opening = tokyoInstant(transferDate, '09:00');
  if (isBefore(now, opening)) return opening;
  const today = tokyoDate(now);
  if (attempts.some((attempt) => attempt.status === 'processing')) {
    return now.add(today.equals(transferDate) ? { minutes: 30 } : { hours: 3 });
  }
  if (!attempts.some((attempt) => attempt.status === 'paid')) return undefined;
  const lastDay = addBusinessDays(calendar, transferDate, RETURN_WATCH_BUSINESS_DAYS);
  const tomorrow = addBusinessDays(calendar, today, 1);
  if (Temporal.PlainDate.compare(tomorrow, lastDay) > 0) return undefined;
  return tokyoInstant(tomorrow, '10:00');
}

/**
 * Of a real-time rail: soon while it is fresh, then as rarely as a recipient takes time; once paid,
 * daily for as many days as it may come back.
 */
export function nextInstantInquiryAt(
  createdAt: Instant,
  attempts: readonly Pick<Attempt, 'status'>[],
  now: Instant,
  returnWatchDays: number,
): Instant | undefined {
  if (!attempts.some((attempt) => attempt.status === 'processing')) {
    const tomorrow = now.add({ hours: 24 });
    const isOver = isBefore(createdAt.add({ hours: 24 * returnWatchDays }), tomorrow);
    const isPaid = attempts.some((attempt) => attempt.status === 'paid');
    return isPaid && !isOver ? tomorrow : undefined;
  }
  const ageMinutes = now.since(createdAt).total('minutes');
  if (ageMinutes < 5) return now.add({ seconds: 30 });
  return now.add(ageMinutes < 60 ? { minutes: 10 } : { hours: 6 });
}
