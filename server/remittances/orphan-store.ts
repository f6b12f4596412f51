// All SQL of orphan_payment: payments that a rail knows and Kawase does not, or knows otherwise.
import type { Sql } from '../base/database.ts';
import type { Tx } from '../base/deed.ts';

export interface Orphan {
  readonly dispatchCode: string;
  readonly railAccountId: string;
  readonly state: string;
  readonly detail: string;
}

/** Recorded once per dispatch code; a repeat changes nothing. */
export async function recordOrphan(tx: Tx, orphan: Orphan): Promise<void> {
  await tx.run(
    `insert into orphan_payment (shop_id, dispatch_code, rail_account_id, state, detail, found_at)
     values ($1, $2, $3, $4, $5, $6) on conflict (shop_id, dispatch_code) do nothing`,
    [tx.shopId, orphan.dispatchCode, orphan.railAccountId, orphan.state, orphan.detail, tx.now],
  );
}

/** Not yet explained, of all shops: while there is one after a restore, dispatch stays frozen. */
export async function openOrphans(
  sql: Sql,
): Promise<readonly (Orphan & { readonly shopId: string })[]> {
  const rows = await sql.query<{
    shop_id: string;
    dispatch_code: string;
    rail_account_id: string;
    state: string;
    detail: string;
  }>(
    `select shop_id, dispatch_code, rail_account_id, state, detail from orphan_payment
     where resolved_at is null order by shop_id, dispatch_code limit 1000`,
  );
  return rows.map((row) => ({
    shopId: row.shop_id,
    dispatchCode: row.dispatch_code,
    railAccountId: row.rail_account_id,
    state: row.state,
    detail: row.detail,
  }));
}

export async function resolveOrphan(
  tx: Tx,
  dispatchCode: string,
  by: string,
  resolution: string,
): Promise<boolean> {
  const changed = await tx.run(
    `update orphan_payment set resolved_at = $3, resolved_by = $4, resolution = $5
     where shop_id = $1 and dispatch_code = $2 and resolved_at is null`,
    [tx.shopId, dispatchCode, tx.now, by, resolution],
  );
  return changed > 0;
}
