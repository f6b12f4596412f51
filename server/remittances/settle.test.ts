// What a rail reports becomes statuses, money, fees and events: once, in order, and against what is
// known only as a question for a person.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  type DeedShop,
  type DeedWorld,
  findFaults,
  startDeedWorld,
} from '../../tests/deed-world.ts';
import { reportOf } from '../../tests/scripted-rail.ts';
import type { PaymentReport } from '../rails/rail.ts';
import { openOrphans } from './orphan-store.ts';
import type { PaidBasis } from './remittance.ts';
import { applyReports } from './settle.ts';

let world: DeedWorld;
let shop: DeedShop;
let id: string;
let code: string;

beforeAll(async () => {
  world = await startDeedWorld();
});

beforeEach(async () => {
  await world.reset();
  shop = await world.openShop();
  await shop.fund(10_000);
  id = await shop.scheduled(4_000);
  world.moveTo('2026-11-24T09:00');
  await shop.work();
  code = world.rail.submitted[0]!.items[0]!.dispatchCode;
});

afterEach(async () => {
  expect(await findFaults(shop)).toEqual([]);
});

afterAll(() => world.close());

const apply = (reports: readonly PaymentReport[], basis: PaidBasis = 'rail_result') =>
  applyReports(
    world.deps,
    shop.shop.shopId,
    { name: 'bank_transfer', railAccountId: shop.railAccountId },
    reports.map((report) => ({ ...report, basis })),
  );
const say = (...states: PaymentReport['state'][]) =>
  apply(states.map((state) => reportOf(code, state, { reason: 'account_closed', detail: 'x' })));
const typesOf = async () =>
  (
    await shop.rows<{ type: string }>(
      'select type from event where shop_id = $1 and object_id = $2 order by object_sequence',
      [id],
    )
  ).map(({ type }) => type.replace('remittance.', ''));

const PAID = { available: 6_000, cash: -6_000, fees_receivable: -150, fee_income: 150 };

describe('paid', () => {
  test('ends the obligation and earns the fee', async () => {
    const at = Temporal.Instant.from('2026-11-23T23:59:00Z');
    expect(await apply([reportOf(code, 'paid', { at })])).toBe(1);
    const remittance = await shop.remittance(id);
    expect(remittance).toMatchObject({ status: 'paid', paidBasis: 'rail_result' });
    expect(`${remittance.paidAt}`).toBe(`${at}`);
    expect(await shop.balances()).toEqual(PAID);
  });

  test('twice, in one answer or two, is once', async () => {
    await say('paid', 'paid');
    expect(await say('paid')).toBe(0);
    expect(await shop.balances()).toEqual(PAID);
    expect(await typesOf()).toEqual(['scheduled', 'processing', 'paid']);
  });

  test('from five sides at once is once', async () => {
    await Promise.all(Array.from({ length: 5 }, () => say('paid')));
    expect(await shop.balances()).toEqual(PAID);
  });

  test('is not undone by a late “failed”, “pending” or “absent”', async () => {
    await say('paid');
    expect(await say('failed', 'pending', 'absent')).toBe(0);
    expect((await shop.remittance(id)).status).toBe('paid');
  });
});

describe('failed', () => {
  test('gives the money back with the reason, and no fee', async () => {
    await say('failed');
    expect(await shop.remittance(id)).toMatchObject({
      ...{ status: 'failed', statusReason: 'account_closed', statusDetail: 'x' },
    });
    expect(await shop.balances()).toEqual({ available: 10_000, cash: -10_000 });
  });

  test('then paid: the money stands, a person is asked', async () => {
    await say('failed');
    expect(await say('paid')).toBe(0);
    await say('returned');
    expect(await shop.balances()).toEqual({ available: 10_000, cash: -10_000 });
    const orphans = (await openOrphans(world.core.db)).filter((one) => one.dispatchCode === code);
    expect(orphans).toMatchObject([{ state: 'paid', shopId: shop.shop.shopId }]);
    expect(world.logged).toContain('contradiction');
  });
});

