// Reading merchants, for the operator. Entering one is open-shop.ts.
import type { Instant } from '../base/clock.ts';
import type { Sql } from '../base/database.ts';
import { selectMerchants } from './shop-store.ts';

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
