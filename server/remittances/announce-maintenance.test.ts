// Announced maintenance and unannounced outages through dispatch, dates and quotes.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  type DeedShop,
  type DeedWorld,
  findFaults,
  startDeedWorld,
} from '../../tests/deed-world.ts';
import { yen } from '../base/money.ts';
import { Refusal } from '../base/refusal.ts';
import {
  announceMaintenance,
  maintenanceAhead,
  withdrawMaintenance,
} from './announce-maintenance.ts';
import { dispatchDue } from './dispatch.ts';
import { quoteMany } from './quote.ts';
import { forgetRailState } from './rail-state.ts';

let world: DeedWorld;
let shop: DeedShop;

beforeAll(async () => {
  world = await startDeedWorld();
});

beforeEach(async () => {
  await world.reset();
  await world.core.db.run('delete from maintenance_window');
  await world.core.db.run('delete from rail_trouble');
  forgetRailState(world.core.db);
  shop = await world.openShop();
  await shop.fund(10_000);
});

afterEach(async () => {
  expect(await findFaults(shop)).toEqual([]);
  expect(world.errors).toEqual([]);
});

afterAll(() => world.close());

const at = (time: string) => Temporal.Instant.from(`2026-11-24T${time}+09:00`);

function announce(from: string, to: string, more: { railAccountId?: string } = {}) {
  const deps = { remittances: world.deps, audit: world.core.audit };
  const window = { rail: 'bank_transfer', railAccountId: null, note: '定期', by: 'tanto', ...more };
  return announceMaintenance(deps, { ...window, startsAt: at(from), endsAt: at(to) });
}

const dispatchAtOf = async (id: string) => (await shop.remittance(id)).dispatchAt?.toString();

async function quote() {
  const [answer] = await quoteMany(world.deps, shop.shop, [
    {
      ...{ method: 'bank_transfer', amountYen: yen(1_000), to: { bankCode: '0005' } },
      ...{ scheduledFor: null, holidayRule: 'next_business_day' },
    },
  ]);
  if (answer === undefined || answer instanceof Refusal) throw new Error('no quote');
  return answer;
}

describe('announced', () => {
  test('what was planned into it is planned anew, told, and handed over afterwards', async () => {
    const id = await shop.scheduled();
    expect(await dispatchAtOf(id)).toBe(at('09:00').toString());
    await announce('08:30', '10:00');
    await shop.work();
    expect(await dispatchAtOf(id)).toBe(at('14:30').toString());
    const events = await shop.rows<{ type: string }>(
      'select type from event where shop_id = $1 order by seq',
    );
    expect(events.map(({ type }) => type)).toContain('remittance.rescheduled');
    world.moveTo('2026-11-24T09:00');
    await shop.work();
    expect(world.rail.submitted).toEqual([]);
    world.moveTo('2026-11-24T14:30');
    await shop.work();
    expect(world.rail.submitted).toHaveLength(1);
  });

  test('dispatch holds to it by itself', async () => {
    const id = await shop.scheduled();
    await announce('08:30', '10:00');
    await world.core.db.run(`delete from work where kind = 'remittances.replan'`);
    world.moveTo('2026-11-24T09:00');
    await shop.work();
    expect(world.rail.submitted).toEqual([]);
    expect(await dispatchAtOf(id)).toBe(at('14:30').toString());
  });

  test('what was handed over waits before the call, and keeps its date if it can', async () => {
    const id = await shop.scheduled();
    world.moveTo('2026-11-24T09:00');
    const { shopId } = shop.shop;
    const work = { ...{ shopId, kind: 'remittances.dispatch', key: '', payload: null } };
    await dispatchDue(world.deps, {
      ...{ ...work, dueAt: at('09:00'), attempts: 1, version: 1, fence: 1 },
    });
    await announce('08:59', '10:00');
    await shop.work();
    expect((await shop.remittance(id)).status).toBe('processing');
    expect(world.rail.submitted).toEqual([]);
    world.moveTo('2026-11-24T10:00');
    await shop.work();
    expect(world.rail.submitted).toMatchObject([{ transferDate: { day: 24 } }]);
  });

  test('another contract of the rail goes on; withdrawn, nothing is closed', async () => {
    const other = await world.openShop();
    const id = await announce('08:30', '10:00', { railAccountId: other.railAccountId });
    expect((await quote()).cut_off_at).toBe('2026-11-24T09:00:00.000+09:00');
    const wide = await announce('08:30', '10:00');
    expect((await quote()).cut_off_at).toBe('2026-11-24T14:30:00.000+09:00');
    expect(await maintenanceAhead(world.deps)).toHaveLength(2);
    const deps = { remittances: world.deps, audit: world.core.audit };
    for (const each of [id, wide]) await withdrawMaintenance(deps, each, 'tanto');
    await expect(withdrawMaintenance(deps, wide, 'tanto')).rejects.toMatchObject({ status: 404 });
    expect(await maintenanceAhead(world.deps)).toEqual([]);
    expect((await quote()).cut_off_at).toBe('2026-11-24T09:00:00.000+09:00');
    const told = await world.core.db.query<{ action: string }>(
      `select action from audit_entry where subject = any($1) order by seq`,
      [[id, wide]],
    );
    expect(told.map(({ action }) => action.replace('maintenance.', ''))).toEqual([
      ...['announced', 'announced', 'withdrawn', 'withdrawn'],
    ]);
  });

  test('a quote says that the rail is down just now, and until when', async () => {
    world.moveTo('2026-11-24T08:40');
    await announce('08:30', '10:00');
    expect((await quote()).outage).toEqual({
      ...{ kind: 'maintenance', since: '2026-11-24T08:30:00.000+09:00' },
      until: '2026-11-24T10:00:00.000+09:00',
    });
  });
});

describe('unannounced', () => {
  test('a rail that does not answer is told of until it does', async () => {
    await shop.scheduled();
    expect((await quote()).outage).toBeNull();
    world.rail.onSubmit = async () => ({ kind: 'unknown', detail: 'silence' });
    world.moveTo('2026-11-24T09:00');
    await shop.work();
    expect((await quote()).outage).toEqual({
      ...{ kind: 'unannounced', since: '2026-11-24T09:00:00.000+09:00', until: null },
    });
    await shop.scheduled();
    world.rail.onSubmit = async () => ({ kind: 'accepted', railReference: 'one' });
    world.moveTo('2026-11-24T14:30');
    await shop.work();
    expect((await quote()).outage).toBeNull();
  });

  test('nobody asks it again: it counts as back after a while', async () => {
    await shop.scheduled();
    world.rail.onSubmit = async () => ({
      ...{ kind: 'rejected', reason: 'rail_unavailable', detail: 'refused', items: [] },
    });
    world.moveTo('2026-11-24T09:00');
    await shop.work();
    expect((await quote()).outage).toMatchObject({ kind: 'unannounced' });
    await world.core.db.run(`update rail_trouble set last_at = last_at - interval '16 minutes'`);
    forgetRailState(world.core.db);
    expect((await quote()).outage).toBeNull();
  });
});
