// The recipient noticed a mistake before the cut-off: what was scheduled waits for its recipient
// again, its money still reserved, and what was entered is there to be corrected.
import { Refusal } from '../base/refusal.ts';
import type { Shop } from '../merchants/shop.ts';
import { sentAtOnce } from '../messages/queue-message.ts';
import { emitRemittance } from './emit.ts';
import { presentLink } from './link-access.ts';
import { reopenLinks } from './link-deeds.ts';
import { notWhileRecovering } from './refusals.ts';
import { type Remittance, withStatus } from './remittance.ts';
import { updateRemittances } from './remittance-store.ts';
import { isFrozen } from './stops.ts';
import { taxPercentOn } from './tax.ts';
import type { RemittanceDeps } from './terms.ts';

export const tooLateToCorrect = () =>
  new Refusal(
    'too_late_to_correct',
    {
      ja: 'すでに送金の手続きに入ったため、直せません。',
      en: 'It is being sent already and cannot be corrected any more.',
    },
    { status: 409 },
  );

/** Each change writes to the recipient, and an SMS costs. */
const MAX_MESSAGES_A_DAY = 20;

const tooManyChanges = () =>
  new Refusal(
    'too_many_changes',
    {
      ja: '1日に変えられる回数を超えました。お支払い元にご連絡ください。',
      en: 'It has been changed too often today. Please contact the sender.',
    },
    { status: 429 },
  );

/** A second press finds it open. What is held back (確認中) is changed by nobody but the operator. */
export const isCorrectable = ({ status, holdReason }: Remittance): boolean =>
  status === 'scheduled' && holdReason === null;

/** Refused: `too_late_to_correct`, `too_many_changes`, `recovery_under_way`. */
export async function correctDestination(
  deps: RemittanceDeps,
  shop: Shop,
  linkId: string,
): Promise<Remittance> {
  return deps.deeds.run(shop.shopId, async (tx) => {
    const { link, remittance } = await presentLink(tx, linkId);
    if (link.status === 'open' && remittance.status === 'awaiting_recipient') return remittance;
    if (link.status !== 'used' || !isCorrectable(remittance)) throw tooLateToCorrect();
    // It may have been handed over in the time that a restore forgot.
    if (await isFrozen(tx)) throw notWhileRecovering();
    const since = tx.now.subtract({ hours: 24 });
    if ((await sentAtOnce(tx, linkId, since)) >= MAX_MESSAGES_A_DAY) throw tooManyChanges();
    const dates = { dispatchAt: null, transferDate: null, expectedFrom: null, expectedTo: null };
    const waiting = withStatus(remittance, 'awaiting_recipient', tx.now, dates);
    await updateRemittances(tx, [waiting]);
    const taxPercent = await taxPercentOn(deps, tx.now);
    emitRemittance(tx, 'remittance.awaiting_recipient', waiting, taxPercent);
    await reopenLinks(deps, tx, [{ remittance: waiting, cause: null }]);
    return waiting;
  });
}
