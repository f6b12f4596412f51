// Amazon gift balance on the recipient's pages, against the simulator: signed in and loaded, and
// everything that can happen between the sign-in and the load. One outcome each, and clear words.
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type InstantWorld, startInstantWorld } from '../../../tests/instant-world.ts';
import { startWorld, type World, type WorldShop } from '../../../tests/world.ts';
import { updateRailAccountConfig } from '../../merchants/rail-accounts.ts';
import { SIGNED_IN_PATH } from './sign-in-routes.ts';
import {
  type MadeLink,
  makeLink,
  type Pages,
  QUESTION,
  type Seen,
  startPages,
  type Visitor,
  visitor,
} from './test-visitor.ts';

let world: World;
let instant: InstantWorld;
let pages: Pages;
let shop: WorldShop;
let accounts: ReadonlyMap<string, string>;

beforeAll(async () => {
  world = await startWorld();
  instant = await startInstantWorld();
  pages = await startPages(world);
  shop = await world.openShop('http');
  await shop.fund(1_000_000);
  accounts = await instant.contract(world, shop);
});

afterAll(async () => {
  await pages.close();
  await world.close();
  await instant.close();
});

const someone = () => visitor(pages.url);
const amazonLink = () =>
  makeLink(shop, { methods: ['bank_transfer', 'amazon_gift'], verification: [] });

/** As far as Amazon's sign-in page; answers its address. */
async function leave(who: Visitor, link: MadeLink): Promise<string> {
  const methods = await who.get(`${link.path}/methods`);
  const before = await who.submit(methods, { method: 'amazon_gift' });
  expect(before.path).toBe(`${link.path}/sign-in?method=amazon_gift`);
  expect(before.html).toContain('8,400円');
  const away = await who.submit(before);
  expect(away.path).toContain('/ap/oa?');
  return away.path;
}

/** At Amazon, as this customer; answers the path and query that Amazon sends back to. */
async function signIn(address: string, more: Record<string, string> = {}): Promise<string> {
  const { origin, pathname, searchParams } = new URL(address);
  const name = 'ヤマダ ハナコ';
  const body = new URLSearchParams({ ...Object.fromEntries(searchParams), name, ...more });
  const answer = await fetch(origin + pathname, { method: 'POST', body, redirect: 'manual' });
  const back = new URL(answer.headers.get('location')!);
  expect(back.pathname).toBe(SIGNED_IN_PATH);
  return back.pathname + back.search;
}

const paid = (link: MadeLink) =>
  vi.waitFor(async () => expect((await shop.read(link.id)).status).toBe('paid'), {
    timeout: 10_000,
    interval: 50,
  });

const orders = async () => {
  const books = await instant.at('amazon', shop, 'GET', '/books');
  return books.orders as readonly { userId: string | null; amountYen: number }[];
};

/** What the recipient reads after something went wrong: nothing was sent, and how to go on. */
function expectHonest(seen: Seen): void {
  expect(seen.html).toContain('お金はまだ送られていません');
}

test('signed in at Amazon, loaded, and told so on the completion page', async () => {
  const link = await amazonLink();
  const who = someone();
  const methods = await who.get(`${link.path}/methods`);
  expect(methods.html).toContain('Amazonギフトカード残高');
  expect(methods.html).toContain('すぐに加わります');
  const before = await orders();
  const back = await signIn(await leave(who, link));
  const status = await who.get(back);
  expect(status.path).toContain(`${link.path}/status`);
  await paid(link);
  const done = await who.get(`${link.path}/status`);
  expect(done.html).toContain('お支払いが完了しました');
  expect(done.html).toContain('Amazonギフトカード残高に加わりました');
  const made = (await orders()).slice(before.length);
  expect(made).toMatchObject([{ amountYen: 8_400 }]);
  expect(made[0]!.userId).toContain('amzn1.account.');
  const stored = await world.core.db.query<{ text: string }>(
    'select row_to_json(r)::text as text from remittance r where shop_id = $1',
    [shop.shop.shopId],
  );
  expect(stored.map(({ text }) => text).join()).not.toContain('amzn1');
});

test('the page before may lead its form to Amazon, and no other page may', async () => {
  const link = await amazonLink();
  const who = someone();
  const before = await who.get(`${link.path}/sign-in?method=amazon_gift`);
  const { origin } = new URL(instant.simulators.amazon.url);
  expect(before.headers.get('content-security-policy')).toContain(`form-action 'self' ${origin};`);
  const methods = await who.get(`${link.path}/methods`);
  expect(methods.headers.get('content-security-policy')).toContain("form-action 'self';");
});

