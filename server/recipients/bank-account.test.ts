// The account rule, by tables and by whatever may be typed. Names in depth are tested in zengin/.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeHalfWidth, firstOutsideClass } from '../../zengin/kana.ts';
import { checkBankAccount, type GivenBankAccount, recheckDirectory } from './bank-account.ts';
import { parseClosures } from './bank-closures.ts';
import { loadBankDirectory } from './bank-directory.ts';

const closures = [
  {
    bank_code: '0005',
    branch_code: '100',
    closed_on: '2026-04-01',
    successor_bank_code: '0005',
    successor_branch_code: '126',
  },
  { bank_code: '0120', closed_on: '2027-01-01', successor_bank_code: '0121' },
  { bank_code: '0005', branch_code: '148', closed_on: '2027-01-01' },
];
const directory = loadBankDirectory(parseClosures(JSON.stringify(closures)));
const check = { directory, today: '2026-11-24' };

const good: GivenBankAccount = {
  bank_code: '0001',
  branch_code: '001',
  account_type: 'ordinary',
  account_number: '1234567',
  account_holder: 'ヤマダ タロウ',
};
const yucho: GivenBankAccount = {
  yucho_symbol: '14030',
  yucho_number: '12345671',
  account_holder: 'ヤマダ タロウ',
};

function codesOf(given: GivenBankAccount, cutsName = false) {
  const checked = checkBankAccount(given, { ...check, cutsName });
  const codes = (findings: readonly { readonly pointer: string; readonly code: string }[]) =>
    findings.map(({ pointer, code }) => `${pointer} ${code}`);
  return {
    account: checked.account,
    changes: codes(checked.changes),
    warnings: codes(checked.warnings),
    problems: codes(checked.problems),
  };
}

describe('what is accepted', () => {
  test('an account in order comes out as the bank sees it', () => {
    expect(checkBankAccount({ ...good, account_holder: 'ﾔﾏﾀﾞ ﾀﾛｳ' }, check)).toEqual({
      account: {
        bankCode: '0001',
        branchCode: '001',
        accountType: 'ordinary',
        accountNumber: '1234567',
        holderName: 'ﾔﾏﾀﾞ ﾀﾛｳ',
        holderNameFull: 'ヤマダ　タロウ',
        holderNameTyped: 'ﾔﾏﾀﾞ ﾀﾛｳ',
      },
      changes: [],
      warnings: [],
      problems: [],
    });
  });

  test.each<[string, Partial<GivenBankAccount>, object, string[]]>([
    [
      'few digits',
      { account_number: '123' },
      { accountNumber: '0000123' },
      ['/account_number zeros_added'],
    ],
    [
      'full width',
      { account_number: '１２３４５６７' },
      { accountNumber: '1234567' },
      ['/account_number digits_mended'],
    ],
    [
      'hyphens',
      { account_number: '123-4567' },
      { accountNumber: '1234567' },
      ['/account_number digits_mended'],
    ],
    [
      'lost zeros',
      { bank_code: '1', branch_code: '1' },
      { bankCode: '0001', branchCode: '001' },
      ['/bank_code zeros_added', '/branch_code zeros_added'],
    ],
    ['spaces', { bank_code: ' 0001 ' }, { bankCode: '0001' }, ['/bank_code digits_mended']],
  ])('%s: repaired and reported', (_, change, expected, changes) => {
    const found = codesOf({ ...good, account_holder: 'ﾔﾏﾀﾞ', ...change });
    expect(found.account).toMatchObject(expected);
    expect(found.changes).toEqual(changes);
  });

  test.each([
    ['カブシキガイシャ サンプル', 'ｶ)ｻﾝﾌﾟﾙ'],
    ['株式会社サンプル', 'ｶ)ｻﾝﾌﾟﾙ'],
    ['サンプル（カ', 'ｻﾝﾌﾟﾙ(ｶ'],
    ['やまだ　はなこ', 'ﾔﾏﾀﾞ ﾊﾅｺ'],
    ['シャーロット', 'ｼﾔ-ﾛﾂﾄ'],
    ['ヤマダ ヲサム', 'ﾔﾏﾀﾞ ｵｻﾑ'],
    ['yamada taro', 'YAMADA TARO'],
  ])('the name %s becomes %s, and both are kept', (typed, bankForm) => {
    const { account } = codesOf({ ...good, account_holder: typed });
    expect(account).toMatchObject({ holderName: bankForm, holderNameTyped: typed });
  });

  test('ヲ is worth a second look', () => {
    const { warnings } = codesOf({ ...good, account_holder: 'ヤマダ ヲサム' });
    expect(warnings).toEqual(['/account_holder name_wo']);
  });

  test('a symbol and number of Yucho', () => {
    const { account, warnings } = codesOf(yucho);
    expect(account).toMatchObject({
      bankCode: '9900',
      branchCode: '408',
      accountType: 'ordinary',
      accountNumber: '1234567',
      yucho: { symbol: '14030', number: '12345671' },
    });
    expect(warnings).toEqual([]);
    expect(
      codesOf({ ...yucho, yucho_symbol: '１４０３０', yucho_number: '1234567-1' }).account,
    ).toEqual(account);
  });

  test('a check digit of Yucho that disagrees is a warning', () => {
    const { account, warnings } = codesOf({ ...yucho, yucho_symbol: '14040' });
    expect(account).not.toBeNull();
    expect(warnings).toEqual(['/yucho_number yucho_check_digit']);
  });

  test('Yucho by branch and number: a pair that no symbol has is a warning', () => {
    const given = { ...good, bank_code: '9900', branch_code: '408' };
    expect(codesOf(given).warnings).toEqual([]);
    expect(codesOf({ ...given, account_type: 'current' }).warnings).toEqual([
      '/account_number yucho_shape',
    ]);
  });

  test('a bank or branch that closes later is a warning until then', () => {
    expect(codesOf({ ...good, bank_code: '0120', branch_code: '100' }).warnings).toContain(
      '/bank_code bank_closing',
    );
    expect(codesOf({ ...good, bank_code: '0005', branch_code: '148' }).warnings).toEqual([
      '/branch_code branch_closing',
    ]);
  });
});

