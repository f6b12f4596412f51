// What a masked account still tells, and what it does not.
import { expect, test } from 'vitest';
import { checkBankAccount } from './bank-account.ts';
import { loadBankDirectory } from './bank-directory.ts';
import { maskAccount, maskedHolder, withBankNames } from './masked.ts';

const directory = loadBankDirectory();

test.each([
  ['ヤマダ　タロウ', 'ヤ●●● ●●●'],
  ['ア　イ', 'ア●●● ●●●'],
  ['ヤマダ　タロウ　ジロウ', 'ヤ●●● ●●●'],
  ['ヤマダタロウ', 'ヤ●●●'],
  ['カ）サンプル', 'カ）サ●●●'],
  ['トクヒ）サンプル　シブ', 'トクヒ）サ●●● ●●●'],
  ['サンプル（カ', 'サ●●●'],
  ['ＹＡＭＡＤＡ　ＴＡＲＯ', 'Ｙ●●● ●●●'],
])('%s is masked as %s', (name, masked) => {
  expect(maskedHolder(name)).toBe(masked);
});

test('nothing of number and name but the last three and the initial', () => {
  const { account } = checkBankAccount(
    {
      bank_code: '0001',
      branch_code: '001',
      account_type: 'savings',
      account_number: '1234567',
      account_holder: 'ヤマダ タロウ',
    },
    { directory, today: '2026-11-24' },
  );
  expect(withBankNames(directory, maskAccount(account!))).toEqual({
    bank_code: '0001',
    bank_name: 'みずほ',
    branch_code: '001',
    branch_name: '東京営業部',
    account_type: 'savings',
    account_number_last3: '567',
    account_holder_masked: 'ヤ●●● ●●●',
  });
});
