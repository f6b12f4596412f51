// /v1/accounts over HTTP: answers, scopes, tenants, paging, bad input. The rules themselves are
// tested in server/recipients.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ApiWorld, ownAndForeign, startApiWorld } from '../../../tests/api-world.ts';
import { loadBankDirectory } from '../../recipients/bank-directory.ts';
import { registerAccounts } from './accounts.ts';

const directory = loadBankDirectory();
let world: ApiWorld;

beforeAll(async () => {
  world = await startApiWorld((api, parts) => registerAccounts(api, { ...parts, directory }));
});

afterAll(() => world.close());

const fields = {
  bank_code: '0001',
  branch_code: '001',
  account_type: 'ordinary',
  account_number: '1234567',
  account_holder: 'ヤマダ　タロウ',
};

interface Problem {
  readonly code: string;
  readonly detail: string;
  readonly errors: readonly { readonly pointer: string; readonly code: string }[];
}

describe('a registered account', () => {
  test('is answered masked, with what was changed, in the caller’s language', async () => {
    const body = { account_id: 'customer-1', ...fields, account_number: '12345', memo: 'メモ' };
    const created = await world.client.post('/v1/accounts', body, { 'accept-language': 'en' });
    expect(created.status).toBe(201);
    expect(created.body).toMatchObject({
      account_id: 'customer-1',
      version: 1,
      bank_name: 'みずほ',
      branch_name: '東京営業部',
      account_number_last3: '345',
      account_holder_masked: 'ヤ●●● ●●●',
      memo: 'メモ',
      warnings: [],
    });
    expect(created.body.changes).toContainEqual({
      pointer: '/account_number',
      code: 'zeros_added',
      detail: 'Added leading zeros: "12345" -> "0012345"',
      from: '12345',
      to: '0012345',
    });
    const again = await world.client.post('/v1/accounts', body);
    expect(again.status).toBe(200);
    const other = await world.client.post<Problem>('/v1/accounts', { ...body, memo: '' });
    expect([other.status, other.body.code]).toEqual([409, 'account_id_taken']);
  });

  test('is read masked, and in full only with the scope for it', async () => {
    await world.client.post('/v1/accounts', { account_id: 'full', ...fields });
    const masked = await world.client.get('/v1/accounts/full');
    expect(masked.body).toMatchObject({ account_number_last3: '567' });
    expect(masked.text).not.toContain('1234567');
    expect(masked.text).not.toContain('ヤマダ');
    const revealed = await world.client.get('/v1/accounts/full?reveal=true');
    expect(revealed.body.details).toEqual({
      account_number: '1234567',
      account_holder: 'ﾔﾏﾀﾞ ﾀﾛｳ',
      account_holder_full_width: 'ヤマダ　タロウ',
      account_holder_typed: 'ヤマダ　タロウ',
      yucho_symbol: null,
      yucho_number: null,
    });
    const reader = world.client.withKey(await world.newKey(['accounts:read']));
    expect((await reader.get('/v1/accounts/full')).status).toBe(200);
    const refused = await reader.get<Problem>('/v1/accounts/full?reveal=true');
    expect([refused.status, refused.body.code]).toEqual([403, 'scope_missing']);
    expect((await reader.delete('/v1/accounts/full')).status).toBe(403);
  });

  test('is replaced, deleted, and its ID never used again', async () => {
    await world.client.post('/v1/accounts', { account_id: 'gone', ...fields });
    const change = { ...fields, account_holder: 'スズキ ハナコ' };
    const replaced = await world.client.put('/v1/accounts/gone', change);
    expect([replaced.status, replaced.body.version]).toEqual([200, 2]);
    const deleted = await world.client.delete('/v1/accounts/gone');
    expect([deleted.status, deleted.text]).toEqual([204, '']);
    expect((await world.client.get('/v1/accounts/gone')).status).toBe(404);
    const again = await world.client.post<Problem>('/v1/accounts', {
      account_id: 'gone',
      ...fields,
    });
    expect([again.status, again.body.code]).toEqual([409, 'account_id_retired']);
    const unknown = await world.client.put<Problem>('/v1/accounts/never', fields);
    expect([unknown.status, unknown.body.code]).toEqual([404, 'account_not_found']);
  });

  test('of Yucho is given by symbol and number', async () => {
    const created = await world.client.post('/v1/accounts', {
      account_id: 'yucho',
      yucho_symbol: '14030',
      yucho_number: '12345671',
      account_holder: 'ヤマダ タロウ',
    });
    expect(created.body).toMatchObject({ bank_code: '9900', branch_code: '408' });
    const revealed = await world.client.get('/v1/accounts/yucho?reveal=true');
    expect(revealed.body.details).toMatchObject({
      account_number: '1234567',
      yucho_symbol: '14030',
      yucho_number: '12345671',
    });
  });

  test('with an Idempotency-Key is made once', async () => {
    const headers = { 'idempotency-key': 'register-1' };
    const first = await world.client.post('/v1/accounts', fields, headers);
    const second = await world.client.post('/v1/accounts', fields, headers);
    expect(first.status).toBe(201);
    expect(second.text).toBe(first.text);
    expect(second.headers.get('idempotent-replayed')).toBe('true');
  });
});

