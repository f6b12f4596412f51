// inquiry: the time that GET /v1/remittances/{id} and ?reference= take with 5,000,000 remittances
// in the table against 5,000, over 5,000 ids drawn evenly. Both tables stand side by side and are
// asked in turn.
import { publicId } from '../server/base/ids.ts';
import { atMost, type BenchOptions, type BenchResult } from './benchmark.ts';
import { drive, requestText } from './connections.ts';
import { median, percentile, rounded } from './figures.ts';
import { type Ground, openGround } from './ground.ts';
import { addRows, referenceOf } from './inquiry-rows.ts';
import { startProduct } from './product.ts';
import { instructionJson } from './sample.ts';
import { openWorld } from './world.ts';

/** Few enough that no answer waits for another: this is about the table, not about load. */
const CONNECTIONS = 2;

interface Table {
  /** Ready-made requests, half by id and half by reference. */
  readonly requests: readonly string[];
  readonly url: string;
  readonly rows: number;
  close(): Promise<void>;
}

export async function inquiry(options: BenchOptions): Promise<BenchResult> {
  const isTiny = options.size === 'tiny';
  const largeRows = options.rows ?? (isTiny ? 2_000 : 5_000_000);
  const ids = Math.min(isTiny ? 200 : 5_000, largeRows);
  const inquiries = isTiny ? 400 : 20_000;
  const ground = await openGround(options);
  try {
    const small = await tableOf(ground, ids, ids, options);
    const large = await tableOf(ground, largeRows, ids, options);
    const p99: { small: number[]; large: number[] } = { small: [], large: [] };
    const medians: typeof p99 = { small: [], large: [] };
    for (const table of [small, large]) await ask(table, inquiries);
    for (let round = 1; round <= (isTiny ? 1 : 3); round++) {
      for (const [name, table] of Object.entries({ small, large }) as ['small', Table][]) {
        const durationsMs = await ask(table, inquiries);
        p99[name].push(percentile(durationsMs, 99));
        medians[name].push(median(durationsMs));
        options.say(`round ${round}: ${table.rows} rows, p99 ${rounded(p99[name].at(-1)!)} ms`);
      }
    }
    await small.close();
    await large.close();
    const figure = `p99 with ${largeRows} rows / with ${ids}`;
    return {
      verdicts: [atMost(figure, rounded(median(p99.large) / median(p99.small)), 1.5)],
      measured: {
        p99Ms: { small: p99.small.map(rounded), large: p99.large.map(rounded) },
        medianMs: { small: rounded(median(medians.small)), large: rounded(median(medians.large)) },
      },
    };
  } finally {
    await ground.close();
  }
}

async function tableOf(
  ground: Ground,
  rows: number,
  ids: number,
  options: BenchOptions,
): Promise<Table> {
  const world = await openWorld(await ground.database());
  const { shopId, key } = await world.openShop();
  const product = await startProduct(world);
  const first = requestText({
    ...{ method: 'POST', path: '/v1/remittances', key, json: instructionJson('first', 1) },
  });
  const once = [first];
  await drive({
    ...{ url: product.url, connections: 1 },
    next: () => once.pop(),
    onAnswer: expectStatus(201),
  });
  await addRows(world.databaseUrl, shopId, rows, options.say);
  const references = Array.from({ length: ids }, (_, at) =>
    referenceOf(1 + Math.floor((at * rows) / ids)),
  );
  const found = await world.core.db.query<{ remittance_id: string; reference: string }>(
    `select remittance_id, reference from remittance_reference
     where shop_id = $1 and reference = any($2)`,
    [shopId, references],
  );
  if (found.length !== ids) throw new Error(`${found.length} rows were found, not ${ids}`);
  const requests = found.flatMap(({ remittance_id, reference }) => [
    requestText({
      ...{ method: 'GET', path: `/v1/remittances/${publicId('rem', remittance_id)}`, key },
    }),
    requestText({ method: 'GET', path: `/v1/remittances?reference=${reference}`, key }),
  ]);
  return {
    ...{ requests, rows, url: product.url },
    async close() {
      await product.stop();
      await world.close();
    },
  };
}

/** Durations of `count` inquiries in an order that is scattered and the same every time. */
async function ask(table: Table, count: number): Promise<number[]> {
  const { requests, url } = table;
  const durationsMs: number[] = [];
  const checked = expectStatus(200);
  let asked = 0;
  await drive({
    ...{ url, connections: CONNECTIONS },
    // A prime step walks through all of them before any comes again.
    next: () => (asked < count ? requests[(asked++ * 7_919) % requests.length] : undefined),
    onAnswer(answer) {
      checked(answer);
      durationsMs.push(answer.durationMs);
    },
  });
  return durationsMs;
}

function expectStatus(expected: number) {
  return ({ status, text }: { readonly status: number; readonly text: string }) => {
    if (status !== expected || text.includes('"data":[]')) {
      throw new Error(`an unexpected answer:\n${text}`);
    }
  };
}
