// Time-outs, limits, cut connections, and what is repeated.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Call, createClient } from './client.ts';
import {
  cut,
  inTurn,
  json,
  type ScriptedBank,
  startScriptedBank,
  text,
} from './test-scripted-bank.ts';

let bank: ScriptedBank;
const pauses: number[] = [];
const client = createClient({ fetch, pause: async (ms) => void pauses.push(ms) });
const signal = new AbortController().signal;
const get = (): Call => ({
  method: 'GET',
  url: `${bank.url}/x`,
  headers: {},
  timeoutMs: 2_000,
  retry: true,
});
const post = (): Call => ({ ...get(), method: 'POST', body: '{}' });

beforeAll(async () => {
  bank = await startScriptedBank();
});
afterAll(() => bank.close());
beforeEach(() => {
  bank.asked.length = 0;
  pauses.length = 0;
});

describe('a POST is sent once', () => {
  test.each([
    ['HTTP 500', json(500, {}), { kind: 'answer', status: 500 }],
    ['HTTP 429', json(429, {}, { 'retry-after': '1' }), { kind: 'answer', status: 429 }],
    ['a cut connection', cut(), { kind: 'lost' }],
    ['a cut answer', cut('{"applyNo":'), { kind: 'lost' }],
    ['no JSON', text(200, '<html>'), { kind: 'answer', status: 200, body: undefined }],
    ['a redirect', json(307, {}, { location: '/y' }), { kind: 'answer', status: 307 }],
  ])('whatever comes: %s', async (_name, reply, result) => {
    bank.answer(reply);
    expect(await client(post(), signal)).toMatchObject(result);
    expect(bank.asked).toHaveLength(1);
    expect(pauses).toEqual([]);
  });

  test('an answer that never comes is lost in time', async () => {
    bank.answer(() => {});
    const result = await client({ ...post(), timeoutMs: 50 }, signal);
    expect(result).toEqual({ kind: 'lost', detail: 'no answer in time' });
  });

  test('a body that does not end is cut off', async () => {
    bank.answer((_asked, response) => {
      response.writeHead(200);
      const chunk = Buffer.alloc(1024 * 1024, 32);
      const more = () => {
        if (!response.destroyed && response.write(chunk)) setImmediate(more);
      };
      response.on('drain', more);
      more();
    });
    expect((await client({ ...post(), timeoutMs: 10_000 }, signal)).kind).toBe('lost');
  });

  test('a closed port proves that nothing was sent', async () => {
    const gone = await startScriptedBank();
    await gone.close();
    const result = await client({ ...post(), url: `${gone.url}/x` }, signal);
    expect(result).toEqual({ kind: 'unsent', detail: 'no connection (ECONNREFUSED)' });
  });

  test('a caller that has given up leaves the outcome open', async () => {
    expect((await client(post(), AbortSignal.abort())).kind).toBe('lost');
    expect(bank.asked).toHaveLength(0);
  });
});

describe('a GET without effects is repeated', () => {
  test('up to three times, with growing pauses', async () => {
    bank.answer(inTurn(cut(), json(503, {}), json(200, { fine: true })));
    expect(await client(get(), signal)).toMatchObject({ status: 200, body: { fine: true } });
    expect(bank.asked).toHaveLength(3);
    expect(pauses).toEqual([250, 1_000]);
  });

  test('and then no more', async () => {
    bank.answer(json(500, {}));
    expect(await client(get(), signal)).toMatchObject({ status: 500 });
    expect(bank.asked).toHaveLength(3);
  });

  test('after as long as the bank says, unless that is too long', async () => {
    bank.answer(inTurn(json(429, {}, { 'retry-after': '3' }), json(200, {})));
    expect(await client(get(), signal)).toMatchObject({ status: 200 });
    expect(pauses).toEqual([3_000]);
    bank.answer(json(429, {}, { 'retry-after': '3600' }));
    expect(await client(get(), signal)).toMatchObject({ status: 429 });
    expect(bank.asked).toHaveLength(3);
  });

  test('but not where the answer is clear, nor where reading has effects', async () => {
    bank.answer(json(400, {}));
    await client(get(), signal);
    bank.answer(json(500, {}));
    await client({ ...get(), retry: false }, signal);
    expect(bank.asked).toHaveLength(2);
  });
});
