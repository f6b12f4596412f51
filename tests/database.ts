// A database of its own for each test file, with all migrations applied, in some 50 ms:
//
//   const database = await testDatabase();            // beforeAll
//   const db = openDatabase({ url: database.url });
//   await db.close(); await database.drop();          // afterAll
//
// The server is one for the whole run (tests/global-setup.ts starts it, or KAWASE_TEST_DATABASE_URL
// or DATABASE_URL names one). Databases are cloned from a template named after the migrations'
// text.
import { createHash, randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { migrate, migrationsDir } from '../server/base/migrate.ts';

export interface TestDatabase {
  readonly url: string;
  /** Close the connections first: those still open are cut. */
  drop(): Promise<void>;
}

const advisoryLock = 6_390_418;

/** A fresh clone of the migrated template. */
export async function testDatabase(): Promise<TestDatabase> {
  const template = await ensureTemplate();
  return create(`template ${template}`);
}

/** A fresh database with nothing in it, for tests of the migrations themselves. */
export async function emptyTestDatabase(): Promise<TestDatabase> {
  return create('');
}

async function create(clause: string): Promise<TestDatabase> {
  const name = `kawase_test_${randomBytes(6).toString('hex')}`;
  await asAdmin((admin) => admin.query(`create database ${name} ${clause}`));
  return {
    url: urlTo(name),
    drop: () =>
      asAdmin((admin) => admin.query(`drop database ${name} with (force)`)).then(() => {}),
  };
}

/** The server the tests may make databases on. */
export function adminUrl(): string | undefined {
  return process.env.KAWASE_TEST_DATABASE_URL || process.env.DATABASE_URL || undefined;
}

function urlTo(database: string): string {
  const url = adminUrl();
  if (url === undefined) {
    throw new Error('no test server: run through vitest, or set KAWASE_TEST_DATABASE_URL');
  }
  const parsed = new URL(url);
  parsed.pathname = `/${database}`;
  return parsed.href;
}

async function asAdmin<T>(work: (admin: pg.Client) => Promise<T>): Promise<T> {
  const admin = new pg.Client({ connectionString: urlTo('postgres') });
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.end();
  }
}

/** Named after the text of the migrations, so a server that stays never serves an old schema. */
function templateName(): string {
  const hash = createHash('sha256');
  for (const name of fs.readdirSync(migrationsDir).sort()) {
    if (/^\d/.test(name)) hash.update(fs.readFileSync(path.join(migrationsDir, name)));
  }
  return `kawase_template_${hash.digest('hex').slice(0, 12)}`;
}

/** Makes the template where it is missing; of several processes at once, one makes it. */
export async function ensureTemplate(): Promise<string> {
  const name = templateName();
  await asAdmin(async (admin) => {
    const isThere = async () =>
      (await admin.query('select from pg_database where datname = $1', [name])).rowCount === 1;
    if (await isThere()) return;
    await admin.query('select pg_advisory_lock($1)', [advisoryLock]);
    if (await isThere()) return;
    const draft = `${name}_draft`;
    await admin.query(`drop database if exists ${draft} with (force)`);
    await admin.query(`create database ${draft}`);
    await migrate(urlTo(draft), migrationsDir);
    await admin.query(`alter database ${draft} allow_connections false`);
    await admin.query(`alter database ${draft} rename to ${name}`);
  });
  return name;
}

/** For the end of a run on a server that stays. */
export async function dropTemplate(): Promise<void> {
  const name = templateName();
  await asAdmin((admin) => admin.query(`drop database if exists ${name}`));
}
