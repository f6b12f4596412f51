// Deposit notices, sensible and not.
import { describe, expect, test } from 'vitest';
import { readNotice } from './transform-credit.ts';

describe('deposit notices', () => {
  const line = {
    vaId: '5020000001',
    valueDate: '2026-11-24',
    vaBranchCode: '502',
    vaAccountNumber: '0000001',
    depositAmount: '50000',
    remitterNameKana: 'ﾔﾏﾀﾞ ﾀﾛｳ',
    paymentBankName: 'ｱｵﾊﾞ',
    paymentBranchName: 'ﾎﾝﾃﾝ',
    itemKey: '20261124100000000042',
  };

  test('carry a key that a repeat under another message has too', () => {
    const one = readNotice({ messageId: 'a', vaTransaction: line }, '0310');
    const two = readNotice({ messageId: 'b', vaTransaction: line }, '0310');
    expect(one).toEqual(two);
    expect(one).toMatchObject({
      noticeKey: '5020000001/20261124100000000042',
      bankCode: '0310',
      branchCode: '502',
      accountNumber: '0000001',
      amountYen: 50_000,
      payerName: 'ﾔﾏﾀﾞ ﾀﾛｳ',
      payerBank: 'ｱｵﾊﾞ ﾎﾝﾃﾝ',
    });
    expect(one?.valueDate.toString()).toBe('2026-11-24');
  });

  test('take a deposit back where the amount is negative, under a key of their own', () => {
    const canceled = {
      ...line,
      depositAmount: '-50000',
      transactionDate: '2026-11-26',
      cancelItemKey: line.itemKey,
    };
    const reversal = readNotice({ vaTransaction: canceled }, '0310');
    expect(reversal).toMatchObject({
      noticeKey: '5020000001/20261124100000000042/cancel',
      amountYen: 50_000,
      isReversal: true,
      creditNumber: line.itemKey,
    });
    expect(reversal?.valueDate.toString()).toBe('2026-11-26');
    const { cancelItemKey: _, transactionDate: __, ...unnamed } = canceled;
    const plain = readNotice({ vaTransaction: unnamed }, '0310');
    expect(plain).toMatchObject({ isReversal: true, creditNumber: '' });
    expect(plain?.valueDate.toString()).toBe('2026-11-24');
  });

  test.each([
    undefined,
    {},
    { vaTransaction: { ...line, depositAmount: '0' } },
    { vaTransaction: { ...line, depositAmount: '-' } },
    { vaTransaction: { ...line, depositAmount: '--5' } },
    { vaTransaction: { ...line, depositAmount: '-5', transactionDate: 'today' } },
    { vaTransaction: { ...line, depositAmount: 5 } },
    { vaTransaction: { ...line, itemKey: '' } },
    { vaTransaction: { ...line, vaId: undefined } },
    { vaTransaction: { ...line, valueDate: '24.11.2026' } },
  ])('that make no sense are none: %j', (message) => {
    expect(readNotice(message, '0310')).toBeUndefined();
  });
});
