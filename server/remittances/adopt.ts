// Payments that a rail knows and this database forgot (it was restored to an earlier point): found
// again by the dispatch code, which is derived from the remittance and the attempt, and taken up as
// if they had just been handed over.
import type { Tx } from '../base/deed.ts';
import { publicId } from '../base/ids.ts';
import type { Shop } from '../merchants/shop.ts';
import type { Rail, RailAccount } from '../rails/rail.ts';
import {
  type Attempt,
  attemptsByCodes,
  attemptsOfRemittance,
  type SubmissionStatus,
  settleAttempts,
  submissionById,
  updateSubmission,
} from './attempt-store.ts';
import { sendOff } from './dispatch.ts';
import { dispatchCode } from './dispatch-code.ts';
import { MAX_ATTEMPTS } from './fail-submission.ts';
import { handOver } from './hand-over.ts';
import type { Remittance } from './remittance.ts';
import { remittancesByIds, remittancesWhere, updateRemittances } from './remittance-store.ts';
import { applyReports } from './settle.ts';
import type { Report } from './settle-steps.ts';
import { taxPercentOn } from './tax.ts';
import type { RemittanceDeps } from './terms.ts';

const PAGE = 5_000;
const MAX_PAGES = 2_000;
const UNSURE: readonly SubmissionStatus[] = ['prepared', 'calling', 'unknown'];

/** Applies what is known, adopts what was forgotten; answers what stays unknown. */
export async function adoptPayments(
  deps: RemittanceDeps,
  shop: Shop,
  rail: Rail,
  account: RailAccount,
  reports: readonly Report[],
): Promise<readonly Report[]> {
  const codes = reports.map((report) => report.dispatchCode);
  const attempts = await attemptsByCodes(deps.deeds.db, shop.shopId, codes);
  await markReached(deps, shop, attempts);
  const known = new Set(attempts.map((attempt) => attempt.dispatchCode));
  const forgotten = reports.filter((report) => !known.has(report.dispatchCode));
  const unknown: Report[] = [];
  if (forgotten.length > 0) {
    const { found, rest } = matched(forgotten, await laterCodes(deps, shop));
    unknown.push(...rest);
    // What was handed over together is taken up together: the rail answers for all of it at once.
    for (const group of Map.groupBy(found, ({ report }) => report.railReference).values()) {
      unknown.push(...(await adopt(deps, shop, rail, account, group)));
    }
  }
  const of = { name: rail.name, railAccountId: account.id };
  await applyReports(deps, shop.shopId, of, reports);
  return unknown;
}

/** A submission that the rail has must not be submitted, whatever the restored row says. */
async function markReached(
  deps: RemittanceDeps,
  shop: Shop,
  attempts: readonly Attempt[],
): Promise<void> {
  for (const submissionId of new Set(attempts.map((attempt) => attempt.submissionId))) {
    const seen = await submissionById(deps.deeds.db, shop.shopId, submissionId);
    if (seen === undefined) throw new Error('an attempt without its submission');
    if (!UNSURE.includes(seen.status)) continue;
    await deps.deeds.run(shop.shopId, async (tx) => {
      const stored = await submissionById(tx, shop.shopId, submissionId);
      if (stored === undefined || !UNSURE.includes(stored.status)) return;
      await updateSubmission(tx, submissionId, { status: 'accepted' });
      const inquiry = { kind: 'remittances.inquire', key: submissionId } as const;
      tx.addWork({ ...inquiry, dueAt: tx.now, clock: 'shop' });
    });
  }
}

/** An attempt that was made after the point of the restore. */
interface LaterAttempt {
  readonly remittanceId: string;
  readonly number: number;
}

interface Match extends LaterAttempt {
  readonly report: Report;
}

/** Every code that a remittance may have been handed over under since: its next attempts'. */
async function laterCodes(
  deps: RemittanceDeps,
  shop: Shop,
): Promise<ReadonlyMap<string, LaterAttempt>> {
  const byCode = new Map<string, LaterAttempt>();
  let after = '00000000-0000-0000-0000-000000000000';
  for (let page = 0; page < MAX_PAGES; page++) {
    const rows = await remittancesWhere(
      deps.deeds.db,
      shop.shopId,
      `and status in ('scheduled', 'processing', 'awaiting_approval', 'awaiting_funds',
         'awaiting_recipient') and remittance_id > $2::uuid
       order by remittance_id limit $3`,
      [after, PAGE],
    );
    for (const { remittanceId, attemptCount } of rows) {
      for (let number = attemptCount + 1; number <= MAX_ATTEMPTS; number++) {
        byCode.set(dispatchCode(shop.number, remittanceId, number), { remittanceId, number });
      }
    }
    if (rows.length < PAGE) return byCode;
    after = rows.at(-1)!.remittanceId;
  }
  throw new Error('more open remittances than recovery can look through');
}

