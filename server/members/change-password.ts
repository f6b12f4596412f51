// Deed: a member changes their own password. Every other session of theirs ends.
import { actorOf, passwordFault } from './member.ts';
import { updatePassword } from './member-store.ts';
import type { MemberDeps } from './members-deps.ts';
import { hashPassword } from './password.ts';
import { passwordInvalid } from './refusals.ts';
import type { SignedIn } from './session.ts';
import { deleteSessions } from './session-store.ts';
import { requirePassword } from './step-up.ts';

/** Throws `invalid_input` for either, `sign_in_locked`. Answers how many sessions ended. */
export async function changePassword(
  deps: MemberDeps,
  { session, member }: SignedIn,
  input: { readonly present: string; readonly next: string },
): Promise<number> {
  const { memberId, merchantId } = member;
  const fault = passwordFault(input.next, member.mail);
  if (fault !== undefined) throw passwordInvalid(fault, '/next');
  await requirePassword(deps, memberId, input.present, '/present');
  const passwordHash = await hashPassword(input.next);
  return deps.db.transaction(async (tx) => {
    await updatePassword(tx, memberId, passwordHash);
    const endedCount = await deleteSessions(tx, memberId, session.sessionId);
    await deps.audit(tx, {
      shopId: merchantId,
      by: actorOf(memberId),
      action: 'member.password_changed',
      subject: memberId,
      data: { ended_sessions: endedCount },
    });
    return endedCount;
  });
}
