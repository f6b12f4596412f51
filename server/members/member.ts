// A member: a person who works for a merchant, with one role. What is asked of their names and of a
// password; what may not happen to the last owner. Pure; SQL is in member-store.ts.
import type { Instant } from '../base/clock.ts';
import type { Role } from './role.ts';

export type MemberLocale = 'ja' | 'en';

export interface Member {
  readonly memberId: string;
  readonly merchantId: string;
  readonly role: Role;
  readonly name: string;
  readonly mail: string;
  readonly locale: MemberLocale;
  readonly hasTotp: boolean;
  readonly passkeyCount: number;
  /** Recovery codes not yet used. */
  readonly recoveryCodeCount: number;
  readonly createdAt: Instant;
  readonly lastSignedInAt: Instant | null;
}

export type FactorKind = 'totp' | 'passkey' | 'recovery_code';

/** How the member can prove themselves beside the password; empty = not set up. */
export function factorsOf(
  member: Pick<Member, 'hasTotp' | 'passkeyCount' | 'recoveryCodeCount'>,
): readonly FactorKind[] {
  const { hasTotp, passkeyCount, recoveryCodeCount } = member;
  if (!hasTotp && passkeyCount === 0) return [];
  return [
    ...(hasTotp ? (['totp'] as const) : []),
    ...(passkeyCount > 0 ? (['passkey'] as const) : []),
    ...(recoveryCodeCount > 0 ? (['recovery_code'] as const) : []),
  ];
}

/**
 * The role that a member has at a shop of their merchant: the same at each. Roles by shop would be
 * decided here, and nowhere else.
 */
export function roleAt(member: Pick<Member, 'role'>, _shopId: string | null): Role {
  return member.role;
}

/** Who acts, as the audit log names a member. */
export const actorOf = (memberId: string) => `member:${memberId}`;

/** One line without control characters; undefined where nothing is left. */
export function readName(text: string): string | undefined {
  const name = text
    .normalize('NFKC')
    .replace(/[\p{C}\p{Z}]+/gu, ' ')
    .trim();
  return name === '' || [...name].length > MAX_NAME ? undefined : name;
}

export const MAX_NAME = 60;
export const MIN_PASSWORD = 12;
export const MAX_PASSWORD = 128;
const MIN_DIFFERENT = 5;
/** Long enough, and still among the first that are tried. */
const COMMON = /^(?:password|passw0rd|qwerty|letmein|welcome|admin|iloveyou|kawase|123456789)/i;

/** The form in which a password is hashed: the same key presses on every machine. */
export const plainPassword = (text: string) => text.normalize('NFKC');

export type PasswordFault = 'too_short' | 'too_long' | 'too_simple' | 'holds_mail';

/** What is wrong with a new password; undefined where nothing is. */
export function passwordFault(text: string, mail: string): PasswordFault | undefined {
  const password = plainPassword(text);
  const characters = [...password];
  if (characters.length < MIN_PASSWORD) return 'too_short';
  if (characters.length > MAX_PASSWORD) return 'too_long';
  if (new Set(characters).size < MIN_DIFFERENT || COMMON.test(password)) return 'too_simple';
  const local = mail.slice(0, mail.lastIndexOf('@')).toLowerCase();
  const isMail = local.length >= 4 && password.toLowerCase().includes(local);
  return isMail ? 'holds_mail' : undefined;
}
