// Gauges of work over a real table, a source that fails, the token of /metrics; readiness.
import { expect, test } from 'vitest';
import { startApiWorld } from '../../tests/api-world.ts';
import { wallClock } from '../base/clock.ts';
import { writeWork } from '../base/work.ts';
import { workHealth } from '../base/work-health.ts';
import { laneGauge, workGauges } from './gauges.ts';
import { createMetrics } from './metrics.ts';

test('work is shown per kind, and a source that fails hides only itself', async () => {
  const world = await startApiWorld(() => {});
  const { shopId } = world.shop;
  const now = wallClock();
  const work = { kind: 'remittances.dispatch', dueAt: now, clock: 'wall' } as const;
  await writeWork(world.db, shopId, [
    { ...work, key: 'a', dueAt: now.subtract({ seconds: 90 }) },
    { ...work, key: 'b', dueAt: now.add({ seconds: 90 }) },
    { ...work, key: 'c', dueAt: now.subtract({ seconds: 200 }) },
  ]);
  await world.db.run("update work set state = 'dead' where shop_id = $1 and key = 'c'", [shopId]);
  const [health] = await workHealth(world.db, now);
  expect(health).toEqual({ kind: work.kind, dueCount: 1, oldestDueMs: 90_000, deadCount: 1 });

  const broken = { name: 'kawase_broken', help: 'x', read: () => Promise.reject(new Error('no')) };
  const sources = [...workGauges(() => workHealth(world.db, now)), laneGauge(() => 7), broken];
  const text = await createMetrics(sources, { processMetrics: false }).text();
  expect(text).toContain('kawase_work_due{kind="remittances.dispatch"} 1');
  expect(text).toContain('kawase_work_oldest_due_seconds{kind="remittances.dispatch"} 90');
  expect(text).toContain('kawase_work_dead{kind="remittances.dispatch"} 1');
  expect(text).toContain('kawase_lane_waiting 7');
  await world.close();
});

test('with a token, only the token opens /metrics', async () => {
  const world = await startApiWorld(() => {}, { metricsToken: 'open sesame' });
  const open = world.client.withKey(null);
  expect((await open.get('/metrics')).status).toBe(403);
  expect((await open.get('/metrics', { authorization: 'Bearer no' })).status).toBe(403);
  expect((await open.get('/metrics', { authorization: 'Bearer open sesame' })).status).toBe(200);
  await world.close();
});

test('readiness says what failed, and does not wait for ever', async () => {
  const readiness = {
    database: () => new Promise<void>(() => {}),
    migrations: () => Promise.reject(new Error('pending')),
  };
  const world = await startApiWorld(() => {}, { readiness });
  const answer = await world.client.withKey(null).get('/readyz');
  expect([answer.status, answer.body]).toEqual([
    503,
    { status: 'not_ready', checks: { database: 'failed', migrations: 'failed' } },
  ]);
  await world.close();
});
