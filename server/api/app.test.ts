// The shell over real HTTP: keys and scopes, every kind of bad input as a problem, headers, health,
// OpenAPI. Its test resource stands for all resources.
import fc from 'fast-check';
import Type from 'typebox';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../tests/api-client.ts';
import { type ApiWorld, startApiWorld } from '../../tests/api-world.ts';
import { Refusal } from '../base/refusal.ts';
import { createApiKey, revokeApiKey } from '../merchants/issue-key.ts';
import type { Api } from './resource.ts';
import { Amount, IdParams, Metadata, Nullable, OneOf, pageQuery, Strict } from './v1/schemas.ts';

const Destination = Type.Union([
  Strict({ type: Type.Literal('account'), account_id: Type.String({ maxLength: 60 }) }),
  Strict({
    type: Type.Literal('bank_account'),
    bank_code: Type.String({ pattern: '^\\d{4}$' }),
    account_type: OneOf(['ordinary', 'current', 'savings']),
  }),
]);

const Thing = Strict({
  name: Type.String({ minLength: 1, maxLength: 10 }),
  amount: Amount,
  destination: Type.Optional(Destination),
  metadata: Type.Optional(Metadata),
  on: Type.Optional(Type.String({ format: 'date' })),
  note: Type.Optional(Nullable(Type.String())),
});

function registerThings(api: Api): void {
  api.get(
    '/v1/things',
    {
      config: { scope: 'accounts:read' },
      schema: { querystring: Strict({ ...pageQuery, deep: Type.Optional(Type.Boolean()) }) },
    },
    async (request) => request.query,
  );
  api.get(
    '/v1/things/:id',
    { config: { scope: 'accounts:read' }, schema: { params: IdParams } },
    async (request) => ({ id: request.params.id, shop: request.caller.shop.number }),
  );
  api.post(
    '/v1/things',
    { config: { scope: 'accounts:write' }, schema: { body: Thing } },
    async (request) => request.body,
  );
  api.post('/v1/sandbox/things', { config: { scope: 'sandbox:write' } }, async () => ({}));
  api.get('/v1/broken', { config: { scope: 'accounts:read' } }, async () => {
    throw new Error('a secret: ヤマダ');
  });
  api.get('/v1/refused', { config: { scope: 'accounts:read' } }, async () => {
    const sentence = { ja: 'だめです。', en: 'No.' };
    throw new Refusal('no_way', sentence, { status: 409, extra: { remittance_id: 'rem_1' } });
  });
}

interface ProblemBody extends JsonObject {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly title: string;
  readonly request_id: string;
  readonly errors?: readonly { pointer: string; code: string; detail: string }[];
}

const good = { name: 'a', amount: 1 };
let world: ApiWorld;

beforeAll(async () => {
  world = await startApiWorld(registerThings);
});

afterAll(async () => {
  await world.close();
});

const json = { 'content-type': 'application/json' };
const postRaw = (rawBody: string | Buffer, headers: Record<string, string> = json) =>
  world.client.send<ProblemBody>('POST', '/v1/things', { rawBody, headers });

