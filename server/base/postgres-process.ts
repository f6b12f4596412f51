// The processes of a PostgreSQL data folder: which are alive, which one is the server, ending them.
// Everything here is read from the system anew, because after a crash no memory can be trusted.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export interface PidFile {
  readonly pid: number;
  readonly port: number;
  readonly status: 'starting' | 'ready' | 'stopping' | 'other';
}

const fastShutdownMs = 60_000;
const immediateShutdownMs = 15_000;
const pollMs = 20;

/** What PostgreSQL itself wrote about its server into `postmaster.pid`; undefined without one. */
export function readPidFile(data: string): PidFile | undefined {
  let text: string;
  try {
    text = fs.readFileSync(path.join(data, 'postmaster.pid'), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  const lines = text.split('\n').map((line) => line.trim());
  const status = lines[7] ?? '';
  return {
    pid: Number(lines[0]),
    port: Number(lines[3] ?? 0),
    status: isStatus(status) ? status : 'other',
  };
}

function isStatus(text: string): text is 'starting' | 'ready' | 'stopping' {
  return text === 'starting' || text === 'ready' || text === 'stopping';
}

/** The system's own record of a process; field 3 is its state, field 22 its start. Linux only. */
function procStat(pid: number): string[] | undefined {
  try {
    const text = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}

/** True while no new process can get this pid: it runs, or its parent has not noticed its end. */
export function isTaken(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
  return true;
}

/** False also for a zombie, which a container without an init process never buries. */
export function isAlive(pid: number): boolean {
  return isTaken(pid) && procStat(pid)?.[0] !== 'Z';
}

/** Tells a process from a later one with the same pid, as far as the system lets us. */
export function processIdentity(pid: number): string {
  return `${pid} ${procStat(pid)?.[19] ?? 'unknown'}`;
}

/** All living processes that work in this data folder: a PostgreSQL process's cwd is its PGDATA. */
export function processesOf(data: string): number[] {
  if (seesEveryProcess()) {
    const pids = fs.readdirSync('/proc').filter((name) => /^\d+$/.test(name));
    return pids.map(Number).filter((pid) => cwdOf(pid) === data && isAlive(pid));
  }
  const listing = spawnSync('ps', ['-axo', 'pid=,command='], { encoding: 'utf8' }).stdout ?? '';
  const ours = listing.split('\n').filter((line) => line.includes(`postgres -D ${data} `));
  return ours.map((line) => Number.parseInt(line, 10)).filter(isAlive);
}

/** Where this is false, `processesOf` knows only the server itself, not its children. */
export function seesEveryProcess(): boolean {
  return fs.existsSync('/proc/self/cwd');
}

function cwdOf(pid: number): string | undefined {
  try {
    return fs.readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return undefined;
  }
}

/** Asks the server to stop (fast shutdown), then insists. Resolves when none of it is left. */
export async function endServer(data: string, serverPid: number): Promise<void> {
  if (processesOf(data).includes(serverPid)) signal(serverPid, 'SIGINT');
  if (await gone(data, fastShutdownMs)) return;
  await endLeftovers(data);
}

/** Ends what a killed server left behind. Nothing is lost: the next start recovers from the WAL. */
export async function endLeftovers(data: string): Promise<void> {
  for (const pid of processesOf(data)) signal(pid, 'SIGQUIT');
  if (await gone(data, immediateShutdownMs)) return;
  throw new Error(`PostgreSQL in ${data} does not stop; its processes: ${processesOf(data)}`);
}

/** True as soon as no process works in the data folder, false after the limit. */
export async function gone(data: string, limitMs: number): Promise<boolean> {
  const deadline = Date.now() + limitMs;
  while (processesOf(data).length > 0) {
    if (Date.now() > deadline) return false;
    await sleep(pollMs);
  }
  return true;
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
