// Canceling, holding, releasing, stop switches, and waiting for funds.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  type DeedShop,
  type DeedWorld,
  findFaults,
  startDeedWorld,
} from '../../tests/deed-world.ts';
import { uuidv7 } from '../base/ids.ts';
import { yen } from '../base/money.ts';
import { clearStop, setStop } from '../merchants/stop.ts';
import { cancel } from './cancel.ts';
import { dispatchDue } from './dispatch.ts';
import { hold, release } from './hold.ts';

let world: DeedWorld;
let shop: DeedShop;

beforeAll(async () => {
  world = await startDeedWorld();
});

beforeEach(async () => {
  await world.reset();
  shop = await world.openShop({ queuesWithoutFunds: true });
  await shop.fund(10_000);
});

afterEach(async () => {
  expect(await findFaults(shop)).toEqual([]);
  expect(world.errors).toEqual([]);
});

afterAll(() => world.close());

const statusOf = async (id: string) => (await shop.remittance(id)).status;
const typesOf = async (id: string) =>
  (
    await shop.rows<{ type: string }>(
      'select type from event where shop_id = $1 and object_id = $2 order by object_sequence',
      [id],
    )
  ).map(({ type }) => type.replace('remittance.', ''));

describe('cancel', () => {
  test('gives the money back, once', async () => {
    const id = await shop.scheduled(3_000);
    await cancel(world.deps, shop.shop.shopId, id);
    expect(await shop.balances()).toEqual({ available: 10_000, cash: -10_000 });
    expect((await cancel(world.deps, shop.shop.shopId, id)).status).toBe('canceled');
    expect(await typesOf(id)).toEqual(['scheduled', 'canceled']);
    world.moveTo('2026-11-24T09:00');
    await shop.work();
    expect(world.rail.submitted).toEqual([]);
  });

  test('five at once: one does it', async () => {
    const id = await shop.scheduled(3_000);
    const calls = Array.from({ length: 5 }, () => cancel(world.deps, shop.shop.shopId, id));
    expect((await Promise.all(calls)).map(({ status }) => status)).toEqual(
      Array(5).fill('canceled'),
    );
    expect(await typesOf(id)).toEqual(['scheduled', 'canceled']);
  });

  test('not once it is with the rail', async () => {
    const id = await shop.scheduled();
    world.moveTo('2026-11-24T09:00');
    await shop.work();
    const late = cancel(world.deps, shop.shop.shopId, id);
    await expect(late).rejects.toMatchObject({
      ...{ code: 'not_cancelable', status: 409, extra: { status: 'processing' } },
    });
  });

  test('not what another shop instructed, and not what nobody did', async () => {
    const other = await world.openShop();
    const id = await shop.scheduled();
    const foreign = cancel(world.deps, other.shop.shopId, id);
    await expect(foreign).rejects.toMatchObject({ code: 'remittance_not_found', status: 404 });
    const none = cancel(world.deps, shop.shop.shopId, uuidv7());
    await expect(none).rejects.toMatchObject({ code: 'remittance_not_found' });
  });

  test('not while a recovery is under way', async () => {
    const id = await shop.scheduled();
    const stop = { scope: 'recovery', target: '', by: 'test' } as const;
    await setStop(world.core, { ...stop, reason: 'restored' });
    const now = cancel(world.deps, shop.shop.shopId, id);
    await expect(now).rejects.toMatchObject({ code: 'recovery_under_way', status: 503 });
    await clearStop(world.core, stop);
    expect((await cancel(world.deps, shop.shop.shopId, id)).status).toBe('canceled');
  });
});

describe('hold', () => {
  const why = { reason: 'look_alike', by: 'test' } as const;

  test('keeps it back, and a release after the cut-off plans the next', async () => {
    const id = await shop.scheduled();
    const other = await shop.scheduled();
    await hold(world.deps, shop.shop.shopId, id, why);
    await hold(world.deps, shop.shop.shopId, id, why);
    world.moveTo('2026-11-24T09:00');
    await shop.work();
    expect([await statusOf(id), await statusOf(other)]).toEqual(['scheduled', 'processing']);
    world.moveTo('2026-11-24T10:00');
    await release(world.deps, shop.shop.shopId, id);
    expect(`${(await shop.remittance(id)).dispatchAt}`).toBe('2026-11-24T05:30:00Z');
    world.moveTo('2026-11-24T14:30');
    await shop.work();
    expect(await statusOf(id)).toBe('processing');
    expect(await typesOf(id)).toEqual([
      ...['scheduled', 'held', 'released', 'rescheduled', 'processing'],
    ]);
  });

  test('released in time, it goes as planned', async () => {
    const id = await shop.scheduled();
    await hold(world.deps, shop.shop.shopId, id, why);
    await release(world.deps, shop.shop.shopId, id);
    await release(world.deps, shop.shop.shopId, id);
    world.moveTo('2026-11-24T09:00');
    await shop.work();
    expect(await typesOf(id)).toEqual(['scheduled', 'held', 'released', 'processing']);
  });

  test('not once it is with the rail; canceled while held, it is free of it', async () => {
    const [id, held] = [await shop.scheduled(), await shop.scheduled()];
    await hold(world.deps, shop.shop.shopId, held, why);
    expect((await cancel(world.deps, shop.shop.shopId, held)).holdReason).toBeNull();
    world.moveTo('2026-11-24T09:00');
    await shop.work();
    const late = hold(world.deps, shop.shop.shopId, id, why);
    await expect(late).rejects.toMatchObject({ code: 'too_late_to_hold' });
  });
});

