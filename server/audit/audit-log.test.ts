// The audit log in PostgreSQL: chains that never fork, whoever writes at once, and rows that cannot
// be changed.
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestDatabase, testDatabase } from '../../tests/database.ts';
import { wallClock } from '../base/clock.ts';
import { type Database, openDatabase } from '../base/database.ts';
import { createDeeds, openHead } from '../base/deed.ts';
import { createAudit, exportLines, latestEntries, listEntries } from './audit-log.ts';
import { verifyLines } from './verify.ts';

let database: TestDatabase;
let db: Database;
const shopId = '01900000-0000-7000-8000-000000000001';
const audit = createAudit();

beforeAll(async () => {
  database = await testDatabase();
  db = openDatabase({ url: database.url, maxConnections: 12 });
  await openHead(db, shopId);
});

afterAll(async () => {
  await db.close();
  await database.drop();
});

async function lines(chain: string | null | 'all'): Promise<string[]> {
  return Array.fromAsync(exportLines(db, chain));
}

test('the operator and each shop have a chain of their own, and they verify', async () => {
  await db.transaction((tx) =>
    audit(tx, { shopId: null, by: 'unei', action: 'merchant.created', subject: 'm', data: {} }),
  );
  await db.transaction((tx) =>
    audit(tx, { shopId, by: 'unei', action: 'shop.opened', subject: shopId, data: { n: 1 } }),
  );
  const found = await verifyLines(await lines('all'));
  expect(found).toMatchObject({ entryCount: 2, fault: null });
  const { entries } = await listEntries(db, shopId, { before: null, limit: 10 });
  expect(entries).toMatchObject([{ action: 'shop.opened', actor: 'unei', seq: 1 }]);
});

test('whatever data comes back from the database gives the same hash', async () => {
  const text = fc.string({ unit: 'binary' });
  const given = fc.sample(fc.tuple(fc.dictionary(text, fc.anything()), text), 200);
  await db.transaction(async (tx) => {
    for (const [data, by] of given) {
      const plain = JSON.parse(JSON.stringify(data, (_, each) => jsonable(each)));
      await audit(tx, { shopId: null, by, action: 'test', subject: by, data: plain });
    }
  });
  expect((await verifyLines(await lines(null))).fault).toBeNull();
});

const jsonable = (value: unknown) => (typeof value === 'bigint' ? `${value}` : value);

test('writers at once, in deeds and outside, make one chain each', async () => {
  const deeds = createDeeds(db, wallClock);
  const entry = (shop: string | null, n: number) => ({
    ...{ shopId: shop, by: 'unei', action: 'test', subject: `${n}` },
    data: { n },
  });
  const writers = Array.from({ length: 60 }, (_, n) => {
    if (n % 3 === 0) return deeds.run(shopId, (tx) => audit(tx, entry(shopId, n)));
    if (n % 3 === 1) return db.transaction((tx) => audit(tx, entry(null, n)));
    return deeds.run(shopId, async (tx) => {
      await audit(tx, entry(shopId, n));
      await audit(tx, entry(null, n));
    });
  });
  await Promise.all(writers);
  const found = await verifyLines(await lines('all'));
  expect(found.fault).toBeNull();
  const ofShop = await lines(shopId);
  expect(ofShop.filter((line) => line.includes('"action":"test"'))).toHaveLength(40);
});

test('what is rolled back leaves no entry and no hole', async () => {
  const before = (await lines(shopId)).length;
  const failing = db.transaction(async (tx) => {
    await audit(tx, { shopId, by: 'unei', action: 'test', subject: '', data: {} });
    throw new Error('the deed failed');
  });
  await expect(failing).rejects.toThrow('the deed failed');
  await db.transaction((tx) =>
    audit(tx, { shopId, by: 'unei', action: 'test', subject: '', data: {} }),
  );
  expect(await lines(shopId)).toHaveLength(before + 1);
  expect((await verifyLines(await lines(shopId))).fault).toBeNull();
});

test('pages go back to the first entry, each entry once', async () => {
  const seqs: number[] = [];
  let before: number | null = null;
  do {
    const page = await listEntries(db, shopId, { before, limit: 7 });
    seqs.push(...page.entries.map(({ seq }) => seq));
    before = page.nextBefore;
  } while (before !== null);
  expect(seqs).toEqual(Array.from({ length: seqs.length }, (_, index) => seqs.length - index));
  expect((await latestEntries(db, 5)).length).toBe(5);
});

test.each([
  `update audit_entry set actor = 'other'`,
  'delete from audit_entry where seq = 1',
  'truncate audit_entry',
  'update audit_head set seq = seq - 1',
  'delete from audit_head',
])('the database refuses: %s', async (sql) => {
  await expect(db.run(sql)).rejects.toThrow(/append-only|one entry at a time/);
});

test('a superuser who switches the triggers off is found out', async () => {
  await db.transaction(async (tx) => {
    await tx.run('alter table audit_entry disable trigger audit_entry_append_only');
    await tx.run(`update audit_entry set actor = 'other' where shop_id = $1 and seq = 2`, [shopId]);
    await tx.run('alter table audit_entry enable trigger audit_entry_append_only');
  });
  const { fault } = await verifyLines(await lines('all'));
  expect(fault).toMatchObject({ kind: 'altered', shopId, seq: 2 });
});
