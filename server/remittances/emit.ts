// The event of a remittance: every change of one is told here, with the remittance as it then is.
import type { Instant } from '../base/clock.ts';
import type { Tx } from '../base/deed.ts';
import { type Remittance, withChange } from './remittance.ts';
import { updateRemittances } from './remittance-store.ts';
import { taxPercentOn } from './tax.ts';
import type { RemittanceDeps } from './terms.ts';
import { remittanceJson } from './view.ts';

export type RemittanceEventType =
  | `remittance.${Remittance['status']}`
  | 'remittance.held'
  | 'remittance.released'
  | 'remittance.rescheduled'
  | 'remittance.message_bounced'
  | `remittance.link_${'opened' | 'locked'}`
  | 'remittance.partly_received'
  | 'remittance.code_shown'
  | `remittance.receipt_${'locked' | 'unlocked'}`
  | `remittance.recall_${'requested' | 'consented' | 'refused' | 'returned'}`;

export function emitRemittance(
  tx: Tx,
  type: RemittanceEventType,
  remittance: Remittance,
  taxPercent: number,
  at?: Instant,
  beside?: Readonly<Record<string, unknown>>,
): Buffer {
  const plain = remittanceJson(remittance, taxPercent);
  const payload = beside === undefined ? plain : extended(plain, beside);
  tx.emit({
    type,
    objectId: remittance.remittanceId,
    objectSequence: remittance.eventSequence,
    payload,
    ...(at && { at }),
  });
  return payload;
}

/** A JSON object with more fields at its end. */
function extended(json: Buffer, more: Readonly<Record<string, unknown>>): Buffer {
  return Buffer.concat([json.subarray(0, -1), Buffer.from(`,${JSON.stringify(more).slice(1)}`)]);
}

/**
 * Something happened about it that changes nothing of it: told as an event, in the timeline.
 * `beside`: what the event has and the remittance has not.
 */
export async function emitBeside(
  deps: Pick<RemittanceDeps, 'fees'>,
  tx: Tx,
  type: RemittanceEventType,
  remittance: Remittance,
  beside?: Readonly<Record<string, unknown>>,
): Promise<void> {
  const told = withChange(remittance, tx.now, {});
  await updateRemittances(tx, [told]);
  emitRemittance(tx, type, told, await taxPercentOn(deps, tx.now), undefined, beside);
}
