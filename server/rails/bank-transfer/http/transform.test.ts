// Requests and their answers, shape by shape.
import { describe, expect, test } from 'vitest';
import { httpAccount, sampleSubmission } from '../test-submission.ts';
import { readHttpConfig } from './config.ts';
import {
  applicationKind,
  applicationOf,
  readAcceptance,
  readFees,
  readRefusal,
  referenceOf,
  requestBody,
} from './transform.ts';

const config = readHttpConfig(httpAccount({ remitterName: 'ｶ)ｶﾜｾ' }));
const applyNo = '2026112400000017';

describe('requests', () => {
  test('one transfer', () => {
    const body = requestBody(config, 'transfer', sampleSubmission(httpAccount(), 1));
    expect(JSON.parse(body)).toEqual({
      accountId: '101010100001',
      remitterName: 'ｶ)ｶﾜｾ',
      transferDesignatedDate: '2026-11-24',
      transferDateHolidayCode: '3',
      totalCount: '1',
      totalAmount: '1001',
      transfers: [
        {
          itemId: '1',
          transferAmount: '1001',
          ediInfo: '00000000000000000001',
          beneficiaryBankCode: '0001',
          beneficiaryBranchCode: '002',
          accountTypeCode: '1',
          accountNumber: '1234567',
          beneficiaryName: 'ﾔﾏﾀﾞ ﾀﾛｳ',
        },
      ],
    });
  });

  test('a bulk transfer is named by its first dispatch code', () => {
    const submission = sampleSubmission(httpAccount(), 150);
    const body = JSON.parse(requestBody(config, 'bulktransfer', submission));
    expect(body).toMatchObject({
      transferDataName: '00000000000000000001',
      totalCount: '150',
      totalAmount: String(submission.totalYen),
    });
    expect(body.bulkTransfers).toHaveLength(150);
    expect(body.bulkTransfers[149]).toMatchObject({ itemId: '150', identification: 'Y' });
  });

  test.each([
    [{}, 1, 'transfer'],
    [{}, 99, 'transfer'],
    [{}, 100, 'bulktransfer'],
    [{ bulkFromItems: 2 }, 1, 'transfer'],
    [{ bulkFromItems: 2 }, 2, 'bulktransfer'],
    [{ bulkContract: false }, 99, 'transfer'],
  ])('%j with %i items goes as %s', (change, count, kind) => {
    expect(applicationKind(readHttpConfig(httpAccount(change)), count)).toBe(kind);
  });
});

describe('answers to requests', () => {
  const accepted = { accountId: '101010100001', resultCode: '1', applyNo };

  test('an acceptance, done or not yet done', () => {
    for (const resultCode of ['1', '2']) {
      const application = readAcceptance('transfer', config.accountId, { ...accepted, resultCode });
      expect(application).toEqual({ kind: 'transfer', applyNo });
      expect(applicationOf(referenceOf(application!))).toEqual(application);
    }
  });

  test.each([
    undefined,
    null,
    'ok',
    [],
    {},
    { ...accepted, resultCode: '8' },
    { ...accepted, resultCode: 1 },
    { ...accepted, accountId: '999' },
    { ...accepted, applyNo: '17' },
    { ...accepted, applyNo: 2026112400000017 },
    { ...accepted, applyNo: undefined },
  ])('%j confirms nothing', (body) => {
    expect(readAcceptance('transfer', config.accountId, body)).toBeUndefined();
  });

  test('a reference of elsewhere is a bug', () => {
    expect(() => applicationOf('furikomi-1.txt')).toThrow(/reference/);
  });

  const error = { errorCode: 'WG_ERR_100', errorMessage: 'ﾔﾏﾀﾞ 1234567 is wrong' };

  test.each([
    [400, error, 'other'],
    [400, { ...error, errorDetails: [{ errorDetailsCode: 'E005' }] }, 'outside_hours'],
    [401, error, 'rail_unavailable'],
    [403, error, 'rail_unavailable'],
    [404, error, 'rail_unavailable'],
    [413, error, 'rail_unavailable'],
    [422, error, 'other'],
    [429, error, 'rail_unavailable'],
  ])('HTTP %i with the bank’s error object is a rejection', (status, body, reason) => {
    const refusal = readRefusal(status, body);
    expect(refusal).toMatchObject({ kind: 'rejected', reason, items: [] });
    expect(JSON.stringify(refusal)).not.toMatch(/ﾔﾏﾀﾞ|1234567/);
  });

  test.each([
    [400, undefined],
    [400, '<html>'],
    [400, { message: 'gateway' }],
    [408, error],
    [409, error],
    [302, error],
    [500, error],
    [502, error],
    [503, error],
  ])('HTTP %i with %j proves nothing', (status, body) => {
    expect(readRefusal(status, body)).toBeUndefined();
  });

  test('the items that are at fault', () => {
    const transferErrorDetails = [
      { itemId: '3', errorDetails: [{ errorDetailsCode: 'E101' }, { errorDetailsCode: 'E005' }] },
      { itemId: 'x', errorDetails: [] },
    ];
    expect(readRefusal(400, { ...error, transferErrorDetails })).toMatchObject({
      items: [{ itemNumber: 3, reason: 'outside_hours', detail: 'E101 E005' }],
    });
  });
});

describe('fees', () => {
  const details = [
    { itemId: '2', transferFee: '145' },
    { itemId: '1', transferFee: '0' },
  ];

  test('are read item by item', () => {
    const quote = readFees({ totalFee: '145', transferFeeDetails: details }, 2);
    expect(quote?.totalFeeYen).toBe(145);
    expect([...quote!.feeYenByItem]).toEqual([
      [2, 145],
      [1, 0],
    ]);
  });

  test.each([
    { transferFeeDetails: details },
    { totalFee: '145', transferFeeDetails: details.slice(1) },
    { totalFee: '145', transferFeeDetails: [details[0], details[0]] },
    { totalFee: '145', transferFeeDetails: [{ itemId: '1', transferFee: '-1' }, details[0]] },
  ])('that make no sense are none: %j', (body) => {
    expect(readFees(body, 2)).toBeUndefined();
  });
});
