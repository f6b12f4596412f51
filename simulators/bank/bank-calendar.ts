// The bank's own calendar: which days it is open, and steps from one business day to another.
// It is read from a package that nothing else here uses, so that two readings of the law meet.

import holidays from 'japanese-holidays';
import { plusDays } from './tokyo-time.ts';

export interface BankCalendar {
  /** `date` as YYYY-MM-DD. */
  readonly isOpen: (date: string) => boolean;
}

/** No run of closed days is nearly as long; guards against a calendar that never opens. */
const CLOSED_DAYS_MAX = 60;

/** Saturdays, Sundays, national holidays and 31 December to 3 January are closed. */
export function japaneseBankCalendar(): BankCalendar {
  const closedByYear = new Map<number, ReadonlySet<string>>();

  function holidaysOf(year: number): ReadonlySet<string> {
    const known = closedByYear.get(year);
    if (known) return known;
    const days = holidays.getHolidaysOf(year).map(({ month, date }) => monthDay(month, date));
    const closed = new Set([...days, '01-01', '01-02', '01-03', '12-31']);
    closedByYear.set(year, closed);
    return closed;
  }

  return {
    isOpen(date) {
      const weekday = new Date(`${date}T00:00:00Z`).getUTCDay();
      if (weekday === 0 || weekday === 6) return false;
      return !holidaysOf(Number(date.slice(0, 4))).has(date.slice(5));
    },
  };
}

function monthDay(month: number, date: number): string {
  return `${String(month).padStart(2, '0')}-${String(date).padStart(2, '0')}`;
}

/** The first open day from `date` on, forward (+1) or back (-1); `date` itself if it is open. */
export function openDayFrom(calendar: BankCalendar, date: string, step: 1 | -1): string {
  let day = date;
  for (let tries = 0; tries <= CLOSED_DAYS_MAX; tries += 1) {
    if (calendar.isOpen(day)) return day;
    day = plusDays(day, step);
  }
  throw new Error(`no business day within ${CLOSED_DAYS_MAX} days of ${date}`);
}

/** The n-th business day after `date`; n = 0 is `date` itself, or the next open day. */
export function businessDaysAfter(calendar: BankCalendar, date: string, days: number): string {
  let day = openDayFrom(calendar, date, 1);
  // From a closed day the first step is the one onto the next open day.
  for (let count = calendar.isOpen(date) || days === 0 ? 0 : 1; count < days; count += 1) {
    day = openDayFrom(calendar, plusDays(day, 1), 1);
  }
  return day;
}
