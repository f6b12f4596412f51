// Reading shops and stop switches: cached for a second, so that the hot path asks the database
// nothing. A change made by this process is seen at once (`invalidate`), one made by another
// process within that second.
import type { Database } from '../base/database.ts';
import { createBriefCache } from './cache.ts';
import { shopUnknown } from './refusals.ts';
import type { Shop, StopSwitch } from './shop.ts';
import { selectShop, selectShopByNumber, selectShops, selectStops } from './shop-store.ts';

export interface Shops {
  /** Throws the refusal `shop_not_found`. */
  byId(shopId: string): Promise<Shop>;
  /** As `byId`, undefined where there is none. */
  findById(shopId: string): Promise<Shop | undefined>;
  /** By the six-digit number; throws the refusal `shop_not_found`. */
  byNumber(number: number): Promise<Shop>;
  /** As `byNumber`, undefined where there is none. */
  findByNumber(number: number): Promise<Shop | undefined>;
  /** In the order of their numbers; uncached, for operators and sweeps. */
  list(afterNumber: number, limit: number): Promise<Shop[]>;
  /** All stop switches that are on. */
  stops(): Promise<readonly StopSwitch[]>;
  /** Forgets one shop (all without an id) and the switches. */
  invalidate(shopId?: string): void;
}

const CACHE_MS = 1000;
const MAX_SHOPS = 10_000;

function required(shop: Shop | undefined): Shop {
  if (shop === undefined) throw shopUnknown();
  return shop;
}

export function createShops(db: Database, nowMs: () => number = () => performance.now()): Shops {
  const cache = { lifeMs: CACHE_MS, maxEntries: MAX_SHOPS, nowMs };
  const byId = createBriefCache({ ...cache, load: (shopId: string) => selectShop(db, shopId) });
  const byNumber = createBriefCache({
    ...cache,
    load: (number: number) => selectShopByNumber(db, number),
  });
  const stops = createBriefCache({ ...cache, load: (_: 'all') => selectStops(db) });
  return {
    byId: async (shopId) => required(await byId.get(shopId)),
    findById: (shopId) => byId.get(shopId),
    byNumber: async (number) => required(await byNumber.get(number)),
    findByNumber: (number) => byNumber.get(number),
    list: (afterNumber, limit) => selectShops(db, afterNumber, limit),
    stops: () => stops.get('all'),
    invalidate(shopId) {
      byId.forget(shopId);
      byNumber.forget();
      stops.forget();
    },
  };
}
