// Making links, and writing to recipients about them: in the deed that made the remittance, so that
// neither exists without the other.
import type { Instant } from '../base/clock.ts';
import { sameBytes } from '../base/crypto.ts';
import type { Tx } from '../base/deed.ts';
import { uuidv7 } from '../base/ids.ts';
import type { Shop } from '../merchants/shop.ts';
import type { Content } from '../messages/content.ts';
import type { Channel } from '../messages/message.ts';
import { queueMessage } from '../messages/queue-message.ts';
import {
  type Deliver,
  foldedAnswer,
  type LinkWish,
  lastDayOf,
  normalisedAnswer,
  type Question,
  type ReceiveLink,
} from './link.ts';
import { insertLinks, takenCodes } from './link-store.ts';
import { newCode, newToken } from './link-token.ts';
import { addressesFor, ladderOf, remindersFor } from './reminders.ts';
import type { Remittance } from './remittance.ts';
import type { RemittanceDeps } from './terms.ts';

export const linkPurpose = (shopId: string) => `receive_link:${shopId}`;

/** The digest of an answer, bound to its remittance: it outlives a reissue, and equals no other. */
function answerDigest(
  { vault }: Pick<RemittanceDeps, 'vault'>,
  remittanceId: string,
  spelled: string,
): string {
  return vault.fingerprint(`answer:${remittanceId}`, spelled).toString('base64');
}

/** True for the answer that was set. Older digests were made before kana was folded. */
export function isAnswer(
  deps: Pick<RemittanceDeps, 'vault'>,
  remittanceId: string,
  { answer }: Question,
  given: string,
): boolean {
  const spellings = [foldedAnswer(given), normalisedAnswer(given)];
  const matches = spellings.map((spelled) =>
    sameBytes(Buffer.from(answerDigest(deps, remittanceId, spelled)), Buffer.from(answer)),
  );
  return matches.includes(true);
}

export interface NewLink {
  readonly remittance: Remittance;
  readonly wish: LinkWish;
  readonly expiresAt: Instant;
}

/**
 * Writes the links with their codes, the first messages, the reminders and the work that ends them.
 */
export async function makeLinks(
  deps: RemittanceDeps,
  tx: Tx,
  shop: Shop,
  wishes: readonly NewLink[],
): Promise<ReceiveLink[]> {
  if (wishes.length === 0) return [];
  const codes = await freeCodes(tx, wishes.length);
  const links = wishes.map((wish, index) => build(deps, tx, shop, wish, codes[index]!));
  await insertLinks(tx, links);
  for (const [index, link] of links.entries()) {
    await writeOf(deps, tx, shop, wishes[index]!.remittance, link, 'receive_link');
    addLinkExpiry(tx, link);
  }
  return links;
}

function build(
  deps: RemittanceDeps,
  tx: Tx,
  shop: Shop,
  { remittance, wish, expiresAt }: NewLink,
  code: string,
): ReceiveLink {
  const linkId = uuidv7(tx.now.epochMilliseconds);
  const token = newToken(shop.number);
  const hasAddress = wish.deliver.email !== null || wish.deliver.sms !== null;
  const seal = (value: string) => deps.vault.seal(value, linkPurpose(tx.shopId));
  return {
    ...{ shopId: tx.shopId, linkId, remittanceId: remittance.remittanceId },
    ...{ tokenHash: token.hash, tokenSealed: seal(token.text), code, expiresAt },
    ...{ methods: wish.methods, locale: wish.locale, saveAs: wish.saveAs },
    ...{ returnUrl: wish.returnUrl, reminders: wish.reminders },
    status: 'open',
    questions: wish.questions.map(({ label, value }) => ({
      label,
      answer: answerDigest(deps, remittance.remittanceId, foldedAnswer(value)),
    })),
    deliverSealed: hasAddress ? seal(JSON.stringify(wish.deliver)) : null,
    ...{ wrongTries: 0, lockedAt: null, inputSealed: null, refusalReason: null },
    ...{ switchingSince: null, openedAt: null, usedAt: null, createdAt: tx.now },
  };
}

const MAX_CODE_ROUNDS = 10;

/** Codes nobody has: of 10^11 a clash is rare, and then the next is taken. */
async function freeCodes(tx: Tx, count: number): Promise<string[]> {
  const codes = new Set<string>();
  for (let round = 0; round < MAX_CODE_ROUNDS; round++) {
    while (codes.size < count) codes.add(newCode());
    const taken = await takenCodes(tx, [...codes]);
    if (taken.length === 0) return [...codes];
    for (const code of taken) codes.delete(code);
  }
  throw new Error('no free reference code');
}