describe('what is refused', () => {
  test.each<[string, Partial<GivenBankAccount>, string[]]>([
    ['8 digits', { account_number: '12345678' }, ['/account_number account_number_too_long']],
    ['letters', { account_number: '12A4567' }, ['/account_number not_digits']],
    ['no number', { account_number: '' }, ['/account_number required']],
    ['only hyphens', { account_number: '---' }, ['/account_number required']],
    ['5-digit bank', { bank_code: '00010' }, ['/bank_code not_digits']],
    ['unknown bank', { bank_code: '9999' }, ['/bank_code unknown_bank']],
    ['unknown branch', { branch_code: '999' }, ['/branch_code unknown_branch']],
    ['merged bank', { bank_code: '0118' }, ['/bank_code bank_closed']],
    ['merged branch', { bank_code: '0005', branch_code: '100' }, ['/branch_code branch_closed']],
    ['unknown type', { account_type: 'fixed' }, ['/account_type account_type_unknown']],
    [
      'kanji',
      { account_holder: '山田太郎' },
      ['山', '田', '太', '郎'].map(() => '/account_holder name_kanji'),
    ],
    ['an emoji', { account_holder: 'ヤマダ😀' }, ['/account_holder name_character']],
    [
      'half a surrogate pair',
      { account_holder: 'ヤマダ\ud83d' },
      ['/account_holder name_character'],
    ],
    ['NUL', { account_holder: 'ヤマダ\0' }, ['/account_holder name_character']],
    ['a comma', { account_holder: 'ヤマダ,タロウ' }, ['/account_holder name_character']],
    ['a name of spaces', { account_holder: '　 ' }, ['/account_holder name_empty']],
    ['no name', { account_holder: '' }, ['/account_holder required']],
    ['31 bytes', { account_holder: `${'ガ'.repeat(15)}ア` }, ['/account_holder name_too_long']],
    ['a novel', { account_holder: 'ア'.repeat(5000) }, ['/account_holder name_input_too_long']],
    [
      'Yucho and bank',
      { yucho_symbol: '14030', yucho_number: '12345671' },
      ['/yucho_symbol yucho_mixed'],
    ],
    [
      'a symbol as branch',
      { bank_code: '9900', branch_code: '14030' },
      ['/branch_code yucho_symbol_as_branch'],
    ],
  ])('%s', (_, change, problems) => {
    const found = codesOf({ ...good, ...change });
    expect(found.problems).toEqual(problems);
    expect(found.account).toBeNull();
  });

  test('everything that is wrong is told at once, at its place', () => {
    const given = { bank_code: 'x', account_type: 'y', account_holder: '山' };
    const { problems } = checkBankAccount(given, { ...check, pointer: '/destination' });
    expect(problems.map(({ pointer }) => pointer)).toEqual([
      '/destination/bank_code',
      '/destination/branch_code',
      '/destination/account_type',
      '/destination/account_number',
      '/destination/account_holder',
    ]);
  });

  test('the successor is named, the character too, and so is the way to cut', () => {
    const sentence = (change: Partial<GivenBankAccount>) =>
      checkBankAccount({ ...good, ...change }, check).problems[0];
    expect(sentence({ bank_code: '0118' })?.ja).toContain('青森みちのく（0117）');
    expect(sentence({ bank_code: '0005', branch_code: '100' })?.en).toContain('昭島（126）');
    expect(sentence({ account_holder: '山' })?.en).toContain('"山"');
    const long = sentence({ account_holder: `${'ガ'.repeat(15)}ア` });
    expect(long?.ja).toContain(`「${'ガ'.repeat(15)}」`);
    expect(long?.en).toContain('cut_account_holder');
  });

  test.each([
    ['24030', '12345671', '/yucho_symbol yucho_symbol'],
    ['14030', '12345672', '/yucho_number yucho_number'],
    ['14030', '', '/yucho_number yucho_number'],
    ['', '12345671', '/yucho_symbol yucho_symbol'],
    ['11500', '12345671', '/yucho_symbol unknown_branch'],
  ])('Yucho %s-%s', (symbol, number, problem) => {
    const given = { ...yucho, yucho_symbol: symbol, yucho_number: number };
    expect(codesOf(given).problems).toEqual([problem]);
  });

  test('half of a Yucho account', () => {
    expect(codesOf({ yucho_number: '1', account_holder: 'ヤマダ' }).problems).toEqual([
      '/yucho_symbol yucho_symbol',
    ]);
  });
});