/**
 * The last attempt of each remittance; those before it did not pay, or it would not have been made.
 */
function matched(forgotten: readonly Report[], codes: ReadonlyMap<string, LaterAttempt>) {
  const last = new Map<string, Match>();
  const rest: Report[] = [];
  for (const report of forgotten) {
    const attempt = codes.get(report.dispatchCode);
    const other = attempt && last.get(attempt.remittanceId);
    if (attempt === undefined) rest.push(report);
    else if (other === undefined || other.number < attempt.number) {
      last.set(attempt.remittanceId, { ...attempt, report });
      if (other !== undefined && other.report.state !== 'failed') rest.push(other.report);
    } else if (report.state !== 'failed') rest.push(report);
  }
  return { found: [...last.values()], rest };
}

/** One deed for what went to the rail together; answers what is no longer as it was found. */
async function adopt(
  deps: RemittanceDeps,
  shop: Shop,
  rail: Rail,
  railAccount: RailAccount,
  group: readonly Match[],
): Promise<readonly Report[]> {
  return deps.deeds.run(shop.shopId, async (tx) => {
    const ids = group.map(({ remittanceId }) => remittanceId);
    const found = await remittancesByIds(tx, shop.shopId, ids);
    const byId = new Map(found.map((remittance) => [remittance.remittanceId, remittance]));
    const scheduled: Remittance[] = [];
    const processing: Remittance[] = [];
    const left: Report[] = [];
    for (const { remittanceId, number, report } of group) {
      const remittance = { ...byId.get(remittanceId)!, attemptCount: number - 1 };
      if (remittance.status === 'scheduled') scheduled.push(remittance);
      else if (remittance.status === 'processing') processing.push(remittance);
      else left.push({ ...report, detail: whose(remittance) });
    }
    const adopted = { railReference: group[0]?.report.railReference ?? null };
    if (scheduled.length > 0) {
      const taxPercent = await taxPercentOn(deps, tx.now);
      await sendOff(tx, shop, { rail, railAccount }, scheduled, taxPercent, adopted);
    }
    if (processing.length > 0) await supersede(tx, shop, rail, railAccount, processing, adopted);
    return left;
  });
}

/** What a person needs to know of a payment that its remittance is not far enough for. */
function whose({ remittanceId, status }: Remittance): string {
  return `of ${publicId('rem', remittanceId)}, which is ${status} here`;
}

/**
 * The rail has a later attempt than is remembered: the remembered one was proven not to have paid
 * before that.
 */
async function supersede(
  tx: Tx,
  shop: Shop,
  rail: Rail,
  railAccount: RailAccount,
  remittances: readonly Remittance[],
  adopted: { readonly railReference: string | null },
): Promise<void> {
  for (const remittance of remittances) {
    const attempts = await attemptsOfRemittance(tx, shop.shopId, remittance.remittanceId);
    const open = attempts.filter((attempt) => attempt.status === 'processing');
    const detail = 'the rail knows a later attempt';
    await settleAttempts(
      tx,
      open.map((attempt) => ({ ...attempt, status: 'failed', reason: 'rail_unavailable', detail })),
    );
    for (const { submissionId } of open) {
      const stored = await submissionById(tx, shop.shopId, submissionId);
      // Called in the time that was forgotten: it must not be called for the first time again.
      if (stored?.status === 'prepared') {
        await updateSubmission(tx, submissionId, { status: 'calling' });
      }
    }
  }
  const { transferDate, dispatchAt } = remittances[0]!;
  if (transferDate === null || dispatchAt === null) throw new Error('handed over without a plan');
  const to = { rail: rail.name, railAccountId: railAccount.id, transferDate, cutOffAt: dispatchAt };
  await handOver(tx, shop, { ...to, adopted }, remittances);
  await updateRemittances(
    tx,
    remittances.map((each) => ({ ...each, attemptCount: each.attemptCount + 1 })),
  );
}
