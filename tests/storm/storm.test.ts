// The storm: API and workers against a faulty bank and a failing webhook receiver, while processes
// and PostgreSQL are killed. When it is over nothing is lost, nothing was paid twice, and the
// bank's books and Kawase's agree to the yen. KAWASE_STORM_SEED repeats one; KAWASE_STORM_SECONDS
// lengthens.
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newKeyring } from '../../server/base/crypto.ts';
import { publicId } from '../../server/base/ids.ts';
import { migrate, migrationsDir } from '../../server/base/migrate.ts';
import { type Postgres, startPostgres } from '../../server/base/postgres.ts';
import { readConfiguration } from '../../server/configuration.ts';
import { type Core, createCore } from '../../server/core.ts';
import { createMerchant } from '../../server/merchants/open-shop.ts';
import { refreshAddresses } from '../../server/sandbox/refresh-addresses.ts';
import { type BankSimulator, startBankSimulator } from '../../simulators/bank/start.ts';
import { startWebhookReceiver, type WebhookReceiver } from '../webhook-receiver.ts';
import { type BankBooks, controlBank, openShopIn, worldEnvironment } from '../world.ts';
import { brokenPromises, disagreements } from './agreement.ts';
import { call, createMerchants, insist, type StormShop } from './clients.ts';
import { createProcesses, type KeptProcess, type Processes, pause } from './processes.ts';
import { seeded } from './random.ts';

const seed = Number(process.env.KAWASE_STORM_SEED ?? Date.now() % 1_000_000_000);
const stormMs = Number(process.env.KAWASE_STORM_SECONDS ?? 35) * 1_000;
const random = seeded(seed);
const LEASE_SECONDS = 4;

const FAULTS = {
  ...{ loseAnswerRate: 0.08, delayMs: [0, 80], error5xxRate: 0.08, throttleRate: 0.08 },
  ...{ garbageRate: 0.05, rejectRate: 0.05, returnRate: 0.05, partialReject: 0.05 },
  ...{ repeatNoticeRate: 0.3, dropNoticeRate: 0.2, corruptFileRate: 0.1 },
  returnsWithoutEdiShare: 0,
};

let folder: string;
let postgres: Postgres;
let bank: BankSimulator;
let receiver: WebhookReceiver;
let processes: Processes;
let core: Core;
let url: string;
let kept: { api: KeptProcess; workers: KeptProcess[] };
const shops: StormShop[] = [];
const endpoints = new Map<string, string>();

beforeAll(async () => {
  console.log(`storm: KAWASE_STORM_SEED=${seed}`);
  folder = await mkdtemp(join(tmpdir(), 'kawase-storm-'));
  postgres = await startPostgres({ dataDir: join(folder, 'database'), port: 0 });
  await migrate(postgres.url, migrationsDir);
  bank = await startBankSimulator({ port: 0, dataDir: folder });
  receiver = await startWebhookReceiver();
  processes = createProcesses(folder);
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  const env = {
    ...worldEnvironment(postgres.url, bank, newKeyring()),
    ...{ PORT: `${port}`, KAWASE_LOG_LEVEL: 'error' },
    KAWASE_WORK_LEASE_SECONDS: `${LEASE_SECONDS}`,
  };
  core = createCore(readConfiguration(env), { log: () => {} });
  const merchantId = await createMerchant(core, { name: '嵐商店', by: 'test' });
  for (const connector of ['http', 'http', 'file'] as const) {
    const opened = await openShopIn(core, merchantId, connector);
    const { shopId } = opened.shop;
    const name = `${connector} ${shops.length + 1}`;
    shops.push({ name, shopId, railAccountId: opened.railAccountId, key: opened.keyText });
  }
  await refreshAddresses(core, url);
  const role = (name: string) => ({ ...env, KAWASE_ROLE: name });
  const [api, ...workers] = await Promise.all([
    processes.keep('api', role('api')),
    processes.keep('worker-1', role('worker')),
    processes.keep('worker-2', role('worker')),
  ]);
  kept = { api, workers };
  for (const shop of shops) {
    await ask(shop, 'POST', '/v1/sandbox/deposits', { amount: 200_000_000 });
    const made = await ask(shop, 'POST', '/v1/webhook_endpoints', { url: receiver.url });
    endpoints.set(shop.shopId, String(made.id));
  }
}, 120_000);

afterAll(async () => {
  await Promise.all([kept?.api, ...(kept?.workers ?? [])].map((each) => each?.end()));
  await core?.db.close();
  await receiver?.close();
  await bank?.close();
  await postgres?.stop();
  await rm(folder, { recursive: true, force: true });
}, 60_000);

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

async function ask(shop: StormShop, method: string, path: string, body?: object) {
  const answer = await insist(() => call(url, shop.key, method, path, body));
  if (answer.status >= 300) throw new Error(`${path}: ${JSON.stringify(answer.body)}`);
  return answer.body;
}

const control = (shop: StormShop, method: string, path: string, body?: object) =>
  controlBank(bank, method, `/worlds/${shop.shopId}${path}`, body);

/** kill -9 of the postmaster; what was committed must be there when it is back. */
async function killPostgres(): Promise<void> {
  process.kill(postgres.pid, 'SIGKILL');
  await pause(200);
  postgres = await startPostgres({ dataDir: join(folder, 'database'), port: postgres.port });
}

