// Which queries find an account by its blind indexes, and which do not. Without a database.
import { describe, expect, test } from 'vitest';
import { createVault } from '../base/crypto.ts';
import { checkBankAccount } from './bank-account.ts';
import { loadBankDirectory } from './bank-directory.ts';
import { searchKeysFor, searchKeysOf } from './search-keys.ts';

const key = Buffer.alloc(32, 1).toString('base64');
const vault = createVault({ primary: 'k1', keys: { k1: key }, index: key });
const directory = loadBankDirectory();

function keysOf(name: string, shopId = 'shop-a'): string[] {
  const given = {
    bank_code: '0001',
    branch_code: '001',
    account_type: 'ordinary',
    account_number: '1234567',
    account_holder: name,
  };
  const { account } = checkBankAccount(given, { directory, today: '2026-11-24' });
  return searchKeysOf(vault, shopId, account!);
}

function finds(query: string, name: string): boolean {
  const wanted = new Set(searchKeysFor(vault, 'shop-a', query));
  return keysOf(name).some((found) => wanted.has(found));
}

describe('a query finds the account', () => {
  test.each([
    ['4567'],
    ['４５６７'],
    ['1234567'],
    ['123-4567'],
    ['00010011234567'],
    ['0001-001-1234567'],
    ['ヤマダ タロウ'],
    ['ヤマダタロウ'],
    ['やまだ　たろう'],
    ['ﾔﾏﾀﾞ ﾀﾛｳ'],
    ['ヤマダ'],
    [' やまだ '],
  ])('%j', (query) => expect(finds(query, 'ヤマダ タロウ')).toBe(true));

  test.each([['サンプル'], ['カ）サンプル'], ['株式会社サンプル'], ['サンプル（カ']])(
    '%j, a company',
    (query) => expect(finds(query, 'カブシキガイシャサンプル')).toBe(true),
  );
});

describe('a query does not find it', () => {
  test.each([
    ['4568'],
    ['567'],
    ['タロウ'],
    ['ヤマ'],
    ['山田'],
    ['😀'],
    [''],
    [' '],
    ['\ud800'],
    ['00010011234568'],
    ['ア'.repeat(5000)],
  ])('%j', (query) => expect(finds(query, 'ヤマダ タロウ')).toBe(false));
});

test('each kind and each shop is an index of its own', () => {
  const keys = keysOf('ヤマダ タロウ');
  expect(new Set(keys).size).toBe(4);
  expect(keysOf('ヤマダ')).toHaveLength(3);
  const others = new Set(keysOf('ヤマダ タロウ', 'shop-b'));
  expect(keys.some((found) => others.has(found))).toBe(false);
  for (const found of keys) expect(BigInt(found) < 1n << 63n).toBe(true);
});
