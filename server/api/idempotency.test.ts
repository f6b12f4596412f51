// Idempotency-Key over HTTP: done once, answered alike, refused for other content; two processes,
// crashes, expiry.
import Type from 'typebox';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { apiClient } from '../../tests/api-client.ts';
import { type ApiWorld, startApiWorld } from '../../tests/api-world.ts';
import type { Instant } from '../base/clock.ts';
import { Refusal } from '../base/refusal.ts';
import { createApi } from './app.ts';
import { claimKey, deleteExpiredKeys, selectAnswer } from './idempotency-store.ts';
import { createLog } from './log.ts';
import { createMetrics } from './metrics.ts';
import type { Api } from './resource.ts';
import { Strict } from './v1/schemas.ts';

let now: Instant = Temporal.Instant.from('2026-11-24T00:00:00Z');
let done = 0;
/** What the next handler does beside counting. */
let behave: () => Promise<void> = async () => {};

function registerCounter(api: Api): void {
  const schema = {
    body: Strict({ amount: Type.Integer() }),
    response: { 201: Strict({ count: Type.Integer(), name: Type.String() }) },
  };
  api.post('/v1/count', { config: { scope: 'accounts:write' }, schema }, async (_, reply) => {
    done++;
    await behave();
    reply.code(201);
    return { count: done, name: 'ヤマダ タロウ' };
  });
  const config = { scope: 'remittances:write', repeats: 'reference' } as const;
  api.post('/v1/by-reference', { config }, async () => ({ count: ++done }));
}

let world: ApiWorld;
let keyNumber = 0;

beforeAll(async () => {
  world = await startApiWorld(registerCounter, { wall: () => now });
});

afterAll(async () => {
  await world.close();
});

beforeEach(() => {
  done = 0;
  behave = async () => {};
  keyNumber++;
});

const count = (amount = 1, key = `key-${keyNumber}`, client = world.client) =>
  client.post('/v1/count', { amount }, { 'idempotency-key': key });

async function secondProcess(): Promise<{ api: Api; url: string }> {
  const api = createApi({
    ...world,
    log: createLog('silent'),
    logRequests: false,
    metrics: createMetrics([], { processMetrics: false }),
    metricsToken: null,
    version: '0.0.0',
    readiness: {},
    isShuttingDown: () => false,
    register: registerCounter,
  });
  return { api, url: await api.listen({ host: '127.0.0.1', port: 0 }) };
}

