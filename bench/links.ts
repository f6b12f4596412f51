// links: from a recipient's confirmation on their page to the merchant's webhook, for each of the
// real-time methods, against the simulators over the real wire. Recipients come at a steady rate
// whatever the others wait for.
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { demoRecipient } from '../scripts/demo-recipient.ts';
import { yen } from '../server/base/money.ts';
import { startInstantWorld } from '../tests/instant-world.ts';
import { startWebhookReceiver } from '../tests/webhook-receiver.ts';
import { atMost, type BenchOptions, type BenchResult } from './benchmark.ts';
import { median, percentile, rounded } from './figures.ts';
import { openGround } from './ground.ts';
import { startProduct } from './product.ts';
import { type BenchShop, openWorld, type World } from './world.ts';

const METHODS = ['atm_cash', 'amazon_gift', 'au_pay'] as const;
type Method = (typeof METHODS)[number];

/** Of each method; a provider's own limit (10 calls a second at Amazon) is above it. */
const PER_SECOND = 2;
const BOUND_SECONDS = 2;
const PATIENCE_MS = 60_000;
const LONG_AGO = '2020-01-02';

export async function links(options: BenchOptions): Promise<BenchResult> {
  const isTiny = options.size === 'tiny';
  const each = options.rows ?? (isTiny ? 3 : 150);
  const ground = await openGround(options);
  const instant = await startInstantWorld();
  const receiver = await startWebhookReceiver();
  const port = await freePort();
  const world = await openWorld(await ground.database());
  const product = await startProduct(world, {
    ...{ KAWASE_ROLE: 'all', PORT: String(port), KAWASE_WEBHOOK_ALLOW_PRIVATE: '127.0.0.0/8' },
    KAWASE_PUBLIC_URL: `http://127.0.0.1:${port}`,
  });
  try {
    const shop = await contractedShop(world, (shopId) =>
      instant.contractFor(world.core, shopId, { url: product.url, publicUrl: product.url }),
    );
    const call = client(product.url, shop.key);
    await call('POST', '/v1/webhook_endpoints', { url: receiver.url });
    // The connections and caches of a server that has been up for a while.
    for (const method of METHODS) await receive(call, method, -1);
    options.say(`${each} recipients of each method, ${PER_SECOND} a second of each`);
    const confirmed = await steadily(call, each);
    const taken = await heard(receiver, confirmed);
    return resultOf(confirmed, taken);
  } finally {
    await product.stop();
    await world.close();
    await receiver.close();
    await instant.close();
    await ground.close();
  }
}

type Call = (method: string, path: string, body?: unknown) => Promise<Record<string, unknown>>;

/** When a recipient confirmed, by the clock of this process. */
interface Confirmed {
  readonly id: string;
  readonly method: Method;
  readonly atMs: number;
}

async function contractedShop(
  world: World,
  contract: (shopId: string) => Promise<unknown>,
): Promise<BenchShop> {
  const shop = await world.openShop();
  const rules = ['bank_transfer', ...METHODS].map((method) => ({
    ...{ method, sameBank: null, fromYen: 1, toYen: null, feeYen: yen(100) },
  }));
  const effectiveFrom = Temporal.PlainDate.from(LONG_AGO);
  await world.core.fees.add(shop.shopId, { effectiveFrom, rules }, 'bench');
  await contract(shop.shopId);
  return shop;
}

/** Each at its time, in turns of methods, whether the former has arrived or not. */
async function steadily(call: Call, each: number): Promise<Confirmed[]> {
  const startedMs = performance.now();
  const under: Promise<Confirmed>[] = [];
  for (let number = 0; number < each * METHODS.length; number++) {
    const dueMs = startedMs + (number * 1000) / (PER_SECOND * METHODS.length);
    await sleep(Math.max(0, dueMs - performance.now()));
    under.push(receive(call, METHODS[number % METHODS.length]!, number));
  }
  return Promise.all(under);
}

/** A link made, the pages gone through, and the confirmation at the end of them. */
async function receive(call: Call, method: Method, number: number): Promise<Confirmed> {
  const made = await call('POST', '/v1/remittances', {
    ...{ reference: `links-${method}-${number}`, amount: 1_000, description: '払い戻し' },
    destination: { type: 'link', methods: [method] },
  });
  const id = String(made.id);
  const { link } = await call('GET', `/v1/remittances/${id}`);
  const { url } = link as { readonly url: string };
  const who = demoRecipient();
  const first = await who.get(`${url}/${FIRST[method]}`);
  const last = await who.submit(first, TYPED[method]);
  const atMs = performance.now();
  if (method !== 'atm_cash') await who.submit(last, LAST[method]);
  else await who.submit(last);
  return { id, method, atMs };
}

const FIRST: Readonly<Record<Method, string>> = {
  atm_cash: 'methods',
  amazon_gift: 'sign-in?method=amazon_gift',
  au_pay: 'enter?method=au_pay',
};
const TYPED: Readonly<Record<Method, Record<string, string>>> = {
  atm_cash: { method: 'atm_cash' },
  amazon_gift: {},
  au_pay: { member: '100000000002' },
};
const LAST: Readonly<Record<Method, Record<string, string>>> = {
  atm_cash: {},
  amazon_gift: { name: 'ヤマダ ハナコ', answer: 'sign-in' },
  au_pay: {},
};

/** Cash is ready where its numbers are there; the rest where it is paid. */
const END: Readonly<Record<Method, string>> = {
  atm_cash: 'remittance.receivable',
  amazon_gift: 'remittance.paid',
  au_pay: 'remittance.paid',
};

/** When each webhook that ends the way arrived. */
async function heard(
  receiver: Awaited<ReturnType<typeof startWebhookReceiver>>,
  confirmed: readonly Confirmed[],
): Promise<ReadonlyMap<string, number>> {
  const ends = new Map(confirmed.map(({ id, method }) => [id, END[method]]));
  for (let waitedMs = 0; ; waitedMs += 100) {
    const taken = new Map<string, number>();
    for (const { message, atMs } of receiver.received) {
      const id = String(message.data.id);
      if (ends.get(id) === message.type && !taken.has(id)) taken.set(id, atMs);
    }
    if (taken.size === confirmed.length) return taken;
    if (waitedMs > PATIENCE_MS) {
      throw new Error(`${confirmed.length - taken.size} of ${confirmed.length} never arrived`);
    }
    await sleep(100);
  }
}

function resultOf(
  confirmed: readonly Confirmed[],
  taken: ReadonlyMap<string, number>,
): BenchResult {
  const measured: Record<string, unknown> = { recipients: confirmed.length };
  const verdicts = METHODS.map((method) => {
    const seconds = confirmed
      .filter((each) => each.method === method)
      .map(({ id, atMs }) => (taken.get(id)! - atMs) / 1000);
    const p99 = rounded(percentile(seconds, 99));
    measured[method] = {
      ...{ medianSeconds: rounded(median(seconds)), p99Seconds: p99 },
      maxSeconds: rounded(Math.max(...seconds)),
    };
    return atMost(`${method}: p99 to the webhook, s`, p99, BOUND_SECONDS);
  });
  return { verdicts, measured };
}

function client(url: string, key: string): Call {
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  return async (method, path, body) => {
    const response = await fetch(url + path, {
      ...{ method, headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const answer = (await response.json()) as Record<string, unknown>;
    if (!response.ok) throw new Error(`${method} ${path}: ${JSON.stringify(answer)}`);
    return answer;
  };
}

/** The public URL must be known before the server starts. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      probe.close(() => resolve(port));
    });
  });
}
