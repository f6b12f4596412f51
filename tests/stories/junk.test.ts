// Junk at every door: requests made from the served OpenAPI document, half right and half nonsense,
// at every route. Whatever is sent, the answer is never a 5xx, a refusal is a problem with a code,
// and no money has moved but by what was taken.
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { balancesOf } from '../../server/ledger/books.ts';
import { startWorld, type World, type WorldShop } from '../world.ts';

interface Schema {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly examples?: readonly unknown[];
}

interface Operation {
  readonly path: string;
  readonly method: string;
  readonly query: readonly { readonly name: string; readonly schema: Schema }[];
  readonly body: Schema | undefined;
}

const JUNK = [
  ...[null, true, 0, -1, 1.5, 1e308, 1_000_001, '', 'x', '💴', '\ud800', '\u0000', 'ﾔﾏﾀﾞ', '山田'],
  ...['A'.repeat(300), [], {}, [[]], { a: 1 }, '2026-02-30', '9999-12-31T23:59:60Z', 'P1Y', '-P1D'],
  ...['1960-01-01T00:00:00Z', '../../etc', "' or 1=1 --", '1234567', 'WyJ4Il0', '__proto__'],
  'rem_01m84whez3eadv3r53yen3ec8r',
];
const junk = fc.constantFrom(...JUNK);

function halfRight(schema: Schema | undefined, depth = 0): fc.Arbitrary<unknown> {
  if (schema === undefined || depth > 6) return junk;
  return fc.oneof({ weight: 1, arbitrary: junk }, { weight: 4, arbitrary: rightly(schema, depth) });
}

function rightly(schema: Schema, depth: number): fc.Arbitrary<unknown> {
  if (schema.anyOf) return fc.oneof(...schema.anyOf.map((one) => halfRight(one, depth + 1)));
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  const type = [schema.type].flat()[0];
  if (schema.properties) {
    const names = Object.keys(schema.properties);
    const fields = Object.fromEntries(
      names.map((name) => [name, halfRight(schema.properties![name], depth + 1)]),
    );
    return fc.record(fields, { requiredKeys: [...(schema.required ?? [])] });
  }
  if (type === 'array') return fc.array(halfRight(schema.items, depth + 1), { maxLength: 3 });
  if (schema.examples) return fc.constantFrom(...schema.examples);
  return type === 'integer' ? fc.integer({ min: 1, max: 20 }) : junk;
}

/** Slow by nature, and tested elsewhere: they move clocks and take the bank down. */
const LEFT_OUT = new Set(['post /v1/sandbox/clock', 'post /v1/sandbox/faults']);

let world: World;
let shop: WorldShop;
let operations: Operation[];

beforeAll(async () => {
  world = await startWorld();
  shop = await world.openShop('http');
  await shop.fund(1_000_000);
  const document = (await (await fetch(`${world.url}/openapi.json`)).json()) as {
    paths: Record<string, Record<string, Record<string, never>>>;
  };
  operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([method]) => !LEFT_OUT.has(`${method} ${path}`))
      .map(([method, { parameters = [], requestBody }]) => ({
        path,
        method,
        query: (parameters as { in: string; name: string; schema: Schema }[]).filter(
          (one) => one.in === 'query',
        ),
        body: (requestBody as { content?: Record<string, { schema: Schema }> } | undefined)
          ?.content?.['application/json']?.schema,
      })),
  );
});

afterAll(() => world.close());

function requestOf(operation: Operation) {
  return fc.record({
    operation: fc.constant(operation),
    places: fc.array(junk, { minLength: 3, maxLength: 3 }),
    query: fc.record(
      Object.fromEntries(operation.query.map(({ name, schema }) => [name, halfRight(schema)])),
      { requiredKeys: [] },
    ),
    body: halfRight(operation.body),
  });
}

const asText = (value: unknown) => encodeURIComponent(String(value).toWellFormed()).slice(0, 150);

async function send(url: string, key: string, method: string, init: RequestInit): Promise<void> {
  const headers = { authorization: `Bearer ${key}`, ...(init.headers as object) };
  const response = await fetch(url, { ...init, method: method.toUpperCase(), headers });
  const text = await response.text();
  expect(response.status, `${method} ${url} ${init.body} -> ${text}`).toBeLessThan(500);
  if (response.status < 400) return;
  expect(response.headers.get('content-type')).toContain('application/problem+json');
  expect(JSON.parse(text)).toMatchObject({ code: expect.any(String), detail: expect.any(String) });
}

test('no request made of the document and of junk is a fault of ours', async () => {
  expect(operations.length).toBeGreaterThan(20);
  const requests = fc.constantFrom(...operations).chain(requestOf);
  await fc.assert(
    fc.asyncProperty(requests, async ({ operation, places, query, body }) => {
      let place = 0;
      const path = operation.path.replace(/\{[^}]+\}/g, () => asText(places[place++ % 3]) || 'x');
      const pairs = Object.entries(query).map(([name, value]) => `${name}=${asText(value)}`);
      const init =
        operation.body === undefined
          ? {}
          : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
      await send(`${world.url}${path}?${pairs.join('&')}`, shop.keyText, operation.method, init);
    }),
    {
      numRuns: Number(process.env.FC_RUNS ?? 500),
      seed: Number(process.env.FC_SEED ?? 20_261_124),
    },
  );
});

const RAW: readonly (readonly [string, string, string])[] = [
  ['cut JSON', 'application/json', '{"reference":"a","amount":1'],
  ['JSON of another kind', 'application/json', '[1,2,3]'],
  ['10 MB', 'application/json', `{"reference":"${'a'.repeat(10_000_000)}"}`],
  ['no JSON', 'text/plain', 'hello'],
  ['deep nesting', 'application/json', '['.repeat(5_000)],
  ['a cut NDJSON line', 'application/x-ndjson', '{"reference":"a"}\n{"refer'],
  ['NDJSON with a huge line', 'application/x-ndjson', `{"reference":"${'b'.repeat(100_000)}"}\n`],
];

test.each(RAW)('%s is refused in words', async (_name, type, body) => {
  for (const path of ['/v1/remittances', '/v1/remittances/bulk', '/v1/accounts']) {
    await send(`${world.url}${path}`, shop.keyText, 'post', {
      body,
      headers: { 'content-type': type },
    });
  }
});

test('after all that the books balance and nothing is owed below zero', async () => {
  const balances = await balancesOf(world.core.db, shop.shop.shopId);
  expect([...balances.values()].reduce<number>((sum, amount) => sum + amount, 0)).toBe(0);
  expect(balances.get('available')).toBeGreaterThanOrEqual(0);
});
