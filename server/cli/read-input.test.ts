// What may be typed, and what is said of the rest.
import { describe, expect, test } from 'vitest';
import { readRule } from './fee-rules.ts';
import { choice, date, instant, span, yenAmount } from './read-input.ts';
import { UsageError } from './verb.ts';

const given = (value: string) => ({ args: [], options: { x: value } });

describe('amounts', () => {
  test.each([
    ['0', 0],
    ['1000000', 1_000_000],
    ['1,000,000', 1_000_000],
  ])('%s', (typed, yen) => {
    expect(yenAmount(given(typed), 'x')).toBe(yen);
  });
  test.each(['-1', '1.5', '1e3', '1,00', '１００', '', 'abc', '99999999999999999999'])(
    '"%s" is refused',
    (typed) => {
      expect(() => yenAmount(given(typed), 'x')).toThrow(UsageError);
    },
  );
});

describe('times', () => {
  test('a date, and the instant at which it begins in Tokyo', () => {
    expect(date(given('2026-11-24'), 'x')?.toString()).toBe('2026-11-24');
    expect(instant(given('2026-11-24'), 'x')?.toString()).toBe('2026-11-23T15:00:00Z');
    expect(instant(given('2026-11-24T09:00:00+09:00'), 'x')?.toString()).toBe(
      '2026-11-24T00:00:00Z',
    );
  });
  test.each(['2026-02-30', '2026-2-3', 'today', '20261124'])('"%s" is no date', (typed) => {
    expect(() => date(given(typed), 'x')).toThrow(UsageError);
    expect(() => instant(given(typed), 'x')).toThrow(UsageError);
  });
  test('spans', () => {
    expect([span(given('30m'), 'x'), span(given('7d'), 'x')]).toEqual([1_800_000, 604_800_000]);
    expect(() => span(given('7'), 'x')).toThrow(UsageError);
  });
});

test('a choice names what may be chosen, in both languages', () => {
  expect(choice(given('on'), 'x', ['on', 'off'])).toBe('on');
  expect(() => choice(given('yes'), 'x', ['on', 'off'])).toThrow('--x is one of: on, off');
});

describe('fee rules', () => {
  test.each([
    ['bank_transfer:other:30000-:300', { sameBank: false, fromYen: 30_000, toYen: null }],
    ['bank_transfer:same:-:100', { sameBank: true, fromYen: 1, toYen: null }],
    ['atm_cash:any:1-29999:150', { sameBank: null, fromYen: 1, toYen: 29_999 }],
  ])('%s', (typed, rule) => {
    expect(readRule(typed)).toMatchObject(rule);
  });
  test('another form is refused', () => {
    expect(() => readRule('bank_transfer:300')).toThrow(UsageError);
  });
});
