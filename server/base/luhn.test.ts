// The check digit against published examples, and what it promises.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { luhnDigit } from './luhn.ts';

test.each([
  ['7992739871', '3'],
  ['0', '0'],
  ['411111111111111', '1'],
])('%s has the check digit %s', (body, digit) => {
  expect(luhnDigit(body)).toBe(digit);
});

test('any one wrong digit is noticed', () => {
  const digits = fc.stringMatching(/^[0-9]{1,19}$/);
  fc.assert(
    fc.property(digits, fc.nat(), fc.integer({ min: 1, max: 9 }), (body, place, by) => {
      const at = place % body.length;
      const wrong = String((Number(body[at]) + by) % 10);
      const other = body.slice(0, at) + wrong + body.slice(at + 1);
      expect(luhnDigit(other)).not.toBe(luhnDigit(body));
    }),
  );
});
