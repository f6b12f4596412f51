// Dispatch: at a cut-off, what is due is made into submissions and its money moves from reserved to
// in flight. No rail is called here; the work that calls it is written in the same deed
// (submit.ts).

import type { Instant } from '../base/clock.ts';
import type { Tx } from '../base/deed.ts';
import type { ClaimedWork } from '../base/work.ts';
import { post } from '../ledger/books.ts';
import type { Shop } from '../merchants/shop.ts';
import { addDispatch } from './dispatch-work.ts';
import { emitRemittance } from './emit.ts';
import { handOver } from './hand-over.ts';
import { type Remittance, withStatus } from './remittance.ts';
import { remittancesWhere, updateRemittances } from './remittance-store.ts';
import { replanned } from './replan.ts';
import { earliestPlan, isInTime } from './schedule.ts';
import { stopOf } from './stops.ts';
import { taxPercentOn } from './tax.ts';
import { BANK_RAIL, bankTerms, type RemittanceDeps, type Terms } from './terms.ts';

const MAX_ITEMS_A_DEED = 2_000;
const STOPPED_RETRY = Temporal.Duration.from({ minutes: 5 });

/**
 * Handler of the work `remittances.dispatch`: hands over all that is due, a bounded deed at a time.
 */
export async function dispatchDue(
  deps: RemittanceDeps,
  work: ClaimedWork,
): Promise<'done' | { again: Instant }> {
  const shop = await deps.shops.byId(work.shopId);
  for (;;) {
    const stop = await stopOf(deps.deeds.db, shop.shopId, BANK_RAIL);
    if (stop !== undefined) {
      deps.log('dispatch_stopped', { shopId: shop.shopId, scope: stop.scope });
      return { again: (await deps.deeds.now(shop.shopId)).add(STOPPED_RETRY) };
    }
    const terms = await bankTerms(deps, shop);
    if (terms === undefined) throw new Error(`shop ${shop.number} has no contract with a bank`);
    const handled = await deps.deeds.run(shop.shopId, (tx) => dispatchSome(deps, tx, shop, terms));
    if (handled === 0) return 'done';
  }
}

/**
 * One deed: up to a submission's worth of due remittances of one rail account and transfer date.
 */
async function dispatchSome(
  deps: RemittanceDeps,
  tx: Tx,
  shop: Shop,
  terms: Terms,
): Promise<number> {
  const limit = Math.min(terms.rail.traits(terms.railAccount).maxItems, MAX_ITEMS_A_DEED);
  const due = await remittancesWhere(
    tx,
    shop.shopId,
    `and status = 'scheduled' and hold_reason is null and dispatch_at <= $2
     order by dispatch_at, remittance_id limit $3`,
    [tx.now, limit],
  );
  if (due.length === 0) return 0;
  const taxPercent = await taxPercentOn(deps, tx.now);
  const { inTime, late } = splitByTime(terms, due, tx.now);
  await reschedule(tx, terms, late, taxPercent);
  for (const group of byTransferDate(inTime)) await sendOff(tx, shop, terms, group, taxPercent);
  return due.length;
}

function splitByTime(terms: Terms, due: readonly Remittance[], now: Instant) {
  const inTime: Remittance[] = [];
  const late: Remittance[] = [];
  for (const remittance of due) {
    const { dispatchAt, transferDate } = remittance;
    if (dispatchAt === null || transferDate === null) throw new Error('scheduled without a plan');
    const ok = isInTime(terms.timing, { dispatchAt, transferDate }, now);
    (ok ? inTime : late).push(remittance);
  }
  return { inTime, late };
}

function byTransferDate(remittances: readonly Remittance[]): Remittance[][] {
  const groups = new Map<string, Remittance[]>();
  for (const remittance of remittances) {
    const key = `${remittance.transferDate}`;
    groups.set(key, [...(groups.get(key) ?? []), remittance]);
  }
  return [...groups.values()];
}

/** The cut-off was missed (an outage, a stop): the next one is planned and told. */
export async function reschedule(
  tx: Tx,
  terms: Terms,
  late: readonly Remittance[],
  taxPercent: number,
): Promise<void> {
  if (late.length === 0) return;
  const plan = earliestPlan(terms.timing, tx.now);
  const moved = late.map((remittance) => replanned(terms, remittance, plan, tx.now));
  await updateRemittances(tx, moved);
  for (const remittance of moved) {
    emitRemittance(tx, 'remittance.rescheduled', remittance, taxPercent);
    addDispatch(tx, remittance);
  }
}

/**
 * Hands a group over (or adopts it, where the rail has it already): attempts, money in flight,
 * `processing`.
 */
export async function sendOff(
  tx: Tx,
  shop: Shop,
  terms: Pick<Terms, 'rail' | 'railAccount'>,
  group: readonly Remittance[],
  taxPercent: number,
  adopted?: { readonly railReference: string | null },
): Promise<void> {
  const to = {
    rail: terms.rail.name,
    railAccountId: terms.railAccount.id,
    transferDate: group[0]!.transferDate!,
    cutOffAt: group[0]!.dispatchAt!,
    ...(adopted && { adopted }),
  };
  const { attempts } = await handOver(tx, shop, to, group);
  const moved = group.map((remittance) =>
    withStatus(remittance, 'processing', tx.now, {
      attemptCount: remittance.attemptCount + 1,
    }),
  );
  await updateRemittances(tx, moved);
  await post(
    tx,
    attempts.map((attempt) => ({
      from: 'reserved',
      to: `in_flight:${terms.rail.name}`,
      amountYen: attempt.amountYen,
      cause: 'dispatch',
      causeId: attempt.attemptId,
    })),
  );
  for (const remittance of moved) {
    emitRemittance(tx, 'remittance.processing', remittance, taxPercent);
  }
}
