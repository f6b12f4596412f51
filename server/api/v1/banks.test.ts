// /v1/banks over HTTP: search, paging, bad input. Ranking is tested in server/recipients.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ApiWorld, startApiWorld } from '../../../tests/api-world.ts';
import { loadBankDirectory } from '../../recipients/bank-directory.ts';
import { registerBanks } from './banks.ts';

let world: ApiWorld;

beforeAll(async () => {
  const directory = loadBankDirectory();
  world = await startApiWorld((api) => registerBanks(api, { directory }));
});

afterAll(() => world.close());

interface List {
  readonly data: readonly Record<string, string | null>[];
  readonly next_cursor: string | null;
  readonly has_more: boolean;
}

const get = (path: string) => world.client.get<List>(encodeURI(path));

test('a search answers the best first', async () => {
  const { status, body } = await get('/v1/banks?q=ﾐｽﾞﾎ&limit=2');
  expect(status).toBe(200);
  expect(body.data).toHaveLength(2);
  expect(body.data[0]).toEqual({
    code: '0001',
    name: 'みずほ',
    name_kana: 'ミズホ',
    name_half_width: 'ﾐｽﾞﾎ',
    closed_on: null,
    successor_bank_code: null,
    successor_branch_code: null,
  });
});

test('a merged bank says so and names its successor', async () => {
  const { body } = await get('/v1/banks?q=0118');
  expect(body.data[0]).toMatchObject({ closed_on: '2025-01-01', successor_bank_code: '0117' });
});

test('branches of a bank, and no such bank', async () => {
  const { body } = await get('/v1/banks/0005/branches?q=新宿');
  expect(body.data[0]).toMatchObject({ code: '341', name: '新宿' });
  const missing = await world.client.get('/v1/banks/9999/branches?q=x');
  expect([missing.status, missing.body.code]).toEqual([404, 'bank_not_found']);
});

test('the list in kana order is paged to its end', async () => {
  const seen: (string | null)[] = [];
  let cursor = '';
  for (let pages = 0; pages < 40; pages++) {
    const { body } = await get(`/v1/banks?limit=50${cursor}`);
    seen.push(...body.data.map(({ code }) => code!));
    if (!body.has_more) break;
    cursor = `&cursor=${body.next_cursor}`;
  }
  expect(seen.length).toBeGreaterThan(1100);
  expect(new Set(seen).size).toBe(seen.length);
  const { body } = await get('/v1/banks?initial=ﾊ&limit=1');
  expect(body.data[0]?.name_kana).toMatch(/^[ハバパ]/);
});

test('bad input is refused or finds nothing', async () => {
  expect((await get('/v1/banks?q=')).status).toBe(422);
  expect((await get(`/v1/banks?q=${'あ'.repeat(61)}`)).status).toBe(422);
  expect((await get('/v1/banks?limit=101')).status).toBe(422);
  expect((await get('/v1/banks?x=1')).status).toBe(422);
  expect((await get('/v1/banks?cursor=!!')).status).toBe(422);
  expect((await get('/v1/banks?q=😀')).body.data).toEqual([]);
  expect((await world.client.withKey(null).get('/v1/banks?q=x')).status).toBe(401);
});
