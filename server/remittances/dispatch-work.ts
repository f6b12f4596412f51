// The work row that makes a cut-off happen: one per shop and cut-off, however many remittances leave with it.
import type { Tx } from '../base/deed.ts';
import type { Remittance } from './remittance.ts';

export function addDispatch(tx: Tx, remittance: Remittance): void {
  const dueAt = remittance.dispatchAt;
  if (dueAt === null) throw new Error('a scheduled remittance has a time to leave');
  tx.addWork({ kind: 'remittances.dispatch', key: dueAt.toString(), dueAt, clock: 'shop' });
}
