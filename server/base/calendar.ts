// Bank business days in Japan as data: weekends, national holidays (祝日法) and 12/31-1/3 (銀行法施行令5条).
// Cut-off times and per-bank lead times are not here: they belong to the rails.
import holidayJp from '@holiday-jp/holiday_jp';
import type { PlainDate } from './clock.ts';

/**
 * Holidays by ISO date. An operator may add days that the law names later; the set is versioned as
 * data.
 */
export interface BusinessCalendar {
  readonly version: string;
  /**
   * First and last date the data covers, inclusive; beyond it a question is an error, not a guess.
   */
  readonly from: string;
  readonly to: string;
  readonly holidays: ReadonlySet<string>;
}

const MAX_STEPS = 800;

export function isBusinessDay(calendar: BusinessCalendar, date: PlainDate): boolean {
  const iso = date.toString();
  if (iso < calendar.from || iso > calendar.to) {
    throw new RangeError(`the business calendar ${calendar.version} does not cover ${iso}`);
  }
  if (date.dayOfWeek >= 6) return false;
  if ((date.month === 12 && date.day === 31) || (date.month === 1 && date.day <= 3)) return false;
  return !calendar.holidays.has(iso);
}

/** `date` itself where it is a business day, else the nearest one after it. */
export function onOrAfter(calendar: BusinessCalendar, date: PlainDate): PlainDate {
  return step(calendar, date, 1);
}

/** `date` itself where it is a business day, else the nearest one before it. */
export function onOrBefore(calendar: BusinessCalendar, date: PlainDate): PlainDate {
  return step(calendar, date, -1);
}

function step(calendar: BusinessCalendar, date: PlainDate, days: 1 | -1): PlainDate {
  let day = date;
  for (let count = 0; count < MAX_STEPS; count++) {
    if (isBusinessDay(calendar, day)) return day;
    day = day.add({ days });
  }
  throw new RangeError(`no business day within ${MAX_STEPS} days of ${date}`);
}

/**
 * The business day `count` business days after (or, negative, before) `date`; 0 moves to onOrAfter.
 */
export function addBusinessDays(
  calendar: BusinessCalendar,
  date: PlainDate,
  count: number,
): PlainDate {
  if (Math.abs(count) > MAX_STEPS) throw new RangeError(`more than ${MAX_STEPS} business days`);
  if (count === 0) return onOrAfter(calendar, date);
  const direction = count > 0 ? 1 : -1;
  let day = date;
  for (let left = Math.abs(count); left > 0; left--) {
    day = step(calendar, day.add({ days: direction }), direction);
  }
  return day;
}

/** The calendar that ships with Kawase, 2000-2050, plus `extra` ISO dates of the operator. */
export function japaneseBankCalendar(extra: readonly string[] = []): BusinessCalendar {
  const holidays = new Set([...Object.keys(holidayJp.holidays), ...extra]);
  return { version: 'holiday-jp-2.5.1', from: '2000-01-01', to: '2050-11-23', holidays };
}
