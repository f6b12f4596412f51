// Canceling a remittance while it can be: reserved money goes back to available in the same deed.
import type { Tx } from '../base/deed.ts';
import { post } from '../ledger/books.ts';
import { releaseWithMoney } from './dispatch-work.ts';
import { emitRemittance } from './emit.ts';
import { notCancelable, notWhileRecovering, remittanceNotFound } from './refusals.ts';
import {
  holdsReserve,
  isCancelable,
  type Remittance,
  type StatusReason,
  withStatus,
} from './remittance.ts';
import { remittanceById, updateRemittances } from './remittance-store.ts';
import { isFrozen } from './stops.ts';
import { takeBack } from './take-back.ts';
import { taxPercentOn } from './tax.ts';
import type { RemittanceDeps } from './terms.ts';

/**
 * Cancels; a canceled one stays canceled (asking again is no error). Refused: `not_cancelable`, not
 * found.
 */
export async function cancel(
  deps: RemittanceDeps,
  shopId: string,
  remittanceId: string,
): Promise<Remittance> {
  const found = await deps.deeds.run(shopId, async (tx) => {
    const remittance = await remittanceById(tx, shopId, remittanceId);
    if (remittance === undefined) throw remittanceNotFound();
    if (remittance.status === 'canceled' || remittance.status === 'receivable') return remittance;
    if (!isCancelable(remittance.status)) throw notCancelable(remittance.status);
    // It may have been handed over in the time that a restore forgot.
    if (await isFrozen(tx)) throw notWhileRecovering();
    return end(deps, tx, remittance, 'canceled', null);
  });
  return found.status === 'receivable' ? takeBack(deps, found) : found;
}

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
