// Events: found by object, by number, by time, by public id; pages that end.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestDatabase, testDatabase } from '../../tests/database.ts';
import { type Database, openDatabase } from './database.ts';
import { createDeeds, openHead } from './deed.ts';
import { eventById, eventsAfter, eventsBySeq, eventsOf } from './events.ts';
import { uuidv7 } from './ids.ts';

let place: TestDatabase;
let db: Database;
const [shopId, otherShop] = [uuidv7(), uuidv7()];
const [one, other] = [uuidv7(), uuidv7()];
const now = Temporal.Instant.from('2026-11-24T00:00:00Z');
const reportedAt = Temporal.Instant.from('2026-11-23T00:00:00Z');

beforeAll(async () => {
  place = await testDatabase();
  db = openDatabase({ url: place.url });
  const deeds = createDeeds(db, () => now);
  for (const id of [shopId, otherShop]) await openHead(db, id);
  await deeds.run(shopId, async (tx) => {
    const payload = JSON.stringify({ name: '山田"\\' });
    tx.emit({ type: 'a', objectId: one, objectSequence: 1, payload });
    tx.emit({ type: 'b', objectId: other, objectSequence: 1, payload: '{}' });
    tx.emit({ type: 'c', objectId: one, objectSequence: 2, payload: '{}', at: reportedAt });
  });
});

afterAll(async () => {
  await db.close();
  await place.drop();
});

test('of one object, in its order, with its payload', async () => {
  const events = await eventsOf(db, shopId, one);
  expect(events.map(({ seq, type, objectSequence }) => [seq, type, objectSequence])).toEqual([
    [1, 'a', 1],
    [3, 'c', 2],
  ]);
  expect(events[0]!.payload).toEqual({ name: '山田"\\' });
  expect(events.map(({ at }) => `${at}`)).toEqual([`${now}`, `${reportedAt}`]);
});

test('after a number and by numbers', async () => {
  const types = (events: { type: string }[]) => events.map(({ type }) => type).sort();
  expect(types(await eventsAfter(db, shopId, 1, 10))).toEqual(['b', 'c']);
  expect(types(await eventsAfter(db, shopId, 0, 1))).toEqual(['a']);
  expect(types(await eventsBySeq(db, shopId, [1, 3, 9]))).toEqual(['a', 'c']);
});

test('by its public id, and for its own shop only', async () => {
  const [event] = await eventsAfter(db, shopId, 0, 1);
  expect(event!.id).toMatch(/^evt_[0-9a-z]{26}$/);
  expect(await eventById(db, shopId, event!.id)).toEqual(event);
  expect(await eventById(db, otherShop, event!.id)).toBeUndefined();
  expect(await eventById(db, shopId, 'evt_nonsense')).toBeUndefined();
});

test('the database refuses to change or remove one', async () => {
  const change = `update event set type = 'x' where shop_id = $1`;
  await expect(db.run(change, [shopId])).rejects.toThrow('append-only');
  const remove = 'delete from event where shop_id = $1';
  await expect(db.run(remove, [shopId])).rejects.toThrow('append-only');
});
