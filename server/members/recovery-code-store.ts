// All SQL of member_recovery_code: ten codes, each good for one sign-in when telephone and passkey
// are lost. Made, shown once, kept as keyed fingerprints; a new set ends the old one.
import { randomInt } from 'node:crypto';
import type { Vault } from '../base/crypto.ts';
import type { Sql } from '../base/database.ts';

export const RECOVERY_CODE_COUNT = 10;
/** Without what is easily misread. 50 bits a code. */
const LETTERS = '0123456789abcdefghjkmnpqrstvwxyz';
const HALF = 5;

const half = () => Array.from({ length: HALF }, () => LETTERS[randomInt(LETTERS.length)]).join('');

/** As it was printed: without the hyphen, small, and what is misread read right. */
function plain(typed: string): string {
  const text = typed.normalize('NFKC').toLowerCase().replace(/[\s-]/g, '');
  return text.replaceAll('o', '0').replaceAll('i', '1').replaceAll('l', '1');
}

function hashOf(vault: Vault, memberId: string, typed: string): Buffer {
  return vault.fingerprint('member.recovery_code', `${memberId}/${plain(typed)}`);
}

/** Replaces what there was. Answers the codes as they are shown, the only time. */
export async function issueRecoveryCodes(
  vault: Vault,
  sql: Sql,
  memberId: string,
): Promise<readonly string[]> {
  const codes = Array.from({ length: RECOVERY_CODE_COUNT }, () => `${half()}-${half()}`);
  await dropRecoveryCodes(sql, memberId);
  await sql.run(
    `insert into member_recovery_code (member_id, code_hash)
     select $1, code_hash from unnest($2::bytea[]) as n(code_hash)`,
    [memberId, codes.map((code) => hashOf(vault, memberId, code))],
  );
  return codes;
}

export async function dropRecoveryCodes(sql: Sql, memberId: string): Promise<void> {
  await sql.run('delete from member_recovery_code where member_id = $1', [memberId]);
}

/** Uses a code up; false where it is none of the member's, or used. */
export async function takeRecoveryCode(
  vault: Vault,
  sql: Sql,
  memberId: string,
  use: { readonly typed: string; readonly at: Temporal.Instant },
): Promise<boolean> {
  const taken = await sql.run(
    `update member_recovery_code set used_at = $3
     where member_id = $1 and code_hash = $2 and used_at is null`,
    [memberId, hashOf(vault, memberId, use.typed), use.at],
  );
  return taken > 0;
}
