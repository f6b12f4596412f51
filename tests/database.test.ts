// The test databases themselves: migrated, apart from each other, gone after drop.
import pg from 'pg';
import { expect, test } from 'vitest';
import { testDatabase } from './database.ts';

async function query(url: string, sql: string): Promise<pg.QueryResultRow[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

test('each test database is a migrated clone of its own', async () => {
  const [one, two] = await Promise.all([testDatabase(), testDatabase()]);
  await query(one.url, 'create table only_here ()');
  expect(await query(two.url, `select to_regclass('only_here') as found`)).toEqual([
    { found: null },
  ]);
  const [applied] = await query(two.url, 'select count(*)::int as count from schema_migration');
  expect(applied?.count).toBeGreaterThan(0);
  await Promise.all([one.drop(), two.drop()]);
  await expect(query(one.url, 'select 1')).rejects.toThrow('does not exist');
});
