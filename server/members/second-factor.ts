// Deeds: a member proves themselves by a code of the authenticator app or by a recovery code, at
// sign-in or once more for what is dangerous. Passkeys are passkey-sign-in.ts.
import type { Sql } from '../base/database.ts';
import { actorOf, type Member } from './member.ts';
import { selectTotp, takeTotpStep, updateSignedIn } from './member-store.ts';
import type { MemberDeps } from './members-deps.ts';
import { takeRecoveryCode } from './recovery-code-store.ts';
import { codeWrong } from './refusals.ts';
import type { Proof, Session, SignedIn } from './session.ts';
import { type NewToken, renewSession } from './sessions.ts';
import { totpStepOf } from './totp.ts';
import { takeTry, tryWasRight } from './tries.ts';

/** Throws the refusals `code_wrong`, `sign_in_locked`. A code counts once, in whatever session. */
export async function proveByTotp(
  deps: MemberDeps,
  { session, member }: SignedIn,
  typed: string,
): Promise<NewToken> {
  const { memberId } = member;
  await takeTry(deps, { subject: 'second_factor', value: memberId });
  const { secret } = await selectTotp(deps.db, deps.vault, memberId);
  const step = secret === null ? null : await totpStepOf(secret, typed, deps.wall());
  if (step === null) throw codeWrong();
  return deps.db.transaction(async (tx) => {
    if (!(await takeTotpStep(tx, memberId, step))) throw codeWrong();
    return proved(deps, tx, { session, member }, 'totp');
  });
}

/** Throws the refusals `code_wrong`, `sign_in_locked`. */
export async function proveByRecoveryCode(
  deps: MemberDeps,
  { session, member }: SignedIn,
  typed: string,
): Promise<NewToken> {
  const { memberId } = member;
  await takeTry(deps, { subject: 'second_factor', value: memberId });
  return deps.db.transaction(async (tx) => {
    const at = deps.wall();
    if (!(await takeRecoveryCode(deps.vault, tx, memberId, { typed, at }))) throw codeWrong();
    return proved(deps, tx, { session, member }, 'recovery_code');
  });
}

/** Within the transaction that takes the proof: the session opens, or is fresh again. */
export async function proved(
  deps: MemberDeps,
  tx: Sql,
  { session, member }: { readonly session: Session; readonly member: Member },
  proof: Proof,
): Promise<NewToken> {
  const { memberId, merchantId } = member;
  const isSignIn = session.state === 'pending';
  const failuresBefore = await tryWasRight(deps, tx, { subject: 'second_factor', value: memberId });
  if (isSignIn) await updateSignedIn(tx, memberId, deps.wall());
  const renewed = await renewSession(deps, tx, session, proof);
  await deps.audit(tx, {
    shopId: merchantId,
    by: actorOf(memberId),
    action: isSignIn ? 'member.signed_in' : 'member.proved',
    subject: session.sessionId,
    data: { with: proof, failures_before: failuresBefore },
  });
  return renewed;
}
