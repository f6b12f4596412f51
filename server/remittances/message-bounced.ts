// A message about a link did not reach its recipient: told on the remittance, so that the shop can
// give another address.
import type { Tx } from '../base/deed.ts';
import { emitBeside } from './emit.ts';
import { linkById } from './link-store.ts';
import { remittanceById } from './remittance-store.ts';
import type { RemittanceDeps } from './terms.ts';

export async function tellBounce(
  deps: RemittanceDeps,
  tx: Tx,
  message: { readonly objectId: string },
): Promise<void> {
  const link = await linkById(tx, tx.shopId, message.objectId);
  // Cash without a link is written about under the remittance itself.
  const remittanceId = link?.remittanceId ?? message.objectId;
  const remittance = await remittanceById(tx, tx.shopId, remittanceId);
  if (remittance === undefined) return;
  await emitBeside(deps, tx, 'remittance.message_bounced', remittance);
}
