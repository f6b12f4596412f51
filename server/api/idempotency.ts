// Idempotency-Key (draft-ietf-httpapi-idempotency-key-header): a POST sent again within 24 h is
// answered as the first time and done once. Held in the database, so any process answers.
// Instructions have their own rule: their reference.
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Instant, WallClock } from '../base/clock.ts';
import { sameBytes, type Vault } from '../base/crypto.ts';
import type { Database } from '../base/database.ts';
import { Refusal } from '../base/refusal.ts';
import {
  claimKey,
  deleteExpiredKeys,
  releaseKey,
  selectAnswer,
  storeAnswer,
} from './idempotency-store.ts';
import { PROBLEM_TYPE, refusalOf } from './problem.ts';

const LIFE_HOURS = 24;
const LOCK_SECONDS = 60;
const SWEEP_EVERY_MS = 60_000;
const SWEEP_LIMIT = 500;
const MAX_SWEPT_SHOPS = 10_000;
const MAX_STORED_LENGTH = 1_048_576;
const PURPOSE = 'idempotency_key';
const KEY = /^[\x21-\x7e]{1,255}$/;

const keyMalformed = () =>
  refusalOf(
    'idempotency_key_invalid',
    400,
    'Idempotency-Key は空白を含まない1～255文字の英数字・記号で指定してください。',
    'An Idempotency-Key is 1 to 255 visible ASCII characters without spaces.',
  );

const keyReused = () =>
  refusalOf(
    'idempotency_key_reused',
    422,
    'このIdempotency-Keyは別の内容で使用済みです。新しいキーを使ってください。',
    'This Idempotency-Key was used with another request. Use a new key.',
  );

const stillRunning = () =>
  new Refusal(
    'idempotency_key_in_use',
    {
      ja: '同じIdempotency-Keyのリクエストを処理中です。少し待ってもう一度送ってください。',
      en: 'The first request with this Idempotency-Key is still under way. Try again shortly.',
    },
    { status: 409, retryAfterSeconds: 1 },
  );

interface Claim {
  readonly key: string;
  readonly shopId: string;
  readonly lockedUntil: Instant;
}

export interface Idempotency {
  /**
   * Before the handler: claims the key, or replies with the first answer (then true). Throws 400,
   * 409, 422.
   */
  before(request: FastifyRequest, reply: FastifyReply): Promise<boolean>;
  /** Before the answer leaves: keeps it. */
  after(request: FastifyRequest, reply: FastifyReply, payload: unknown): Promise<void>;
}

interface IdempotencyDeps {
  readonly db: Database;
  readonly vault: Vault;
  readonly wall: WallClock;
  readonly onError: (error: Error) => void;
}

export function createIdempotency(deps: IdempotencyDeps): Idempotency {
  const { db, vault, wall } = deps;
  const claims = new WeakMap<FastifyRequest, Claim>();
  const sweep = createSweep(deps);
  return {
    async before(request, reply) {
      const key = request.headers['idempotency-key'];
      if (key === undefined) return false;
      if (typeof key !== 'string' || !KEY.test(key)) throw keyMalformed();
      const { shopId } = request.caller.shop;
      const content = `${request.method} ${request.url}\n${JSON.stringify(request.body ?? null)}`;
      const fingerprint = vault.fingerprint(PURPOSE, content);
      const now = wall();
      const lockedUntil = now.add({ seconds: LOCK_SECONDS }).round('millisecond');
      const expiresAt = now.add({ hours: LIFE_HOURS });
      sweep(shopId, now);
      if (await claimKey(db, shopId, { key, fingerprint, now, lockedUntil, expiresAt })) {
        claims.set(request, { key, shopId, lockedUntil });
        return false;
      }
      const answer = await firstAnswer(db, shopId, key, fingerprint);
      const type = answer.status >= 400 ? PROBLEM_TYPE : 'application/json; charset=utf-8';
      reply.code(answer.status).header('idempotent-replayed', 'true').type(type);
      reply.send(vault.open(answer.bodySealed, PURPOSE));
      return true;
    },
    async after(request, reply, payload) {
      const claim = claims.get(request);
      if (claim === undefined) return;
      claims.delete(request);
      const { key, shopId, lockedUntil } = claim;
      const status = reply.statusCode;
      const text = payload ?? '';
      // A fault of ours, and what streams or is huge, is not kept: the key is free for another try.
      const isFinal = status < 500 && status !== 429;
      if (isFinal && typeof text === 'string' && text.length <= MAX_STORED_LENGTH) {
        const bodySealed = vault.seal(text, PURPOSE);
        await storeAnswer(db, shopId, { key, lockedUntil, status, bodySealed });
      } else {
        await releaseKey(db, shopId, key, lockedUntil);
      }
    },
  };
}

async function firstAnswer(
  db: Database,
  shopId: string,
  key: string,
  fingerprint: Buffer,
): Promise<{ readonly status: number; readonly bodySealed: Buffer }> {
  const answer = await selectAnswer(db, shopId, key);
  // Gone between the two statements: the first request failed and gave its key back.
  if (answer === undefined) throw stillRunning();
  if (!sameBytes(answer.fingerprint, fingerprint)) throw keyReused();
  const { status, bodySealed } = answer;
  if (status === null || bodySealed === null) throw stillRunning();
  return { status, bodySealed };
}

/** Removes a shop's expired keys, a bounded batch at most once a minute, beside its requests. */
function createSweep(deps: IdempotencyDeps): (shopId: string, now: Instant) => void {
  const sweptAtMs = new Map<string, number>();
  return (shopId, now) => {
    const nowMs = now.epochMilliseconds;
    if (nowMs - (sweptAtMs.get(shopId) ?? 0) < SWEEP_EVERY_MS) return;
    if (sweptAtMs.size >= MAX_SWEPT_SHOPS) sweptAtMs.clear();
    sweptAtMs.set(shopId, nowMs);
    deleteExpiredKeys(deps.db, shopId, now, SWEEP_LIMIT).catch(deps.onError);
  };
}
