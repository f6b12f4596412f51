// Which shop, rail account or operator's tenant an option means, and going through all shops.
import type { Core } from '../core.ts';
import type { ShopRailAccount } from '../merchants/rail-accounts.ts';
import type { Shop } from '../merchants/shop.ts';
import { needed, text } from './read-input.ts';
import { type Given, type Option, UsageError } from './verb.ts';
import { readId } from './words.ts';

const PAGE = 500;

export const SHOP: Option = {
  flags: '--shop <number>',
  says: { ja: 'ショップ番号（6桁）', en: 'number of the shop (6 digits)' },
};

export const THE_SHOP: Option = { ...SHOP, isRequired: true };

export const RAIL_ACCOUNT: Option = {
  flags: '--rail-account <id>',
  says: { ja: '接続契約ID（rac_…）', en: 'ID of the rail account (rac_…)' },
};

export const THE_RAIL_ACCOUNT: Option = { ...RAIL_ACCOUNT, isRequired: true };

export const LIMIT: Option = {
  flags: '--limit <count>',
  says: { ja: '件数の上限（初期値50）', en: 'at most so many (50 unless told)' },
};

/** By six-digit number or id; the refusal `shop_not_found` where there is none. */
export function shopBy(core: Core, typed: string): Promise<Shop> {
  if (/^\d{1,6}$/.test(typed)) return core.shops.byNumber(Number(typed));
  if (/^[0-9a-f]{8}-[0-9a-f-]{27}$/.test(typed)) return core.shops.byId(typed);
  throw new UsageError(
    '--shopは6桁のショップ番号で指定してください。',
    '--shop is a shop number of six digits.',
  );
}

export const theShop = (core: Core, given: Given) => shopBy(core, needed(given, 'shop'));

export function theRailAccount(core: Core, given: Given): Promise<ShopRailAccount> {
  return core.railAccounts.byId(readId('railAccount', needed(given, 'rail-account')));
}

/** In the order of their numbers. */
export async function* allShops(core: Core): AsyncGenerator<Shop, void, undefined> {
  let after = -1;
  for (;;) {
    const shops = await core.shops.list(after, PAGE);
    yield* shops;
    if (shops.length < PAGE) return;
    after = shops.at(-1)!.number;
  }
}

/** The shop of `--shop`, or all of them. */
export async function chosenShops(core: Core, given: Given): Promise<Shop[]> {
  const typed = text(given, 'shop');
  return typed === undefined ? Array.fromAsync(allShops(core)) : [await shopBy(core, typed)];
}

/** Tenants that hold what no shop owns: of `--rail-account`, or of all rail accounts, each once. */
export async function operatorTenants(core: Core, given: Given): Promise<string[]> {
  if (text(given, 'rail-account') !== undefined) {
    return [(await theRailAccount(core, given)).operatorShopId];
  }
  const accounts = await core.railAccounts.list();
  return [...new Set(accounts.map((account) => account.operatorShopId))];
}
