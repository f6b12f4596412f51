// Shops on a real database: what opening makes, settings, switches, contracts with rails; and who
// is told of it.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type TestDatabase, testDatabase } from '../../tests/database.ts';
import { wallClock } from '../base/clock.ts';
import { createVault, newKeyring } from '../base/crypto.ts';
import { type Database, openDatabase } from '../base/database.ts';
import { uuidv7 } from '../base/ids.ts';
import { balancesOf } from '../ledger/books.ts';
import type { AuditEntry } from './audit.ts';
import { createMerchant, openShop, updateSettings } from './open-shop.ts';
import {
  assignBankRailAccount,
  createRailAccount,
  createRailAccounts,
  railAccountById,
  updateRailAccountConfig,
} from './rail-accounts.ts';
import { stopFor } from './shop.ts';
import { createShops, type Shops } from './shops.ts';
import { clearStop, setStop } from './stop.ts';

let database: TestDatabase;
let db: Database;
let shops: Shops;
let merchantId: string;
let told: AuditEntry[] = [];
const vault = createVault(newKeyring());
const wall = wallClock;
const by = 'ops@example.jp';
const audit = async (_: unknown, entry: AuditEntry) => void told.push(entry);
const deps = () => ({ db, wall, shops, audit, vault });

beforeAll(async () => {
  database = await testDatabase();
  db = openDatabase({ url: database.url });
  shops = createShops(db);
  merchantId = await createMerchant(deps(), { name: 'テスト商事', by });
});

afterAll(async () => {
  await db.close();
  await database.drop();
});

beforeEach(() => {
  told = [];
});

const open = (input: Partial<Parameters<typeof openShop>[1]> = {}) =>
  openShop(deps(), { merchantId, name: '店', mode: 'test', by, ...input });
const actions = () => told.map((entry) => entry.action);

describe('opening', () => {
  test('makes the row, the head and empty ledger accounts', async () => {
    const shop = await open({ contact: 'help@example.jp' });
    expect(await shops.byId(shop.shopId)).toEqual(shop);
    expect(await shops.byNumber(shop.number)).toEqual(shop);
    const balances = await balancesOf(db, shop.shopId);
    expect(balances.get('available')).toBe(0);
    expect(balances.get('in_flight:bank_transfer')).toBe(0);
    const heads = await db.query('select 1 from shop_head where shop_id = $1', [shop.shopId]);
    expect(heads).toHaveLength(1);
    expect(told).toMatchObject([{ shopId: shop.shopId, by, action: 'shop.opened' }]);
  });

  test('numbers follow one another, and many at once all get one', async () => {
    const opened = await Promise.all([open(), open(), open()]);
    expect(new Set(opened.map((shop) => shop.number)).size).toBe(3);
    expect(Math.min(...opened.map((shop) => shop.number))).toBeGreaterThan(100_000);
  });

  test('refuses a number in use, an unknown merchant, limits beyond the law', async () => {
    const { number } = await open();
    await expect(open({ number })).rejects.toMatchObject({ code: 'shop_number_taken' });
    const nobody = open({ merchantId: uuidv7() });
    await expect(nobody).rejects.toMatchObject({ code: 'merchant_not_found' });
    const over = open({ maxRemittanceYen: 1_000_001 });
    await expect(over).rejects.toMatchObject({ code: 'invalid_settings' });
    await expect(shops.byId(uuidv7())).rejects.toMatchObject({ code: 'shop_not_found' });
    expect(await shops.findByNumber(1)).toBeUndefined();
  });
});

test('settings change as given, are seen at once and told before and after', async () => {
  const shop = await open();
  await shops.byId(shop.shopId);
  await updateSettings(deps(), shop.shopId, { maxDayYen: 5, lowBalanceYen: 100 }, by);
  const changed = await shops.byId(shop.shopId);
  expect(changed).toEqual({ ...shop, maxDayYen: 5, lowBalanceYen: 100 });
  expect(told.at(-1)).toMatchObject({
    action: 'shop.settings_changed',
    data: { maxDayYen: [1_000_000_000, 5], lowBalanceYen: [null, 100] },
  });
  const bad = updateSettings(deps(), shop.shopId, { maxDayYen: -1 }, by);
  await expect(bad).rejects.toMatchObject({ code: 'invalid_settings' });
});

