// The status table, code by code, and the item's own word against it.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { verdictOf } from './verdict.ts';

describe('transferStatus', () => {
  test.each([
    ['2', 'pending', 'pending'],
    ['3', 'pending', 'pending'],
    ['4', 'failed', 'failed'],
    ['5', 'failed', 'failed'],
    ['8', 'failed', 'failed'],
    ['11', 'pending', 'pending'],
    ['12', 'pending', 'pending'],
    ['13', 'pending', 'pending'],
    ['20', 'paid', 'paid'],
    ['22', 'returned', 'pending'],
    ['24', 'recall_requested', 'pending'],
    ['25', 'returned', 'pending'],
    ['26', 'recall_refused', 'pending'],
    ['30', 'pending', 'pending'],
    ['40', 'failed', 'failed'],
    ['0', 'pending', 'pending'],
    ['21', 'pending', 'pending'],
    ['99', 'pending', 'pending'],
    ['constructor', 'pending', 'pending'],
  ])('%s is %s of a sole item, %s of one among several', (status, sole, among) => {
    expect(verdictOf(status, undefined, true).state).toBe(sole);
    expect(verdictOf(status, undefined, false).state).toBe(among);
  });

  test('what is no known code is pending, whatever it is', () => {
    fc.assert(
      fc.property(fc.string(), fc.boolean(), (status, sole) => {
        fc.pre(!/^(4|5|8|20|22|24|25|26|40)$/.test(status));
        expect(verdictOf(status, undefined, sole).state).toBe('pending');
      }),
    );
  });

  test.each([
    ['20', { transferDetailStatus: '1' }, 'paid', null],
    ['20', { transferDetailStatus: '2', unableReasonCode: '01' }, 'failed', 'no_account'],
    ['30', { transferDetailStatus: '1' }, 'paid', null],
    [
      '30',
      { transferDetailStatus: '2', isRepayment: true, unableReasonCode: '02' },
      'failed',
      'name_mismatch',
    ],
    [
      '30',
      { transferDetailStatus: '1', isRepayment: true, unableReasonCode: '05' },
      'returned',
      'account_closed',
    ],
    ['24', { transferDetailStatus: '1', refundStatus: '1' }, 'recall_requested', null],
    [
      '25',
      { transferDetailStatus: '1', refundStatus: '2', isRepayment: true },
      'returned',
      'other',
    ],
    ['26', { transferDetailStatus: '1', refundStatus: '3' }, 'recall_refused', null],
    ['40', { transferDetailStatus: '2', unableReasonCode: '08' }, 'failed', 'insufficient_funds'],
    ['40', { transferDetailStatus: '2', unableReasonCode: '77' }, 'failed', 'other'],
    ['12', { transferDetailStatus: '9' }, 'pending', null],
    ['20', {}, 'paid', null],
  ])('%s with %j is %s', (status, unable, state, reason) => {
    expect(verdictOf(status, unable, false)).toMatchObject({ state, reason });
  });

  test('money that came back did so on its day', () => {
    const unable = { isRepayment: true, repaymentDate: '2026-11-25' };
    const { at, detail } = verdictOf('22', unable, true);
    expect(at?.toString()).toBe('2026-11-24T15:00:00Z');
    expect(detail).toBe('22 資金返却, isRepayment true');
  });
});
