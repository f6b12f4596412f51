// All SQL of idempotency_key. Answers are ciphertext: they may hold names, accounts or a new
// secret.
import type { Instant } from '../base/clock.ts';
import type { Sql } from '../base/database.ts';

export interface StoredAnswer {
  readonly fingerprint: Buffer;
  /** Null while the first request is under way. */
  readonly status: number | null;
  readonly bodySealed: Buffer | null;
}

/**
 * Claims a key. True: it is the caller's now. A key is free again after its expiry, or, for the
 * same request, when the process that held it gave no answer until `locked_until`.
 */
export async function claimKey(
  sql: Sql,
  shopId: string,
  claim: {
    readonly key: string;
    readonly fingerprint: Buffer;
    readonly now: Instant;
    readonly lockedUntil: Instant;
    readonly expiresAt: Instant;
  },
): Promise<boolean> {
  const changed = await sql.run(
    `insert into idempotency_key as k (shop_id, key, fingerprint, locked_until, expires_at)
     values ($1, $2, $3, $4, $5)
     on conflict (shop_id, key) do update
     set fingerprint = excluded.fingerprint, status = null, body_sealed = null,
       locked_until = excluded.locked_until, expires_at = excluded.expires_at
     where k.expires_at <= $6
       or (k.status is null and k.locked_until <= $6 and k.fingerprint = excluded.fingerprint)`,
    [shopId, claim.key, claim.fingerprint, claim.lockedUntil, claim.expiresAt, claim.now],
  );
  return changed > 0;
}

export async function selectAnswer(
  sql: Sql,
  shopId: string,
  key: string,
): Promise<StoredAnswer | undefined> {
  const [row] = await sql.query<{
    fingerprint: Buffer;
    status: number | null;
    body_sealed: Buffer | null;
  }>(
    `select fingerprint, status, body_sealed from idempotency_key
     where shop_id = $1 and key = $2`,
    [shopId, key],
  );
  return row && { fingerprint: row.fingerprint, status: row.status, bodySealed: row.body_sealed };
}

/** `lockedUntil` tells one's own claim from one that took over after it had run out. */
export async function storeAnswer(
  sql: Sql,
  shopId: string,
  answer: {
    readonly key: string;
    readonly lockedUntil: Instant;
    readonly status: number;
    readonly bodySealed: Buffer;
  },
): Promise<void> {
  await sql.run(
    `update idempotency_key set status = $4, body_sealed = $5
     where shop_id = $1 and key = $2 and locked_until = $3 and status is null`,
    [shopId, answer.key, answer.lockedUntil, answer.status, answer.bodySealed],
  );
}

export async function releaseKey(
  sql: Sql,
  shopId: string,
  key: string,
  lockedUntil: Instant,
): Promise<void> {
  await sql.run(
    `delete from idempotency_key
     where shop_id = $1 and key = $2 and locked_until = $3 and status is null`,
    [shopId, key, lockedUntil],
  );
}

/**
 * Removes at most `limit` expired keys of one shop; answers how many. The expiry stands outside as
 * well, so that a key claimed anew meanwhile is seen to live.
 */
export async function deleteExpiredKeys(
  sql: Sql,
  shopId: string,
  now: Instant,
  limit: number,
): Promise<number> {
  return sql.run(
    `delete from idempotency_key where shop_id = $1 and expires_at <= $2 and key in (
       select key from idempotency_key
       where shop_id = $1 and expires_at <= $2 order by expires_at limit $3)`,
    [shopId, now, limit],
  );
}
