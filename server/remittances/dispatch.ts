// Dispatch: at a cut-off, what is due is made into submissions and its money moves from reserved to
// in flight. No rail is called here; the work that calls it is written in the same deed
// (submit.ts).

import { type Instant, isBefore } from '../base/clock.ts';
import type { Tx } from '../base/deed.ts';
import type { ClaimedWork } from '../base/work.ts';
import { post } from '../ledger/books.ts';
import { type Shop, stopFor } from '../merchants/shop.ts';
import { readStops } from '../merchants/stop.ts';
import { addDispatch } from './dispatch-work.ts';
import { emitRemittance } from './emit.ts';
import { handOver } from './hand-over.ts';
import { type Remittance, withStatus } from './remittance.ts';
import { railAccountsDue, remittancesWhere, updateRemittances } from './remittance-store.ts';
import { replanned } from './replan.ts';
import { earliestPlan, isInTime } from './schedule.ts';
import { taxPercentOn } from './tax.ts';
import { type RemittanceDeps, type Terms, termsOf } from './terms.ts';

const MAX_ITEMS_A_DEED = 2_000;
const MAX_SINGLES_A_DEED = 50;
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
    const stops = await readStops(deps.deeds.db);
    const isStopped = ({ rail }: Terms) => stopFor(stops, shop.shopId, rail.name) !== undefined;
    const terms = (await dueTerms(deps, shop)).filter((one) => !isStopped(one));
    let handled = 0;
    for (const of of terms) {
      handled += await deps.deeds.run(shop.shopId, (tx) => dispatchSome(deps, tx, shop, of));
    }
    if (handled > 0) continue;
    const left = await dueTerms(deps, shop);
    if (left.length === 0) return 'done';
    deps.log('dispatch_stopped', { shopId: shop.shopId, rails: left.length });
    return { again: (await deps.deeds.now(shop.shopId)).add(STOPPED_RETRY) };
  }
}

/** The terms of every rail account for which something of the shop is due. */
async function dueTerms(deps: RemittanceDeps, shop: Shop): Promise<Terms[]> {
  const now = await deps.deeds.now(shop.shopId);
  const ids = await railAccountsDue(deps.deeds.db, shop.shopId, now);
  return Promise.all(ids.map((id) => termsOf(deps, shop, id)));
}

/**
 * One deed: up to a submission's worth of due remittances of one rail account and transfer date; of
 * a rail that takes one at a time, several submissions.
 */
async function dispatchSome(
  deps: RemittanceDeps,
  tx: Tx,
  shop: Shop,
  terms: Terms,
): Promise<number> {
  const { maxItems } = terms.rail.traits(terms.railAccount);
  const limit = maxItems === 1 ? MAX_SINGLES_A_DEED : Math.min(maxItems, MAX_ITEMS_A_DEED);
  const due = await remittancesWhere(
    tx,
    shop.shopId,
    `and status = 'scheduled' and hold_reason is null and dispatch_at <= $2
     and rail_account_id = $3 order by dispatch_at, remittance_id limit $4`,
    [tx.now, terms.railAccount.id, limit],
  );
  if (due.length === 0) return 0;
  const taxPercent = await taxPercentOn(deps, tx.now);
  const { inTime, late } = splitByTime(terms, due, tx.now);
  await reschedule(tx, terms, late, taxPercent);
  for (const group of byTransferDate(inTime)) {
    for (let start = 0; start < group.length; start += maxItems) {
      await sendOff(tx, shop, terms, group.slice(start, start + maxItems), taxPercent);
    }
  }
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

/**
 * The planned moment was missed (an outage, a stop) or lies in a maintenance window: the next one
 * is planned and told.
 */
export async function reschedule(
  tx: Tx,
  terms: Terms,
  late: readonly Remittance[],
  taxPercent: number,
): Promise<void> {
  if (late.length === 0) return;
  const moved = late.map((remittance) => {
    const { dispatchAt } = remittance;
    const from = dispatchAt === null || isBefore(dispatchAt, tx.now) ? tx.now : dispatchAt;
    return replanned(terms, remittance, earliestPlan(terms.timing, from), tx.now);
  });
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
