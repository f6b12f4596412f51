// After a restore to an earlier point, with a bank that is spoken to by its API: dispatch is frozen
// until the bank has said what it was given since, forgotten payments are taken up by their codes,
// unknown ones wait for a person, and nothing is paid twice.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openOrphans } from '../../server/remittances/orphan-store.ts';
import { explainOrphan } from '../../server/remittances/recovery.ts';
import { openRestorableWorld, type RestorableWorld } from '../restorable-world.ts';

let world: RestorableWorld;

beforeEach(async () => {
  world = await openRestorableWorld('http');
  await world.shop.fund(1_000_000);
});

afterEach(() => world.close());

/** A transfer date that is days away. */
async function later(): Promise<string> {
  const { now } = (await world.shop.client.get<{ now: string }>('/v1/sandbox/clock')).body;
  return Temporal.PlainDate.from(now.slice(0, 10)).add({ days: 6 }).toString();
}

test('forgotten payments are taken up, and dispatch goes on by itself', async () => {
  const ids = [await world.send('1111111', 101), await world.send('2222222', 102)];
  const next = await world.send('3333333', 103, { scheduled_for: await later() });
  await world.backUp();
  await world.shop.clock({ to_next: 'cut_off' });
  await world.shop.clock({ advance: 'PT1H' });
  expect(await Promise.all(ids.map(world.statusOf))).toEqual(['paid', 'paid']);
  await world.restore();
  await world.reconciled();
  expect(await world.isFrozen()).toBe(false);
  expect(await Promise.all(ids.map(world.statusOf))).toEqual(['paid', 'paid']);
  expect(await world.statusOf(next)).toBe('scheduled');
  await world.shop.jumpTo(String((await world.shop.read(next)).cut_off_at));
  await world.shop.clock({ advance: 'PT2H' });
  expect(await world.statusOf(next)).toBe('paid');
  expect(await world.paidAmounts()).toEqual([101, 102, 103]);
  expect(await world.shop.balance()).toMatchObject({
    available: 999_694,
    reserved: 0,
    in_flight: 0,
  });
});

test('an unknown payment keeps dispatch frozen until a person has explained it', async () => {
  const known = await world.send('1111111', 101);
  const next = await world.send('3333333', 103, { scheduled_for: await later() });
  await world.backUp();
  await world.send('4444444', 104);
  await world.shop.clock({ to_next: 'cut_off' });
  await world.shop.clock({ advance: 'PT1H' });
  expect(await world.paidAmounts()).toEqual([101, 104]);
  await world.restore();
  await world.reconciled();
  expect(await world.isFrozen()).toBe(true);
  expect(await world.statusOf(known)).toBe('paid');
  const orphans = await openOrphans(world.server.core.db);
  expect(orphans).toMatchObject([{ state: 'paid', shopId: world.shop.shop.shopId }]);
  await world.shop.jumpTo(String((await world.shop.read(next)).cut_off_at));
  await world.shop.clock({ advance: 'PT1H' });
  expect(await world.statusOf(next)).toBe('scheduled');
  const canceled = await world.shop.client.post(`/v1/remittances/${next}/cancel`);
  expect([canceled.status, canceled.body.code]).toEqual([503, 'recovery_under_way']);
  expect(await explainOrphan(world.server.core.recovery, orphans[0]!, 'test', 'seen')).toBe(true);
  expect(await world.isFrozen()).toBe(false);
  await world.shop.clock({ to_next: 'cut_off' });
  await world.shop.clock({ advance: 'PT1H' });
  expect(await world.statusOf(next)).toBe('paid');
  expect(await world.paidAmounts()).toEqual([101, 103, 104]);
});

test('a later attempt than any remembered is taken up too', async () => {
  const ids = [await world.send('1111111', 101), await world.send('2222222', 102)];
  const bad = await world.send('9993001', 105);
  await world.backUp();
  await world.shop.clock({ to_next: 'cut_off' });
  await world.shop.clock({ advance: 'PT1H' });
  expect(await Promise.all([...ids, bad].map(world.statusOf))).toEqual(['paid', 'paid', 'failed']);
  await world.restore();
  await world.reconciled();
  expect(await world.isFrozen()).toBe(false);
  expect(await Promise.all(ids.map(world.statusOf))).toEqual(['paid', 'paid']);
  await world.shop.clock({ to_next: 'cut_off' });
  expect(await world.statusOf(bad)).toBe('failed');
  expect(await world.paidAmounts()).toEqual([101, 102]);
  expect(await world.shop.balance()).toMatchObject({
    available: 999_797,
    reserved: 0,
    in_flight: 0,
  });
});

test('handed over for a later day and still pending: results and returns come in', async () => {
  await world.shop.bankControl('PUT', '/settings', { settlesAt: '23:00', closesAt: '22:00' });
  const ids = [
    await world.send('1111111', 101),
    await world.send('9991011', 102),
    await world.send('9990001', 103),
  ];
  await world.backUp();
  await world.shop.clock({ to_next: 'cut_off' });
  expect(await Promise.all(ids.map(world.statusOf))).toEqual(Array(3).fill('processing'));
  await world.restore();
  await world.reconciled();
  expect(await Promise.all(ids.map(world.statusOf))).toEqual(Array(3).fill('processing'));
  for (let day = 0; day < 12 && (await world.statusOf(ids[1]!)) !== 'returned'; day++) {
    await world.shop.clock({ advance: 'P1D' });
  }
  expect(await Promise.all(ids.map(world.statusOf))).toEqual(['paid', 'returned', 'failed']);
  expect(await world.paidAmounts()).toEqual([101]);
});

test('deposits since are heard of again, told by the bank once more', async () => {
  const deposit = (amount: number) => world.shop.client.post('/v1/sandbox/deposits', { amount });
  await deposit(2_000);
  await world.backUp();
  await deposit(3_000);
  await world.shop.clock({ advance: 'P9D' });
  expect(await world.shop.balance()).toMatchObject({ available: 1_005_000 });
  await world.restore();
  await world.reconciled();
  await expect
    .poll(async () => (await world.shop.balance()).available, { timeout: 5_000 })
    .toBe(1_005_000);
});

test('nothing happens where nothing was restored', async () => {
  await world.send('1111111', 101);
  await world.restart();
  expect(await world.isFrozen()).toBe(false);
  await world.reconciled();
});
