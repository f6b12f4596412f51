// All SQL of member, beside what it counts of passkeys and recovery codes. What is sealed in it,
// and under which purpose, is here too. Private to this folder.
import type { Instant } from '../base/clock.ts';
import type { Vault } from '../base/crypto.ts';
import type { Sql } from '../base/database.ts';
import type { Member, MemberLocale } from './member.ts';
import type { Role } from './role.ts';

const namePurpose = (memberId: string) => `member.name/${memberId}`;
const mailPurpose = (memberId: string) => `member.mail/${memberId}`;
const totpPurpose = (memberId: string) => `member.totp/${memberId}`;

/** Of the whole installation: a mail address leads to one member, before any merchant is known. */
export function mailIndex(vault: Vault, mail: string): string {
  return vault.blindIndex('member.mail', '', mail.toLowerCase());
}

export interface MemberRow {
  readonly member_id: string;
  readonly merchant_id: string;
  readonly role: Role;
  readonly name_sealed: Buffer;
  readonly mail_sealed: Buffer;
  readonly locale: MemberLocale;
  readonly has_totp: boolean;
  readonly passkey_count: number;
  readonly recovery_code_count: number;
  readonly member_created_at: Instant;
  readonly last_signed_in_at: Instant | null;
}

/** Columns of `member m`, under names that do not collide with a session's. */
export const MEMBER_COLUMNS = `m.member_id, m.merchant_id, m.role, m.name_sealed, m.mail_sealed,
  m.locale, m.totp_sealed is not null as has_totp,
  (select count(*) from member_passkey p where p.member_id = m.member_id) as passkey_count,
  (select count(*) from member_recovery_code c
   where c.member_id = m.member_id and c.used_at is null) as recovery_code_count,
  m.created_at as member_created_at, m.last_signed_in_at`;

export function toMember(vault: Vault, row: MemberRow): Member {
  const memberId = row.member_id;
  return {
    memberId,
    merchantId: row.merchant_id,
    role: row.role,
    name: vault.open(row.name_sealed, namePurpose(memberId)),
    mail: vault.open(row.mail_sealed, mailPurpose(memberId)),
    locale: row.locale,
    hasTotp: row.has_totp,
    passkeyCount: row.passkey_count,
    recoveryCodeCount: row.recovery_code_count,
    createdAt: row.member_created_at,
    lastSignedInAt: row.last_signed_in_at,
  };
}

export interface NewMember {
  readonly memberId: string;
  readonly merchantId: string;
  readonly role: Role;
  readonly name: string;
  readonly mail: string;
  readonly locale: MemberLocale;
  readonly passwordHash: string;
  readonly createdAt: Instant;
}

export async function insertMember(sql: Sql, vault: Vault, fresh: NewMember): Promise<void> {
  const { memberId } = fresh;
  await sql.run(
    `insert into member (member_id, merchant_id, role, name_sealed, mail_sealed, mail_index, locale,
       password_hash, created_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      memberId,
      fresh.merchantId,
      fresh.role,
      vault.seal(fresh.name, namePurpose(memberId)),
      vault.seal(fresh.mail, mailPurpose(memberId)),
      mailIndex(vault, fresh.mail),
      fresh.locale,
      fresh.passwordHash,
      fresh.createdAt,
    ],
  );
}

export interface MemberWithHash {
  readonly member: Member;
  readonly passwordHash: string;
}

type HashedRow = MemberRow & { readonly password_hash: string };

async function selectOne(
  sql: Sql,
  vault: Vault,
  where: string,
  value: string,
): Promise<MemberWithHash | undefined> {
  const [row] = await sql.query<HashedRow>(
    `select ${MEMBER_COLUMNS}, m.password_hash from member m
     where ${where} and m.removed_at is null`,
    [value],
  );
  return row && { member: toMember(vault, row), passwordHash: row.password_hash };
}

export function selectMemberByMail(
  sql: Sql,
  vault: Vault,
  mail: string,
): Promise<MemberWithHash | undefined> {
  return selectOne(sql, vault, 'm.mail_index = $1', mailIndex(vault, mail));
}

export function selectMember(
  sql: Sql,
  vault: Vault,
  memberId: string,
): Promise<MemberWithHash | undefined> {
  return selectOne(sql, vault, 'm.member_id = $1', memberId);
}

/** The merchant's members, oldest first. */
export async function selectMembers(
  sql: Sql,
  vault: Vault,
  merchantId: string,
  limit: number,
): Promise<Member[]> {
  const rows = await sql.query<MemberRow>(
    `select ${MEMBER_COLUMNS} from member m
     where m.merchant_id = $1 and m.removed_at is null order by m.member_id limit $2`,
    [merchantId, limit],
  );
  return rows.map((row) => toMember(vault, row));
}

export async function updateSignedIn(sql: Sql, memberId: string, at: Instant): Promise<void> {
  await sql.run('update member set last_signed_in_at = $2 where member_id = $1', [memberId, at]);
}

export async function updatePassword(
  sql: Sql,
  memberId: string,
  passwordHash: string,
): Promise<void> {
  await sql.run('update member set password_hash = $2 where member_id = $1', [
    memberId,
    passwordHash,
  ]);
}

export async function updateRole(sql: Sql, memberId: string, role: Role): Promise<void> {
  await sql.run('update member set role = $2 where member_id = $1', [memberId, role]);
}

/** The row stays for the audit log's sake; the mail address is free again. */
export async function updateRemoved(sql: Sql, memberId: string, at: Instant): Promise<void> {
  await sql.run(
    `update member set removed_at = $2, totp_sealed = null, totp_draft_sealed = null,
       password_hash = '' where member_id = $1`,
    [memberId, at],
  );
}

export interface TotpState {
  readonly secret: string | null;
  readonly draft: string | null;
  readonly lastStep: number | null;
}

export async function selectTotp(sql: Sql, vault: Vault, memberId: string): Promise<TotpState> {
  const [row] = await sql.query<{
    readonly totp_sealed: Buffer | null;
    readonly totp_draft_sealed: Buffer | null;
    readonly totp_step: number | null;
  }>('select totp_sealed, totp_draft_sealed, totp_step from member where member_id = $1', [
    memberId,
  ]);
  const open = (sealed: Buffer | null | undefined) =>
    sealed ? vault.open(sealed, totpPurpose(memberId)) : null;
  return {
    secret: open(row?.totp_sealed),
    draft: open(row?.totp_draft_sealed),
    lastStep: row?.totp_step ?? null,
  };
}

export async function updateTotpDraft(
  sql: Sql,
  vault: Vault,
  memberId: string,
  secret: string,
): Promise<void> {
  await sql.run('update member set totp_draft_sealed = $2 where member_id = $1', [
    memberId,
    vault.seal(secret, totpPurpose(memberId)),
  ]);
}

/** Null: there is none any more. */
export async function updateTotp(
  sql: Sql,
  vault: Vault,
  memberId: string,
  totp: { readonly secret: string; readonly step: number } | null,
): Promise<void> {
  await sql.run(
    `update member set totp_sealed = $2, totp_step = $3, totp_draft_sealed = null
     where member_id = $1`,
    [
      memberId,
      totp === null ? null : vault.seal(totp.secret, totpPurpose(memberId)),
      totp === null ? null : totp.step,
    ],
  );
}

/** False where a code of this time step, or a later one, was taken before. */
export async function takeTotpStep(sql: Sql, memberId: string, step: number): Promise<boolean> {
  const taken = await sql.run(
    `update member set totp_step = $2
     where member_id = $1 and (totp_step is null or totp_step < $2)`,
    [memberId, step],
  );
  return taken > 0;
}
