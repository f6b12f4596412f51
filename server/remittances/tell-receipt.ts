// Cash is ready at an ATM: its numbers are written to the recipient, by the channels of their link
// or those that the sender named, in the deed that made it receivable.
import type { Tx } from '../base/deed.ts';
import { queueMessage } from '../messages/queue-message.ts';
import type { ReceiptInformation } from '../rails/rail.ts';
import type { Deliver, ReceiveLink } from './link.ts';
import { aboutOf, linkUrl, sendTo } from './make-link.ts';
import { receivingOf } from './method.ts';
import { destinationPurpose } from './prepare.ts';
import type { Remittance } from './remittance.ts';
import { receiptPurpose } from './settle-steps.ts';
import type { RemittanceDeps } from './terms.ts';

/** `links`: those through which recipients chose, by remittance. */
export async function tellReceipts(
  deps: RemittanceDeps,
  tx: Tx,
  remittances: readonly Remittance[],
  links: ReadonlyMap<string, ReceiveLink>,
): Promise<void> {
  if (remittances.length === 0) return;
  const shop = await deps.shops.byId(tx.shopId);
  for (const remittance of remittances) {
    const receipt = receiptOf(deps, remittance);
    if (receipt === undefined) continue;
    const link = links.get(remittance.remittanceId);
    const content = {
      ...aboutOf(shop, remittance),
      kind: 'receipt_information',
      numbers: numbersOf(receipt),
      note: await noteOf(deps, remittance),
      lastDay: `${receipt.receivableUntil}`.slice(0, 10),
      url: link === undefined ? null : linkUrl(deps, link),
    } as const;
    if (link !== undefined) {
      await sendTo(deps, tx, link, content);
      continue;
    }
    const { email, sms } = deliverOf(deps, remittance);
    const common = { objectId: remittance.remittanceId, locale: 'ja', content } as const;
    const { vault } = deps;
    if (email !== null) {
      await queueMessage(tx, vault, { ...common, channel: 'mail', address: email });
    }
    if (sms !== null) await queueMessage(tx, vault, { ...common, channel: 'sms', address: sms });
  }
}

/** In the order in which the machine asks for them. */
function numbersOf(receipt: Kept) {
  return [
    { label: { ja: '提携先コード', en: 'Partner code' }, value: receipt.partnerCode },
    { label: { ja: 'お客さま番号', en: 'Customer number' }, value: receipt.customerNumber },
    { label: { ja: '確認番号', en: 'Confirmation number' }, value: receipt.confirmationNumber },
  ];
}

/** What the rail says of this amount under this contract, as on the pages. */
async function noteOf(deps: RemittanceDeps, remittance: Remittance) {
  const { amountYen, method, railAccountId } = remittance;
  const receiving = receivingOf(deps.rails, method);
  if (receiving === undefined || railAccountId === null) return null;
  return receiving.words(await deps.railAccount(railAccountId), amountYen).note;
}

/** As it is kept: dates are text. */
type Kept = { readonly [Key in keyof ReceiptInformation]: string };

function receiptOf(deps: RemittanceDeps, { receiptSealed, shopId }: Remittance): Kept | undefined {
  if (receiptSealed === null) return undefined;
  return JSON.parse(deps.vault.open(receiptSealed, receiptPurpose(shopId))) as Kept;
}

/** Of cash without a link: kept beside what the rail is told. */
function deliverOf(deps: RemittanceDeps, { destinationSealed, shopId }: Remittance): Deliver {
  const text = deps.vault.open(destinationSealed, destinationPurpose(shopId));
  const { deliver } = JSON.parse(text) as { readonly deliver?: Deliver };
  return deliver ?? { email: null, sms: null };
}
