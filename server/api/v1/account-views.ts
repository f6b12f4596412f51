// How recipient accounts are shown by the API: masked, with what today's directory says of them, or
// in full.
import type { Static } from 'typebox';
import { tokyoTimestamp } from '../../base/clock.ts';
import type { RefusalDetail } from '../../base/refusal.ts';
import { type CheckedAccount, recheckDirectory } from '../../recipients/bank-account.ts';
import { withBankNames } from '../../recipients/masked.ts';
import type {
  AccountSummary,
  RecipientAccount,
  RecipientDeps,
} from '../../recipients/recipient-accounts.ts';
import type { Locale } from '../locale.ts';
import type { AccountAnswer, AccountView, CheckAnswer, Details } from './account-schemas.ts';
import { showChange, showFinding } from './bank-account-fields.ts';

export function showAccount(
  deps: RecipientDeps,
  row: AccountSummary,
  today: string,
  locale: Locale,
): Static<typeof AccountView> {
  const { masked } = row;
  const place = { bankCode: masked.bank_code, branchCode: masked.branch_code };
  const { warnings, problems } = recheckDirectory(place, { directory: deps.directory, today });
  return showWith(deps, row, [...problems, ...warnings], locale);
}

function showWith(
  deps: RecipientDeps,
  row: AccountSummary,
  warnings: readonly RefusalDetail[],
  locale: Locale,
): Static<typeof AccountView> {
  return {
    account_id: row.accountId,
    version: row.version,
    ...withBankNames(deps.directory, row.masked),
    memo: row.memo,
    warnings: warnings.map((warning) => showFinding(warning, locale)),
    created_at: tokyoTimestamp(row.createdAt),
    updated_at: tokyoTimestamp(row.updatedAt),
  };
}

export function showAnswer(
  deps: RecipientDeps,
  account: RecipientAccount,
  checked: CheckedAccount,
  locale: Locale,
): Static<typeof AccountAnswer> {
  return {
    ...showWith(deps, account, checked.warnings, locale),
    changes: checked.changes.map((change) => showChange(change, locale)),
  };
}

export function showDetails({ account }: RecipientAccount): Static<typeof Details> {
  return {
    account_number: account.accountNumber,
    account_holder: account.holderName,
    account_holder_full_width: account.holderNameFull,
    account_holder_typed: account.holderNameTyped,
    yucho_symbol: account.yucho?.symbol ?? null,
    yucho_number: account.yucho?.number ?? null,
  };
}

export function showCheck(
  { directory }: RecipientDeps,
  checked: CheckedAccount,
  locale: Locale,
): Static<typeof CheckAnswer> {
  const { account } = checked;
  return {
    ok: account !== null,
    account: account && {
      bank_code: account.bankCode,
      bank_name: directory.bank(account.bankCode)?.name ?? '',
      branch_code: account.branchCode,
      branch_name: directory.branch(account.bankCode, account.branchCode)?.name ?? '',
      account_type: account.accountType,
      account_number: account.accountNumber,
      account_holder: account.holderName,
      account_holder_full_width: account.holderNameFull,
    },
    changes: checked.changes.map((change) => showChange(change, locale)),
    warnings: checked.warnings.map((warning) => showFinding(warning, locale)),
    problems: checked.problems.map((problem) => showFinding(problem, locale)),
  };
}
