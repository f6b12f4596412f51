// The storm over links and real-time rails: recipients choose, sign in, take cash, decline, press
// twice, while merchants cancel, answers and notices are lost or come twice, and processes and
// PostgreSQL are killed between a choice and its payment. When it is over the money of each
// remittance is in one place and every rail's books and Kawase's agree to the yen. Seeded as the
// other storm: KAWASE_STORM_SEED, KAWASE_STORM_SECONDS.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createMerchant } from '../../server/merchants/open-shop.ts';
import { refreshAddresses } from '../../server/sandbox/refresh-addresses.ts';
import { type BankBooks, controlBank, openShopIn } from '../world.ts';
import { brokenPromises, disagreements } from './agreement.ts';
import { calmDown } from './calm.ts';
import { call, createMerchants, type StormShop } from './clients.ts';
import { lostEvents } from './events.ts';
import { type Installation, openInstallation } from './installation.ts';
import { instantDisagreements, unfairRaces } from './instant-agreement.ts';
import {
  type AtmBooks,
  type AuPayBooks,
  type InstantWorld,
  openInstantWorld,
} from './instant-world.ts';
import { pause } from './processes.ts';
import { seeded } from './random.ts';
import { createRecipients, wishForInstant } from './recipients.ts';

const seed = Number(process.env.KAWASE_STORM_SEED ?? Date.now() % 1_000_000_000);
const stormMs = Number(process.env.KAWASE_STORM_SECONDS ?? 25) * 1_000;
const random = seeded(seed);

const FAULTS = {
  ...{ loseAnswerRate: 0.08, delayMs: [0, 80], error5xxRate: 0.08, garbageRate: 0.05 },
};
const NOTICE_FAULTS = { repeatNoticeRate: 0.3, dropNoticeRate: 0.2 };
const NOTICE_PATIENCE_MS = 45_000;

let storm: Installation;
let instant: InstantWorld;
const shops: StormShop[] = [];

beforeAll(async () => {
  console.log(`instant storm: KAWASE_STORM_SEED=${seed}`);
  storm = await openInstallation();
  instant = await openInstantWorld();
  const { core } = storm;
  const merchantId = await createMerchant(core, { name: '嵐商店', by: 'test' });
  for (const name of ['first', 'second']) {
    const opened = await openShopIn(core, merchantId, 'http');
    const { shopId } = opened.shop;
    await instant.open(core, shopId, storm.url);
    shops.push({ name, shopId, railAccountId: opened.railAccountId, key: opened.keyText });
  }
  await refreshAddresses(core, storm.url);
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
  const of = (more: object) => (faults === 'none' ? {} : { ...FAULTS, ...more });
  const dice = { seed: random.whole(1, 1_000_000) };
  await bank(shop, 'PUT', '/faults', of({ ...dice, rejectRate: 0.05, returnRate: 0.05 }));
  const atm = of({ ...dice, ...NOTICE_FAULTS });
  await instant.control('seven_atm', shopId, 'PUT', '/faults', atm);
  const auPay = of({ ...dice, ...NOTICE_FAULTS, rejectRate: 0.05 });
  await instant.control('au_pay', shopId, 'PUT', '/faults', auPay);
  const amazon = of({ ...dice, resendRate: 0.05, throttleRate: 0.08 });
  await instant.control('amazon_gift', shopId, 'PUT', '/faults', amazon);
}

/** Time passes: what was lost is inquired after, some of it hours later. */
async function keepTime(shop: StormShop, until: () => boolean): Promise<void> {
  while (!until()) {
    await pause(random.whole(600, 1_500));
    await call(storm.url, shop.key, 'POST', '/v1/sandbox/clock', { advance: 'PT20M' });
  }
}

async function aheadAt(rail: 'seven_atm' | 'au_pay', shop: StormShop, days: number) {
  const books = await instant.control(rail, shop.shopId, 'GET', '/books');
  const at = Date.parse((books as AtmBooks | AuPayBooks).now) + days * 86_400_000;
  await instant.control(rail, shop.shopId, 'POST', '/clock', { now: new Date(at).toISOString() });
}

/** What nobody took expires, what au PAY reverses comes back, the rest comes to its end. */
async function calm(shop: StormShop): Promise<string[]> {
  await aheadAt('seven_atm', shop, 61);
  await aheadAt('au_pay', shop, 2);
  const left = await calmDown(storm.core.db, {
    ...{ shopId: shop.shopId, connector: 'http' },
    async advanceDay() {
      const { now } = await storm.ask(shop, 'POST', '/v1/sandbox/clock', { advance: 'P1D' });
      return String(now);
    },
    books: async () => (await bank(shop, 'GET', '/books')) as BankBooks,
  });
  return [...left, ...(await waitingNotices(shop))].map((each) => `${shop.name}: ${each}`);
}

/** A notice that met a dead API is tried again by its sender, in its own time. */
async function waitingNotices({ shopId }: StormShop): Promise<string[]> {
  const patienceEndsAt = performance.now() + NOTICE_PATIENCE_MS;
  for (;;) {
    let waiting = 0;
    for (const rail of ['seven_atm', 'au_pay'] as const) {
      const books = await instant.control(rail, shopId, 'GET', '/books');
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
    const merchants = createMerchants(url, shops, random, wishForInstant);
    const recipients = createRecipients({ url, core, instant }, shops, merchants.told, random);
    receiver.answer((response) => response.writeHead(random.chance(0.3) ? 503 : 204).end());
    for (const shop of shops) await setFaults(shop, 'some');
    const endsAt = performance.now() + stormMs;
    const isOver = () => performance.now() > endsAt;
    const [killed] = await Promise.all([
      storm.killAtMoments(random, isOver),
      ...shops.map((shop) => keepTime(shop, isOver)),
      ...Array.from({ length: 3 }, () => merchants.run(isOver)),
      ...Array.from({ length: 4 }, () => recipients.choosing(isOver)),
      ...Array.from({ length: 2 }, () => recipients.taking(isOver)),
    ]);
    for (const shop of shops) await setFaults(shop, 'none');
    receiver.answer((response) => response.writeHead(204).end());
    const left = await Promise.all(shops.map(calm));
    const { races, chosen } = recipients;
    const won = races.filter(({ isCanceled }) => isCanceled).length;
    console.log(
      `instant storm: ${merchants.told.length} instructions, chosen ${JSON.stringify([...chosen])}, ` +
        `${races.length} races (${won} by the merchant), killed ${killed.length}: ${killed.join(', ')}`,
    );

    const faults = [...merchants.oddities, ...processes.ended, ...left.flat()];
    for (const shop of shops) {
      const books = (await bank(shop, 'GET', '/books')) as BankBooks;
      faults.push(...(await disagreements(core.db, shop, books)));
      faults.push(...(await instantDisagreements(core.db, instant, shop, books)));
      faults.push(...(await lostEvents(core.db, receiver, shop)));
    }
    faults.push(...(await brokenPromises(core.db, merchants.told)));
    faults.push(...(await unfairRaces(core.db, races)));
    if (faults.length > 0) {
      for (const name of ['api', 'worker-1', 'worker-2']) console.log(name, processes.tail(name));
    }
    expect(faults).toEqual([]);
    // All four ways were gone, and somebody won and lost a race.
    expect(chosen.size).toBe(4);
    expect(races.length).toBeGreaterThan(0);
  },
  stormMs + 200_000,
);
