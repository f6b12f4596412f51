// The daily file as a table of what is believed and what is not.
import { describe, expect, test } from 'vitest';
import { readDailyFile } from './reconciliation.ts';

const date = Temporal.PlainDate.from('2026-11-24');
const code = '70000000010000000001';
const lines = [
  'H,2026-11-24,4001,100000',
  'D,,FUNDED,50000,2026-11-24T10:00:00.000+09:00',
  `D,${code},ISSUED,8400,2026-11-24T10:01:00.000+09:00`,
  `D,${code},NOTES,8000,2026-11-24T10:02:00.000+09:00`,
  `D,${code},COINS,400,2026-11-24T10:03:00.000+09:00`,
  'T,4,141600',
];
const text = (changed: readonly string[]) => changed.map((line) => `${line}\r\n`).join('');

test('a whole file', () => {
  const file = readDailyFile(date, text(lines));
  expect([file.openingYen, file.closingYen]).toEqual([100_000, 141_600]);
  expect(file.movements.map((each) => each.dispatchCode)).toEqual([null, code, code, code]);
  expect(file.movements[3]).toMatchObject({ kind: 'coins', amountYen: 400 });
  expect(file.movements[3]!.at.toString()).toBe('2026-11-24T01:03:00Z');
});

test('a day on which nothing happened', () => {
  expect(readDailyFile(date, text(['H,2026-11-24,4001,7', 'T,0,7'])).movements).toEqual([]);
});

describe('a file is not whole', () => {
  const replaced = (index: number, line: string) => text(lines.with(index, line));
  test.each([
    ['empty', ''],
    ['a page', '<!doctype html>'],
    ['cut in the last line', text(lines).slice(0, -3)],
    ['without a line', text(lines.toSpliced(2, 1))],
    ['without a trailer', text(lines.slice(0, -1))],
    ['of another day', replaced(0, 'H,2026-11-23,4001,100000')],
    ['another closing balance', replaced(5, 'T,4,141601')],
    ['an unknown movement', replaced(2, `D,${code},GIFT,8400,2026-11-24T10:01:00+09:00`)],
    ['a payment of nobody', replaced(3, 'D,,NOTES,8000,2026-11-24T10:02:00+09:00')],
    ['a negative amount', replaced(3, `D,${code},NOTES,-8000,2026-11-24T10:02:00+09:00`)],
  ])('%s', (_name, broken) => {
    expect(() => readDailyFile(date, broken)).toThrow(/2026-11-24 is not whole/);
    expect(() => readDailyFile(date, broken)).not.toThrow(new RegExp(code));
  });
});
