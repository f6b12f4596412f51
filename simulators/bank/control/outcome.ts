// Tells the bank how one payment is to end: kept for later when it is not settled yet, done now
// when it is.

import type { Bank } from '../bank.ts';
import type { Payment, PaymentState, World } from '../books.ts';
import { reachNow } from '../due.ts';
import type { Fate } from '../reasons.ts';
import { afterPaid } from '../settle.ts';

const OPEN: ReadonlySet<PaymentState> = new Set(['applied', 'reserved', 'in_process', 'retrying']);

/** `impossible`: the payment has already ended in another way. */
export function setOutcome(
  bank: Bank,
  world: World,
  { ediInfo, others }: { readonly ediInfo: string; readonly others: string[] },
  fate: Fate,
): 'now' | 'planned' | 'impossible' {
  const payments = world.payments.filter((payment) => payment.ediInfo === ediInfo);
  const ended = payments.filter(({ state }) => !OPEN.has(state));
  if (ended.some((payment) => !fits(payment, fate))) return 'impossible';
  bank.commit({ t: 'fate', w: world.worldId, ediInfo, others, fate });
  if (ended.length === 0) return 'planned';
  const now = bank.now(world);
  for (const payment of ended) {
    const step = payment.state === 'paid' ? afterPaid(bank, world, fate, now, now) : undefined;
    if (step) bank.commit({ t: 'step', w: world.worldId, p: payment.id, step });
  }
  reachNow(bank, world);
  return 'now';
}

function fits(payment: Payment, fate: Fate): boolean {
  if (payment.state === 'paid') return fate.outcome !== 'failed';
  const reached: Partial<Record<PaymentState, Fate['outcome']>> = {
    failed: 'failed',
    returned: 'returned',
    recalled: 'recalled',
    recall_refused: 'recall_refused',
  };
  return reached[payment.state] === fate.outcome;
}
