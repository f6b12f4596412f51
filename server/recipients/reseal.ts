// After the primary key of the keyring has changed: recipient accounts sealed with an older key are
// sealed anew, a page at a time, while everything goes on. Only when this has reached the end for
// every shop may the old key go.
import type { Vault } from '../base/crypto.ts';
import type { Sql } from '../base/database.ts';
import { readSealed, type SealedRow, swapSealed } from './account-store.ts';
import { accountPurpose, memoPurpose } from './recipient-accounts.ts';

export interface Resealed {
  readonly looked: number;
  readonly resealed: number;
  /** Go on after this ID; null at the end. */
  readonly nextId: string | null;
}

/**
 * Looks at up to `limit` accounts of a shop after `afterId`. A row that changes meanwhile is sealed
 * by its change.
 */
export async function resealAccounts(
  deps: { readonly vault: Vault; readonly db: Sql },
  shopId: string,
  page: { readonly afterId: string; readonly limit: number },
): Promise<Resealed> {
  const { vault, db } = deps;
  const rows = await readSealed(db, shopId, page.afterId, page.limit);
  const stale = rows.filter(
    ({ sealed, memo_sealed: memo }) =>
      vault.isStale(sealed) || (memo !== null && vault.isStale(memo)),
  );
  const swaps = stale.map((old) => ({ old, fresh: resealed(vault, shopId, old) }));
  const count = swaps.length === 0 ? 0 : await swapSealed(db, shopId, swaps);
  const last = rows.length < page.limit ? undefined : rows.at(-1);
  return { looked: rows.length, resealed: count, nextId: last?.account_id ?? null };
}

function resealed(vault: Vault, shopId: string, row: SealedRow): SealedRow {
  const { account_id: accountId, memo_sealed: memo } = row;
  const again = (sealed: Buffer, purpose: string) =>
    vault.seal(vault.openBytes(sealed, purpose), purpose);
  return {
    account_id: accountId,
    sealed: again(row.sealed, accountPurpose(shopId, accountId)),
    memo_sealed: memo === null ? null : again(memo, memoPurpose(shopId, accountId)),
  };
}