describe('between the sign-in and the load', () => {
  test('denied consent: nothing sent, another way or once more', async () => {
    const link = await amazonLink();
    const who = someone();
    const back = await signIn(await leave(who, link), { name: '', answer: 'cancel' });
    const denied = await who.get(back);
    expectHonest(denied);
    expect(denied.html).toContain('別の受け取り方を選ぶ');
    const again = await who.submit(denied);
    await who.get(await signIn(again.path));
    await paid(link);
  });

  test('a state that was never given, or of another browser, counts for nothing', async () => {
    const link = await amazonLink();
    const who = someone();
    const back = await signIn(await leave(who, link));
    const forged = await who.get(back.replace(/state=\d{6}./, 'state=9999990'));
    expect(forged.status).toBe(400);
    const stranger = await someone().get(back);
    expect(stranger.status).toBe(400);
    expectHonest(stranger);
    expect(stranger.html).not.toContain(link.path);
    expect((await shop.read(link.id)).status).toBe('awaiting_recipient');
    // The one who left can still finish.
    await who.get(back);
    await paid(link);
  });

  test('the same answer twice, and the back button: one load', async () => {
    const link = await amazonLink();
    const who = someone();
    const before = (await orders()).length;
    const back = await signIn(await leave(who, link));
    const [first, second] = await Promise.all([who.get(back), who.get(back)]);
    for (const seen of [first, second]) expect([200, 400]).toContain(seen.status);
    await paid(link);
    const late = await who.get(`${link.path}/sign-in?method=amazon_gift`);
    expect(late.path).toContain('/status');
    expect((await orders()).length).toBe(before + 1);
  });

  test('two tabs, two people: who is first has it', async () => {
    const link = await amazonLink();
    const who = someone();
    const before = (await orders()).length;
    const one = await signIn(await leave(who, link), { name: 'タナカ' });
    const two = await signIn(await leave(who, link), { name: 'スズキ' });
    await who.get(two);
    await paid(link);
    const late = await who.get(one);
    expect(late.path).toContain(`${link.path}/status`);
    expect((await orders()).length).toBe(before + 1);
  });

  test('the bank was chosen in another tab meanwhile: the sign-in changes nothing', async () => {
    const link = await amazonLink();
    const who = someone();
    const back = await signIn(await leave(who, link));
    const form = await who.get(`${link.path}/account?bank=0005&branch=001`);
    await who.submit(await who.submit(form, { number: '1234567', sei: 'ヤマダ', mei: 'タロウ' }));
    expect((await who.get(back)).path).toContain('/status');
    expect(await shop.read(link.id)).toMatchObject({ method: 'bank_transfer' });
  });

  test('the sign-in takes longer than the session: the answer still counts', async () => {
    const link = await makeLink(shop, { methods: ['amazon_gift'] });
    const who = someone();
    await who.submit(await who.get(link.path), { answer0: QUESTION.value });
    const back = await signIn(await leave(who, link));
    for (const name of [...who.jar.keys()]) {
      if (!name.includes('away')) who.jar.delete(name);
    }
    expect((await who.get(back)).path).toContain(`${link.path}/status`);
    await paid(link);
  });

  test('too late: said, and once more', async () => {
    const link = await amazonLink();
    const who = someone();
    const back = await signIn(await leave(who, link));
    await world.core.db.run(
      `update sign_in set expires_at = now() - interval '1 second' where shop_id = $1`,
      [shop.shop.shopId],
    );
    const late = await who.get(back);
    expectHonest(late);
    expect(late.html).toContain('時間が過ぎた');
    expect((await shop.read(link.id)).status).toBe('awaiting_recipient');
  });

  test('Amazon does not answer for the token: nothing sent, once more', async () => {
    const link = await amazonLink();
    const who = someone();
    const back = await signIn(await leave(who, link));
    await instant.at('amazon', shop, 'PUT', '/faults', { down: true });
    const lost = await who.get(back);
    await instant.at('amazon', shop, 'PUT', '/faults', {});
    expectHonest(lost);
    await who.get(await signIn((await who.submit(lost)).path));
    await paid(link);
  });

  test('the process dies before the load is asked for: waiting, then honest words', async () => {
    const link = await amazonLink();
    const who = someone();
    const back = await signIn(await leave(who, link));
    // As a kill leaves it: the answer was taken, and nobody lived to do anything with it.
    await world.core.db.run(`update sign_in set status = 'answered' where shop_id = $1`, [
      shop.shop.shopId,
    ]);
    const waiting = await who.get(back);
    expect(waiting.html).toContain('サインインを確認しています');
    expect(waiting.headers.get('refresh')).toContain('looks=1');
    const given = await who.get(`${link.path}/sign-in?method=amazon_gift&outcome=pending&looks=10`);
    expectHonest(given);
    await who.get(await signIn((await who.submit(given)).path));
    await paid(link);
  });

  test('the answers of the load are lost: an honest waiting page, then one load', async () => {
    const link = await amazonLink();
    const who = someone();
    const before = (await orders()).length;
    const known = (await instant.at('amazon', shop, 'GET', '/books')).customers as readonly {
      userId: string;
      fate: string;
    }[];
    const lost = known.find(({ fate }) => fate === 'lost_after_effect')!;
    const back = await signIn(await leave(who, link), { name: '', user: lost.userId });
    const status = await who.get(back);
    expect(status.headers.get('refresh')).toContain('/status?looks=1');
    expect(status.html).toContain('二重に送られることはありません');
    await vi.waitFor(async () => expect((await orders()).length).toBe(before + 1), {
      timeout: 10_000,
      interval: 100,
    });
  });
});

