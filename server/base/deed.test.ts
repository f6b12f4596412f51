// Deeds against a real PostgreSQL: one after the other on a shop, all or nothing, in the shop's own
// time, with events numbered without gaps.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type TestDatabase, testDatabase } from '../../tests/database.ts';
import { startDatabaseProxy } from '../../tests/database-proxy.ts';
import { CommitUnknown, type Database, openDatabase } from './database.ts';
import { createDeeds, type Deeds, openHead, type Tx } from './deed.ts';
import { eventsAfter } from './events.ts';
import { uuidv7 } from './ids.ts';

let place: TestDatabase;
let db: Database;
let deeds: Deeds;
let shopId: string;
const hints: string[] = [];
const now = Temporal.Instant.from('2026-11-24T00:00:00Z');

beforeAll(async () => {
  place = await testDatabase();
  db = openDatabase({ url: place.url, maxConnections: 8 });
  deeds = createDeeds(db, () => now, {
    onWork: (id) => hints.push(`work ${id}`),
    onEvents: (id) => hints.push(`events ${id}`),
  });
});

beforeEach(async () => {
  shopId = uuidv7();
  hints.length = 0;
  await openHead(db, shopId);
});

afterAll(async () => {
  await db.close();
  await place.drop();
});

function tell(tx: Tx, type: string): void {
  tx.emit({ type, objectId: uuidv7(), objectSequence: 1, payload: '{}' });
}

test('deeds of a shop follow one another: no number twice, none left out', async () => {
  let inside = 0;
  const runs = Array.from({ length: 20 }, (_, index) =>
    deeds.run(shopId, async (tx) => {
      inside += 1;
      expect(inside).toBe(1);
      tell(tx, `e${index}`);
      tell(tx, `e${index}`);
      await tx.query('select pg_sleep(0.001)');
      inside -= 1;
    }),
  );
  await Promise.all(runs);
  const events = await eventsAfter(db, shopId, 0, 100);
  expect(events.map(({ seq }) => seq)).toEqual(Array.from({ length: 40 }, (_, i) => i + 1));
});

test('what throws leaves nothing: no event, no work, no number, no hint', async () => {
  const failing = deeds.run(shopId, async (tx) => {
    tell(tx, 'lost');
    tx.addWork({ kind: 'k', key: 'a', dueAt: tx.now, clock: 'shop' });
    throw new Error('no');
  });
  await expect(failing).rejects.toThrow('no');
  expect(hints).toEqual([]);
  await deeds.run(shopId, async (tx) => tell(tx, 'kept'));
  const events = await eventsAfter(db, shopId, 0, 100);
  expect(events.map(({ seq, type }) => [seq, type])).toEqual([[1, 'kept']]);
  expect(await db.query('select from work where shop_id = $1', [shopId])).toEqual([]);
});

test('a write alongside is waited for at the end; its failure undoes the deed', async () => {
  const add = 'insert into shop_head (shop_id) values ($1)';
  const other = uuidv7();
  const kept = deeds.run(shopId, async (tx) => tx.alongside(tx.run(add, [other])));
  await expect(kept).resolves.toBeUndefined();
  expect(await db.query('select from shop_head where shop_id = $1', [other])).toHaveLength(1);
  const failing = deeds.run(shopId, async (tx) => {
    tx.alongside(tx.run(add, [other]));
    tx.alongside(tx.run(add, [uuidv7()]));
    tell(tx, 'lost');
  });
  await expect(failing).rejects.toMatchObject({ code: '23505' });
  expect(await eventsAfter(db, shopId, 0, 100)).toEqual([]);
});

test('a write that comes after COMMIT is a bug, and does not happen', async () => {
  const other = uuidv7();
  let late: Promise<unknown> | undefined;
  await deeds.run(shopId, async (tx) => {
    late = new Promise((resolve) => setTimeout(resolve, 50)).then(() =>
      tx.run('insert into shop_head (shop_id) values ($1)', [other]),
    );
    late.catch(() => {});
  });
  await expect(late).rejects.toThrow('a statement after COMMIT');
  expect(await db.query('select from shop_head where shop_id = $1', [other])).toEqual([]);
});

test('hints come after the commit', async () => {
  await deeds.run(shopId, async (tx) => {
    tell(tx, 'a');
    tx.addWork({ kind: 'k', key: 'a', dueAt: tx.now, clock: 'shop' });
  });
  expect(hints).toEqual([`work ${shopId}`, `events ${shopId}`]);
});

test('now is the shop’s time, and its clock only goes forward', async () => {
  const set = 'update shop_head set clock_offset_ms = $2 where shop_id = $1';
  await db.run(set, [shopId, 86_400_000]);
  expect(`${await deeds.now(shopId)}`).toBe('2026-11-25T00:00:00Z');
  expect(`${await deeds.run(shopId, async (tx) => tx.now)}`).toBe('2026-11-25T00:00:00Z');
  await expect(db.run(set, [shopId, 1])).rejects.toThrow('only go forward');
});

test('a shop without a head has no deeds', async () => {
  await expect(deeds.run(uuidv7(), async () => {})).rejects.toThrow('has no head row');
  await expect(deeds.now(uuidv7())).rejects.toThrow('has no head row');
});

test('of pipelined statements the first error is thrown; a lost race is run again', async () => {
  const failing = deeds.run(shopId, async (tx) => {
    await Promise.all([
      tx.query('select 1 / 0').then((rows) => Promise.resolve(rows)),
      tx.query('select 1'),
    ]);
  });
  await expect(failing).rejects.toMatchObject({ code: '22012' });
  let tries = 0;
  await deeds.run(shopId, async (tx) => {
    tries += 1;
    if (tries > 2) return;
    const raise = `do $$ begin raise exception using errcode = '40001'; end $$`;
    await Promise.all([tx.query(raise).then(async (rows) => rows), tx.query('select 1')]);
  });
  expect(tries).toBe(3);
});

test.each(['before', 'after'] as const)('COMMIT cut %s it was done is told apart', async (when) => {
  const proxy = await startDatabaseProxy(place.url);
  const through = openDatabase({ url: proxy.url });
  try {
    proxy.cutAtCommit(when);
    const cut = createDeeds(through, () => now).run(shopId, async (tx) => tell(tx, 'a'));
    await expect(cut).rejects.toThrow(CommitUnknown);
  } finally {
    await through.close();
    await proxy.close();
  }
  expect(await eventsAfter(db, shopId, 0, 9)).toHaveLength(when === 'after' ? 1 : 0);
});
