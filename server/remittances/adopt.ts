// Payments that a rail knows and this database forgot (it was restored to an earlier point): found again by the dispatch
// code, which is derived from the remittance, and taken up as if they had just been handed over.
import type { Shop } from '../merchants/shop.ts';
import type { Rail, RailAccount } from '../rails/rail.ts';
import {
  type Attempt,
  attemptsByCodes,
  submissionById,
  updateSubmission,
} from './attempt-store.ts';
import { sendOff } from './dispatch.ts';
import { dispatchCode } from './dispatch-code.ts';
import type { Remittance } from './remittance.ts';
import { remittanceById, remittancesWhere } from './remittance-store.ts';
import { applyReports, type Report } from './settle.ts';
import { taxPercentOn } from './tax.ts';
import type { RemittanceDeps } from './terms.ts';

const PAGE = 5_000;
const MAX_PAGES = 2_000;

/** Applies what is known, adopts what was forgotten; answers what stays unknown. */
export async function adoptPayments(
  deps: RemittanceDeps,
  shop: Shop,
  rail: Rail,
  account: RailAccount,
  reports: readonly Report[],
): Promise<readonly Report[]> {
  const { db } = deps.deeds;
  const codes = reports.map((report) => report.dispatchCode);
  const attempts = await attemptsByCodes(db, shop.shopId, codes);
  await markReached(deps, shop, attempts);
  const known = new Set(attempts.map((attempt) => attempt.dispatchCode));
  const forgotten = reports.filter(({ dispatchCode: code }) => !known.has(code));
  const unknown: Report[] = [];
  if (forgotten.length > 0) {
    const scheduled = await scheduledByNextCode(deps, shop);
    for (const report of forgotten) {
      const remittance = scheduled.get(report.dispatchCode);
      if (remittance === undefined) unknown.push(report);
      else await adopt(deps, shop, rail, account, remittance, report);
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
    await deps.deeds.run(shop.shopId, async (tx) => {
      const stored = await submissionById(tx, shop.shopId, submissionId);
      if (stored === undefined) throw new Error('an attempt without its submission');
      if (!['prepared', 'calling', 'unknown'].includes(stored.status)) return;
      await updateSubmission(tx, submissionId, { status: 'accepted' });
      const inquiry = { kind: 'remittances.inquire', key: submissionId } as const;
      tx.addWork({ ...inquiry, dueAt: tx.now, clock: 'shop' });
    });
  }
}

async function scheduledByNextCode(
  deps: RemittanceDeps,
  shop: Shop,
): Promise<ReadonlyMap<string, Remittance>> {
  const byCode = new Map<string, Remittance>();
  let after = '00000000-0000-0000-0000-000000000000';
  for (let page = 0; page < MAX_PAGES; page++) {
    const rows = await remittancesWhere(
      deps.deeds.db,
      shop.shopId,
      `and status = 'scheduled' and remittance_id > $2 order by remittance_id limit $3`,
      [after, PAGE],
    );
    for (const row of rows) {
      byCode.set(dispatchCode(shop.number, row.remittanceId, row.attemptCount + 1), row);
    }
    if (rows.length < PAGE) return byCode;
    after = rows.at(-1)!.remittanceId;
  }
  throw new Error('more scheduled remittances than recovery can look through');
}

async function adopt(
  deps: RemittanceDeps,
  shop: Shop,
  rail: Rail,
  railAccount: RailAccount,
  found: Remittance,
  report: Report,
): Promise<void> {
  await deps.deeds.run(shop.shopId, async (tx) => {
    const remittance = await remittanceById(tx, shop.shopId, found.remittanceId);
    if (remittance?.status !== 'scheduled') return;
    const taxPercent = await taxPercentOn(deps, tx.now);
    const adopted = { railReference: report.railReference };
    await sendOff(tx, shop, { rail, railAccount }, [remittance], taxPercent, adopted);
  });
}
