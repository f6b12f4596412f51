// The seam for further receiving methods: a rail that nothing in the house knows is put into the
// map of rails, agreed on in a contract, chosen by a recipient on their page, and pays. The guide
// that goes with it is docs/guides/add-a-rail.md.
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { visitor } from '../../server/api/recipient/test-visitor.ts';
import { yen } from '../../server/base/money.ts';
import { createRailAccount } from '../../server/merchants/rail-accounts.ts';
import { setShopMethod } from '../../server/merchants/shop-methods.ts';
import type { Rail } from '../../server/rails/rail.ts';
import { createPointsRail } from '../../server/rails/test-example-rail.ts';
import { openPoints } from '../../server/rails/test-example-side.ts';
import { startWorld, type World, type WorldShop } from '../world.ts';

let world: World;
let shop: WorldShop;
const points = openPoints();

beforeAll(async () => {
  world = await startWorld();
  const rail = createPointsRail(points.wire);
  // What is one line of server/core.ts.
  (world.core.rails as Map<string, Rail<unknown>>).set(rail.name, rail);
  shop = await world.openShop('http');
  await shop.fund(100_000);
  await agree();
});

afterAll(() => world.close());

/** The terms: the contract with the provider, the method in the shop's contract, its fee. */
async function agree(): Promise<void> {
  const { shopId } = shop.shop;
  const common = { by: 'test', operatorShopId: shopId } as const;
  const railAccountId = await createRailAccount(world.core, {
    ...common,
    ...{ rail: 'points', connector: 'http', mode: 'test', name: 'みほんポイント' },
    config: { key: 'key-of-the-example' },
  });
  const method = { shopId, method: 'points', railAccountId, maxYen: 50_000, by: 'test' };
  await setShopMethod(world.core, method);
  const fee = { method: 'points', sameBank: null, fromYen: 1, toYen: null, feeYen: 60 };
  const effectiveFrom = Temporal.PlainDate.from('2020-01-02');
  const rules = [{ ...fee, fromYen: yen(1), feeYen: yen(60) }];
  await world.core.fees.add(shopId, { effectiveFrom, rules }, 'test');
}

async function link(): Promise<{ id: string; path: string }> {
  const made = await shop.instruct({
    more: { destination: { type: 'link', methods: ['points'] } },
  });
  expect(made.status, made.text).toBe(201);
  const { url } = (await shop.read(made.body.id)).link as { url: string };
  return { id: made.body.id, path: new URL(url).pathname };
}

test('from the link over the choice of the fifth method to paid', async () => {
  const { id, path } = await link();
  const who = visitor(world.url);
  const methods = await who.get(`${path}/methods`);
  expect(methods.html).toContain('みほんポイント');
  const entry = await who.submit(methods, { method: 'points' });
  const wrong = await who.submit(entry, { handle: 'ハナコ' });
  expect(wrong.status).toBe(422);
  const confirm = await who.submit(wrong, { handle: 'hanako' });
  expect(confirm.html).toContain('みほんポイントで受け取る');
  const status = await who.submit(confirm);
  expect(status.path).toContain('/status');
  await vi.waitFor(async () => expect(await points.books()).toHaveLength(1));
  points.settle(0);
  await shop.clock({ advance: 'PT2M' });
  await vi.waitFor(async () => expect((await shop.read(id)).status).toBe('paid'));
  const paid = await shop.read(id);
  expect(paid).toMatchObject({
    ...{ method: 'points', destination: { handle_ends: 'ko' } },
    fee: { amount: 60 },
  });
  expect((await who.get(`${path}/status`)).html).toContain('ポイントに加わりました');
});

test('refused there: the same link opens again, and the recipient mends it', async () => {
  const { id, path } = await link();
  const who = visitor(world.url);
  const entry = await who.get(`${path}/enter?method=points`);
  await who.submit(await who.submit(entry, { handle: 'fails_no_account' }));
  await vi.waitFor(async () => expect(await points.books()).toHaveLength(2));
  points.settle(0);
  await shop.clock({ advance: 'PT2M' });
  await vi.waitFor(async () => expect((await shop.read(id)).status).toBe('awaiting_recipient'));
  expect((await who.get(path)).html).toContain('お渡しできませんでした');
});
