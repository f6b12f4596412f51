// When a bank transfer leaves and when it arrives: cut-offs, business days, scheduled dates,
// holiday rules. Pure; the cut-offs are the rail's data, the lead times of the receiving bank the
// operator's, `now` the shop's.
import {
  addBusinessDays,
  type BusinessCalendar,
  isBusinessDay,
  onOrAfter,
  onOrBefore,
} from '../base/calendar.ts';
import { type Instant, isBefore, type PlainDate, tokyoDate, tokyoInstant } from '../base/clock.ts';
import { invalidInput, type Refusal } from '../base/refusal.ts';
import type { RailTiming } from '../rails/rail.ts';
import { covers, openFrom } from './maintenance.ts';

export type HolidayRule = 'next_business_day' | 'previous_business_day' | 'refuse';

/** How far ahead a remittance may be scheduled. */
export const MAX_AHEAD_DAYS = 366;

/** A hand-over this much after its cut-off still counts as in time: queues drain, clocks differ. */
export const CUT_OFF_GRACE = Temporal.Duration.from({ minutes: 30 });

export interface Plan {
  /** When it is handed to the rail. */
  readonly dispatchAt: Instant;
  /** The day the money leaves (取組日). */
  readonly transferDate: PlainDate;
}

export interface Arrival {
  readonly from: PlainDate;
  readonly to: PlainDate;
}

const isOpenAt = ({ closures = [] }: RailTiming, at: Instant): boolean =>
  !closures.some((closure) => covers(closure, at));

/** The cut-off instants of the hand-over day for `transferDate`, ascending. */
function cutOffsFor(timing: RailTiming, transferDate: PlainDate): Instant[] {
  const day =
    timing.leadBusinessDays === 0
      ? transferDate
      : addBusinessDays(timing.calendar, transferDate, -timing.leadBusinessDays);
  return timing.cutOffs.map((time) => tokyoInstant(day, time));
}

/** The first hand-over at or after `now`, and the transfer date it leads to. */
export function earliestPlan(timing: RailTiming, now: Instant): Plan {
  if (timing.isInstant) {
    const dispatchAt = openFrom(timing.closures ?? [], now);
    return { dispatchAt, transferDate: tokyoDate(dispatchAt) };
  }
  let handOverDay = onOrAfter(timing.calendar, tokyoDate(now));
  for (;;) {
    const dispatchAt = timing.cutOffs
      .map((time) => tokyoInstant(handOverDay, time))
      .find((cutOff) => !isBefore(cutOff, now) && isOpenAt(timing, cutOff));
    if (dispatchAt !== undefined) {
      const transferDate =
        timing.leadBusinessDays === 0
          ? handOverDay
          : addBusinessDays(timing.calendar, handOverDay, timing.leadBusinessDays);
      return { dispatchAt, transferDate };
    }
    handOverDay = addBusinessDays(timing.calendar, handOverDay, 1);
  }
}

/** The date a wish moves to by its holiday rule, or undefined where it is refused. */
export function applyHolidayRule(
  calendar: BusinessCalendar,
  date: PlainDate,
  rule: HolidayRule,
): PlainDate | undefined {
  if (isBusinessDay(calendar, date)) return date;
  if (rule === 'refuse') return undefined;
  return rule === 'next_business_day' ? onOrAfter(calendar, date) : onOrBefore(calendar, date);
}

/** The plan for a wished date, or why there is none. Without a wish: the earliest. */
export function planFor(
  timing: RailTiming,
  now: Instant,
  wish: PlainDate | null,
  rule: HolidayRule,
): Plan | Refusal {
  if (timing.isInstant) return instantPlan(timing, now, wish);
  const earliest = earliestPlan(timing, now);
  if (wish === null) return earliest;
  const today = tokyoDate(now);
  if (Temporal.PlainDate.compare(wish, today) < 0) {
    return dateInPast();
  }
  if (Temporal.PlainDate.compare(wish, today.add({ days: MAX_AHEAD_DAYS })) > 0) {
    return dateTooFar();
  }
  const transferDate = applyHolidayRule(timing.calendar, wish, rule);
  if (transferDate === undefined) {
    return refusedDate(
      'not_a_business_day',
      `${wish}は銀行の休業日です。別の日を指定するか、holiday_ruleを変更してください。`,
      `${wish} is not a bank business day. Choose another date or another holiday_rule.`,
    );
  }
  const cutOffs = cutOffsFor(timing, transferDate).filter((cutOff) => !isBefore(cutOff, now));
  const dispatchAt = cutOffs.find((cutOff) => isOpenAt(timing, cutOff));
  if (dispatchAt !== undefined) return { dispatchAt, transferDate };
  if (cutOffs.length > 0) {
    return refusedDate(
      'rail_maintenance',
      `${wish}は送金経路のメンテナンス中です。別の日を指定してください。`,
      `The rail is under maintenance at the cut-off for ${wish}. Choose another date.`,
    );
  }
  return refusedDate(
    'cut_off_passed',
    `${wish}の締切を過ぎています。最短の送金日は${earliest.transferDate}です。`,
    `The cut-off for ${wish} has passed. The earliest date is ${earliest.transferDate}.`,
  );
}

/** A real-time rail takes it at once, any day of the year, or when the wished day begins. */
function instantPlan(timing: RailTiming, now: Instant, wish: PlainDate | null): Plan | Refusal {
  const today = tokyoDate(now);
  if (wish === null || wish.equals(today)) return earliestPlan(timing, now);
  if (Temporal.PlainDate.compare(wish, today) < 0) return dateInPast();
  const isFar = Temporal.PlainDate.compare(wish, today.add({ days: MAX_AHEAD_DAYS })) > 0;
  return isFar ? dateTooFar() : earliestPlan(timing, tokyoInstant(wish, '00:00'));
}

function dateInPast(): Refusal {
  return refusedDate('date_in_past', '送金希望日が過去の日付です。', 'The date is in the past.');
}

function dateTooFar(): Refusal {
  return refusedDate(
    'date_too_far',
    `送金希望日は${MAX_AHEAD_DAYS}日先までです。`,
    `The date is more than ${MAX_AHEAD_DAYS} days ahead.`,
  );
}

function refusedDate(code: string, ja: string, en: string): Refusal {
  return invalidInput([{ pointer: '/scheduled_for', code, ja, en }]);
}

/**
 * The days on which the money may arrive. `extraDays` is the receiving bank's own lead: 0 = it
 * credits on the transfer date at the latest, 1 = by the next business day, and so on.
 */
export function arrivalFor(
  calendar: BusinessCalendar,
  transferDate: PlainDate,
  extraDays: number,
): Arrival {
  const to = extraDays === 0 ? transferDate : addBusinessDays(calendar, transferDate, extraDays);
  return { from: transferDate, to };
}

/** True where the rail takes a hand-over at `now` and it still leads to the planned date. */
export function isInTime(timing: RailTiming, plan: Plan, now: Instant): boolean {
  if (!isOpenAt(timing, now)) return false;
  if (timing.isInstant) return true;
  const last = cutOffsFor(timing, plan.transferDate).at(-1);
  return last !== undefined && !isBefore(last.add(CUT_OFF_GRACE), now);
}
