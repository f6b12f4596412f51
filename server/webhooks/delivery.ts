// A delivery as a rule: the retry schedule, what an answer means, the message that is sent. Pure;
// SQL is in delivery-store.ts, HTTP in sender.ts.
import { type Instant, tokyoTimestamp } from '../base/clock.ts';
import type { StoredEvent } from '../base/events.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** The pause before each attempt (Standard Webhooks): some 75 hours in all. */
export const SCHEDULE_MS = [
  0,
  5 * SECOND,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  14 * HOUR,
  20 * HOUR,
  24 * HOUR,
] as const;

/** At most this share is added to a pause, so that retries of one outage do not arrive together. */
const JITTER = 0.1;
const RETRY_AFTER_MAX_MS = 24 * HOUR;
const THROTTLE_FIRST_MS = 5 * SECOND;
const THROTTLE_MAX_MS = 10 * MINUTE;

/** What came back. `status` null: no answer, and `error` says why in one word. */
export interface Answer {
  readonly status: number | null;
  readonly error: string | null;
  readonly retryAfter: string | null;
  readonly durationMs: number;
}

export interface Verdict {
  readonly status: 'delivered' | 'pending' | 'dead';
  /** When it is tried again; null unless `pending`. */
  readonly nextAt: Instant | null;
  /** The receiver asks for less: nothing goes to the endpoint before then. */
  readonly throttledUntil: Instant | null;
  /** The receiver said 410: the endpoint is to be switched off. */
  readonly isGone: boolean;
}

/** What an answer to attempt number `attempts` means. `random` in [0, 1) is the jitter. */
export function judge(
  answer: Answer,
  given: {
    readonly attempts: number;
    readonly throttleLevel: number;
    readonly now: Instant;
    readonly random: number;
  },
): Verdict {
  const { status } = answer;
  const isGone = status === 410;
  if (status !== null && status >= 200 && status < 300) {
    return { status: 'delivered', nextAt: null, throttledUntil: null, isGone };
  }
  const askedMs = retryAfterMs(answer.retryAfter, given.now);
  const after = (ms: number) => given.now.add({ milliseconds: Math.round(ms) });
  const isThrottle = status === 429 || status === 502 || status === 504;
  const throttleMs = Math.min(THROTTLE_MAX_MS, THROTTLE_FIRST_MS * 2 ** given.throttleLevel);
  const throttledUntil = isThrottle ? after(Math.max(throttleMs, askedMs)) : null;
  const pauseMs = SCHEDULE_MS[given.attempts];
  if (isGone || pauseMs === undefined) {
    return { status: 'dead', nextAt: null, throttledUntil, isGone };
  }
  const nextAt = after(Math.max(pauseMs * (1 + JITTER * given.random), askedMs));
  return { status: 'pending', nextAt, throttledUntil, isGone };
}

/**
 * Retry-After as milliseconds from now: seconds or an HTTP date, at most a day; 0 where it says
 * nothing.
 */
function retryAfterMs(header: string | null, now: Instant): number {
  if (header === null || header.length > 40) return 0;
  const text = header.trim();
  const ms = /^\d{1,9}$/.test(text)
    ? Number(text) * SECOND
    : Date.parse(text) - now.epochMilliseconds;
  if (!(ms > 0)) return 0;
  return Math.min(ms, RETRY_AFTER_MAX_MS);
}

/** The event as it is sent and shown. `sequence` orders the events of one object. */
export function showEvent(event: StoredEvent) {
  return {
    id: event.id,
    type: event.type,
    timestamp: tokyoTimestamp(event.at),
    sequence: event.objectSequence,
    data: event.payload as Record<string, unknown>,
  };
}

/** The body of the message: the same bytes at every attempt. */
export function messageBody(event: StoredEvent): string {
  return JSON.stringify(showEvent(event));
}
