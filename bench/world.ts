// A database with what an instruction needs: a merchant, a contract with a bank, and as many funded
// shops with keys as a benchmark asks for. Made through the product's own deeds.
import { type KeyringInput, newKeyring } from '../server/base/crypto.ts';
import { yen } from '../server/base/money.ts';
import { readConfiguration } from '../server/configuration.ts';
import { type Core, createCore } from '../server/core.ts';
import { post } from '../server/ledger/books.ts';
import { createApiKey } from '../server/merchants/issue-key.ts';
import { createMerchant, openShop } from '../server/merchants/open-shop.ts';
import { assignBankRailAccount, createRailAccount } from '../server/merchants/rail-accounts.ts';

export interface BenchShop {
  readonly shopId: string;
  /** Bearer token with every scope. */
  readonly key: string;
}

export interface World {
  readonly databaseUrl: string;
  readonly keyring: KeyringInput;
  readonly core: Core;
  /** Opens a further shop with the same contract, fees and balance. */
  openShop(): Promise<BenchShop>;
  close(): Promise<void>;
}

const BALANCE_YEN = 9_000_000_000_000;
const BY = 'bench';

export async function openWorld(databaseUrl: string): Promise<World> {
  const keyring = newKeyring();
  const env = { DATABASE_URL: databaseUrl, KAWASE_KEYRING: JSON.stringify(keyring) };
  const core = createCore(readConfiguration(env), { log: () => {} });
  const { db, wall, shops, vault } = core;
  const deps = { db, wall, shops, vault };
  const merchantId = await createMerchant(deps, { name: 'ベンチマーク', by: BY });
  let railAccountId: string | undefined;
  return {
    ...{ databaseUrl, keyring, core },
    close: () => db.close(),
    async openShop() {
      const { shopId } = await openShop(deps, {
        ...{ merchantId, name: 'ベンチマーク', mode: 'test', by: BY },
        maxDayYen: BALANCE_YEN,
      });
      railAccountId ??= await createRailAccount(deps, {
        ...{ rail: 'bank_transfer', connector: 'http', mode: 'test', name: 'bank', by: BY },
        config: {
          // Nothing listens there: no benchmark dispatches.
          ...{ baseUrl: 'http://127.0.0.1:9/api', clientId: 'bench', clientSecret: 'bench' },
          accountId: '101010100001',
        },
        operatorShopId: shopId,
      });
      await assignBankRailAccount(deps, { shopId, railAccountId, by: BY });
      const effectiveFrom = Temporal.PlainDate.from('2020-01-01');
      const rule = { method: 'bank_transfer', sameBank: null, fromYen: 1, toYen: null } as const;
      await core.fees.add(shopId, { effectiveFrom, rules: [{ ...rule, feeYen: yen(150) }] }, BY);
      const from = `cash:${railAccountId}` as const;
      const funds = { from, to: 'available', amountYen: yen(BALANCE_YEN) } as const;
      await core.deeds.run(shopId, (tx) =>
        post(tx, [{ ...funds, cause: 'deposit', causeId: shopId }]),
      );
      const issued = { shopId, name: 'bench', scopes: ['*'], expiresAt: null, by: BY } as const;
      return { shopId, key: (await createApiKey(deps, issued)).text };
    },
  };
}
