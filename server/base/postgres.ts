// The supervisor of the embedded PostgreSQL, the real server whose binaries come from npm: start
// it, take over one that outlived its starter, stop it. Used where no DATABASE_URL is given, and by
// the tests. Not here: the folder and the user (postgres-place.ts), initdb (postgres-cluster.ts),
// processes (postgres-process.ts), connections of the application (database.ts).
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import {
  dataFolder,
  ensureCluster,
  readPassword,
  spawnOptions,
  superuser,
} from './postgres-cluster.ts';
import { type PostgresPlace, preparePlace } from './postgres-place.ts';
import * as processes from './postgres-process.ts';

export interface PostgresOptions {
  /** Kawase's data folder; the server's own folder is `postgres` in it (see `preparePlace`). */
  readonly dataDir: string;
  /** 0: any free port. A number: this one or an error. Left out: 54320, or any if that is busy. */
  readonly port?: number;
  readonly onProgress?: (line: string) => void;
  /** Server settings over the defaults below, as in postgresql.conf. */
  readonly settings?: Readonly<Record<string, string>>;
}

export interface Postgres {
  /** Of the database `kawase`, as its superuser, password included: never to be logged. */
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** Stops the server, unless another living process started it: then only lets go. */
  stop(): Promise<void>;
}

const preferredPort = 54_320;
const startTries = 6;
const readyLimitMs = 10 * 60_000;
const answerLimitMs = 20_000;
const progressEveryMs = 5_000;
const pollMs = 20;
const logBytesMax = 10 * 1024 * 1024;

const defaultSettings: Readonly<Record<string, string>> = {
  listen_addresses: '127.0.0.1',
  // No Unix socket: its path has a length limit that deep checkouts exceed.
  unix_socket_directories: '',
  max_connections: '100',
  shared_buffers: '256MB',
  max_wal_size: '4GB',
  wal_compression: 'pglz',
  fsync: 'on',
  synchronous_commit: 'on',
  timezone: 'UTC',
  log_timezone: 'UTC',
  // Refused statements belong to the application's log; their values are people's data.
  log_min_messages: 'log',
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
};

/**
 * Starts the server of this data folder and resolves when it answers. A server that a killed
 * process left behind is taken over; after a kill of the server itself, PostgreSQL recovers from
 * its log. Throws with the server's own words where it cannot start.
 */
export async function startPostgres(options: PostgresOptions): Promise<Postgres> {
  const onProgress = options.onProgress ?? (() => {});
  const place = await preparePlace(options.dataDir);
  await ensureCluster(place, onProgress);
  for (let attempt = 1; attempt <= startTries; attempt += 1) {
    const found = await findRunning(place);
    if (found !== undefined) return ownerLives(place) ? borrow(place, found) : own(place, found);
    const launched = await launch(place, options, attempt);
    if (launched !== undefined) return own(place, launched);
  }
  throw new Error(`PostgreSQL in ${place.home} could not be started; see postgres.log there`);
}

interface Running {
  readonly pid: number;
  readonly port: number;
}

/** A server that works in this data folder and answers. What does not answer is ended. */
async function findRunning(place: PostgresPlace): Promise<Running | undefined> {
  const data = dataFolder(place);
  const startedAt = Date.now();
  for (;;) {
    const found = processes.readPidFile(data);
    const living = processes.processesOf(data);
    if (found === undefined || !living.includes(found.pid)) {
      if (living.length > 0) await processes.endLeftovers(data);
      setAsideStalePidFile(data);
      return undefined;
    }
    if (found.status === 'ready' && (await answers(place, found.port))) return found;
    const limitMs = found.status === 'starting' ? readyLimitMs : answerLimitMs;
    if (Date.now() - startedAt > limitMs) {
      await processes.endServer(data, found.pid);
      return undefined;
    }
    await sleep(pollMs);
  }
}

/**
 * The pid in a left-over file may belong to any program after a reboot, or to an unburied zombie;
 * PostgreSQL then believes a server is running. Called only when no process works in the folder.
 */
function setAsideStalePidFile(data: string): void {
  const found = processes.readPidFile(data);
  if (found === undefined || !processes.isTaken(found.pid)) return;
  if (!processes.seesEveryProcess()) return;
  fs.renameSync(path.join(data, 'postmaster.pid'), path.join(data, 'postmaster.pid.stale'));
}

function urlOf(place: PostgresPlace, port: number, database: string): string {
  return `postgres://${superuser}:${readPassword(place)}@127.0.0.1:${port}/${database}`;
}

/** True when the server accepts our password and has the database `kawase`, made now if missing. */
async function answers(place: PostgresPlace, port: number): Promise<boolean> {
  const connectionString = urlOf(place, port, 'postgres');
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 2_000 });
  client.on('error', () => {});
  try {
    await client.connect();
    const { rowCount } = await client.query(`select from pg_database where datname = 'kawase'`);
    if (rowCount === 0) await client.query('create database kawase');
    return true;
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === '28P01') {
      const file = path.join(place.home, 'password');
      throw new Error(`PostgreSQL on port ${port} refuses the password in ${file}`);
    }
    // 42P04: another start has just made the database; asked again, it is there.
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}

