// What a recipient is told of a link's remittance on its way: the choice was taken, it is paid. By
// mail, or by SMS where there is no mail address: an SMS costs, and says less. Links, refusals and
// reminders are told in make-link.ts and link-deeds.ts, the numbers for the ATM in tell-receipt.ts.
import type { PlainDate } from '../base/clock.ts';
import type { Tx } from '../base/deed.ts';
import type { Sentence } from '../base/refusal.ts';
import type { Shop } from '../merchants/shop.ts';
import type { Content } from '../messages/content.ts';
import { bouncedChannels, historyOf } from '../messages/queue-message.ts';
import type { ReceiveLink } from './link.ts';
import { aboutOf, deliverOf, linkUrl, sendTo } from './make-link.ts';
import { receivingOf } from './method.ts';
import type { Remittance } from './remittance.ts';
import type { RemittanceDeps } from './terms.ts';

/** One message, to the better of the addresses: one that took nothing is none. */
export async function sendNotice(
  deps: RemittanceDeps,
  tx: Tx,
  link: ReceiveLink,
  content: Content,
): Promise<void> {
  const { email, sms } = deliverOf(deps, link);
  const isMailDead =
    email !== null &&
    sms !== null &&
    bouncedChannels(await historyOf(tx, tx.shopId, [link.linkId])).has('mail');
  const byMail = email !== null && !isMailDead;
  const deliver = byMail ? { email, sms: null } : { email: null, sms };
  await sendTo(deps, tx, link, content, tx.now, deliver);
}

/** What was chosen is confirmed in writing: also to one who did not choose. */
export function tellTaken(
  deps: RemittanceDeps,
  tx: Tx,
  what: { readonly shop: Shop; readonly link: ReceiveLink; readonly remittance: Remittance },
  by: 'recipient' | 'shop',
): Promise<void> {
  const { shop, link, remittance } = what;
  const arrivalDay = dayOf(remittance.expectedTo);
  const url = linkUrl(deps, link);
  const about = aboutOf(shop, remittance);
  return sendNotice(deps, tx, link, { ...about, kind: 'choice_taken', by, arrivalDay, url });
}

const dayOf = (day: PlainDate | null) => day?.toString() ?? null;

const BANK: Sentence = { ja: '銀行口座', en: 'your bank account' };

export function tellPaid(
  deps: RemittanceDeps,
  tx: Tx,
  what: { readonly shop: Shop; readonly link: ReceiveLink; readonly remittance: Remittance },
): Promise<void> {
  const { shop, link, remittance } = what;
  return sendNotice(deps, tx, link, {
    ...aboutOf(shop, remittance),
    amountYen: remittance.receivedYen ?? remittance.amountYen,
    kind: 'paid',
    method: receivingOf(deps.rails, remittance.method)?.name ?? BANK,
    arrivalDay: null,
    url: linkUrl(deps, link),
  });
}
