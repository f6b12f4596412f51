// Another way of receiving, in place of one that is ready to be taken: the rail takes it back
// first, and only its word opens the link again. That the recipient wished it is durable before the
// rail is asked: where the answer is lost, settling finds the wish when it comes.
import type { Tx } from '../base/deed.ts';
import { Refusal } from '../base/refusal.ts';
import type { Shop } from '../merchants/shop.ts';
import type { ReceiveLink } from './link.ts';
import { presentLink } from './link-access.ts';
import { aliveLinksOf, updateLink } from './link-store.ts';
import type { Remittance } from './remittance.ts';
import { takeBack } from './take-back.ts';
import type { RemittanceDeps } from './terms.ts';

const noOtherWay = () =>
  new Refusal(
    'no_other_method',
    {
      ja: 'ほかの受け取り方はありません。',
      en: 'There is no other way to receive it.',
    },
    { status: 409 },
  );

/** True where something waits to be taken and the sender allows another way. */
export const isSwitchable = (link: ReceiveLink, remittance: Remittance): boolean =>
  link.status === 'used' &&
  remittance.status === 'receivable' &&
  remittance.receivedYen === null &&
  link.methods.some((method) => method !== remittance.method);

/**
 * Answers the remittance as it then is: waiting for its recipient, or paid where that was faster.
 * Refused: `take_back_pending` where the rail's answer was lost, `no_other_method`.
 */
export async function switchMethod(
  deps: RemittanceDeps,
  shop: Shop,
  linkId: string,
): Promise<Remittance> {
  const found = await deps.deeds.run(shop.shopId, async (tx) => {
    const { link, remittance } = await presentLink(tx, linkId);
    if (remittance.status === 'paid' || remittance.status === 'awaiting_recipient') {
      return remittance;
    }
    if (!isSwitchable(link, remittance)) throw noOtherWay();
    await updateLink(tx, { ...link, switchingSince: tx.now });
    return remittance;
  });
  return found.status === 'receivable' ? takeBack(deps, found) : found;
}

/** The shop cancels: what is taken back is not for another way any more. Within its deed. */
export async function forgetSwitch(tx: Tx, remittance: Remittance): Promise<void> {
  const { remittanceId } = remittance;
  const link = (await aliveLinksOf(tx, tx.shopId, [remittanceId])).get(remittanceId);
  if (link?.switchingSince != null) await updateLink(tx, { ...link, switchingSince: null });
}
