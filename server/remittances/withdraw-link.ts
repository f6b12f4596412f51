// The sender canceled what a recipient was told of: the link is withdrawn, and who was told that
// there is money is told that there is none. Where nothing ever arrived, nothing is said.
import type { Tx } from '../base/deed.ts';
import { cancelMessages, historyOf, reachedChannels } from '../messages/queue-message.ts';
import type { ReceiveLink } from './link.ts';
import { newestLinkOf, updateLink } from './link-store.ts';
import { aboutOf, deliverOf, sendTo } from './make-link.ts';
import { only } from './reminders.ts';
import type { Remittance } from './remittance.ts';
import type { RemittanceDeps } from './terms.ts';

/** Within the deed that cancels; a remittance without a link, or whose link is over, is left. */
export async function withdrawLink(
  deps: RemittanceDeps,
  tx: Tx,
  remittance: Remittance,
): Promise<void> {
  const link = await newestLinkOf(tx, tx.shopId, remittance.remittanceId);
  if (link?.status !== 'open' && link?.status !== 'used') return;
  // What is being sent at this moment counts as told: nobody knows yet.
  const told = reachedChannels(await historyOf(tx, tx.shopId, [link.linkId]));
  await cancelMessages(tx, link.linkId);
  const withdrawn: ReceiveLink = { ...link, status: 'withdrawn', switchingSince: null };
  await updateLink(tx, withdrawn);
  const about = aboutOf(await deps.shops.byId(tx.shopId), remittance);
  const to = only(deliverOf(deps, link), told);
  await sendTo(deps, tx, withdrawn, { ...about, kind: 'link_withdrawn' }, tx.now, to);
}
