// Columns that stand straight with Japanese in them.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sheet, table, widthOf } from './table.ts';

describe('the width of text', () => {
  test.each([
    ['abc', 3],
    ['加盟店', 6],
    ['ｶ)ﾐﾎﾝ', 5],
    ['ﾀﾏｶﾞﾜ', 5],
    ['デモ（銀行API）', 15],
    ['ヤ●●●', 5],
    ['か\u3099', 2],
    ['𠮷野', 4],
    ['', 0],
  ])('of %s is %i', (text, width) => {
    expect(widthOf(text)).toBe(width);
  });
});

test('every line of a table is as wide as its columns, but for the space at its end', () => {
  const cell = fc.string({ unit: fc.constantFrom('a', '1', '送', '金', 'ｶ', 'ﾞ', '\n', '\u001b') });
  fc.assert(
    fc.property(fc.array(fc.tuple(cell, cell), { minLength: 1 }), (rows) => {
      const lines = table(
        ['名前', '金額>', 'x'],
        rows.map(([one, other]) => [one, other, '|']),
      ).split('\n');
      expect(lines).toHaveLength(rows.length + 2);
      const widths = lines.slice(2).map((line) => widthOf(line));
      expect(new Set(widths).size).toBe(1);
      expect(lines.join('')).not.toContain('\u001b');
    }),
  );
});

test('labels and values', () => {
  expect(
    sheet(
      [
        ['状態', '送金完了'],
        ['ID', 'x'],
      ],
      2,
    ),
  ).toBe('  状態  送金完了\n  ID    x');
});
