// A small world for tests of API resources: a database, two test shops and a live one with keys,
// and the API listening on a free port with the resources that the test registers.

import { type ApiOptions, createApi } from '../server/api/app.ts';
import { createLog } from '../server/api/log.ts';
import { createMetrics } from '../server/api/metrics.ts';
import type { Api } from '../server/api/resource.ts';
import { type WallClock, wallClock } from '../server/base/clock.ts';
import { createVault, newKeyring, type Vault } from '../server/base/crypto.ts';
import { type Database, openDatabase } from '../server/base/database.ts';
import { createDeeds, type Deeds } from '../server/base/deed.ts';
import type { GrantedScope } from '../server/merchants/api-key.ts';
import { type ApiKeys, createApiKeys } from '../server/merchants/api-keys.ts';
import { createApiKey } from '../server/merchants/issue-key.ts';
import { createMerchant, openShop } from '../server/merchants/open-shop.ts';
import type { Shop } from '../server/merchants/shop.ts';
import { createShops, type Shops } from '../server/merchants/shops.ts';
import { type ApiClient, apiClient } from './api-client.ts';
import { testDatabase } from './database.ts';

/** What a resource's dependencies are made from. */
export interface WorldParts {
  readonly db: Database;
  readonly deeds: Deeds;
  readonly vault: Vault;
  readonly wall: WallClock;
  readonly shops: Shops;
  readonly keys: ApiKeys;
}

export interface ApiWorld extends WorldParts {
  readonly api: Api;
  readonly shop: Shop;
  readonly otherShop: Shop;
  readonly liveShop: Shop;
  /** Of `shop`, `otherShop`, `liveShop`, with every scope. */
  readonly client: ApiClient;
  readonly otherClient: ApiClient;
  readonly liveClient: ApiClient;
  /** The text of a further key of `shop`. */
  newKey(scopes: readonly GrantedScope[], expiresInMs?: number): Promise<string>;
  close(): Promise<void>;
}

export async function startApiWorld(
  register: (api: Api, parts: WorldParts) => void,
  options: Partial<ApiOptions> & { readonly wall?: WallClock } = {},
): Promise<ApiWorld> {
  const database = await testDatabase();
  const db = openDatabase({ url: database.url });
  const parts = partsOf(db, options.wall ?? wallClock);
  const { shop, otherShop, liveShop } = await openShops(parts);
  const api = createApi({
    ...parts,
    log: createLog('silent'),
    logRequests: false,
    metrics: createMetrics([], { processMetrics: false }),
    metricsToken: null,
    version: '0.0.0',
    readiness: { database: () => db.ping() },
    isShuttingDown: () => false,
    ...options,
    register: (scope) => register(scope, parts),
  });
  const url = await api.listen({ host: '127.0.0.1', port: 0 });
  const keyOf = async (
    { shopId }: Shop,
    scopes: readonly GrantedScope[] = ['*'],
    expiresInMs?: number,
  ) => {
    const expiresAt =
      expiresInMs === undefined ? null : parts.wall().add({ milliseconds: expiresInMs });
    const input = { shopId, name: 'test', scopes, expiresAt, by: 'test' };
    return (await createApiKey(parts, input)).text;
  };
  return {
    ...parts,
    api,
    shop,
    otherShop,
    liveShop,
    client: apiClient(url, await keyOf(shop)),
    otherClient: apiClient(url, await keyOf(otherShop)),
    liveClient: apiClient(url, await keyOf(liveShop)),
    newKey: (scopes, expiresInMs) => keyOf(shop, scopes, expiresInMs),
    async close() {
      await api.close();
      await db.close();
      await database.drop();
    },
  };
}

function partsOf(db: Database, wall: WallClock): WorldParts {
  const shops = createShops(db);
  return {
    db,
    wall,
    deeds: createDeeds(db, wall),
    vault: createVault(newKeyring()),
    shops,
    keys: createApiKeys({ db, shops, wall }),
  };
}

async function openShops(parts: WorldParts) {
  const by = 'test';
  const merchantId = await createMerchant(parts, { name: 'テスト商店', by });
  const open = (name: string, mode: Shop['mode']) =>
    openShop(parts, { merchantId, name, mode, by, contact: 'support@example.jp' });
  return {
    shop: await open('一号店', 'test'),
    otherShop: await open('二号店', 'test'),
    liveShop: await open('本番店', 'live'),
  };
}

/**
 * Tenant isolation: what `path` finds for its owner, another shop's key does not. Answers the
 * statuses, for the test to compare with `[200, 404]`.
 */
export async function ownAndForeign(world: ApiWorld, path: string): Promise<[number, number]> {
  const own = await world.client.get(path);
  const foreign = await world.otherClient.get(path);
  return [own.status, foreign.status];
}
