// After the primary key of the keyring has changed: messages sealed with an older key are sealed
// anew, a page at a time, while they go on being sent.
import type { Vault } from '../base/crypto.ts';
import type { Sql } from '../base/database.ts';
import { readSealedMessages, resealedMessage, swapSealedMessages } from './message-store.ts';

export interface Resealed {
  readonly looked: number;
  readonly resealed: number;
  /** Go on after this ID; null at the end. */
  readonly nextId: string | null;
}

/** The id before the first one. */
export const FIRST_ID = '00000000-0000-0000-0000-000000000000';

/**
 * Looks at up to `limit` messages of a shop after `afterId`. A row that changes meanwhile (sent, so
 * that nothing is left to seal but the address) is left to the next run.
 */
export async function resealMessages(
  deps: { readonly vault: Vault; readonly db: Sql },
  shopId: string,
  page: { readonly afterId: string; readonly limit: number },
): Promise<Resealed> {
  const { vault, db } = deps;
  const rows = await readSealedMessages(db, shopId, page.afterId, page.limit);
  const stale = rows.filter(
    ({ address_sealed: address, data_sealed: data }) =>
      vault.isStale(address) || (data !== null && vault.isStale(data)),
  );
  const swaps = stale.map((old) => ({ old, fresh: resealedMessage(vault, shopId, old) }));
  const resealed = swaps.length === 0 ? 0 : await swapSealedMessages(db, shopId, swaps);
  const last = rows.length < page.limit ? undefined : rows.at(-1);
  return { looked: rows.length, resealed, nextId: last?.message_id ?? null };
}
