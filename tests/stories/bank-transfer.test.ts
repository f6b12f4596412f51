// Stories of bank transfers through the public API and the bank simulator: from the instruction to what came of it.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startWorld, type World, type WorldShop } from '../world.ts';

let world: World;

beforeAll(async () => {
  world = await startWorld();
});

afterAll(() => world.close());

describe.each(['http', 'file'] as const)('by %s', (connector) => {
  let shop: WorldShop;

  beforeAll(async () => {
    shop = await world.openShop(connector);
    await shop.fund(1_000_000);
  });

  test('instructed, handed over at the cut-off, paid', async () => {
    const made = await shop.instruct({ amount: 8_400 });
    expect(made.status, made.text).toBe(201);
    expect(made.body.status).toBe('scheduled');
    expect(await shop.balance()).toMatchObject({ available: 991_600, reserved: 8_400 });
    await shop.clock({ to_next: 'cut_off' });
    expect((await shop.read(made.body.id)).status).not.toBe('scheduled');
    await shop.clock({ advance: 'P5D' });
    const paid = await shop.read(made.body.id);
    expect(paid).toMatchObject({ status: 'paid' });
    console.log(paid);
  });
});
