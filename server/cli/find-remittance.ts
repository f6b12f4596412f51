// Which remittance is meant: by its ID, by the shop's own reference, or by the dispatch code that
// the bank saw. An ID names no shop, so without --shop the shops are asked in turn.
import { uuidOf } from '../base/ids.ts';
import type { Core } from '../core.ts';
import { attemptsByCodes } from '../remittances/attempt-store.ts';
import { shopNumberOf } from '../remittances/dispatch-code.ts';
import { findRemittance } from '../remittances/find.ts';
import { remittanceNotFound } from '../remittances/refusals.ts';
import type { Remittance } from '../remittances/remittance.ts';
import { remittanceById } from '../remittances/remittance-store.ts';
import { allShops, shopBy } from './find-tenant.ts';
import { argument, text } from './read-input.ts';
import { type Given, UsageError } from './verb.ts';

export async function theRemittance(core: Core, given: Given): Promise<Remittance> {
  const typed = argument(given);
  const shop = text(given, 'shop');
  const shopId = shop === undefined ? undefined : (await shopBy(core, shop)).shopId;
  const id = uuidOf('rem', typed);
  if (id !== undefined && shopId === undefined) return byIdAnywhere(core, id);
  if (id !== undefined) return findRemittance(core.remittances, shopId!, { id: typed });
  if (shopId !== undefined && shopNumberOf(typed) === undefined) {
    return findRemittance(core.remittances, shopId, { reference: typed });
  }
  const number = shopNumberOf(typed);
  if (number !== undefined) {
    const found = await byDispatchCode(core, number, typed);
    if (found !== undefined) return found;
    if (shopId !== undefined) {
      return findRemittance(core.remittances, shopId, { reference: typed });
    }
    throw remittanceNotFound();
  }
  throw new UsageError(
    '照会番号で探すときは--shopを指定してください。',
    'To look for a reference, give --shop.',
  );
}

async function byIdAnywhere(core: Core, id: string): Promise<Remittance> {
  for await (const { shopId } of allShops(core)) {
    const found = await remittanceById(core.db, shopId, id);
    if (found !== undefined) return found;
  }
  throw remittanceNotFound();
}

async function byDispatchCode(
  core: Core,
  shopNumber: number,
  code: string,
): Promise<Remittance | undefined> {
  const shop = await core.shops.findByNumber(shopNumber);
  if (shop === undefined) return undefined;
  const [attempt] = await attemptsByCodes(core.db, shop.shopId, [code]);
  return attempt && remittanceById(core.db, shop.shopId, attempt.remittanceId);
}
