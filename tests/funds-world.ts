// A world for tests of money coming in: an operator, two shops with a virtual account each, a file
// contract, and bank files made by the codec. Nothing of it is mocked but the bank itself.

import { type PlainDate, wallClock } from '../server/base/clock.ts';
import { createVault, newKeyring, type Vault } from '../server/base/crypto.ts';
import { type Database, openDatabase } from '../server/base/database.ts';
import { createDeeds, type Deeds } from '../server/base/deed.ts';
import { yen } from '../server/base/money.ts';
import type { Credit } from '../server/funds/credit.ts';
import type { AccountNumber } from '../server/funds/deposit.ts';
import type { FundsDeps } from '../server/funds/funds-deps.ts';
import { openVirtualAccount } from '../server/funds/virtual-accounts.ts';
import { balancesOf } from '../server/ledger/books.ts';
import { createMerchant, openShop } from '../server/merchants/open-shop.ts';
import {
  assignBankRailAccount,
  createRailAccount,
  createRailAccounts,
} from '../server/merchants/rail-accounts.ts';
import type { Shop } from '../server/merchants/shop.ts';
import { createShops } from '../server/merchants/shops.ts';
import { testDatabase } from './database.ts';

export interface FundsWorld {
  readonly deps: FundsDeps;
  readonly db: Database;
  readonly deeds: Deeds;
  readonly vault: Vault;
  readonly operatorShopId: string;
  readonly railAccountId: string;
  readonly shop: Shop;
  readonly otherShop: Shop;
  /**
   * Virtual accounts of `shop` and `otherShop`, a number nobody has, and the settlement account.
   */
  readonly account: AccountNumber;
  readonly otherAccount: AccountNumber;
  readonly nobodys: AccountNumber;
  readonly settlement: AccountNumber;
  /** Balances that are not zero, the cash account under `cash`. */
  balances(shopId: string): Promise<Record<string, number>>;
  /** A shop that is its own operator, as a sandbox shop is. */
  close(): Promise<void>;
}

export const BANK = '0310';

export async function startFundsWorld(
  options: { readonly ownWorld?: boolean } = {},
): Promise<FundsWorld> {
  const database = await testDatabase();
  const db = openDatabase({ url: database.url });
  const vault = createVault(newKeyring());
  const deeds = createDeeds(db, wallClock);
  const shops = createShops(db);
  const railAccounts = createRailAccounts(db, vault);
  const merchants = { db, wall: wallClock, vault, shops, railAccounts };
  const deps: FundsDeps = { deeds, vault, shops, railAccounts };
  const by = 'test';
  const merchantId = await createMerchant(merchants, { name: 'テスト商店', by });
  const common = { merchantId, mode: 'test', by } as const;
  const shop = await openShop(merchants, { ...common, name: '本店', lowBalanceYen: 500 });
  const otherShop = await openShop(merchants, { ...common, name: '支店' });
  const operator = options.ownWorld
    ? shop
    : await openShop(merchants, { ...common, name: '運営', kind: 'operator' });
  const railAccountId = await createRailAccount(merchants, {
    rail: 'bank_transfer',
    connector: 'file',
    mode: 'test',
    name: 'テスト契約',
    config: {},
    operatorShopId: operator.shopId,
    by,
  });
  const number = (accountNumber: string): AccountNumber => ({
    bankCode: BANK,
    branchCode: '501',
    accountNumber,
  });
  const account = number('0000001');
  const otherAccount = number('0000002');
  for (const [owner, each] of [
    [shop, account],
    [otherShop, otherAccount],
  ] as const) {
    const { shopId } = owner;
    await assignBankRailAccount(merchants, { shopId, railAccountId, by });
    const input = { shopId, railAccountId, holderName: 'ｶ)ｶﾜｾ', by, ...each };
    await openVirtualAccount(deps, input);
  }
  shops.invalidate();
  return {
    deps,
    db,
    deeds,
    vault,
    operatorShopId: operator.shopId,
    railAccountId,
    shop,
    otherShop,
    account,
    otherAccount,
    nobodys: number('0000009'),
    settlement: { bankCode: BANK, branchCode: '101', accountNumber: '1234567' },
    async balances(shopId) {
      const found = [...(await balancesOf(db, shopId))].filter(([, balance]) => balance !== 0);
      return Object.fromEntries(
        found.map(([name, value]) => [name.split(':')[0]!, value as number]),
      );
    },
    async close() {
      await db.close();
      await database.drop();
    },
  };
}

/** A credit of 1,000 yen, unless told otherwise. */
export function credit(
  account: AccountNumber,
  channelKey: string,
  overrides: Partial<Omit<Credit, 'amountYen' | 'valueDate'>> & {
    readonly amountYen?: number;
    readonly valueDate?: PlainDate | string;
  } = {},
): Credit {
  return {
    channelKey,
    account,
    payer: { name: 'ﾔﾏﾀﾞ ﾀﾛｳ', bank: 'ﾐﾂﾊﾞ ﾎﾝﾃﾝ' },
    isReversal: false,
    inquiryNumber: '',
    ...overrides,
    amountYen: yen(overrides.amountYen ?? 1000),
    valueDate: Temporal.PlainDate.from(overrides.valueDate ?? '2026-11-24'),
  };
}
