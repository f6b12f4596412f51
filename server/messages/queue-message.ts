// Asking for a message, and taking it back, inside the deed that is the reason for it: the row, and
// the work that sends it, commit with the deed or not at all.
import type { Instant } from '../base/clock.ts';
import type { Vault } from '../base/crypto.ts';
import type { Sql } from '../base/database.ts';
import type { Tx } from '../base/deed.ts';
import { uuidv7 } from '../base/ids.ts';
import { maskAddress, readAddress } from './address.ts';
import { type Content, type ContentKind, checkContent } from './content.ts';
import type { Channel, Message, MessageLocale } from './message.ts';
import {
  cancelQueued,
  countAtOnce,
  insertMessage,
  selectHistory,
  selectMessagesOf,
} from './message-store.ts';

export const SEND_WORK = 'messages.send';

export interface NewMessage {
  /** The remittance or link (uuid) that it is about. */
  readonly objectId: string;
  readonly channel: Channel;
  /** As `readAddress` of address.ts answers it; anything else is a bug and throws. */
  readonly address: string;
  readonly locale: MessageLocale;
  readonly content: Content;
  /** On the shop's clock; left out = now. */
  readonly dueAt?: Instant;
  /** After this time (the shop's clock) it is better not sent, e.g. the end of a link. */
  readonly notAfter?: Instant;
}

/** Answers the message's id (uuid). */
export async function queueMessage(tx: Tx, vault: Vault, message: NewMessage): Promise<string> {
  const { channel, address, content, objectId, locale, dueAt = tx.now } = message;
  if (readAddress(channel, address) !== address) throw new Error(`a wrong ${channel} address`);
  checkContent(content);
  const messageId = uuidv7(tx.now.epochMilliseconds);
  await insertMessage(tx, vault, tx.shopId, {
    ...{ messageId, objectId, channel, locale, address, content, dueAt },
    notAfter: message.notAfter ?? null,
    createdAt: tx.now,
  });
  tx.addWork({ kind: SEND_WORK, key: messageId, dueAt, clock: 'shop', payload: { messageId } });
  return messageId;
}

/**
 * Takes back all of an object that has not been sent, or only some of it; answers how many.
 * The work rows find nothing to do when they come due.
 */
export async function cancelMessages(
  tx: Tx,
  objectId: string,
  kinds: readonly ContentKind[] | null = null,
  channel: Channel | null = null,
): Promise<number> {
  return cancelQueued(tx, tx.shopId, { objectId, kinds, channel }, tx.now);
}

/** What was and will be sent about objects, oldest first (up to 500); without addresses. */
export function historyOf(
  sql: Sql,
  shopId: string,
  objectIds: readonly string[],
): Promise<Message[]> {
  return selectHistory(sql, shopId, objectIds);
}

/** The channels by which a message of these went out, or is going out just now. */
export function reachedChannels(history: readonly Message[]): Channel[] {
  const out = history.filter(
    ({ status, attempts, reason }) =>
      status === 'sent' ||
      status === 'delivered' ||
      (status === 'queued' && attempts > 0 && reason === null),
  );
  return [...new Set(out.map(({ channel }) => channel))];
}

/** The channels by which a message of these did not find an address that takes any. */
export function bouncedChannels(history: readonly Message[]): ReadonlySet<Channel> {
  return new Set(history.filter(({ status }) => status === 'bounced').map((each) => each.channel));
}

/** How many messages of an object were asked for at once, not for later, since a time. */
export function sentAtOnce(tx: Tx, objectId: string, since: Instant): Promise<number> {
  return countAtOnce(tx, tx.shopId, objectId, since);
}

export interface ShownMessage extends Message {
  readonly maskedAddress: string;
}

/** What was and will be sent about objects, oldest first (up to 500), to which addresses. */
export async function messagesOf(
  deps: { readonly db: Sql; readonly vault: Vault },
  shopId: string,
  ...objectIds: readonly string[]
): Promise<ShownMessage[]> {
  const found = await selectMessagesOf(deps.db, deps.vault, shopId, objectIds);
  return found.map(({ message, address }) => ({
    ...message,
    maskedAddress: maskAddress(message.channel, address),
  }));
}
