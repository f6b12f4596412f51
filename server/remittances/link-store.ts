// All SQL of receive_link and link_code.
import type { Instant } from '../base/clock.ts';
import type { Sql } from '../base/database.ts';
import type { Tx } from '../base/deed.ts';
import type { ReminderLadder } from '../merchants/reminder-ladder.ts';
import type { LinkStatus, Question, ReceiveLink } from './link.ts';
import type { Method } from './method.ts';
import type { StatusReason } from './remittance.ts';

interface LinkRow {
  readonly shop_id: string;
  readonly link_id: string;
  readonly remittance_id: string;
  readonly token_hash: Buffer;
  readonly token_sealed: Buffer;
  readonly code: string;
  readonly status: LinkStatus;
  readonly methods: readonly Method[];
  readonly locale: 'ja' | 'en';
  readonly expires_at: Instant;
  readonly questions: readonly Question[];
  readonly wrong_tries: number;
  readonly locked_at: Instant | null;
  readonly deliver_sealed: Buffer | null;
  readonly save_as: string | null;
  readonly return_url: string | null;
  readonly reminders: ReminderLadder | null;
  readonly input_sealed: Buffer | null;
  readonly refusal_reason: StatusReason | null;
  readonly switching_since: Instant | null;
  readonly opened_at: Instant | null;
  readonly used_at: Instant | null;
  readonly created_at: Instant;
}

const SELECT = `
  select shop_id, link_id, remittance_id, token_hash, token_sealed, code, status, methods, locale,
    expires_at, questions, wrong_tries, locked_at, deliver_sealed, save_as, return_url,
    reminders, input_sealed, refusal_reason, switching_since, opened_at, used_at, created_at
  from receive_link`;

function toLink(row: LinkRow): ReceiveLink {
  return {
    shopId: row.shop_id,
    linkId: row.link_id,
    remittanceId: row.remittance_id,
    tokenHash: row.token_hash,
    tokenSealed: row.token_sealed,
    code: row.code,
    status: row.status,
    methods: row.methods,
    locale: row.locale,
    expiresAt: row.expires_at,
    questions: row.questions,
    wrongTries: row.wrong_tries,
    lockedAt: row.locked_at,
    deliverSealed: row.deliver_sealed,
    saveAs: row.save_as,
    returnUrl: row.return_url,
    reminders: row.reminders,
    inputSealed: row.input_sealed,
    refusalReason: row.refusal_reason,
    switchingSince: row.switching_since,
    openedAt: row.opened_at,
    usedAt: row.used_at,
    createdAt: row.created_at,
  };
}

async function one(
  sql: Sql,
  condition: string,
  values: unknown[],
): Promise<ReceiveLink | undefined> {
  const rows = await sql.query<LinkRow>(`${SELECT} where shop_id = $1 and ${condition}`, values);
  return rows.map(toLink)[0];
}

export const linkByToken = (sql: Sql, shopId: string, tokenHash: Buffer) =>
  one(sql, 'token_hash = $2', [shopId, tokenHash]);

export const linkById = (sql: Sql, shopId: string, linkId: string) =>
  one(sql, 'link_id = $2', [shopId, linkId]);

/** The newest link of a remittance, whatever became of it. */
export const newestLinkOf = (sql: Sql, shopId: string, remittanceId: string) =>
  one(sql, 'remittance_id = $2 order by created_at desc, link_id desc limit 1', [
    shopId,
    remittanceId,
  ]);

/** All links that a remittance has had, oldest first. */
export async function linkIdsOf(sql: Sql, shopId: string, remittanceId: string): Promise<string[]> {
  const rows = await sql.query<{ link_id: string }>(
    `select link_id from receive_link where shop_id = $1 and remittance_id = $2
     order by created_at, link_id limit 200`,
    [shopId, remittanceId],
  );
  return rows.map((row) => row.link_id);
}

/** The links through which remittances can be repaired: open or used, by remittance id. */
export async function aliveLinksOf(
  sql: Sql,
  shopId: string,
  remittanceIds: readonly string[],
): Promise<Map<string, ReceiveLink>> {
  const rows = await sql.query<LinkRow>(
    `${SELECT} where shop_id = $1 and remittance_id = any($2::uuid[])
       and status in ('open', 'used')`,
    [shopId, remittanceIds],
  );
  return new Map(rows.map((row) => [row.remittance_id, toLink(row)]));
}

