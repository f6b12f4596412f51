// Headings understood, rows read: words, amounts and days as people write them.
import { expect, test } from 'vitest';
import { loadBankDirectory } from '../recipients/bank-directory.ts';
import { type Fields, fieldsOf, guessColumns, isEnough } from './columns.ts';
import { readFields } from './row.ts';

const check = { directory: loadBankDirectory([]), today: '2026-11-24' };
const ACCOUNT: Fields = {
  ...{ bank_code: '0005', branch_code: '001', account_type: '普通', account_number: '1234567' },
  ...{ account_holder: 'ヤマダ タロウ', amount: '100' },
};

test.each([
  [['口座ID', '金額'], ['account_id', 'amount'], true],
  [['送金額（必須）', 'Account ID', '備考'], ['amount', 'account_id', 'description'], true],
  [['金額', '振込金額'], ['amount', null], false],
  [
    ['金融機関コード', '支店コード', '口座番号', '口座名義（カナ）', '金額', '【結果】'],
    ['bank_code', 'branch_code', 'account_number', 'account_holder', 'amount', null],
    true,
  ],
  [['a', 'b'], [null, null], false],
])('headings %j', (header, columns, enough) => {
  expect(guessColumns(header)).toEqual(columns);
  expect(isEnough(guessColumns(header))).toBe(enough);
});

test('what is mended stands in the place of what was there; nothing takes it away', () => {
  const fields = fieldsOf(['amount', 'reference'], [' 1 ', 'a'], { amount: '2', reference: '' });
  expect(fields).toEqual({ amount: '2' });
});

test.each([
  ['12,000', 12_000],
  ['¥12,000', 12_000],
  ['１２０００円', 12_000],
  ['12000.00', 12_000],
  ['12.5', null],
  ['-5', null],
  ['0', null],
  ['1000001', null],
  ['1e3', null],
])('an amount of %s', (amount, wanted) => {
  expect(readFields({ ...ACCOUNT, amount }, check).asked?.amountYen ?? null).toBe(wanted);
});

test.each([
  ['2026-11-30', '2026-11-30'],
  ['2026/1/5', '2026-01-05'],
  ['20261130', '2026-11-30'],
  ['2026年11月30日', '2026-11-30'],
  ['2026-02-30', null],
  ['11/30', null],
])('a day of %s', (day, wanted) => {
  const { asked } = readFields({ ...ACCOUNT, scheduled_for: day }, check);
  expect(asked?.scheduledFor?.toString() ?? null).toBe(wanted);
});

test.each([
  [{ account_id: 'c-1', amount: '1' }, []],
  [{ ...ACCOUNT, account_id: 'c-1' }, ['two_destinations']],
  [{ amount: '1' }, ['required']],
  [{ account_id: 'c 1', amount: '1' }, ['invalid_account_id']],
  [{ ...ACCOUNT, account_type: '定期' }, ['account_type_unknown']],
  [{ ...ACCOUNT, bank_code: '5', branch_code: '1' }, []],
  [{ ...ACCOUNT, description: '\ufffd' }, ['undecodable']],
  [{ yucho_symbol: '10170', yucho_number: '12345671', account_holder: 'ア', amount: '1' }, []],
])('problems of %j', (fields, wanted) => {
  expect(readFields(fields, check).problems.map(({ code }) => code)).toEqual(wanted);
});

test('zeros that a spreadsheet lost come back, and are told', () => {
  const { asked, changes } = readFields(
    { ...ACCOUNT, bank_code: '5', account_number: '12345' },
    check,
  );
  expect(asked?.destination).toMatchObject({
    account: { bankCode: '0005', accountNumber: '0012345' },
  });
  expect(changes.filter(({ code }) => code === 'zeros_added')).toHaveLength(2);
});
