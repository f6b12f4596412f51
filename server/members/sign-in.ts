// Deed: signing in with mail address and password. Whoever is not a member is refused in the same
// words, after the same work and under the same lock as a member with a wrong password.
import { readMailAddress } from '../messages/address.ts';
import { actorOf, factorsOf, type Member } from './member.ts';
import { selectMemberByMail, updateSignedIn } from './member-store.ts';
import type { MemberDeps } from './members-deps.ts';
import { isPassword } from './password.ts';
import { signInFailed } from './refusals.ts';
import type { Place } from './session.ts';
import { type NewToken, openSession } from './sessions.ts';
import { takeTry, tryWasNone, tryWasRight } from './tries.ts';

export interface Opened extends NewToken {
  readonly member: Member;
  /** The second factor is still to come. */
  readonly isPending: boolean;
}

/** Throws the refusals `sign_in_failed`, `sign_in_locked`, `too_busy`. */
export async function signIn(
  deps: MemberDeps,
  input: { readonly mail: string; readonly password: string; readonly place: Place },
): Promise<Opened> {
  const { password, place } = input;
  const mail = (readMailAddress(input.mail) ?? input.mail).toLowerCase();
  const byAddress = { subject: 'address', value: place.address } as const;
  const byMail = { subject: 'mail', value: mail } as const;
  await takeTry(deps, byAddress);
  await takeTry(deps, byMail);
  const found = await selectMemberByMail(deps.db, deps.vault, mail);
  const isRight = await isPassword(found?.passwordHash ?? null, password);
  if (found === undefined || !isRight) throw signInFailed();
  const { member } = found;
  const isPending = factorsOf(member).length > 0;
  const opened = await deps.db.transaction(async (tx) => {
    const failuresBefore = await tryWasRight(deps, tx, byMail);
    await tryWasNone(deps, tx, byAddress);
    const { memberId } = member;
    if (!isPending) await updateSignedIn(tx, memberId, deps.wall());
    const session = await openSession(deps, tx, { memberId, proof: 'password', isPending, place });
    await deps.audit(tx, {
      shopId: member.merchantId,
      by: actorOf(memberId),
      action: isPending ? 'member.password_given' : 'member.signed_in',
      subject: session.sessionId,
      data: { with: 'password', failures_before: failuresBefore },
    });
    return session;
  });
  return { ...opened, member, isPending };
}
