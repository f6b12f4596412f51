// The worker against a real PostgreSQL: nothing runs twice at once, nothing is lost with a killed
// worker, a fence shuts late workers out, shops take turns. A killed worker is one that claimed and
// never came back.
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type TestDatabase, testDatabase } from '../../tests/database.ts';
import { CommitUnknown, type Database, openDatabase } from './database.ts';
import { createDeeds, openHead } from './deed.ts';
import { uuidv7 } from './ids.ts';
import { type ClaimedWork, claimWork, finishWork } from './work.ts';
import { backoffMs, type WorkHandler } from './work-runner.ts';
import { createWorker, type Worker, type WorkerOptions } from './worker.ts';

let place: TestDatabase;
let db: Database;
let wallMs = Date.parse('2026-11-24T01:00:00Z');
const wall = () => Temporal.Instant.fromEpochMilliseconds(wallMs);
const workers: Worker[] = [];
const errors: unknown[] = [];

beforeAll(async () => {
  place = await testDatabase();
  db = openDatabase({ url: place.url, maxConnections: 8 });
});

afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.stop(1_000)));
  errors.length = 0;
});

afterAll(async () => {
  await db.close();
  await place.drop();
});

function worker(kind: string, handler: Partial<WorkHandler>, more: Partial<WorkerOptions> = {}) {
  const full = { leaseMs: 60_000, batch: 10, maxAttempts: 3, run: async () => 'done', ...handler };
  const made = createWorker({
    db,
    wall,
    handlers: { [kind]: full as WorkHandler },
    concurrency: 4,
    pollMs: 20,
    random: () => 0.5,
    onError: (error) => void errors.push(error),
    ...more,
  });
  workers.push(made);
  return made;
}

async function shopWith(kind: string, keys: readonly string[], dueInMs = 0): Promise<string> {
  const shopId = uuidv7();
  await openHead(db, shopId);
  await addWork(shopId, kind, keys, dueInMs);
  return shopId;
}

async function addWork(shopId: string, kind: string, keys: readonly string[], dueInMs = 0) {
  await createDeeds(db, wall).run(shopId, async (tx) => {
    const dueAt = tx.now.add({ milliseconds: dueInMs });
    for (const key of keys) tx.addWork({ kind, key, dueAt, clock: 'shop' });
  });
}

const rowsOf = (shopId: string) =>
  db.query<{ key: string; state: string; attempts: number; last_error: string | null }>(
    'select key, state, attempts, last_error from work where shop_id = $1 order by key',
    [shopId],
  );

const keysUpTo = (count: number) => Array.from({ length: count }, (_, index) => `k${index}`);

test('two workers at once run each piece of work exactly once', async () => {
  const shops = await Promise.all([1, 2, 3].map(() => shopWith('both', keysUpTo(60))));
  const underWay = new Set<string>();
  const ran = new Map<string, number>();
  const run = async (work: ClaimedWork) => {
    const id = `${work.shopId}/${work.key}`;
    expect(underWay.has(id)).toBe(false);
    underWay.add(id);
    await new Promise((resolve) => setTimeout(resolve, 2));
    underWay.delete(id);
    ran.set(id, (ran.get(id) ?? 0) + 1);
    return 'done' as const;
  };
  const both = [worker('both', { run }), worker('both', { run })];
  for (const each of both) each.start();
  for (const shopId of shops) both[0]!.nudge(shopId);
  await expect.poll(() => ran.size, { timeout: 10_000 }).toBe(180);
  await Promise.all(both.map((each) => each.stop(1_000)));
  expect([...ran.values()].every((count) => count === 1)).toBe(true);
  expect(errors).toEqual([]);
  for (const shopId of shops) expect(await rowsOf(shopId)).toEqual([]);
});

