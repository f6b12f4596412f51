// The warning that what is available fell below the shop's threshold: told once at the crossing,
// not at every step below.
import type { Tx } from '../base/deed.ts';
import { uuidv7 } from '../base/ids.ts';
import type { Shop } from '../merchants/shop.ts';

export function crossedLow(beforeYen: number, afterYen: number, thresholdYen: number): boolean {
  return beforeYen >= thresholdYen && afterYen < thresholdYen;
}

export function warnOfLowBalance(tx: Tx, shop: Shop, beforeYen: number, afterYen: number): void {
  const threshold = shop.lowBalanceYen;
  if (threshold === null || !crossedLow(beforeYen, afterYen, threshold)) return;
  tx.emit({
    type: 'balance.low',
    objectId: uuidv7(tx.now.epochMilliseconds),
    objectSequence: 1,
    payload: JSON.stringify({ available: afterYen, threshold }),
  });
}
