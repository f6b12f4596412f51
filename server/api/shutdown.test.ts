// Going down: requests under way are answered, readiness goes first, a step that hangs is left at
// the deadline.
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { startApiWorld } from '../../tests/api-world.ts';
import { createLog } from './log.ts';
import { closeHttp, createShutdown, type Shutdown } from './shutdown.ts';

const log = createLog('silent');

async function startSlowWorld() {
  const handler = Promise.withResolvers<void>();
  const release = Promise.withResolvers<void>();
  let shutdown: Shutdown | undefined;
  const world = await startApiWorld(
    (api) =>
      void api.get('/v1/slow', { config: { scope: 'balance:read' } }, async () => {
        handler.resolve();
        await release.promise;
        return { done: true };
      }),
    { isShuttingDown: () => shutdown?.isShuttingDown() ?? false },
  );
  const begin = (deadlineMs: number, noticeMs = 0) => {
    const steps = [closeHttp(world.api, noticeMs)];
    shutdown = createShutdown({ steps, deadlineMs, log });
    return shutdown.begin('test');
  };
  return { world, begin, started: handler.promise, release: release.resolve };
}

test('a request under way is answered, new connections are not taken', async () => {
  const { world, begin, started, release } = await startSlowWorld();
  const slow = world.client.get('/v1/slow');
  await started;
  const down = begin(5000);
  await sleep(50);
  await expect(fetch(`${world.client.baseUrl}/healthz`)).rejects.toThrow();
  release();
  expect((await slow).body).toEqual({ done: true });
  expect(await down).toBe(true);
  await world.close();
});

test('balancers are told before the door closes', async () => {
  const { world, begin } = await startSlowWorld();
  const down = begin(5000, 100);
  const ready = await world.client.get('/readyz');
  expect([ready.status, ready.body.status]).toEqual([503, 'shutting_down']);
  expect(await down).toBe(true);
  await world.close();
});

test('what hangs is cut at the deadline, and said', async () => {
  const { world, begin, started, release } = await startSlowWorld();
  const slow = world.client.get('/v1/slow').catch((error: Error) => error);
  await started;
  expect(await begin(50)).toBe(false);
  expect(await slow).toBeInstanceOf(Error);
  release();
  await world.close();
});

test('steps run once, in order, and one that fails does not stop the next', async () => {
  const ran: string[] = [];
  const steps = ['a', 'b', 'c'].map((name) => ({
    name,
    run: async () => {
      ran.push(name);
      if (name === 'b') throw new Error('b is broken');
    },
  }));
  const shutdown = createShutdown({ steps, deadlineMs: 1000, log });
  expect(shutdown.isShuttingDown()).toBe(false);
  expect(await Promise.all([shutdown.begin('x'), shutdown.begin('y')])).toEqual([false, false]);
  expect(ran).toEqual(['a', 'b', 'c']);
  expect(shutdown.isShuttingDown()).toBe(true);
});
