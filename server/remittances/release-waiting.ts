// Remittances that waited for funds: started in order when money is in, those that do not fit yet
// passed over; given up after three months.
import type { Instant } from '../base/clock.ts';
import type { Tx } from '../base/deed.ts';
import type { ClaimedWork } from '../base/work.ts';
import { balancesOf, post } from '../ledger/books.ts';
import { addDispatch, givenUpAt } from './dispatch-work.ts';
import { emitRemittance } from './emit.ts';
import { end } from './end.ts';
import { type Remittance, withStatus } from './remittance.ts';
import { remittancesWhere, updateRemittances } from './remittance-store.ts';
import { datesFor } from './replan.ts';
import { earliestPlan, planFor } from './schedule.ts';
import { taxPercentOn } from './tax.ts';
import { bankTerms, type RemittanceDeps, type Terms } from './terms.ts';

const MAX_A_DEED = 1_000;
const MAX_DEEDS = 10_000;
const FIRST = '00000000-0000-0000-0000-000000000000';

/**
 * Handler of the work `remittances.release_waiting`, asked for whenever money came in or came back,
 * and when the oldest that waits is to be given up.
 */
export async function releaseWaiting(
  deps: RemittanceDeps,
  work: ClaimedWork,
): Promise<'done' | { again: Instant }> {
  const { shopId } = work;
  const terms = await bankTerms(deps, await deps.shops.byId(shopId));
  if (terms === undefined) return 'done';
  let after = FIRST;
  for (let count = 0; ; count++) {
    if (count >= MAX_DEEDS) throw new Error('more wait for funds than one run may look through');
    const last = await deps.deeds.run(shopId, (tx) => releaseSome(deps, tx, terms, after));
    if (last === undefined) break;
    after = last;
  }
  const [oldest] = await waitingAfter(deps.deeds.db, shopId, FIRST, 1);
  if (work.key !== 'expiry' || oldest === undefined) return 'done';
  return { again: givenUpAt(oldest) };
}

function waitingAfter(
  sql: Parameters<typeof remittancesWhere>[0],
  shopId: string,
  after: string,
  limit: number,
): Promise<Remittance[]> {
  const condition = `and status = 'awaiting_funds' and remittance_id > $2::uuid
    order by remittance_id limit $3`;
  return remittancesWhere(sql, shopId, condition, [after, limit]);
}

/** One deed. Answers the last id it looked at, or undefined where there is none after it. */
async function releaseSome(
  deps: RemittanceDeps,
  tx: Tx,
  terms: Terms,
  after: string,
): Promise<string | undefined> {
  const waiting = await waitingAfter(tx, tx.shopId, after, MAX_A_DEED);
  const balances = await balancesOf(tx, tx.shopId);
  const owes = (balances.get('due_from_shop') ?? 0) < 0;
  let available: number = balances.get('available') ?? 0;
  const started: Remittance[] = [];
  for (const remittance of waiting) {
    if (Temporal.Instant.compare(givenUpAt(remittance), tx.now) <= 0) {
      await end(deps, tx, remittance, 'expired', 'funds_not_received');
      continue;
    }
    if (owes || remittance.amountYen > available || remittance.holdReason !== null) continue;
    available -= remittance.amountYen;
    started.push(start(terms, tx, remittance));
  }
  await updateRemittances(tx, started);
  await post(
    tx,
    started.map((remittance) => ({
      from: 'available',
      to: 'reserved',
      amountYen: remittance.amountYen,
      cause: 'instruct',
      causeId: remittance.remittanceId,
    })),
  );
  const taxPercent = await taxPercentOn(deps, tx.now);
  for (const remittance of started) {
    emitRemittance(tx, 'remittance.scheduled', remittance, taxPercent);
    addDispatch(tx, remittance);
  }
  return waiting.length < MAX_A_DEED ? undefined : waiting.at(-1)?.remittanceId;
}

/** Planned anew: the cut-off it was meant for may have passed while it waited. */
function start(terms: Terms, tx: Tx, remittance: Remittance): Remittance {
  const wished = planFor(terms.timing, tx.now, remittance.scheduledFor, 'next_business_day');
  const plan = 'dispatchAt' in wished ? wished : earliestPlan(terms.timing, tx.now);
  return withStatus(remittance, 'scheduled', tx.now, datesFor(terms, remittance, plan));
}
