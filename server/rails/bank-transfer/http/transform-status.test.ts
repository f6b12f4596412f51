// Status pages, whole and broken.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sampleItem } from '../test-submission.ts';
import { findItem, readRequestResult, readStatusPage, reportOf } from './transform-status.ts';

const applyNo = '2026112400000017';
const code = '00000000000000000001';

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
