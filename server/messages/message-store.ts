// All SQL of the table `message`. What is sealed in it, and under which purpose, is here too.
import type { Instant } from '../base/clock.ts';
import type { Vault } from '../base/crypto.ts';
import type { Sql } from '../base/database.ts';
import type { Content, ContentKind } from './content.ts';
import type { Channel, Message, MessageLocale, MessageStatus } from './message.ts';

const addressPurpose = (shopId: string, messageId: string) =>
  `message.address/${shopId}/${messageId}`;
const dataPurpose = (shopId: string, messageId: string) => `message.data/${shopId}/${messageId}`;

interface Row {
  readonly message_id: string;
  readonly object_id: string;
  readonly kind: ContentKind;
  readonly channel: Channel;
  readonly locale: MessageLocale;
  readonly status: MessageStatus;
  readonly reason: string | null;
  readonly provider_id: string | null;
  readonly attempts: number;
  readonly due_at: Instant;
  readonly created_at: Instant;
  readonly sent_at: Instant | null;
  readonly ended_at: Instant | null;
}

interface SealedRow extends Row {
  readonly address_sealed: Buffer;
  readonly data_sealed: Buffer;
  readonly is_late: boolean;
}

const COLUMNS = `message_id, object_id, kind, channel, locale, status, reason, provider_id,
  attempts, due_at, created_at, sent_at, ended_at`;

function toMessage(row: Row): Message {
  return {
    messageId: row.message_id,
    objectId: row.object_id,
    kind: row.kind,
    channel: row.channel,
    locale: row.locale,
    status: row.status,
    reason: row.reason,
    providerId: row.provider_id,
    attempts: row.attempts,
    dueAt: row.due_at,
    createdAt: row.created_at,
    sentAt: row.sent_at,
    endedAt: row.ended_at,
  };
}

export interface FreshMessage {
  readonly messageId: string;
  readonly objectId: string;
  readonly channel: Channel;
  readonly locale: MessageLocale;
  readonly address: string;
  readonly content: Content;
  readonly dueAt: Instant;
  readonly notAfter: Instant | null;
  readonly createdAt: Instant;
}

export async function insertMessage(
  sql: Sql,
  vault: Vault,
  shopId: string,
  fresh: FreshMessage,
): Promise<void> {
  const { messageId } = fresh;
  await sql.run(
    `insert into message (shop_id, message_id, object_id, kind, channel, locale, address_sealed,
       data_sealed, status, due_at, not_after, created_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, 'queued', $9, $10, $11)`,
    [
      shopId,
      messageId,
      fresh.objectId,
      fresh.content.kind,
      fresh.channel,
      fresh.locale,
      vault.seal(fresh.address, addressPurpose(shopId, messageId)),
      vault.seal(JSON.stringify(fresh.content), dataPurpose(shopId, messageId)),
      fresh.dueAt,
      fresh.notAfter,
      fresh.createdAt,
    ],
  );
}

export interface Attempt {
  readonly message: Message;
  readonly address: string;
  readonly content: Content;
  /** Past the time after which it is better not sent. */
  readonly isLate: boolean;
}

/**
 * Writes down, before anything is sent, that an attempt begins; undefined where the message is not
 * queued (any more).
 */
export async function beginAttempt(
  sql: Sql,
  vault: Vault,
  shopId: string,
  attempt: { readonly messageId: string; readonly now: Instant },
): Promise<Attempt | undefined> {
  const { messageId, now } = attempt;
  const [row] = await sql.query<SealedRow>(
    `update message set attempts = attempts + 1, last_attempt_at = $3
     where shop_id = $1 and message_id = $2 and status = 'queued'
     returning ${COLUMNS}, address_sealed, data_sealed,
       coalesce(not_after < $3, false) as is_late`,
    [shopId, messageId, now],
  );
  if (row === undefined) return undefined;
  const data = vault.open(row.data_sealed, dataPurpose(shopId, messageId));
  return {
    message: toMessage(row),
    address: vault.open(row.address_sealed, addressPurpose(shopId, messageId)),
    content: JSON.parse(data) as Content,
    isLate: row.is_late,
  };
}

/**
 * The provider took it. Also where it was canceled meanwhile: it did go out. A report that came
 * before our own word of it (`delivered`) stays.
 */
export async function markSent(
  sql: Sql,
  shopId: string,
  sent: { readonly messageId: string; readonly providerId: string; readonly now: Instant },
): Promise<void> {
  await sql.run(
    `update message set provider_id = $3, sent_at = $4, data_sealed = null, reason = null,
       status = case when status = 'delivered' then status else 'sent' end,
       ended_at = case when status = 'delivered' then ended_at end
     where shop_id = $1 and message_id = $2 and status in ('queued', 'canceled', 'delivered')`,
    [shopId, sent.messageId, sent.providerId, sent.now],
  );
}

/** Tried in vain, to be tried again: only the reason is kept. */
export async function noteReason(
  sql: Sql,
  shopId: string,
  noted: { readonly messageId: string; readonly reason: string },
): Promise<boolean> {
  const count = await sql.run(
    `update message set reason = $3
     where shop_id = $1 and message_id = $2 and status = 'queued'`,
    [shopId, noted.messageId, noted.reason],
  );
  return count > 0;
}

export interface Ending {
  readonly messageId: string;
  /** Only out of one of these. */
  readonly from: readonly MessageStatus[];
  readonly status: 'delivered' | 'bounced' | 'failed' | 'canceled';
  readonly reason: string | null;
  /** Kept where none is on record yet. */
  readonly providerId?: string;
  readonly now: Instant;
}