describe('Idempotency-Key', () => {
  test('a repeat gets the first answer and does nothing', async () => {
    const first = await count();
    const second = await count();
    expect([first.status, second.status, done]).toEqual([201, 201, 1]);
    expect(second.text).toBe(first.text);
    expect(first.headers.get('idempotent-replayed')).toBeNull();
    expect(second.headers.get('idempotent-replayed')).toBe('true');
  });

  test('without a key every request is done', async () => {
    await world.client.post('/v1/count', { amount: 1 });
    await world.client.post('/v1/count', { amount: 1 });
    expect(done).toBe(2);
  });

  test('other content under the same key is refused', async () => {
    await count(1);
    const other = await count(2);
    expect([other.status, other.body.code, done]).toEqual([422, 'idempotency_key_reused', 1]);
  });

  test('keys of different shops have nothing to do with each other', async () => {
    await count();
    const other = await count(2, `key-${keyNumber}`, world.otherClient);
    expect([other.status, done]).toEqual([201, 2]);
  });

  test('while the first is under way a second is told to wait', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const { promise: started, resolve: start } = Promise.withResolvers<void>();
    behave = async () => {
      start();
      await promise;
    };
    const first = count();
    await started;
    const second = await count();
    expect([second.status, second.body.code]).toEqual([409, 'idempotency_key_in_use']);
    expect(second.headers.get('retry-after')).toBe('1');
    resolve();
    expect((await first).status).toBe(201);
    expect([(await count()).status, done]).toEqual([201, 1]);
  });

  test('of many at once, in two processes, one is done', async () => {
    const { api, url } = await secondProcess();
    const key = `key-${keyNumber}`;
    const body = { amount: 1 };
    const authorization = await world.newKey(['*']);
    const clients = [world.client.withKey(authorization), apiClient(url, authorization)];
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, index) =>
        clients[index % 2]!.post('/v1/count', body, { 'idempotency-key': key }),
      ),
    );
    expect(done).toBe(1);
    expect(new Set(answers.map(({ status }) => status)).isSubsetOf(new Set([201, 409]))).toBe(true);
    await api.close();
  });

  test('a refusal is repeated, a fault is not: it may be tried again', async () => {
    behave = async () => {
      throw new Refusal('no_way', { ja: 'だめです。', en: 'No.' }, { status: 409 });
    };
    await count();
    behave = async () => {};
    const refused = await count();
    expect([refused.status, refused.body.code, done]).toEqual([409, 'no_way', 1]);
    expect(refused.headers.get('content-type')).toContain('application/problem+json');

    keyNumber++;
    behave = async () => {
      throw new Error('broken');
    };
    expect((await count()).status).toBe(500);
    behave = async () => {};
    expect([(await count()).status, done]).toEqual([201, 3]);
  });

  test('a faulty body takes no key', async () => {
    const faulty = await world.client.post('/v1/count', {}, { 'idempotency-key': `k${keyNumber}` });
    expect(faulty.status).toBe(422);
    expect((await count(1, `k${keyNumber}`)).status).toBe(201);
  });

  test.each(['', 'with space', 'x'.repeat(256)])(
    'a key of a wrong form is refused',
    async (key) => {
      const answer = await count(1, key);
      expect([answer.status, answer.body.code]).toEqual([400, 'idempotency_key_invalid']);
    },
  );

  test('instructions go by their reference', async () => {
    const headers = { 'idempotency-key': 'same' };
    await world.client.post('/v1/by-reference', {}, headers);
    await world.client.post('/v1/by-reference', {}, headers);
    expect(done).toBe(2);
  });

  test('the kept answer is ciphertext', async () => {
    await count();
    const rows = await world.db.query<{ body_sealed: Buffer }>(
      'select body_sealed from idempotency_key where shop_id = $1 and key = $2',
      [world.shop.shopId, `key-${keyNumber}`],
    );
    expect(rows[0]?.body_sealed.toString('utf8')).not.toContain('ヤマダ');
  });
});

describe('time', () => {
  test('a key whose process died is free for the same request after a minute', async () => {
    const key = `key-${keyNumber}`;
    await count();
    await world.db.run(
      `update idempotency_key set status = null, body_sealed = null
       where shop_id = $1 and key = $2`,
      [world.shop.shopId, key],
    );
    expect((await count()).status).toBe(409);
    now = now.add({ seconds: 61 });
    expect((await count(2)).status).toBe(422);
    expect([(await count()).status, done]).toEqual([201, 2]);
  });

  test('after a day the key is new again', async () => {
    await count();
    now = now.add({ hours: 24, seconds: 1 });
    const client = world.client.withKey(await world.newKey(['*']));
    expect([(await count(2, `key-${keyNumber}`, client)).status, done]).toEqual([201, 2]);
  });

  test('expired rows go, so many at a time', async () => {
    const { shopId } = world.liveShop;
    const fingerprint = Buffer.alloc(16);
    for (const [key, hours] of Object.entries({ a: 1, b: 2, c: 3, d: 9 })) {
      const expiresAt = now.add({ hours });
      await claimKey(world.db, shopId, { key, fingerprint, now, lockedUntil: now, expiresAt });
    }
    const later = now.add({ hours: 5 });
    expect(await deleteExpiredKeys(world.db, shopId, later, 2)).toBe(2);
    expect(await deleteExpiredKeys(world.db, shopId, later, 2)).toBe(1);
    expect(await deleteExpiredKeys(world.db, shopId, later, 2)).toBe(0);
    expect(await selectAnswer(world.db, shopId, 'd')).toBeDefined();
  });
});
