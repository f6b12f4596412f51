// All SQL of api_key. Private to this folder.
import type { Instant } from '../base/clock.ts';
import type { Sql } from '../base/database.ts';
import type { ApiKey } from './api-key.ts';

export interface KeyWithHash extends ApiKey {
  readonly hash: Buffer;
}

interface KeyRow {
  readonly api_key_id: string;
  readonly shop_id: string;
  readonly name: string;
  readonly secret_hash: Buffer;
  readonly last_four: string;
  readonly scopes: string[];
  readonly created_at: Instant;
  readonly expires_at: Instant | null;
  readonly revoked_at: Instant | null;
  readonly last_used_at: Instant | null;
}

const COLUMNS = `api_key_id, shop_id, name, secret_hash, last_four, scopes, created_at, expires_at,
  revoked_at, last_used_at`;

function toKey(row: KeyRow): KeyWithHash {
  return {
    keyId: row.api_key_id,
    shopId: row.shop_id,
    name: row.name,
    hash: row.secret_hash,
    lastFour: row.last_four,
    scopes: row.scopes,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    revokedAt: row.revoked_at,
    lastUsedAt: row.last_used_at,
  };
}

/** Keys that are neither revoked nor expired. */
export async function selectLiveKeys(
  sql: Sql,
  shopId: string,
  now: Instant,
  limit: number,
): Promise<KeyWithHash[]> {
  const rows = await sql.query<KeyRow>(
    `select ${COLUMNS} from api_key
     where shop_id = $1 and revoked_at is null and (expires_at is null or expires_at > $2)
     order by api_key_id limit $3`,
    [shopId, now, limit],
  );
  return rows.map(toKey);
}

/** Every key the shop ever had, newest first. */
export async function selectKeys(sql: Sql, shopId: string, limit: number): Promise<ApiKey[]> {
  const rows = await sql.query<KeyRow>(
    `select ${COLUMNS} from api_key where shop_id = $1 order by api_key_id desc limit $2`,
    [shopId, limit],
  );
  return rows.map((row) => {
    const { hash: _, ...key } = toKey(row);
    return key;
  });
}

export async function insertKey(
  sql: Sql,
  key: Pick<
    KeyWithHash,
    'shopId' | 'keyId' | 'name' | 'hash' | 'lastFour' | 'scopes' | 'createdAt' | 'expiresAt'
  >,
): Promise<void> {
  await sql.run(
    `insert into api_key (shop_id, api_key_id, name, secret_hash, last_four, scopes, created_at,
       expires_at)
     values ($1, $2, $3, $4, $5, $6::text[], $7, $8)`,
    [
      key.shopId,
      key.keyId,
      key.name,
      key.hash,
      key.lastFour,
      key.scopes,
      key.createdAt,
      key.expiresAt,
    ],
  );
}

/** The live key, locked; undefined where it is none. */
export async function selectLiveKeyForUpdate(
  sql: Sql,
  shopId: string,
  keyId: string,
  now: Instant,
): Promise<ApiKey | undefined> {
  const rows = await sql.query<KeyRow>(
    `select ${COLUMNS} from api_key
     where shop_id = $1 and api_key_id = $2 and revoked_at is null
       and (expires_at is null or expires_at > $3)
     for update`,
    [shopId, keyId, now],
  );
  return rows.map(toKey)[0];
}

export async function updateRevoked(
  sql: Sql,
  shopId: string,
  keyId: string,
  at: Instant,
): Promise<void> {
  await sql.run('update api_key set revoked_at = $3 where shop_id = $1 and api_key_id = $2', [
    shopId,
    keyId,
    at,
  ]);
}

/** Only ever brings the end nearer. */
export async function updateExpiry(
  sql: Sql,
  shopId: string,
  keyId: string,
  expiresAt: Instant,
): Promise<void> {
  await sql.run(
    `update api_key set expires_at = least(expires_at, $3)
     where shop_id = $1 and api_key_id = $2`,
    [shopId, keyId, expiresAt],
  );
}

/** Several processes may tell of the same minute; one of them writes. */
export async function updateLastUsed(
  sql: Sql,
  shopId: string,
  keyId: string,
  use: { readonly at: Instant; readonly unlessSince: Instant },
): Promise<void> {
  await sql.run(
    `update api_key set last_used_at = $3 where shop_id = $1 and api_key_id = $2
       and (last_used_at is null or last_used_at < $4)`,
    [shopId, keyId, use.at, use.unlessSince],
  );
}
