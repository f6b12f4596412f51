// What may not pass the door, case by case.
import { describe, expect, test } from 'vitest';
import { sumYen, yen } from '../../base/money.ts';
import type { BankDestination, SubmissionItem } from '../rail.ts';
import { assertSubmission } from './door.ts';
import { httpAccount, sampleSubmission } from './test-submission.ts';

const good = sampleSubmission(httpAccount(), 2);

function withFirst(change: Partial<SubmissionItem>) {
  const items = [{ ...good.items[0]!, ...change }, good.items[1]!];
  return { ...good, items, totalYen: sumYen(items.map((item) => item.amountYen)) };
}

function withDestination(change: Partial<Record<keyof BankDestination, string>>) {
  const destination = { ...good.items[0]!.destination, ...change } as BankDestination;
  return withFirst({ destination });
}

describe('the door', () => {
  test('lets a sound submission pass, up to its limits', () => {
    expect(() => assertSubmission(good, 2)).not.toThrow();
    expect(() => assertSubmission(withFirst({ amountYen: yen(1_000_000) }), 2)).not.toThrow();
    expect(() => assertSubmission(withFirst({ amountYen: yen(1) }), 2)).not.toThrow();
    expect(() =>
      assertSubmission(withDestination({ holderName: 'ｶ)ﾔﾏﾀﾞ-(1).ﾊﾟ'.padEnd(30, 'X') }), 2),
    ).not.toThrow();
  });

  test.each([
    ['no items', { ...good, items: [] }, /holds 0 items/],
    ['a total that is not the sum', { ...good, totalYen: yen(1) }, /states 1 yen/],
    ['a number out of sequence', withFirst({ itemNumber: 2 }), /out of sequence/],
    ['19 digits', withFirst({ dispatchCode: '0'.repeat(19) }), /20 digits/],
    ['full-width digits', withFirst({ dispatchCode: '１'.repeat(20) }), /20 digits/],
    ['a code twice', withFirst({ dispatchCode: good.items[1]!.dispatchCode }), /twice/],
    ['zero', withFirst({ amountYen: yen(0) }), /amount/],
    ['one yen over', withFirst({ amountYen: yen(1_000_001) }), /amount/],
    ['a negative amount', withFirst({ amountYen: yen(-5) }), /amount/],
    ['a bank of 3 digits', withDestination({ bankCode: '001' }), /bank code/],
    ['a branch of 4 digits', withDestination({ branchCode: '0001' }), /branch code/],
    ['an account of 8 digits', withDestination({ accountNumber: '12345678' }), /account number/],
    ['an unknown type', withDestination({ accountType: 'fixed' }), /account type/],
    ['no name', withDestination({ holderName: ' ' }), /holder name/],
    ['a name of 31 bytes', withDestination({ holderName: 'ｱ'.repeat(31) }), /holder name/],
    ['a small kana', withDestination({ holderName: 'ｷｮｳﾄ' }), /forbidden/],
    ['full width', withDestination({ holderName: 'ヤマダ' }), /forbidden/],
    ['a comma', withDestination({ holderName: 'A,B' }), /forbidden/],
    ['a line break', withDestination({ holderName: 'A\nB' }), /forbidden/],
  ])('stops %s, without telling the data', (_name, submission, message) => {
    expect(() => assertSubmission(submission, 2)).toThrow(message);
    expect(() => assertSubmission(submission, 2)).not.toThrow(/ﾔﾏﾀﾞ|1234567/);
  });

  test('stops more items than the account allows', () => {
    expect(() => assertSubmission(good, 1)).toThrow(/allowed are 1 to 1/);
  });
});
