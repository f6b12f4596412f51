// A process that dies while a file is sent, after any of its statements: the next one goes on, and
// everybody is paid once. And a whole file of 100,000 rows passes through little memory.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type DeedWorld, findFaults, startDeedWorld } from '../../tests/deed-world.ts';
import type { Database, Sql } from '../base/database.ts';
import { createDeeds } from '../base/deed.ts';
import { MAX_ROWS } from './file.ts';
import { readTable } from './readers/read-table.ts';
import { HEADER, lineOf, tableOf, uploaded } from './test-files.ts';
import { workOnFile } from './work-on-file.ts';

let world: DeedWorld;

beforeAll(async () => {
  world = await startDeedWorld();
});

afterAll(() => world.close());

class Killed extends Error {}

/** The database of a process that dies when it has made so many statements. */
function mortal(db: Database, after: number): { db: Database; died: () => boolean } {
  let left = after;
  const counted = (sql: Sql): Sql => ({
    query: async (text, values) => {
      if (left-- <= 0) throw new Killed();
      return sql.query(text, values);
    },
    run: async (text, values) => {
      if (left-- <= 0) throw new Killed();
      return sql.run(text, values);
    },
  });
  return {
    db: {
      ...db,
      ...counted(db),
      transaction: (run) =>
        db.transaction((tx) => {
          // Whoever is dead commits nothing.
          const commit = async () => {
            if (left <= 0) throw new Killed();
            await tx.commit();
          };
          return run({ ...counted(tx), commit });
        }),
    },
    died: () => left < 0,
  };
}

const LINES = [{ amount: 100 }, { amount: 100 }, { amount: 200, number: '7654321' }];

test('killed after any statement of the sending, everybody is paid once', async () => {
  let isThrough = false;
  let deaths = 0;
  for (let after = 0; !isThrough; after += 2) {
    const shop = await world.openShop();
    await shop.fund(10_000);
    const file = await uploaded(world, shop, tableOf(LINES), { lookAlikeDays: 0 });
    await file.submit(true);
    const { db, died } = mortal(world.deps.deeds.db, after);
    const deps = { ...world.deps, deeds: createDeeds(db, world.deps.deeds.wall) };
    const work = {
      ...{ shopId: file.of.shopId, kind: '', key: file.of.fileId, dueAt: world.now() },
      ...{ payload: null, attempts: 1, version: 1, fence: 1 },
    };
    await workOnFile(deps, work, new AbortController().signal).catch((error: unknown) => {
      if (!(error instanceof Killed)) throw error;
    });
    isThrough = !died();
    if (!isThrough) deaths += 1;
    await shop.work();
    expect(await file.states()).toEqual(['sent', 'sent', 'sent']);
    expect((await shop.all()).map(({ amountYen }) => amountYen).sort()).toEqual([100, 100, 200]);
    expect(await findFaults(shop)).toEqual([]);
  }
  expect(deaths).toBeGreaterThan(10);
});

test('100,000 rows are read in memory that does not grow with them', async () => {
  let rows = 0;
  let most = 0;
  const line = Buffer.from(`${lineOf({ reference: 'r', description: '返金'.repeat(40) })}\r\n`);
  const source = (async function* () {
    yield Buffer.from(`${HEADER}\r\n`);
    for (let at = 0; at < MAX_ROWS / 100; at++) yield Buffer.concat(Array(100).fill(line));
  })();
  const before = process.memoryUsage().heapUsed;
  for await (const _row of readTable({ format: 'csv', encoding: 'utf-8' }, source, '2026-11-24')) {
    rows += 1;
    if (rows % 5_000 === 0) most = Math.max(most, process.memoryUsage().heapUsed - before);
  }
  expect(rows).toBe(MAX_ROWS + 1);
  // The file has some 32 MB; what is not yet collected is all there is.
  expect(most).toBeLessThan(100_000_000);
});
