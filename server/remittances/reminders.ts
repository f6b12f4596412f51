// What a reminder ladder comes to for a link: at what times, and by which of its addresses. Pure;
// the ladder itself is in merchants/reminder-ladder.ts.
import { type Instant, tokyoDate, tokyoInstant } from '../base/clock.ts';
import {
  DEFAULT_LADDER,
  type ReminderChannel,
  type ReminderLadder,
} from '../merchants/reminder-ladder.ts';
import type { Shop } from '../merchants/shop.ts';
import type { Channel } from '../messages/message.ts';
import { type Deliver, lastDayOf, type ReceiveLink } from './link.ts';

/** The link's own, else its shop's, else the house's. */
export function ladderOf(
  shop: Pick<Shop, 'reminders'>,
  link: Pick<ReceiveLink, 'reminders'>,
): ReminderLadder {
  return link.reminders ?? shop.reminders ?? DEFAULT_LADDER;
}

export interface PlannedReminder {
  readonly dueAt: Instant;
  readonly channel: ReminderChannel;
}

/**
 * At 10:00 in Tokyo, after today and not after the last day. Each day once: where two rungs fall on
 * one, that before the end says by what, else the later one of the ladder.
 */
export function remindersFor(
  ladder: ReminderLadder,
  now: Instant,
  link: Pick<ReceiveLink, 'expiresAt'>,
): PlannedReminder[] {
  const today = tokyoDate(now);
  const lastDay = lastDayOf(link);
  const channels = new Map<string, ReminderChannel>();
  for (const rung of ladder) {
    if ('after' in rung) channels.set(today.add({ days: rung.after }).toString(), rung.channel);
  }
  for (const rung of ladder) {
    if (!('before' in rung)) continue;
    channels.set(lastDay.subtract({ days: rung.before }).toString(), rung.channel);
  }
  return [...channels]
    .map(([day, channel]) => ({ day: Temporal.PlainDate.from(day), channel }))
    .filter(
      ({ day }) =>
        Temporal.PlainDate.compare(day, today) > 0 && Temporal.PlainDate.compare(day, lastDay) <= 0,
    )
    .sort((left, right) => Temporal.PlainDate.compare(left.day, right.day))
    .map(({ day, channel }) => ({ dueAt: tokyoInstant(day, '10:00'), channel }));
}

const CHANNELS: readonly Channel[] = ['mail', 'sms'];

/**
 * Those of the addresses that a reminder goes to: by the wished channel, or by the other one where
 * the link has no such address or it is known to take nothing; nobody is left out who has any.
 */
export function addressesFor(
  deliver: Deliver,
  wished: ReminderChannel,
  bounced: ReadonlySet<Channel>,
): Deliver {
  const had = CHANNELS.filter((each) => addressOf(deliver, each) !== null);
  const alive = had.filter((each) => !bounced.has(each));
  const wanted = alive.filter((each) => wished === 'both' || each === wished);
  const chosen = [wanted, alive, had].find(({ length }) => length > 0) ?? [];
  return only(deliver, chosen);
}

export const addressOf = ({ email, sms }: Deliver, channel: Channel): string | null =>
  channel === 'mail' ? email : sms;

/** The addresses of these channels alone. */
export function only({ email, sms }: Deliver, channels: readonly Channel[]): Deliver {
  return {
    email: channels.includes('mail') ? email : null,
    sms: channels.includes('sms') ? sms : null,
  };
}
