// What recipients were and will be told about a remittance, as its shop sees it: each message, by
// which way, and what became of it. Addresses are masked.
import { type Instant, tokyoTimestamp } from '../base/clock.ts';
import type { Sql } from '../base/database.ts';
import { messagesOf, type ShownMessage } from '../messages/queue-message.ts';
import { linkIdsOf } from './link-store.ts';
import { BANK_METHOD } from './method.ts';
import type { Remittance } from './remittance.ts';
import type { RemittanceDeps } from './terms.ts';

export interface DeliveryView {
  /** Kind of message: `receive_link`, `receive_reminder`, `paid` … */
  readonly message: string;
  readonly channel: 'mail' | 'sms';
  /** Masked. */
  readonly to: string;
  readonly state: 'queued' | 'sent' | 'delivered' | 'bounced' | 'failed';
  /** Why it did not arrive, or has not yet: `smtp_550_5.1.1`, `sms_30003`; never an address. */
  readonly reason: string | null;
  /** When it came to this; while `queued`, when it is due. */
  readonly at: string;
}

/** In the order of their times; what was taken back unsent is left out. */
export async function deliveryOf(
  deps: Pick<RemittanceDeps, 'vault'> & { readonly db: Sql },
  { shopId, remittanceId, method }: Remittance,
  hasLink: boolean,
): Promise<DeliveryView[]> {
  // A bank transfer without a link is nobody's message.
  if (!hasLink && method === BANK_METHOD) return [];
  const linkIds = hasLink ? await linkIdsOf(deps.db, shopId, remittanceId) : [];
  const messages = await messagesOf(deps, shopId, remittanceId, ...linkIds);
  return messages
    .flatMap((message) => entryOf(message) ?? [])
    .sort((left, right) => Temporal.Instant.compare(left.at, right.at))
    .map((entry) => ({ ...entry, at: tokyoTimestamp(entry.at) }));
}

function entryOf(
  message: ShownMessage,
): (Omit<DeliveryView, 'at'> & { readonly at: Instant }) | undefined {
  const { kind, channel, maskedAddress: to, status: state, reason } = message;
  if (state === 'canceled') return undefined;
  const at = message.endedAt ?? message.sentAt ?? message.dueAt;
  return { message: kind, channel, to, state, reason, at };
}