/** Undefined where another start won the data folder or the port: look again. */
async function launch(
  place: PostgresPlace,
  options: PostgresOptions,
  attempt: number,
): Promise<Running | undefined> {
  const port = await choosePort(options.port, attempt);
  const logFile = path.join(place.home, 'postgres.log');
  const logStart = rotateLog(logFile);
  const settings = { ...defaultSettings, ...options.settings, port: `${port}` };
  const args = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const log = fs.openSync(logFile, 'a', 0o600);
  if (place.runAs) fs.fchownSync(log, place.runAs.uid, place.runAs.gid);
  const child = spawn(place.binaries.postgres, ['-D', dataFolder(place), ...args], {
    ...spawnOptions(place),
    // Detached: Ctrl-C reaches only us, and we stop the server when its last client is done.
    detached: true,
    stdio: ['ignore', log, log],
  });
  fs.closeSync(log);
  child.unref();
  let ended: string | undefined;
  child.once('error', (error) => (ended = error.message));
  child.once('exit', (code, signal) => (ended = `ended with ${signal ?? code}`));
  const startedAt = Date.now();
  let nextReportAt = startedAt + progressEveryMs;
  while (ended === undefined && Date.now() - startedAt < readyLimitMs) {
    const found = processes.readPidFile(dataFolder(place));
    if (found?.pid === child.pid && found?.status === 'ready' && (await answers(place, port))) {
      return found;
    }
    if (Date.now() > nextReportAt) {
      options.onProgress?.(
        `PostgreSQL is recovering (${Math.round((Date.now() - startedAt) / 1000)} s)`,
      );
      nextReportAt += progressEveryMs;
    }
    await sleep(pollMs);
  }
  if (ended === undefined) await processes.endLeftovers(dataFolder(place));
  const words = fs.readFileSync(logFile).subarray(logStart).toString().slice(-4_000);
  const lostTheFolder = /lock file "postmaster.pid" already exists/.test(words);
  const lostThePort = /could not create any TCP\/IP sockets/.test(words);
  if (lostTheFolder || (lostThePort && !options.port)) return undefined;
  throw new Error(`PostgreSQL in ${place.home} ${ended ?? 'does not become ready'}:\n${words}`);
}

/** Keeps the log within twice the limit; returns where this start's lines will begin. */
function rotateLog(logFile: string): number {
  const size = fs.statSync(logFile, { throwIfNoEntry: false })?.size ?? 0;
  if (size <= logBytesMax) return size;
  fs.renameSync(logFile, `${logFile}.1`);
  return 0;
}

async function choosePort(wanted: number | undefined, attempt: number): Promise<number> {
  if (wanted) {
    if (await freePort(wanted)) return wanted;
    throw new Error(`port ${wanted} on 127.0.0.1 is taken; choose another for PostgreSQL`);
  }
  const preferred = wanted === undefined && attempt === 1 ? await freePort(preferredPort) : 0;
  const port = preferred || (await freePort(0));
  if (!port) throw new Error('no free port on 127.0.0.1');
  return port;
}

/** The port, bound and let go again; 0 where it is taken. */
function freePort(port: number): Promise<number> {
  return new Promise((resolve) => {
    const server = net.createServer();
    server.once('error', () => resolve(0));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      const address = server.address() as net.AddressInfo;
      server.close(() => resolve(address.port));
    });
  });
}

/** The file `owner` names the process that stops the server: its starter, or who took it over. */
function ownerFile(place: PostgresPlace): string {
  return path.join(place.home, 'owner');
}

function readOwner(place: PostgresPlace): string {
  return fs.existsSync(ownerFile(place)) ? fs.readFileSync(ownerFile(place), 'utf8').trim() : '';
}

function ownerLives(place: PostgresPlace): boolean {
  const owner = readOwner(place);
  const pid = Number.parseInt(owner, 10);
  return processes.isAlive(pid) && processes.processIdentity(pid) === owner;
}

function borrow(place: PostgresPlace, { pid, port }: Running): Postgres {
  return { url: urlOf(place, port, 'kawase'), port, pid, stop: async () => {} };
}

function own(place: PostgresPlace, running: Running): Postgres {
  const data = dataFolder(place);
  const self = processes.processIdentity(process.pid);
  // Removed first: it may be another user's, root's for one, and the folder is ours.
  fs.rmSync(ownerFile(place), { force: true });
  fs.writeFileSync(ownerFile(place), `${self}\n`);
  const isStillOurs = () =>
    readOwner(place) === self && processes.processesOf(data).includes(running.pid);
  const onExit = () => {
    // No time to wait here: the server finishes by itself.
    if (isStillOurs()) process.kill(running.pid, 'SIGINT');
  };
  process.once('exit', onExit);
  let stopping: Promise<void> | undefined;
  const stopOnce = async () => {
    process.off('exit', onExit);
    if (!isStillOurs()) return;
    await processes.endServer(data, running.pid);
    fs.rmSync(ownerFile(place), { force: true });
  };
  const stop = () => {
    stopping ??= stopOnce();
    return stopping;
  };
  return { ...borrow(place, running), stop };
}
