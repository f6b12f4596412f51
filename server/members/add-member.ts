// Deed: a member is entered with a password at once, without an invitation. For set-ups that have
// no mailbox yet: demonstrations and tests. People are invited (invite.ts).
import type { Tx } from '../base/deed.ts';
import { enterMember, type PersonInput, readPerson } from './enter-member.ts';
import type { MemberDeps } from './members-deps.ts';
import type { Role } from './role.ts';

/** Answers the member's id. `more` runs in the same transaction. */
export async function addMember(
  deps: MemberDeps,
  input: PersonInput & {
    readonly merchantId: string;
    readonly role: Role;
    readonly by: string;
    readonly more?: (tx: Tx, memberId: string) => Promise<void>;
  },
): Promise<string> {
  const person = await readPerson(input);
  const { merchantId, role, by } = input;
  return deps.deeds.run(merchantId, async (tx) => {
    const memberId = await enterMember(deps, tx, { merchantId, role, person });
    await input.more?.(tx, memberId);
    await deps.audit(tx, {
      shopId: merchantId,
      by,
      action: 'member.added',
      subject: memberId,
      data: { role },
    });
    return memberId;
  });
}
