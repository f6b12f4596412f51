// What goes to the database as a parameter comes back the same; one that starts is waited for.
import { type AddressInfo, connect, createServer } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { emptyTestDatabase, type TestDatabase } from '../../tests/database.ts';
import { type Database, openDatabase, untilReady } from './database.ts';

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

describe('a database that is not there', () => {
  const moved = (change: (url: URL) => void) => {
    const url = new URL(database.url);
    change(url);
    return openDatabase({ url: url.href });
  };

  test('is waited for, told once, and used when it comes', async () => {
    let isOpen = false;
    const door = createServer((client) => {
      client.on('error', () => {});
      if (!isOpen) return void client.destroy();
      const server = connect(Number(new URL(database.url).port), '127.0.0.1');
      server.on('error', () => {});
      client.pipe(server).pipe(client);
    });
    await new Promise<void>((resolve) => door.listen(0, '127.0.0.1', resolve));
    const late = moved((url) => {
      url.hostname = '127.0.0.1';
      url.port = `${(door.address() as AddressInfo).port}`;
    });
    const told: unknown[] = [];
    await untilReady(late, 10_000, (error) => {
      told.push(error);
      setTimeout(() => {
        isOpen = true;
      }, 600);
    });
    expect(told).toHaveLength(1);
    await late.close();
    await new Promise((resolve) => door.close(resolve));
  });

  test('is not waited for without end, and not where it refuses us', async () => {
    const nobody = moved((url) => {
      url.port = '1';
    });
    await expect(untilReady(nobody, 0, () => {})).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await nobody.close();
    const other = moved((url) => {
      url.pathname = '/no_such_database';
    });
    const isTold = () => expect.unreachable('a refusal is final');
    await expect(untilReady(other, 10_000, isTold)).rejects.toMatchObject({ code: '3D000' });
    await other.close();
  });
});
