// Prometheus metrics of this process: HTTP durations here, whatever else is wanted by gauges that
// main hands in (lane depth, due and dead work, ...). No balances and no personal data.
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { hashSecret, sameBytes } from '../base/crypto.ts';
import { refusalOf } from './problem.ts';

export interface GaugeReading {
  readonly labels?: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface GaugeSource {
  /** `kawase_work_dead`, ... */
  readonly name: string;
  readonly help: string;
  readonly labelNames?: readonly string[];
  /** Asked at each scrape; where it fails the gauge is left out of that scrape. */
  read(): Promise<readonly GaugeReading[]> | readonly GaugeReading[];
}

export interface Metrics {
  /** `route` is the pattern (`/v1/remittances/:id`), never the URL. */
  observe(method: string, route: string, status: number, durationMs: number): void;
  text(): Promise<string>;
  readonly contentType: string;
}

const BUCKETS_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];

export function createMetrics(
  gauges: readonly GaugeSource[],
  options: { readonly processMetrics: boolean } = { processMetrics: true },
): Metrics {
  const registry = new Registry();
  if (options.processMetrics) collectDefaultMetrics({ register: registry });
  const duration = new Histogram({
    name: 'kawase_http_request_duration_seconds',
    help: 'Time from the request until its answer was handed over, by route',
    labelNames: ['method', 'route', 'status'],
    buckets: BUCKETS_SECONDS,
    registers: [registry],
  });
  for (const source of gauges) addGauge(registry, source);
  const children = new Map<string, ReturnType<typeof duration.labels>>();
  return {
    observe(method, route, status, durationMs) {
      const key = `${status}${method}${route}`;
      let child = children.get(key);
      if (child === undefined) {
        child = duration.labels(method, route, String(status));
        children.set(key, child);
      }
      child.observe(durationMs / 1000);
    },
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}

function addGauge(registry: Registry, source: GaugeSource): void {
  new Gauge({
    name: source.name,
    help: source.help,
    labelNames: [...(source.labelNames ?? [])],
    registers: [registry],
    async collect() {
      this.reset();
      let readings: readonly GaugeReading[];
      try {
        readings = await source.read();
      } catch {
        // A scrape still tells the rest when one source (the database) does not answer.
        return;
      }
      for (const { labels, value } of readings) this.set({ ...labels }, value);
    },
  });
}

const notForYou = () =>
  refusalOf(
    'metrics_forbidden',
    403,
    'メトリクスはトークンを付けるか、同じホストから取得してください。',
    'Fetch metrics with the token, or from this host.',
  );

/** Without a token, only this host itself, not through a proxy. */
function mayRead(request: FastifyRequest, token: string | null): boolean {
  if (token !== null) {
    const given = request.headers.authorization ?? '';
    return sameBytes(hashSecret(given), hashSecret(`Bearer ${token}`));
  }
  const address = request.socket.remoteAddress ?? '';
  const local = address === '::1' || address.replace('::ffff:', '').startsWith('127.');
  return local && request.headers['x-forwarded-for'] === undefined && !request.headers.forwarded;
}

export function registerMetrics(
  app: FastifyInstance,
  deps: { readonly metrics: Metrics; readonly token: string | null },
): void {
  app.get('/metrics', { schema: { hide: true } }, async (request, reply) => {
    if (!mayRead(request, deps.token)) throw notForYou();
    reply.type(deps.metrics.contentType);
    return deps.metrics.text();
  });
}
