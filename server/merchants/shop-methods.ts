// Receiving methods of shops beside bank transfers: which rail account carries each, and up to
// what amount. Read through a cache of a second; changed by the operator.
import type { Sql } from '../base/database.ts';
import { openAccounts } from '../ledger/books.ts';
import { createBriefCache } from './cache.ts';
import type { MerchantDeps } from './open-shop.ts';
import { selectRailAccount } from './rail-account-store.ts';
import { modesDiffer, railAccountUnknown, shopUnknown } from './refusals.ts';
import { selectShopForUpdate } from './shop-store.ts';

export interface ShopMethod {
  readonly method: string;
  readonly railAccountId: string;
  readonly maxYen: number;
}

export interface ShopMethods {
  /** By method; bank transfers are not among them (they are the shop's own column). */
  of(shopId: string): Promise<ReadonlyMap<string, ShopMethod>>;
  invalidate(shopId: string): void;
}

const CACHE_MS = 1000;
const MAX_SHOPS = 10_000;

export function createShopMethods(
  sql: Sql,
  nowMs: () => number = () => performance.now(),
): ShopMethods {
  const load = async (shopId: string): Promise<ReadonlyMap<string, ShopMethod>> => {
    const rows = await sql.query<{ method: string; rail_account_id: string; max_yen: number }>(
      'select method, rail_account_id, max_yen from shop_method where shop_id = $1',
      [shopId],
    );
    return new Map(
      rows.map((row) => [
        row.method,
        { method: row.method, railAccountId: row.rail_account_id, maxYen: row.max_yen },
      ]),
    );
  };
  const cache = createBriefCache({ lifeMs: CACHE_MS, maxEntries: MAX_SHOPS, nowMs, load });
  return { of: (shopId) => cache.get(shopId), invalidate: (shopId) => cache.forget(shopId) };
}

/** The shops whose contracts name this rail account for a method of theirs. */
export async function shopsOfRailAccount(sql: Sql, railAccountId: string): Promise<string[]> {
  const rows = await sql.query<{ shop_id: string }>(
    'select distinct shop_id from shop_method where rail_account_id = $1 order by shop_id',
    [railAccountId],
  );
  return rows.map((row) => row.shop_id);
}

/** Adds a method to a shop's contract, or changes it. Opens the ledger accounts that it needs. */
export async function setShopMethod(
  deps: MerchantDeps & { readonly methods?: Pick<ShopMethods, 'invalidate'> },
  input: ShopMethod & { readonly shopId: string; readonly by: string },
): Promise<void> {
  const { shopId, method, railAccountId, maxYen, by } = input;
  await deps.db.transaction(async (tx) => {
    const shop = await selectShopForUpdate(tx, shopId);
    if (shop === undefined) throw shopUnknown();
    const account = await selectRailAccount(tx, railAccountId);
    if (account === undefined) throw railAccountUnknown();
    if (account.mode !== shop.mode) throw modesDiffer();
    await tx.run(
      `insert into shop_method (shop_id, method, rail_account_id, max_yen) values ($1, $2, $3, $4)
       on conflict (shop_id, method) do update
       set rail_account_id = excluded.rail_account_id, max_yen = excluded.max_yen`,
      [shopId, method, railAccountId, maxYen],
    );
    await openAccounts(tx, shopId, [
      `in_flight:${account.rail}`,
      `cash:${railAccountId}`,
      `prefund:${railAccountId}`,
    ]);
    const data = { method, rail_account_id: railAccountId, max_yen: maxYen };
    await deps.audit?.(tx, { shopId, by, action: 'shop.method_set', subject: method, data });
  });
  deps.methods?.invalidate(shopId);
}
