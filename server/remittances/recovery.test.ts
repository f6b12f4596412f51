// Recovery by its parts, with a scripted rail; the whole of it with a bank:
// tests/stories/restore.
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  type DeedShop,
  type DeedWorld,
  findFaults,
  startDeedWorld,
} from '../../tests/deed-world.ts';
import { uuidv7 } from '../base/ids.ts';
import { dispatchDue } from './dispatch.ts';
import { dispatchCode } from './dispatch-code.ts';
import { openOrphans } from './orphan-store.ts';
import { explainOrphan, guardAgainstRestore, type RecoveryDeps } from './recovery.ts';

let world: DeedWorld;
let recovery: RecoveryDeps;
let shop: DeedShop;

beforeEach(async () => {
  world = await startDeedWorld();
  recovery = { ...world.core.recovery, remittances: world.deps };
  expect(await guardAgainstRestore(recovery)).toBe(false);
  shop = await world.openShop();
  await shop.fund(10_000);
});

afterEach(async () => {
  expect(await findFaults(shop)).toEqual([]);
  await world.close();
});

/** As if this database were a copy of the one it was. */
async function restored(): Promise<void> {
  await world.core.db.run(`update recovery_marker set identity = 'the one before'`);
  expect(await guardAgainstRestore(recovery)).toBe(true);
}

const isFrozen = async () =>
  (await world.core.db.query(`select from stop_switch where scope = 'recovery'`)).length > 0;

test('the same database again is no restore', async () => {
  expect(await guardAgainstRestore(recovery)).toBe(false);
  expect(await isFrozen()).toBe(false);
});

test('what was ready to be called and reached the rail is not called', async () => {
  const id = await shop.scheduled();
  world.moveTo('2026-11-24T09:00');
  await dispatchDue(world.deps, { shopId: shop.shop.shopId } as never);
  const [attempt] = await shop.rows<{ dispatch_code: string }>(
    'select dispatch_code from attempt where shop_id = $1',
  );
  world.rail.say(attempt!.dispatch_code, 'paid', { railReference: 'r1' });
  await restored();
  await shop.work();
  expect(world.rail.submitted).toEqual([]);
  expect((await shop.remittance(id)).status).toBe('paid');
});

test('what never reached it is called once dispatch goes on', async () => {
  await shop.scheduled();
  world.moveTo('2026-11-24T09:00');
  await dispatchDue(world.deps, { shopId: shop.shop.shopId } as never);
  await restored();
  await shop.work();
  expect(world.rail.submitted).toEqual([]);
  world.moveTo('2026-11-24T09:06');
  await shop.work();
  expect(await isFrozen()).toBe(false);
  world.moveTo('2026-11-24T09:12');
  await shop.work();
  expect(world.rail.submitted).toHaveLength(1);
});

test('dispatch goes on only when every rail has answered, whichever is last', async () => {
  const other = await world.openShop();
  await shop.scheduled();
  await restored();
  world.moveTo('2026-11-24T09:00');
  await shop.work();
  expect(await isFrozen()).toBe(true);
  expect(world.rail.submitted).toEqual([]);
  await other.work();
  world.moveTo('2026-11-24T09:05');
  await shop.work();
  await other.work();
  expect(await isFrozen()).toBe(false);
  world.moveTo('2026-11-24T09:10');
  await shop.work();
  expect(world.rail.submitted).toHaveLength(1);
});

test('a payment that nothing explains is recorded once and waits for a person', async () => {
  const code = dispatchCode(shop.shop.number, uuidv7(), 1);
  const foreign = dispatchCode(999_999, uuidv7(), 1);
  for (const each of [code, foreign]) world.rail.say(each, 'paid', { railReference: each });
  await restored();
  await shop.work();
  await restored();
  await shop.work();
  const orphans = await openOrphans(world.core.db);
  expect(orphans.map(({ dispatchCode: each }) => each).sort()).toEqual([code, foreign].sort());
  expect(await explainOrphan(recovery, orphans[0]!, 'test', 'seen')).toBe(false);
  expect(await explainOrphan(recovery, orphans[1]!, 'test', 'seen')).toBe(true);
  expect(await isFrozen()).toBe(false);
});

test('without any rail there is nothing to wait for', async () => {
  const empty = { ...recovery, railAccounts: async () => [] };
  await world.core.db.run(`update recovery_marker set identity = 'the one before'`);
  await guardAgainstRestore(empty);
  expect(await isFrozen()).toBe(false);
});