describe('bodies', () => {
  const rawCases: readonly [string, string | Buffer, Record<string, string>, number, string][] = [
    ['no JSON', '{"name": "a", ', json, 400, 'malformed_json'],
    ['an empty body', '', json, 422, 'invalid_input'],
    ['no UTF-8', Buffer.from([0x22, 0xff, 0xfe, 0x22]), json, 400, 'malformed_json'],
    ['Shift_JIS', Buffer.from([0x22, 0x8e, 0x52, 0x22]), json, 400, 'malformed_json'],
    ['half a surrogate pair', '{"name":"\\ud83d","amount":1}', json, 422, 'bad_character'],
    ['NUL', '{"name":"a\\u0000b","amount":1}', json, 422, 'bad_character'],
    ['half a pair as a name', '{"\\udc00":1,"name":"a","amount":1}', json, 422, 'bad_character'],
    ['a prototype', '{"__proto__":{"amount":1},"name":"a"}', json, 422, 'bad_name'],
    ['deep nesting', '['.repeat(100_000) + ']'.repeat(100_000), json, 422, 'too_deep'],
    ['10 MB', Buffer.alloc(10_485_760, 0x20), json, 413, 'body_too_large'],
    ['text', 'name=a', { 'content-type': 'text/plain' }, 415, 'unsupported_media_type'],
    [
      'NDJSON here',
      '{}',
      { 'content-type': 'application/x-ndjson' },
      415,
      'unsupported_media_type',
    ],
    ['a wrong type name', '{}', { 'content-type': 'nonsense' }, 415, 'unsupported_media_type'],
  ];
  test.each(rawCases)('%s is refused', async (_name, body, headers, status, code) => {
    const answer = await postRaw(body, headers);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(answer.body.request_id).toBe(answer.headers.get('x-request-id'));
  });

  const faultCases: readonly [string, unknown, string, string][] = [
    ['a missing field', { name: 'a' }, '/amount', 'required'],
    ['a number as text', { ...good, amount: '1' }, '/amount', 'wrong_type'],
    ['a fraction', { ...good, amount: 1.5 }, '/amount', 'wrong_type'],
    ['one yen over', { ...good, amount: 1_000_001 }, '/amount', 'too_large'],
    ['zero yen', { ...good, amount: 0 }, '/amount', 'too_small'],
    ['an empty name', { ...good, name: '' }, '/name', 'too_short'],
    ['a long name', { ...good, name: '𠮷'.repeat(11) }, '/name', 'too_long'],
    ['null', { ...good, name: null }, '/name', 'wrong_type'],
    ['an unknown field', { ...good, colour: 'red' }, '/colour', 'unknown_field'],
    ['an unknown name with signs', { ...good, 'a/b~c': 1 }, '/a~1b~0c', 'unknown_field'],
    ['a list', [], '', 'wrong_type'],
    ['no such date', { ...good, on: '2026-02-30' }, '/on', 'bad_format'],
    ['metadata of a number', { ...good, metadata: { a: 1 } }, '/metadata/a', 'wrong_type'],
    ['an odd metadata key', { ...good, metadata: { 'a\n': '' } }, '/metadata/a\n', 'unknown_field'],
    [
      'an unknown kind',
      { ...good, destination: { type: 'cash' } },
      '/destination/type',
      'not_allowed',
    ],
    ['no kind', { ...good, destination: {} }, '/destination/type', 'not_allowed'],
    ['a kind that is text', { ...good, destination: 'account' }, '/destination', 'wrong_type'],
    [
      'the other kind’s field',
      { ...good, destination: { type: 'account', account_id: 'x', bank_code: '0001' } },
      '/destination/bank_code',
      'unknown_field',
    ],
  ];
  test.each(faultCases)('%s is named', async (_name, body, pointer, code) => {
    const answer = await world.client.post<ProblemBody>('/v1/things', body);
    expect([answer.status, answer.body.code]).toEqual([422, 'invalid_input']);
    expect(answer.body.errors).toEqual([{ pointer, code, detail: expect.any(String) }]);
  });

  test('all faults are told at once, in the caller’s language', async () => {
    const body = { amount: 0, destination: { type: 'bank_account', bank_code: '1' } };
    const english = { 'accept-language': 'en-GB,en;q=0.9,ja;q=0.8' };
    const answer = await world.client.post<ProblemBody>('/v1/things', body, english);
    expect(answer.body.errors?.map((error) => [error.pointer, error.code])).toEqual([
      ['/name', 'required'],
      ['/amount', 'too_small'],
      ['/destination/account_type', 'required'],
      ['/destination/bank_code', 'bad_format'],
    ]);
    expect(answer.body.errors?.[0]?.detail).toBe('"name" is required.');
    expect(answer.headers.get('content-language')).toBe('en');
    const japanese = await world.client.post<ProblemBody>('/v1/things', body);
    expect(japanese.body.errors?.[0]?.detail).toBe('「name」は必須です。');
    expect(japanese.body.title).toBe('受け付けられない内容です');
  });

  test('a route without a body takes none, an empty one or {}, and no field', async () => {
    const send = (rawBody?: string) =>
      world.client.send<ProblemBody>('POST', '/v1/sandbox/things', {
        ...(rawBody !== undefined && { rawBody, headers: json }),
      });
    expect((await send()).status).toBe(200);
    expect((await send('')).status).toBe(200);
    expect((await send('{}')).status).toBe(200);
    const answer = await send('{"reason":"x"}');
    expect(answer.body.errors?.map((error) => error.code)).toEqual(['unknown_field']);
  });

  test('a flood of faults is cut at 20', async () => {
    const flood = Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`f${index}`, 1]));
    const answer = await world.client.post<ProblemBody>('/v1/things', flood);
    expect(answer.body.errors).toHaveLength(20);
  });

  test('emoji are text like any other', async () => {
    const body = { ...good, name: '👨‍👩‍👧ｶﾞ髙', note: null };
    const answer = await world.client.post('/v1/things', body);
    expect([answer.status, answer.body]).toEqual([200, body]);
  });
});

