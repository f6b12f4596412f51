// How long is kept what was told: old deliveries go, payloads of old events expire. Swept shop by
// shop, on each shop's clock, a bounded number at a time; running it twice changes nothing more.
import type { Deeds } from '../base/deed.ts';
import { expirePayloads } from '../base/event-expiry.ts';
import type { Shops } from '../merchants/shops.ts';
import { deleteOldDeliveries } from './delivery-store.ts';

export interface Retention {
  /** Of deliveries that are over: delivered, given up or canceled. */
  readonly deliveryDays: number;
  /** Of what an event's payload says; the event itself stays. */
  readonly eventDays: number;
}

export interface Swept {
  readonly deliveries: number;
  readonly payloads: number;
}

const SHOPS_AT_ONCE = 100;
const ROWS_AT_ONCE = 1_000;
/** What is left then waits for the next sweep. */
const MAX_ROUNDS = 200;

export async function sweepOld(
  deps: { readonly deeds: Deeds; readonly shops: Pick<Shops, 'list'> },
  retention: Retention,
  signal: AbortSignal,
): Promise<Swept> {
  const swept = { deliveries: 0, payloads: 0 };
  let after = -1;
  for (;;) {
    const shops = await deps.shops.list(after, SHOPS_AT_ONCE);
    for (const { shopId } of shops) {
      const one = await sweepShop(deps.deeds, shopId, retention, signal);
      swept.deliveries += one.deliveries;
      swept.payloads += one.payloads;
    }
    if (shops.length < SHOPS_AT_ONCE || signal.aborted) return swept;
    after = shops.at(-1)!.number;
  }
}

async function sweepShop(
  { db, now }: Deeds,
  shopId: string,
  { deliveryDays, eventDays }: Retention,
  signal: AbortSignal,
): Promise<Swept> {
  const shopNow = await now(shopId);
  const before = (days: number) => shopNow.subtract({ hours: 24 * days });
  const untilNone = async (some: () => Promise<number>) => {
    let sum = 0;
    for (let round = 0; round < MAX_ROUNDS && !signal.aborted; round++) {
      const count = await some();
      sum += count;
      if (count === 0) break;
    }
    return sum;
  };
  return {
    deliveries: await untilNone(() =>
      deleteOldDeliveries(db, shopId, before(deliveryDays), ROWS_AT_ONCE),
    ),
    payloads: await untilNone(() => expirePayloads(db, shopId, before(eventDays), ROWS_AT_ONCE)),
  };
}
