// An installation in a storm: a database, an API and two workers as processes of their own, and
// the hand that kills them. What else stands around it, each storm brings itself.
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newKeyring } from '../../server/base/crypto.ts';
import { migrate, migrationsDir } from '../../server/base/migrate.ts';
import { type Postgres, startPostgres } from '../../server/base/postgres.ts';
import { readConfiguration } from '../../server/configuration.ts';
import { type Core, createCore } from '../../server/core.ts';
import { type BankSimulator, startBankSimulator } from '../../simulators/bank/start.ts';
import { startWebhookReceiver, type WebhookReceiver } from '../webhook-receiver.ts';
import { worldEnvironment } from '../world.ts';
import { call, insist, type StormShop } from './clients.ts';
import { createProcesses, type KeptProcess, type Processes, pause } from './processes.ts';
import type { Random } from './random.ts';

export interface Installation {
  readonly folder: string;
  readonly url: string;
  readonly core: Core;
  readonly bank: BankSimulator;
  readonly receiver: WebhookReceiver;
  readonly processes: Processes;
  /** Starts the API and two workers; before that only `core` is there. */
  launch(): Promise<void>;
  /** Asks the API until it answers, and throws where it refuses. */
  ask(shop: StormShop, method: string, path: string, body?: object): Promise<Answered>;
  /** Answers who was killed, once all of them are back. Each kind of victim falls at least once. */
  killAtMoments(random: Random, until: () => boolean, every?: Span): Promise<string[]>;
  /** kill -9 of the API and both workers at once; they are back when it answers. */
  crash(): Promise<void>;
  end(): Promise<void>;
}

type Answered = Record<string, unknown>;
/** Milliseconds. */
type Span = readonly [from: number, to: number];

const LEASE_SECONDS = 4;

/** `more`: what its processes are told of what else stands around. */
export async function openInstallation(
  more: Readonly<Record<string, string>> = {},
): Promise<Installation> {
  const folder = await mkdtemp(join(tmpdir(), 'kawase-storm-'));
  const dataDir = join(folder, 'database');
  let postgres: Postgres = await startPostgres({ dataDir, port: await lastingPort() });
  await migrate(postgres.url, migrationsDir);
  const bank = await startBankSimulator({ port: 0, dataDir: folder });
  const receiver = await startWebhookReceiver();
  const processes = createProcesses(folder);
  const port = await lastingPort();
  const url = `http://127.0.0.1:${port}`;
  const env = {
    ...worldEnvironment(postgres.url, bank, newKeyring()),
    ...{ PORT: `${port}`, KAWASE_LOG_LEVEL: 'error' },
    KAWASE_WORK_LEASE_SECONDS: `${LEASE_SECONDS}`,
    ...more,
  };
  const core = createCore(readConfiguration(env), { log: () => {} });
  const kept: { api?: KeptProcess; workers: KeptProcess[] } = { workers: [] };

  /** kill -9 of the postmaster; what was committed must be there when it is back. */
  async function killPostgres(): Promise<void> {
    process.kill(postgres.pid, 'SIGKILL');
    await pause(200);
    postgres = await startPostgres({ dataDir, port: postgres.port });
  }

  return {
    ...{ folder, url, core, bank, receiver, processes },
    async launch() {
      const role = (name: string) => ({ ...env, KAWASE_ROLE: name });
      const [api, ...workers] = await Promise.all([
        processes.keep('api', role('api')),
        processes.keep('worker-1', role('worker')),
        processes.keep('worker-2', role('worker')),
      ]);
      Object.assign(kept, { api, workers });
    },
    async ask(shop, method, path, body) {
      const answer = await insist(() => call(url, shop.key, method, path, body));
      if (answer.status >= 300) throw new Error(`${path}: ${JSON.stringify(answer.body)}`);
      return answer.body;
    },
    killAtMoments: (random, until, every = [1_000, 3_500]) =>
      killAtMoments(random, until, every, {
        postgres: killPostgres,
        api: async () => kept.api?.kill(),
        worker: () => random.pick(kept.workers).kill(),
        'both workers': () => Promise.all(kept.workers.map((worker) => worker.kill())),
      }),
    async crash() {
      await Promise.all([kept.api, ...kept.workers].map((each) => each?.kill()));
    },
    async end() {
      await Promise.all([kept.api, ...kept.workers].map((each) => each?.end()));
      await core.db.close();
      await receiver.close();
      await bank.close();
      await postgres.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function killAtMoments(
  random: Random,
  until: () => boolean,
  [from, to]: Span,
  victims: Readonly<Record<string, () => Promise<unknown>>>,
): Promise<string[]> {
  const names = Object.keys(victims);
  const due = [...names].sort(() => random.next() - 0.5);
  const killed: string[] = [];
  const underWay = new Map<string, Promise<unknown>>();
  while (!until()) {
    await pause(random.whole(from, to));
    const name = due.shift() ?? random.pick(names);
    // Who is still getting up is left alone.
    if ([...underWay.keys()].some((other) => other.includes('worker') && name.includes('worker'))) {
      continue;
    }
    if (underWay.has(name)) continue;
    killed.push(name);
    underWay.set(
      name,
      victims[name]!().finally(() => underWay.delete(name)),
    );
  }
  await Promise.all(underWay.values());
  return killed;
}

/**
 * A port that stays ours while nobody listens on it: below those that systems give out, from which
 * a killed process may find its own in somebody else's hands.
 */
async function lastingPort(): Promise<number> {
  for (let tries = 0; tries < 100; tries++) {
    const port = 12_000 + Math.floor(Math.random() * 18_000);
    const server = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => resolve(true));
    });
    if (isFree) {
      await new Promise((resolve) => server.close(resolve));
      return port;
    }
  }
  throw new Error('no free port');
}
