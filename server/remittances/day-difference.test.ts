// A rail's day against our books as a table: what agrees, and what each kind of disagreement is.
import { describe, expect, test } from 'vitest';
import { yen, ZERO_YEN } from '../base/money.ts';
import type { DayEntry, RailDay } from '../rails/rail.ts';
import { dayDifferences, type OurPayment } from './day-difference.ts';

const CODE = '70000000010000000001';

const day = (entries: readonly Partial<DayEntry>[], openingYen = 100_000): RailDay => ({
  date: Temporal.PlainDate.from('2026-11-24'),
  ...{ openingYen: yen(openingYen), closingYen: yen(openingYen), fundedYen: ZERO_YEN },
  entries: entries.map((entry) => ({
    ...{ dispatchCode: CODE, issuedYen: null, takenYen: ZERO_YEN, closed: null },
    ...entry,
  })),
});

const ours = (
  status: OurPayment['attempt']['status'],
  remittance: OurPayment['remittance'] = { status: 'receivable', receivedYen: null },
): OurPayment => ({
  attempt: { dispatchCode: CODE, amountYen: yen(8_400), status },
  remittance,
});

const known = (payment: OurPayment) => new Map([[CODE, payment]]);
const kinds = (found: readonly { kind: string }[]) => found.map(({ kind }) => kind);
const paidWhole = ours('paid', { status: 'paid', receivedYen: yen(8_400) });
const notesOut = ours('processing', { status: 'receivable', receivedYen: yen(8_000) });
const taken = (amount: number) => ({ takenYen: yen(amount) });

describe('by payment', () => {
  test.each([
    ['issued, waits', ours('processing'), { issuedYen: yen(8_400) }, []],
    ['issued and taken in a day', paidWhole, { issuedYen: yen(8_400), ...taken(8_400) }, []],
    ['the coins of a later day', paidWhole, taken(400), []],
    ['the notes, told before', notesOut, taken(8_000), []],
    ['the notes, not told', ours('processing'), taken(8_000), ['not_applied']],
    ['the coins, not told', notesOut, taken(8_400), ['not_applied']],
    ['expired, not told', ours('processing'), { closed: 'expired' }, ['not_applied']],
    ['expired, told', ours('failed'), { closed: 'expired' }, []],
    ['taken, and held for failed here', ours('failed'), taken(8_000), ['contradiction']],
    ['another amount', ours('processing'), { issuedYen: yen(8_401) }, ['amount']],
    ['paid, then came back', ours('returned'), taken(8_400), []],
  ] as const)('%s', (_name, payment, entry, expected) => {
    const found = dayDifferences(day([entry]), known(payment), [], new Set(), null);
    expect(kinds(found)).toEqual(expected);
  });

  test('one that we never made', () => {
    const found = dayDifferences(day([taken(5_000)]), new Map(), [], new Set(), null);
    expect(found).toEqual([
      { kind: 'unknown_payment', dispatchCode: CODE, theirsYen: 5_000, oursYen: 0 },
    ]);
  });
});

test('paid here and in no file', () => {
  const compare = (told: readonly string[]) =>
    dayDifferences(day([]), new Map(), [paidWhole], new Set(told), null);
  expect(compare([])).toEqual([
    { kind: 'not_in_file', dispatchCode: CODE, theirsYen: 0, oursYen: 8_400 },
  ]);
  expect(compare([CODE])).toEqual([]);
});

test('it begins where the day before ended', () => {
  const compare = (formerClosingYen: number | null) =>
    kinds(dayDifferences(day([], 7), new Map(), [], new Set(), formerClosingYen));
  expect([compare(7), compare(null), compare(8)]).toEqual([[], [], ['opening']]);
});
