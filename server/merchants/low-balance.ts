// The warning that a shop's available balance fell below the line it drew (`balance.low`): once per
// crossing, not at every step below.
import type { Tx } from '../base/deed.ts';
import { uuidv7 } from '../base/ids.ts';

/** True where a movement takes the balance from on or above the threshold to below it. */
export function crossedLow(
  beforeYen: number,
  afterYen: number,
  thresholdYen: number | null,
): boolean {
  return thresholdYen !== null && beforeYen >= thresholdYen && afterYen < thresholdYen;
}

/** Emits `balance.low` where the deed crossed the line. Each warning is an object of its own. */
export function warnOfLowBalance(
  tx: Tx,
  shop: { readonly lowBalanceYen: number | null },
  beforeYen: number,
  afterYen: number,
): void {
  if (!crossedLow(beforeYen, afterYen, shop.lowBalanceYen)) return;
  tx.emit({
    type: 'balance.low',
    objectId: uuidv7(tx.now.epochMilliseconds),
    objectSequence: 1,
    payload: JSON.stringify({ available: afterYen, threshold: shop.lowBalanceYen }),
  });
}
