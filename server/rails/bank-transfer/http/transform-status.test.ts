import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sampleItem } from '../submission-sample.ts';
import {
  findItem,
  readRequestResult,
  readStatusPage,
  reportOf,
  verdictOf,
} from './transform-status.ts';

const applyNo = '2026112400000017';
const code = '00000000000000000001';

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

function row(infos: readonly object[], transferStatus = '20') {
  return {
    transferStatus,
    transferApplies: [{ applyNo }],
    transferResponses: [{ transferInfos: infos }],
  };
}

describe('pages', () => {
  const info = { itemId: '1', transferAmount: '1001', ediInfo: code };
  const paging = [{ hasNext: true, nextItemKey: '500' }];
  const page = {
    acceptanceKeyClass: '2',
    count: '1',
    transferQueryBulkResponses: paging,
    transferDetails: [row([info])],
  };

  test('a page with a next one', () => {
    const read = readStatusPage('transfer', page);
    expect(read?.nextItemKey).toBe('500');
    expect(read?.applications).toMatchObject([
      { applyNo, items: [{ ediInfo: code, itemNumber: 1, amountYen: 1001 }] },
    ]);
    expect(reportOf('transfer', read!.applications[0]!.items[0]!)).toEqual({
      dispatchCode: code,
      state: 'paid',
      reason: null,
      detail: '20 手続済',
      at: null,
      railReference: `transfer:${applyNo}`,
    });
  });

  test('no applications, list left out', () => {
    const empty = { acceptanceKeyClass: '2', count: '0' };
    expect(readStatusPage('bulktransfer', empty)).toEqual({
      applications: [],
      nextItemKey: undefined,
      itemsReady: false,
    });
  });

  test.each([
    undefined,
    {},
    '<html>',
    { ...page, count: undefined },
    { ...page, count: '2' },
    { ...page, transferDetails: undefined },
    { ...page, transferQueryBulkResponses: [{ hasNext: true }] },
    { ...page, transferQueryBulkResponses: [{ hasNext: false, nextItemKey: '500' }] },
    { ...page, transferDetails: [{}] },
    { ...page, transferDetails: [{ ...row([info]), transferStatus: 20 }] },
    { ...page, transferDetails: [row([{ ...info, transferAmount: 'many' }])] },
  ])('a page that is not whole is none: %j', (body) => {
    expect(readStatusPage('transfer', body)).toBeUndefined();
  });

  test('any JSON is read without an error', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (body) => {
        readStatusPage('transfer', body);
        readStatusPage('bulktransfer', { count: '1', bulkTransferDetails: body });
      }),
    );
  });

  test('an item is found by its code, else by its number where the bank drops the code', () => {
    const items = readStatusPage('transfer', {
      ...page,
      transferDetails: [
        row([
          { transferAmount: '1', itemId: '1', ediInfo: 'other' },
          { transferAmount: '2', itemId: '2' },
        ]),
      ],
    })!.applications[0]!.items;
    expect(findItem(items, sampleItem(2))?.amountYen).toBe(2);
    expect(findItem(items, sampleItem(1))).toBeUndefined();
  });
});

test.each([
  [{ resultCode: '1' }, 'done'],
  [{ resultCode: '2' }, 'not_yet'],
  [{ resultCode: '8' }, 'expired'],
  [{ resultCode: '3' }, undefined],
  [undefined, undefined],
])('request-result %j is %s', (body, state) => {
  expect(readRequestResult(body)).toBe(state);
});
