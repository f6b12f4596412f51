// Reading merchants, for the operator. Entering one is open-shop.ts.
import type { Instant } from '../base/clock.ts';
import type { Sql } from '../base/database.ts';
import type { Shop } from './shop.ts';
import { selectMerchants, selectShopsOf } from './shop-store.ts';

export interface Merchant {
  readonly merchantId: string;
  readonly name: string;
  readonly createdAt: Instant;
  readonly shopCount: number;
}

/** Newest first. */
export function listMerchants(sql: Sql, limit: number): Promise<Merchant[]> {
  return selectMerchants(sql, limit);
}

const MAX_SHOPS = 200;

/** The merchant's own shops, test and live, in the order of their numbers. */
export function shopsOf(sql: Sql, merchantId: string): Promise<Shop[]> {
  return selectShopsOf(sql, merchantId, MAX_SHOPS);
}
