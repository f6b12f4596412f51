// The business calendar, against a second source of holidays and by its own laws.
import fc from 'fast-check';
import holidays from 'japanese-holidays';
import { describe, expect, test } from 'vitest';
import {
  addBusinessDays,
  isBusinessDay,
  japaneseBankCalendar,
  onOrAfter,
  onOrBefore,
} from './calendar.ts';

const calendar = japaneseBankCalendar();
const date = (text: string) => Temporal.PlainDate.from(text);

test('agrees with a second source on every day from 2016 to 2035', () => {
  for (let year = 2016; year < 2036; year++) {
    const theirs = holidays
      .getHolidaysOf(year)
      .map(({ month, date: day }) => `${new Temporal.PlainDate(year, month, day)}`);
    const ours = [...calendar.holidays].filter((day) => day.startsWith(`${year}-`));
    expect(ours.sort()).toEqual(theirs.sort());
  }
});

describe('a bank is closed', () => {
  test.each(['2026-12-31', '2027-01-01', '2027-01-02', '2027-01-03', '2026-11-28', '2026-11-29'])(
    'on %s',
    (day) => expect(isBusinessDay(calendar, date(day))).toBe(false),
  );
  test.each([
    ['culture day', '2026-11-03'],
    ['a substitute holiday', '2027-03-22'],
    ['a citizens’ holiday between two', '2026-09-22'],
    ['moved for the Olympics', '2021-07-23'],
    ['the enthronement', '2019-10-22'],
  ])('%s, %s', (_name, day) => expect(isBusinessDay(calendar, date(day))).toBe(false));
  test.each(['2026-12-30', '2027-01-04', '2026-11-24', '2021-10-11'])('but open on %s', (day) =>
    expect(isBusinessDay(calendar, date(day))).toBe(true),
  );
});

test('an operator adds days of his own', () => {
  const more = japaneseBankCalendar(['2026-11-24']);
  expect(isBusinessDay(more, date('2026-11-24'))).toBe(false);
  expect(isBusinessDay(calendar, date('2026-11-24'))).toBe(true);
});

test('beyond its data it answers nothing', () => {
  expect(() => isBusinessDay(calendar, date('1999-12-31'))).toThrow(RangeError);
  expect(() => isBusinessDay(calendar, date('2051-01-01'))).toThrow(RangeError);
});

const anyDay = fc.integer({ min: 0, max: 7_300 }).map((days) => date('2020-01-01').add({ days }));
const iso = (day: Temporal.PlainDate) => day.toString();

describe('for any day', () => {
  test('onOrAfter and onOrBefore give the nearest business day on their side', () => {
    fc.assert(
      fc.property(anyDay, (day) => {
        const [before, after] = [onOrBefore(calendar, day), onOrAfter(calendar, day)];
        expect(isBusinessDay(calendar, before) && isBusinessDay(calendar, after)).toBe(true);
        if (isBusinessDay(calendar, day))
          expect([iso(before), iso(after)]).toEqual([iso(day), iso(day)]);
        else expect(iso(addBusinessDays(calendar, before, 1))).toBe(iso(after));
      }),
    );
  });

  test('there and back is where it began, and steps add up', () => {
    fc.assert(
      fc.property(anyDay, fc.nat(60), fc.nat(60), (day, some, more) => {
        const start = onOrAfter(calendar, day);
        const there = addBusinessDays(calendar, start, some);
        expect(iso(addBusinessDays(calendar, there, -some))).toBe(iso(start));
        expect(iso(addBusinessDays(calendar, there, more))).toBe(
          iso(addBusinessDays(calendar, start, some + more)),
        );
      }),
      { numRuns: 50 },
    );
  });
});
