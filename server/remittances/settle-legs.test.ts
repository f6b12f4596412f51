// Notes and coins settle apart: what was taken is no longer owed, what never is taken comes back,
// and repeats, late news and wrong order change nothing.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type DeedShop, type DeedWorld, startDeedWorld } from '../../tests/deed-world.ts';
import { reportOf } from '../../tests/scripted-rail.ts';
import { yen } from '../base/money.ts';
import type { PaymentReport } from '../rails/rail.ts';
import { attemptsOfRemittance } from './attempt-store.ts';
import { applyReports } from './settle.ts';

const AMOUNT = 8_400;
const NOTES = { receivedYen: yen(8_000) };

let world: DeedWorld;
let shop: DeedShop;
let id: string;
let code: string;

beforeAll(async () => {
  world = await startDeedWorld();
});

afterAll(() => world.close());

beforeEach(async () => {
  await world.reset();
  shop = await world.openShop();
  await shop.fund(10_000);
  id = await shop.scheduled(AMOUNT);
  world.moveTo('2026-11-24T09:00');
  await shop.work();
  const [attempt] = await attemptsOfRemittance(world.core.db, shop.shop.shopId, id);
  code = attempt!.dispatchCode;
});

const say = (state: PaymentReport['state'], more: Partial<PaymentReport> = {}) =>
  applyReports(
    world.deps,
    shop.shop.shopId,
    { name: 'bank_transfer', railAccountId: shop.railAccountId },
    [{ ...reportOf(code, state, more), basis: 'rail_result' }],
  );

const lies = async () => {
  const { available = 0, in_flight: _one, ...rest } = await shop.balances();
  const flight = Object.entries(rest).find(([name]) => name.startsWith('in_flight'))?.[1] ?? 0;
  return { available, inFlight: _one ?? flight };
};

describe('the notes are taken', () => {
  beforeEach(async () => {
    await say('receivable');
    expect(await say('receivable', NOTES)).toBe(1);
  });

  test('they are no longer owed, the coins still are', async () => {
    expect(await lies()).toEqual({ available: 1_600, inFlight: 400 });
    expect(await shop.remittance(id)).toMatchObject({ status: 'receivable', receivedYen: 8_000 });
  });

  test('told again, or told late that nothing was taken: nothing changes', async () => {
    expect(await say('receivable', NOTES)).toBe(0);
    expect(await say('receivable')).toBe(0);
    expect(await lies()).toEqual({ available: 1_600, inFlight: 400 });
  });

  test('then the coins: paid whole, the fee once', async () => {
    await say('paid');
    expect(await shop.remittance(id)).toMatchObject({ status: 'paid', receivedYen: AMOUNT });
    expect(await shop.balances()).toMatchObject({ fee_income: 150, available: 1_600 });
    expect(await lies()).toEqual({ available: 1_600, inFlight: 0 });
  });

  test.each([
    ['paid in part', 'paid', NOTES],
    ['expired', 'expired', {}],
  ] as const)('%s: paid with what was taken, the rest is available', async (_n, state, more) => {
    await say(state, more);
    expect(await shop.remittance(id)).toMatchObject({ status: 'paid', receivedYen: 8_000 });
    expect(await lies()).toEqual({ available: 2_000, inFlight: 0 });
  });
});

test('all of it is heard only when it is over', async () => {
  await say('paid', NOTES);
  expect(await shop.remittance(id)).toMatchObject({ status: 'paid', receivedYen: 8_000 });
  expect(await lies()).toEqual({ available: 2_000, inFlight: 0 });
});

test('the notes are the first that is heard', async () => {
  await say('receivable', NOTES);
  expect(await lies()).toEqual({ available: 1_600, inFlight: 400 });
  const events = await shop.rows<{ type: string }>(
    'select type from event where shop_id = $1 and object_id = $2 order by seq',
    [id],
  );
  expect(events.map(({ type }) => type.slice('remittance.'.length))).toEqual([
    ...['scheduled', 'processing', 'receivable', 'partly_received'],
  ]);
});
