// When a transfer leaves and arrives: cut-offs, weekends, golden week, the turn of the year, lead
// days, holiday rules.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isBusinessDay, japaneseBankCalendar } from '../base/calendar.ts';
import { isBefore, type PlainDate, tokyoDate, tokyoTimestamp } from '../base/clock.ts';
import { Refusal } from '../base/refusal.ts';
import type { RailTiming } from '../rails/rail.ts';
import {
  applyHolidayRule,
  arrivalFor,
  CUT_OFF_GRACE,
  earliestPlan,
  isInTime,
  type Plan,
  planFor,
} from './schedule.ts';

const calendar = japaneseBankCalendar();
const sameDay: RailTiming = { cutOffs: ['09:00', '14:30'], leadBusinessDays: 0, calendar };
const dayBefore: RailTiming = { cutOffs: ['11:00'], leadBusinessDays: 1, calendar };
const at = (text: string) => Temporal.Instant.from(`${text}+09:00`);
const date = (text: string) => Temporal.PlainDate.from(text);
const told = (plan: Plan) =>
  `${tokyoTimestamp(plan.dispatchAt).slice(0, 16)} -> ${plan.transferDate}`;

describe('the earliest plan', () => {
  test.each([
    ['before the first cut-off', sameDay, '2026-11-24T08:59:59', '2026-11-24T09:00 -> 2026-11-24'],
    ['exactly at a cut-off', sameDay, '2026-11-24T14:30:00', '2026-11-24T14:30 -> 2026-11-24'],
    ['just after the last', sameDay, '2026-11-24T14:30:01', '2026-11-25T09:00 -> 2026-11-25'],
    ['between two', sameDay, '2026-11-24T10:00:00', '2026-11-24T14:30 -> 2026-11-24'],
    ['on Friday evening', sameDay, '2026-11-20T18:00:00', '2026-11-24T09:00 -> 2026-11-24'],
    ['on a Saturday', sameDay, '2026-11-28T12:00:00', '2026-11-30T09:00 -> 2026-11-30'],
    ['before golden week', sameDay, '2026-05-01T15:00:00', '2026-05-07T09:00 -> 2026-05-07'],
    ['on 30 December', sameDay, '2026-12-30T15:00:00', '2027-01-04T09:00 -> 2027-01-04'],
    ['on New Year’s Eve', sameDay, '2026-12-31T08:00:00', '2027-01-04T09:00 -> 2027-01-04'],
    ['over midnight in Tokyo', sameDay, '2026-11-24T23:59:59', '2026-11-25T09:00 -> 2026-11-25'],
    ['a day ahead', dayBefore, '2026-11-24T10:00:00', '2026-11-24T11:00 -> 2026-11-25'],
    [
      'a day ahead, over a weekend',
      dayBefore,
      '2026-11-27T11:00:00',
      '2026-11-27T11:00 -> 2026-11-30',
    ],
    ['a day ahead, missed', dayBefore, '2026-11-27T11:00:01', '2026-11-30T11:00 -> 2026-12-01'],
    [
      'a day ahead, turn of the year',
      dayBefore,
      '2026-12-30T10:00:00',
      '2026-12-30T11:00 -> 2027-01-04',
    ],
  ])('%s', (_name, timing, now, expected) => {
    expect(told(earliestPlan(timing, at(now)))).toBe(expected);
  });
});

describe('a wished date', () => {
  const now = at('2026-11-24T10:00:00');
  const plan = (wish: string, timing = sameDay, rule: Parameters<typeof planFor>[3] = 'refuse') => {
    const found = planFor(timing, now, date(wish), rule);
    return found instanceof Refusal ? found.details[0]?.code : told(found);
  };
  test.each([
    ['today, a cut-off is left', '2026-11-24', sameDay, 'refuse', '2026-11-24T14:30 -> 2026-11-24'],
    ['later', '2026-11-26', sameDay, 'refuse', '2026-11-26T09:00 -> 2026-11-26'],
    ['yesterday', '2026-11-23', sameDay, 'refuse', 'date_in_past'],
    ['today, a day ahead', '2026-11-24', dayBefore, 'refuse', 'cut_off_passed'],
    ['tomorrow, a day ahead', '2026-11-25', dayBefore, 'refuse', '2026-11-24T11:00 -> 2026-11-25'],
    ['a Saturday, refused', '2026-11-28', sameDay, 'refuse', 'not_a_business_day'],
    [
      'a Saturday, after',
      '2026-11-28',
      sameDay,
      'next_business_day',
      '2026-11-30T09:00 -> 2026-11-30',
    ],
    [
      'a Saturday, before',
      '2026-11-28',
      sameDay,
      'previous_business_day',
      '2026-11-27T09:00 -> 2026-11-27',
    ],
    [
      'golden week, after',
      '2027-05-03',
      sameDay,
      'next_business_day',
      '2027-05-06T09:00 -> 2027-05-06',
    ],
    [
      'golden week, before',
      '2027-05-03',
      sameDay,
      'previous_business_day',
      '2027-04-30T09:00 -> 2027-04-30',
    ],
    [
      '2 January, before',
      '2027-01-02',
      sameDay,
      'previous_business_day',
      '2026-12-30T09:00 -> 2026-12-30',
    ],
    ['366 days ahead', '2027-11-25', sameDay, 'refuse', '2027-11-25T09:00 -> 2027-11-25'],
    ['367 days ahead', '2027-11-26', sameDay, 'refuse', 'date_too_far'],
  ] as const)('%s', (_name, wish, timing, rule, expected) => {
    expect(plan(wish, timing, rule)).toBe(expected);
  });

  test('moved back to a day that has passed is refused', () => {
    const saturday = at('2026-11-28T10:00:00');
    const found = planFor(sameDay, saturday, date('2026-11-28'), 'previous_business_day');
    expect(found).toBeInstanceOf(Refusal);
    expect((found as Refusal).details[0]?.code).toBe('cut_off_passed');
  });

  test('none: the earliest', () => {
    expect(planFor(sameDay, now, null, 'refuse')).toEqual(earliestPlan(sameDay, now));
  });
});

