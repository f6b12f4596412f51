// A token bucket per API key, in this process. Its state is two numbers a key; headers as in
// draft-ietf-httpapi-ratelimit- headers-11. N processes allow N times as much: it protects the
// service, it is no quota.
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Refusal } from '../base/refusal.ts';

export interface RateLimit {
  readonly perSecond: number;
  readonly burst: number;
}

export const DEFAULT_RATE_LIMIT: RateLimit = { perSecond: 2000, burst: 4000 };

const MAX_KEYS = 20_000;

interface Bucket {
  tokens: number;
  atMs: number;
}

export interface Buckets {
  /** Takes one token. Answers what is left, or -1 where there is none. */
  take(key: string, nowMs: number): number;
}

export function createBuckets(limit: RateLimit): Buckets {
  const buckets = new Map<string, Bucket>();
  const perMs = limit.perSecond / 1000;
  return {
    take(key, nowMs) {
      let bucket = buckets.get(key);
      if (bucket === undefined) {
        if (buckets.size >= MAX_KEYS) buckets.delete(buckets.keys().next().value as string);
        bucket = { tokens: limit.burst, atMs: nowMs };
        buckets.set(key, bucket);
      }
      bucket.tokens = Math.min(limit.burst, bucket.tokens + (nowMs - bucket.atMs) * perMs);
      bucket.atMs = nowMs;
      if (bucket.tokens < 1) return -1;
      bucket.tokens -= 1;
      return Math.floor(bucket.tokens);
    },
  };
}

export const tooManyRequests = (retryAfterSeconds: number) =>
  new Refusal(
    'rate_limited',
    {
      ja: `リクエストが多すぎます。${retryAfterSeconds}秒後にもう一度送ってください。`,
      en: `Too many requests. Try again in ${retryAfterSeconds} s.`,
    },
    { status: 429, retryAfterSeconds },
  );

/** The onRequest step: sets the headers on every answer; throws 429. */
export function createRateLimiter(
  limit: RateLimit,
  nowMs: () => number = () => performance.now(),
): (request: FastifyRequest, reply: FastifyReply) => void {
  const buckets = createBuckets(limit);
  const policy = `"default";q=${limit.burst};w=${Math.ceil(limit.burst / limit.perSecond)}`;
  return (request, reply) => {
    const left = buckets.take(request.caller.keyId, nowMs());
    const remaining = Math.max(left, 0);
    const fullInSeconds = Math.ceil((limit.burst - remaining) / limit.perSecond);
    reply.header('ratelimit-policy', policy);
    reply.header('ratelimit', `"default";r=${remaining};t=${fullInSeconds}`);
    if (left < 0) throw tooManyRequests(Math.max(1, Math.ceil(1 / limit.perSecond)));
  };
}
