// Deed: a member without a second factor proves themselves once more by the password. Those who
// have one prove themselves by it (second-factor.ts).
import { actorOf, factorsOf } from './member.ts';
import { selectMember } from './member-store.ts';
import type { MemberDeps } from './members-deps.ts';
import { isPassword } from './password.ts';
import { passwordWrong, secondFactorNeeded } from './refusals.ts';
import type { SignedIn } from './session.ts';
import { type NewToken, renewSession } from './sessions.ts';
import { takeTry, tryWasRight } from './tries.ts';

/** Throws where the password of somebody who is signed in is wrong, counting the try. */
export async function requirePassword(
  deps: MemberDeps,
  memberId: string,
  password: string,
  pointer = '/password',
): Promise<void> {
  const tried = { subject: 'second_factor', value: memberId } as const;
  await takeTry(deps, tried);
  const found = await selectMember(deps.db, deps.vault, memberId);
  if (!(await isPassword(found?.passwordHash ?? null, password))) throw passwordWrong(pointer);
  await tryWasRight(deps, deps.db, tried);
}

/** Throws the refusals `password_wrong`, `sign_in_locked`, `second_factor_needed`. */
export async function provePassword(
  deps: MemberDeps,
  { session, member }: SignedIn,
  password: string,
): Promise<NewToken> {
  const factors = factorsOf(member);
  if (factors.length > 0) throw secondFactorNeeded(factors);
  await requirePassword(deps, member.memberId, password);
  return deps.db.transaction(async (tx) => {
    const renewed = await renewSession(deps, tx, session, 'password');
    await deps.audit(tx, {
      shopId: member.merchantId,
      by: actorOf(member.memberId),
      action: 'member.proved',
      subject: session.sessionId,
      data: { with: 'password' },
    });
    return renewed;
  });
}
