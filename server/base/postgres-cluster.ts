// Making the embedded PostgreSQL's data folder (initdb) and its password, and checking one that is
// there. A folder appears under its name only when it is complete; nothing here ever deletes one.
import { type SpawnOptions, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import type { PostgresPlace } from './postgres-place.ts';

export const superuser = 'kawase';
const draftPrefix = 'data.new-';
const abandonedDraftMs = 10 * 60_000;
const progressEveryMs = 3_000;

export function dataFolder(place: PostgresPlace): string {
  return path.join(place.home, 'data');
}

/** How every program of the server is spawned: fixed locale and zone, never a caller's settings. */
export function spawnOptions(place: PostgresPlace): SpawnOptions {
  const env = { LC_ALL: 'C.UTF-8', TZ: 'UTC', PATH: '/usr/bin:/bin' };
  return { cwd: place.home, env, ...place.runAs };
}

/** Makes the data folder where there is none; refuses one that this version cannot open. */
export async function ensureCluster(
  place: PostgresPlace,
  onProgress: (line: string) => void,
): Promise<void> {
  removeAbandonedDrafts(place.home);
  const data = dataFolder(place);
  if (!fs.existsSync(data)) await makeCluster(place, onProgress);
  const versionFile = path.join(data, 'PG_VERSION');
  if (!fs.existsSync(versionFile)) {
    throw new Error(`${data} is not a PostgreSQL data folder. Nothing was changed; move it away.`);
  }
  const found = fs.readFileSync(versionFile, 'utf8').trim();
  if (found !== place.binaries.major) {
    throw new Error(
      `${data} was made by PostgreSQL ${found}, and this Kawase brings ` +
        `${place.binaries.major}. Nothing was changed. Dump it with the Kawase that made it and ` +
        'restore the dump here, or set KAWASE_DATA_DIR to an empty folder.',
    );
  }
}

/** The superuser's password, from the file beside the data folder. */
export function readPassword(place: PostgresPlace): string {
  const file = path.join(place.home, 'password');
  try {
    return fs.readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw new Error(`the password of the embedded PostgreSQL is missing: ${file}`, {
      cause: error,
    });
  }
}

function ensurePassword(place: PostgresPlace): void {
  const file = path.join(place.home, 'password');
  const draft = `${file}.${process.pid}`;
  fs.writeFileSync(draft, `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600 });
  if (place.runAs) fs.chownSync(draft, place.runAs.uid, place.runAs.gid);
  try {
    // Linking fails where the file exists: of two starts at once, both use the first's password.
    fs.linkSync(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    fs.rmSync(draft);
  }
}

async function makeCluster(place: PostgresPlace, onProgress: (line: string) => void) {
  const startedAt = Date.now();
  onProgress(`making a PostgreSQL ${place.binaries.major} database in ${place.home}`);
  const ticker = setInterval(() => {
    onProgress(`still making the database (${Math.round((Date.now() - startedAt) / 1000)} s)`);
  }, progressEveryMs);
  try {
    ensurePassword(place);
    const draft = path.join(place.home, `${draftPrefix}${randomBytes(6).toString('hex')}`);
    await initdb(place, draft);
    moveIntoPlace(draft, dataFolder(place));
  } finally {
    clearInterval(ticker);
  }
}

function initdb(place: PostgresPlace, draft: string): Promise<void> {
  const args = [`--pgdata=${draft}`, `--username=${superuser}`, '--auth=scram-sha-256'];
  args.push(`--pwfile=${path.join(place.home, 'password')}`, '--encoding=UTF8');
  // The built-in locale sorts the same on every system and C library.
  args.push('--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8');
  args.push('--data-checksums');
  return new Promise((resolve, reject) => {
    const stdio = ['ignore', 'pipe', 'pipe'] as const;
    const child = spawn(place.binaries.initdb, args, { ...spawnOptions(place), stdio: [...stdio] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk) => {
        output = `${output}${chunk}`.slice(-4_000);
      });
    }
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`initdb ended with ${code}:\n${output}`));
    });
  });
}

function moveIntoPlace(draft: string, data: string): void {
  try {
    fs.renameSync(draft, data);
  } catch (error) {
    fs.rmSync(draft, { recursive: true });
    // Another start made it first; its folder holds.
    if (!['ENOTEMPTY', 'EEXIST'].includes(`${(error as NodeJS.ErrnoException).code}`)) throw error;
  }
}

/** Half-made folders of starts that were killed; they never held a database. */
function removeAbandonedDrafts(home: string): void {
  for (const name of fs.readdirSync(home)) {
    if (!name.startsWith(draftPrefix)) continue;
    const draft = path.join(home, name);
    const { mtimeMs = Date.now() } = fs.statSync(draft, { throwIfNoEntry: false }) ?? {};
    if (Date.now() - mtimeMs > abandonedDraftMs) fs.rmSync(draft, { recursive: true, force: true });
  }
}
