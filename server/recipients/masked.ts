// A bank account as lists, logs, events and other people may see it: bank and branch, the last
// three digits, an initial. What is shown in full, and to whom, is decided by the API.
import type { BankAccount } from './bank-account.ts';
import type { BankDirectory } from './bank-directory.ts';

/** Stored beside the ciphertext; snake_case because it leaves as JSON. */
export type MaskedAccount = {
  readonly bank_code: string;
  readonly branch_code: string;
  readonly account_type: BankAccount['accountType'];
  readonly account_number_last3: string;
  /** `ヤ●●● ●●●`: always three dots, so that they tell nothing of the length. */
  readonly account_holder_masked: string;
};

/** With names; '' where the directory has none. */
export type NamedMaskedAccount = MaskedAccount & {
  readonly bank_name: string;
  readonly branch_name: string;
};

export function maskAccount(account: BankAccount): MaskedAccount {
  return {
    bank_code: account.bankCode,
    branch_code: account.branchCode,
    account_type: account.accountType,
    account_number_last3: account.accountNumber.slice(-3),
    account_holder_masked: maskedHolder(account.holderNameFull),
  };
}

/**
 * With the names the directory has today: what has to show those of an earlier day stores the
 * result.
 */
export function withBankNames(directory: BankDirectory, masked: MaskedAccount): NamedMaskedAccount {
  const { bank_code, branch_code, ...rest } = masked;
  return {
    bank_code,
    bank_name: directory.bank(bank_code)?.name ?? '',
    branch_code,
    branch_name: directory.branch(bank_code, branch_code)?.name ?? '',
    ...rest,
  };
}

const DOTS = '●●●';
/** `トクヒ）`, `シユウ）`: a mark of at most three kana and its bracket. */
const LONGEST_MARK = 3;

/**
 * The initial of a full-width name. A corporate mark in front stays (`カ）サ●●●`): it says that the
 * account is a company's and nothing of whose.
 */
export function maskedHolder(fullWidthName: string): string {
  const [first = '', ...others] = fullWidthName.split('\u3000').filter((word) => word !== '');
  const bracket = first.indexOf('）');
  const start = bracket > 0 && bracket <= LONGEST_MARK ? bracket + 1 : 0;
  const masked = first.slice(0, start + 1) + DOTS;
  return others.length === 0 ? masked : `${masked} ${DOTS}`;
}
