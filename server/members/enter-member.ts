// Deed within another: a person becomes a member of a merchant. How they come to it (an invitation,
// the demo's set-up) is told by the caller, audit entry included.
import { type Sql, violatedConstraint } from '../base/database.ts';
import { uuidv7 } from '../base/ids.ts';
import { readMailAddress } from '../messages/address.ts';
import { type MemberLocale, passwordFault, readName } from './member.ts';
import { insertMember } from './member-store.ts';
import type { MemberDeps } from './members-deps.ts';
import { hashPassword } from './password.ts';
import { mailInvalid, mailTaken, nameInvalid, passwordInvalid } from './refusals.ts';
import type { Role } from './role.ts';

export interface PersonInput {
  readonly name: string;
  readonly mail: string;
  readonly password: string;
  readonly locale: MemberLocale;
}

export interface Person {
  readonly name: string;
  readonly mail: string;
  readonly passwordHash: string;
  readonly locale: MemberLocale;
}

/** Checks what was typed and hashes the password: before any transaction is open. */
export async function readPerson(input: PersonInput): Promise<Person> {
  const mail = readMailAddress(input.mail);
  if (mail === undefined) throw mailInvalid();
  const name = readName(input.name);
  if (name === undefined) throw nameInvalid();
  const fault = passwordFault(input.password, mail);
  if (fault !== undefined) throw passwordInvalid(fault);
  return { name, mail, passwordHash: await hashPassword(input.password), locale: input.locale };
}

/** Answers the member's id. Throws the refusal `mail_taken`. */
export async function enterMember(
  deps: Pick<MemberDeps, 'vault' | 'wall'>,
  sql: Sql,
  input: { readonly merchantId: string; readonly role: Role; readonly person: Person },
): Promise<string> {
  const createdAt = deps.wall();
  const memberId = uuidv7(createdAt.epochMilliseconds);
  const { merchantId, role, person } = input;
  try {
    await insertMember(sql, deps.vault, { memberId, merchantId, role, createdAt, ...person });
  } catch (error) {
    if (violatedConstraint(error) === 'member_mail') throw mailTaken();
    throw error;
  }
  return memberId;
}
