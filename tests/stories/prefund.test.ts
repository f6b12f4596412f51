// Money prepaid at a rail: watched, the operator warned once below the line and told when it is
// back; and a payment that should not have been made, undone at the rail.
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { demoRecipient } from '../../scripts/demo-recipient.ts';
import { type InstantWorld, startInstantWorld } from '../instant-world.ts';
import { run } from '../operator-world.ts';
import { startWorld, type World, type WorldShop } from '../world.ts';

let instant: InstantWorld;
let world: World;
let shop: WorldShop;

beforeAll(async () => {
  instant = await startInstantWorld();
  world = await startWorld(instant.environment);
  shop = await world.openShop('http');
  await shop.fund(100_000);
  // Less than the line that is drawn where nobody drew one.
  await instant.open('amazon', { worldId: shop.shop.shopId, fundsYen: 500_000 });
  await instant.contract(world, shop);
});

afterAll(async () => {
  await world.close();
  await instant.close();
});

const kawase = (...args: readonly string[]) =>
  run(args, {
    ...{ PATH: process.env.PATH ?? '', USER: 'tanto', LANG: 'ja_JP.UTF-8' },
    DATABASE_URL: world.databaseUrl,
    KAWASE_KEYRING: JSON.stringify(world.keyring),
  });

const warnings = async () => {
  const rows = await world.core.db.query<{ type: string; payload: { left: number } }>(
    `select type, payload from event where shop_id = $1 and type like 'prefund.%' order by seq`,
    [shop.shop.shopId],
  );
  return rows.map(({ type, payload }) => [type, payload.left]);
};

const lowest = ['prefund.low', 500_000];

test('below the line the operator is warned once, above it told once', async () => {
  await vi.waitFor(async () => expect(await warnings()).toEqual([lowest]));
  await shop.clock({ advance: 'P1D' });
  expect(await warnings()).toEqual([lowest]);
  const shown = await kawase('rail-account', 'prefund', '--json');
  expect(shown.code).toBe(1);
  expect(shown.out).toContain('"left": 500000');
  await instant.at('amazon', shop, 'POST', '/funds', { addYen: 5_000_000 });
  // Amazon is asked once a second at most: a quick machine still has the answer of before.
  await vi.waitFor(
    async () => {
      await shop.clock({ advance: 'P1D' });
      expect(await warnings()).toEqual([lowest, ['prefund.restored', 5_500_000]]);
    },
    { timeout: 15_000, interval: 300 },
  );
  expect((await kawase('rail-account', 'prefund')).code).toBe(0);
});

test('the operator draws the line', async () => {
  const { json } = await kawase('rail-account', 'prefund', '--json');
  const { data } = json as { data: readonly { rail_account_id: string; left: number }[] };
  const { rail_account_id: id } = data.find(({ left }) => left === 5_500_000)!;
  const drawn = await kawase('rail-account', 'warn-below', '--rail-account', id, '--amount', '9e9');
  expect(drawn.code).not.toBe(0);
  await kawase('rail-account', 'warn-below', '--rail-account', id, '--amount', '6000000');
  await shop.clock({ advance: 'P1D' });
  expect((await warnings()).at(-1)).toEqual(['prefund.low', 5_500_000]);
});

test('a load that should not have been made is undone; its link is open again', async () => {
  const { client } = shop;
  const made = await client.post('/v1/remittances', {
    ...{ reference: 'wrong-load', amount: 5_000 },
    destination: { type: 'link', methods: ['amazon_gift'] },
  });
  const id = made.body.id as string;
  const { url } = (await shop.read(id)).link as { url: string };
  const { pathname } = new URL(url);
  const who = demoRecipient();
  const away = await who.submit(
    await who.get(`${world.url}${pathname}/sign-in?method=amazon_gift`),
  );
  const form = new URLSearchParams(new URL(away.address).search);
  form.set('name', 'ヤマダ ハナコ');
  const { origin, pathname: at } = new URL(away.address);
  const back = await fetch(origin + at, { method: 'POST', body: form, redirect: 'manual' });
  const home = new URL(back.headers.get('location')!);
  await who.get(`${world.url}${home.pathname}${home.search}`);
  await vi.waitFor(async () => expect((await shop.read(id)).status).toBe('paid'));
  const undone = await kawase('payment', 'undo', id, '--yes');
  expect(undone.code, undone.errors).toBe(0);
  expect((await shop.read(id)).status).toBe('awaiting_recipient');
  const { orders } = await instant.at('amazon', shop, 'GET', '/books');
  expect(orders).toMatchObject([{ state: 'undone' }]);
  expect(await shop.balance()).toMatchObject({ reserved: 5_000, in_flight: 0 });
});
