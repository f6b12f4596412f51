// After a restore to an earlier point: dispatch is frozen until the bank has said what it was given
// since, forgotten payments are taken up by their codes, unknown ones wait for a person, and
// nothing is paid twice.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { newKeyring } from '../../server/base/crypto.ts';
import { readConfiguration } from '../../server/configuration.ts';
import { createMerchant } from '../../server/merchants/open-shop.ts';
import { openOrphans } from '../../server/remittances/orphan-store.ts';
import { explainOrphan } from '../../server/remittances/recovery.ts';
import type { TestShop } from '../../server/sandbox/open-test-shop.ts';
import { createServer, type KawaseServer } from '../../server/server.ts';
import { type BankSimulator, startBankSimulator } from '../../simulators/bank/start.ts';
import { adminUrl, type TestDatabase, testDatabase } from '../database.ts';
import { openShopIn, type WorldShop, worldEnvironment, worldShop } from '../world.ts';

const keyring = newKeyring();
let folder: string;
let bank: BankSimulator;
let database: TestDatabase;
let copyName: string;
let server: KawaseServer;
let opened: TestShop;
let shop: WorldShop;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kawase-restore-'));
  bank = await startBankSimulator({ port: 0, dataDir: folder });
});

beforeEach(async () => {
  database = await testDatabase();
  copyName = `${new URL(database.url).pathname.slice(1)}_copy`;
  await start(database.url);
  const merchantId = await createMerchant(server.core, { name: '復元商店', by: 'test' });
  opened = await openShopIn(server.core, merchantId, 'http');
  shop = worldShop(server.core, bank, shop.client.baseUrl, opened);
  await shop.fund(1_000_000);
});

afterEach(async () => {
  await server.stop('end of test');
  await asAdmin(`drop database if exists ${copyName} with (force)`);
  await database.drop();
});

afterAll(async () => {
  await bank.close();
  await rm(folder, { recursive: true, force: true });
});

/** A server on this database, and `shop` spoken to through it. */
async function start(databaseUrl: string): Promise<void> {
  server = createServer(readConfiguration(worldEnvironment(databaseUrl, bank, keyring)));
  const url = await server.start();
  shop = worldShop(server.core, bank, url, opened ?? { shop: {}, keyText: '' });
}

async function asAdmin(sql: string): Promise<void> {
  const admin = new pg.Client({ connectionString: adminUrl() });
  await admin.connect();
  await admin.query(sql);
  await admin.end();
}

/** As a backup: the database as it is now. The server must be down for the moment of it. */
async function backUp(): Promise<void> {
  await server.stop('backup');
  const { pathname } = new URL(database.url);
  await asAdmin(`create database ${copyName} template ${pathname.slice(1)}`);
  await start(database.url);
}

/** The disaster: what happened since the backup is gone here, though not at the bank. */
async function restore(): Promise<void> {
  const [head] = await server.core.db.query<{ clock_offset_ms: number }>(
    'select clock_offset_ms from shop_head where shop_id = $1',
    [opened.shop.shopId],
  );
  await server.stop('disaster');
  const url = new URL(database.url);
  url.pathname = `/${copyName}`;
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  // Time has gone on all the same.
  await client.query('update shop_head set clock_offset_ms = $2 where shop_id = $1', [
    opened.shop.shopId,
    head!.clock_offset_ms,
  ]);
  await client.end();
  await start(url.href);
}

async function send(accountNumber: string, amount: number, more: object = {}): Promise<string> {
  const made = await shop.instruct({ accountNumber, amount, more });
  expect(made.status, made.text).toBe(201);
  return made.body.id;
}

const statusOf = async (id: string) => (await shop.read(id)).status;
const paidAmounts = async () =>
  (await shop.books()).payments
    .filter(({ state }) => state === 'paid')
    .map(({ amountYen }) => amountYen)
    .sort((a, b) => a - b);

async function isFrozen(): Promise<boolean> {
  const rows = await server.core.db.query(`select from stop_switch where scope = 'recovery'`);
  return rows.length > 0;
}

