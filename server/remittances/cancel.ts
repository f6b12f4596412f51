// Canceling a remittance while it can be: reserved money goes back to available in the same deed.
import { end } from './end.ts';
import { notCancelable, notWhileRecovering, remittanceNotFound } from './refusals.ts';
import { isCancelable, type Remittance } from './remittance.ts';
import { remittanceById } from './remittance-store.ts';
import { isFrozen } from './stops.ts';
import { forgetSwitch } from './switch-method.ts';
import { takeBack } from './take-back.ts';
import type { RemittanceDeps } from './terms.ts';
import { withdrawLink } from './withdraw-link.ts';

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
    if (remittance.status === 'canceled') return remittance;
    if (remittance.status === 'receivable') {
      await forgetSwitch(tx, remittance);
      return remittance;
    }
    if (!isCancelable(remittance.status)) throw notCancelable(remittance.status);
    // It may have been handed over in the time that a restore forgot.
    if (await isFrozen(tx)) throw notWhileRecovering();
    // Nobody is reminded of money that is gone.
    await withdrawLink(deps, tx, remittance);
    return end(deps, tx, remittance, 'canceled', null);
  });
  return found.status === 'receivable' ? takeBack(deps, found) : found;
}
