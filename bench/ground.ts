// The ground a benchmark stands on: the embedded PostgreSQL with its default settings (fsync on) in
// a temporary folder, removed afterwards, or a server that is already there. Each benchmark makes
// its own databases on it.
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { migrate } from '../server/base/migrate.ts';
import { startPostgres } from '../server/base/postgres.ts';

export interface Ground {
  /** A new database with all migrations applied. */
  database(): Promise<string>;
  /** Of the databases made here; undefined where the server is not ours to look into. */
  readonly folder: string | undefined;
  close(): Promise<void>;
}

/** `serverUrl`: use this server instead of starting one; its databases are dropped at the end. */
export async function openGround(options: {
  readonly serverUrl?: string | undefined;
  readonly say: (line: string) => void;
}): Promise<Ground> {
  const { serverUrl, say } = options;
  if (serverUrl !== undefined) return groundOn(serverUrl, undefined, async () => {});
  const dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'kawase-bench-'));
  fs.chmodSync(dataDir, 0o755);
  const server = await startPostgres({ dataDir, port: 0, onProgress: say });
  const end = async () => {
    await server.stop();
    const link = path.join(dataDir, 'postgres');
    fs.rmSync(fs.realpathSync(link), { recursive: true, force: true });
    fs.rmSync(dataDir, { recursive: true, force: true });
  };
  const interrupted = () => void end().finally(() => process.exit(130));
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted);
  return groundOn(server.url, dataDir, async () => {
    process.off('SIGINT', interrupted).off('SIGTERM', interrupted);
    await end();
  });
}

function groundOn(serverUrl: string, folder: string | undefined, end: () => Promise<void>): Ground {
  const made: string[] = [];
  const run = async (sql: string) => {
    const admin = new pg.Client({ connectionString: serverUrl });
    await admin.connect();
    try {
      await admin.query(sql);
    } finally {
      await admin.end();
    }
  };
  return {
    folder,
    async database() {
      const name = `kawase_bench_${randomBytes(5).toString('hex')}`;
      await run(`create database ${name}`);
      made.push(name);
      const url = new URL(serverUrl);
      url.pathname = `/${name}`;
      await migrate(url.href);
      return url.href;
    },
    async close() {
      for (const name of made) await run(`drop database if exists ${name} with (force)`);
      await end();
    },
  };
}
