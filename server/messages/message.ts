// What a message is and what may become of it: status, retry schedule, delivery reports. Pure. What
// it says is content.ts and the words; SQL is message-store.ts.
import type { Instant } from '../base/clock.ts';
import type { ContentKind } from './content.ts';

export type Channel = 'mail' | 'sms';
export type MessageLocale = 'ja' | 'en';

/**
 * `sent`: the provider took it. `delivered`: an SMS reached the phone (mail says no such thing).
 * `bounced`: the address does not take messages. `failed`: it could not be sent, for another
 * reason. Every status but `queued` can still be corrected by a later report.
 */
export type MessageStatus = 'queued' | 'sent' | 'delivered' | 'bounced' | 'failed' | 'canceled';

export interface Message {
  readonly messageId: string;
  readonly objectId: string;
  readonly kind: ContentKind;
  readonly channel: Channel;
  readonly locale: MessageLocale;
  readonly status: MessageStatus;
  /** A code such as `smtp_550_5.1.1`, `sms_21614`, `too_late`; null where there is none. */
  readonly reason: string | null;
  readonly providerId: string | null;
  readonly attempts: number;
  /** On the shop's clock, like all times of a message. */
  readonly dueAt: Instant;
  readonly createdAt: Instant;
  readonly sentAt: Instant | null;
  readonly endedAt: Instant | null;
}

/** What a provider answered to one attempt. */
export type SendOutcome =
  | { readonly kind: 'accepted'; readonly providerId: string }
  /** For good: the address is none (`bounced`), or the message is not taken (`failed`). */
  | { readonly kind: 'refused'; readonly status: 'bounced' | 'failed'; readonly reason: string }
  /** For now, or nobody knows: it is tried again. */
  | { readonly kind: 'deferred'; readonly reason: string; readonly retryAfterMs?: number };

/** What a provider says later of a message that it took. */
export interface DeliveryReport {
  readonly providerId: string;
  readonly status: 'sent' | 'delivered' | 'bounced' | 'failed';
  readonly reason: string | null;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/**
 * Pauses after the first, second … attempt: 27 hours in all, which outlasts a provider's bad day.
 */
const PAUSES_MS = [
  MINUTE_MS / 2,
  2 * MINUTE_MS,
  10 * MINUTE_MS,
  30 * MINUTE_MS,
  HOUR_MS,
  2 * HOUR_MS,
  4 * HOUR_MS,
  8 * HOUR_MS,
  12 * HOUR_MS,
] as const;
const RETRY_AFTER_MAX_MS = 6 * HOUR_MS;

/**
 * How long to wait after attempt number `attempts`; null where it was the last. `random` in [0, 1)
 * adds up to a fifth. A provider that names a longer pause gets it, up to six hours.
 */
export function pauseMs(attempts: number, random: number, retryAfterMs = 0): number | null {
  const pause = PAUSES_MS[attempts - 1];
  if (pause === undefined) return null;
  const named = Math.min(retryAfterMs, RETRY_AFTER_MAX_MS);
  return Math.round(Math.max(pause, named) * (1 + random / 5));
}

/**
 * The status after a report, or undefined where the report changes nothing. A message may have gone
 * out twice (an answer was lost), so an arrival counts whichever of the two arrived, and a failure
 * only of the one on record, or while none is on record yet; what arrived stays so.
 */
export function afterReport(
  message: Pick<Message, 'status' | 'providerId' | 'attempts'>,
  report: DeliveryReport,
): 'delivered' | 'bounced' | 'failed' | undefined {
  const { status, providerId, attempts } = message;
  if (report.status === 'sent' || status === 'delivered') return undefined;
  if (report.status === 'delivered') return 'delivered';
  const isAwaited =
    (status === 'sent' && providerId === report.providerId) ||
    (status === 'queued' && attempts > 0);
  return isAwaited ? report.status : undefined;
}
