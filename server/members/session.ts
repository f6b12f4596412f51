// A session as a rule: how long it lives, when it is over, when the person behind it was proved
// recently enough for what is dangerous. Pure; SQL is in session-store.ts.
import { earlier, type Instant, isBefore } from '../base/clock.ts';
import type { Member } from './member.ts';

export const IDLE_MINUTES = 30;
export const LIFE_HOURS = 12;
/** For the second factor, after the password. */
export const PENDING_MINUTES = 10;
/** How long a proof is good for what is dangerous. */
export const PROOF_MINUTES = 10;

/** What proved the person last. */
export type Proof = 'password' | 'totp' | 'passkey' | 'recovery_code';

/** Where a session was opened, as far as the browser says. */
export interface Place {
  readonly address: string;
  readonly userAgent: string;
}

export interface Session {
  readonly sessionId: string;
  readonly memberId: string;
  /** `pending`: the password was right; the second factor is missing. */
  readonly state: 'pending' | 'open';
  readonly proof: Proof;
  readonly provedAt: Instant;
  readonly createdAt: Instant;
  readonly lastSeenAt: Instant;
  readonly expiresAt: Instant;
}

/** A session with whom it speaks for. */
export interface SignedIn {
  readonly session: Session;
  readonly member: Member;
  readonly merchantName: string;
}

export function endOf(session: Pick<Session, 'lastSeenAt' | 'expiresAt'>): Instant {
  return earlier(session.lastSeenAt.add({ minutes: IDLE_MINUTES }), session.expiresAt);
}

export function isOver(session: Pick<Session, 'lastSeenAt' | 'expiresAt'>, now: Instant): boolean {
  return !isBefore(now, endOf(session));
}

export const provedUntil = (session: Pick<Session, 'provedAt'>) =>
  session.provedAt.add({ minutes: PROOF_MINUTES });

/**
 * True where the person was proved within the last minutes: by the second factor where there is
 * one, by the password where there is none yet.
 */
export function isFresh(
  session: Pick<Session, 'proof' | 'provedAt'>,
  hasSecondFactor: boolean,
  now: Instant,
): boolean {
  if (hasSecondFactor && session.proof === 'password') return false;
  return isBefore(now, provedUntil(session));
}
