// Ending a remittance that no rail has: canceled or expired, its reserve available again.
import type { Tx } from '../base/deed.ts';
import { post } from '../ledger/books.ts';
import { releaseWithMoney } from './dispatch-work.ts';
import { emitRemittance } from './emit.ts';
import { holdsReserve, type Remittance, type StatusReason, withStatus } from './remittance.ts';
import { updateRemittances } from './remittance-store.ts';
import { taxPercentOn } from './tax.ts';
import type { RemittanceDeps } from './terms.ts';

/** Ends a remittance that no rail has: canceled or expired. */
export async function end(
  deps: RemittanceDeps,
  tx: Tx,
  remittance: Remittance,
  status: 'canceled' | 'expired',
  statusReason: StatusReason | null,
): Promise<Remittance> {
  const ended = withStatus(remittance, status, tx.now, {
    statusReason,
    holdReason: null,
    holdBy: null,
    holdSince: null,
  });
  await updateRemittances(tx, [ended]);
  if (holdsReserve(remittance.status)) {
    await post(tx, [
      {
        from: 'reserved',
        to: 'available',
        amountYen: remittance.amountYen,
        cause: 'release',
        causeId: remittance.remittanceId,
      },
    ]);
    await releaseWithMoney(tx);
  }
  emitRemittance(tx, `remittance.${status}`, ended, await taxPercentOn(deps, tx.now));
  return ended;
}
