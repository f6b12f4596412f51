// The HTTP interface put together: server settings, the steps around every request, errors, and the
// plugs for resources. What a resource does is in v1/; which resources there are, main says.
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import fastify, {
  type FastifyBaseLogger,
  type FastifyReply,
  type FastifyRequest,
  LogController,
  type RouteOptions,
} from 'fastify';
import type { WallClock } from '../base/clock.ts';
import type { Vault } from '../base/crypto.ts';
import type { Database } from '../base/database.ts';
import type { Refusal } from '../base/refusal.ts';
import type { ApiKeys } from '../merchants/api-keys.ts';
import { authenticate, authorize } from './authenticate.ts';
import { answerClientError } from './client-error.ts';
import { drainBody } from './drain-body.ts';
import { type HealthDeps, registerHealth } from './health.ts';
import { createIdempotency, type Idempotency } from './idempotency.ts';
import { addBodyParsers } from './json-body.ts';
import { localeOf } from './locale.ts';
import { describeError } from './log.ts';
import { type Metrics, registerMetrics } from './metrics.ts';
import { addOpenApi, NO_BODY, NO_QUERY } from './openapi.ts';
import { asRefusal, PROBLEM_TYPE, problemOf, unknownRoute } from './problem.ts';
import { createRateLimiter, DEFAULT_RATE_LIMIT, type RateLimit } from './rate-limit.ts';
import { createRequestIds } from './request-id.ts';
import type { Api } from './resource.ts';
import { createRouteList } from './route-list.ts';
import { validatorCompiler } from './validation.ts';

export interface ApiOptions extends HealthDeps {
  readonly db: Database;
  readonly vault: Vault;
  readonly wall: WallClock;
  readonly keys: ApiKeys;
  readonly log: FastifyBaseLogger;
  /** One line a request; faults are logged in any case. */
  readonly logRequests: boolean;
  readonly metrics: Metrics;
  /** Null: /metrics answers this host only. */
  readonly metricsToken: string | null;
  /** Shown in /openapi.json. */
  readonly version: string;
  readonly rateLimit?: RateLimit;
  /** Whose `X-Forwarded-For` is believed; left out = nobody's. */
  readonly trustProxy?: readonly string[] | number | false;
  /** `/pay` where recipients and rails reach this below a path; left out = at the root. */
  readonly root?: string;
  /** Registers the resources that take API keys: every route states `config.scope`. */
  readonly register: (api: Api) => void;
  /** Registers what guards itself: a bank's webhook, pages of the recipient. */
  readonly registerPublic?: (api: Api) => void;
}

const BODY_LIMIT_BYTES = 1_048_576;
const MAX_PARAM_LENGTH = 200;
/**
 * Longer than the idle time of common balancers (60 s), so that it is they who close a connection.
 */
const KEEP_ALIVE_MS = 72_000;
const SILENT_SOCKET_MS = 120_000;
const HEADERS_TIMEOUT_MS = 30_000;

const SECURITY_HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
  'x-content-type-options': 'nosniff',
};

export function createApi(options: ApiOptions): Api {
  const app = createServer(options);
  const routes = createRouteList();
  app.decorateRequest('caller', null as never);
  app.setValidatorCompiler(validatorCompiler);
  addBodyParsers(app);
  app.addHook('onRoute', routes.add);
  app.addHook('onRequest', (request, reply, done) => {
    reply.headers(SECURITY_HEADERS);
    reply.header('x-request-id', request.id);
    done();
  });
  app.addHook('onResponse', (request, reply, done) => {
    observe(options, request, reply);
    done();
  });
  app.setErrorHandler((error, request, reply) => sendError(options.log, error, request, reply));
  app.setNotFoundHandler((request, reply) => {
    const allowed = routes.methodsAt(request.url);
    if (allowed.length > 0) reply.header('allow', allowed.join(', '));
    throw unknownRoute(allowed);
  });
  addOpenApi(app, options.version);
  app.register(async (open) => {
    registerHealth(open, options);
    registerMetrics(open, { metrics: options.metrics, token: options.metricsToken });
    options.registerPublic?.(open as Api);
  });
  app.register(async (guarded) => {
    guard(guarded as Api, options);
    options.register(guarded as Api);
  });
  return app;
}

function createServer({ log, trustProxy = false, root = '' }: ApiOptions): Api {
  return fastify({
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true }),
    // Requests are logged by `observe` with their id; a logger of their own would cost and say no
    // more.
    childLoggerFactory: (logger) => logger,
    trustProxy: believed(trustProxy),
    rewriteUrl: ({ url = '/' }) => belowRoot(root, url),
    genReqId: createRequestIds(),
    requestIdHeader: false,
    bodyLimit: BODY_LIMIT_BYTES,
    keepAliveTimeout: KEEP_ALIVE_MS,
    connectionTimeout: SILENT_SOCKET_MS,
    // A stream of instructions may take as long as it takes; silence ends it (connectionTimeout).
    requestTimeout: 0,
    http: { headersTimeout: HEADERS_TIMEOUT_MS },
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    routerOptions: { maxParamLength: MAX_PARAM_LENGTH },
    clientErrorHandler: answerClientError,
    frameworkErrors: (error, request, reply) => sendError(log, error, request, reply),
  }).withTypeProvider<TypeBoxTypeProvider>();
}

