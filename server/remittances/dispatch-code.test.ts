// Dispatch codes: their form, the shop inside, the check digit, no clashes.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { uuidv7 } from '../base/ids.ts';
import { dispatchCode, shopNumberOf } from './dispatch-code.ts';

const shopNumber = fc.integer({ min: 0, max: 999_999 });

test('twenty digits with the shop in front, the same each time', () => {
  fc.assert(
    fc.property(shopNumber, fc.uuid(), fc.integer({ min: 1, max: 9 }), (shop, id, attempt) => {
      const code = dispatchCode(shop, id, attempt);
      expect(code).toMatch(/^\d{20}$/);
      expect(shopNumberOf(code)).toBe(shop);
      expect(dispatchCode(shop, id, attempt)).toBe(code);
      expect(dispatchCode(shop, id, attempt + 1)).not.toBe(code);
      expect(dispatchCode(shop, id, attempt, 1)).not.toBe(code);
    }),
  );
});

test('one wrong digit, or two neighbours exchanged, is no code of ours', () => {
  fc.assert(
    fc.property(
      shopNumber,
      fc.uuid(),
      fc.nat(19),
      fc.integer({ min: 1, max: 9 }),
      (s, id, i, d) => {
        const code = dispatchCode(s, id, 1);
        const wrong = code.slice(0, i) + ((Number(code[i]) + d) % 10) + code.slice(i + 1);
        expect(shopNumberOf(wrong)).toBeUndefined();
        const [a, b] = [code[i], code[i + 1]];
        // Luhn does not see 09 and 90 exchanged.
        if (b === undefined || a === b || `${a}${b}` === '09' || `${a}${b}` === '90') return;
        expect(shopNumberOf(code.slice(0, i) + b + a + code.slice(i + 2))).toBeUndefined();
      },
    ),
  );
});

test.each(['', '123', 'x'.repeat(20), '0'.repeat(21), '１'.repeat(20)])('%j is none', (text) => {
  expect(shopNumberOf(text)).toBeUndefined();
});

test('none of 100,000 clash', () => {
  const codes = new Set<string>();
  for (let index = 0; index < 100_000; index++) codes.add(dispatchCode(100_001, uuidv7(), 1));
  expect(codes.size).toBe(100_000);
});