test('a name is cut when asked, never between a kana and its mark, and it is shown', () => {
  const { account, changes, warnings } = codesOf(
    { ...good, account_holder: `${'ア'.repeat(29)}ガ` },
    true,
  );
  expect(account?.holderName).toBe('ｱ'.repeat(29));
  expect(changes).toContain('/account_holder name_cut');
  expect(warnings).toContain('/account_holder name_cut');
});

test('an account kept earlier is looked at again with the directory of today', () => {
  const kept = { bankCode: '0120', branchCode: '100' };
  expect(recheckDirectory(kept, { directory, today: '2026-12-31' }).problems).toEqual([]);
  const later = recheckDirectory(kept, { directory, today: '2027-01-01' }).problems;
  expect(later.map(({ code }) => code)).toEqual(['bank_closed']);
  expect(recheckDirectory({ bankCode: '0001', branchCode: '001' }, check)).toEqual({
    warnings: [],
    problems: [],
  });
});

describe('whatever is typed', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.string({
      unit: fc.constantFrom(...'アガｱｶﾞﾟーヲ（カ)株式会社 　-1A。山\ud800\u3099'),
      maxLength: 40,
    }),
    fc.string({ unit: fc.constantFrom(...'0123456789０１ー- '), maxLength: 12 }),
  );
  const typed = fc.record(
    {
      bank_code: fc.oneof(fc.constantFrom('0001', '9900', '0118'), text),
      branch_code: fc.oneof(fc.constantFrom('001', '408'), text),
      account_type: fc.oneof(fc.constantFrom('ordinary', 'current', 'savings'), text),
      account_number: text,
      account_holder: text,
    },
    { requiredKeys: [] },
  );

  test('never throws; what is accepted fits the file, what is not has a reason', () => {
    fc.assert(
      fc.property(typed, fc.boolean(), (given, cutsName) => {
        const { account, problems } = checkBankAccount(given, { ...check, cutsName });
        expect(account === null).toBe(problems.length > 0);
        if (account === null) return;
        expect(account.accountNumber).toMatch(/^\d{7}$/);
        expect(directory.branch(account.bankCode, account.branchCode)).toBeDefined();
      }),
      { numRuns: 500 },
    );
  });

  test('accepted names are of the allowed class, at most 30 bytes, and stay as they are', () => {
    fc.assert(
      fc.property(text, (account_holder) => {
        const { account } = checkBankAccount({ ...good, account_holder }, check);
        if (account === null) return;
        const { holderName } = account;
        expect(firstOutsideClass(holderName, 'name')).toBe(-1);
        expect(encodeHalfWidth(holderName).length).toBeLessThanOrEqual(30);
        const again = checkBankAccount({ ...good, account_holder: holderName }, check);
        expect(again.account?.holderName).toBe(holderName);
        expect(again.changes).toEqual([]);
      }),
      { numRuns: 1000 },
    );
  });

  test('Yucho numbers too', () => {
    fc.assert(
      fc.property(text, text, (yucho_symbol, yucho_number) => {
        checkBankAccount({ ...yucho, yucho_symbol, yucho_number }, check);
      }),
      { numRuns: 300 },
    );
  });
});
