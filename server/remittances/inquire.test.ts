// When a rail is asked again. The deeds of an inquiry are tested in submit.test.ts.
import { expect, test } from 'vitest';
import { japaneseBankCalendar } from '../base/calendar.ts';
import { tokyoTimestamp } from '../base/clock.ts';
import { nextInquiryAt } from './inquire.ts';

const calendar = japaneseBankCalendar();
const transferDate = Temporal.PlainDate.from('2026-11-27');

test.each([
  ['before the date: its opening', '2026-11-26T14:00', ['processing'], '2026-11-27T09:00'],
  ['on the date: soon', '2026-11-27T09:00', ['processing'], '2026-11-27T09:30'],
  ['one of many is undecided', '2026-11-27T14:40', ['paid', 'processing'], '2026-11-27T15:10'],
  ['later: now and then', '2026-11-28T09:00', ['processing'], '2026-11-28T12:00'],
  ['paid: the next business day', '2026-11-27T09:30', ['paid', 'failed'], '2026-11-30T10:00'],
  ['paid, weekend', '2026-11-28T09:30', ['paid'], '2026-11-30T10:00'],
  ['paid, the last day of watching', '2026-12-17T10:00', ['paid'], '2026-12-18T10:00'],
  ['paid, watched long enough', '2026-12-18T10:00', ['paid'], undefined],
  ['paid, long ago', '2027-11-24T10:00', ['paid'], undefined],
  ['nothing can come any more', '2026-11-27T09:30', ['failed', 'returned'], undefined],
] as const)('%s', (_name, now, statuses, expected) => {
  const at = Temporal.Instant.from(`${now}+09:00`);
  const attempts = statuses.map((status) => ({ status }));
  const next = nextInquiryAt(calendar, transferDate, attempts, at);
  expect(next && tokyoTimestamp(next).slice(0, 16)).toBe(expected);
});