describe('queries and paths', () => {
  test('whole numbers and booleans are read from text', async () => {
    const answer = await world.client.get('/v1/things?limit=5&deep=true');
    expect(answer.body).toEqual({ limit: 5, deep: true });
  });

  test.each([
    ['limit=0', '/limit', 'too_small'],
    ['limit=101', '/limit', 'too_large'],
    ['limit=1e1', '/limit', 'wrong_type'],
    ['limit=1&limit=2', '/limit', 'wrong_type'],
    ['deep=yes', '/deep', 'wrong_type'],
    ['colour=red', '/colour', 'unknown_field'],
    ['cursor=%00', '/cursor', 'bad_character'],
    ['__proto__=1', '/__proto__', 'unknown_field'],
  ])('?%s is refused', async (query, pointer, code) => {
    const answer = await world.client.get<ProblemBody>(`/v1/things?${query}`);
    expect(answer.status).toBe(422);
    expect(answer.body.errors?.map((error) => [error.pointer, error.code])).toEqual([
      [pointer, code],
    ]);
  });

  test('what no resource understands behind the ? is refused, and nothing is done', async () => {
    const headers = { 'content-type': 'application/json' };
    const rawBody = JSON.stringify(good);
    for (const [method, path] of [
      ['POST', '/v1/things?dry_run=true'],
      ['GET', '/v1/things/a?dry_run=true'],
    ] as const) {
      const request = method === 'POST' ? { headers, rawBody } : {};
      const answer = await world.client.send<ProblemBody>(method, path, request);
      expect(answer.status).toBe(422);
      expect(answer.body.errors).toMatchObject([{ pointer: '/dry_run', code: 'unknown_field' }]);
    }
  });

  test.each([
    ['GET', '/v1/nothing', 404, 'not_found'],
    ['GET', '/v1/things/a/b', 404, 'not_found'],
    ['GET', `/v1/things/${'x'.repeat(300)}`, 404, 'not_found'],
    ['DELETE', '/v1/things', 405, 'method_not_allowed'],
    ['POST', '/v1/things/1', 405, 'method_not_allowed'],
    ['GET', '/v1/things/%zz', 400, 'bad_request'],
    ['GET', '/v1/things/%00', 422, 'invalid_input'],
  ])('%s %s', async (method, path, status, code) => {
    const answer = await world.client.send<ProblemBody>(method, path);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
  });

  test('405 names what is allowed', async () => {
    const answer = await world.client.delete('/v1/things');
    expect(answer.headers.get('allow')).toBe('GET, HEAD, POST');
  });
});

describe('keys', () => {
  test.each([
    ['none', null, 'api_key_missing'],
    ['an empty one', '', 'api_key_invalid'],
    ['a short one', 'sk_test_100001_short', 'api_key_invalid'],
    ['one of no shop', `sk_test_999999_${'a'.repeat(43)}`, 'api_key_invalid'],
    ['one of the other mode', `sk_live_100001_${'a'.repeat(43)}`, 'api_key_invalid'],
    ['a long one', 'x'.repeat(5000), 'api_key_invalid'],
  ])('%s is not authenticated', async (_name, key, code) => {
    const answer = await world.client.withKey(key).get<ProblemBody>('/v1/things');
    expect([answer.status, answer.body.code]).toEqual([401, code]);
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
  });

  test('a key is refused once it is revoked, and once it has expired', async () => {
    const key = { shopId: world.shop.shopId, name: 'x', scopes: ['*'] as const, by: 'test' };
    const revoked = await createApiKey(world, { ...key, expiresAt: null });
    const client = world.client.withKey(revoked.text);
    expect((await client.get('/v1/things')).status).toBe(200);
    await revokeApiKey(world, { shopId: key.shopId, keyId: revoked.keyId, by: 'test' });
    expect((await client.get('/v1/things')).status).toBe(401);
    const expired = world.client.withKey(await world.newKey(['*'], -1));
    expect((await expired.get('/v1/things')).status).toBe(401);
  });

  test('a scope that is missing is named', async () => {
    const client = world.client.withKey(await world.newKey(['accounts:read']));
    expect((await client.get('/v1/things')).status).toBe(200);
    const answer = await client.post<ProblemBody>('/v1/things', good);
    expect([answer.status, answer.body.code]).toEqual([403, 'scope_missing']);
    expect(answer.body.required_scope).toBe('accounts:write');
  });

  test('the sandbox is closed to live keys', async () => {
    expect((await world.client.post('/v1/sandbox/things', {})).status).toBe(200);
    const answer = await world.liveClient.post<ProblemBody>('/v1/sandbox/things', {});
    expect([answer.status, answer.body.code]).toEqual([403, 'test_keys_only']);
  });

  test('a caller is the shop of its key', async () => {
    const shops = [world.client, world.otherClient].map((client) => client.get('/v1/things/1'));
    const numbers = (await Promise.all(shops)).map((answer) => answer.body.shop);
    expect(numbers).toEqual([world.shop.number, world.otherShop.number]);
  });
});