describe('tenants', () => {
  test('do not see, change or delete each other’s accounts', async () => {
    await world.client.post('/v1/accounts', { account_id: 'mine', ...fields });
    expect(await ownAndForeign(world, '/v1/accounts/mine')).toEqual([200, 404]);
    expect((await world.otherClient.put('/v1/accounts/mine', fields)).status).toBe(404);
    expect((await world.otherClient.delete('/v1/accounts/mine')).status).toBe(404);
    const found = await world.otherClient.get('/v1/accounts?q=mine');
    expect(found.body.data).toEqual([]);
    expect((await world.otherClient.get('/v1/accounts')).body.data).toEqual([]);
    expect((await world.client.get('/v1/accounts/mine')).status).toBe(200);
  });
});

describe('the list', () => {
  interface List {
    readonly data: readonly { readonly account_id: string }[];
    readonly next_cursor: string | null;
    readonly has_more: boolean;
  }

  test('goes on where the page before ended, without gap or repeat', async () => {
    const ids = ['l1', 'l2', 'l3', 'l4', 'l5'];
    for (const account_id of ids) {
      await world.liveClient.post('/v1/accounts', { account_id, ...fields });
    }
    const seen: string[] = [];
    let cursor = '';
    for (let pages = 0; pages < 3; pages++) {
      const { body } = await world.liveClient.get<List>(`/v1/accounts?limit=2${cursor}`);
      seen.push(...body.data.map(({ account_id }) => account_id));
      cursor = `&cursor=${body.next_cursor}`;
      expect(body.has_more).toBe(pages < 2);
    }
    expect(seen).toEqual([...ids].reverse());
  });

  test('is searched by what is encrypted', async () => {
    const special = { ...fields, account_holder: 'コバヤシ ケン', account_number: '9998887' };
    await world.client.post('/v1/accounts', { account_id: 'found', ...special });
    for (const q of ['8887', '9998887', 'こばやし', 'コバヤシケン', '0001-001-9998887', 'found']) {
      const { body } = await world.client.get<List>(`/v1/accounts?q=${encodeURIComponent(q)}`);
      expect(body.data.map(({ account_id }) => account_id)).toEqual(['found']);
    }
  });

  test.each(['x', 'WyJ4IiwieSJd', 'WzFd'])(
    'a cursor %s that is none is refused',
    async (cursor) => {
      const answer = await world.client.get<Problem>(`/v1/accounts?cursor=${cursor}`);
      expect([answer.status, answer.body.code]).toEqual([422, 'invalid_cursor']);
    },
  );
});

