// Holding a remittance back from dispatch (確認中) and releasing it. A hold stands beside the status
// and stops only what has not been handed to a rail.

import { isBefore } from '../base/clock.ts';
import { Refusal } from '../base/refusal.ts';
import { reschedule } from './dispatch.ts';
import { addDispatch } from './dispatch-work.ts';
import { emitRemittance } from './emit.ts';
import { methodNotInContract, remittanceNotFound } from './refusals.ts';
import { type HoldReason, isCancelable, type Remittance, withChange } from './remittance.ts';
import { remittanceById, updateRemittances } from './remittance-store.ts';
import { taxPercentOn } from './tax.ts';
import { BANK_RAIL, bankTerms, type RemittanceDeps } from './terms.ts';

export async function hold(
  deps: RemittanceDeps,
  shopId: string,
  remittanceId: string,
  why: { readonly reason: HoldReason; readonly by: string },
): Promise<Remittance> {
  return deps.deeds.run(shopId, async (tx) => {
    const remittance = await remittanceById(tx, shopId, remittanceId);
    if (remittance === undefined) throw remittanceNotFound();
    if (remittance.holdReason !== null) return remittance;
    if (!isCancelable(remittance.status)) {
      throw new Refusal(
        'too_late_to_hold',
        {
          ja: 'すでに送金経路に渡されたため、保留にできません。',
          en: 'It has already been handed to a rail and cannot be held.',
        },
        { status: 409 },
      );
    }
    const held = withChange(remittance, tx.now, {
      holdReason: why.reason,
      holdBy: why.by,
      holdSince: tx.now,
    });
    await updateRemittances(tx, [held]);
    emitRemittance(tx, 'remittance.held', held, await taxPercentOn(deps, tx.now));
    return held;
  });
}

/** Releases a hold; where its cut-off has passed meanwhile, the next one is planned. */
export async function release(
  deps: RemittanceDeps,
  shopId: string,
  remittanceId: string,
): Promise<Remittance> {
  const terms = await bankTerms(deps, await deps.shops.byId(shopId));
  return deps.deeds.run(shopId, async (tx) => {
    const remittance = await remittanceById(tx, shopId, remittanceId);
    if (remittance === undefined) throw remittanceNotFound();
    if (remittance.holdReason === null) return remittance;
    const free = withChange(remittance, tx.now, {
      holdReason: null,
      holdBy: null,
      holdSince: null,
    });
    await updateRemittances(tx, [free]);
    const taxPercent = await taxPercentOn(deps, tx.now);
    emitRemittance(tx, 'remittance.released', free, taxPercent);
    if (free.status === 'scheduled' && free.dispatchAt !== null) {
      if (isBefore(free.dispatchAt, tx.now)) {
        if (terms === undefined) throw methodNotInContract(BANK_RAIL);
        await reschedule(tx, terms, [free], taxPercent);
      } else addDispatch(tx, free);
    }
    return (await remittanceById(tx, shopId, remittanceId))!;
  });
}