export async function shopOfCode(
  sql: Sql,
  code: string,
): Promise<{ readonly shopId: string; readonly linkId: string } | undefined> {
  const rows = await sql.query<{ shop_id: string; link_id: string }>(
    'select shop_id, link_id from link_code where code = $1',
    [code],
  );
  return rows.map((row) => ({ shopId: row.shop_id, linkId: row.link_id }))[0];
}

export async function takenCodes(sql: Sql, codes: readonly string[]): Promise<string[]> {
  const rows = await sql.query<{ code: string }>(
    'select code from link_code where code = any($1::text[])',
    [codes],
  );
  return rows.map((row) => row.code);
}

export async function insertLinks(tx: Tx, links: readonly ReceiveLink[]): Promise<void> {
  if (links.length === 0) return;
  const column = (of: (link: ReceiveLink) => unknown) => links.map(of);
  await tx.run(
    `insert into receive_link (shop_id, link_id, remittance_id, token_hash, token_sealed, code,
       status, methods, locale, expires_at, questions, deliver_sealed, save_as, input_sealed,
       return_url, reminders, created_at)
     select $1, link_id, remittance_id, token_hash, token_sealed, code, 'open', methods::text[],
       locale, expires_at, questions::jsonb, deliver_sealed, save_as, input_sealed,
       return_url, reminders::jsonb, $2
     from unnest($3::uuid[], $4::uuid[], $5::bytea[], $6::bytea[], $7::text[], $8::text[],
       $9::text[], $10::timestamptz[], $11::text[], $12::bytea[], $13::text[], $14::bytea[],
       $15::text[], $16::text[])
       as n(link_id, remittance_id, token_hash, token_sealed, code, methods, locale, expires_at,
         questions, deliver_sealed, save_as, input_sealed, return_url, reminders)`,
    [
      tx.shopId,
      tx.now,
      column((link) => link.linkId),
      column((link) => link.remittanceId),
      column((link) => link.tokenHash),
      column((link) => link.tokenSealed),
      column((link) => link.code),
      column((link) => `{${link.methods.join(',')}}`),
      column((link) => link.locale),
      column((link) => link.expiresAt),
      column((link) => JSON.stringify(link.questions)),
      column((link) => link.deliverSealed),
      column((link) => link.saveAs),
      column((link) => link.inputSealed),
      column((link) => link.returnUrl),
      column((link) => link.reminders && JSON.stringify(link.reminders)),
    ],
  );
  await tx.run(
    `insert into link_code (code, shop_id, link_id)
     select code, $1, link_id from unnest($2::text[], $3::uuid[]) as n(code, link_id)`,
    [tx.shopId, column((link) => link.code), column((link) => link.linkId)],
  );
}

/** Writes what can change of a link, under the shop's lock. */
export async function updateLink(tx: Tx, link: ReceiveLink): Promise<void> {
  const changed = await tx.run(
    `update receive_link set status = $3, expires_at = $4, wrong_tries = $5, locked_at = $6,
       deliver_sealed = $7, input_sealed = $8, refusal_reason = $9, opened_at = $10, used_at = $11,
       switching_since = $12
     where shop_id = $1 and link_id = $2`,
    [
      tx.shopId,
      link.linkId,
      link.status,
      link.expiresAt,
      link.wrongTries,
      link.lockedAt,
      link.deliverSealed,
      link.inputSealed,
      link.refusalReason,
      link.openedAt,
      link.usedAt,
      link.switchingSince,
    ],
  );
  if (changed !== 1) throw new Error('a link vanished under the lock');
}

/** The first time that a code was shown counts. */
export async function markRevealed(tx: Tx, linkId: string, at: Instant): Promise<void> {
  await tx.run(
    `update receive_link set revealed_at = coalesce(revealed_at, $3)
     where shop_id = $1 and link_id = $2`,
    [tx.shopId, linkId, at],
  );
}

/** Open links that are over at `until`, soonest over first: past ones, or those that end soon. */
export async function linksOverAt(
  sql: Sql,
  shopId: string,
  until: Instant,
  limit: number,
): Promise<ReceiveLink[]> {
  const rows = await sql.query<LinkRow>(
    `${SELECT} where shop_id = $1 and status = 'open' and expires_at <= $2
     order by expires_at, link_id limit $3`,
    [shopId, until, limit],
  );
  return rows.map(toLink);
}