test('a switch is set once, seen at once, and cleared', async () => {
  const { shopId } = await open();
  const stop = { scope: 'shop', target: shopId, reason: '調査中', by } as const;
  expect(await setStop(deps(), stop)).toBe(true);
  expect(await setStop(deps(), { ...stop, reason: 'other' })).toBe(false);
  expect(stopFor(await shops.stops(), shopId, 'bank_transfer')?.reason).toBe('調査中');
  expect(stopFor(await shops.stops(), uuidv7(), 'bank_transfer')).toBeUndefined();
  expect(await clearStop(deps(), { scope: 'shop', target: shopId, by })).toBe(true);
  expect(await clearStop(deps(), { scope: 'shop', target: shopId, by })).toBe(false);
  expect(await shops.stops()).toEqual([]);
  expect(actions()).toEqual(['shop.opened', 'stop.set', 'stop.cleared']);
});

describe('rail accounts', () => {
  const config = { folder: '/var/bank', secret: 'ひみつ' };
  const make = (operatorShopId: string, mode: 'test' | 'live' = 'test') =>
    createRailAccount(deps(), {
      rail: 'bank_transfer',
      connector: 'file',
      mode,
      name: 'テスト銀行',
      config,
      operatorShopId,
      by,
    });

  test('are encrypted, read back, and given to shops of their mode', async () => {
    const operator = await open({ kind: 'operator' });
    const shop = await open();
    const id = await make(operator.shopId);
    const railAccounts = createRailAccounts(db, vault);
    expect(await railAccounts.byId(id)).toMatchObject({ id, connector: 'file', config });
    const [row] = await db.query<{ config_sealed: Buffer }>(
      'select config_sealed from rail_account where rail_account_id = $1',
      [id],
    );
    expect(row?.config_sealed.toString()).not.toContain('ひみつ');
    await assignBankRailAccount(deps(), { shopId: shop.shopId, railAccountId: id, by });
    expect((await shops.byId(shop.shopId)).bankRailAccountId).toBe(id);
    expect((await balancesOf(db, shop.shopId)).get(`cash:${id}`)).toBe(0);
    expect((await balancesOf(db, operator.shopId)).get(`cash:${id}`)).toBe(0);
    expect(JSON.stringify(told)).not.toContain('ひみつ');
  });

  test('a changed configuration is seen at once', async () => {
    const operator = await open({ kind: 'operator' });
    const id = await make(operator.shopId);
    const railAccounts = createRailAccounts(db, vault);
    await railAccounts.byId(id);
    const changed = { railAccountId: id, config: { folder: '/b' }, by };
    await updateRailAccountConfig({ ...deps(), railAccounts }, changed);
    expect((await railAccounts.byId(id)).config).toEqual({ folder: '/b' });
    expect((await railAccounts.list()).map((account) => account.id)).toContain(id);
  });

  test('test and live do not mix, and unknown ones are refused', async () => {
    const operator = await open({ kind: 'operator' });
    const id = await make(operator.shopId);
    const live = await open({ mode: 'live' });
    const assigned = assignBankRailAccount(deps(), { shopId: live.shopId, railAccountId: id, by });
    await expect(assigned).rejects.toMatchObject({ code: 'mode_mismatch' });
    await expect(make(operator.shopId, 'live')).rejects.toMatchObject({ code: 'mode_mismatch' });
    await expect(make(live.shopId, 'live')).rejects.toMatchObject({ code: 'shop_not_found' });
    const unknown = railAccountById(db, vault, uuidv7());
    await expect(unknown).rejects.toMatchObject({ code: 'rail_account_not_found' });
  });
});
