// Remittances that waited for funds: started in order when money is in, those that do not fit yet passed over; given up
// after three months.
import type { Instant } from '../base/clock.ts';
import type { Tx } from '../base/deed.ts';
import type { ClaimedWork } from '../base/work.ts';
import { balancesOf, post } from '../ledger/books.ts';
import { end } from './cancel.ts';
import { addDispatch } from './dispatch-work.ts';
import { emitRemittance } from './emit.ts';
import { type Remittance, withStatus } from './remittance.ts';
import { remittancesWhere, updateRemittances } from './remittance-store.ts';
import { arrivalFor, earliestPlan, planFor } from './schedule.ts';
import { taxPercentOn } from './tax.ts';
import {
  bankTerms,
  DEFAULT_ARRIVAL_BUSINESS_DAYS,
  type RemittanceDeps,
  type Terms,
} from './terms.ts';

const MAX_A_DEED = 1_000;
const GIVEN_UP_AFTER_DAYS = 92;

/** Handler of the work `remittances.release_waiting`, asked for whenever money came in. */
export async function releaseWaiting(
  deps: RemittanceDeps,
  work: ClaimedWork,
): Promise<'done' | { again: Instant }> {
  const shop = await deps.shops.byId(work.shopId);
  const terms = await bankTerms(deps, shop);
  if (terms === undefined) return 'done';
  await deps.deeds.run(shop.shopId, (tx) => releaseSome(deps, tx, terms));
  return 'done';
}

async function releaseSome(deps: RemittanceDeps, tx: Tx, terms: Terms): Promise<void> {
  const waiting = await remittancesWhere(
    tx,
    tx.shopId,
    `and status = 'awaiting_funds' order by remittance_id limit $2`,
    [MAX_A_DEED],
  );
  const balances = await balancesOf(tx, tx.shopId);
  if ((balances.get('due_from_shop') ?? 0) < 0) return;
  let available: number = balances.get('available') ?? 0;
  const oldest = tx.now.subtract({ hours: 24 * GIVEN_UP_AFTER_DAYS });
  const started: Remittance[] = [];
  for (const remittance of waiting) {
    if (Temporal.Instant.compare(remittance.createdAt, oldest) < 0) {
      await end(deps, tx, remittance, 'expired', 'funds_not_received');
      continue;
    }
    if (remittance.amountYen > available || remittance.holdReason !== null) continue;
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
}

/** Planned anew: the cut-off it was meant for may have passed while it waited. */
function start(terms: Terms, tx: Tx, remittance: Remittance): Remittance {
  const wished = planFor(terms.timing, tx.now, remittance.scheduledFor, 'next_business_day');
  const plan = 'dispatchAt' in wished ? wished : earliestPlan(terms.timing, tx.now);
  const setting = terms.bankSettings.get(String(remittance.masked.bank_code));
  const days = setting?.arrivalBusinessDays ?? DEFAULT_ARRIVAL_BUSINESS_DAYS;
  const arrival = arrivalFor(terms.timing.calendar, plan.transferDate, days);
  return withStatus(remittance, 'scheduled', tx.now, {
    dispatchAt: plan.dispatchAt,
    transferDate: plan.transferDate,
    expectedFrom: arrival.from,
    expectedTo: arrival.to,
  });
}
