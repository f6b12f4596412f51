// The storm over links and real-time rails: recipients choose, sign in, take cash, decline, press
// twice, while merchants cancel, answers and notices are lost or come twice, and processes and
// PostgreSQL are killed between a choice and its payment. When it is over the money of each
// remittance is in one place and every rail's books and Kawase's agree to the yen. Seeded as the
// other storm: KAWASE_STORM_SEED, KAWASE_STORM_SECONDS.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { instantRails, openInstantRails } from '../../scripts/instant-rails.ts';
import { createMerchant } from '../../server/merchants/open-shop.ts';
import { refreshAddresses } from '../../server/sandbox/refresh-addresses.ts';
import { type InstantWorld, startInstantWorld } from '../instant-world.ts';
import { type BankBooks, controlBank, openShopIn } from '../world.ts';
import { brokenPromises, disagreements } from './agreement.ts';
import { calmDown } from './calm.ts';
import { type CashTakers, createCashTakers } from './cash.ts';
import { call, createMerchants, type StormShop } from './clients.ts';
import { lostEvents } from './events.ts';
import { type Installation, openInstallation } from './installation.ts';
import { instantDisagreements, unfairRaces } from './instant-agreement.ts';
import { pause } from './processes.ts';
import { type AtmBooks, type AuPayBooks, at } from './rail-books.ts';
import { seeded } from './random.ts';
import { createRecipients, wishForInstant } from './recipients.ts';

const seed = Number(process.env.KAWASE_STORM_SEED ?? Date.now() % 1_000_000_000);
const stormMs = Number(process.env.KAWASE_STORM_SECONDS ?? 25) * 1_000;
const random = seeded(seed);

const FAULTS = {
  ...{ loseAnswerRate: 0.08, delayMs: [0, 80], error5xxRate: 0.08, garbageRate: 0.05 },
};
const NOTICE_FAULTS = { repeatNoticeRate: 0.3, dropNoticeRate: 0.2 };
/** The clock stops at every inquiry, and what can be received is inquired after often. */
const PAUSE_MS = [100, 300] as const;
const KILL_EVERY_MS = [1_500, 4_500] as const;
const NOTICE_PATIENCE_MS = 45_000;
const SLOW_MACHINE_MS = 60_000;

let storm: Installation;
let instant: InstantWorld;
const shops: StormShop[] = [];

beforeAll(async () => {
  console.log(`instant storm: KAWASE_STORM_SEED=${seed}`);
  instant = await startInstantWorld();
  storm = await openInstallation(instant.environment);
  const { core, url } = storm;
  const merchantId = await createMerchant(core, { name: '嵐商店', by: 'test' });
  for (const name of ['first', 'second']) {
    const opened = await openShopIn(core, merchantId, 'http');
    const { shopId } = opened.shop;
    const rails = instantRails(instant.simulators);
    await openInstantRails(core, shopId, rails, { url, publicUrl: url });
    shops.push({ name, shopId, railAccountId: opened.railAccountId, key: opened.keyText });
  }
  await refreshAddresses(core, url);
  await storm.launch();
  for (const shop of shops) {
    await storm.ask(shop, 'POST', '/v1/sandbox/deposits', { amount: 100_000_000 });
    await storm.ask(shop, 'POST', '/v1/webhook_endpoints', { url: storm.receiver.url });
  }
}, 120_000);

afterAll(async () => {
  await storm?.end();
  await instant?.close();
}, 60_000);

const bank = (shop: StormShop, method: string, path: string, body?: object) =>
  controlBank(storm.bank, method, `/worlds/${shop.shopId}${path}`, body);

async function setFaults(shop: StormShop, faults: 'some' | 'none'): Promise<void> {
  const { shopId } = shop;
  const dice = { seed: random.whole(1, 1_000_000) };
  const of = (more: object) => (faults === 'none' ? {} : { ...FAULTS, ...dice, ...more });
  await bank(shop, 'PUT', '/faults', of({ rejectRate: 0.05, returnRate: 0.05 }));
  await at(instant, 'atm', shopId, 'PUT', '/faults', of(NOTICE_FAULTS));
  // What au PAY takes back a day later is found though half of its notices are lost.
  const still = { dropNoticeRate: 0.5 };
  const auPay = faults === 'none' ? still : of({ ...NOTICE_FAULTS, rejectRate: 0.05 });
  await at(instant, 'auPay', shopId, 'PUT', '/faults', auPay);
  const amazon = of({ resendRate: 0.05, throttleRate: 0.08 });
  await at(instant, 'amazon', shopId, 'PUT', '/faults', amazon);
}

