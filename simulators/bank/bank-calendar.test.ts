// The bank's calendar against days known from the law, and steps across long closures.

import { expect, test } from 'vitest';
import { businessDaysAfter, japaneseBankCalendar, openDayFrom } from './bank-calendar.ts';

const calendar = japaneseBankCalendar();

test.each([
  ['2026-11-23', false, '勤労感謝の日'],
  ['2026-11-24', true, 'a Tuesday'],
  ['2026-05-06', false, '振替休日 of 3 May'],
  ['2026-09-22', false, '国民の休日 between two holidays'],
  ['2026-12-30', true, 'the last business day'],
  ['2026-12-31', false, 'closed by law'],
  ['2027-01-01', false, '元日'],
  ['2027-01-04', true, 'the first business day'],
  ['2026-11-28', false, 'a Saturday'],
])('%s open: %s (%s)', (date, open) => {
  expect(calendar.isOpen(date)).toBe(open);
});

test('steps over the turn of the year', () => {
  expect(openDayFrom(calendar, '2026-12-31', 1)).toBe('2027-01-04');
  expect(openDayFrom(calendar, '2027-01-03', -1)).toBe('2026-12-30');
  expect(businessDaysAfter(calendar, '2026-12-30', 1)).toBe('2027-01-04');
  expect(businessDaysAfter(calendar, '2026-12-31', 0)).toBe('2027-01-04');
  expect(businessDaysAfter(calendar, '2026-12-31', 1)).toBe('2027-01-04');
  expect(businessDaysAfter(calendar, '2026-12-31', 2)).toBe('2027-01-05');
});
