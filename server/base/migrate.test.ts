// The migration runner: order, once each, all or nothing, and its refusals.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { emptyTestDatabase, type TestDatabase } from '../../tests/database.ts';
import { migrate } from './migrate.ts';

let database: TestDatabase;
let dir: string;

beforeEach(async () => {
  dir = fs.mkdtempSync(path.join(os.tmpdir(), 'kawase-migrate-'));
  write('0001-first.sql', 'create table first (id int); create table also ();');
  write('0002-second.sql', 'insert into first values (1);');
  database = await emptyTestDatabase();
});

afterEach(async () => {
  fs.rmSync(dir, { recursive: true });
  await database.drop();
});

function write(name: string, sql: string): void {
  fs.writeFileSync(path.join(dir, name), sql);
}

async function rows(sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

describe('migrate', () => {
  test('applies each file once, in order, and only what is new the next time', async () => {
    expect(await migrate(database.url, dir)).toEqual(['0001-first.sql', '0002-second.sql']);
    write('0003-third.sql', 'insert into first values (2);');
    expect(await migrate(database.url, dir)).toEqual(['0003-third.sql']);
    expect(await migrate(database.url, dir)).toEqual([]);
    expect(await rows('select id from first order by id')).toEqual([{ id: 1 }, { id: 2 }]);
  });

  test('lets one of two processes do the work', async () => {
    const done = await Promise.all([migrate(database.url, dir), migrate(database.url, dir)]);
    expect(done.flat()).toEqual(['0001-first.sql', '0002-second.sql']);
  });

  test('leaves nothing of a failing file and keeps those before it', async () => {
    write('0003-broken.sql', 'create table third ();\n\nselect nonsense;');
    await expect(migrate(database.url, dir)).rejects.toThrow('0003-broken.sql:3 failed: column');
    expect(await rows('select name from schema_migration')).toHaveLength(2);
    expect(await rows(`select to_regclass('third') as third`)).toEqual([{ third: null }]);
  });

  test('refuses edited, missing, late-coming, twin and misnamed files', async () => {
    await migrate(database.url, dir);
    write('0002-second.sql', 'insert into first values (7);');
    await expect(migrate(database.url, dir)).rejects.toThrow('0002-second.sql was edited');
    fs.rmSync(path.join(dir, '0002-second.sql'));
    await expect(migrate(database.url, dir)).rejects.toThrow('does not know');
    write('0002-second.sql', 'insert into first values (1);');
    write('0001-b.sql', 'select 1;');
    await expect(migrate(database.url, dir)).rejects.toThrow('two migrations have the number 0001');
    fs.renameSync(path.join(dir, '0001-b.sql'), path.join(dir, '0000-b.sql'));
    await expect(migrate(database.url, dir)).rejects.toThrow('comes before 0002-second.sql');
    fs.renameSync(path.join(dir, '0000-b.sql'), path.join(dir, '3-b.sql'));
    await expect(migrate(database.url, dir)).rejects.toThrow('must be named like');
  });
});