describe('answers', () => {
  test('a refusal keeps its further members', async () => {
    const answer = await world.client.get<ProblemBody>('/v1/refused');
    expect(answer.status).toBe(409);
    expect(answer.body).toMatchObject({
      code: 'no_way',
      remittance_id: 'rem_1',
      detail: 'だめです。',
    });
  });

  test('a fault of ours says nothing but the request’s id', async () => {
    const answer = await world.client.get<ProblemBody>('/v1/broken', {
      'x-request-id': 'my-req-01',
    });
    expect([answer.status, answer.body.code]).toEqual([500, 'internal_error']);
    expect(answer.body.request_id).toBe('my-req-01');
    expect(answer.text).not.toContain('ヤマダ');
  });

  test('carry limits and security headers', async () => {
    const { headers } = await world.client.get('/v1/things');
    expect(headers.get('ratelimit-policy')).toBe('"default";q=4000;w=2');
    expect(headers.get('ratelimit')).toMatch(/^"default";r=39\d\d;t=1$/);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
  });
});

describe('around the API', () => {
  const open = () => world.client.withKey(null);

  test('health and readiness', async () => {
    expect((await open().get('/healthz')).body).toEqual({ status: 'ok' });
    const ready = { status: 'ready', checks: { database: 'ok' } };
    expect((await open().get('/readyz')).body).toEqual(ready);
  });

  test('metrics answer this host, by route and not by URL', async () => {
    await world.client.get('/v1/things/abc');
    const answer = await open().get('/metrics');
    expect(answer.status).toBe(200);
    expect(answer.text).toContain('route="/v1/things/:id"');
    expect(answer.text).not.toContain('abc');
    const proxied = await open().get('/metrics', { 'x-forwarded-for': '203.0.113.9' });
    expect(proxied.status).toBe(403);
  });

  test('OpenAPI 3.1 tells key, scope, problems and Idempotency-Key', async () => {
    interface Operation {
      readonly security: unknown;
      readonly description: string;
      readonly parameters: readonly { readonly name: string }[];
      readonly responses: Readonly<Record<string, unknown>>;
    }
    type Document = {
      readonly openapi: string;
      readonly paths: Record<string, Record<string, Operation>>;
      readonly components: { readonly schemas: Record<string, unknown> };
    };
    const { body } = await open().get<Document>('/openapi.json');
    expect(body.openapi).toBe('3.1.0');
    const operation = body.paths['/v1/things']!.post!;
    expect(operation.security).toEqual([{ apiKey: [] }]);
    expect(operation.description).toContain('`accounts:write`');
    expect(operation.parameters.map((parameter) => parameter.name)).toEqual(['Idempotency-Key']);
    expect(Object.keys(operation.responses)).toEqual(expect.arrayContaining(['401', '422']));
    expect(body.components.schemas.Problem).toBeDefined();
    expect(Object.keys(body.paths)).not.toContain('/healthz');
  });

  test('the reference page is served under a policy of its own host', async () => {
    const answer = await open().get('/docs/');
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'self'");
    expect(answer.text).not.toMatch(/<script(?![^>]*\ssrc=)/);
    const script = await open().get('/docs/static/swagger-initializer.js');
    expect(script.status).toBe(200);
  });
});

describe('anything at all', () => {
  const path = fc.oneof(
    fc.constantFrom('/v1/things', '/v1/things/x', '/v1/sandbox/things', '/openapi.json', '/docs/x'),
    fc.webPath().map((text) => text || '/'),
  );
  const method = fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD');
  const body = fc.oneof(
    fc.json(),
    fc.string({ unit: 'binary' }),
    fc
      .record(
        { name: fc.anything(), amount: fc.anything(), destination: fc.anything() },
        { requiredKeys: [] },
      )
      .map(
        (value) =>
          JSON.stringify(value, (_, inner) => (typeof inner === 'bigint' ? 1 : inner)) ?? '',
      ),
  );
  const header = fc.constantFrom('application/json', 'application/x-ndjson', 'text/html', ';;;');
  const query = fc.webQueryParameters();

  test('never makes a 5xx', async () => {
    await fc.assert(
      fc.asyncProperty(path, method, body, header, query, async (at, verb, text, type, search) => {
        const takesBody = verb !== 'GET' && verb !== 'HEAD';
        const answer = await world.client.send(verb, `${at}?${search}`, {
          headers: { 'content-type': type, 'idempotency-key': crypto.randomUUID() },
          ...(takesBody && { rawBody: text }),
        });
        expect(answer.status, `${verb} ${at}`).toBeLessThan(500);
      }),
      { numRuns: 300, seed: 20_261_124 },
    );
  });
});

test('a route without a scope, or without a schema of its path, does not start', async () => {
  const start = (register: (api: Api) => void) => startApiWorld(register);
  await expect(start((api) => void api.get('/v1/open', async () => ({})))).rejects.toThrow(
    'states no config.scope',
  );
  const config = { scope: 'accounts:read' } as const;
  await expect(
    start((api) => void api.get('/v1/open/:id', { config }, async () => ({}))),
  ).rejects.toThrow('without a schema');
});
