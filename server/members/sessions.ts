// Sessions: opened, found by their token, seen, proved, listed and ended. A token is 256 random
// bits that only the browser keeps; here lies its hash. Whether a password or a code is right is
// sign-in.ts and second-factor.ts.
import { hashSecret, newSecret } from '../base/crypto.ts';
import type { Sql } from '../base/database.ts';
import { uuidv7 } from '../base/ids.ts';
import { actorOf, type Member } from './member.ts';
import type { MemberDeps } from './members-deps.ts';
import { notSignedIn } from './refusals.ts';
import {
  isOver,
  LIFE_HOURS,
  PENDING_MINUTES,
  type Place,
  type Proof,
  type SignedIn,
} from './session.ts';
import {
  deleteSession,
  deleteSessions,
  insertSession,
  type PlacedSession,
  selectSessions,
  selectSignedIn,
  updateProved,
  updateSeen,
} from './session-store.ts';

const TOKEN = /^[A-Za-z0-9_-]{43}$/;
const SEEN_EVERY_MS = 60_000;
const MAX_LISTED = 100;
const MAX_USER_AGENT = 300;

export interface NewToken {
  readonly sessionId: string;
  /** For the cookie; kept nowhere else. */
  readonly token: string;
}

/** Within the transaction of the sign-in. `isPending`: the second factor is still to come. */
export async function openSession(
  deps: MemberDeps,
  sql: Sql,
  input: {
    readonly memberId: string;
    readonly proof: Proof;
    readonly isPending: boolean;
    readonly place: Place;
  },
): Promise<NewToken> {
  const now = deps.wall();
  const sessionId = uuidv7(now.epochMilliseconds);
  const token = newSecret();
  const { memberId, proof, isPending, place } = input;
  const life = isPending ? { minutes: PENDING_MINUTES } : { hours: LIFE_HOURS };
  const session = {
    ...{ sessionId, memberId, proof, provedAt: now, createdAt: now, lastSeenAt: now },
    state: isPending ? ('pending' as const) : ('open' as const),
    expiresAt: now.add(life),
  };
  await insertSession(sql, deps.vault, session, {
    tokenHash: hashSecret(token),
    place: { address: place.address, userAgent: place.userAgent.slice(0, MAX_USER_AGENT) },
  });
  return { sessionId, token };
}

/** Whose session this is, seen now; undefined for what is no token, over, or of nobody. */
export async function findSession(
  deps: Pick<MemberDeps, 'db' | 'vault' | 'wall'>,
  token: string | undefined,
): Promise<SignedIn | undefined> {
  if (token === undefined || !TOKEN.test(token)) return undefined;
  const found = await selectSignedIn(deps.db, deps.vault, hashSecret(token));
  const now = deps.wall();
  if (found === undefined || isOver(found.session, now)) return undefined;
  const { session } = found;
  const unseenMs = now.epochMilliseconds - session.lastSeenAt.epochMilliseconds;
  if (unseenMs >= SEEN_EVERY_MS) await updateSeen(deps.db, session.sessionId, now);
  return found;
}

/**
 * The person behind a session was proved: a pending one opens, an open one is fresh again. Under a
 * new token in any case, so that one that leaked before is worth nothing.
 */
export async function renewSession(
  deps: MemberDeps,
  sql: Sql,
  session: SignedIn['session'],
  proof: Proof,
): Promise<NewToken> {
  const at = deps.wall();
  const token = newSecret();
  const expiresAt = session.state === 'open' ? session.expiresAt : at.add({ hours: LIFE_HOURS });
  const proved = { proof, at, tokenHash: hashSecret(token), expiresAt };
  if (!(await updateProved(sql, session.sessionId, proved))) throw notSignedIn();
  return { sessionId: session.sessionId, token };
}

export function listSessions(
  deps: Pick<MemberDeps, 'db' | 'vault' | 'wall'>,
  memberId: string,
): Promise<PlacedSession[]> {
  const now = deps.wall();
  return selectSessions(deps.db, deps.vault, memberId, MAX_LISTED).then((sessions) =>
    sessions.filter((session) => !isOver(session, now)),
  );
}

/** Ends one session of the member's own; false where there is none. */
export function endSession(
  deps: MemberDeps,
  member: Pick<Member, 'memberId' | 'merchantId'>,
  sessionId: string,
): Promise<boolean> {
  return deps.db.transaction(async (tx) => {
    const isGone = await deleteSession(tx, member.memberId, sessionId);
    if (isGone) {
      await deps.audit(tx, {
        shopId: member.merchantId,
        by: actorOf(member.memberId),
        action: 'session.ended',
        subject: sessionId,
        data: {},
      });
    }
    return isGone;
  });
}

/** Ends all sessions of the member's own but this one. Answers how many. */
export function endOtherSessions(
  deps: MemberDeps,
  member: Pick<Member, 'memberId' | 'merchantId'>,
  sessionId: string,
): Promise<number> {
  return deps.db.transaction(async (tx) => {
    const endedCount = await deleteSessions(tx, member.memberId, sessionId);
    await deps.audit(tx, {
      shopId: member.merchantId,
      by: actorOf(member.memberId),
      action: 'session.others_ended',
      subject: member.memberId,
      data: { ended_count: endedCount },
    });
    return endedCount;
  });
}
