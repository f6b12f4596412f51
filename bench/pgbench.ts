// Runs `pgbench`, the load generator that comes with PostgreSQL, and reads what it reports.
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

export interface PgbenchRun {
  readonly databaseUrl: string;
  readonly script: string;
  readonly clients: number;
  readonly seconds: number;
  /** Values of `:name` in the script. */
  readonly variables?: Readonly<Record<string, string>>;
}

export interface PgbenchReport {
  readonly transactionsPerSecond: number;
  readonly latencyMs: number;
}

const MISSING =
  'pgbench was not found. It comes with a PostgreSQL installation (Debian and Ubuntu: apt-get ' +
  'install postgresql; RHEL: postgresql-contrib; macOS: brew install postgresql). Only ' +
  'this client is needed, no server. PGBENCH names it where it is not on the PATH.';

const pgbench = () => process.env.PGBENCH || 'pgbench';

export function hasPgbench(): boolean {
  return spawnSync(pgbench(), ['--version']).status === 0;
}

export function pgbenchVersion(): string {
  if (!hasPgbench()) throw new Error(MISSING);
  return spawnSync(pgbench(), ['--version'], { encoding: 'utf8' }).stdout.trim();
}

/** One run with prepared statements; throws where a single transaction failed. */
export async function runPgbench(run: PgbenchRun): Promise<PgbenchReport> {
  const { hostname, port, username, password, pathname } = new URL(run.databaseUrl);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'kawase-pgbench-'));
  const file = path.join(folder, 'script.sql');
  fs.writeFileSync(file, run.script);
  const threads = Math.min(run.clients, os.availableParallelism());
  const args = [
    ...['-n', '-M', 'prepared', '-f', file, '-T', `${run.seconds}`],
    ...['-c', `${run.clients}`, '-j', `${threads}`, '-h', hostname, '-p', port, '-U', username],
    ...Object.entries(run.variables ?? {}).flatMap(([name, value]) => ['-D', `${name}=${value}`]),
    pathname.slice(1),
  ];
  try {
    return readReport(await output(args, decodeURIComponent(password)));
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

function output(args: readonly string[], password: string): Promise<string> {
  const child = spawn(pgbench(), args, { env: { ...process.env, PGPASSWORD: password } });
  let text = '';
  let faults = '';
  child.stdout.on('data', (chunk) => (text += chunk));
  child.stderr.on('data', (chunk) => (faults += chunk));
  return new Promise((resolve, reject) => {
    child.once('error', () => reject(new Error(MISSING)));
    child.once('close', (code) => {
      if (code === 0) resolve(text);
      else reject(new Error(`pgbench ended with ${code}:\n${faults.slice(-2_000)}`));
    });
  });
}

function readReport(text: string): PgbenchReport {
  const [, rate] = /^tps = ([\d.]+) \(without/m.exec(text) ?? [];
  const [, latency] = /^latency average = ([\d.]+) ms/m.exec(text) ?? [];
  const [, failed = '0'] = /^number of failed transactions: (\d+)/m.exec(text) ?? [];
  if (rate === undefined || latency === undefined || failed !== '0') {
    throw new Error(`pgbench reported:\n${text.slice(-2_000)}`);
  }
  return { transactionsPerSecond: Number(rate), latencyMs: Number(latency) };
}
