// How long files are kept: their contents hold names and accounts, and go after the installation's
// time; an upload that broke off goes after a day. Swept shop by shop, on each shop's clock.
import type { Deeds } from '../base/deed.ts';
import type { Shops } from '../merchants/shops.ts';
import { eraseFile, selectOldFiles } from './file-store.ts';

const SHOPS_AT_ONCE = 100;
const FILES_AT_ONCE = 50;
/** What is left then waits for the next sweep. */
const MAX_ROUNDS = 20;
const BROKEN_HOURS = 24;

/** Answers how many files lost their contents. */
export async function sweepFiles(
  deps: { readonly deeds: Deeds; readonly shops: Pick<Shops, 'list'> },
  fileDays: number,
  signal: AbortSignal,
): Promise<number> {
  let count = 0;
  let after = -1;
  for (;;) {
    const shops = await deps.shops.list(after, SHOPS_AT_ONCE);
    for (const { shopId } of shops) count += await sweepShop(deps.deeds, shopId, fileDays, signal);
    if (shops.length < SHOPS_AT_ONCE || signal.aborted) return count;
    after = shops.at(-1)!.number;
  }
}

async function sweepShop(
  { db, now }: Deeds,
  shopId: string,
  fileDays: number,
  signal: AbortSignal,
): Promise<number> {
  const at = await now(shopId);
  const times = {
    before: at.subtract({ hours: 24 * fileDays }),
    brokenBefore: at.subtract({ hours: BROKEN_HOURS }),
  };
  let count = 0;
  for (let round = 0; round < MAX_ROUNDS && !signal.aborted; round++) {
    const old = await selectOldFiles(db, shopId, times, FILES_AT_ONCE);
    for (const fileId of old) await db.transaction((sql) => eraseFile(sql, shopId, fileId, at));
    count += old.length;
    if (old.length === 0) break;
  }
  return count;
}
