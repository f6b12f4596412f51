// Brings a database to the schema of this checkout: plain SQL files `NNNN-name.sql`, in order, each
// in one transaction, recorded with the digest of its text. An applied file is never edited: what
// ran in production cannot be un-run, so a change is a new file.
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import type { Sql } from './database.ts';

interface Migration {
  readonly name: string;
  readonly sql: string;
  readonly sha256: string;
}

/** Any number, the same for all processes; held while migrating, so that one migrates at a time. */
const advisoryLock = 6_390_417;
const migrationsMax = 9_999;

/** `migrations` of this checkout. */
export const migrationsDir = path.resolve(import.meta.dirname, '..', '..', 'migrations');

/**
 * Applies what is missing and returns the names of the files applied now, in order. Throws, having
 * changed nothing, where an applied file was edited or is missing, or a new one comes too early.
 */
export async function migrate(url: string, dir: string = migrationsDir): Promise<string[]> {
  const migrations = readMigrations(dir);
  const client = new pg.Client({ connectionString: url, application_name: 'kawase migrate' });
  // The failing query below reports a lost connection; this keeps it from ending the process too.
  client.on('error', () => {});
  await client.connect();
  try {
    // Ends with the session, whatever happens to this process.
    await client.query('select pg_advisory_lock($1)', [advisoryLock]);
    await client.query(`create table if not exists schema_migration (
      name text primary key,
      sha256 text not null,
      applied_at timestamptz not null default now()
    )`);
    const { rows } = await client.query<{ name: string; sha256: string }>(
      'select name, sha256 from schema_migration order by name',
    );
    const missing = missingMigrations(migrations, rows);
    for (const migration of missing) await apply(client, migration);
    return missing.map(({ name }) => name);
  } finally {
    await client.end();
  }
}

/** Throws where the database lacks a migration of this checkout: for readiness. */
export async function requireMigrated(sql: Sql, dir: string = migrationsDir): Promise<void> {
  const rows = await sql.query<{ name: string; sha256: string }>(
    'select name, sha256 from schema_migration',
  );
  const missing = missingMigrations(readMigrations(dir), rows);
  if (missing.length > 0) throw new Error(`${missing.length} migrations are not applied`);
}

function readMigrations(dir: string): Migration[] {
  const names = fs.readdirSync(dir).filter((name) => /^\d.*\.sql$/.test(name));
  names.sort();
  if (names.length === 0) throw new Error(`no migrations in ${dir}`);
  if (names.length > migrationsMax) throw new Error(`too many migrations in ${dir}`);
  const numbers = new Set<string>();
  return names.map((name) => {
    const number = /^(\d{4})-[a-z0-9-]+\.sql$/.exec(name)?.[1];
    if (number === undefined) {
      throw new Error(`migration ${name} must be named like 0007-what-it-makes.sql`);
    }
    if (numbers.has(number)) throw new Error(`two migrations have the number ${number}`);
    numbers.add(number);
    const sql = fs.readFileSync(path.join(dir, name), 'utf8');
    return { name, sql, sha256: createHash('sha256').update(sql).digest('hex') };
  });
}

function missingMigrations(
  migrations: readonly Migration[],
  applied: readonly { name: string; sha256: string }[],
): Migration[] {
  const byName = new Map(migrations.map((migration) => [migration.name, migration]));
  for (const { name, sha256 } of applied) {
    const migration = byName.get(name);
    if (migration === undefined) {
      throw new Error(
        `the database has migration ${name}, which this version does not know: ` +
          'it was migrated by a newer version, so run that one',
      );
    }
    if (migration.sha256 !== sha256) {
      throw new Error(
        `migration ${name} was edited after it had been applied to this database: ` +
          'restore its text and put the change into a new file (or start a new database)',
      );
    }
    byName.delete(name);
  }
  const missing = [...byName.values()];
  const last = applied.at(-1)?.name ?? '';
  const early = missing.find(({ name }) => name < last);
  if (early !== undefined) {
    throw new Error(`migration ${early.name} comes before ${last}, which is applied: renumber it`);
  }
  return missing;
}

async function apply(client: pg.Client, { name, sql, sha256 }: Migration): Promise<void> {
  await client.query('begin');
  try {
    await client.query(sql);
    await client.query('insert into schema_migration (name, sha256) values ($1, $2)', [
      name,
      sha256,
    ]);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback').catch(() => {});
    const { position, message } = error as { position?: string; message: string };
    const line =
      position === undefined ? '' : `:${sql.slice(0, Number(position)).split('\n').length}`;
    throw new Error(`migration ${name}${line} failed: ${message}`, { cause: error });
  }
}
