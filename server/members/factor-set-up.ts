// Deeds: a member sets up the authenticator app, takes it away, and gets new recovery codes. With
// the first second factor come ten recovery codes; without any, they go.
import type { Tx } from '../base/deed.ts';
import { actorOf, factorsOf, type Member } from './member.ts';
import { selectTotp, updateTotp, updateTotpDraft } from './member-store.ts';
import type { MemberDeps } from './members-deps.ts';
import { dropRecoveryCodes, issueRecoveryCodes } from './recovery-code-store.ts';
import { codeWrong, factorNeeded, notSetUp } from './refusals.ts';
import { needsSecondFactor } from './role.ts';
import type { SignedIn } from './session.ts';
import { type NewToken, renewSession } from './sessions.ts';
import { newTotpSecret, otpauthUri, totpStepOf } from './totp.ts';
import { takeTry, tryWasRight } from './tries.ts';

export interface TotpDraft {
  /** Base32, to be typed where no camera is. */
  readonly secret: string;
  readonly otpauthUri: string;
}

/** A secret to confirm by a first code; what was set up before stays until then. */
export async function beginTotp(deps: MemberDeps, member: Member): Promise<TotpDraft> {
  const secret = newTotpSecret();
  await updateTotpDraft(deps.db, deps.vault, member.memberId, secret);
  return { secret, otpauthUri: otpauthUri(secret, deps.issuer, member.mail) };
}

export interface FactorAdded extends NewToken {
  /** Shown once; null where there were codes already. */
  readonly recoveryCodes: readonly string[] | null;
}

/** Throws the refusals `code_wrong`, `not_set_up`, `sign_in_locked`. */
export async function confirmTotp(
  deps: MemberDeps,
  { session, member }: SignedIn,
  typed: string,
): Promise<FactorAdded> {
  const { memberId, merchantId } = member;
  const tried = { subject: 'second_factor', value: memberId } as const;
  await takeTry(deps, tried);
  const { draft } = await selectTotp(deps.db, deps.vault, memberId);
  if (draft === null) throw notSetUp();
  const step = await totpStepOf(draft, typed, deps.wall());
  if (step === null) throw codeWrong();
  return deps.deeds.run(merchantId, async (tx) => {
    await updateTotp(tx, deps.vault, memberId, { secret: draft, step });
    await tryWasRight(deps, tx, tried);
    const recoveryCodes = await firstCodes(deps, tx, member);
    const renewed = await renewSession(deps, tx, session, 'totp');
    await tell(deps, tx, member, 'member.totp_added');
    return { ...renewed, recoveryCodes };
  });
}

/** For a member who gets their first second factor. */
export async function firstCodes(
  deps: MemberDeps,
  tx: Tx,
  member: Member,
): Promise<readonly string[] | null> {
  if (factorsOf(member).length > 0) return null;
  return issueRecoveryCodes(deps.vault, tx, member.memberId);
}

/** Throws the refusal `factor_needed` where the role may not be without. */
export async function removeTotp(deps: MemberDeps, member: Member): Promise<void> {
  await deps.deeds.run(member.merchantId, async (tx) => {
    await requireAnother(tx, member, { hasTotp: false, passkeyCount: member.passkeyCount });
    await updateTotp(tx, deps.vault, member.memberId, null);
    await tell(deps, tx, member, 'member.totp_removed');
  });
}

/** Without the last factor, codes that stand in for it make no sense. */
export async function requireAnother(
  tx: Tx,
  member: Member,
  left: { readonly hasTotp: boolean; readonly passkeyCount: number },
): Promise<void> {
  if (factorsOf({ ...left, recoveryCodeCount: 0 }).length > 0) return;
  if (needsSecondFactor(member.role)) throw factorNeeded();
  await dropRecoveryCodes(tx, member.memberId);
}

/** Ten new ones in place of what there was. Throws the refusal `not_set_up`. */
export async function renewRecoveryCodes(
  deps: MemberDeps,
  member: Member,
): Promise<readonly string[]> {
  if (factorsOf(member).length === 0) throw notSetUp();
  return deps.deeds.run(member.merchantId, async (tx) => {
    const codes = await issueRecoveryCodes(deps.vault, tx, member.memberId);
    await tell(deps, tx, member, 'member.recovery_codes_renewed');
    return codes;
  });
}

export async function tell(
  deps: MemberDeps,
  tx: Tx,
  member: Member,
  action: string,
  data: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  const { memberId, merchantId } = member;
  await deps.audit(tx, {
    shopId: merchantId,
    by: actorOf(memberId),
    action,
    subject: memberId,
    data,
  });
}

/** For set-ups of a demonstration: the app is there from the start. */
export async function presetTotp(deps: MemberDeps, tx: Tx, memberId: string): Promise<string> {
  const secret = newTotpSecret();
  await updateTotp(tx, deps.vault, memberId, { secret, step: 0 });
  return secret;
}
