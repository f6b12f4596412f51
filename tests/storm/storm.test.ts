// The storm: API and workers against a faulty bank and a failing webhook receiver, while processes
// and PostgreSQL are killed. When it is over nothing is lost, nothing was paid twice, and the
// bank's books and Kawase's agree to the yen. KAWASE_STORM_SEED repeats one; KAWASE_STORM_SECONDS
// lengthens.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createMerchant } from '../../server/merchants/open-shop.ts';
import { refreshAddresses } from '../../server/sandbox/refresh-addresses.ts';
import { type BankBooks, controlBank, openShopIn } from '../world.ts';
import { brokenPromises, disagreements } from './agreement.ts';
import { calmDown } from './calm.ts';
import { call, createMerchants, type StormShop } from './clients.ts';
import { lostEvents } from './events.ts';
import { type Installation, openInstallation } from './installation.ts';
import { pause } from './processes.ts';
import { seeded } from './random.ts';

const seed = Number(process.env.KAWASE_STORM_SEED ?? Date.now() % 1_000_000_000);
const stormMs = Number(process.env.KAWASE_STORM_SECONDS ?? 35) * 1_000;
const random = seeded(seed);

const ENOUGH = 20;

const FAULTS = {
  ...{ loseAnswerRate: 0.08, delayMs: [0, 80], error5xxRate: 0.08, throttleRate: 0.08 },
  ...{ garbageRate: 0.05, rejectRate: 0.05, returnRate: 0.05, partialReject: 0.05 },
  ...{ repeatNoticeRate: 0.3, dropNoticeRate: 0.2, corruptFileRate: 0.1 },
  returnsWithoutEdiShare: 0,
};

let storm: Installation;
const shops: (StormShop & { readonly connector: 'file' | 'http' })[] = [];

beforeAll(async () => {
  console.log(`storm: KAWASE_STORM_SEED=${seed}`);
  storm = await openInstallation();
  const { core } = storm;
  const merchantId = await createMerchant(core, { name: '嵐商店', by: 'test' });
  for (const connector of ['http', 'http', 'file'] as const) {
    const opened = await openShopIn(core, merchantId, connector);
    const { shopId } = opened.shop;
    const name = `${connector} ${shops.length + 1}`;
    const { railAccountId, keyText: key } = opened;
    shops.push({ name, shopId, connector, railAccountId, key });
  }
  await refreshAddresses(core, storm.url);
  await storm.launch();
  for (const shop of shops) {
    await storm.ask(shop, 'POST', '/v1/sandbox/deposits', { amount: 200_000_000 });
    const { url } = storm.receiver;
    await storm.ask(shop, 'POST', '/v1/webhook_endpoints', { url });
  }
}, 120_000);

afterAll(() => storm?.end(), 60_000);

const control = (shop: StormShop, method: string, path: string, body?: object) =>
  controlBank(storm.bank, method, `/worlds/${shop.shopId}${path}`, body);

/** Time passes for a shop: cut-offs, settlement, returns. */
async function keepTime(shop: StormShop, until: () => boolean): Promise<void> {
  while (!until()) {
    await call(storm.url, shop.key, 'POST', '/v1/sandbox/clock', { to_next: 'cut_off' });
    await pause(random.whole(1_000, 2_500));
    await call(storm.url, shop.key, 'POST', '/v1/sandbox/clock', { advance: 'PT40M' });
    await pause(random.whole(500, 1_500));
  }
}

/** Money keeps coming in, and the bank tells of it as it can. */
async function payIn(shop: StormShop, until: () => boolean): Promise<void> {
  while (!until()) {
    await pause(random.whole(1_000, 3_000));
    const amount = random.whole(1, 9_999);
    await call(storm.url, shop.key, 'POST', '/v1/sandbox/deposits', { amount });
  }
}

/** Answers what did not come to its end. */
async function calm(shop: (typeof shops)[number]): Promise<string[]> {
  const left = await calmDown(storm.core.db, {
    ...shop,
    async advanceDay() {
      const { now } = await storm.ask(shop, 'POST', '/v1/sandbox/clock', { advance: 'P1D' });
      return String(now);
    },
    books: async () => (await control(shop, 'GET', '/books')) as BankBooks,
  });
  return left.map((each) => `${shop.name}: ${each}`);
}

test(
  'nothing is lost, nothing is paid twice, every yen is explained',
  async () => {
    const { core, receiver, processes } = storm;
    const merchants = createMerchants(storm.url, shops, random);
    receiver.answer((response) => response.writeHead(random.chance(0.3) ? 503 : 204).end());
    for (const shop of shops) {
      await control(shop, 'PUT', '/faults', { ...FAULTS, seed: random.whole(1, 1_000_000) });
    }
    const endsAt = performance.now() + stormMs;
    // On a busy machine the storm blows until there was something to hit.
    const isOver = () => performance.now() > endsAt + (merchants.told.length > ENOUGH ? 0 : 60_000);
    const [killed] = await Promise.all([
      storm.killAtMoments(random, isOver),
      ...shops.map((shop) => keepTime(shop, isOver)),
      ...shops.map((shop) => payIn(shop, isOver)),
      ...Array.from({ length: 5 }, () => merchants.run(isOver)),
    ]);
    for (const shop of shops) await control(shop, 'PUT', '/faults', {});
    receiver.answer((response) => response.writeHead(204).end());
    const left = await Promise.all(shops.map(calm));
    console.log(
      `storm: ${merchants.told.length} instructions, ${receiver.received.length} webhooks, ` +
        `killed ${killed.length}: ${killed.join(', ')}`,
    );

    const faults = [...merchants.oddities, ...processes.ended, ...left.flat()];
    for (const shop of shops) {
      const books = (await control(shop, 'GET', '/books')) as BankBooks;
      faults.push(...(await disagreements(core.db, shop, books)));
      faults.push(...(await lostEvents(core.db, receiver, shop)));
    }
    faults.push(...(await brokenPromises(core.db, merchants.told)));
    if (faults.length > 0) {
      for (const name of ['api', 'worker-1', 'worker-2']) console.log(name, processes.tail(name));
    }
    expect(faults).toEqual([]);
    expect(merchants.told.length).toBeGreaterThan(ENOUGH);
  },
  stormMs + 210_000,
);
