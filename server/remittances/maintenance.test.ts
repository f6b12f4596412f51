// Announced windows as a rule, and plans that know of them.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { japaneseBankCalendar } from '../base/calendar.ts';
import { Refusal } from '../base/refusal.ts';
import type { Closure, RailTiming } from '../rails/rail.ts';
import {
  closuresOf,
  covers,
  type MaintenanceWindow,
  openFrom,
  windowRefusal,
} from './maintenance.ts';
import { earliestPlan, isInTime, planFor } from './schedule.ts';

const at = (tokyoTime: string) => Temporal.Instant.from(`${tokyoTime}+09:00`);
const closure = (from: string, to: string): Closure => ({ startsAt: at(from), endsAt: at(to) });
const calendar = japaneseBankCalendar();

const bank = (...closures: Closure[]): RailTiming => ({
  ...{ cutOffs: ['09:00', '14:30'], leadBusinessDays: 0, calendar, closures },
});
const instant = (...closures: Closure[]): RailTiming => ({
  ...{ isInstant: true, cutOffs: ['00:00'], leadBusinessDays: 0, calendar, closures },
});

describe('open again', () => {
  test.each<[string, Closure[], string]>([
    ['nothing announced', [], '2026-11-24T10:00'],
    ['over already', [closure('2026-11-24T08:00', '2026-11-24T10:00')], '2026-11-24T10:00'],
    ['still to come', [closure('2026-11-24T10:01', '2026-11-24T12:00')], '2026-11-24T10:00'],
    ['just begun', [closure('2026-11-24T10:00', '2026-11-24T12:00')], '2026-11-24T12:00'],
    [
      'one after the other',
      [
        closure('2026-11-24T12:00', '2026-11-24T13:00'),
        closure('2026-11-24T09:00', '2026-11-24T12:00'),
      ],
      '2026-11-24T13:00',
    ],
  ])('%s', (_what, closures, expected) => {
    expect(openFrom(closures, at('2026-11-24T10:00')).equals(at(expected))).toBe(true);
  });

  test('is never before, never closed, and never later than need be', () => {
    const minute = fc.integer({ min: 0, max: 2_000 });
    const start = at('2026-11-24T00:00');
    const closures = fc.array(
      fc.tuple(minute, fc.integer({ min: 1, max: 300 })).map(([from, length]) => ({
        startsAt: start.add({ minutes: from }),
        endsAt: start.add({ minutes: from + length }),
      })),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(closures, minute, (list, from) => {
        const asked = start.add({ minutes: from });
        const open = openFrom(list, asked);
        expect(list.some((each) => covers(each, open))).toBe(false);
        for (let when = asked; Temporal.Instant.compare(when, open) < 0; ) {
          expect(list.some((each) => covers(each, when))).toBe(true);
          when = when.add({ minutes: 1 });
        }
      }),
    );
  });
});

describe('plans', () => {
  const morning = closure('2026-11-24T08:30', '2026-11-24T10:00');

  test('skip a cut-off that lies within', () => {
    const plan = earliestPlan(bank(morning), at('2026-11-24T08:00'));
    expect(plan.dispatchAt.equals(at('2026-11-24T14:30'))).toBe(true);
    const allDay = closure('2026-11-24T00:00', '2026-11-25T00:00');
    const next = earliestPlan(bank(allDay), at('2026-11-24T08:00'));
    expect(next.transferDate.toString()).toBe('2026-11-25');
    const wish = Temporal.PlainDate.from('2026-11-24');
    const refused = planFor(bank(allDay), at('2026-11-24T08:00'), wish, 'refuse');
    expect(refused).toBeInstanceOf(Refusal);
    expect((refused as Refusal).details).toMatchObject([{ code: 'rail_maintenance' }]);
  });

  test('of a real-time rail begin when it is over, of a wished day too', () => {
    const night = closure('2026-11-24T23:00', '2026-11-25T05:00');
    const now = earliestPlan(instant(night), at('2026-11-24T23:30'));
    expect(now.dispatchAt.equals(at('2026-11-25T05:00'))).toBe(true);
    expect(now.transferDate.toString()).toBe('2026-11-25');
    const wish = Temporal.PlainDate.from('2026-11-25');
    const wished = planFor(instant(night), at('2026-11-24T12:00'), wish, 'refuse');
    expect(wished).toMatchObject({ dispatchAt: at('2026-11-25T05:00') });
  });

  test('are not kept while the rail is closed', () => {
    const plan = earliestPlan(bank(), at('2026-11-24T08:00'));
    expect(isInTime(bank(), plan, at('2026-11-24T09:00'))).toBe(true);
    expect(isInTime(bank(morning), plan, at('2026-11-24T09:00'))).toBe(false);
    expect(isInTime(instant(morning), plan, at('2026-11-24T09:00'))).toBe(false);
  });
});

test('a window closes its rail, or one contract of it', () => {
  const window = (rail: string, railAccountId: string | null): MaintenanceWindow => ({
    ...closure('2026-11-24T08:30', '2026-11-24T10:00'),
    ...{ maintenanceId: 'm', rail, railAccountId, note: '', announcedBy: 'test' },
  });
  const windows = [window('au_pay', null), window('seven_atm', 'one'), window('seven_atm', 'two')];
  expect(closuresOf(windows, { rail: 'au_pay', id: 'any' })).toEqual([windows[0]]);
  expect(closuresOf(windows, { rail: 'seven_atm', id: 'two' })).toEqual([windows[2]]);
});

test.each([
  ['2026-11-24T10:00', '2026-11-24T10:00', 'ends_before_start'],
  ['2026-11-23T10:00', '2026-11-24T08:00', 'is_over'],
  ['2026-11-24T10:00', '2026-12-25T10:01', 'too_long'],
  ['2026-11-23T10:00', '2026-11-24T08:01', undefined],
])('announcing %s to %s: %s', (from, to, code) => {
  const refusal = windowRefusal(closure(from, to), at('2026-11-24T08:00'));
  expect(refusal?.details[0]?.code).toBe(code);
});
