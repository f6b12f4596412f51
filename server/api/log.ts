// The log: one JSON line a request and one a fault. No bodies, no query strings, no headers, no
// personal data.
import type { FastifyBaseLogger } from 'fastify';
import { pino } from 'pino';

const REDACTED = [
  'authorization',
  '*.authorization',
  'headers',
  '*.headers',
  'body',
  '*.body',
  'query',
  '*.query',
];

/** `level`: pino's levels, or `silent`. */
export function createLog(level: string): FastifyBaseLogger {
  return pino({
    level,
    base: { service: 'kawase' },
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths: REDACTED, censor: '[redacted]' },
  });
}

const MAX_CAUSES = 3;

/**
 * An error as it may be logged: the messages of the database and of JSON parsers quote data, so
 * those go unsaid.
 */
export function describeError(error: unknown, depth = 0): Record<string, unknown> {
  if (!(error instanceof Error)) return { error: `a thrown ${typeof error}` };
  const { code, severity, constraint, table } = error as {
    code?: unknown;
    severity?: unknown;
    constraint?: unknown;
    table?: unknown;
  };
  const quotesData = severity !== undefined || error instanceof SyntaxError;
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return {
    error: error.name,
    ...(!quotesData && { message: error.message.slice(0, 500) }),
    code,
    constraint,
    table,
    stack: frames.slice(0, 20).map((frame) => frame.trim()),
    ...(error.cause !== undefined &&
      depth < MAX_CAUSES && { cause: describeError(error.cause, depth + 1) }),
  };
}
