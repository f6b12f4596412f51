// Settling: what a rail reports of payments becomes statuses, ledger transfers, fees and events.
// Reports may come twice, late, or against what is known; each is applied at most once and a
// contradiction is recorded for a person.
import type { Tx } from '../base/deed.ts';
import { post } from '../ledger/books.ts';
import type { FailureReason } from '../rails/rail.ts';
import { type Attempt, attemptsByCodes, settleAttempts } from './attempt-store.ts';
import { releaseWithMoney } from './dispatch-work.ts';
import { emitRemittance } from './emit.ts';
import { aliveLinksOf } from './link-store.ts';
import { recordOrphan } from './orphan-store.ts';
import type { Remittance } from './remittance.ts';
import { remittancesByIds, updateRemittances } from './remittance-store.ts';
import { followUp, repaired } from './settle-follow-up.ts';
import {
  failed,
  type Place,
  type Report,
  type SettlingRail,
  type Step,
  stepsOf,
} from './settle-steps.ts';
import { taxPercentOn } from './tax.ts';
import type { RemittanceDeps } from './terms.ts';

async function placeOf(deps: RemittanceDeps, rail: SettlingRail): Promise<Place> {
  const { name, railAccountId } = rail;
  const traits = deps.rails.get(name)?.traits(await deps.railAccount(railAccountId));
  const kind = traits?.settlesFrom ?? 'cash';
  return { name, railAccountId, account: `${kind}:${railAccountId}` };
}

/** Applies reports on one shop's payments in one deed. Answers how many changed something. */
export async function applyReports(
  deps: RemittanceDeps,
  shopId: string,
  settling: SettlingRail,
  reports: readonly Report[],
): Promise<number> {
  const telling = reports.filter(({ state }) => state !== 'pending' && state !== 'absent');
  if (telling.length === 0) return 0;
  const rail = await placeOf(deps, settling);
  return deps.deeds.run(shopId, async (tx) => {
    const codes = telling.map((report) => report.dispatchCode);
    const attempts = new Map(
      (await attemptsByCodes(tx, shopId, codes)).map((found) => [found.dispatchCode, found]),
    );
    const remittances = await remittancesOf(tx, [...attempts.values()]);
    const links = await aliveLinksOf(tx, shopId, [...remittances.keys()]);
    const steps: Step[] = [];
    for (const report of telling) {
      const attempt = attempts.get(report.dispatchCode);
      if (attempt === undefined) continue;
      const remittance = remittances.get(attempt.remittanceId)!;
      const told = stepsOf(deps, tx, rail, attempt, remittance, report);
      for (const step of repaired(told, links, tx.now)) {
        steps.push(step);
        attempts.set(report.dispatchCode, step.attempt);
        remittances.set(step.remittance.remittanceId, step.remittance);
      }
      if (contradicts(attempt, report)) await contradiction(deps, tx, rail, report);
    }
    await write(deps, tx, steps);
    return steps.length;
  });
}

/** The remittances of attempts, by id. */
export async function remittancesOf(
  tx: Tx,
  attempts: readonly Attempt[],
): Promise<Map<string, Remittance>> {
  const ids = [...new Set(attempts.map((attempt) => attempt.remittanceId))];
  const found = await remittancesByIds(tx, tx.shopId, ids);
  return new Map(found.map((remittance) => [remittance.remittanceId, remittance]));
}

/**
 * A payment that Kawase holds for failed and the rail for paid: the money is gone and yet given
 * back.
 */
function contradicts(attempt: Attempt, report: Report): boolean {
  return attempt.status === 'failed' && (report.state === 'paid' || report.state === 'returned');
}

async function contradiction(
  deps: RemittanceDeps,
  tx: Tx,
  rail: { readonly name: string; readonly railAccountId: string },
  report: Report,
): Promise<void> {
  deps.log('contradiction', { rail: rail.name, dispatchCode: report.dispatchCode });
  await recordOrphan(tx, {
    dispatchCode: report.dispatchCode,
    railAccountId: rail.railAccountId,
    state: report.state,
    detail: 'held for failed here, reported otherwise by the rail',
  });
}

async function write(deps: RemittanceDeps, tx: Tx, steps: readonly Step[]): Promise<void> {
  if (steps.length === 0) return;
  const taxPercent = await taxPercentOn(deps, tx.now);
  const lastOf = <T>(pairs: readonly (readonly [string, T])[]) => [...new Map(pairs).values()];
  // A payment may pass two steps at once; each status is written, so the database checks each.
  for (const round of rounds(steps)) {
    await settleAttempts(
      tx,
      lastOf(round.map((step) => [step.attempt.attemptId, step.attempt])).filter((attempt) =>
        round.some((step) => step.attempt === attempt && settlesAttempt(step)),
      ),
    );
    await updateRemittances(
      tx,
      lastOf(round.map((step) => [step.remittance.remittanceId, step.remittance])),
    );
  }
  await move(tx, steps);
  for (const step of steps) {
    emitRemittance(tx, step.type, step.remittance, taxPercent, step.at ?? undefined);
  }
  await followUp(deps, tx, steps);
}

/** A leg that was taken, and a recall, leave the attempt as it is. */
const settlesAttempt = ({ attempt, type }: Step): boolean =>
  attempt.status !== 'processing' && !type.startsWith('remittance.recall_');

async function move(tx: Tx, steps: readonly Step[]): Promise<void> {
  const transfers = steps.flatMap((step) => step.transfers);
  await post(tx, transfers);
  if (transfers.some(({ to }) => to === 'available')) await releaseWithMoney(tx);
}

/** Steps in rounds such that a remittance occurs once in each, in order. */
function rounds(steps: readonly Step[]): Step[][] {
  const result: Step[][] = [];
  const seen = new Map<string, number>();
  for (const step of steps) {
    const round = seen.get(step.remittance.remittanceId) ?? 0;
    seen.set(step.remittance.remittanceId, round + 1);
    result[round] ??= [];
    result[round].push(step);
  }
  return result;
}

/** Remittances whose attempt is proven unpaid and already settled as failed: money back, told. */
export async function failRemittances(
  deps: RemittanceDeps,
  tx: Tx,
  railName: string,
  pairs: readonly { readonly remittance: Remittance; readonly attempt: Attempt }[],
): Promise<void> {
  if (pairs.length === 0) return;
  const taxPercent = await taxPercentOn(deps, tx.now);
  const ids = pairs.map(({ remittance }) => remittance.remittanceId);
  const links = await aliveLinksOf(tx, tx.shopId, ids);
  const failures = pairs.map(({ remittance, attempt }) =>
    failed(tx, railName, attempt, remittance, {
      reason: attempt.reason as FailureReason | null,
      detail: attempt.detail,
    }),
  );
  const steps = repaired(failures, links, tx.now);
  await updateRemittances(
    tx,
    steps.map((step) => step.remittance),
  );
  await move(tx, steps);
  for (const step of steps) emitRemittance(tx, step.type, step.remittance, taxPercent);
  await followUp(deps, tx, steps);
}
