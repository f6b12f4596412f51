// API keys: form, hashing, rotation with two alive, revocation, expiry, time of last use; and how
// seldom the database is asked.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestDatabase, testDatabase } from '../../tests/database.ts';
import type { Instant } from '../base/clock.ts';
import { type Database, openDatabase } from '../base/database.ts';
import { uuidv7 } from '../base/ids.ts';
import { allows, newKeyText, readKeyText } from './api-key.ts';
import { type ApiKeys, createApiKeys } from './api-keys.ts';
import { apiKeysOf, createApiKey, MAX_LIVE_KEYS, revokeApiKey, rotateApiKey } from './issue-key.ts';
import { createMerchant, openShop } from './open-shop.ts';
import type { Shop } from './shop.ts';
import { createShops } from './shops.ts';

let database: TestDatabase;
let db: Database;
let keys: ApiKeys;
let shop: Shop;
let asked = 0;
let now: Instant = Temporal.Instant.from('2026-11-24T00:00:00Z');
const wall = () => now;
const by = 'ops@example.jp';
const deps = () => ({ db, wall, keys });

beforeAll(async () => {
  database = await testDatabase();
  db = openDatabase({ url: database.url });
  const counting: Database = {
    ...db,
    query: (text, values) => {
      asked++;
      return db.query(text, values);
    },
  };
  const shops = createShops(counting, () => now.epochMilliseconds);
  keys = createApiKeys({ db: counting, shops, wall });
  const merchantId = await createMerchant({ db, wall }, { name: 'テスト商事', by });
  shop = await openShop({ db, wall }, { merchantId, name: '店', mode: 'test', by });
});

afterAll(async () => {
  await db.close();
  await database.drop();
});

const create = (scopes: ['*'] | ['balance:read'] = ['*'], expiresAt: Instant | null = null) =>
  createApiKey(deps(), { shopId: shop.shopId, name: '本番用', scopes, expiresAt, by });

test('a key’s text names its mode and shop', () => {
  const { text, lastFour } = newKeyText({ mode: 'live', number: 42 });
  expect(text).toMatch(/^sk_live_000042_[A-Za-z0-9_-]{43}$/);
  expect(readKeyText(text)).toEqual({ mode: 'live', shopNumber: 42 });
  expect(text.endsWith(lastFour)).toBe(true);
  expect(readKeyText(`${text}x`)).toBeUndefined();
});

test('scopes', () => {
  expect(allows(new Set(['*']), 'documents:read')).toBe(true);
  expect(allows(new Set(['balance:read']), 'documents:read')).toBe(false);
});

test('a key speaks for its shop and is stored hashed', async () => {
  const { text, keyId } = await create(['balance:read']);
  const caller = await keys.authenticate(text);
  expect(caller).toEqual({ shop, keyId, scopes: new Set(['balance:read']) });
  const stored = await db.query<{ row: string }>(
    'select api_key::text as row from api_key where shop_id = $1',
    [shop.shopId],
  );
  expect(stored.some(({ row }) => row.includes(text.slice(-20)))).toBe(false);
  expect((await apiKeysOf(db, shop.shopId))[0]).toMatchObject({ keyId, lastFour: text.slice(-4) });
});

test('within a second the database is not asked again, whatever the key', async () => {
  const { text } = await create();
  await keys.authenticate(text);
  asked = 0;
  const wrong = () => newKeyText(shop).text;
  await Promise.all(Array.from({ length: 50 }, () => keys.authenticate(text)));
  const answers = await Promise.all(Array.from({ length: 50 }, () => keys.authenticate(wrong())));
  expect([asked, answers.every((answer) => answer === undefined)]).toEqual([0, true]);
  now = now.add({ seconds: 1 });
  await Promise.all(Array.from({ length: 50 }, () => keys.authenticate(text)));
  expect(asked).toBe(2);
});

test('rotation: two alive, then one', async () => {
  const old = await create(['balance:read']);
  const input = { shopId: shop.shopId, keyId: old.keyId, graceMs: 60_000, expiresAt: null, by };
  const fresh = await rotateApiKey(deps(), input);
  expect((await keys.authenticate(fresh.text))?.scopes).toEqual(new Set(['balance:read']));
  expect(await keys.authenticate(old.text)).toBeDefined();
  now = now.add({ minutes: 1 });
  expect(await keys.authenticate(old.text)).toBeUndefined();
  expect(await keys.authenticate(fresh.text)).toBeDefined();
  await expect(rotateApiKey(deps(), input)).rejects.toMatchObject({ code: 'api_key_not_found' });
});

test('expiry holds to the moment, revocation within a second elsewhere', async () => {
  const expiring = await create(['*'], now.add({ milliseconds: 500 }));
  expect(await keys.authenticate(expiring.text)).toBeDefined();
  now = now.add({ milliseconds: 500 });
  expect(await keys.authenticate(expiring.text)).toBeUndefined();

  const revoked = await create();
  expect(await keys.authenticate(revoked.text)).toBeDefined();
  const revocation = { shopId: shop.shopId, keyId: revoked.keyId, by };
  const { keys: _, ...elsewhere } = deps();
  await revokeApiKey(elsewhere, revocation);
  expect(await keys.authenticate(revoked.text)).toBeDefined();
  now = now.add({ seconds: 1 });
  expect(await keys.authenticate(revoked.text)).toBeUndefined();
  const again = revokeApiKey(deps(), revocation);
  await expect(again).rejects.toMatchObject({ code: 'api_key_not_found' });
});

test('the time of last use is written at most once a minute', async () => {
  const { text, keyId } = await create();
  const lastUsed = async () => {
    const found = (await apiKeysOf(db, shop.shopId)).find((key) => key.keyId === keyId);
    return found?.lastUsedAt?.toString();
  };
  const firstUse = now.toString();
  await keys.authenticate(text);
  await expect.poll(lastUsed).toBe(firstUse);
  now = now.add({ seconds: 30 });
  await keys.authenticate(text);
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(await lastUsed()).toBe(firstUse);
  now = now.add({ seconds: 31 });
  await keys.authenticate(text);
  await expect.poll(lastUsed).toBe(now.toString());
});

test('keys are for merchants’ shops, and there is an end to them', async () => {
  const base = { merchantId: shop.merchantId, mode: 'test', by } as const;
  const operator = await openShop({ db, wall }, { ...base, name: '運営', kind: 'operator' });
  const full = await openShop({ db, wall }, { ...base, name: '満' });
  const createFor = (shopId: string) =>
    createApiKey(deps(), { shopId, name: 'x', scopes: ['*'], expiresAt: null, by });
  await expect(createFor(operator.shopId)).rejects.toMatchObject({ code: 'shop_has_no_api' });
  await expect(createFor(uuidv7())).rejects.toMatchObject({ code: 'shop_not_found' });
  for (let count = 0; count < MAX_LIVE_KEYS; count++) await createFor(full.shopId);
  await expect(createFor(full.shopId)).rejects.toMatchObject({ code: 'too_many_api_keys' });
});
