// Once per test run: the database server that tests/database.ts clones from. Without a server named
// in the environment an embedded one is started in a temporary folder and removed at the end; those
// of killed runs are removed by the next. KAWASE_TEST_FSYNC=off trades durability for speed.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { startPostgres } from '../server/base/postgres.ts';
import { endLeftovers, isAlive } from '../server/base/postgres-process.ts';
import { adminUrl, dropTemplate } from './database.ts';

const prefix = 'kawase-test-run-';

export default async function setup(): Promise<() => Promise<void>> {
  if (adminUrl() !== undefined) return dropTemplate;
  await removeKilledRuns();
  const dataDir = fs.mkdtempSync(path.join(os.tmpdir(), `${prefix}${process.pid}-`));
  fs.chmodSync(dataDir, 0o755);
  const settings = { shared_buffers: '128MB', fsync: process.env.KAWASE_TEST_FSYNC || 'on' };
  const server = await startPostgres({ dataDir, port: 0, settings });
  process.env.KAWASE_TEST_DATABASE_URL = server.url;
  return async () => {
    delete process.env.KAWASE_TEST_DATABASE_URL;
    await server.stop();
    removeDataDir(dataDir);
  };
}

function removeDataDir(dataDir: string): void {
  const link = path.join(dataDir, 'postgres');
  if (fs.existsSync(link)) fs.rmSync(fs.realpathSync(link), { recursive: true, force: true });
  fs.rmSync(dataDir, { recursive: true, force: true });
}

/** Renaming claims a folder: of two runs that start together, one removes it. */
async function removeKilledRuns(): Promise<void> {
  for (const name of fs.readdirSync(os.tmpdir())) {
    if (!name.startsWith(prefix)) continue;
    const found = path.join(os.tmpdir(), name);
    const isOwn = fs.statSync(found, { throwIfNoEntry: false })?.uid === process.getuid?.();
    if (!isOwn || isAlive(Number.parseInt(name.slice(prefix.length), 10))) continue;
    const claimed = path.join(os.tmpdir(), `${prefix}${process.pid}-${name.slice(prefix.length)}`);
    try {
      fs.renameSync(found, claimed);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') continue;
      throw error;
    }
    const data = path.join(claimed, 'postgres', 'data');
    if (fs.existsSync(data)) await endLeftovers(fs.realpathSync(data));
    removeDataDir(claimed);
  }
}
