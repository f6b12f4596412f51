// instruct-bulk: 100,000 instructions in one NDJSON request, against the same rows by a raw
// set-based INSERT ... SELECT. Alternating rounds, medians compared; the peak memory of the product
// is held as well.
import http from 'node:http';
import { Readable } from 'node:stream';
import { atLeast, atMost, type BenchOptions, type BenchResult } from './benchmark.ts';
import { median, rounded } from './figures.ts';
import { openGround } from './ground.ts';
import { startProduct } from './product.ts';
import { instructionJson } from './sample.ts';
import { writeAgain } from './set-based.ts';
import { type BenchShop, openWorld } from './world.ts';

const MEMORY_MEGABYTES = 400;
const LINES_A_CHUNK = 500;
const CREATED = Buffer.from('"result":"created"');

export async function instructBulk(options: BenchOptions): Promise<BenchResult> {
  const isTiny = options.size === 'tiny';
  const count = options.rows ?? (isTiny ? 1_200 : 100_000);
  const rounds = isTiny ? 1 : 3;
  const ground = await openGround(options);
  try {
    const world = await openWorld(await ground.database());
    const shop = await world.openShop();
    const product = await startProduct(world);
    const productSeconds: number[] = [];
    const rawSeconds: number[] = [];
    for (let round = 1; round <= rounds; round++) {
      const series = `bulk${round}`;
      const seconds = await instructAll(product.url, shop, series, count);
      const run = { fromShopId: shop.shopId, series, count };
      const { shopId } = await world.openShop();
      const raw = await writeAgain(world.databaseUrl, run, shopId);
      options.say(`round ${round}: product ${rounded(seconds)} s, raw ${rounded(raw)} s`);
      productSeconds.push(seconds);
      rawSeconds.push(raw);
    }
    const peak = product.peakMegabytes();
    await product.stop();
    await world.close();
    const productPerSecond = count / median(productSeconds);
    const rawPerSecond = count / median(rawSeconds);
    return {
      verdicts: [
        atLeast('product / INSERT ... SELECT', rounded(productPerSecond / rawPerSecond), 0.4),
        ...(peak === undefined ? [] : [atMost('peak memory, MB', peak, MEMORY_MEGABYTES)]),
      ],
      measured: {
        items: count,
        productPerSecond: rounded(productPerSecond),
        rawPerSecond: rounded(rawPerSecond),
        productSeconds: productSeconds.map(rounded),
        rawSeconds: rawSeconds.map(rounded),
      },
    };
  } finally {
    await ground.close();
  }
}

/**
 * Seconds from the first byte of the request to the last of the answer. Throws where an item was
 * not created.
 */
async function instructAll(
  url: string,
  shop: BenchShop,
  series: string,
  count: number,
): Promise<number> {
  const chunks: string[] = [];
  for (let first = 0; first < count; first += LINES_A_CHUNK) {
    const size = Math.min(LINES_A_CHUNK, count - first);
    const lines = Array.from({ length: size }, (_, at) => instructionJson(series, first + at));
    chunks.push(`${lines.join('\n')}\n`);
  }
  const startedAt = performance.now();
  const request = http.request(`${url}/v1/remittances/bulk`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${shop.key}`,
      'content-type': 'application/x-ndjson',
    },
  });
  const answered = new Promise<http.IncomingMessage>((resolve, reject) => {
    request.once('response', resolve).once('error', reject);
  });
  Readable.from(chunks).pipe(request);
  const response = await answered;
  const created = await countCreated(response);
  const seconds = (performance.now() - startedAt) / 1000;
  if (created !== count) throw new Error(`${created} of ${count} instructions were created`);
  return seconds;
}

/** Looked for in the bytes as they come: this client shares the machine with what it measures. */
async function countCreated(answer: AsyncIterable<Buffer>): Promise<number> {
  let created = 0;
  let rest = Buffer.alloc(0);
  for await (const chunk of answer) {
    const bytes = Buffer.concat([rest, chunk]);
    let next = 0;
    for (let at = bytes.indexOf(CREATED); at >= 0; at = bytes.indexOf(CREATED, next)) {
      created++;
      next = at + CREATED.length;
    }
    rest = bytes.subarray(Math.max(next, bytes.length - CREATED.length + 1));
  }
  return created;
}
