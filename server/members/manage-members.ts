// Deeds: an owner (or the operator) changes a member's role, takes a member out, or takes away a
// second factor that was lost. A merchant that has an owner keeps one.
import type { Tx } from '../base/deed.ts';
import type { Member } from './member.ts';
import {
  selectMember,
  selectMembers,
  updateRemoved,
  updateRole,
  updateTotp,
} from './member-store.ts';
import type { MemberDeps } from './members-deps.ts';
import { deletePasskeys } from './passkey-store.ts';
import { dropRecoveryCodes } from './recovery-code-store.ts';
import { lastOwner, memberUnknown, notYourself } from './refusals.ts';
import type { Role } from './role.ts';
import { deleteSessions } from './session-store.ts';

export const MAX_MEMBERS = 500;

export interface Managed {
  readonly merchantId: string;
  readonly memberId: string;
  readonly by: string;
}

/** Oldest first. */
export function listMembers(
  deps: Pick<MemberDeps, 'db' | 'vault'>,
  merchantId: string,
): Promise<Member[]> {
  return selectMembers(deps.db, deps.vault, merchantId, MAX_MEMBERS);
}

/** Throws the refusals `member_not_found`, `last_owner`. Ends the member's sessions. */
export function changeRole(deps: MemberDeps, managed: Managed, role: Role): Promise<void> {
  return manage(deps, managed, async (tx, member) => {
    if (role !== 'owner') await requireOtherOwner(deps, tx, member);
    await updateRole(tx, member.memberId, role);
    return { action: 'member.role_changed', data: { role: [member.role, role] } };
  });
}

/** Throws the refusals `member_not_found`, `last_owner`. The mail address is free again. */
export function removeMember(deps: MemberDeps, managed: Managed): Promise<void> {
  return manage(deps, managed, async (tx, member) => {
    await requireOtherOwner(deps, tx, member);
    await dropFactors(deps, tx, member.memberId);
    await updateRemoved(tx, member.memberId, deps.wall());
    return { action: 'member.removed', data: { role: member.role } };
  });
}

/**
 * For a member who lost telephone and codes. Throws the refusal `member_not_found`. A role that
 * demands a second factor sets one up anew at the next sign-in.
 */
export function resetSecondFactor(deps: MemberDeps, managed: Managed): Promise<void> {
  return manage(deps, managed, async (tx, member) => {
    await dropFactors(deps, tx, member.memberId);
    return { action: 'member.second_factor_reset', data: {} };
  });
}

/** Whoever could help themselves to a role, or to a session without a factor, asks another. */
export function requireAnotherPerson(self: Member, memberId: string): void {
  if (self.memberId === memberId) throw notYourself();
}

async function manage(
  deps: MemberDeps,
  { merchantId, memberId, by }: Managed,
  run: (
    tx: Tx,
    member: Member,
  ) => Promise<{ readonly action: string; readonly data: Readonly<Record<string, unknown>> }>,
): Promise<void> {
  // The merchant's head is locked: two owners who remove each other follow one another.
  await deps.deeds.run(merchantId, async (tx) => {
    const found = await selectMember(tx, deps.vault, memberId);
    if (found === undefined || found.member.merchantId !== merchantId) throw memberUnknown();
    const { action, data } = await run(tx, found.member);
    await deleteSessions(tx, memberId, null);
    await deps.audit(tx, { shopId: merchantId, by, action, subject: memberId, data });
  });
}

async function dropFactors(deps: MemberDeps, tx: Tx, memberId: string): Promise<void> {
  await updateTotp(tx, deps.vault, memberId, null);
  await deletePasskeys(tx, memberId);
  await dropRecoveryCodes(tx, memberId);
}

async function requireOtherOwner(deps: MemberDeps, tx: Tx, member: Member): Promise<void> {
  if (member.role !== 'owner') return;
  const all = await selectMembers(tx, deps.vault, member.merchantId, MAX_MEMBERS);
  const others = all.filter(({ role, memberId }) => {
    return role === 'owner' && memberId !== member.memberId;
  });
  if (others.length === 0) throw lastOwner();
}