/** Time passes: what was lost is inquired after. */
async function keepTime(shop: StormShop, until: () => boolean): Promise<void> {
  while (!until()) {
    await pause(random.whole(600, 1_500));
    await call(storm.url, shop.key, 'POST', '/v1/sandbox/clock', { advance: 'PT20M' });
  }
}

/** Answers what did not come to its end. */
async function calm(shop: StormShop, cash: CashTakers): Promise<string[]> {
  const left = await calmDown(storm.core.db, {
    ...{ shopId: shop.shopId, connector: 'http' },
    async advanceDay() {
      await cash.lastHands(shop);
      const { now } = await storm.ask(shop, 'POST', '/v1/sandbox/clock', { advance: 'P1D' });
      return String(now);
    },
    books: async () => (await bank(shop, 'GET', '/books')) as BankBooks,
  });
  return [...left, ...(await waitingNotices(shop))].map((each) => `${shop.name}: ${each}`);
}

/** A notice that met a dead API is sent again by the rail, in its own time. */
async function waitingNotices({ shopId }: StormShop): Promise<string[]> {
  const patienceEndsAt = performance.now() + NOTICE_PATIENCE_MS;
  for (;;) {
    let waiting = 0;
    for (const name of ['atm', 'auPay'] as const) {
      const books = await at(instant, name, shopId, 'GET', '/books');
      waiting += (books as AtmBooks | AuPayBooks).notices.waiting;
    }
    if (waiting === 0) return [];
    if (performance.now() > patienceEndsAt) return [`${waiting} notices still wait`];
    await pause(200);
  }
}

test(
  'the money of each remittance is in one place, whatever was killed, lost or raced',
  async () => {
    const { core, receiver, processes, url } = storm;
    const { db } = core;
    const merchants = createMerchants(url, shops, random, wishForInstant);
    const recipients = createRecipients(url, merchants.told, random);
    const { chosen } = recipients;
    const cash = createCashTakers({ url, db, instant }, shops, random);
    const { races } = cash;
    receiver.answer((response) => response.writeHead(random.chance(0.3) ? 503 : 204).end());
    for (const shop of shops) await setFaults(shop, 'some');
    const endsAt = performance.now() + stormMs;
    // On a busy machine the storm blows until every way was gone and something was raced for.
    const isOver = () => {
      const hasHit = chosen.size === 4 && races.length > 0;
      return performance.now() > endsAt + (hasHit ? 0 : SLOW_MACHINE_MS);
    };
    const [killed] = await Promise.all([
      storm.killAtMoments(random, isOver, KILL_EVERY_MS),
      ...shops.map((shop) => keepTime(shop, isOver)),
      ...Array.from({ length: 3 }, () => merchants.run(isOver, PAUSE_MS)),
      ...Array.from({ length: 3 }, () => recipients.run(isOver)),
      ...Array.from({ length: 2 }, () => cash.run(isOver)),
    ]);
    for (const shop of shops) await setFaults(shop, 'none');
    receiver.answer((response) => response.writeHead(204).end());
    const left = await Promise.all(shops.map((shop) => calm(shop, cash)));
    const backs = races.filter(({ isCanceled }) => isCanceled).length;
    console.log(
      `instant storm: ${merchants.told.length} instructions, chosen ` +
        `${[...chosen].map((pair) => pair.join(' ')).join(', ')}; ${races.length} races, ` +
        `${backs} taken back; killed ${killed.length}: ${killed.join(', ')}`,
    );

    const faults = [...merchants.oddities, ...processes.ended, ...left.flat()];
    for (const shop of shops) {
      const books = (await bank(shop, 'GET', '/books')) as BankBooks;
      faults.push(...(await disagreements(db, shop, books)));
      faults.push(...(await instantDisagreements(db, instant, shop, books)));
      faults.push(...(await lostEvents(db, receiver, shop)));
    }
    faults.push(...(await brokenPromises(db, merchants.told)));
    faults.push(...(await unfairRaces(db, races)));
    if (faults.length > 0) {
      for (const name of ['api', 'worker-1', 'worker-2']) console.log(name, processes.tail(name));
    }
    expect(faults).toEqual([]);
    expect(chosen.size).toBe(4);
    expect(races.length).toBeGreaterThan(0);
  },
  stormMs + SLOW_MACHINE_MS + 240_000,
);
