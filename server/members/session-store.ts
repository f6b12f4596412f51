// All SQL of member_session. What is sealed in it, and under which purpose, is here too. Private to
// this folder.
import type { Instant } from '../base/clock.ts';
import type { Vault } from '../base/crypto.ts';
import type { Sql } from '../base/database.ts';
import { MEMBER_COLUMNS, type MemberRow, toMember } from './member-store.ts';
import type { Place, Proof, Session, SignedIn } from './session.ts';

const placePurpose = (sessionId: string) => `member_session.place/${sessionId}`;

interface SessionRow {
  readonly session_id: string;
  readonly member_id: string;
  readonly state: Session['state'];
  readonly proof: Proof;
  readonly proved_at: Instant;
  readonly created_at: Instant;
  readonly last_seen_at: Instant;
  readonly expires_at: Instant;
}

const COLUMNS = `s.session_id, s.member_id, s.state, s.proof, s.proved_at, s.created_at,
  s.last_seen_at, s.expires_at`;

function toSession(row: SessionRow): Session {
  return {
    sessionId: row.session_id,
    memberId: row.member_id,
    state: row.state,
    proof: row.proof,
    provedAt: row.proved_at,
    createdAt: row.created_at,
    lastSeenAt: row.last_seen_at,
    expiresAt: row.expires_at,
  };
}

export async function insertSession(
  sql: Sql,
  vault: Vault,
  session: Session,
  secret: { readonly tokenHash: Buffer; readonly place: Place },
): Promise<void> {
  await sql.run(
    `insert into member_session (session_id, member_id, token_hash, state, proof, proved_at,
       created_at, last_seen_at, expires_at, place_sealed)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [
      session.sessionId,
      session.memberId,
      secret.tokenHash,
      session.state,
      session.proof,
      session.provedAt,
      session.createdAt,
      session.lastSeenAt,
      session.expiresAt,
      vault.seal(JSON.stringify(secret.place), placePurpose(session.sessionId)),
    ],
  );
}

export async function selectSignedIn(
  sql: Sql,
  vault: Vault,
  tokenHash: Buffer,
): Promise<SignedIn | undefined> {
  const [row] = await sql.query<SessionRow & MemberRow & { readonly merchant_name: string }>(
    `select ${COLUMNS}, ${MEMBER_COLUMNS}, x.name as merchant_name
     from member_session s join member m on m.member_id = s.member_id
     join merchant x on x.merchant_id = m.merchant_id
     where s.token_hash = $1 and m.removed_at is null`,
    [tokenHash],
  );
  if (row === undefined) return undefined;
  return {
    session: toSession(row),
    member: toMember(vault, row),
    merchantName: row.merchant_name,
  };
}

export async function updateSeen(sql: Sql, sessionId: string, at: Instant): Promise<void> {
  await sql.run('update member_session set last_seen_at = $2 where session_id = $1', [
    sessionId,
    at,
  ]);
}

/** The person was proved: the session is open, under a new token. False where it is gone. */
export async function updateProved(
  sql: Sql,
  sessionId: string,
  proved: {
    readonly proof: Proof;
    readonly at: Instant;
    readonly tokenHash: Buffer;
    readonly expiresAt: Instant;
  },
): Promise<boolean> {
  const changed = await sql.run(
    `update member_session set state = 'open', proof = $2, proved_at = $3, last_seen_at = $3,
       token_hash = $4, expires_at = $5
     where session_id = $1`,
    [sessionId, proved.proof, proved.at, proved.tokenHash, proved.expiresAt],
  );
  return changed > 0;
}

export interface PlacedSession extends Session {
  readonly place: Place;
}

/** Open ones of a member, newest first. */
export async function selectSessions(
  sql: Sql,
  vault: Vault,
  memberId: string,
  limit: number,
): Promise<PlacedSession[]> {
  const rows = await sql.query<SessionRow & { readonly place_sealed: Buffer }>(
    `select ${COLUMNS}, s.place_sealed from member_session s
     where s.member_id = $1 and s.state = 'open' order by s.session_id desc limit $2`,
    [memberId, limit],
  );
  return rows.map((row) => ({
    ...toSession(row),
    place: JSON.parse(vault.open(row.place_sealed, placePurpose(row.session_id))) as Place,
  }));
}

export async function deleteSession(
  sql: Sql,
  memberId: string,
  sessionId: string,
): Promise<boolean> {
  const gone = await sql.run(
    'delete from member_session where member_id = $1 and session_id = $2',
    [memberId, sessionId],
  );
  return gone > 0;
}

/** All of a member but one (null: all). Answers how many. */
export function deleteSessions(
  sql: Sql,
  memberId: string,
  exceptSessionId: string | null,
): Promise<number> {
  return sql.run(
    `delete from member_session where member_id = $1 and ($2::uuid is null or session_id <> $2)`,
    [memberId, exceptSessionId],
  );
}

/** Those over for good, oldest first. */
export function deleteOldSessions(sql: Sql, now: Instant, limit: number): Promise<number> {
  return sql.run(
    `delete from member_session where session_id in (
       select session_id from member_session where expires_at < $1 order by expires_at limit $2)`,
    [now, limit],
  );
}
