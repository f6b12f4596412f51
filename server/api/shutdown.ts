// Going down in good order: told once, step after step, each with what is left of the deadline.
// What the steps are, main says: stop accepting, finish requests, drain lanes, stop workers, close
// the database.
import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import { describeError } from './log.ts';

export interface ShutdownStep {
  readonly name: string;
  /**
   * `signal` aborts at the deadline: what is not done by then is left (leases and references bring
   * it back).
   */
  readonly run: (signal: AbortSignal) => Promise<unknown>;
}

export interface Shutdown {
  /** For /readyz: true from the first moment. */
  readonly isShuttingDown: () => boolean;
  /**
   * Runs the steps, in order; a second call joins the first. Answers whether all were done in time.
   */
  begin(reason: string): Promise<boolean>;
}

export function createShutdown(options: {
  readonly steps: readonly ShutdownStep[];
  readonly deadlineMs: number;
  readonly log: FastifyBaseLogger;
}): Shutdown {
  let running: Promise<boolean> | undefined;

  async function run(reason: string): Promise<boolean> {
    const signal = AbortSignal.timeout(options.deadlineMs);
    options.log.info({ reason }, 'shutting down');
    let clean = true;
    for (const step of options.steps) {
      const done = await runStep(step, signal, options.log);
      clean &&= done;
    }
    options.log.info({ clean }, 'shut down');
    return clean;
  }

  return {
    isShuttingDown: () => running !== undefined,
    begin(reason) {
      running ??= run(reason);
      return running;
    },
  };
}

/** Every step is begun, even past the deadline: then it has a moment to let go. */
const LAST_MOMENT_MS = 500;

async function runStep(
  step: ShutdownStep,
  signal: AbortSignal,
  log: FastifyBaseLogger,
): Promise<boolean> {
  const { promise: late, resolve } = Promise.withResolvers<'late'>();
  let timer: NodeJS.Timeout | undefined;
  const expire = () => {
    timer = setTimeout(() => resolve('late'), LAST_MOMENT_MS);
  };
  if (signal.aborted) expire();
  else signal.addEventListener('abort', expire, { once: true });
  try {
    const outcome = await Promise.race([step.run(signal), late]);
    if (outcome === 'late') log.warn({ step: step.name }, 'not done by the deadline');
    return outcome !== 'late';
  } catch (error) {
    log.error({ step: step.name, ...describeError(error) }, 'a step of the shutdown failed');
    return false;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', expire);
  }
}

const IDLE_SWEEP_MS = 25;

/**
 * The step for the HTTP server: no new connections, requests under way are answered (their
 * connections then close), what is left at the deadline is cut. `noticeMs`: how long balancers get
 * to read /readyz before that.
 */
export function closeHttp(app: FastifyInstance, noticeMs: number): ShutdownStep {
  return {
    name: 'http',
    async run(signal) {
      const aborted = new Promise<void>((resolve) => {
        if (signal.aborted) resolve();
        else signal.addEventListener('abort', () => resolve(), { once: true });
      });
      const notice = Promise.withResolvers<void>();
      const timer = setTimeout(notice.resolve, noticeMs);
      await Promise.race([notice.promise, aborted]);
      clearTimeout(timer);
      const cut = aborted.then(() => app.server.closeAllConnections());
      const closed = app.close();
      // A connection whose last answer leaves only now would else be kept alive for the next.
      const sweep = setInterval(() => app.server.closeIdleConnections(), IDLE_SWEEP_MS);
      await Promise.race([closed, cut]).finally(() => clearInterval(sweep));
      if (signal.aborted) throw new Error('requests were cut at the deadline');
      await closed;
    },
  };
}