describe('stop switches', () => {
  test.each([
    ['all', (): string => ''],
    ['rail', (): string => 'bank_transfer'],
    ['shop', (): string => shop.shop.shopId],
  ] as const)('%s', async (scope, target) => {
    const id = await shop.scheduled();
    const stop = { scope, target: target(), by: 'test' };
    await setStop(world.core, { ...stop, reason: 'test' });
    world.moveTo('2026-11-24T09:00');
    await shop.work();
    expect(await statusOf(id)).toBe('scheduled');
    await clearStop(world.core, stop);
    world.moveTo('2026-11-24T09:06');
    await shop.work();
    expect(await statusOf(id)).toBe('processing');
    expect(world.rail.submitted).toHaveLength(1);
  });

  test('of another shop or rail stops nothing here', async () => {
    const id = await shop.scheduled();
    await setStop(world.core, { scope: 'shop', target: uuidv7(), reason: 'x', by: 'test' });
    await setStop(world.core, { scope: 'rail', target: 'au_pay', reason: 'x', by: 'test' });
    world.moveTo('2026-11-24T09:00');
    await shop.work();
    expect(await statusOf(id)).toBe('processing');
  });

  test('thrown between the cut-off and the call, it keeps the rail from being called', async () => {
    const id = await shop.scheduled();
    world.moveTo('2026-11-24T09:00');
    const shopId = shop.shop.shopId;
    // Dispatched by hand, so that the submission waits to be called.
    await dispatchDue(world.deps, { shopId } as never);
    const stop = { scope: 'all', target: '', by: 'test' } as const;
    await setStop(world.core, { ...stop, reason: 'test' });
    await shop.work();
    expect(await statusOf(id)).toBe('processing');
    expect(world.rail.submitted).toEqual([]);
  });
});

describe('waiting for funds', () => {
  const waiting = async (amount: number) => shop.scheduled(amount);

  test('in order, those that do not fit yet passed over', async () => {
    await shop.scheduled(10_000);
    const ids = [await waiting(500), await waiting(2_000), await waiting(400), await waiting(100)];
    await shop.fund(1_000);
    const shopId = shop.shop.shopId;
    await world.core.deeds.run(shopId, async (tx) =>
      tx.addWork({
        ...{ kind: 'remittances.release_waiting', key: '', dueAt: tx.now, clock: 'shop' },
      }),
    );
    await shop.work();
    expect(await Promise.all(ids.map(statusOf))).toEqual([
      ...['scheduled', 'awaiting_funds', 'scheduled', 'scheduled'],
    ]);
  });

  test('money that comes back starts what waits', async () => {
    const [canceled, failing] = [await shop.scheduled(6_000), await shop.scheduled(4_000)];
    const [first, second] = [await waiting(6_000), await waiting(4_000)];
    await cancel(world.deps, shop.shop.shopId, canceled);
    await shop.work();
    expect([await statusOf(first), await statusOf(second)]).toEqual([
      ...['scheduled', 'awaiting_funds'],
    ]);
    const accepts = world.rail.onSubmit;
    world.rail.onSubmit = async () => {
      world.rail.onSubmit = accepts;
      return { kind: 'rejected', reason: 'other', detail: 'no', items: [] };
    };
    world.moveTo('2026-11-24T09:00');
    await shop.work();
    expect(await statusOf(failing)).toBe('failed');
    expect(['scheduled', 'processing']).toContain(await statusOf(second));
  });

  test('more of them than one deed takes', async () => {
    shop = await world.openShop({ queuesWithoutFunds: true });
    const drafts = Array.from({ length: 2_100 }, () => shop.draft({ amountYen: yen(1) }));
    await shop.instruct(drafts);
    await shop.fund(2_050);
    const shopId = shop.shop.shopId;
    await world.core.deeds.run(shopId, async (tx) =>
      tx.addWork({
        ...{ kind: 'remittances.release_waiting', key: '', dueAt: tx.now, clock: 'shop' },
      }),
    );
    await shop.work();
    const all = await shop.all();
    expect(all.filter(({ status }) => status === 'scheduled')).toHaveLength(2_050);
    expect(all.slice(-50).every(({ status }) => status === 'awaiting_funds')).toBe(true);
  });

  test('given up after 92 days, each in its time', async () => {
    await shop.scheduled(10_000);
    const first = await waiting(500);
    world.moveTo('2026-11-25T08:00');
    const second = await waiting(500);
    world.moveTo('2027-02-24T08:00');
    await shop.work();
    expect([await statusOf(first), await statusOf(second)]).toEqual([
      ...['expired', 'awaiting_funds'],
    ]);
    expect((await shop.remittance(first)).statusReason).toBe('funds_not_received');
    world.moveTo('2027-02-25T08:00');
    await shop.work();
    expect(await statusOf(second)).toBe('expired');
  });
});
