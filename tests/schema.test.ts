// The database's shape: schema.sql is what the migrations make, and every table can be spread over
// machines by shop (ARCHITECTURE.md, "Scaling out"): shop_id leads all keys of a shop's own tables.
import fs from 'node:fs';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { describeSchema, schemaFile } from '../scripts/schema.ts';
import { type TestDatabase, testDatabase } from './database.ts';

/** Tables that carry a shop_id but are copied to every machine, because they lead to the shop. */
const referenceTables: Readonly<Record<string, string>> = {
  link_code: 'a typed code is all that a recipient has; it names the shop',
  shop: 'the directory of shops; its number brings a payment home',
  virtual_account: 'resolves an account number at the bank to its shop',
};

/** Indexes of a shop's own tables that do not begin with shop_id. */
const indexesWithoutShop: Readonly<Record<string, string>> = {
  recipient_account_search: 'GIN holds the blind keys only; each shop has keys of its own',
  remittance_search: 'GIN holds the blind keys only; each shop has keys of its own',
};

let database: TestDatabase;
let client: pg.Client;

beforeAll(async () => {
  database = await testDatabase();
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
});

afterAll(async () => {
  await client.end();
  await database.drop();
});

async function names(sql: string): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(sql);
  return rows.map(({ name }) => name);
}

const tables = `
  select c.oid, c.relname, exists (
    select from pg_attribute a where a.attrelid = c.oid and a.attname = 'shop_id'
  ) and not c.relname = any (array['${Object.keys(referenceTables).join("','")}']) as of_shop
  from pg_class c
  where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')`;

/** Each index with its first column's name, null for an expression. */
const indexes = `
  select i.*, t.relname, t.of_shop, c.relname as name,
    (select attname from pg_attribute where attrelid = i.indrelid and attnum = i.indkey[0]) as first
  from pg_index i join (${tables}) t on t.oid = i.indrelid
  join pg_class c on c.oid = i.indexrelid`;

describe('the schema', () => {
  test('stands in migrations/schema.sql (else run `npm run schema`)', async () => {
    const { rows } = await client.query(`select current_setting('server_version_num')::int as n`);
    // Other versions word some definitions differently.
    if (Math.floor(rows[0].n / 10_000) !== 18) return;
    const written = fs.existsSync(schemaFile) ? fs.readFileSync(schemaFile, 'utf8') : '';
    expect(await describeSchema(client)).toBe(written);
  });

  test('is really looked at: tables of shops are found', async () => {
    const found = await names(`select relname as name from (${tables}) t where of_shop`);
    expect(found.length).toBeGreaterThan(10);
    expect(found).toContain('remittance');
  });

  test('gives every table a primary key', async () => {
    const without = await names(`select relname as name from (${tables}) t where not exists (
      select from pg_index where indrelid = t.oid and indisprimary)`);
    expect(without, 'add a primary key').toEqual([]);
  });

  test('lets shop_id lead every primary key and unique constraint of a shop’s table', async () => {
    const stray = await names(`select name from (${indexes}) i
      where of_shop and indisunique and first is distinct from 'shop_id'`);
    expect(stray, 'put shop_id first').toEqual([]);
  });

  test('lets shop_id lead every other index of a shop’s table, but for listed ones', async () => {
    const stray = await names(`select name from (${indexes}) i
      where of_shop and not indisunique and first is distinct from 'shop_id' order by 1`);
    expect(stray, 'put shop_id first, or list the index with its reason').toEqual(
      Object.keys(indexesWithoutShop).sort(),
    );
  });

  test('joins tables of shops by shop_id, and nothing else to them', async () => {
    const stray = await names(`
      select k.conname as name from pg_constraint k
      join (${tables}) here on here.oid = k.conrelid
      join (${tables}) there on there.oid = k.confrelid
      where k.contype = 'f' and there.of_shop and not (here.of_shop
        and exists (select from pg_attribute where attrelid = k.conrelid
          and attnum = k.conkey[1] and attname = 'shop_id')
        and exists (select from pg_attribute where attrelid = k.confrelid
          and attnum = k.confkey[1] and attname = 'shop_id'))`);
    expect(stray, 'begin the foreign key with shop_id on both sides').toEqual([]);
  });

  test('has no sequences: ids are made by the application', async () => {
    const sequences = await names(`select sequencename as name from pg_sequences
      where schemaname = 'public'`);
    const identities = await names(`select t.relname || '.' || a.attname as name
      from pg_attribute a join (${tables}) t on t.oid = a.attrelid where a.attidentity <> ''`);
    expect([...sequences, ...identities], 'use a UUIDv7 or a counter of the shop').toEqual([]);
  });

  test('lists only reference tables that exist', async () => {
    const found = await names(`select relname as name from (${tables}) t`);
    expect(found).toEqual(expect.arrayContaining(Object.keys(referenceTables)));
  });
});
