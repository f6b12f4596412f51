// Two shops side by side: whatever one has, the other neither sees nor touches, at every endpoint
// that the interface describes.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startWorld, type World, type WorldShop } from '../world.ts';

let world: World;
let mine: WorldShop;
let theirs: WorldShop;
/** One thing of `mine` for each kind of path. */
const ids: Record<string, string> = {};

/** Paths that name nothing of a shop. */
const COMMON = ['/v1/banks', '/v1/banks/{code}/branches'];

type Paths = Record<string, Record<string, unknown>>;
let paths: Paths;

beforeAll(async () => {
  world = await startWorld();
  mine = await world.openShop('http');
  theirs = await world.openShop('http');
  const { client } = mine;
  await client.post('/v1/sandbox/deposits', { amount: 500_000 });
  const account = {
    ...{ account_id: 'customer-1', bank_code: '0005', branch_code: '001' },
    ...{ account_type: 'ordinary', account_number: '7654321', account_holder: 'スズキ ハナコ' },
  };
  expect((await client.post('/v1/accounts', account)).status).toBe(201);
  ids.remittances = (await mine.instruct({ reference: 'mine', amount: 123 })).body.id;
  ids.accounts = 'customer-1';
  const file = await client.send('POST', '/v1/remittance_files?name=mine.csv', {
    rawBody: '口座ID,金額\ncustomer-1,123\n',
  });
  ids.remittance_files = String(file.body.id);
  const endpoint = await client.post('/v1/webhook_endpoints', { url: 'http://127.0.0.1:9/x' });
  ids.webhook_endpoints = String(endpoint.body.id);
  const first = async (path: string) =>
    (await client.get<{ data: { id: string }[] }>(path)).body.data[0]!.id;
  ids.events = await first('/v1/events');
  ids.deposits = await first('/v1/deposits');
  paths = ((await (await fetch(`${world.url}/openapi.json`)).json()) as { paths: Paths }).paths;
});

afterAll(() => world.close());

/** A body that would do, were the thing one's own. */
const BODIES: Record<string, object> = {
  'PUT /v1/accounts/{id}': {
    ...{ bank_code: '0005', branch_code: '001', account_type: 'ordinary' },
    ...{ account_number: '7654321', account_holder: 'スズキ ハナコ' },
  },
  'PATCH /v1/webhook_endpoints/{id}': { description: 'x' },
  'POST /v1/webhook_endpoints/{id}/replay': { since: '2020-01-01T00:00:00Z' },
  'POST /v1/remittances/{id}/link/extend': { expires_in_days: 5 },
  'POST /v1/remittances/{id}/link/entry': {
    bank_account: {
      ...{ bank_code: '0005', branch_code: '001', account_type: 'ordinary' },
      ...{ account_number: '7654321', account_holder: 'スズキ ハナコ' },
    },
    ...{ read_back_code: 'x', channel: 'telephone', entered_by: 'support' },
  },
  'PUT /v1/remittance_files/{id}/mapping': { columns: ['account_id', 'amount'] },
  'POST /v1/remittance_files/{id}/submit': { verdict_hash: '0'.repeat(64) },
  'POST /v1/sandbox/remittances/{id}/outcome': { outcome: 'failed' },
};

const idFor = (path: string) => ids[path.replace('/v1/sandbox/', '/v1/').split('/')[2]!];

test('nothing of the other is found by its id, whatever is asked of it', async () => {
  const answers: string[] = [];
  for (const [path, operations] of Object.entries(paths)) {
    if (!path.includes('{') || COMMON.includes(path)) continue;
    const id = idFor(path);
    if (id === undefined) throw new Error(`give this test something for ${path}`);
    for (const method of Object.keys(operations).map((name) => name.toUpperCase())) {
      const body = BODIES[`${method} ${path}`];
      const { status } = await theirs.client.send(method, path.replace('{id}', id), {
        ...(body !== undefined && {
          headers: { 'content-type': 'application/json' },
          rawBody: JSON.stringify(body),
        }),
      });
      answers.push(`${method} ${path} ${status}`);
    }
  }
  expect(answers.length).toBeGreaterThanOrEqual(12);
  expect(answers.filter((answer) => !answer.endsWith(' 404'))).toEqual([]);
});

test('and it is all still there', async () => {
  for (const [name, id] of Object.entries(ids)) {
    const { status } = await mine.client.get(`/v1/${name}/${id}`);
    expect([name, status]).toEqual([name, 200]);
  }
  expect((await mine.read(ids.remittances!)).status).toBe('scheduled');
});

test('no list, search or balance shows anything of the other', async () => {
  const lists = Object.entries(paths)
    .filter(([path, operations]) => 'get' in operations && !path.includes('{'))
    .map(([path]) => path)
    .filter((path) => !COMMON.includes(path));
  expect(lists.length).toBeGreaterThanOrEqual(8);
  const searches = [
    ...['?reference=mine', '?q=mine', `?q=${ids.remittances}`, '?q=4567', '?account_id=customer-1'],
    `?q=${encodeURIComponent('ヤマダ タロウ')}`,
  ].map((query) => `/v1/remittances${query}`);
  for (const path of [...lists, ...searches, '/v1/accounts?q=customer']) {
    const { status, text } = await theirs.client.get(path);
    expect([path, status]).toEqual([path, 200]);
    const leaked = [...Object.values(ids), '500000', '123,', '4321'].filter((id) =>
      text.includes(id),
    );
    expect([path, leaked]).toEqual([path, []]);
  }
});

test('the same reference, account ID and time belong to each alone', async () => {
  await theirs.fund(10_000);
  const own = await theirs.instruct({ reference: 'mine', amount: 456 });
  expect(own.status).toBe(201);
  expect(own.body.id).not.toBe(ids.remittances);
  const byForeignAccount = await theirs.instruct({
    more: { destination: { type: 'account', account_id: 'customer-1' } },
  });
  expect(byForeignAccount.body).toMatchObject({ code: 'account_not_found' });
  const before = (await mine.client.get<{ now: string }>('/v1/sandbox/clock')).body.now;
  await theirs.clock({ advance: 'P1D' });
  const after = (await mine.client.get<{ now: string }>('/v1/sandbox/clock')).body.now;
  expect(Date.parse(after) - Date.parse(before)).toBeLessThan(3_600_000);
  expect((await mine.read(ids.remittances!)).status).toBe('scheduled');
});