/** A link in place of another: new token and code, the rest as it was. */
export async function reissueOf(
  deps: RemittanceDeps,
  tx: Tx,
  shop: Shop,
  former: ReceiveLink,
  deliver: Deliver,
): Promise<ReceiveLink> {
  const [code] = await freeCodes(tx, 1);
  const token = newToken(shop.number);
  const seal = (value: string) => deps.vault.seal(value, linkPurpose(tx.shopId));
  const linkId = uuidv7(tx.now.epochMilliseconds);
  const hasAddress = deliver.email !== null || deliver.sms !== null;
  const fresh: ReceiveLink = {
    ...former,
    ...{ linkId, code: code!, tokenHash: token.hash, tokenSealed: seal(token.text) },
    ...{ status: 'open', wrongTries: 0, lockedAt: null, openedAt: null, createdAt: tx.now },
    deliverSealed: hasAddress ? seal(JSON.stringify(deliver)) : null,
  };
  await insertLinks(tx, [fresh]);
  return fresh;
}

export function addLinkExpiry(tx: Tx, link: Pick<ReceiveLink, 'expiresAt'>): void {
  const dueAt = link.expiresAt;
  tx.addWork({ kind: 'remittances.expire_links', key: dueAt.toString(), dueAt, clock: 'shop' });
}

/** The page of a link, for whoever holds its token. */
export function linkUrl(deps: RemittanceDeps, link: ReceiveLink): string {
  const token = deps.vault.open(link.tokenSealed, linkPurpose(link.shopId));
  return `${deps.publicUrl}/l/${token}`;
}

export function deliverOf(deps: Pick<RemittanceDeps, 'vault'>, link: ReceiveLink): Deliver {
  if (link.deliverSealed === null) return { email: null, sms: null };
  return JSON.parse(deps.vault.open(link.deliverSealed, linkPurpose(link.shopId))) as Deliver;
}

/** Whom a message is about, said first in each. */
export function aboutOf(shop: Shop, remittance: Remittance) {
  return {
    shopName: shop.name,
    shopContact: shop.contact,
    reason: remittance.description === '' ? 'お支払い' : remittance.description,
    amountYen: remittance.amountYen,
  };
}

type WayKind = 'receive_link' | 'receive_reminder' | 'link_reissued';

/** A message by every channel of the link; a first one brings its reminders with it. */
export async function writeOf(
  deps: RemittanceDeps,
  tx: Tx,
  shop: Shop,
  remittance: Remittance,
  link: ReceiveLink,
  kind: WayKind,
): Promise<void> {
  const way = wayOf(deps, shop, remittance, link);
  await sendTo(deps, tx, link, { ...way, kind });
  if (kind !== 'receive_reminder') await addReminders(deps, tx, shop, link, way);
}

/** What every message with the way to the page says. */
export function wayOf(deps: RemittanceDeps, shop: Shop, remittance: Remittance, link: ReceiveLink) {
  return {
    ...aboutOf(shop, remittance),
    url: linkUrl(deps, link),
    referenceCode: link.code,
    checkUrl: `${deps.publicUrl}/r`,
    lastDay: lastDayOf(link).toString(),
  };
}

/** `bounced`: what is known not to reach the recipient; a fresh link knows nothing yet. */
export async function addReminders(
  deps: RemittanceDeps,
  tx: Tx,
  shop: Shop,
  link: ReceiveLink,
  way: ReturnType<typeof wayOf>,
  bounced: ReadonlySet<Channel> = new Set(),
): Promise<void> {
  const deliver = deliverOf(deps, link);
  for (const { dueAt, channel } of remindersFor(ladderOf(shop, link), tx.now, link)) {
    const to = addressesFor(deliver, channel, bounced);
    await sendTo(deps, tx, link, { ...way, kind: 'receive_reminder' }, dueAt, to);
  }
}

export async function sendTo(
  deps: RemittanceDeps,
  tx: Tx,
  link: ReceiveLink,
  content: Content,
  dueAt: Instant = tx.now,
  { email, sms }: Deliver = deliverOf(deps, link),
): Promise<void> {
  const common = {
    ...{ objectId: link.linkId, locale: link.locale, content, dueAt },
    // A link lives until its last day is over; what comes later would be about nothing.
    notAfter: link.status === 'open' ? link.expiresAt : tx.now.add({ hours: 24 * 7 }),
  };
  if (email !== null) {
    await queueMessage(tx, deps.vault, { ...common, channel: 'mail', address: email });
  }
  if (sms !== null) {
    await queueMessage(tx, deps.vault, { ...common, channel: 'sms', address: sms });
  }
}