test.each([
  [0, '2026-11-27'],
  [1, '2026-11-30'],
  [2, '2026-12-01'],
])('a bank with a lead of %i', (days, expected) => {
  const arrival = arrivalFor(calendar, date('2026-11-27'), days);
  expect(`${arrival.from} ${arrival.to}`).toBe(`2026-11-27 ${expected}`);
});

test('a hand-over counts as in time until the grace after the last cut-off ends', () => {
  const plan = earliestPlan(sameDay, at('2026-11-24T09:00:00'));
  const last = at('2026-11-24T14:30:00').add(CUT_OFF_GRACE);
  expect(isInTime(sameDay, plan, last)).toBe(true);
  expect(isInTime(sameDay, plan, last.add({ seconds: 1 }))).toBe(false);
});

test('a day ahead, the hand-over belongs to the business day before', () => {
  const plan = { dispatchAt: at('2026-12-30T11:00:00'), transferDate: date('2027-01-04') };
  expect(isInTime(dayBefore, plan, at('2026-12-30T11:29:00'))).toBe(true);
  expect(isInTime(dayBefore, plan, at('2026-12-30T11:31:00'))).toBe(false);
});

const anyTime = fc
  .integer({ min: Date.parse('2020-01-01'), max: Date.parse('2045-01-01') })
  .map((ms) => Temporal.Instant.fromEpochMilliseconds(ms));
const anyTiming = fc
  .record({
    hours: fc.uniqueArray(fc.integer({ min: 0, max: 23 }), { minLength: 1, maxLength: 4 }),
    leadBusinessDays: fc.integer({ min: 0, max: 3 }),
  })
  .map(
    ({ hours, leadBusinessDays }): RailTiming => ({
      cutOffs: hours.map((hour) => `${`${hour}`.padStart(2, '0')}:30`).sort(),
      leadBusinessDays,
      calendar,
    }),
  );

describe('at any time, for any cut-offs', () => {
  test('the earliest plan is not past, on business days, in time, and none comes before it', () => {
    fc.assert(
      fc.property(anyTiming, anyTime, (timing, now) => {
        const plan = earliestPlan(timing, now);
        expect(isBefore(plan.dispatchAt, now)).toBe(false);
        expect(isBusinessDay(calendar, tokyoDate(plan.dispatchAt))).toBe(true);
        expect(isBusinessDay(calendar, plan.transferDate)).toBe(true);
        expect(isInTime(timing, plan, plan.dispatchAt)).toBe(true);
        const again = earliestPlan(timing, plan.dispatchAt);
        expect(told(again)).toBe(told(plan));
      }),
    );
  });

  test('a holiday rule gives a business day on its side, and leaves business days alone', () => {
    fc.assert(
      fc.property(anyTime, fc.boolean(), (now, after) => {
        const wish: PlainDate = tokyoDate(now);
        const rule = after ? 'next_business_day' : 'previous_business_day';
        const moved = applyHolidayRule(calendar, wish, rule)!;
        expect(isBusinessDay(calendar, moved)).toBe(true);
        const side = Temporal.PlainDate.compare(moved, wish);
        expect(side).toBe(isBusinessDay(calendar, wish) ? 0 : after ? 1 : -1);
      }),
    );
  });

  test('what planFor gives leads to the wished date, or says why not', () => {
    fc.assert(
      fc.property(anyTiming, anyTime, fc.integer({ min: -3, max: 370 }), (timing, now, days) => {
        const wish = tokyoDate(now).add({ days });
        const plan = planFor(timing, now, wish, 'next_business_day');
        if (plan instanceof Refusal) {
          const codes = ['date_in_past', 'date_too_far', 'cut_off_passed'];
          expect(codes).toContain(plan.details[0]?.code);
          return;
        }
        expect(`${plan.transferDate}`).toBe(
          `${applyHolidayRule(calendar, wish, 'next_business_day')}`,
        );
        expect(isBefore(plan.dispatchAt, now)).toBe(false);
      }),
    );
  });
});
