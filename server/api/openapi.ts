// /openapi.json and /docs, made from the route schemas. What holds for every operation (key, scope,
// Idempotency-Key, problems) is added here, in the document only, so that it costs nothing when
// serving.
import fastifySwagger, { type FastifyDynamicSwaggerOptions } from '@fastify/swagger';
import fastifySwaggerUi from '@fastify/swagger-ui';
import type { FastifyContextConfig, FastifyInstance, FastifySchema, RouteOptions } from 'fastify';
import { DOCS_CSS } from './docs-theme.ts';
import { both, Problem, Strict } from './v1/schemas.ts';

/**
 * Of routes that state no body: fields sent all the same are refused by name. Not shown in the
 * document.
 */
export const NO_BODY = Strict({});

/**
 * Of routes that take nothing behind the `?`: whoever believes that `dry_run` is understood must
 * hear that it is not.
 */
export const NO_QUERY = Strict({});

const DESCRIPTION = [
  '為替（Kawase）送金API。認証は `Authorization: Bearer sk_test_…`。金額は整数の円、時刻は日本時間です。',
  'エラーは application/problem+json（RFC 9457）で、`Accept-Language: ja|en` の言語で説明します。',
  '',
  'Kawase remittance API. Authenticate with `Authorization: Bearer sk_test_…`.',
  'Amounts are whole yen, times are in Tokyo. Errors are application/problem+json (RFC 9457),',
  'worded in the language of `Accept-Language: ja|en`.',
].join('\n');

const PROBLEMS: readonly (readonly [string, string, string])[] = [
  ['400', '形式の誤り', 'Malformed request'],
  ['401', 'APIキーの誤り', 'No or wrong API key'],
  ['403', '権限なし', 'Scope missing'],
  ['404', '該当なし', 'Not found'],
  ['409', '現在の状態と矛盾', 'Conflicts with the present state'],
  ['422', '内容の誤り', 'Content not accepted'],
  ['429', 'リクエスト過多', 'Too many requests'],
  ['500', '内部エラー', 'Internal error'],
];

const IDEMPOTENCY_KEY = {
  type: 'object',
  properties: {
    'Idempotency-Key': {
      type: 'string',
      maxLength: 255,
      description: both(
        '同じキーの再送は24時間、最初の回答を返します',
        'A request sent again with the same key within 24 h gets the first answer',
      ),
    },
  },
};

function problemResponses(schema: FastifySchema): Record<string, unknown> {
  const given = (schema.response ?? {}) as Record<string, unknown>;
  const problems = PROBLEMS.filter(([status]) => given[status] === undefined);
  const content = { 'application/problem+json': { schema: { $ref: 'Problem#' } } };
  return {
    ...given,
    ...Object.fromEntries(
      problems.map(([status, ja, en]) => [status, { description: both(ja, en), content }]),
    ),
  };
}

function operationId(method: string, url: string): string {
  const words = url.split(/[^A-Za-z0-9]+/).filter(Boolean);
  return [method.toLowerCase(), ...words].join('_');
}

type Transform = NonNullable<FastifyDynamicSwaggerOptions['transform']>;

const FILE_TYPES = [
  ...['text/csv', 'application/octet-stream'],
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
];

const mapped = (bodies: NonNullable<FastifyContextConfig['bodies']>) =>
  Object.fromEntries(Object.entries(bodies).map(([type, schema]) => [type, { schema }]));

const describe: Transform = ({ schema, url, route }) => {
  const { body, querystring, ...rest }: FastifySchema = schema ?? {};
  const known: FastifySchema = {
    ...rest,
    ...(body !== undefined && body !== NO_BODY && { body }),
    ...(querystring !== undefined && querystring !== NO_QUERY && { querystring }),
  };
  const { scope, repeats, takesFile, bodies } = (route as RouteOptions).config ?? {};
  if (scope === undefined) return { schema: known, url };
  const method = [route.method].flat()[0]!;
  const takesKey = method === 'POST' && repeats !== 'reference';
  const scopeLine = both(`必要な権限: \`${scope}\``, `Scope: \`${scope}\``);
  return {
    url,
    schema: {
      operationId: operationId(method, url),
      ...known,
      ...(bodies && { body: { content: mapped(bodies) } }),
      ...(takesFile && { consumes: [...FILE_TYPES], body: { type: 'string', format: 'binary' } }),
      description: [known.description, scopeLine].filter(Boolean).join('\n\n'),
      security: [{ apiKey: [] }],
      ...(takesKey && { headers: IDEMPOTENCY_KEY }),
      response: problemResponses(known),
    },
  };
};

export function addOpenApi(app: FastifyInstance, version: string): void {
  app.addSchema(Problem);
  app.register(fastifySwagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Kawase', version, description: DESCRIPTION },
      servers: [{ url: '/' }],
      components: {
        securitySchemes: {
          apiKey: {
            type: 'http',
            scheme: 'bearer',
            description: both('APIキー sk_test_… / sk_live_…', 'API key sk_test_… / sk_live_…'),
          },
        },
      },
    },
    refResolver: {
      buildLocalReference: (json, _baseUri, _fragment, index) => String(json.$id ?? `def-${index}`),
    },
    transform: describe,
  });
  app.get('/openapi.json', { schema: { hide: true } }, async (_request, reply) => {
    reply.header('cache-control', 'public, max-age=300');
    return app.swagger();
  });
  app.register(async (docs) => {
    docs.addHook('onRequest', async (_request, reply) => {
      reply.header('content-security-policy', DOCS_POLICY);
    });
    await docs.register(fastifySwaggerUi, {
      routePrefix: '/docs',
      uiConfig: { docExpansion: 'list', deepLinking: true, persistAuthorization: false },
      theme: { title: 'Kawase API', css: [{ filename: 'kawase.css', content: DOCS_CSS }] },
    });
  });
}

const DOCS_POLICY =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
  "object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'none'";