describe('returned', () => {
  test('days after it was paid: money back, the fee stays earned', async () => {
    await say('paid');
    world.moveTo('2026-11-27T10:00');
    await say('returned');
    expect(await say('returned', 'paid')).toBe(0);
    expect(await shop.remittance(id)).toMatchObject({
      ...{ status: 'returned', statusReason: 'account_closed' },
    });
    expect(await shop.balances()).toEqual({
      ...{ available: 10_000, cash: -10_000, fees_receivable: -150, fee_income: 150 },
    });
    expect(await typesOf()).toEqual(['scheduled', 'processing', 'paid', 'returned']);
  });

  test('heard first: it was paid before', async () => {
    await say('returned');
    expect(await typesOf()).toEqual(['scheduled', 'processing', 'paid', 'returned']);
  });

  test('paid and returned in one answer', async () => {
    await say('paid', 'returned');
    expect(await typesOf()).toEqual(['scheduled', 'processing', 'paid', 'returned']);
  });
});

describe('recall', () => {
  test('runs beside paid, and ends with the money or without', async () => {
    await say('paid');
    await say('recall_requested');
    await say('recall_requested');
    expect(await shop.remittance(id)).toMatchObject({ status: 'paid', recall: 'requested' });
    await say('recall_refused');
    expect(await shop.remittance(id)).toMatchObject({ status: 'paid', recall: 'refused' });
    expect(await typesOf()).toEqual([
      ...['scheduled', 'processing', 'paid', 'recall_requested', 'recall_refused'],
    ]);
  });

  test('only arrived money changes the status', async () => {
    await say('paid', 'recall_requested', 'recall_consented');
    expect(await shop.remittance(id)).toMatchObject({ status: 'paid', recall: 'consented' });
    await say('returned');
    expect(await shop.remittance(id)).toMatchObject({ status: 'returned', recall: 'returned' });
  });

  test('heard of before the payment was: it had been paid', async () => {
    await say('recall_requested');
    expect(await shop.remittance(id)).toMatchObject({ status: 'paid', recall: 'requested' });
    expect(await typesOf()).toEqual(['scheduled', 'processing', 'paid', 'recall_requested']);
  });
});

test('a code that nobody bears changes nothing', async () => {
  expect(await apply([reportOf('00000000000000000000', 'paid')])).toBe(0);
});

test('many at once, each by its own report', async () => {
  const ids = await Promise.all(Array.from({ length: 6 }, () => shop.scheduled(100)));
  world.moveTo('2026-11-24T14:30');
  await shop.work();
  const codes = world.rail.submitted[1]!.items.map(({ dispatchCode }) => dispatchCode);
  const states = ['paid', 'failed', 'returned', 'pending', 'recall_requested', 'absent'] as const;
  await apply(codes.map((each, index) => reportOf(each, states[index]!)));
  const found = await Promise.all(ids.sort().map((each) => shop.remittance(each)));
  expect(found.map(({ status }) => status)).toEqual([
    ...['paid', 'failed', 'returned', 'processing', 'paid', 'processing'],
  ]);
});

describe('a rail that confirms nothing', () => {
  test('paid after so many business days of silence, and a late return still counts', async () => {
    const silence = { kind: 'silence', businessDays: 3 } as const;
    world.rail.traitsNow = { ...world.rail.traitsNow, confirmation: silence };
    world.moveTo('2026-11-26T10:00');
    await shop.work();
    expect((await shop.remittance(id)).status).toBe('processing');
    world.moveTo('2026-11-27T10:00');
    await shop.work();
    expect(await shop.remittance(id)).toMatchObject({ status: 'paid', paidBasis: 'no_return' });
    world.rail.say(code, 'returned');
    world.moveTo('2026-11-30T10:00');
    await shop.work();
    expect((await shop.remittance(id)).status).toBe('returned');
  });
});

test('a return is looked for on fifteen business days, then no more', async () => {
  world.rail.say(code, 'paid');
  world.moveTo('2026-11-24T09:30');
  await shop.work();
  const due = () => shop.rows<{ due_at: string }>('select due_at from work where shop_id = $1');
  let days = 0;
  for (let [row] = await due(); row !== undefined; [row] = await due()) {
    days += 1;
    world.moveTo(`${row.due_at}`.replace('Z', '').replace('T01:00:00', 'T10:00:00'));
    await shop.work();
  }
  expect(days).toBe(15);
  expect(`${world.now()}`).toBe('2026-12-15T01:00:00Z');
});