/** Answers who was killed, once all of them are back. Each kind of victim falls at least once. */
async function killAtMoments(until: () => boolean): Promise<string[]> {
  const victims: Record<string, () => Promise<unknown>> = {
    postgres: killPostgres,
    api: () => kept.api.kill(),
    worker: () => random.pick(kept.workers).kill(),
    'both workers': () => Promise.all(kept.workers.map((worker) => worker.kill())),
  };
  const names = Object.keys(victims);
  const due = [...names].sort(() => random.next() - 0.5);
  const killed: string[] = [];
  const underWay = new Map<string, Promise<unknown>>();
  while (!until()) {
    await pause(random.whole(1_000, 3_500));
    const name = due.shift() ?? random.pick(names);
    // Who is still getting up is left alone.
    if ([...underWay.keys()].some((other) => other.includes('worker') && name.includes('worker'))) {
      continue;
    }
    if (underWay.has(name)) continue;
    killed.push(name);
    underWay.set(
      name,
      victims[name]!().finally(() => underWay.delete(name)),
    );
  }
  await Promise.all(underWay.values());
  return killed;
}

/** Time passes for a shop: cut-offs, settlement, returns. */
async function keepTime(shop: StormShop, until: () => boolean): Promise<void> {
  while (!until()) {
    await call(url, shop.key, 'POST', '/v1/sandbox/clock', { to_next: 'cut_off' });
    await pause(random.whole(1_000, 2_500));
    await call(url, shop.key, 'POST', '/v1/sandbox/clock', { advance: 'PT40M' });
    await pause(random.whole(500, 1_500));
  }
}

/** Money keeps coming in, and the bank tells of it as it can. */
async function payIn(shop: StormShop, until: () => boolean): Promise<void> {
  while (!until()) {
    await pause(random.whole(1_000, 3_000));
    const amount = random.whole(1, 9_999);
    await call(url, shop.key, 'POST', '/v1/sandbox/deposits', { amount });
  }
}

/**
 * After the storm: until everything has come to its end, or it is clear that something does not.
 */
async function calmDown(shop: StormShop): Promise<void> {
  for (let day = 0; day < 14; day++) {
    await ask(shop, 'POST', '/v1/sandbox/clock', { advance: 'P1D' });
    const [open] = await core.db.query<{ n: number }>(
      `select count(*) as n from remittance where shop_id = $1
         and status in ('scheduled', 'processing')`,
      [shop.shopId],
    );
    // Returns take up to three more business days, a weekend and the next statement.
    if (open?.n === 0 && day >= 8) return;
  }
}

test(
  'nothing is lost, nothing is paid twice, every yen is explained',
  async () => {
    const merchants = createMerchants(url, shops, random);
    receiver.answer((response) => response.writeHead(random.chance(0.3) ? 503 : 204).end());
    for (const shop of shops) {
      await control(shop, 'PUT', '/faults', { ...FAULTS, seed: random.whole(1, 1_000_000) });
    }
    const endsAt = performance.now() + stormMs;
    const isOver = () => performance.now() > endsAt;
    const [killed] = await Promise.all([
      killAtMoments(isOver),
      ...shops.map((shop) => keepTime(shop, isOver)),
      ...shops.map((shop) => payIn(shop, isOver)),
      ...Array.from({ length: 5 }, () => merchants.run(isOver)),
    ]);
    for (const shop of shops) await control(shop, 'PUT', '/faults', {});
    receiver.answer((response) => response.writeHead(204).end());
    await Promise.all(shops.map(calmDown));
    console.log(
      `storm: ${merchants.told.length} instructions, ${receiver.received.length} webhooks, ` +
        `killed ${killed.length}: ${killed.join(', ')}`,
    );

    const faults = [...merchants.oddities, ...processes.ended];
    for (const shop of shops) {
      const books = (await control(shop, 'GET', '/books')) as BankBooks;
      faults.push(...(await disagreements(core.db, shop, books)));
    }
    faults.push(...(await brokenPromises(core.db, merchants.told)));
    faults.push(...(await lostEvents()));
    if (faults.length > 0) {
      for (const name of ['api', 'worker-1', 'worker-2']) console.log(name, processes.tail(name));
    }
    expect(faults).toEqual([]);
    expect(merchants.told.length).toBeGreaterThan(20);
  },
  stormMs + 150_000,
);

/** Every event was delivered (and then it arrived), waits to be, or was given up. */
async function lostEvents(): Promise<string[]> {
  const faults: string[] = [];
  for (const shop of shops) {
    const missing = () =>
      core.db.query<{ seq: number }>(
        `select e.seq from event e join webhook_endpoint w on w.shop_id = e.shop_id
         where e.shop_id = $1 and e.seq > w.from_seq and not exists (
           select 1 from webhook_delivery d where d.shop_id = $1 and d.endpoint_id = w.endpoint_id
             and d.event_seq = e.seq)`,
        [shop.shopId],
      );
    for (let tries = 0; tries < 50 && (await missing()).length > 0; tries++) await pause(200);
    const left = await missing();
    if (left.length > 0) faults.push(`${shop.name}: ${left.length} events were never queued`);
    const rows = await core.db.query<{ id: string; status: string }>(
      `select e.id, d.status from webhook_delivery d
       join event e on e.shop_id = d.shop_id and e.seq = d.event_seq where d.shop_id = $1`,
      [shop.shopId],
    );
    // Looked at last: what is called delivered by now has arrived before.
    const arrived = new Set(receiver.received.map(({ message }) => message.id));
    for (const { id, status } of rows) {
      if (!['pending', 'delivered', 'dead'].includes(status)) faults.push(`${id} is ${status}`);
      if (status === 'delivered' && !arrived.has(publicId('evt', id))) {
        faults.push(`${shop.name}: event ${id} is called delivered and never arrived`);
      }
    }
  }
  return faults;
}
