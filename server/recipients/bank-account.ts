// What a sender gives for a bank account, made into what a bank can take: digits, directory and
// name checked and repaired, with everything that was changed told. Pure; storing and masking are
// elsewhere.
import { type NameChange, normalizeName } from '../../zengin/name.ts';
import { accountToYucho, YUCHO_BANK_CODE, yuchoToAccount } from '../../zengin/yucho.ts';
import type { RefusalDetail } from '../base/refusal.ts';
import { isClosed } from './bank-closures.ts';
import type { Bank, BankDirectory } from './bank-directory.ts';
import * as refusals from './refusals.ts';

export type AccountType = 'ordinary' | 'current' | 'savings';

/**
 * As a request has it, with the request's own names. Either the four bank fields or the two of
 * ゆうちょ.
 */
export interface GivenBankAccount {
  readonly bank_code?: string;
  readonly branch_code?: string;
  readonly account_type?: string;
  readonly account_number?: string;
  readonly yucho_symbol?: string;
  readonly yucho_number?: string;
  readonly account_holder?: string;
}

/** An account a transfer can be sent to. */
export interface BankAccount {
  readonly bankCode: string;
  readonly branchCode: string;
  readonly accountType: AccountType;
  /** 7 digits. */
  readonly accountNumber: string;
  /** Half-width, at most 30 bytes: what the bank compares. */
  readonly holderName: string;
  /** The same in full width, to show to people. */
  readonly holderNameFull: string;
  /** What the sender typed. */
  readonly holderNameTyped: string;
  /** 記号番号, where the sender gave them. */
  readonly yucho?: { readonly symbol: string; readonly number: string };
}

export interface CheckedAccount {
  /** null where there are problems. */
  readonly account: BankAccount | null;
  /** What was made right. */
  readonly changes: readonly refusals.ChangeDetail[];
  /** What is worth a second look. */
  readonly warnings: readonly RefusalDetail[];
  readonly problems: readonly RefusalDetail[];
}

export interface AccountCheck {
  readonly directory: BankDirectory;
  /** ISO date of the shop's today: a bank that closes later is still open. */
  readonly today: string;
  /** JSON pointer of the object that holds the fields, '' for the whole request. */
  readonly pointer?: string;
  /** Cut a name of more than 30 bytes instead of refusing it. */
  readonly cutsName?: boolean;
  /** False where only problems are of interest: `changes` and `warnings` may be left out. */
  readonly tells?: boolean;
}

/** Collects while the checks go on. */
interface Findings {
  readonly pointer: string;
  readonly changes: refusals.ChangeDetail[];
  readonly warnings: RefusalDetail[];
  readonly problems: RefusalDetail[];
}

type Fields = Pick<BankAccount, 'bankCode' | 'branchCode' | 'accountType' | 'accountNumber'>;

/** Never throws for what was typed: whatever is wrong is in `problems`, all of it at once. */
export function checkBankAccount(given: GivenBankAccount, check: AccountCheck): CheckedAccount {
  const found: Findings = {
    pointer: check.pointer ?? '',
    changes: [],
    warnings: [],
    problems: [],
  };
  const isYucho = given.yucho_symbol !== undefined || given.yucho_number !== undefined;
  const fields = isYucho ? readYucho(given, found) : readFields(given, found);
  if (fields !== null) checkDirectory(fields, isYucho, check, found);
  const name = readName(given.account_holder, check, found);
  const { changes, warnings, problems } = found;
  if (fields === null || name === null || problems.length > 0) {
    return { account: null, changes, warnings, problems };
  }
  const account: BankAccount = {
    ...fields,
    ...name,
    ...(isYucho && {
      yucho: {
        symbol: plainDigits(given.yucho_symbol!),
        number: plainDigits(given.yucho_number!),
      },
    }),
  };
  return { account, changes, warnings, problems };
}

/**
 * An account that was sound when it was kept, looked at again today: banks and branches close. Both
 * lists are empty where it is as good as ever.
 */
export function recheckDirectory(
  account: Pick<BankAccount, 'bankCode' | 'branchCode'>,
  check: AccountCheck,
): Pick<CheckedAccount, 'warnings' | 'problems'> {
  const found: Findings = {
    pointer: check.pointer ?? '',
    changes: [],
    warnings: [],
    problems: [],
  };
  checkDirectory(account, false, check, found);
  return { warnings: found.warnings, problems: found.problems };
}