async function until(is: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 300; tries++) {
    if (await is()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('it did not come to that');
}

const reconciled = async () =>
  (
    await server.core.db.query(
      `select from work where kind in ('remittances.reconcile', 'remittances.thaw')`,
    )
  ).length === 0;

/** A transfer date that is days away. */
async function later(): Promise<string> {
  const { now } = (await shop.client.get<{ now: string }>('/v1/sandbox/clock')).body;
  return Temporal.PlainDate.from(now.slice(0, 10)).add({ days: 6 }).toString();
}

test('forgotten payments are taken up, and dispatch goes on by itself', async () => {
  const ids = [await send('1111111', 101), await send('2222222', 102)];
  const next = await send('3333333', 103, { scheduled_for: await later() });
  await backUp();
  await shop.clock({ to_next: 'cut_off' });
  await shop.clock({ advance: 'PT1H' });
  expect(await Promise.all(ids.map(statusOf))).toEqual(['paid', 'paid']);
  await restore();
  await until(reconciled);
  expect(await isFrozen()).toBe(false);
  expect(await Promise.all(ids.map(statusOf))).toEqual(['paid', 'paid']);
  expect(await statusOf(next)).toBe('scheduled');
  await shop.jumpTo(String((await shop.read(next)).cut_off_at));
  await shop.clock({ advance: 'PT2H' });
  expect(await statusOf(next)).toBe('paid');
  expect(await paidAmounts()).toEqual([101, 102, 103]);
  expect(await shop.balance()).toMatchObject({ available: 999_694, reserved: 0, in_flight: 0 });
});

test('an unknown payment keeps dispatch frozen until a person has explained it', async () => {
  const known = await send('1111111', 101);
  const next = await send('3333333', 103, { scheduled_for: await later() });
  await backUp();
  await send('4444444', 104);
  await shop.clock({ to_next: 'cut_off' });
  await shop.clock({ advance: 'PT1H' });
  expect(await paidAmounts()).toEqual([101, 104]);
  await restore();
  await until(reconciled);
  expect(await isFrozen()).toBe(true);
  expect(await statusOf(known)).toBe('paid');
  const orphans = await openOrphans(server.core.db);
  expect(orphans).toMatchObject([{ state: 'paid', shopId: opened.shop.shopId }]);
  await shop.jumpTo(String((await shop.read(next)).cut_off_at));
  await shop.clock({ advance: 'PT1H' });
  expect(await statusOf(next)).toBe('scheduled');
  const canceled = await shop.client.post(`/v1/remittances/${next}/cancel`);
  expect([canceled.status, canceled.body.code]).toEqual([503, 'recovery_under_way']);
  expect(await explainOrphan(server.core.recovery, orphans[0]!, 'test', 'seen')).toBe(true);
  expect(await isFrozen()).toBe(false);
  await shop.clock({ to_next: 'cut_off' });
  await shop.clock({ advance: 'PT1H' });
  expect(await statusOf(next)).toBe('paid');
  expect(await paidAmounts()).toEqual([101, 103, 104]);
});

test('a later attempt than any remembered is taken up too', async () => {
  const ids = [await send('1111111', 101), await send('2222222', 102)];
  const bad = await send('9993001', 105);
  await backUp();
  await shop.clock({ to_next: 'cut_off' });
  await shop.clock({ advance: 'PT1H' });
  expect(await Promise.all([...ids, bad].map(statusOf))).toEqual(['paid', 'paid', 'failed']);
  await restore();
  await until(reconciled);
  expect(await isFrozen()).toBe(false);
  expect(await Promise.all(ids.map(statusOf))).toEqual(['paid', 'paid']);
  await shop.clock({ to_next: 'cut_off' });
  expect(await statusOf(bad)).toBe('failed');
  expect(await paidAmounts()).toEqual([101, 102]);
  expect(await shop.balance()).toMatchObject({ available: 999_797, reserved: 0, in_flight: 0 });
});

test('handed over for a later day and still pending: results and returns come in', async () => {
  await shop.bankControl('PUT', '/settings', { settlesAt: '23:00', closesAt: '22:00' });
  const ids = [await send('1111111', 101), await send('9991011', 102), await send('9990001', 103)];
  await backUp();
  await shop.clock({ to_next: 'cut_off' });
  expect(await Promise.all(ids.map(statusOf))).toEqual(Array(3).fill('processing'));
  await restore();
  await until(reconciled);
  expect(await Promise.all(ids.map(statusOf))).toEqual(Array(3).fill('processing'));
  for (let day = 0; day < 12 && (await statusOf(ids[1]!)) !== 'returned'; day++) {
    await shop.clock({ advance: 'P1D' });
  }
  expect(await Promise.all(ids.map(statusOf))).toEqual(['paid', 'returned', 'failed']);
  expect(await paidAmounts()).toEqual([101]);
});

test('nothing happens where nothing was restored', async () => {
  await send('1111111', 101);
  await server.stop('restart');
  await start(database.url);
  expect(await isFrozen()).toBe(false);
  expect(await reconciled()).toBe(true);
});