/** Answers the message as it is now, or undefined where it was not in one of the states named. */
export async function endMessage(
  sql: Sql,
  shopId: string,
  ending: Ending,
): Promise<Message | undefined> {
  const [row] = await sql.query<Row>(
    `update message set status = $4, reason = $5, ended_at = $6, data_sealed = null,
       provider_id = coalesce(provider_id, $7)
     where shop_id = $1 and message_id = $2 and status = any($3::text[])
     returning ${COLUMNS}`,
    [
      shopId,
      ending.messageId,
      ending.from,
      ending.status,
      ending.reason,
      ending.now,
      ending.providerId ?? null,
    ],
  );
  return row && toMessage(row);
}

/** What has not been sent of an object: null means of all kinds, by all channels. */
export interface Canceled {
  readonly objectId: string;
  readonly kinds: readonly ContentKind[] | null;
  readonly channel: Channel | null;
}

/** Cancels it, and answers how many that were. */
export async function cancelQueued(
  sql: Sql,
  shopId: string,
  canceled: Canceled,
  now: Instant,
): Promise<number> {
  return sql.run(
    `update message set status = 'canceled', ended_at = $4, data_sealed = null
     where shop_id = $1 and object_id = $2 and status = 'queued'
       and ($3::text[] is null or kind = any($3::text[])) and ($5::text is null or channel = $5)`,
    [shopId, canceled.objectId, canceled.kinds, now, canceled.channel],
  );
}

export async function countAtOnce(
  sql: Sql,
  shopId: string,
  objectId: string,
  since: Instant,
): Promise<number> {
  const [row] = await sql.query<{ count: number }>(
    `select count(*)::int as count from message
     where shop_id = $1 and object_id = $2 and created_at > $3 and due_at <= created_at`,
    [shopId, objectId, since],
  );
  return row?.count ?? 0;
}

/** Held to the end of the deed: our own note of a provider's answer comes before it or after. */
export async function lockMessage(
  sql: Sql,
  shopId: string,
  messageId: string,
): Promise<Message | undefined> {
  const [row] = await sql.query<Row>(
    `select ${COLUMNS} from message where shop_id = $1 and message_id = $2 for update`,
    [shopId, messageId],
  );
  return row && toMessage(row);
}

/** The messages of objects, oldest first, without their addresses. */
export async function selectHistory(
  sql: Sql,
  shopId: string,
  objectIds: readonly string[],
): Promise<Message[]> {
  const rows = await sql.query<Row>(
    `select ${COLUMNS} from message
     where shop_id = $1 and object_id = any($2::uuid[]) order by message_id limit 500`,
    [shopId, objectIds],
  );
  return rows.map(toMessage);
}

/** The messages of objects, oldest first, each with its address in clear. */
export async function selectMessagesOf(
  sql: Sql,
  vault: Vault,
  shopId: string,
  objectIds: readonly string[],
): Promise<{ readonly message: Message; readonly address: string }[]> {
  const rows = await sql.query<SealedRow>(
    `select ${COLUMNS}, address_sealed from message
     where shop_id = $1 and object_id = any($2::uuid[]) order by message_id limit 500`,
    [shopId, objectIds],
  );
  return rows.map((row) => ({
    message: toMessage(row),
    address: vault.open(row.address_sealed, addressPurpose(shopId, row.message_id)),
  }));
}

/** A message's ciphertexts; its content is gone once it was sent. */
export interface SealedMessage {
  readonly message_id: string;
  readonly address_sealed: Buffer;
  readonly data_sealed: Buffer | null;
}

export function readSealedMessages(
  sql: Sql,
  shopId: string,
  afterId: string,
  limit: number,
): Promise<SealedMessage[]> {
  return sql.query(
    `select message_id, address_sealed, data_sealed from message
     where shop_id = $1 and message_id > $2 order by message_id limit $3`,
    [shopId, afterId, limit],
  );
}

export function resealedMessage(vault: Vault, shopId: string, row: SealedMessage): SealedMessage {
  const { message_id: id, data_sealed: data } = row;
  const again = (sealed: Buffer, purpose: string) =>
    vault.seal(vault.openBytes(sealed, purpose), purpose);
  return {
    message_id: id,
    address_sealed: again(row.address_sealed, addressPurpose(shopId, id)),
    data_sealed: data === null ? null : again(data, dataPurpose(shopId, id)),
  };
}

/** Swaps ciphertexts of the same plaintext; a row that changed meanwhile keeps its own. */
export function swapSealedMessages(
  sql: Sql,
  shopId: string,
  swaps: readonly { readonly old: SealedMessage; readonly fresh: SealedMessage }[],
): Promise<number> {
  return sql.run(
    `update message m set address_sealed = n.address, data_sealed = n.data
     from unnest($2::uuid[], $3::bytea[], $4::bytea[], $5::bytea[], $6::bytea[])
       as n(message_id, old_address, old_data, address, data)
     where m.shop_id = $1 and m.message_id = n.message_id and m.address_sealed = n.old_address
       and m.data_sealed is not distinct from n.old_data`,
    [
      shopId,
      swaps.map(({ old }) => old.message_id),
      swaps.map(({ old }) => old.address_sealed),
      swaps.map(({ old }) => old.data_sealed),
      swaps.map(({ fresh }) => fresh.address_sealed),
      swaps.map(({ fresh }) => fresh.data_sealed),
    ],
  );
}
