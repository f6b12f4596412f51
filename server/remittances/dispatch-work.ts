// The work rows of remittances that follow from where they are: a cut-off that must happen, money
// that may start what waits for funds. One row per shop and matter, however many remittances it is
// for.
import type { Instant } from '../base/clock.ts';
import type { Tx } from '../base/deed.ts';
import type { Remittance } from './remittance.ts';
import { someAwaitFunds } from './remittance-store.ts';

const GIVEN_UP_AFTER = Temporal.Duration.from({ hours: 24 * 92 });

export function addDispatch(tx: Tx, remittance: Remittance): void {
  const dueAt = remittance.dispatchAt;
  if (dueAt === null) throw new Error('a scheduled remittance has a time to leave');
  tx.addWork({ kind: 'remittances.dispatch', key: dueAt.toString(), dueAt, clock: 'shop' });
}

/** When a remittance that waits for funds is given up. */
export function givenUpAt(remittance: Pick<Remittance, 'createdAt'>): Instant {
  return remittance.createdAt.add(GIVEN_UP_AFTER);
}

/** What has just begun to wait for funds is looked at again when it is to be given up. */
export function addExpiry(tx: Tx, remittance: Remittance): void {
  const dueAt = givenUpAt(remittance);
  tx.addWork({ kind: 'remittances.release_waiting', key: 'expiry', dueAt, clock: 'shop' });
}

/** Money came back to `available`: what waits for funds may start. */
export async function releaseWithMoney(tx: Tx): Promise<void> {
  if (!(await someAwaitFunds(tx, tx.shopId))) return;
  tx.addWork({ kind: 'remittances.release_waiting', key: '', dueAt: tx.now, clock: 'shop' });
}
