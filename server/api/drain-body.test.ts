// Who is refused while still sending gets to read why, and nobody is listened to for ever.
import http from 'node:http';
import Type from 'typebox';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ApiWorld, startApiWorld } from '../../tests/api-world.ts';
import { Strict } from './v1/schemas.ts';

const PIECE = Buffer.alloc(1_048_576, 0x20);
let world: ApiWorld;
let keyText: string;

beforeAll(async () => {
  world = await startApiWorld((api) => {
    const schema = { body: Strict({ name: Type.String() }) };
    api.post('/v1/things', { config: { scope: 'accounts:write' }, schema }, async () => ({}));
  });
  keyText = await world.newKey(['*']);
});

afterAll(async () => {
  await world.close();
});

/** Sends so many pieces one after another, whatever is answered meanwhile. */
function sendSlowly(pieces: number, headers: http.OutgoingHttpHeaders): Promise<string> {
  return new Promise((resolve, reject) => {
    const key = { authorization: `Bearer ${keyText}`, 'content-type': 'application/json' };
    const request = http.request(`${world.client.baseUrl}/v1/things`, {
      ...{ method: 'POST', headers: { ...key, ...headers } },
    });
    request.on('error', reject);
    request.on('response', async (response) => {
      let text = '';
      for await (const chunk of response.setEncoding('utf8')) text += chunk;
      if (!request.writableFinished) await new Promise((done) => request.once('finish', done));
      resolve(`${response.statusCode} ${JSON.parse(text).code}`);
    });
    void (async () => {
      for (let sent = 0; sent < pieces && !request.destroyed; sent++) {
        await new Promise((done) => request.write(PIECE, done));
        await new Promise((done) => setTimeout(done, 2));
      }
      request.end();
    })();
  });
}

const tenPieces = { 'content-length': 10 * PIECE.length };

test.each([
  ['announced', 413, 'body_too_large', tenPieces],
  ['not announced', 413, 'body_too_large', {}],
  ['of another kind', 415, 'unsupported_media_type', { 'content-type': 'text/csv' }],
  ['of nobody known', 401, 'api_key_invalid', { authorization: 'Bearer sk_test_1_x' }],
] as const)('10 MB, %s: %i %s', async (_name, status, code, headers) => {
  expect(await sendSlowly(10, headers)).toBe(`${status} ${code}`);
});

test('the patience has an end', async () => {
  await expect(sendSlowly(100, {})).rejects.toThrow(/EPIPE|ECONNRESET|socket hang up/);
});
