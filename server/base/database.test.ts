// What goes to the database as a parameter comes back the same.
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { emptyTestDatabase, type TestDatabase } from '../../tests/database.ts';
import { type Database, openDatabase } from './database.ts';

let database: TestDatabase;
let db: Database;
beforeAll(async () => {
  database = await emptyTestDatabase();
  db = openDatabase({ url: database.url });
});
afterAll(async () => {
  await db.close();
  await database.drop();
});

async function sentBack(type: string, values: readonly unknown[]): Promise<unknown[]> {
  const rows = await db.query<{ value: unknown }>(
    `select value from unnest($1::${type}[]) with ordinality as n(value, place) order by place`,
    [values],
  );
  return rows.map((row) => row.value);
}

describe('arrays as parameters', () => {
  test('texts of any kind, and nothing', async () => {
    const text = fc.string({ unit: 'grapheme' }).filter((value) => !value.includes('\0'));
    const values = fc.array(fc.oneof(text, fc.constantFrom(null, 'null', '', '{', '"', '\\')));
    await fc.assert(
      fc.asyncProperty(values, async (list) => {
        expect(await sentBack('text', list)).toEqual(list);
      }),
      { numRuns: 50 },
    );
  });

  test('byte strings of any length, and nothing', async () => {
    const bytes = fc.uint8Array({ maxLength: 300 }).map((value) => Buffer.from(value));
    const values = fc.array(fc.option(bytes));
    await fc.assert(
      fc.asyncProperty(values, async (list) => {
        expect(await sentBack('bytea', list)).toEqual(list);
      }),
      { numRuns: 50 },
    );
  });

  test('whole numbers, dates and instants, alike or not', async () => {
    const numbers = [1, 1, null, -5, Number.MAX_SAFE_INTEGER];
    expect(await sentBack('bigint', numbers)).toEqual(numbers);
    const day = Temporal.PlainDate.from('2026-02-28');
    const days = [day, day, null, day.add({ days: 1 })];
    expect((await sentBack('date', days)).map(String)).toEqual(days.map(String));
    const at = Temporal.Instant.from('2026-02-28T15:00:00.123456Z');
    const instants = [at, at, null, at.add({ hours: 1 })];
    expect((await sentBack('timestamptz', instants)).map(String)).toEqual(instants.map(String));
  });
});
