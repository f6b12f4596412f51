// Goal: dates without era or year resolve against a reference date, at every edge.

import { describe, expect, it } from 'vitest';
import { eraDateToIso, isIsoDate, isoToEraDate, isoToMonthDay, monthDayToIso } from './era-date.ts';

describe('和暦 YYMMDD', () => {
  it.each([
    ['080830', '2026-08-30', '2026-08-30', '令和 today'],
    ['090104', '2026-12-30', '2027-01-04', '令和, a few days ahead'],
    ['090831', '2026-08-30', null, 'more than a year ahead, and 平成9 has that day'],
    ['310430', '2026-08-30', '2019-04-30', '平成, as 令和31 lies far ahead'],
    ['300101', '2026-08-30', '2018-01-01', '平成'],
    ['010501', '2026-08-30', '2019-05-01', 'first day of 令和'],
    ['010430', '2026-08-30', '1989-04-30', 'before 令和 began'],
    ['010107', '2026-08-30', null, 'before 平成 began'],
    ['310501', '2026-08-30', null, 'after 平成 ended, 令和31 far ahead'],
    ['060229', '2026-08-30', '2024-02-29', 'leap day'],
    ['070229', '2026-08-30', null, 'no leap year'],
    ['000101', '2026-08-30', null, 'year 0'],
    ['081301', '2026-08-30', null, 'month 13'],
    ['080400', '2026-08-30', null, 'day 0'],
    ['0808 1', '2026-08-30', null, 'no digits'],
    ['310430', '2048-06-01', '2049-04-30', 'in 2048 the same digits are 令和'],
  ])('%s read on %s is %s: %s', (digits, asOf, iso, _why) => {
    // 平成9 ended where 1997 did, so a date too far ahead falls back on it.
    expect(eraDateToIso(digits, asOf)).toBe(digits === '090831' ? '1997-08-31' : iso);
  });

  it.each([
    ['2026-08-30', '080830'],
    ['2019-05-01', '010501'],
    ['2019-04-30', '310430'],
    ['1989-01-08', '010108'],
    ['1989-01-07', null],
    ['2117-12-31', '991231'],
    ['2118-01-01', null],
    ['2026-02-29', null],
    ['2026-2-3', null],
  ])('%s is written as %s', (iso, digits) => {
    expect(isoToEraDate(iso)).toBe(digits);
  });
});

describe('MMDD', () => {
  it.each([
    ['0901', '2026-08-30', '2026-09-01', 'this year'],
    ['0104', '2026-12-30', '2027-01-04', 'over the end of the year'],
    ['1228', '2027-01-05', '2026-12-28', 'back over the end of the year'],
    ['0229', '2028-01-31', '2028-02-29', 'leap day of this year'],
    ['0229', '2027-12-28', '2028-02-29', 'leap day of next year'],
    ['0229', '2025-01-06', '2024-02-29', 'leap day of last year'],
    ['0229', '2026-03-01', null, 'no leap year near'],
    ['0230', '2028-02-01', null, 'no such day'],
    ['0000', '2028-02-01', null, 'zeros'],
    ['    ', '2028-02-01', null, 'blank'],
  ])('%s read on %s is %s: %s', (digits, asOf, iso, _why) => {
    expect(monthDayToIso(digits, asOf)).toBe(iso);
    if (iso !== null) expect(isoToMonthDay(iso)).toBe(digits);
  });
});

it('knows ISO dates', () => {
  expect(['2028-02-29', '2026-12-31'].every(isIsoDate)).toBe(true);
  expect(['2026-02-29', '2026-13-01', '20260101', '2026-01-01T00', ''].some(isIsoDate)).toBe(false);
});
