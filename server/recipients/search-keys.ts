// Keyed blind indexes by which an encrypted bank account is found again: by whole account, last
// four digits, full name, family name. Shared by recipient accounts and remittances; the columns
// belong to them.

import { normalizeName } from '../../zengin/name.ts';
import type { Vault } from '../base/crypto.ts';
import type { BankAccount } from './bank-account.ts';

/**
 * One index each: a name never meets a number. The version goes up when the folding of the values
 * changes.
 */
const KINDS = {
  account: 'bank-account.whole.v1',
  lastFour: 'bank-account.last-four.v1',
  fullName: 'bank-account.full-name.v1',
  familyName: 'bank-account.family-name.v1',
} as const;

const LONGEST_QUERY = 200;
/** `ﾄｸﾋ)`, `ｼﾕｳ)`, `ｻﾞｲ)`: the mark and its bracket. */
const LONGEST_FORM = 5;

/** What an account is found by, one kind each: the blind index of each is its key. */
export function searchValuesOf(account: BankAccount): { kind: string; value: string }[] {
  const { full, family } = nameValues(account.holderName);
  const values: { kind: string; value: string }[] = [
    { kind: KINDS.account, value: wholeAccount(account) },
    { kind: KINDS.lastFour, value: account.accountNumber.slice(-4) },
    { kind: KINDS.fullName, value: full },
  ];
  if (family !== '') values.push({ kind: KINDS.familyName, value: family });
  return values;
}

/** The keys of one account of one shop: decimal text for a `bigint[]` column. */
export function searchKeysOf(vault: Vault, shopId: string, account: BankAccount): string[] {
  return searchValuesOf(account).map(({ kind, value }) => vault.blindIndex(kind, shopId, value));
}

/**
 * The keys any of which an account has that a person means by `query`; none where it can mean no
 * account. Digits: bank, branch and number (14) or a number's last four; a longer number finds also
 * others that end alike. Else a name, in any width or spelling that the name rules understand, in
 * full or the family name.
 */
export function searchKeysFor(vault: Vault, shopId: string, query: string): string[] {
  const typed = query.slice(0, LONGEST_QUERY).normalize('NFKC').trim();
  const digits = typed.replace(/[\s-]/g, '');
  if (/^\d{14}$/.test(digits)) return [vault.blindIndex(KINDS.account, shopId, digits)];
  if (/^\d{4,8}$/.test(digits)) {
    return [vault.blindIndex(KINDS.lastFour, shopId, digits.slice(-4))];
  }
  const name = normalizeName(typed, { maxBytes: LONGEST_QUERY });
  if (name.problems.length > 0) return [];
  const { full } = nameValues(name.bankForm);
  if (full === '') return [];
  return [KINDS.fullName, KINDS.familyName].map((kind) => vault.blindIndex(kind, shopId, full));
}

/**
 * Without spaces, which people set as they like. The family name is the first word, if there are
 * more.
 */
function nameValues(bankForm: string): { full: string; family: string } {
  const [first = '', ...others] = withoutForm(bankForm).split(' ');
  const full = first + others.join('');
  return { full, family: others.length === 0 ? '' : first };
}

/** Without a corporate form at either end: whoever looks for サンプル also means カ）サンプル. */
function withoutForm(bankForm: string): string {
  const start = bankForm.indexOf(')') + 1;
  const end = bankForm.lastIndexOf('(');
  const from = start > 0 && start <= LONGEST_FORM ? start : 0;
  const to = end > from && bankForm.length - end <= LONGEST_FORM ? end : bankForm.length;
  return bankForm.slice(from, to);
}

function wholeAccount(account: BankAccount): string {
  return account.bankCode + account.branchCode + account.accountNumber;
}
