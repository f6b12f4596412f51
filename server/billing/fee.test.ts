// Fees by band, bank and date; tax by date.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Yen } from '../base/money.ts';
import {
  type FeeRule,
  type FeeTable,
  feeFor,
  feeTableFaults,
  feeTableOn,
  indicativeTax,
  taxRateOn,
} from './fee.ts';

const date = (text: string) => Temporal.PlainDate.from(text);
const rule = (more: Partial<FeeRule>): FeeRule => ({
  method: 'bank_transfer',
  sameBank: null,
  fromYen: 1,
  toYen: null,
  feeYen: 0,
  ...more,
});

const table: FeeTable = {
  version: 1,
  effectiveFrom: date('2026-04-01'),
  rules: [
    rule({ sameBank: true, feeYen: 50 }),
    rule({ sameBank: false, toYen: 29_999, feeYen: 150 }),
    rule({ sameBank: false, fromYen: 30_000, toYen: 1_000_000, feeYen: 250 }),
    rule({ method: 'atm_cash', feeYen: 300 }),
  ],
};

describe('the fee of a payment', () => {
  test.each([
    [true, 1, 50],
    [true, 1_000_000, 50],
    [false, 1, 150],
    [false, 29_999, 150],
    [false, 30_000, 250],
    [false, 1_000_000, 250],
    [false, 1_000_001, undefined],
  ])('same bank %s, %i yen', (sameBank, amount, expected) => {
    const payment = { method: 'bank_transfer', sameBank, amountYen: amount as Yen };
    expect(feeFor(table, payment)).toBe(expected);
  });

  test('of another method, and of one without a rule', () => {
    const payment = { sameBank: false, amountYen: 10 as Yen };
    expect(feeFor(table, { ...payment, method: 'atm_cash' })).toBe(300);
    expect(feeFor(table, { ...payment, method: 'gift' })).toBeUndefined();
  });
});

describe('the table in force', () => {
  const versions = [
    table,
    { ...table, version: 2, effectiveFrom: date('2026-10-01') },
    { ...table, version: 3, effectiveFrom: date('2026-07-01') },
  ];
  test.each([
    ['2026-03-31', undefined],
    ['2026-04-01', 1],
    ['2026-07-01', 3],
    // A later version replaces an earlier one, also one that would begin later.
    ['2026-10-01', 3],
  ])('on %s', (day, version) => {
    expect(feeTableOn(versions, date(day))?.version).toBe(version);
    expect(feeTableOn([...versions].reverse(), date(day))?.version).toBe(version);
  });
});

describe('consumption tax', () => {
  const rates = [
    { effectiveFrom: date('2014-04-01'), ratePercent: 8 },
    { effectiveFrom: date('2019-10-01'), ratePercent: 10 },
  ];
  test.each([
    ['2019-09-30', 8],
    ['2019-10-01', 10],
    ['2026-11-24', 10],
  ])('on %s', (day, percent) => {
    expect(taxRateOn(rates, date(day))).toBe(percent);
    expect(taxRateOn([...rates].reverse(), date(day))).toBe(percent);
  });

  test('a date before all rates is an error, not a guess', () => {
    expect(() => taxRateOn(rates, date('2014-03-31'))).toThrow(RangeError);
  });

  test('is rounded down to whole yen', () => {
    fc.assert(
      fc.property(fc.nat(1_000_000), fc.constantFrom(8, 10), (fee, percent) => {
        const tax = indicativeTax(fee as Yen, percent);
        expect(Number.isInteger(tax)).toBe(true);
        expect(tax * 100).toBeLessThanOrEqual(fee * percent);
        expect((tax + 1) * 100).toBeGreaterThan(fee * percent);
      }),
    );
  });
});

test.each([
  ['empty', [], 'a fee table has 1 to 200 rules'],
  ['a fraction', [rule({ feeYen: 1.5 })], 'rule 1: amounts are whole yen, not negative'],
  ['negative', [rule({}), rule({ feeYen: -1 })], 'rule 2: amounts are whole yen, not negative'],
  ['turned round', [rule({ fromYen: 9, toYen: 8 })], 'rule 1: its band ends before it begins'],
])('a table at fault: %s', (_name, rules, fault) => {
  expect(feeTableFaults(rules)).toContain(fault);
});

test('a sound table has no faults', () => expect(feeTableFaults(table.rules)).toEqual([]));
