// The supervisor against a real server: starting, stopping, and what a kill -9 leaves behind.
import { type ChildProcess, spawn } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterAll, describe, expect, test } from 'vitest';
import { type Postgres, type PostgresOptions, startPostgres } from './postgres.ts';
import { isAlive, processesOf } from './postgres-process.ts';

const root = fs.mkdtempSync(path.join(os.tmpdir(), 'kawase-postgres-test-'));
fs.chmodSync(root, 0o755);
const homes: string[] = [];

/** Small and on any port, so that other servers of this machine are not disturbed. */
function start(name: string, more: Partial<PostgresOptions> = {}): Promise<Postgres> {
  const settings = { shared_buffers: '16MB' };
  return startPostgres({ dataDir: path.join(root, name), port: 0, settings, ...more });
}

function homeOf(name: string): string {
  const home = fs.realpathSync(path.join(root, name, 'postgres'));
  homes.push(home);
  return home;
}

async function query(url: string, sql: string): Promise<pg.QueryResultRow[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

/** Another process that starts the same data folder, to be killed. */
async function starter(name: string): Promise<{ child: ChildProcess; pid: number; url: string }> {
  const module = JSON.stringify(path.join(import.meta.dirname, 'postgres.ts'));
  const options = JSON.stringify({ dataDir: path.join(root, name), port: 0 });
  const code = `
    const { startPostgres } = await import(${module});
    const { pid, url } = await startPostgres(${options});
    process.stdout.write(JSON.stringify({ pid, url }));
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const answer = await new Promise<string>((resolve, reject) => {
    child.stdout?.once('data', (chunk) => resolve(`${chunk}`));
    child.once('exit', (exitCode) => reject(new Error(`the starter ended with ${exitCode}`)));
  });
  return { child, ...(JSON.parse(answer) as { pid: number; url: string }) };
}

function killed(child: ChildProcess): Promise<unknown> {
  const exit = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  return exit;
}

afterAll(() => {
  for (const home of homes) fs.rmSync(home, { recursive: true, force: true });
  fs.rmSync(root, { recursive: true, force: true });
});

describe('the embedded PostgreSQL', () => {
  test('starts, is durable and closed to strangers, stops, and starts again', async () => {
    const lines: string[] = [];
    const first = await start('plain', { onProgress: (line) => lines.push(line) });
    expect(lines.join()).toContain('making a PostgreSQL 18 database');
    await query(first.url, 'create table kept as select 1 as id');
    const names = ['fsync', 'synchronous_commit', 'data_checksums', 'TimeZone'];
    const settings = names.map((setting) => `current_setting('${setting}') as "${setting}"`);
    expect(await query(first.url, `select ${settings.join()}`)).toEqual([
      { fsync: 'on', synchronous_commit: 'on', data_checksums: 'on', TimeZone: 'UTC' },
    ]);
    await expect(query(first.url.replace(/:[^:@]+@/, ':wrong@'), 'select 1')).rejects.toThrow();
    expect(fs.statSync(path.join(homeOf('plain'), 'password')).mode & 0o777).toBe(0o600);
    await first.stop();
    expect(isAlive(first.pid)).toBe(false);
    await first.stop();

    const second = await start('plain');
    expect(await query(second.url, 'select id from kept')).toEqual([{ id: 1 }]);
    await second.stop();
  });

  test('runs beside another, each in its own folder and on its own port', async () => {
    const [one, two] = await Promise.all([start('one'), start('two')]);
    expect(one.port).not.toBe(two.port);
    await query(one.url, 'create table only_here ()');
    await expect(query(two.url, 'table only_here')).rejects.toThrow('does not exist');
    await Promise.all([one.stop(), two.stop()]);
    homeOf('two');
  });

  test('recovers what was committed when the server is killed, twice in a row', async () => {
    let server = await start('one');
    await query(server.url, 'create table kept (id int)');
    for (const id of [1, 2]) {
      await query(server.url, `insert into kept values (${id})`);
      process.kill(server.pid, 'SIGKILL');
      server = await start('one');
    }
    expect(await query(server.url, 'select id from kept order by 1')).toHaveLength(2);
    await server.stop();
    expect(processesOf(path.join(homeOf('one'), 'data'))).toEqual([]);
  });

  test('takes over a server whose starter was killed, and starts anew if both were', async () => {
    const orphan = await starter('one');
    await query(orphan.url, 'insert into kept values (3)');
    await killed(orphan.child);
    const adopted = await start('one');
    expect(adopted.pid).toBe(orphan.pid);
    await adopted.stop();
    expect(isAlive(orphan.pid)).toBe(false);

    const doomed = await starter('one');
    process.kill(doomed.pid, 'SIGKILL');
    await killed(doomed.child);
    const anew = await start('one');
    expect(anew.pid).not.toBe(doomed.pid);
    expect(await query(anew.url, 'select id from kept')).toHaveLength(3);
    await anew.stop();
  });

  test('leaves a server running that another living process started', async () => {
    const owner = await starter('one');
    const guest = await start('one');
    expect(guest.pid).toBe(owner.pid);
    await guest.stop();
    expect(await query(owner.url, 'select 1 as id')).toEqual([{ id: 1 }]);
    await killed(owner.child);
    await (await start('one')).stop();
  });

  test('starts although the pid of a dead server now belongs to another program', async () => {
    const pidFile = path.join(homeOf('one'), 'data', 'postmaster.pid');
    fs.writeFileSync(pidFile, `${process.pid}\n\n0\n5432\n\n\n\nready\n`);
    const server = await start('one');
    expect(server.pid).not.toBe(process.pid);
    await server.stop();
  });

  test('is started once when two start it at the same moment', async () => {
    const [one, two] = await Promise.all([start('race'), start('race')]);
    homeOf('race');
    expect(one.pid).toBe(two.pid);
    await Promise.all([one.stop(), two.stop()]);
    expect(isAlive(one.pid)).toBe(false);
  });

  test.runIf(process.getuid?.() === 0)('as root, works in a folder closed to others', async () => {
    const closed = path.join(root, 'closed');
    fs.mkdirSync(closed, { mode: 0o700 });
    const server = await start('closed/data');
    expect(homeOf('closed/data').startsWith(root)).toBe(false);
    await server.stop();
    const again = await start('closed/data');
    expect(await query(again.url, 'select 1 as id')).toEqual([{ id: 1 }]);
    await again.stop();
  });

  test('refuses a taken port, a data folder of another version, and one that is none', async () => {
    const blocker = net.createServer();
    await new Promise<void>((resolve) => blocker.listen(0, '127.0.0.1', resolve));
    const { port } = blocker.address() as net.AddressInfo;
    await expect(start('one', { port })).rejects.toThrow(`port ${port} on 127.0.0.1 is taken`);
    await new Promise((resolve) => blocker.close(resolve));

    const data = path.join(homeOf('one'), 'data');
    fs.writeFileSync(path.join(data, 'PG_VERSION'), '17\n');
    await expect(start('one')).rejects.toThrow('was made by PostgreSQL 17');
    fs.rmSync(path.join(data, 'PG_VERSION'));
    await expect(start('one')).rejects.toThrow('is not a PostgreSQL data folder');
    expect(fs.existsSync(path.join(data, 'base'))).toBe(true);
  });
});
