// NDJSON in any chunks: each line by itself, bad ones named, memory and order kept; and an answer
// streamed back.
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ApiWorld, startApiWorld } from '../../tests/api-world.ts';
import { MAX_LINE_BYTES, type NdjsonLine, readNdjson, sendNdjson } from './ndjson.ts';
import type { Api } from './resource.ts';

async function* chunked(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function linesOf(text: string | Buffer, size = 7): Promise<NdjsonLine[]> {
  const lines: NdjsonLine[] = [];
  for await (const group of readNdjson(chunked(Buffer.from(text), size))) lines.push(...group);
  return lines;
}

const told = (lines: readonly NdjsonLine[]) =>
  lines.map((line) => [line.line, line.refusal ? line.refusal.code : line.value]);

describe('reading', () => {
  test('lines, blank lines, CRLF and a last line without an end', async () => {
    expect(told(await linesOf('{"a":1}\r\n\n  \n[2]\n"三"'))).toEqual([
      [1, { a: 1 }],
      [4, [2]],
      [5, '三'],
    ]);
    expect(await linesOf('')).toEqual([]);
    expect(await linesOf('\n\n')).toEqual([]);
  });

  test('a bad line is its own fault', async () => {
    const text = Buffer.concat([
      Buffer.from('{"a":1}\n{"a":\n'),
      Buffer.from([0x22, 0xff, 0x22, 0x0a]),
      Buffer.from('{"a":"\\ud800"}\n{"a":2}\n'),
    ]);
    expect(told(await linesOf(text))).toEqual([
      [1, { a: 1 }],
      [2, 'malformed_json'],
      [3, 'malformed_json'],
      [4, 'bad_character'],
      [5, { a: 2 }],
    ]);
  });

  test('a last line that is cut off is told as such', async () => {
    const lines = await linesOf('{"a":1}\n{"a":2,"na');
    expect(told(lines)).toEqual([
      [1, { a: 1 }],
      [2, 'line_truncated'],
    ]);
    expect(lines[1]?.refusal?.extra).toEqual({ line: 2 });
  });

  test.each([7, 65_536, 1_000_000])('a line over 64 KB is skipped (chunks of %d)', async (size) => {
    const fits = JSON.stringify('x'.repeat(MAX_LINE_BYTES - 2));
    const over = JSON.stringify('x'.repeat(MAX_LINE_BYTES - 1));
    expect(told(await linesOf(`1\n${fits}\n${over}\n2\n${over}`, size))).toEqual([
      [1, 1],
      [2, 'x'.repeat(MAX_LINE_BYTES - 2)],
      [3, 'line_too_long'],
      [4, 2],
      [5, 'line_too_long'],
    ]);
  });

  test('whatever is written is read, however it is cut', async () => {
    const value = fc.jsonValue({ maxDepth: 3, stringUnit: 'grapheme' });
    await fc.assert(
      fc.asyncProperty(fc.array(value), fc.integer({ min: 1, max: 50 }), async (values, size) => {
        const sound = values.filter((each) => !/__proto__|\\u/.test(JSON.stringify(each)));
        const text = sound.map((each) => `${JSON.stringify(each)}\n`).join('');
        const read = await linesOf(text, size);
        expect(read.map((line) => (line.refusal ? line.refusal : line.value))).toEqual(
          sound.map((each) => JSON.parse(JSON.stringify(each))),
        );
      }),
      { numRuns: 200, seed: 7 },
    );
  });

  test('whatever bytes come, every line is told and nothing is thrown', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
        const lines = await linesOf(Buffer.from(bytes), 9);
        const count = Buffer.from(bytes).toString('latin1').split('\n').length;
        expect(lines.length).toBeLessThanOrEqual(count);
      }),
      { numRuns: 300, seed: 7 },
    );
  });
});

function registerEcho(api: Api): void {
  const config = { scope: 'remittances:write', repeats: 'reference', ndjson: true } as const;
  api.post('/v1/echo', { config }, (request, reply) => {
    async function* answers(): AsyncGenerator<string> {
      for await (const group of readNdjson(request.body as AsyncIterable<Buffer>)) {
        const values = told(group).map(([, value]) => `${JSON.stringify(value)}\n`);
        yield values.join('');
      }
    }
    return sendNdjson(reply, answers());
  });
  api.post('/v1/echo-broken', { config }, (_request, reply) => {
    async function* answers(): AsyncGenerator<string> {
      yield '1\n';
      throw new Error('broken half way');
    }
    return sendNdjson(reply, answers());
  });
}

describe('over HTTP', () => {
  let world: ApiWorld;
  beforeAll(async () => {
    world = await startApiWorld(registerEcho);
  });
  afterAll(async () => {
    await world.close();
  });
  const headers = { 'content-type': 'application/x-ndjson' };

  test('50,000 lines come back in order, past the limit of ordinary bodies', async () => {
    const values = Array.from({ length: 50_000 }, (_, index) => ({ index, name: 'ヤマダ タロウ' }));
    const rawBody = values.map((value) => `${JSON.stringify(value)}\n`).join('');
    const answer = await world.client.send('POST', '/v1/echo', { headers, rawBody });
    expect(answer.headers.get('content-type')).toContain('application/x-ndjson');
    expect(answer.text === rawBody).toBe(true);
  });

  test('an answer that breaks is seen to break', async () => {
    const sent = world.client.send('POST', '/v1/echo-broken', { headers, rawBody: '' });
    await expect(sent).rejects.toThrow();
  });
});
