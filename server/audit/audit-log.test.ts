// The audit log in PostgreSQL: chains that never fork, whoever writes at once, and rows that cannot be changed.
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestDatabase, testDatabase } from '../../tests/database.ts';
import { wallClock } from '../base/clock.ts';
import { type Database, openDatabase } from '../base/database.ts';
import { createDeeds } from '../base/deed.ts';
import { createMerchant, openShop } from '../merchants/open-shop.ts';
import { createAudit, exportLines, latestEntries, listEntries } from './audit-log.ts';
import { verifyLines } from './verify.ts';

let database: TestDatabase;
let db: Database;
let shopId: string;
const audit = createAudit();

beforeAll(async () => {
  database = await testDatabase();
  db = openDatabase({ url: database.url, maxConnections: 12 });
  const deps = { db, wall: wallClock, audit };
  const merchantId = await createMerchant(deps, { name: '見本商店', by: 'unei' });
  const open = { merchantId, name: '一号店', mode: 'test', by: 'unei' } as const;
  shopId = (await openShop(deps, open)).shopId;
});

afterAll(async () => {
  await db.close();
  await database.drop();
});

async function lines(chain: string | null | 'all'): Promise<string[]> {
  return Array.fromAsync(exportLines(db, chain));
}

test('deeds of the merchants leave their entries, and they verify', async () => {
  const found = await verifyLines(await lines('all'));
  expect(found).toMatchObject({ entryCount: 2, fault: null });
  const { entries } = await listEntries(db, shopId, { before: null, limit: 10 });
  expect(entries[0]).toMatchObject({
    action: 'shop.opened',
    actor: 'unei',
    subject: shopId,
    seq: 1,
  });
});

test('whatever data comes back from the database gives the same hash', async () => {
  const data = fc.dictionary(fc.string({ unit: 'binary' }), fc.anything());
  await fc.assert(
    fc.asyncProperty(data, fc.string({ unit: 'binary' }), async (given, text) => {
      const plain = JSON.parse(JSON.stringify(given, (_, each) => jsonable(each)) ?? '{}');
      const entry = { shopId: null, by: text, action: 'test', subject: text, data: plain };
      await db.transaction((tx) => audit(tx, entry));
    }),
    { numRuns: 60 },
  );
  expect((await verifyLines(await lines(null))).fault).toBeNull();
});

const jsonable = (value: unknown) => (typeof value === 'bigint' ? `${value}` : value);

test('writers at once, in deeds and outside, on shop and operator, make one chain each', async () => {
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