function readFields(given: GivenBankAccount, found: Findings): Fields | null {
  const bankCode = readDigits(given.bank_code, BANK_CODE, found);
  const branchCode = readDigits(given.branch_code, branchRule(bankCode), found);
  const accountType = readType(given.account_type, found);
  const accountNumber = readDigits(given.account_number, numberRule(bankCode), found);
  if (bankCode === null || branchCode === null) return null;
  if (accountType === null || accountNumber === null) return null;
  const fields = { bankCode, branchCode, accountType, accountNumber };
  if (bankCode === YUCHO_BANK_CODE) remarkYuchoShape(fields, found);
  return fields;
}

interface DigitsRule {
  readonly member: 'bank_code' | 'branch_code' | 'account_number';
  readonly ja: string;
  readonly en: string;
  readonly digits: number;
  readonly tooLong?: (pointer: string) => RefusalDetail;
}

const BANK_CODE: DigitsRule = { member: 'bank_code', ja: '銀行コード', en: 'bank code', digits: 4 };
const BRANCH: DigitsRule = {
  member: 'branch_code',
  ja: '支店コード',
  en: 'branch code',
  digits: 3,
};
const NUMBER: DigitsRule = {
  member: 'account_number',
  ja: '口座番号',
  en: 'account number',
  digits: 7,
  tooLong: (pointer) => refusals.accountNumberTooLong(pointer, false),
};
const YUCHO_BRANCH: DigitsRule = { ...BRANCH, tooLong: refusals.yuchoSymbolAsBranch };
const YUCHO_NUMBER: DigitsRule = {
  ...NUMBER,
  tooLong: (pointer) => refusals.accountNumberTooLong(pointer, true),
};

function branchRule(bankCode: string | null): DigitsRule {
  return bankCode === YUCHO_BANK_CODE ? YUCHO_BRANCH : BRANCH;
}

function numberRule(bankCode: string | null): DigitsRule {
  return bankCode === YUCHO_BANK_CODE ? YUCHO_NUMBER : NUMBER;
}

/**
 * Exactly `rule.digits` digits, or null with the problem noted. Width, spaces, dashes, lost zeros
 * are mended.
 */
function readDigits(typed: string | undefined, rule: DigitsRule, found: Findings): string | null {
  if (typed !== undefined && typed.length === rule.digits && isDigits(typed)) return typed;
  const pointer = `${found.pointer}/${rule.member}`;
  const digits = plainDigits(typed ?? '');
  if (digits === '') {
    found.problems.push(refusals.required(pointer, rule.ja, rule.en));
    return null;
  }
  if (!isDigits(digits)) {
    found.problems.push(refusals.notDigits(pointer, rule.ja, rule.en, rule.digits));
    return null;
  }
  if (digits.length > rule.digits) {
    const tooLong = rule.tooLong?.(pointer);
    found.problems.push(tooLong ?? refusals.notDigits(pointer, rule.ja, rule.en, rule.digits));
    return null;
  }
  const to = digits.padStart(rule.digits, '0');
  const from = typed ?? '';
  if (digits !== from) found.changes.push(refusals.digitsMended(pointer, from, digits));
  if (to !== digits) found.changes.push(refusals.zerosAdded(pointer, digits, to));
  return to;
}

function isDigits(text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code < 0x30 || code > 0x39) return false;
  }
  return true;
}

const LONGEST_TYPED = 60;

function plainDigits(typed: string): string {
  const text = typed.slice(0, LONGEST_TYPED);
  return isDigits(text) ? text : text.normalize('NFKC').replace(/[\s‐‑–—―−ー-]/g, '');
}

function readType(typed: string | undefined, found: Findings): AccountType | null {
  if (typed === 'ordinary' || typed === 'current' || typed === 'savings') return typed;
  found.problems.push(refusals.accountTypeUnknown(`${found.pointer}/account_type`));
  return null;
}

function readYucho(given: GivenBankAccount, found: Findings): Fields | null {
  const { yucho_symbol: symbol = '', yucho_number: number = '' } = given;
  if (given.bank_code ?? given.branch_code ?? given.account_type ?? given.account_number) {
    found.problems.push(refusals.yuchoMixed(`${found.pointer}/yucho_symbol`));
    return null;
  }
  const result = yuchoToAccount({ symbol, number });
  const findings = result.ok ? result.warnings : result.problems;
  for (const { code, ja, en } of findings) {
    const member = code === 'symbol' ? 'yucho_symbol' : 'yucho_number';
    const detail = {
      pointer: `${found.pointer}/${member}`,
      code: `yucho_${code.replace('-', '_')}`,
      ja: `${ja}。`,
      en: `${en}.`,
    };
    (result.ok ? found.warnings : found.problems).push(detail);
  }
  if (!result.ok) return null;
  const { bankCode, branchCode, accountType, accountNumber } = result.account;
  if (accountType !== 'ordinary' && accountType !== 'current') {
    throw new Error(`a symbol of Yucho gave the account type ${accountType}`);
  }
  return { bankCode, branchCode, accountType, accountNumber };
}

