// The directory on the package's real data: codes, searches, order of the kana, closures.
import { describe, expect, test } from 'vitest';
import { encodeHalfWidth, firstOutsideClass } from '../../zengin/kana.ts';
import { isClosed, KNOWN_CLOSURES, parseClosures } from './bank-closures.ts';
import { loadBankDirectory } from './bank-directory.ts';

const directory = loadBankDirectory();
const codes = (entries: readonly { readonly code: string }[]) => entries.map(({ code }) => code);

describe('looking up by code', () => {
  test('a bank and a branch, with the name as files carry it', () => {
    expect(directory.bank('0001')).toMatchObject({ name: 'みずほ', halfWidthName: 'ﾐｽﾞﾎ' });
    const branch = directory.branch('0001', '001');
    expect(branch).toMatchObject({ bankCode: '0001', code: '001', name: '東京営業部' });
    expect(branch?.halfWidthName).toBe('ﾄｳｷﾖｳ');
    expect(directory.bank('0035')?.halfWidthName).toBe('ｿﾆ-');
  });

  test('what is not there is undefined', () => {
    expect(directory.bank('9999')).toBeUndefined();
    expect(directory.bank('__proto__')).toBeUndefined();
    expect(directory.branch('0001', '999')).toBeUndefined();
    expect(directory.branch('9999', '001')).toBeUndefined();
    expect(directory.branch('constructor', 'name')).toBeUndefined();
  });

  test('every name can stand in a file', () => {
    const outside: string[] = [];
    for (let from: number | null = 0; from !== null; ) {
      const page = directory.listBanks({ from });
      for (const bank of page.items) {
        if (firstOutsideClass(bank.halfWidthName, 'name') >= 0) outside.push(bank.code);
        encodeHalfWidth(bank.halfWidthName);
      }
      from = page.next;
    }
    expect(outside).toEqual([]);
  });

  test('the version names package and closures', () => {
    expect(directory.version).toMatch(/^zengin-code-\S+ closures-\d{4}-\d\d-\d\d$/);
  });
});

describe('searching', () => {
  test.each([
    ['みずほ', '0001'],
    ['ミズホ', '0001'],
    ['ﾐｽﾞﾎ', '0001'],
    ['mizuho', '0001'],
    ['mitsubishi', '0005'],
    ['mitubisi', '0005'],
    ['MIZUHO', '0001'],
    ['みずほ銀行', '0001'],
    ['ミズホ銀行', '0001'],
    ['みずほぎんこう', '0001'],
    ['0001', '0001'],
    ['０３１０', '0310'],
    ['三菱UFJ', '0005'],
    ['三菱ＵＦＪ銀行', '0005'],
    ['三菱　ufj', '0005'],
    ['北海道', '0116'],
    ['hokkaido', '0116'],
    ['hokkaidō', '0116'],
    ['Hokkaidou', '0116'],
    ['北海道信用金庫', '1001'],
    ['gumma', '0128'],
    ['gunma', '0128'],
    ['ぐんま', '0128'],
    ['くましんよう', undefined],
    ['ゆうちょ', '9900'],
    ['yucho', '9900'],
    ['ソニー', '0035'],
    ['そにー', '0035'],
    ['', undefined],
    ['   ', undefined],
    ['\ud800', undefined],
    ['(', undefined],
  ])('%j finds %s first', (query, first) => {
    expect(directory.searchBanks(query, 5)[0]?.code).toBe(first);
  });

  test('exact comes before prefix before inside', () => {
    const names = directory.searchBanks('みずほ', 10).map(({ name }) => name);
    expect(names.indexOf('みずほ')).toBe(0);
    expect(names.indexOf('みずほ信託')).toBeLessThan(names.indexOf('埼玉みずほ農協'));
  });

  test('a code is matched from its head only', () => {
    const found = codes(directory.searchBanks('003', 100));
    expect(found).toContain('0033');
    expect(found.every((code) => code.startsWith('003'))).toBe(true);
  });

  test.each([
    ['shinjuku', '341'],
    ['しんじゅく', '341'],
    ['新宿支店', '341'],
    ['ｼﾝｼﾞﾕｸ', '341'],
    ['100', '100'],
  ])('branches of one bank: %j', (query, first) => {
    expect(directory.searchBranches('0005', query, 3)[0]?.code).toBe(first);
  });

  test('is bounded and quick', () => {
    expect(directory.searchBanks('し', 1_000_000).length).toBeLessThanOrEqual(100);
    expect(directory.searchBanks('あ'.repeat(100_000), 5)).toEqual([]);
    const started = performance.now();
    for (let count = 0; count < 50; count++) directory.searchBanks('tokyo', 20);
    expect((performance.now() - started) / 50).toBeLessThan(5);
  });
});

