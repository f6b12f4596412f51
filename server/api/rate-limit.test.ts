// The token bucket: burst, refill, one key apart from another; 429 over HTTP; and what it costs.
import { expect, test } from 'vitest';
import { startApiWorld } from '../../tests/api-world.ts';
import { createBuckets } from './rate-limit.ts';

test('a burst is let through, then the rate', () => {
  const buckets = createBuckets({ perSecond: 10, burst: 3 });
  const taken = (atMs: number, key = 'a') => buckets.take(key, atMs);
  expect([taken(0), taken(0), taken(0), taken(0)]).toEqual([2, 1, 0, -1]);
  expect(taken(50)).toBe(-1);
  expect(taken(100)).toBe(0);
  expect(taken(100)).toBe(-1);
  expect(taken(0, 'b')).toBe(2);
  expect(taken(10_000)).toBe(2);
});

test('it holds a bounded number of keys', () => {
  const buckets = createBuckets({ perSecond: 1, burst: 2 });
  for (let key = 0; key < 50_000; key++) buckets.take(`key ${key}`, 0);
  expect(buckets.take('key 0', 0)).toBe(1);
});

test('over HTTP: 429 with Retry-After, one key apart from another', async () => {
  const world = await startApiWorld(
    (api) => void api.get('/v1/x', { config: { scope: 'balance:read' } }, async () => ({})),
    { rateLimit: { perSecond: 0.01, burst: 2 } },
  );
  const statuses = [];
  for (let count = 0; count < 3; count++) statuses.push((await world.client.get('/v1/x')).status);
  expect(statuses).toEqual([200, 200, 429]);
  const answer = await world.client.get('/v1/x');
  expect(answer.body.code).toBe('rate_limited');
  expect(answer.headers.get('retry-after')).toBe('100');
  expect(answer.headers.get('ratelimit')).toBe('"default";r=0;t=200');
  expect((await world.otherClient.get('/v1/x')).status).toBe(200);
  await world.close();
});
