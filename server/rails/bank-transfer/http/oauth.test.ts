// Refreshing, rotating and storing tokens.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { httpAccount } from '../test-submission.ts';
import { createClient } from './client.ts';
import { readHttpConfig } from './config.ts';
import { createTokenSource, type TokenStore, type Tokens } from './oauth.ts';
import {
  cut,
  json,
  type Reply,
  type ScriptedBank,
  startScriptedBank,
} from './test-scripted-bank.ts';

let bank: ScriptedBank;
let wallMs = Date.parse('2026-11-24T00:00:00Z');
const stored = new Map<string, Tokens>();
const store: TokenStore = {
  load: async (id) => stored.get(id),
  save: async (id, tokens) => void stored.set(id, tokens),
};
const account = httpAccount();
const config = () => readHttpConfig(httpAccount({ baseUrl: bank.url }));
const source = (with_: TokenStore = store) =>
  createTokenSource({
    client: createClient({ fetch }),
    store: with_,
    now: () => Temporal.Instant.fromEpochMilliseconds(wallMs),
  });

/** Rotates with each use; a refresh token is good for one. */
function rotating(): Reply {
  let turn = 0;
  return (asked, response) => {
    const given = new URLSearchParams(asked.body).get('refresh_token');
    const expected = `refresh-token-${turn}`;
    if (given !== expected) return json(400, { error: 'invalid_grant' })(asked, response);
    turn += 1;
    const body = {
      access_token: `access-${turn}`,
      refresh_token: `refresh-token-${turn}`,
      expires_in: '3600',
    };
    return json(200, body)(asked, response);
  };
}

beforeAll(async () => {
  bank = await startScriptedBank();
});
afterAll(() => bank.close());
beforeEach(() => {
  bank.asked.length = 0;
  bank.answer(rotating());
  stored.clear();
});

test('the first token comes from the consent, the next ones from the store', async () => {
  const tokens = source();
  expect(await tokens.token(account, config())).toEqual({ kind: 'token', accessToken: 'access-1' });
  expect(stored.get('ra-1')).toEqual({
    accessToken: 'access-1',
    refreshToken: 'refresh-token-1',
    expiresAtMs: wallMs + 3_600_000,
  });
  expect(bank.asked[0]?.headers.authorization).toMatch(/^Basic /);
  await tokens.token(account, config());
  expect(bank.asked).toHaveLength(1);
});

test('a token that ends within a minute is refreshed', async () => {
  const tokens = source();
  await tokens.token(account, config());
  wallMs += 3_550_000;
  expect(await tokens.token(account, config())).toMatchObject({ accessToken: 'access-2' });
  expect(stored.get('ra-1')?.refreshToken).toBe('refresh-token-2');
});

test('a refused token is refreshed once, however many ask', async () => {
  const tokens = source();
  await tokens.token(account, config());
  const answers = await Promise.all(
    Array.from({ length: 8 }, () => tokens.token(account, config(), 'access-1')),
  );
  expect(new Set(answers.map((each) => JSON.stringify(each))).size).toBe(1);
  expect(answers[0]).toMatchObject({ accessToken: 'access-2' });
  expect(bank.asked).toHaveLength(2);
});

test('another process was first: its tokens are taken', async () => {
  await source().token(account, config());
  const old = stored.get('ra-1')!;
  await source().token(account, config(), 'access-1');
  // This one reads the store before the other has saved, and after the bank has refused it again.
  let reads = 0;
  const late: TokenStore = {
    load: async (id) => (reads++ === 0 ? old : stored.get(id)),
    save: store.save,
  };
  const answer = await source(late).token(account, config(), 'access-1');
  expect(answer).toEqual({ kind: 'token', accessToken: 'access-2' });
});

test('rotated tokens are stored before use, also after the store has failed', async () => {
  let failures = 1;
  const shaky: TokenStore = {
    load: store.load,
    save: async (id, tokens) => {
      if (failures-- > 0) throw new Error('the store is away');
      await store.save(id, tokens);
    },
  };
  const tokens = source(shaky);
  await expect(tokens.token(account, config())).rejects.toThrow('the store is away');
  expect(await tokens.token(account, config())).toMatchObject({ accessToken: 'access-1' });
  expect(stored.get('ra-1')?.refreshToken).toBe('refresh-token-1');
  expect(bank.asked).toHaveLength(1);
});

test('the client’s name and password may stand in the form', async () => {
  const inForm = readHttpConfig(
    httpAccount({
      baseUrl: bank.url,
      clientAuthentication: 'post',
      refreshToken: 'refresh-token-0',
    }),
  );
  await source().token(account, inForm);
  expect(bank.asked[0]?.headers.authorization).toBeUndefined();
  expect(new URLSearchParams(bank.asked[0]?.body).get('client_id')).toBe('client-1');
});

test.each([
  ['a refusal', json(400, { error: 'invalid_grant' })],
  ['an empty answer', json(200, {})],
  ['no end of life', json(200, { access_token: 'a', refresh_token: 'b' })],
  ['an end in the past', json(200, { access_token: 'a', refresh_token: 'b', expires_in: '-1' })],
  ['a cut answer', cut('{"access_token":')],
])('no token, and why, without secrets: %s', async (_name, reply) => {
  bank.answer(reply);
  const answer = await source().token(account, config());
  expect(answer.kind).toBe('none');
  expect(JSON.stringify(answer)).not.toMatch(/refresh-token-0|secret-of/);
  expect(stored.size).toBe(0);
  expect(bank.asked).toHaveLength(1);
});