/** ゆうちょ given by branch and number: the three must go together as its symbols have them. */
function remarkYuchoShape(fields: Fields, found: Findings): void {
  if (accountToYucho(fields).ok) return;
  found.warnings.push(refusals.yuchoShape(`${found.pointer}/account_number`));
}

function checkDirectory(
  fields: Pick<Fields, 'bankCode' | 'branchCode'>,
  isYucho: boolean,
  check: AccountCheck,
  found: Findings,
): void {
  const at = (member: string) => `${found.pointer}/${isYucho ? 'yucho_symbol' : member}`;
  const { directory, today } = check;
  const bank = directory.bank(fields.bankCode);
  if (bank === undefined) {
    found.problems.push(refusals.unknownBank(at('bank_code'), fields.bankCode));
    return;
  }
  if (bank.closure !== null && !checkOpen(bank, at('bank_code'), directory, today, found)) return;
  const branch = directory.branch(fields.bankCode, fields.branchCode);
  if (branch === undefined) {
    const pointer = at('branch_code');
    found.problems.push(refusals.unknownBranch(pointer, bank.name, fields.branchCode));
  } else if (branch.closure !== null) {
    checkOpen(branch, at('branch_code'), directory, today, found);
  }
}

function checkOpen(
  entry: Bank,
  pointer: string,
  directory: BankDirectory,
  today: string,
  found: Findings,
): boolean {
  const { closure, name } = entry;
  if (closure === null) return true;
  if (!isClosed(closure, today)) {
    found.warnings.push(refusals.closingCode(pointer, name, closure));
    return true;
  }
  const code = closure.branchCode === null ? 'bank_closed' : 'branch_closed';
  const successor = successorOf(entry, directory);
  found.problems.push(refusals.closedCode(pointer, code, { name, closure }, successor));
  return false;
}

/** `青森みちのく（0117）`, with the branch where the closure names one. */
function successorOf({ closure }: Bank, directory: BankDirectory): string | null {
  if (closure?.successorBankCode == null) return null;
  const { successorBankCode: bankCode, successorBranchCode: branchCode } = closure;
  const bank = `${directory.bank(bankCode)?.name ?? ''}（${bankCode}）`;
  if (branchCode === null) return bank;
  return `${bank}${directory.branch(bankCode, branchCode)?.name ?? ''}（${branchCode}）`;
}

type Name = Pick<BankAccount, 'holderName' | 'holderNameFull' | 'holderNameTyped'>;

function readName(typed: string | undefined, check: AccountCheck, found: Findings): Name | null {
  const pointer = `${found.pointer}/account_holder`;
  if (typed === undefined || typed === '') {
    found.problems.push(refusals.required(pointer, '口座名義', "account holder's name"));
    return null;
  }
  const { cutsName: cut = false, tells = true } = check;
  const name = normalizeName(typed, { cut, tells });
  for (const change of name.changes) noteNameChange(change, pointer, found);
  for (const { code, ja, en } of name.problems.slice(0, MAX_NAME_PROBLEMS)) {
    const isOnlyTooLong = code === 'too-long' && name.problems.length === 1;
    const hint = isOnlyTooLong ? refusals.cutPreview(shortened(typed)) : NO_HINT;
    const detail = { ja: `${ja}。${hint.ja}`, en: `${en}.${hint.en}` };
    found.problems.push({ pointer, code: `name_${code.replaceAll('-', '_')}`, ...detail });
  }
  if (name.problems.length > 0) return null;
  return {
    holderName: name.bankForm,
    holderNameFull: name.fullWidth,
    holderNameTyped: typed,
  };
}

const MAX_NAME_PROBLEMS = 10;
const NO_HINT = { ja: '', en: '' };
const WORTH_A_LOOK: ReadonlySet<NameChange['kind']> = new Set(['wo', 'old-kana', 'cut']);

function noteNameChange(change: NameChange, pointer: string, found: Findings): void {
  const { kind, from, to, messageJa: ja, messageEn: en } = change;
  const detail = { pointer, code: `name_${kind.replaceAll('-', '_')}`, ja, en };
  found.changes.push({ ...detail, from, to });
  if (WORTH_A_LOOK.has(kind)) found.warnings.push(detail);
}

/** What would be left of a name that is too long, were it cut. */
function shortened(typed: string): string {
  return normalizeName(typed, { cut: true }).fullWidth;
}
