// Receipts that prove something, and those that do not.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readReceipt, readUnpaid } from './receipt.ts';

const identity = { name: 'f.txt', sha256: 'ab'.repeat(32), dispatchCodes: ['c1', 'c2', 'c3'] };
const base = { file: 'f.txt', sha256: 'AB'.repeat(32) };
const bytes = (value: unknown) => Buffer.from(JSON.stringify(value));

test('an accepted file, with the items that are refused', () => {
  const rejectedItems = [{ itemNumber: 2, ediInfo: 'c2', reasonCode: '01', reason: 'ﾔﾏﾀﾞ' }];
  const verdict = readReceipt(bytes({ ...base, status: 'accepted', rejectedItems }), identity);
  expect(verdict).toEqual({
    kind: 'accepted',
    refused: new Map([[2, { reason: 'no_account', code: '01' }]]),
  });
  expect(readReceipt(bytes({ ...base, status: 'accepted' }), identity).kind).toBe('accepted');
});

test('a rejected file', () => {
  const receipt = { ...base, status: 'rejected', reasonCode: 'date_past', rejectedItems: [] };
  expect(readReceipt(bytes(receipt), identity)).toEqual({
    kind: 'rejected',
    reason: 'outside_hours',
    code: 'date_past',
  });
});

test.each([
  ['a duplicate', { ...base, status: 'rejected', reasonCode: 'duplicate', duplicateOf: 'g.txt' }],
  ['another file', { ...base, file: 'g.txt', status: 'accepted' }],
  ['other bytes', { ...base, sha256: 'cd'.repeat(32), status: 'rejected' }],
  ['an unknown status', { ...base, status: 'maybe' }],
  ['an item too many', { ...base, status: 'accepted', rejectedItems: [{ itemNumber: 4 }] }],
  [
    'an item of elsewhere',
    { ...base, status: 'accepted', rejectedItems: [{ itemNumber: 1, ediInfo: 'c9' }] },
  ],
  ['no object', 'accepted'],
])('%s proves nothing', (_name, receipt) => {
  expect(readReceipt(bytes(receipt), identity).kind).toBe('senseless');
});

test('whatever bytes come, reading them ends', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (noise) => {
      expect(readReceipt(noise, identity).kind).toBe('senseless');
      expect(readUnpaid(noise, identity)).toBeUndefined();
    }),
  );
});

test('items without cover', () => {
  const list = { ...base, items: [{ itemNumber: 3, ediInfo: 'c3', reasonCode: '08' }] };
  expect(readUnpaid(bytes(list), identity)).toEqual(
    new Map([[3, { reason: 'insufficient_funds', code: '08' }]]),
  );
});
