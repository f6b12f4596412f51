// Goal: published pairs of 記号番号 and account convert both ways; what is no number is told.

import { describe, expect, it } from 'vitest';
import { accountToYucho, yuchoCheckDigit, yuchoToAccount } from './yucho.ts';

describe('記号番号 to account', () => {
  it.each([
    ['14030', '12345671', '408', 'ordinary', '1234567'],
    ['15150', '21111111', '518', 'ordinary', '2111111'],
    ['00580', '654321', '059', 'current', '0654321'],
    ['00160', '100001', '019', 'current', '0100001'],
    ['00160-0', '100001', '019', 'current', '0100001'],
    ['１４０３０', '１２３４５６７１', '408', 'ordinary', '1234567'],
    [' 14030 ', '1234-5671', '408', 'ordinary', '1234567'],
  ])('%s-%s', (symbol, number, branchCode, accountType, accountNumber) => {
    expect(yuchoToAccount({ symbol, number })).toMatchObject({
      ok: true,
      account: { bankCode: '9900', branchCode, accountType, accountNumber },
      warnings: [],
    });
  });

  it('names the branch', () => {
    expect(yuchoToAccount({ symbol: '14030', number: '12345671' })).toMatchObject({
      account: { branchName: '四〇八', branchNameKana: 'ﾖﾝｾﾞﾛﾊﾁ' },
    });
  });

  it.each([
    ['12345', '12345671', 'symbol'],
    ['24030', '12345671', 'symbol'],
    ['1403', '12345671', 'symbol'],
    ['14030-1', '12345671', 'symbol'],
    ['', '', 'symbol'],
    ['14030', '12345672', 'number'],
    ['14030', '123456711', 'number'],
    ['14030', '1', 'number'],
    ['00160', '1000011', 'number'],
    ['00160', '12A', 'number'],
    ['14030', '1'.repeat(1000), 'number'],
  ])('refuses %s-%s because of the %s', (symbol, number, code) => {
    expect(yuchoToAccount({ symbol, number })).toMatchObject({ ok: false, problems: [{ code }] });
  });
});

describe('check digit', () => {
  it.each([
    ['14080', '12712721', 8],
    ['10000', '81111111', 1],
    ['10000', '80000001', 9],
    ['16150', '12233411', 5],
    ['10001', '10001', 7],
  ])('of %s-%s is %i', (symbol, number, digit) => {
    expect(yuchoCheckDigit(symbol, number)).toBe(digit);
  });

  it('that does not match is a warning only', () => {
    const result = yuchoToAccount({ symbol: '10530', number: '12345671' });
    expect(result).toMatchObject({ ok: true, warnings: [{ code: 'check-digit' }] });
  });
});

describe('account to 記号番号', () => {
  it.each([
    ['408', 'ordinary', '1234567', '14030', '12345671'],
    ['518', 'savings', '2111111', '15150', '21111111'],
    ['059', 'current', '0654321', '00580', '654321'],
    ['019', 'current', '100001', '00160', '100001'],
  ] as const)('%s %s %s', (branchCode, accountType, accountNumber, symbol, number) => {
    const result = accountToYucho({ branchCode, accountType, accountNumber });
    expect(result).toEqual({ ok: true, yucho: { symbol, number }, warnings: [] });
    expect(yuchoToAccount({ symbol, number })).toMatchObject({ ok: true, warnings: [] });
  });

  it.each([
    ['407', 'ordinary', '1234567', 'branch'],
    ['4', 'ordinary', '1234567', 'branch'],
    ['408', 'current', '1234567', 'account'],
    ['408', 'ordinary', '0000000', 'account'],
    ['408', 'ordinary', '12345678', 'account'],
    ['059', 'current', '1654321', 'account'],
  ] as const)(
    'refuses %s %s %s because of the %s',
    (branchCode, accountType, accountNumber, code) => {
      const result = accountToYucho({ branchCode, accountType, accountNumber });
      expect(result).toMatchObject({ ok: false, problems: [{ code }] });
    },
  );
});
