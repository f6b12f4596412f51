// An installation whose database can be set back to an earlier point, as after a disaster, while
// the bank goes on: what the stories of a restore stand on.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { newKeyring } from '../server/base/crypto.ts';
import { readConfiguration } from '../server/configuration.ts';
import { createMerchant } from '../server/merchants/open-shop.ts';
import type { TestShop } from '../server/sandbox/open-test-shop.ts';
import { createServer, type KawaseServer } from '../server/server.ts';
import { startBankSimulator } from '../simulators/bank/start.ts';
import { adminUrl, testDatabase } from './database.ts';
import { openShopIn, type WorldShop, worldEnvironment, worldShop } from './world.ts';

export interface RestorableWorld {
  /** The server as it runs now; another one after a backup or a restore. */
  readonly server: KawaseServer;
  /** Where the bank simulator keeps its folders. */
  readonly folder: string;
  readonly shop: WorldShop;
  send(accountNumber: string, amount: number, more?: object): Promise<string>;
  statusOf(id: string): Promise<string>;
  /** What the bank's books say was paid, in order of amount. */
  paidAmounts(): Promise<number[]>;
  /** As a backup: the database as it is now. The server must be down for the moment of it. */
  backUp(): Promise<void>;
  /** The disaster: what happened since the backup is gone here, though not at the bank. */
  restore(): Promise<void>;
  restart(): Promise<void>;
  isFrozen(): Promise<boolean>;
  /** Waits until every rail has answered, and dispatch was thawed where it may be. */
  reconciled(): Promise<void>;
  close(): Promise<void>;
}

export async function openRestorableWorld(connector: 'http' | 'file'): Promise<RestorableWorld> {
  const keyring = newKeyring();
  const folder = await mkdtemp(join(tmpdir(), 'kawase-restore-'));
  const bank = await startBankSimulator({ port: 0, dataDir: folder });
  const database = await testDatabase();
  const copyName = `${nameOf(database.url)}_copy`;
  let opened: TestShop | undefined;
  let server: KawaseServer;
  let shop: WorldShop;

  /** A server on this database, and `shop` spoken to through it. */
  async function start(databaseUrl: string): Promise<void> {
    server = createServer(readConfiguration(worldEnvironment(databaseUrl, bank, keyring)));
    const url = await server.start();
    if (opened === undefined) {
      const merchantId = await createMerchant(server.core, { name: '復元商店', by: 'test' });
      opened = await openShopIn(server.core, merchantId, connector);
    }
    shop = worldShop(server.core, bank, url, opened);
  }

  await start(database.url);
  return {
    folder,
    get server() {
      return server;
    },
    get shop() {
      return shop;
    },
    ...asked(() => shop),
    ...recoveryOf(() => server),
    async backUp() {
      await server.stop('backup');
      const original = nameOf(database.url);
      await runAt(adminUrl()!, `create database ${copyName} template ${original}`);
      await start(database.url);
    },
    async restore() {
      const { shopId } = opened!.shop;
      const offset = 'select clock_offset_ms from shop_head where shop_id = $1';
      const [head] = await server.core.db.query<{ clock_offset_ms: number }>(offset, [shopId]);
      await server.stop('disaster');
      const url = new URL(database.url);
      url.pathname = `/${copyName}`;
      // Time has gone on all the same.
      const goOn = 'update shop_head set clock_offset_ms = $2 where shop_id = $1';
      await runAt(url.href, goOn, [shopId, head!.clock_offset_ms]);
      await start(url.href);
    },
    async restart() {
      await server.stop('restart');
      await start(database.url);
    },
    async close() {
      await server.stop('end of test');
      await runAt(adminUrl()!, `drop database if exists ${copyName} with (force)`);
      await database.drop();
      await bank.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** What is asked of the shop, whichever server stands behind it now. */
function asked(
  shopNow: () => WorldShop,
): Pick<RestorableWorld, 'send' | 'statusOf' | 'paidAmounts'> {
  return {
    async send(accountNumber, amount, more = {}) {
      const made = await shopNow().instruct({ accountNumber, amount, more });
      if (made.status !== 201) throw new Error(made.text);
      return made.body.id;
    },
    statusOf: async (id) => (await shopNow().read(id)).status,
    paidAmounts: async () =>
      (await shopNow().books()).payments
        .filter(({ state }) => state === 'paid')
        .map(({ amountYen }) => amountYen)
        .sort((a, b) => a - b),
  };
}

function recoveryOf(
  serverNow: () => KawaseServer,
): Pick<RestorableWorld, 'isFrozen' | 'reconciled'> {
  const find = async (text: string) => (await serverNow().core.db.query(text)).length > 0;
  return {
    isFrozen: () => find(`select from stop_switch where scope = 'recovery'`),
    async reconciled() {
      const kinds = `('remittances.reconcile', 'remittances.thaw')`;
      for (let tries = 0; tries < 300; tries++) {
        if (!(await find(`select from work where kind in ${kinds}`))) return;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      throw new Error('it was never reconciled');
    },
  };
}

async function runAt(url: string, text: string, values: unknown[] = []): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(text, values);
  } finally {
    await client.end();
  }
}

const nameOf = (databaseUrl: string) => new URL(databaseUrl).pathname.slice(1);
