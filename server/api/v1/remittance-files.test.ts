// /v1/remittance_files over HTTP: a whole job from upload to result, and what only some may see.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startWorld, type World, type WorldShop } from '../../../tests/world.ts';
import { createApiKey } from '../../merchants/issue-key.ts';
import { HEADER, lineOf } from '../../remittance-files/test-files.ts';

let world: World;
let shop: WorldShop;

beforeAll(async () => {
  world = await startWorld();
  shop = await world.openShop('http');
  await shop.fund(1_000_000);
});

afterAll(() => world.close());

interface FileJson extends Record<string, unknown> {
  readonly id: string;
  readonly status: string;
  readonly verdict_hash: string | null;
}

interface RowsJson extends Record<string, unknown> {
  readonly data: readonly Record<string, unknown>[];
  readonly next_cursor: string | null;
}

const CSV = [
  HEADER,
  lineOf({ reference: 'file-1', amount: 1_200 }),
  lineOf({ reference: 'file-2', amount: 3_400, number: '7654321', holder: 'スズキ ハナコ' }),
  lineOf({ reference: 'file-3', amount: 5_600, holder: '鈴木' }),
].join('\r\n');

const upload = (text: string, query = '', type = 'text/csv') =>
  shop.client.send<FileJson>('POST', `/v1/remittance_files${query}`, {
    headers: { 'content-type': type },
    rawBody: text,
  });

async function rested(id: string): Promise<FileJson> {
  const path = `/v1/remittance_files/${id}`;
  const working = ['reading', 'judging', 'submitting'];
  await expect
    .poll(async () => working.includes((await shop.client.get<FileJson>(path)).body.status))
    .toBe(false);
  return (await shop.client.get<FileJson>(path)).body;
}

test('upload, verdict, mend, submit what was shown, result', async () => {
  const { status, body } = await upload(CSV, '?name=refunds.csv&label=2026-11');
  expect(status).toBe(201);
  expect(body).toMatchObject({ name: 'refunds.csv', status: 'reading', format: 'csv' });
  const judged = await rested(body.id);
  expect(judged).toMatchObject({
    status: 'judged',
    rows: { ready: { count: 2, amount: 4_600 }, refused: { count: 1 } },
    ready: { count: 2, amount: 4_600 },
    funds: { available: 1_000_000, needed: 4_600, short: 0 },
  });
  const path = `/v1/remittance_files/${body.id}`;
  const refused = await shop.client.get<RowsJson>(`${path}/rows?state=refused`);
  expect(refused.body.data).toHaveLength(1);
  expect(JSON.stringify(refused.body.data[0])).toContain('name_kanji');
  expect(refused.text).not.toContain('1234567');
  const revealed = await shop.client.get<RowsJson>(`${path}/rows?reveal=true&limit=1`);
  expect(revealed.body.data[0]).toMatchObject({ fields: { account_number: '1234567' } });
  expect(revealed.body.next_cursor).not.toBeNull();
  const mended = await shop.client.send('PATCH', `${path}/rows/3`, {
    headers: { 'content-type': 'application/json' },
    rawBody: JSON.stringify({ fields: { account_holder: 'スズキ' } }),
  });
  expect(mended.status).toBe(202);
  const old = { verdict_hash: judged.verdict_hash };
  const again = await rested(body.id);
  expect(again).toMatchObject({ ready: { count: 3, amount: 10_200 } });
  const stale = await shop.client.post(`${path}/submit`, old);
  expect([stale.status, stale.body.code]).toEqual([409, 'verdict_changed']);
  const submitted = await shop.client.post(`${path}/submit`, { verdict_hash: again.verdict_hash });
  expect(submitted.status).toBe(202);
  expect(await rested(body.id)).toMatchObject({ status: 'submitted', progress: { sent: 3 } });
  expect((await shop.balance()).reserved).toBe(10_200);
  const result = await shop.client.get(`${path}/content?kind=result`);
  expect(result.headers.get('content-type')).toBe('text/csv; charset=utf-8');
  expect(result.text).toContain('送金済み');
  expect((await shop.client.get<RowsJson>('/v1/remittance_files')).body.data).toHaveLength(1);
  const second = await rested((await upload(CSV)).body.id);
  expect(second).toMatchObject({ rows: { already_sent: { count: 2 } } });
});

test('a key that may not see accounts gets neither fields nor files', async () => {
  const { id } = (await upload(CSV)).body;
  await rested(id);
  const input = { shopId: shop.shop.shopId, name: 'narrow', expiresAt: null, by: 'test' };
  const scopes = ['remittances:read', 'remittances:write'] as const;
  const { text: key } = await createApiKey(world.core, { ...input, scopes });
  const narrow = shop.client.withKey(key);
  const rows = `/v1/remittance_files/${id}/rows`;
  await expect.poll(async () => (await narrow.get(rows)).status).toBe(200);
  for (const path of ['rows?reveal=true', 'content']) {
    expect((await narrow.get(`/v1/remittance_files/${id}/${path}`)).status).toBe(403);
  }
  const template = await shop.client.get('/v1/remittance_files/template');
  expect([template.status, template.text.includes('口座番号')]).toEqual([200, true]);
  expect((await shop.client.delete(`/v1/remittance_files/${id}`)).status).toBe(204);
  expect((await shop.client.get(`/v1/remittance_files/${id}`)).status).toBe(404);
});

test('nothing, whatever it is called, is no file', async () => {
  expect((await upload('')).body).toMatchObject({ code: 'file_empty' });
  const junk = await upload('{"a":1}', '', 'application/json');
  expect(junk.status).toBe(201);
  expect(await rested(junk.body.id)).toMatchObject({ status: 'unreadable' });
});
