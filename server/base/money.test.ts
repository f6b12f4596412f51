// Yen: whole, safe, summed, said.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sumYen, yen, yenInWords } from './money.ts';

test.each([0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, -(2 ** 53), 2n ** 53n])(
  '%s is no amount',
  (value) => expect(() => yen(value)).toThrow(RangeError),
);

test.each([0, -1, 1_000_000, 2 ** 53 - 1, 12n])('%s is one', (value) => {
  expect(yen(value)).toBe(Number(value));
});

test('a sum is exact, or an error', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -1e12, max: 1e12 })), (amounts) => {
      const exact = amounts.reduce((sum, amount) => sum + BigInt(amount), 0n);
      expect(BigInt(sumYen(amounts))).toBe(exact);
    }),
  );
  expect(() => sumYen([2 ** 52, 2 ** 52])).toThrow(RangeError);
  expect(sumYen([])).toBe(0);
});

test('is said with separators', () => expect(yenInWords(1_234_567)).toBe('1,234,567円'));