/** By number: so many of the addresses nearest to us are proxies of ours. */
function believed(given: NonNullable<ApiOptions['trustProxy']>) {
  if (typeof given === 'object') return [...given];
  return given === false ? false : (_address: string, hop: number) => hop < given;
}

/** A proxy in front may take the path of the public URL away, or leave it: both are understood. */
function belowRoot(root: string, url: string): string {
  if (root === '' || !url.startsWith(root)) return url;
  const rest = url.slice(root.length);
  if (rest.startsWith('/')) return rest;
  return rest === '' || rest.startsWith('?') ? `/${rest}` : url;
}

/** The steps in front of every resource: key, rate limit, scope, Idempotency-Key. */
function guard(api: Api, options: ApiOptions): void {
  const { db, vault, wall, keys, log } = options;
  const limit = createRateLimiter(options.rateLimit ?? DEFAULT_RATE_LIMIT);
  const onError = (error: Error) => log.error(describeError(error), 'idempotency keys not swept');
  const idempotency = createIdempotency({ db, vault, wall, onError });
  api.addHook('onRoute', (route) => prepareRoute(route, idempotency));
  api.addHook('onRequest', async (request, reply) => {
    await authenticate(keys, request);
    limit(request, reply);
  });
}

function prepareRoute(route: RouteOptions, idempotency: Idempotency): void {
  const name = `${route.method} ${route.url}`;
  const { scope, repeats } = route.config ?? {};
  if (scope === undefined) throw new Error(`${name} states no config.scope`);
  if (route.url.includes(':') && route.schema?.params === undefined) {
    throw new Error(`${name} has path parameters without a schema`);
  }
  const readsItself = route.config?.ndjson || route.config?.takesFile;
  const takesBody = !['GET', 'HEAD'].includes(String(route.method)) && !readsItself;
  if (takesBody && route.schema?.body === undefined) {
    route.schema = { ...route.schema, body: NO_BODY };
  }
  if (route.schema?.querystring === undefined) {
    route.schema = { ...route.schema, querystring: NO_QUERY };
  }
  route.onRequest = [authorize(scope), ...[route.onRequest ?? []].flat()];
  if (route.method !== 'POST' || repeats === 'reference') return;
  route.preHandler = [
    async (request, reply) => {
      if (await idempotency.before(request, reply)) return reply;
    },
    ...[route.preHandler ?? []].flat(),
  ];
  route.onSend = [
    ...[route.onSend ?? []].flat(),
    async (request, reply, payload) => {
      await idempotency.after(request, reply, payload);
      return payload;
    },
  ];
}

function sendError(
  log: FastifyBaseLogger,
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  const { refusal, isFault } = asRefusal(error);
  if (isFault) {
    const route = request.routeOptions.url ?? null;
    log.error(
      { request_id: request.id, method: request.method, route, ...describeError(error) },
      'request failed',
    );
  }
  sendProblem(refusal, request, reply);
}

function sendProblem(refusal: Refusal, request: FastifyRequest, reply: FastifyReply): void {
  const caller = request.caller as FastifyRequest['caller'] | null;
  const locale = caller?.locale ?? localeOf(request.headers['accept-language']);
  drainBody(request, reply);
  reply.code(refusal.status).type(PROBLEM_TYPE).header('content-language', locale);
  const takesKey = request.routeOptions.config?.action === undefined;
  if (refusal.status === 401 && takesKey) reply.header('www-authenticate', 'Bearer');
  if (refusal.retryAfterSeconds !== undefined) {
    reply.header('retry-after', refusal.retryAfterSeconds);
  }
  reply.send(JSON.stringify(problemOf(refusal, locale, request.id)));
}

function observe(options: ApiOptions, request: FastifyRequest, reply: FastifyReply): void {
  const route = request.routeOptions.url ?? 'unknown';
  const durationMs = reply.elapsedTime;
  options.metrics.observe(request.method, route, reply.statusCode, durationMs);
  if (!options.logRequests) return;
  const caller = request.caller as FastifyRequest['caller'] | null;
  options.log.info(
    {
      request_id: request.id,
      method: request.method,
      route,
      status: reply.statusCode,
      duration_ms: Math.round(durationMs * 10) / 10,
      shop: caller?.shop.number,
      key_id: caller?.keyId,
    },
    'request',
  );
}
