// Coming in by a link: by token or by code, the questions answered, the lock after too many wrong
// answers. What a recipient may do then is in specify-destination.ts and link-deeds.ts.

import { isBefore } from '../base/clock.ts';
import type { Tx } from '../base/deed.ts';
import { Refusal } from '../base/refusal.ts';
import type { Shop } from '../merchants/shop.ts';
import { emitBeside } from './emit.ts';
import { MAX_WRONG_TRIES, type ReceiveLink } from './link.ts';
import { linkById, linkByToken, shopOfCode, updateLink } from './link-store.ts';
import { readCode, readToken } from './link-token.ts';
import { aboutOf, isAnswer, sendTo } from './make-link.ts';
import type { Remittance } from './remittance.ts';
import { remittanceById } from './remittance-store.ts';
import type { RemittanceDeps } from './terms.ts';

/** A link with what it is for. */
export interface OpenedLink {
  readonly shop: Shop;
  readonly link: ReceiveLink;
  readonly remittance: Remittance;
}

/** By the token of the URL; undefined where there is no such link. */
export async function linkOfToken(
  deps: RemittanceDeps,
  text: string,
): Promise<OpenedLink | undefined> {
  const token = readToken(text);
  if (token === undefined) return undefined;
  const shop = await deps.shops.findByNumber(token.shopNumber);
  if (shop === undefined) return undefined;
  return withRemittance(deps, shop, await linkByToken(deps.deeds.db, shop.shopId, token.hash));
}

/** By a typed code; undefined where there is none. Whoever types it has proven nothing yet. */
export async function linkOfCode(
  deps: RemittanceDeps,
  typed: string,
): Promise<OpenedLink | undefined> {
  const code = readCode(typed);
  const found = code && (await shopOfCode(deps.deeds.db, code));
  if (!found) return undefined;
  const shop = await deps.shops.byId(found.shopId);
  return withRemittance(deps, shop, await linkById(deps.deeds.db, found.shopId, found.linkId));
}

/** By its own id, for a session that has come in before. */
export async function linkOfId(
  deps: RemittanceDeps,
  shopId: string,
  linkId: string,
): Promise<OpenedLink | undefined> {
  const shop = await deps.shops.byId(shopId);
  return withRemittance(deps, shop, await linkById(deps.deeds.db, shopId, linkId));
}

async function withRemittance(
  deps: RemittanceDeps,
  shop: Shop,
  link: ReceiveLink | undefined,
): Promise<OpenedLink | undefined> {
  if (link === undefined) return undefined;
  const remittance = await remittanceById(deps.deeds.db, shop.shopId, link.remittanceId);
  if (remittance === undefined) throw new Error('a link without its remittance');
  return { shop, link, remittance };
}

export const linkLocked = () =>
  new Refusal(
    'link_locked',
    {
      ja: '確認の答えが続けて違ったため、手続きを止めています。送り主にご連絡ください。',
      en: 'Too many answers were wrong, so this has been locked. Please contact the sender.',
    },
    { status: 423 },
  );

/** As it stands under the lock, with what it is for. Refused: `link_over`. */
export async function presentLink(
  tx: Tx,
  linkId: string,
): Promise<{ readonly link: ReceiveLink; readonly remittance: Remittance }> {
  const link = await linkById(tx, tx.shopId, linkId);
  const remittance = link && (await remittanceById(tx, tx.shopId, link.remittanceId));
  if (link === undefined || remittance === undefined) throw linkOver();
  return { link, remittance };
}

export const linkOver = () =>
  new Refusal(
    'link_over',
    {
      ja: 'このお受け取り手続きは終了しています。送り主にご連絡ください。',
      en: 'This page is no longer open. Please contact the sender.',
    },
    { status: 410 },
  );

/**
 * Checks the answers: true where all are right. A wrong one counts, in a deed, so that many at once
 * do not get more tries; the last one locks, and the recipient is told.
 */
export async function verifyAnswers(
  deps: RemittanceDeps,
  shop: Shop,
  linkId: string,
  answers: readonly string[],
  by: 'recipient' | 'shop' = 'recipient',
): Promise<boolean> {
  return deps.deeds.run(shop.shopId, async (tx) => {
    const link = await linkById(tx, shop.shopId, linkId);
    if (link === undefined || ['killed', 'withdrawn'].includes(link.status)) throw linkOver();
    if (link.lockedAt !== null) throw linkLocked();
    const isRight = link.questions.every((question, index) =>
      isAnswer(deps, link.remittanceId, question, answers[index] ?? ''),
    );
    await (isRight ? comeIn(deps, tx, link, by) : countWrong(deps, tx, shop, link));
    return isRight;
  });
}

/** The first time is told to the shop: the recipient is at it. Its own staff opens nothing. */
async function comeIn(
  deps: RemittanceDeps,
  tx: Tx,
  link: ReceiveLink,
  by: 'recipient' | 'shop',
): Promise<void> {
  const isFirst = link.openedAt === null && by === 'recipient';
  await updateLink(tx, { ...link, wrongTries: 0, openedAt: isFirst ? tx.now : link.openedAt });
  if (!isFirst) return;
  const remittance = await remittanceById(tx, tx.shopId, link.remittanceId);
  await emitBeside(deps, tx, 'remittance.link_opened', remittance!);
}

async function countWrong(
  deps: RemittanceDeps,
  tx: Tx,
  shop: Shop,
  link: ReceiveLink,
): Promise<void> {
  const wrongTries = link.wrongTries + 1;
  const lockedAt = wrongTries >= MAX_WRONG_TRIES ? tx.now : null;
  await updateLink(tx, { ...link, wrongTries, lockedAt });
  if (lockedAt === null) return;
  const remittance = (await remittanceById(tx, tx.shopId, link.remittanceId))!;
  await emitBeside(deps, tx, 'remittance.link_locked', remittance);
  const about = aboutOf(shop, remittance);
  await sendTo(deps, tx, link, { ...about, kind: 'verification_locked', referenceCode: link.code });
}

/** How a link ended; null while something can be done with it, or went on from it. */
export function endOf(
  { link, remittance }: Pick<OpenedLink, 'link' | 'remittance'>,
  now: Temporal.Instant,
): 'killed' | 'withdrawn' | 'declined' | 'expired' | null {
  if (link.status === 'open') return isOpen(link, now) ? null : 'expired';
  if (link.status !== 'used') return link.status;
  return remittance.status === 'expired' ? 'expired' : null;
}

/** True where the recipient may still act on it. */
export function isOpen(link: ReceiveLink, now: Temporal.Instant): boolean {
  return link.status === 'open' && isBefore(now, link.expiresAt);
}
