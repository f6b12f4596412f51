// The hours in which the bank's books and Kawase's may differ, and the wait that outlasts them. A
// storm that looked into them by a count of days called it a loss.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startWorld, type World, type WorldShop } from '../world.ts';
import { disagreements } from './agreement.ts';
import { ahead, type CalmingShop, calmDown } from './calm.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

const calming = (shop: WorldShop, connector: 'file' | 'http'): CalmingShop => ({
  ...{ shopId: shop.shop.shopId, connector },
  advanceDay: async () => (await shop.clock({ advance: 'P1D' })).now,
  books: shop.books,
});

async function differences(shop: WorldShop): Promise<string[]> {
  const { railAccountId, keyText: key } = shop;
  const named = { name: 'shop', shopId: shop.shop.shopId, railAccountId, key };
  return disagreements(world.core.db, named, await shop.books());
}

const RETURNED_AFTER_TWO_DAYS = '9991025';

test('a return booked in the morning is told by the next statement, and waited for', async () => {
  const { db } = world.core;
  const shop = await world.openShop('file');
  await shop.jumpTo('2026-12-03T11:40:00+09:00');
  await shop.client.post('/v1/sandbox/deposits', { amount: 1_000_000 });
  const made = await shop.instruct({ accountNumber: RETURNED_AFTER_TWO_DAYS });
  // Thursday past its cut-off: leaves on Friday, is booked on Monday, comes back on Wednesday at
  // ten.
  for (let day = 0; day < 6; day++) await shop.clock({ advance: 'P1D' });
  expect((await shop.books()).payments[0]).toMatchObject({
    state: 'returned',
    returnedAt: expect.stringMatching(/^2026-12-09T10:00/),
  });
  expect((await shop.read(made.body.id)).status).toBe('paid');
  expect(await differences(shop)).toHaveLength(2);
  const file = calming(shop, 'file');
  expect(await ahead(db, file)).toEqual(['1 lines are in no statement yet']);
  expect(await calmDown(db, file)).toEqual([]);
  expect(await differences(shop)).toEqual([]);
  expect((await shop.read(made.body.id)).status).toBe('returned');
});

test('over the API the daily inquiry hears of it', async () => {
  const shop = await world.openShop('http');
  await shop.jumpTo('2026-12-03T11:40:00+09:00');
  await shop.client.post('/v1/sandbox/deposits', { amount: 1_000_000 });
  const made = await shop.instruct({ accountNumber: RETURNED_AFTER_TWO_DAYS });
  expect(await calmDown(world.core.db, calming(shop, 'http'))).toEqual([]);
  expect(await differences(shop)).toEqual([]);
  expect((await shop.read(made.body.id)).status).toBe('returned');
});