test('work of a killed worker goes to another; the late one is fenced off', async () => {
  const shopId = await shopWith('killed', ['a']);
  const claim = { kinds: ['killed'], wallNow: wall(), leaseMs: 5_000, limit: 10 };
  const [late] = await claimWork(db, shopId, claim);
  const seen: ClaimedWork[] = [];
  const run = async (work: ClaimedWork) => {
    seen.push(work);
    // The late worker wakes up in the middle: its answer counts for nothing.
    await finishWork(db, late!);
    expect(await rowsOf(shopId)).toHaveLength(1);
    return 'done' as const;
  };
  const other = worker('killed', { run });
  expect(await other.drainShop(shopId)).toBe(0);
  wallMs += 5_001;
  expect(await other.drainShop(shopId)).toBe(1);
  expect(seen.map((work) => [work.fence, work.attempts])).toEqual([[late!.fence + 1, 2]]);
  expect(await rowsOf(shopId)).toEqual([]);
});

test('leases of long work are renewed, so nobody takes it over', async () => {
  const shopId = await shopWith('long', ['a']);
  let runs = 0;
  const real = () => Temporal.Now.instant().add({ hours: 24 * 365 });
  const run = async () => {
    runs += 1;
    await new Promise((resolve) => setTimeout(resolve, 400));
    return 'done' as const;
  };
  const both = [1, 2].map(() => worker('long', { run, leaseMs: 120 }, { wall: real }));
  for (const each of both) each.start();
  await expect.poll(() => rowsOf(shopId), { timeout: 5_000 }).toEqual([]);
  expect(runs).toBe(1);
});

test('a handler whose claim was taken over is told so', async () => {
  const shopId = await shopWith('lost', ['a']);
  let wasAborted = false;
  const run = async (_: ClaimedWork, signal: AbortSignal) => {
    await db.run('update work set fence = fence + 1 where shop_id = $1', [shopId]);
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
    wasAborted = true;
    return 'done' as const;
  };
  expect(await worker('lost', { run, leaseMs: 100 }).drainShop(shopId)).toBe(1);
  expect(wasAborted).toBe(true);
  expect(await rowsOf(shopId)).toHaveLength(1);
});

test('a claim of our own that ran out and was claimed again goes on once', async () => {
  const shopId = await shopWith('stalled', ['a']);
  let runs = 0;
  const { promise: wake, resolve } = Promise.withResolvers<void>();
  const run = async () => {
    runs += 1;
    await wake;
    return 'done' as const;
  };
  const one = worker('stalled', { run });
  one.start();
  await expect.poll(() => runs).toBe(1);
  wallMs += 60_001;
  const drained = one.drainShop(shopId);
  setTimeout(resolve, 50);
  await drained;
  expect(runs).toBe(1);
  expect(await rowsOf(shopId)).toEqual([]);
});

test('errors back off 1 s, 2 s, 4 s … up to 5 min; dead after the last attempt', async () => {
  expect([1, 2, 3, 4, 20].map((attempts) => backoffMs(attempts, 1))).toEqual([
    1_000, 2_000, 4_000, 8_000, 300_000,
  ]);
  expect(backoffMs(1, 0)).toBe(500);
  const shopId = await shopWith('fails', ['a']);
  const run = async () => {
    throw new Error('the rail is down');
  };
  const one = worker('fails', { run });
  expect(await one.drainShop(shopId)).toBe(1);
  expect(await one.drainShop(shopId)).toBe(0);
  wallMs += 750;
  expect(await one.drainShop(shopId)).toBe(1);
  wallMs += 1_500;
  expect(await one.drainShop(shopId)).toBe(1);
  const [row] = await rowsOf(shopId);
  expect(row).toMatchObject({ state: 'dead', attempts: 3, last_error: 'Error: the rail is down' });
  expect(errors).toHaveLength(3);
});

test('work that kills its process every time is set aside', async () => {
  const shopId = await shopWith('poison', ['a']);
  for (let attempt = 1; attempt <= 3; attempt++) {
    await claimWork(db, shopId, { kinds: ['poison'], wallNow: wall(), leaseMs: 1_000, limit: 1 });
    wallMs += 1_001;
  }
  let runs = 0;
  const run = async () => {
    runs += 1;
    return 'done' as const;
  };
  await worker('poison', { run }).drainShop(shopId);
  expect(runs).toBe(0);
  expect((await rowsOf(shopId))[0]).toMatchObject({ state: 'dead' });
});

