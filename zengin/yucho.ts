// ゆうちょ銀行: 記号番号 as on a passbook <-> 店番, 預金種目 and 口座番号 as a transfer needs them.
// The check digit of a 記号 is a reverse-engineered rule: a mismatch is a warning, never a refusal.

import type { AccountType } from './field-kinds.ts';

export const YUCHO_BANK_CODE = '9900';

export interface YuchoAccount {
  readonly bankCode: string;
  /** 店番, e.g. 408; its last digit is 8 (総合口座) or 9 (振替口座). */
  readonly branchCode: string;
  /** Branch name in kanji digits, e.g. 四〇八, and in half-width kana as banks write it. */
  readonly branchName: string;
  readonly branchNameKana: string;
  readonly accountType: AccountType;
  readonly accountNumber: string;
}

export interface YuchoSymbol {
  /** 記号, 5 digits. */
  readonly symbol: string;
  /** 番号 as printed: 2 to 8 digits ending in 1 for 1xxxx, up to 6 for 0xxxx. */
  readonly number: string;
}

export type YuchoFindingCode = 'symbol' | 'number' | 'check-digit' | 'branch' | 'account';

export interface YuchoFinding {
  readonly code: YuchoFindingCode;
  readonly ja: string;
  readonly en: string;
}

export type YuchoToAccountResult =
  | { readonly ok: true; readonly account: YuchoAccount; readonly warnings: YuchoFinding[] }
  | { readonly ok: false; readonly problems: YuchoFinding[] };

export type AccountToYuchoResult =
  | { readonly ok: true; readonly yucho: YuchoSymbol; readonly warnings: YuchoFinding[] }
  | { readonly ok: false; readonly problems: YuchoFinding[] };

const KANJI_DIGITS = [...'〇一二三四五六七八九'];
const KANA_DIGITS = ['ｾﾞﾛ', 'ｲﾁ', 'ﾆ', 'ｻﾝ', 'ﾖﾝ', 'ｺﾞ', 'ﾛｸ', 'ﾅﾅ', 'ﾊﾁ', 'ｷﾕｳ'];
const TYPED_LENGTH_MAX = 40;

const FINDINGS = {
  symbol: {
    code: 'symbol',
    ja: '記号は1または0で始まり0で終わる5桁の数字です',
    en: 'The symbol (kigo) is 5 digits, begins with 1 or 0 and ends with 0',
  },
  numberOrdinary: {
    code: 'number',
    ja: '番号は1で終わる2〜8桁の数字です',
    en: 'The number (bango) is 2 to 8 digits and ends with 1',
  },
  numberTransfer: {
    code: 'number',
    ja: '番号は1〜6桁の数字です',
    en: 'The number (bango) is 1 to 6 digits',
  },
  checkDigit: {
    code: 'check-digit',
    ja: '記号と番号の検査数字が合いません。もう一度お確かめください',
    en: 'The check digit of symbol and number does not match; please check both again',
  },
  branch: {
    code: 'branch',
    ja: 'ゆうちょ銀行の店番は8または9で終わる3桁の数字です',
    en: 'A Yucho branch code is 3 digits and ends with 8 or 9',
  },
  account: {
    code: 'account',
    ja: '店番と預金種目・口座番号の組み合わせが正しくありません',
    en: 'Branch, account type and account number do not go together',
  },
} as const satisfies Record<string, YuchoFinding>;

/**
 * 記号番号 to bank account. Full-width digits, spaces and hyphens are accepted; the single digit
 * between 記号 and 番号 of a 振替口座 (`00160-0`) may stand in `symbol` or be left out.
 */
export function yuchoToAccount(typed: YuchoSymbol): YuchoToAccountResult {
  const symbol = digitsOf(typed.symbol);
  const number = digitsOf(typed.number);
  const match = /^([01])(\d{2})\d0(\d?)$/.exec(symbol);
  if (match === null) return { ok: false, problems: [FINDINGS.symbol] };
  const [, first, place, between] = match;
  const isOrdinary = first === '1';
  if (isOrdinary ? !/^\d{1,7}1$/.test(number) : !/^\d{1,6}$/.test(number)) {
    const problem = isOrdinary ? FINDINGS.numberOrdinary : FINDINGS.numberTransfer;
    return { ok: false, problems: [problem] };
  }
  if (isOrdinary && between !== '') return { ok: false, problems: [FINDINGS.symbol] };
  const branchCode = `${place}${isOrdinary ? 8 : 9}`;
  const digits = [...branchCode].map(Number);
  const account: YuchoAccount = {
    bankCode: YUCHO_BANK_CODE,
    branchCode,
    branchName: digits.map((digit) => KANJI_DIGITS[digit]).join(''),
    branchNameKana: digits.map((digit) => KANA_DIGITS[digit]).join(''),
    accountType: isOrdinary ? 'ordinary' : 'current',
    accountNumber: (isOrdinary ? number.slice(0, -1) : number).padStart(7, '0'),
  };
  const matches = yuchoCheckDigit(symbol, number) === Number(symbol[3]);
  return { ok: true, account, warnings: matches ? [] : [FINDINGS.checkDigit] };
}

/**
 * Bank account to 記号番号. The 4th digit of the 記号 is not part of the account; it is computed by
 * the check-digit rule.
 */
export function accountToYucho(
  account: Pick<YuchoAccount, 'branchCode' | 'accountType' | 'accountNumber'>,
): AccountToYuchoResult {
  const branchCode = digitsOf(account.branchCode);
  const accountNumber = digitsOf(account.accountNumber).padStart(7, '0');
  const match = /^(\d{2})([89])$/.exec(branchCode);
  if (match === null) return { ok: false, problems: [FINDINGS.branch] };
  const [, place, last] = match;
  const isOrdinary = last === '8';
  const types: readonly AccountType[] = isOrdinary ? ['ordinary', 'savings'] : ['current'];
  const shape = isOrdinary ? /^\d{7}$/ : /^0\d{6}$/;
  if (!types.includes(account.accountType) || !shape.test(accountNumber)) {
    return { ok: false, problems: [FINDINGS.account] };
  }
  const short = accountNumber.replace(/^0+/, '');
  if (short === '') return { ok: false, problems: [FINDINGS.account] };
  const number = isOrdinary ? `${short}1` : short;
  const check = yuchoCheckDigit(`${isOrdinary ? 1 : 0}${place}00`, number);
  const symbol = `${isOrdinary ? 1 : 0}${place}${check}0`;
  return { ok: true, yucho: { symbol, number }, warnings: [] };
}

/**
 * The 4th digit a 記号 must have with this 番号. Groups of three digits weigh 1, 3 and 2, where a
 * doubled digit of two places counts 9 less.
 */
export function yuchoCheckDigit(symbol: string, number: string): number {
  const text = `${symbol.slice(0, 3)}0${symbol[4]}${number.padStart(8, '0')}`;
  const digits = [...text].map(Number);
  let sum = digits[12]!;
  for (let index = 0; index < 12; index += 3) {
    const doubled = 2 * digits[index + 2]!;
    sum += digits[index]! + 3 * digits[index + 1]! + (doubled < 10 ? doubled : doubled - 9);
  }
  return sum % 10;
}

/** Digits of what was typed; other text stays, so that the shape checks see it. */
function digitsOf(typed: string): string {
  if (typed.length > TYPED_LENGTH_MAX) return '';
  return typed.normalize('NFKC').replace(/[\s‐‑–—―−ー-]/g, '');
}
