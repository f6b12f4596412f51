// Many at once: JSON and NDJSON through the public API, good lines beside bad ones.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { instruction, startWorld, type World, type WorldShop } from '../world.ts';

let world: World;
let shop: WorldShop;

beforeAll(async () => {
  world = await startWorld();
  shop = await world.openShop('http');
  await shop.fund(10_000_000);
});

afterAll(() => world.close());

interface Line {
  readonly index: number;
  readonly result: string;
  readonly remittance?: { readonly id: string; readonly reference: string };
  readonly problem?: { readonly code: string; readonly errors?: readonly { code: string }[] };
}

async function stream(lines: readonly string[], query = ''): Promise<Line[]> {
  const answer = await shop.client.send('POST', `/v1/remittances/bulk${query}`, {
    headers: { 'content-type': 'application/x-ndjson' },
    rawBody: lines.join('\n'),
  });
  expect(answer.status, answer.text).toBe(200);
  return answer.text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
}

test('one line each, in order; bad ones harm nobody', async () => {
  const good = (reference: string) => JSON.stringify(instruction({ reference, amount: 10 }));
  const lines = [
    good('n1'),
    '{"reference":"n2",',
    good('n3'),
    JSON.stringify(instruction({ reference: 'n4', amount: 1_000_001 })),
    JSON.stringify({ ...instruction({ reference: 'n5' }), surprise: 1 }),
    'null',
    good('n1'),
    good('n6'),
  ];
  const answers = await stream(lines);
  expect(answers.map(({ index }) => index)).toEqual(lines.map((_, index) => index));
  expect(answers.map(({ result }) => result)).toEqual([
    ...['created', 'refused', 'created', 'refused', 'refused', 'refused', 'replayed', 'created'],
  ]);
  expect(answers[6]!.remittance!.id).toBe(answers[0]!.remittance!.id);
  expect(await shop.balance()).toMatchObject({ reserved: 30 });
});

test('five thousand, sent twice: the second time nothing happens', async () => {
  const { reserved } = await shop.balance();
  const lines = Array.from({ length: 5_000 }, (_, index) =>
    JSON.stringify(instruction({ reference: `many-${index}`, amount: 1 })),
  );
  const first = await stream(lines);
  expect(first.filter(({ result }) => result === 'created')).toHaveLength(5_000);
  const second = await stream(lines);
  expect(second.filter(({ result }) => result === 'replayed')).toHaveLength(5_000);
  expect(second.map(({ remittance }) => remittance!.id)).toEqual(
    first.map(({ remittance }) => remittance!.id),
  );
  expect((await shop.balance()).reserved).toBe(reserved + 5_000);
  // Newest first, and within one moment in the order in which they were sent.
  const { body } = await shop.client.get<{ data: { reference: string }[] }>(
    '/v1/remittances?limit=3',
  );
  expect(body.data.map(({ reference }) => reference)).toEqual([
    ...['many-4999', 'many-4998', 'many-4997'],
  ]);
});

test('all or nothing, and weighed only', async () => {
  const before = await shop.balance();
  const items = [instruction({ amount: 1 }), instruction({ amount: 1_000_001 })];
  const atomic = await shop.client.post('/v1/remittances/bulk?atomic=true', { items });
  expect(atomic.body).toMatchObject({ taken: 0, refused: 2 });
  const dry = await shop.client.post<{ items: Line[] }>('/v1/remittances/bulk?dry_run=true', {
    items: [instruction({ amount: 1 })],
  });
  expect(dry.body.items[0]!.result).toBe('would_create');
  expect(await shop.balance()).toEqual(before);
});

test('all of them leave together and arrive', async () => {
  await shop.clock({ to_next: 'cut_off' });
  await shop.clock({ advance: 'PT1H' });
  expect(await shop.balance()).toMatchObject({ reserved: 0, in_flight: 0 });
  const { payments } = await shop.books();
  expect(payments).toHaveLength(5_003);
  expect(new Set(payments.map(({ ediInfo }) => ediInfo)).size).toBe(5_003);
  expect(payments.every(({ state }) => state === 'paid')).toBe(true);
});

test('both bodies are in the document, with what an item holds', async () => {
  const { body } = await shop.client.get('/openapi.json');
  const document = body as unknown as {
    paths: Record<string, { post: { requestBody: { content: Record<string, unknown> } } }>;
  };
  const { content } = document.paths['/v1/remittances/bulk']!.post.requestBody;
  expect(content).toMatchObject({
    'application/json': { schema: { properties: { items: { maxItems: 10_000 } } } },
    'application/x-ndjson': { schema: { properties: { reference: { type: 'string' } } } },
  });
});
