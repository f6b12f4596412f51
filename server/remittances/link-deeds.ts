// What becomes of links beside being used: expired with their money back, declined, extended,
// unlocked, reissued (which kills the former), reminded, and opened again after a bank refused.
import type { Instant } from '../base/clock.ts';
import type { Tx } from '../base/deed.ts';
import type { Sentence } from '../base/refusal.ts';
import { Refusal } from '../base/refusal.ts';
import type { ClaimedWork } from '../base/work.ts';
import type { Shop } from '../merchants/shop.ts';
import {
  bouncedChannels,
  cancelMessages,
  historyOf,
  sentAtOnce,
} from '../messages/queue-message.ts';
import { end } from './end.ts';
import { type Deliver, expiryOf, lastDayOf, type ReceiveLink } from './link.ts';
import { linkOver, presentLink } from './link-access.ts';
import { aliveLinksOf, linkById, linksOverAt, newestLinkOf, updateLink } from './link-store.ts';
import {
  aboutOf,
  addLinkExpiry,
  addReminders,
  deliverOf,
  linkPurpose,
  reissueOf,
  sendTo,
  wayOf,
  writeOf,
} from './make-link.ts';
import { remittanceNotFound } from './refusals.ts';
import type { Remittance } from './remittance.ts';
import { remittanceById } from './remittance-store.ts';
import type { RemittanceDeps } from './terms.ts';

const EXPIRED_A_DEED = 200;
/** How long a link stays open at least after a bank refused the account. */
const REPAIR_TIME = Temporal.Duration.from({ hours: 24 * 14 });

/** Handler of `remittances.expire_links`: on the day a link ends, the money is available again. */
export async function expireLinks(deps: RemittanceDeps, work: ClaimedWork): Promise<'done'> {
  const shop = await deps.shops.byId(work.shopId);
  for (;;) {
    const count = await deps.deeds.run(shop.shopId, async (tx) => {
      const links = await linksOverAt(tx, shop.shopId, tx.now, EXPIRED_A_DEED);
      for (const link of links) await expireOne(deps, tx, shop, link);
      return links.length;
    });
    if (count < EXPIRED_A_DEED) return 'done';
  }
}

async function expireOne(
  deps: RemittanceDeps,
  tx: Tx,
  shop: Shop,
  link: ReceiveLink,
): Promise<void> {
  const remittance = await remittanceById(tx, shop.shopId, link.remittanceId);
  const expired: ReceiveLink = { ...link, status: 'expired' };
  await updateLink(tx, expired);
  await cancelMessages(tx, link.linkId);
  if (remittance?.status !== 'awaiting_recipient') return;
  await end(deps, tx, remittance, 'expired', 'link_expired');
  const lastDay = lastDayOf(link).toString();
  await sendTo(deps, tx, expired, {
    ...aboutOf(shop, remittance),
    kind: 'expired_notice',
    lastDay,
  });
}

/** 「心当たりがない・受け取らない」: the money goes back, the recipient has it in writing. */
export async function declineLink(
  deps: RemittanceDeps,
  shop: Shop,
  linkId: string,
): Promise<Remittance> {
  return deps.deeds.run(shop.shopId, async (tx) => {
    const { link, remittance } = await presentLink(tx, linkId);
    if (link.status === 'declined') return remittance;
    if (link.status !== 'open' || remittance.status !== 'awaiting_recipient') throw linkOver();
    const declined: ReceiveLink = { ...link, status: 'declined' };
    await updateLink(tx, declined);
    await cancelMessages(tx, linkId);
    const ended = await end(deps, tx, remittance, 'canceled', 'recipient_declined');
    const about = aboutOf(shop, remittance);
    await sendTo(deps, tx, declined, { ...about, kind: 'declined_confirmation' });
    return ended;
  });
}

/** The open link of a remittance that waits for its recipient; the rest are refused. */
async function openLinkOf(
  tx: Tx,
  remittanceId: string,
): Promise<{ link: ReceiveLink; remittance: Remittance }> {
  const remittance = await remittanceById(tx, tx.shopId, remittanceId);
  if (remittance === undefined) throw remittanceNotFound();
  const link = await newestLinkOf(tx, tx.shopId, remittanceId);
  if (link?.status !== 'open' || remittance.status !== 'awaiting_recipient') throw noOpenLink();
  return { link, remittance };
}

export const noOpenLink = () =>
  new Refusal(
    'no_open_link',
    {
      ja: 'この送金には手続き中の受取URLがありません。',
      en: 'This remittance has no open receive link.',
    },
    { status: 409 },
  );

const nowhereToSend = () =>
  new Refusal('no_address', {
    ja: '受取人の宛先（メール・SMS）が登録されていません。reissueで宛先を指定してください。',
    en: 'No mail address or phone number of the recipient is known. Give one with reissue.',
  });

/** Sends the same link again, only ever to the address it has. */
export async function remindLink(
  deps: RemittanceDeps,
  shop: Shop,
  remittanceId: string,
): Promise<void> {
  await deps.deeds.run(shop.shopId, async (tx) => {
    const { link, remittance } = await openLinkOf(tx, remittanceId);
    if (link.deliverSealed === null) throw nowhereToSend();
    await writeOf(deps, tx, shop, remittance, link, 'receive_reminder');
  });
}