describe('bad input', () => {
  test.each<[string, object, string, string]>([
    ['kanji', { account_holder: '山田' }, '/account_holder', 'name_kanji'],
    ['an emoji', { account_holder: 'ヤマダ🎉' }, '/account_holder', 'name_character'],
    ['an unknown bank', { bank_code: '9999' }, '/bank_code', 'unknown_bank'],
    ['a merged bank', { bank_code: '0118' }, '/bank_code', 'bank_closed'],
    ['an unknown branch', { branch_code: '999' }, '/branch_code', 'unknown_branch'],
    ['8 digits', { account_number: '12345678' }, '/account_number', 'account_number_too_long'],
    ['a long name', { account_holder: 'ガ'.repeat(16) }, '/account_holder', 'name_too_long'],
  ])('%s', async (_, change, pointer, code) => {
    const answer = await world.client.post<Problem>('/v1/accounts', { ...fields, ...change });
    expect(answer.status).toBe(422);
    expect(answer.body.errors[0]).toMatchObject({ pointer, code });
  });

  test.each<[string, unknown]>([
    ['an unknown field', { ...fields, iban: 'x' }],
    ['a wrong type', { ...fields, account_number: 1234567 }],
    ['a slash in the ID', { ...fields, account_id: 'a/b' }],
    ['an ID that is a path', { ...fields, account_id: '..' }],
    ['an ID that is too long', { ...fields, account_id: 'a'.repeat(61) }],
    ['a memo that is too long', { ...fields, memo: 'あ'.repeat(201) }],
    ['a list', []],
    ['null', null],
  ])('%s', async (_, body) => {
    const answer = await world.client.post<Problem>('/v1/accounts', body);
    expect(answer.status).toBe(422);
    expect(answer.body.detail).not.toBe('');
  });

  test('half a surrogate pair', async () => {
    const rawBody = JSON.stringify(fields).replace('ヤマダ', '\\ud83d');
    const headers = { 'content-type': 'application/json' };
    const answer = await world.client.send('POST', '/v1/accounts', { headers, rawBody });
    expect(answer.status).toBe(422);
  });

  test('an ID that cannot be one is simply not there', async () => {
    expect((await world.client.get('/v1/accounts/%F0%9F%8E%89')).status).toBe(404);
    expect((await world.client.get('/v1/accounts/a%00b')).status).toBeLessThan(500);
  });
});

describe('the check', () => {
  interface Check {
    readonly ok: boolean;
    readonly account: Record<string, string> | null;
    readonly warnings: readonly { readonly code: string }[];
    readonly problems: readonly { readonly pointer: string; readonly code: string }[];
  }

  test('shows the form the bank will see and keeps nothing', async () => {
    const body = { ...fields, account_holder: '株式会社サンプル', account_number: '１２３' };
    const { status, body: checked } = await world.client.post<Check>('/v1/accounts/check', body);
    expect(status).toBe(200);
    expect(checked).toMatchObject({
      ok: true,
      account: {
        bank_name: 'みずほ',
        account_number: '0000123',
        account_holder: 'ｶ)ｻﾝﾌﾟﾙ',
        account_holder_full_width: 'カ）サンプル',
      },
      problems: [],
    });
  });

  test('cuts a name when asked, and says so', async () => {
    const body = { ...fields, account_holder: 'ガ'.repeat(16), cut_account_holder: true };
    const { body: checked } = await world.client.post<Check>('/v1/accounts/check', body);
    expect(checked.account?.account_holder).toBe('ｶﾞ'.repeat(15));
    expect(checked.warnings.map(({ code }) => code)).toContain('name_cut');
  });

  test('problems are an answer, all of them at once', async () => {
    const body = { bank_code: '9999', branch_code: '', account_type: '普通', account_number: 'x' };
    const { status, body: checked } = await world.client.post<Check>('/v1/accounts/check', body);
    expect(status).toBe(200);
    expect(checked).toMatchObject({ ok: false, account: null });
    expect(checked.problems.map(({ pointer }) => pointer)).toEqual([
      '/branch_code',
      '/account_type',
      '/account_number',
      '/account_holder',
    ]);
    const empty = await world.client.post<Check>('/v1/accounts/check', {});
    expect([empty.status, empty.body.ok]).toEqual([200, false]);
  });
});
