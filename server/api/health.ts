// /healthz: the process lives. /readyz: it can do its work (database, migrations, not shutting
// down): balancers ask this.
import type { FastifyInstance } from 'fastify';

export interface HealthDeps {
  /** By name; each resolves where all is well. `database`, `migrations`, ... */
  readonly readiness: Readonly<Record<string, () => Promise<unknown>>>;
  readonly isShuttingDown: () => boolean;
}

const CHECK_TIMEOUT_MS = 2000;

async function answers(check: () => Promise<unknown>): Promise<boolean> {
  const { promise: late, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => resolve(false), CHECK_TIMEOUT_MS);
  try {
    const asked = check().then(
      () => true,
      () => false,
    );
    return await Promise.race([asked, late]);
  } finally {
    clearTimeout(timer);
  }
}

export function registerHealth(app: FastifyInstance, deps: HealthDeps): void {
  app.get('/healthz', { schema: { hide: true } }, async () => ({ status: 'ok' }));
  app.get('/readyz', { schema: { hide: true } }, async (_request, reply) => {
    const names = Object.keys(deps.readiness);
    const results = await Promise.all(names.map((name) => answers(deps.readiness[name]!)));
    const checks = Object.fromEntries(
      names.map((name, index) => [name, results[index] ? 'ok' : 'failed']),
    );
    const shuttingDown = deps.isShuttingDown();
    const ready = results.every(Boolean) && !shuttingDown;
    reply.code(ready ? 200 : 503);
    return { status: shuttingDown ? 'shutting_down' : ready ? 'ready' : 'not_ready', checks };
  });
}
