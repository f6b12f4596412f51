// Cursors: read back what was written, refuse everything else; pages of one row more than asked
// for.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Refusal } from '../base/refusal.ts';
import { decodeCursor, encodeCursor, pageOf } from './cursor.ts';
import { localeOf } from './locale.ts';

test('a cursor is read back', () => {
  const part = fc.tuple(fc.string({ maxLength: 60 }), fc.maxSafeInteger());
  fc.assert(
    fc.property(part, ([text, number]) => {
      fc.pre(!text.includes('\0'));
      expect(decodeCursor(encodeCursor([text, number]), ['string', 'number'])).toEqual([
        text,
        number,
      ]);
    }),
  );
  expect(decodeCursor(undefined, ['string'])).toBeUndefined();
});

test('anything else is refused, not thrown at us', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(() => decodeCursor(text, ['number'])).toThrow(Refusal);
    }),
  );
  for (const parts of [[1, 2], ['1'], [1.5], []]) {
    expect(() => decodeCursor(encodeCursor(parts), ['number'])).toThrow(Refusal);
  }
  expect(() => decodeCursor(encodeCursor(['a\0']), ['string'])).toThrow(Refusal);
});

test('a page knows whether there is more', () => {
  const page = (rows: number[]) => pageOf(rows, 2, (row) => [row], String);
  expect(page([])).toEqual({ data: [], next_cursor: null, has_more: false });
  expect(page([9, 8])).toEqual({ data: ['9', '8'], next_cursor: null, has_more: false });
  expect(page([9, 8, 7])).toEqual({
    data: ['9', '8'],
    next_cursor: encodeCursor([8]),
    has_more: true,
  });
});

test.each([
  [undefined, 'ja'],
  ['en', 'en'],
  ['en-US,en;q=0.9', 'en'],
  ['en;q=0.5, ja;q=0.9', 'ja'],
  ['fr, de', 'ja'],
  ['ja, en', 'ja'],
  ['en;q=0', 'ja'],
  ['en;q=x', 'ja'],
  [','.repeat(10_000), 'ja'],
])('Accept-Language %s', (header, locale) => {
  expect(localeOf(header)).toBe(locale);
});