test('an unknown commit is done again after the lease, however often', async () => {
  const shopId = await shopWith('unknown', ['a']);
  let runs = 0;
  const run = async () => {
    runs += 1;
    if (runs <= 5) throw new CommitUnknown(new Error('cut'));
    return 'done' as const;
  };
  const one = worker('unknown', { run, maxAttempts: Number.POSITIVE_INFINITY });
  for (let attempt = 0; attempt < 6; attempt++) {
    expect(await one.drainShop(shopId)).toBe(1);
    wallMs += 60_001;
  }
  expect(await rowsOf(shopId)).toEqual([]);
});

test('work asked for while it runs is run again; postponed work waits', async () => {
  const shopId = await shopWith('again', ['a']);
  let runs = 0;
  const run = async (work: ClaimedWork) => {
    runs += 1;
    if (runs === 1) await addWork(shopId, 'again', ['a']);
    if (runs === 2) return { again: work.dueAt.add({ hours: 1 }) };
    return 'done' as const;
  };
  const one = worker('again', { run });
  expect(await one.drainShop(shopId)).toBe(2);
  // The sandbox clock brings the shop, and only this shop, to the hour.
  await db.run('update shop_head set clock_offset_ms = 3600000 where shop_id = $1', [shopId]);
  expect(await one.drainShop(shopId)).toBe(1);
  expect(await rowsOf(shopId)).toEqual([]);
});

test('a shop with much work does not keep another waiting', async () => {
  const big = await shopWith('fair', keysUpTo(200), -1_000);
  const small = await shopWith('fair', ['only']);
  const order: string[] = [];
  const run = async (work: ClaimedWork) => {
    order.push(work.shopId);
    await new Promise((resolve) => setTimeout(resolve, 1));
    return 'done' as const;
  };
  worker('fair', { run, batch: 100 }).start();
  await expect.poll(() => order.length, { timeout: 10_000 }).toBe(201);
  expect(order.indexOf(small)).toBeLessThan(20);
  expect(await rowsOf(big)).toEqual([]);
});

test('slow work of a shop holds up neither its other kinds nor more of its own', async () => {
  const shopId = await shopWith('slow', ['a']);
  await addWork(shopId, 'quick', ['b']);
  const { promise: wake, resolve } = Promise.withResolvers<void>();
  const ran: string[] = [];
  const handler = {
    ...{ leaseMs: 60_000, batch: 2, maxAttempts: 3 },
    async run(work: ClaimedWork) {
      if (work.key === 'a') await wake;
      ran.push(work.key);
      return 'done' as const;
    },
  };
  const handlers = { slow: handler, quick: { ...handler, batch: 1 } };
  worker('slow', {}, { handlers }).start();
  await expect.poll(() => ran).toEqual(['b']);
  await addWork(shopId, 'quick', ['c']);
  await addWork(shopId, 'slow', ['d']);
  await expect.poll(() => ran.toSorted()).toEqual(['b', 'c', 'd']);
  resolve();
  await expect.poll(() => rowsOf(shopId)).toEqual([]);
});

test('stop ends what runs, gives back what waits, and claims nothing more', async () => {
  const shopId = await shopWith('stop', keysUpTo(8));
  let ended = 0;
  const { promise: begun, resolve } = Promise.withResolvers<void>();
  const run = async () => {
    resolve();
    await new Promise((wake) => setTimeout(wake, 50));
    ended += 1;
    return 'done' as const;
  };
  const one = worker('stop', { run });
  one.start();
  await begun;
  await one.stop(2_000);
  expect(ended).toBe(2);
  const free = { kinds: ['stop'], wallNow: wall(), leaseMs: 1_000, limit: 10 };
  expect(await claimWork(db, shopId, free)).toHaveLength(6);
});

test('stop aborts what outlasts the deadline', async () => {
  const shopId = await shopWith('endless', ['a']);
  const run = (_: ClaimedWork, signal: AbortSignal) =>
    new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(new Error('aborted')));
    });
  const one = worker('endless', { run });
  void one.drainShop(shopId);
  await expect.poll(async () => (await rowsOf(shopId))[0]?.attempts).toBe(1);
  await one.stop(10);
  // Neither failed nor done: the lease runs out and another does it.
  expect((await rowsOf(shopId))[0]).toMatchObject({ state: 'ready', last_error: null });
});
