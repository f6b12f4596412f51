// A recipient signs in at Amazon, and every process of ours is killed (SIGKILL) at a chosen moment
// between that and the load. Once they are back there is exactly one load or none, and the
// remittance settles. The line to Amazon can fall silent, so that the moment is there to be hit.
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { instantRails, openInstantRails } from '../../scripts/instant-rails.ts';
import { visitor } from '../../server/api/recipient/test-visitor.ts';
import { createMerchant } from '../../server/merchants/open-shop.ts';
import { updateRailAccountConfig } from '../../server/merchants/rail-accounts.ts';
import { refreshAddresses } from '../../server/sandbox/refresh-addresses.ts';
import { type InstantWorld, startInstantWorld } from '../instant-world.ts';
import { type Line, type Relay, startRelay } from '../relay.ts';
import { type BankBooks, controlBank, openShopIn } from '../world.ts';
import { call, type StormShop } from './clients.ts';
import { type Installation, openInstallation } from './installation.ts';
import { instantDisagreements } from './instant-agreement.ts';
import { booksOf } from './rail-books.ts';
import { signIn } from './recipients.ts';

const PATIENCE = { timeout: 40_000, interval: 250 };
const START_MS = 120_000;
const STORY_MS = 150_000;

let storm: Installation;
let instant: InstantWorld;
let line: Relay;
let shop: StormShop;
/** What of a call to Amazon gets lost from now on. */
let silence: { readonly path: string; readonly what: 'question' | 'answer' } | null = null;

function carry({ client, server }: Line): void {
  let lost: 'question' | 'answer' | null = null;
  client.on('data', (bytes: Buffer) => {
    if (silence !== null && bytes.includes(silence.path)) lost = silence.what;
    if (lost !== 'question') server.write(bytes);
  });
  server.on('data', (bytes: Buffer) => {
    if (lost !== 'answer') client.write(bytes);
  });
}

beforeAll(async () => {
  instant = await startInstantWorld();
  storm = await openInstallation(instant.environment);
  const { core, url } = storm;
  const merchantId = await createMerchant(core, { name: '嵐商店', by: 'test' });
  const opened = await openShopIn(core, merchantId, 'http');
  const { shopId } = opened.shop;
  shop = { name: 'shop', shopId, railAccountId: opened.railAccountId, key: opened.keyText };
  const rails = instantRails(instant.simulators);
  const accounts = await openInstantRails(core, shopId, rails, { url, publicUrl: url });
  const amazonUrl = new URL(instant.simulators.amazon.url);
  line = await startRelay(() => amazonUrl, carry);
  const railAccountId = accounts.get('amazon_gift')!;
  const { config } = await core.railAccounts.byId(railAccountId);
  const there = `http://127.0.0.1:${line.port}`;
  const changed = JSON.parse(JSON.stringify(config).replaceAll(amazonUrl.origin, there)) as unknown;
  await updateRailAccountConfig(core, { railAccountId, config: changed, by: 'test' });
  await refreshAddresses(core, url);
  await storm.launch();
  await storm.ask(shop, 'POST', '/v1/sandbox/deposits', { amount: 1_000_000 });
}, START_MS);

afterAll(async () => {
  await storm?.end();
  await line?.close();
  await instant?.close();
}, START_MS);

let references = 0;

async function recipient() {
  references += 1;
  const destination = { type: 'link', methods: ['amazon_gift'] };
  const body = { reference: `killed-${references}`, amount: 8_400, destination };
  const made = await storm.ask(shop, 'POST', '/v1/remittances', body);
  const id = made.id as string;
  const path = new URL((made.link as { url: string }).url).pathname;
  const who = visitor(storm.url);
  return {
    ...{ id, who, path },
    /** To Amazon and signed in there; answers the way back. */
    async signedIn(): Promise<string> {
      const before = await who.submit(await who.get(`${path}/methods`), { method: 'amazon_gift' });
      return signIn((await who.submit(before)).path);
    },
  };
}

const loads = async () => (await booksOf(instant, shop.shopId)).amazon_gift!.booked.length;

async function statusOf(id: string): Promise<unknown> {
  return (await storm.ask(shop, 'GET', `/v1/remittances/${id}`)).status;
}

/** Time passes, so that what was lost is inquired after. */
const settles = (id: string) =>
  vi.waitFor(async () => {
    await call(storm.url, shop.key, 'POST', '/v1/sandbox/clock', { advance: 'PT20M' });
    expect(await statusOf(id)).toBe('paid');
  }, PATIENCE);

const seenInDatabase = (text: string) =>
  vi.waitFor(async () => {
    expect(await storm.core.db.query(text, [shop.shopId])).not.toEqual([]);
  }, PATIENCE);

async function expectOneMore(before: number): Promise<void> {
  expect(await loads()).toBe(before + 1);
  const { db } = storm.core;
  const bank = await controlBank(storm.bank, 'GET', `/worlds/${shop.shopId}/books`);
  expect(await instantDisagreements(db, instant, shop, bank as BankBooks)).toEqual([]);
}

test(
  'while the recipient is at Amazon: they come back to the same page, loaded once',
  async () => {
    const before = await loads();
    const { id, who, signedIn, path } = await recipient();
    const back = await signedIn();
    await storm.crash();
    expect((await who.get(back)).path).toContain(`${path}/status`);
    await settles(id);
    await expectOneMore(before);
  },
  STORY_MS,
);

test(
  'while Amazon is asked who it was: nothing is loaded, and a second sign-in loads once',
  async () => {
    const before = await loads();
    const { id, who, signedIn } = await recipient();
    const back = await signedIn();
    silence = { path: '/auth/o2/token', what: 'question' };
    const cut = who.get(back).then(
      () => 'answered',
      () => 'cut off',
    );
    await seenInDatabase(`select 1 from sign_in where shop_id = $1 and status = 'answered'`);
    await storm.crash();
    silence = null;
    expect(await cut).toBe('cut off');
    // The same address again: it counted once, and does not know how it ended.
    const again = await who.get(back);
    expect(again.path).toContain('outcome=pending');
    expect(again.html).toContain('二重に送られることはありません');
    expect(await statusOf(id)).toBe('awaiting_recipient');
    expect(await loads()).toBe(before);
    await who.get(await signedIn());
    await settles(id);
    await expectOneMore(before);
  },
  STORY_MS,
);

test.each(['question', 'answer'] as const)(
  'while the load is under way, its %s lost: asked after, loaded once',
  async (what) => {
    const before = await loads();
    const { id, who, signedIn, path } = await recipient();
    const back = await signedIn();
    silence = { path: '/LoadAmazonBalance', what };
    expect((await who.get(back)).path).toContain(`${path}/status`);
    await seenInDatabase(`select 1 from submission where shop_id = $1 and status = 'calling'`);
    if (what === 'answer') await vi.waitUntil(async () => (await loads()) > before, PATIENCE);
    await storm.crash();
    silence = null;
    expect((await who.get(`${path}/status`)).html).toContain('送金の手続き中です');
    await settles(id);
    expect((await who.get(`${path}/status`)).html).toContain('お支払いが完了しました');
    await expectOneMore(before);
  },
  STORY_MS,
);
