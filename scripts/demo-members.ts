// The people of the demo merchant: one of each role, with mail addresses that are none, and one
// password made for this installation. Whoever can read the demo's notes can sign in as any of
// them, so there are no such members but here.
import { randomInt } from 'node:crypto';
import type { Tx } from '../server/base/deed.ts';
import { addMember } from '../server/members/add-member.ts';
import { presetTotp } from '../server/members/factor-set-up.ts';
import { needsSecondFactor, type Role } from '../server/members/role.ts';
import type { KawaseServer } from '../server/server.ts';

export interface DemoMember {
  readonly role: Role;
  readonly mail: string;
  /** Where the role demands a second factor: the demo's authenticator shows its codes. */
  readonly totpSecret?: string;
}

export interface DemoMembers {
  /** Of all of them. */
  readonly password: string;
  readonly members: readonly DemoMember[];
}

const PEOPLE: readonly (readonly [role: Role, name: string])[] = [
  ['owner', '小川 真理'],
  ['approver', '森 和也'],
  ['maker', '林 さくら'],
  ['support', '田村 健'],
  ['developer', '石井 遥'],
  ['read_only', '藤原 純'],
];

const LETTERS = 'abcdefghjkmnpqrstuvwxyz23456789';

/** Four groups that are typed without thinking: `k7fm-x2qd-9trw-b4hn`. */
function newPassword(): string {
  const group = () => Array.from({ length: 4 }, () => LETTERS[randomInt(LETTERS.length)]).join('');
  return [group(), group(), group(), group()].join('-');
}

export async function addDemoMembers(
  { core }: KawaseServer,
  merchantId: string,
): Promise<DemoMembers> {
  const password = newPassword();
  const members: DemoMember[] = [];
  for (const [role, name] of PEOPLE) {
    const mail = `${role.replace('_', '-')}@demo.example`;
    const found: { totpSecret?: string } = {};
    const more = async (tx: Tx, memberId: string) => {
      if (!needsSecondFactor(role)) return;
      found.totpSecret = await presetTotp(core.members, tx, memberId);
    };
    const person = { name, mail, password, locale: 'ja' as const };
    await addMember(core.members, { ...person, merchantId, role, by: 'npm start', more });
    members.push({ role, mail, ...found });
  }
  return { password, members };
}
