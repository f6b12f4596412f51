// instruct-hot: one shop, 64 connections, one remittance a request, answered after the commit,
// against the same rows by plain SQL through pgbench. Alternating rounds on one server, medians
// compared.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { atLeast, type BenchOptions, type BenchResult } from './benchmark.ts';
import { drive, requestText } from './connections.ts';
import { median, percentile, rounded } from './figures.ts';
import { openGround } from './ground.ts';
import { ONE_BY_ONE, variablesOf } from './one-by-one.ts';
import { pgbenchVersion, runPgbench } from './pgbench.ts';
import { startProduct } from './product.ts';
import { instructionJson } from './sample.ts';
import { type BenchShop, openWorld, type World } from './world.ts';

const CONNECTIONS = 64;
const CLIENTS = [64, 8, 1] as const;

interface Rounds {
  readonly product: number[];
  readonly latenciesMs: number[];
  readonly pgbench: Record<(typeof CLIENTS)[number], number[]>;
}

export async function instructHot(options: BenchOptions): Promise<BenchResult> {
  const isTiny = options.size === 'tiny';
  const [roundCount, seconds] = isTiny ? [1, 1] : [5, 8];
  const version = pgbenchVersion();
  const ground = await openGround(options);
  try {
    const world = await openWorld(await ground.database());
    const [shop, yardstickShop] = [await world.openShop(), await world.openShop()];
    const product = await startProduct(world);
    const rounds: Rounds = { product: [], latenciesMs: [], pgbench: { 1: [], 8: [], 64: [] } };
    await instructFor(product.url, shop, 'warm', isTiny ? 0.5 : 5);
    for (let round = 1; round <= roundCount; round++) {
      const run = await instructFor(product.url, shop, `hot${round}`, seconds);
      rounds.product.push(run.perSecond);
      rounds.latenciesMs.push(...run.latenciesMs);
      options.say(`round ${round}: product ${rounded(run.perSecond)}/s`);
      for (const clients of CLIENTS) {
        const label = { shopId: yardstickShop.shopId, run: `y${round}-${clients}` };
        const variables = await variablesOf(world.core.db, shop.shopId, label);
        const { databaseUrl } = world;
        const report = await runPgbench({
          ...{ databaseUrl, clients, variables, script: ONE_BY_ONE },
          seconds,
        });
        rounds.pgbench[clients].push(report.transactionsPerSecond);
        const rate = rounded(report.transactionsPerSecond);
        options.say(`round ${round}: pgbench ${clients} clients ${rate}/s`);
      }
    }
    const disk = await diskOf(world, ground.folder ?? os.tmpdir(), isTiny ? 1 : 3);
    const peak = product.peakMegabytes();
    await product.stop();
    await world.close();
    return report(rounds, { ...disk, productPeakMegabytes: peak, pgbench: version });
  } finally {
    await ground.close();
  }
}

function report(rounds: Rounds, facts: Readonly<Record<string, unknown>>): BenchResult {
  const product = median(rounds.product);
  const perClients = CLIENTS.map((clients) => [clients, median(rounds.pgbench[clients])] as const);
  const best = Math.max(...perClients.map(([, rate]) => rate));
  const at64 = median(rounds.pgbench[64]);
  return {
    verdicts: [
      atLeast('product / pgbench with 64 clients', rounded(product / at64), 5),
      atLeast('product / best of pgbench with 1, 8, 64 clients', rounded(product / best), 2.5),
    ],
    measured: {
      productPerSecond: rounded(product),
      productRounds: rounds.product.map(rounded),
      productLatencyMs: {
        median: rounded(median(rounds.latenciesMs)),
        p99: rounded(percentile(rounds.latenciesMs, 99)),
      },
      pgbenchPerSecond: Object.fromEntries(perClients.map(([n, rate]) => [n, rounded(rate)])),
      pgbenchRounds: rounds.pgbench,
      ...facts,
    },
  };
}

async function instructFor(
  url: string,
  shop: BenchShop,
  series: string,
  seconds: number,
): Promise<{ perSecond: number; latenciesMs: number[] }> {
  const latenciesMs: number[] = [];
  const startedAt = performance.now();
  const until = startedAt + seconds * 1000;
  let number = 0;
  await drive({
    ...{ url, connections: CONNECTIONS },
    next() {
      if (performance.now() >= until) return undefined;
      const json = instructionJson(series, number++);
      return requestText({ method: 'POST', path: '/v1/remittances', key: shop.key, json });
    },
    onAnswer({ status, durationMs, text }) {
      if (status !== 201) throw new Error(`an instruction was answered:\n${text}`);
      latenciesMs.push(durationMs);
    },
  });
  const tookSeconds = (performance.now() - startedAt) / 1000;
  return { perSecond: latenciesMs.length / tookSeconds, latenciesMs };
}

/** What a commit costs here: of a single row through PostgreSQL, and a bare fdatasync of 8 kB. */
async function diskOf(world: World, folder: string, seconds: number) {
  await world.core.db.run('create table bench_commit (value int not null)');
  const { databaseUrl } = world;
  const script = 'insert into bench_commit values (1);';
  const commit = await runPgbench({ databaseUrl, script, clients: 1, seconds });
  const file = fs.openSync(path.join(folder, 'fdatasync'), 'w');
  const page = Buffer.alloc(8_192, 1);
  const syncMs: number[] = [];
  for (let count = 0; count < 300; count++) {
    fs.writeSync(file, page);
    const startedAt = performance.now();
    fs.fdatasyncSync(file);
    syncMs.push(performance.now() - startedAt);
  }
  fs.closeSync(file);
  fs.rmSync(path.join(folder, 'fdatasync'));
  return { commitMs: rounded(commit.latencyMs), fdatasyncMs: rounded(median(syncMs)) };
}
