// When a bank is asked again: every so many minutes within business times. Pure.
import { type BusinessCalendar, isBusinessDay } from '../base/calendar.ts';
import { type Instant, TOKYO } from '../base/clock.ts';

/** Tokyo wall-clock times. */
export interface PollTimes {
  readonly everyMinutes: number;
  /** `HH:MM`, inclusive. */
  readonly from: string;
  readonly to: string;
  readonly businessDaysOnly: boolean;
}

/** Banks put files out during business days; every half hour is soon enough for each of them. */
export const FILE_TIMES: PollTimes = {
  everyMinutes: 30,
  from: '08:00',
  to: '19:00',
  businessDaysOnly: true,
};

/**
 * Instant transfers arrive around the clock; the webhook is the quick way, this is the sure one.
 */
export const NOTICE_TIMES: PollTimes = {
  everyMinutes: 60,
  from: '00:00',
  to: '23:59',
  businessDaysOnly: false,
};

/**
 * A sandbox's clock stops at every poll on its way, and its deposits are asked for when they are
 * made: a few times a day keep a jump over months short.
 */
export const SANDBOX_TIMES: PollTimes = {
  everyMinutes: 240,
  from: '08:00',
  to: '20:00',
  businessDaysOnly: false,
};

/** The times for an account of this mode. */
export function timesFor(mode: 'test' | 'live', times: PollTimes): PollTimes {
  return mode === 'test' ? SANDBOX_TIMES : times;
}

const MAX_DAYS = 30;

/** The first time of asking after `now`. */
export function nextPoll(now: Instant, calendar: BusinessCalendar, times: PollTimes): Instant {
  const { everyMinutes, businessDaysOnly } = times;
  if (!(everyMinutes >= 1)) throw new RangeError('polled at most once a minute');
  const to = Temporal.PlainTime.from(times.to);
  let date = now.toZonedDateTimeISO(TOKYO).toPlainDate();
  for (let day = 0; day < MAX_DAYS; day++) {
    const first = date.toZonedDateTime({ timeZone: TOKYO, plainTime: times.from });
    const minutes = Math.max(0, now.since(first.toInstant()).total('minutes'));
    const isNew = Temporal.Instant.compare(now, first.toInstant()) < 0;
    const steps = isNew ? 0 : Math.floor(minutes / everyMinutes) + 1;
    const next = first.add({ minutes: steps * everyMinutes });
    const isInTime =
      next.toPlainDate().equals(date) &&
      Temporal.PlainTime.compare(next.toPlainTime(), to) <= 0 &&
      (!businessDaysOnly || isBusinessDay(calendar, date));
    if (isInTime) return next.toInstant();
    date = date.add({ days: 1 });
  }
  throw new RangeError(`no time to poll within ${MAX_DAYS} days`);
}
