// All SQL of member_passkey and passkey_challenge. What is sealed in them, and under which purpose,
// is here too. Private to this folder.
import type { Instant } from '../base/clock.ts';
import { hashSecret, type Vault } from '../base/crypto.ts';
import type { Sql } from '../base/database.ts';

const namePurpose = (passkeyId: string) => `member_passkey.name/${passkeyId}`;

export type ChallengePurpose = 'register' | 'sign_in' | 'second_factor';

export interface Challenge {
  /** Null: nobody knows yet who signs in. */
  readonly memberId: string | null;
  readonly purpose: ChallengePurpose;
}

export async function insertChallenge(
  sql: Sql,
  challenge: string,
  input: Challenge & { readonly expiresAt: Instant },
): Promise<void> {
  await sql.run(
    `insert into passkey_challenge (challenge_hash, member_id, purpose, expires_at)
     values ($1, $2, $3, $4)`,
    [hashSecret(challenge), input.memberId, input.purpose, input.expiresAt],
  );
}

/** Takes it, once; undefined where there is none (any more). */
export async function takeChallenge(
  sql: Sql,
  challenge: string,
  now: Instant,
): Promise<Challenge | undefined> {
  const [row] = await sql.query<{
    readonly member_id: string | null;
    readonly purpose: ChallengePurpose;
    readonly is_alive: boolean;
  }>(
    `delete from passkey_challenge where challenge_hash = $1
     returning member_id, purpose, expires_at > $2 as is_alive`,
    [hashSecret(challenge), now],
  );
  return row?.is_alive ? { memberId: row.member_id, purpose: row.purpose } : undefined;
}

/** Those nobody answered. */
export function deleteOldChallenges(sql: Sql, now: Instant, limit: number): Promise<number> {
  return sql.run(
    `delete from passkey_challenge where challenge_hash in (
       select challenge_hash from passkey_challenge where expires_at < $1
       order by expires_at limit $2)`,
    [now, limit],
  );
}

export interface Passkey {
  readonly passkeyId: string;
  readonly memberId: string;
  readonly credentialId: Buffer;
  readonly publicKey: Buffer;
  readonly counter: number;
  readonly transports: readonly string[];
  readonly name: string;
  readonly createdAt: Instant;
  readonly lastUsedAt: Instant | null;
}

interface PasskeyRow {
  readonly passkey_id: string;
  readonly member_id: string;
  readonly credential_id: Buffer;
  readonly public_key: Buffer;
  readonly counter: number;
  readonly transports: string[];
  readonly name_sealed: Buffer;
  readonly created_at: Instant;
  readonly last_used_at: Instant | null;
}

const COLUMNS = `passkey_id, member_id, credential_id, public_key, counter, transports, name_sealed,
  created_at, last_used_at`;

function toPasskey(vault: Vault, row: PasskeyRow): Passkey {
  return {
    passkeyId: row.passkey_id,
    memberId: row.member_id,
    credentialId: row.credential_id,
    publicKey: row.public_key,
    counter: row.counter,
    transports: row.transports,
    name: vault.open(row.name_sealed, namePurpose(row.passkey_id)),
    createdAt: row.created_at,
    lastUsedAt: row.last_used_at,
  };
}

export async function insertPasskey(
  sql: Sql,
  vault: Vault,
  fresh: Omit<Passkey, 'lastUsedAt'>,
): Promise<void> {
  await sql.run(
    `insert into member_passkey (credential_id, member_id, passkey_id, public_key, counter,
       transports, name_sealed, created_at)
     values ($1, $2, $3, $4, $5, $6::text[], $7, $8)`,
    [
      fresh.credentialId,
      fresh.memberId,
      fresh.passkeyId,
      fresh.publicKey,
      fresh.counter,
      fresh.transports,
      vault.seal(fresh.name, namePurpose(fresh.passkeyId)),
      fresh.createdAt,
    ],
  );
}

/** The member's, oldest first. */
export async function selectPasskeys(
  sql: Sql,
  vault: Vault,
  memberId: string,
  limit: number,
): Promise<Passkey[]> {
  const rows = await sql.query<PasskeyRow>(
    `select ${COLUMNS} from member_passkey where member_id = $1 order by passkey_id limit $2`,
    [memberId, limit],
  );
  return rows.map((row) => toPasskey(vault, row));
}

export async function selectPasskey(
  sql: Sql,
  vault: Vault,
  credentialId: Buffer,
): Promise<Passkey | undefined> {
  const [row] = await sql.query<PasskeyRow>(
    `select ${COLUMNS} from member_passkey where credential_id = $1`,
    [credentialId],
  );
  return row && toPasskey(vault, row);
}

/** False where another use counted as far meanwhile, or it is gone. */
export async function updatePasskeyUsed(
  sql: Sql,
  credentialId: Buffer,
  use: { readonly counter: number; readonly at: Instant },
): Promise<boolean> {
  const changed = await sql.run(
    `update member_passkey set counter = $2, last_used_at = $3
     where credential_id = $1 and (counter < $2 or (counter = 0 and $2 = 0))`,
    [credentialId, use.counter, use.at],
  );
  return changed > 0;
}

export async function deletePasskey(
  sql: Sql,
  memberId: string,
  passkeyId: string,
): Promise<boolean> {
  const gone = await sql.run(
    'delete from member_passkey where member_id = $1 and passkey_id = $2',
    [memberId, passkeyId],
  );
  return gone > 0;
}

export function deletePasskeys(sql: Sql, memberId: string): Promise<number> {
  return sql.run('delete from member_passkey where member_id = $1', [memberId]);
}