const MAX_RESENT_A_DAY = 3;

/**
 * A recipient who lost the message asks for it: sent again only ever to the address it has, a few
 * times a day. Answers whether it was; says nothing of the address.
 */
export async function resendLink(
  deps: RemittanceDeps,
  shop: Shop,
  linkId: string,
): Promise<boolean> {
  return deps.deeds.run(shop.shopId, async (tx) => {
    const link = await linkById(tx, shop.shopId, linkId);
    const remittance = link && (await remittanceById(tx, shop.shopId, link.remittanceId));
    if (link?.status !== 'open' || remittance?.status !== 'awaiting_recipient') return false;
    if (link.deliverSealed === null) return false;
    const since = tx.now.subtract({ hours: 24 });
    if ((await sentAtOnce(tx, linkId, since)) >= MAX_RESENT_A_DAY) return false;
    await writeOf(deps, tx, shop, remittance, link, 'receive_reminder');
    return true;
  });
}

/**
 * Gives the link more days, counted from today. Reminders that were to come would name the former
 * last day: others take their place.
 */
export async function extendLink(
  deps: RemittanceDeps,
  shop: Shop,
  remittanceId: string,
  until: { readonly expiresOn: Temporal.PlainDate | null; readonly expiresInDays: number | null },
): Promise<void> {
  await deps.deeds.run(shop.shopId, async (tx) => {
    const { link, remittance } = await openLinkOf(tx, remittanceId);
    const expiresAt = expiryOf(until, tx.now);
    if (!('epochMilliseconds' in expiresAt)) throw expiresAt;
    const extended = { ...link, expiresAt };
    await updateLink(tx, extended);
    addLinkExpiry(tx, extended);
    await cancelMessages(tx, link.linkId, ['receive_reminder']);
    const way = wayOf(deps, shop, remittance, extended);
    await addReminders(deps, tx, shop, extended, way, await bouncedOf(tx, link));
  });
}

const bouncedOf = async (tx: Tx, { linkId }: ReceiveLink) =>
  bouncedChannels(await historyOf(tx, tx.shopId, [linkId]));

/** Lifts the lock after too many wrong answers. */
export async function unlockLink(
  deps: RemittanceDeps,
  shop: Shop,
  remittanceId: string,
): Promise<void> {
  await deps.deeds.run(shop.shopId, async (tx) => {
    const { link } = await openLinkOf(tx, remittanceId);
    await updateLink(tx, { ...link, wrongTries: 0, lockedAt: null });
  });
}

/** A new URL and code, to new addresses if given; the former link is dead from this moment. */
export async function reissueLink(
  deps: RemittanceDeps,
  shop: Shop,
  remittanceId: string,
  deliver: Deliver | null,
): Promise<void> {
  await deps.deeds.run(shop.shopId, async (tx) => {
    const { link, remittance } = await openLinkOf(tx, remittanceId);
    await updateLink(tx, { ...link, status: 'killed' });
    await cancelMessages(tx, link.linkId);
    const fresh = await reissueOf(deps, tx, shop, link, deliver ?? deliverOf(deps, link));
    await writeOf(deps, tx, shop, remittance, fresh, 'link_reissued');
    addLinkExpiry(tx, fresh);
  });
}

const REFUSED = (cause: Sentence) => ({ kind: 'account_refused', cause }) as const;

/**
 * Links that wait again, with time to repair: because a bank refused what the recipient had entered
 * (`cause`), or because the recipient wished it (null).
 */
export async function reopenLinks(
  deps: RemittanceDeps,
  tx: Tx,
  refused: readonly { readonly remittance: Remittance; readonly cause: Sentence | null }[],
): Promise<void> {
  if (refused.length === 0) return;
  const shop = await deps.shops.byId(tx.shopId);
  const ids = refused.map(({ remittance }) => remittance.remittanceId);
  const links = await aliveLinksOf(tx, tx.shopId, ids);
  for (const { remittance, cause } of refused) {
    const link = links.get(remittance.remittanceId);
    if (link === undefined) throw new Error('no link to open again');
    const open = reopened(link, remittance, tx.now);
    await updateLink(tx, open);
    addLinkExpiry(tx, open);
    const way = wayOf(deps, shop, remittance, open);
    const content = cause === null ? ({ kind: 'choice_reopened' } as const) : REFUSED(cause);
    await sendTo(deps, tx, open, { ...way, ...content });
    await addReminders(deps, tx, shop, open, way, await bouncedOf(tx, open));
  }
}

function reopened(link: ReceiveLink, remittance: Remittance, now: Instant): ReceiveLink {
  const atLeast = now.add(REPAIR_TIME);
  const isLater = Temporal.Instant.compare(link.expiresAt, atLeast) > 0;
  return {
    ...link,
    status: 'open',
    usedAt: null,
    switchingSince: null,
    expiresAt: isLater ? link.expiresAt : atLeast,
    refusalReason: remittance.statusReason,
  };
}

/** What the recipient entered last, to be repaired; undefined where nothing was. */
export function lastInput(deps: RemittanceDeps, link: ReceiveLink): unknown {
  if (link.inputSealed === null) return undefined;
  return JSON.parse(deps.vault.open(link.inputSealed, linkPurpose(link.shopId)));
}