test('prepaid money that runs out delays the load and shows before the choice', async () => {
  const poor = await world.openShop('http');
  await poor.fund(100_000);
  const worldId = poor.shop.shopId;
  await instant.open('amazon', { worldId, fundsYen: 10_000 });
  await instant.contract(world, poor);
  const make = () => makeLink(poor, { methods: ['amazon_gift'], verification: [] });
  const [first, second] = [await make(), await make()];
  const [one, two] = [someone(), someone()];
  const backs = [await signIn(await leave(one, first)), await signIn(await leave(two, second))];
  await one.get(backs[0]!);
  await vi.waitFor(async () => expect((await poor.read(first.id)).status).toBe('paid'));
  await two.get(backs[1]!);
  await vi.waitFor(async () => {
    const attempts = await world.core.db.query('select 1 from attempt where shop_id = $1', [
      worldId,
    ]);
    expect(attempts).toHaveLength(3);
  });
  expect((await poor.read(second.id)).status).toBe('processing');
  expect((await two.get(`${second.path}/status`)).html).toContain('送金の手続き中です');
  const third = await make();
  await vi.waitFor(
    async () => {
      // What is left is remembered for seconds; these pages have not asked yet.
      const short = await startPages(world);
      const methods = await visitor(short.url).get(`${third.path}/methods`);
      await short.close();
      expect(methods.html).toContain('いまは、この受け取り方を利用できません');
    },
    { timeout: 5_000, interval: 300 },
  );
  await instant.at('amazon', poor, 'POST', '/funds', { addYen: 100_000 });
  await poor.clock({ advance: 'PT2M' });
  await vi.waitFor(async () => expect((await poor.read(second.id)).status).toBe('paid'));
});

test('a contract without loads gives a code, which is shown and kept nowhere', async () => {
  const railAccountId = accounts.get('amazon_gift')!;
  const { config } = await world.core.railAccounts.byId(railAccountId);
  const change = (changed: object) =>
    updateRailAccountConfig(world.core, { railAccountId, config: changed, by: 'test' });
  await change({ ...(config as object), mode: 'code' });
  const link = await amazonLink();
  const who = someone();
  const methods = await who.get(`${link.path}/methods`);
  const confirm = await who.submit(methods, { method: 'amazon_gift' });
  expect(confirm.html).toContain('ギフトコードで受け取る');
  await who.submit(confirm);
  await paid(link);
  const status = await who.get(`${link.path}/status`);
  const shown = await who.submit(status);
  const code = /[A-Z0-9]{4}-[A-Z0-9]{6}-[A-Z0-9]{4}/.exec(shown.html)?.[0];
  expect(code).toBeDefined();
  expect((await who.submit(status)).html).toContain(code);
  const read = await shop.client.get(`/v1/remittances/${link.id}`);
  const timeline = read.body.timeline as { type: string; status: string }[];
  expect(timeline.map(({ type, status }) => [type, status]).slice(-3)).toEqual([
    ['remittance.paid', 'paid'],
    ['remittance.code_shown', 'paid'],
    ['remittance.code_shown', 'paid'],
  ]);
  const listed = await shop.client.get('/v1/events?limit=100');
  expect(listed.text).toContain('remittance.code_shown');
  expect(listed.text).not.toContain(code);
  const everything = await world.core.db.query<{ text: string }>(
    `select row_to_json(l)::text as text from receive_link l where shop_id = $1
     union all select row_to_json(r)::text from remittance r where shop_id = $1
     union all select row_to_json(e)::text from event e where shop_id = $1`,
    [shop.shop.shopId],
  );
  expect(everything.map(({ text }) => text).join()).not.toContain(code);
  const [row] = await world.core.db.query<{ at: unknown }>(
    `select revealed_at as at from receive_link where shop_id = $1 and code = $2`,
    [shop.shop.shopId, link.code],
  );
  expect(row!.at).not.toBeNull();
  await change(config as object);
});
