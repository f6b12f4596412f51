// Time as it is shown and compared: Tokyo dates, shop time.
import { expect, test } from 'vitest';
import { earlier, isBefore, shopTime, tokyoDate, tokyoInstant, tokyoTimestamp } from './clock.ts';

const at = (text: string) => Temporal.Instant.from(text);

test('the date changes at midnight in Tokyo', () => {
  expect(`${tokyoDate(at('2026-11-24T14:59:59Z'))}`).toBe('2026-11-24');
  expect(`${tokyoDate(at('2026-11-24T15:00:00Z'))}`).toBe('2026-11-25');
});

test('a Tokyo time on a date is an instant', () => {
  const instant = tokyoInstant(Temporal.PlainDate.from('2026-11-24'), '14:30');
  expect(`${instant}`).toBe('2026-11-24T05:30:00Z');
});

test('instants are shown with offset and milliseconds', () => {
  expect(tokyoTimestamp(at('2026-11-24T05:30:00.1239Z'))).toBe('2026-11-24T14:30:00.123+09:00');
});

test('a shop’s clock runs ahead of the wall by its offset', () => {
  expect(`${shopTime(at('2026-11-24T00:00:00Z'), 86_400_000)}`).toBe('2026-11-25T00:00:00Z');
  expect(`${shopTime(at('2026-11-24T00:00:00Z'), 0)}`).toBe('2026-11-24T00:00:00Z');
});

test('before and earlier', () => {
  const [first, second] = [at('2026-11-24T00:00:00Z'), at('2026-11-24T00:00:01Z')];
  expect([isBefore(first, second), isBefore(second, first), isBefore(first, first)]).toEqual([
    true,
    false,
    false,
  ]);
  expect(earlier(second, first)).toBe(first);
});