describe('the order of the kana', () => {
  test('an initial takes its voiced kana along', () => {
    const banks = directory.listBanks({ initial: 'は' }).items;
    const initials = new Set(banks.map(({ kana }) => kana[0]));
    expect([...initials].every((kana) => 'ハバパ'.includes(kana!))).toBe(true);
  });

  test('pages meet without gap or repeat', () => {
    const first = directory.listBranches('0001', { limit: 1000 });
    expect(first.items).toHaveLength(50);
    const second = directory.listBranches('0001', { from: first.next! });
    expect(new Set([...codes(first.items), ...codes(second.items)]).size).toBe(100);
    expect(first.items.at(-1)!.kana <= second.items[0]!.kana).toBe(true);
    expect(directory.listBranches('9999', {})).toEqual({ items: [], next: null });
  });
});

describe('banks that are gone', () => {
  test('our list and the directory do not contradict each other', () => {
    for (const { bankCode, closedOn, successorBankCode } of KNOWN_CLOSURES) {
      const bank = directory.bank(bankCode);
      expect(bank?.closure?.closedOn).toBe(closedOn);
      expect(directory.branch(bankCode, '001')).toBeUndefined();
      expect(isClosed(directory.bank(successorBankCode!)!.closure, '2026-11-24')).toBe(false);
    }
  });

  test('are found by their old name', () => {
    expect(codes(directory.searchBanks('みちのく', 5))).toContain('0118');
  });

  test('an operator closes banks and branches, known and unknown to the package', () => {
    const closures = parseClosures(
      JSON.stringify([
        { bank_code: '0120', closed_on: '2027-01-01', successor_bank_code: '0121' },
        {
          bank_code: '0005',
          branch_code: '100',
          closed_on: '2026-04-01',
          successor_bank_code: '0005',
          successor_branch_code: '126',
        },
        {
          bank_code: '0005',
          branch_code: '999',
          closed_on: '2020-01-01',
          name: '見本',
          kana: 'ミホン',
        },
      ]),
    );
    const mended = loadBankDirectory(closures);
    const bank = mended.bank('0120');
    expect(bank?.name).toBe('北都');
    expect(isClosed(bank!.closure, '2026-12-31')).toBe(false);
    expect(isClosed(bank!.closure, '2027-01-01')).toBe(true);
    expect(mended.branch('0005', '100')?.closure?.successorBranchCode).toBe('126');
    expect(mended.branch('0005', '999')).toMatchObject({ name: '見本', halfWidthName: 'ﾐﾎﾝ' });
    expect(mended.branch('0005', '126')?.closure).toBeNull();
    expect(codes(mended.searchBranches('0005', 'みほん', 5))).toContain('999');
  });

  test.each([
    ['{}', /array/],
    ['[1]', /entry 1/],
    ['[{"bank_code":"0001"}]', /closed_on/],
    ['[{"bank_code":"1","closed_on":"2026-01-01"}]', /bank_code/],
    ['[{"bank_code":"0001","closed_on":"2026-02-30"}]', /2026-02-30|range/i],
    ['[{"bank_code":"0001","closed_on":"2026-01-01","bank":"x"}]', /unknown bank/],
    ['[', /JSON/],
  ])('an operator file %s is refused whole', (json, message) => {
    expect(() => parseClosures(json)).toThrow(message);
  });
});
