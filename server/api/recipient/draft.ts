// What the recipient has chosen and typed so far, sealed into the browser's keeping until it is
// confirmed. Checked anew each time it is used.
import { tokyoDate } from '../../base/clock.ts';
import { type CheckedAccount, checkBankAccount } from '../../recipients/bank-account.ts';
import {
  type Choice,
  isBankChoice,
  type RailChoice,
} from '../../remittances/specify-destination.ts';
import type { RemittanceDeps } from '../../remittances/terms.ts';
import { draftName, openText, sealText } from './session.ts';
import { cookieOf, ownCookie, type RecipientDeps, type Visit } from './visit.ts';

const FIELDS = [
  ...(['way', 'as', 'bank', 'branch', 'type', 'number'] as const),
  ...(['symbol', 'yuchoNumber', 'sei', 'mei', 'holder'] as const),
] as const;

/** As typed. `way`: bank | yucho; `as`: person | company. */
export type AccountForm = Readonly<Record<(typeof FIELDS)[number], string>>;

export interface BankDraft {
  readonly method: 'bank_transfer';
  readonly form: AccountForm;
  /** The kept account in this version, in place of a form (known-account.ts). */
  readonly known?: number;
}

/** A rail's own method is read at once: its draft is the choice itself. */
export type Draft = BankDraft | (RailChoice & { readonly form?: undefined });

const MAX_FIELD = 60;

export function readForm(form: URLSearchParams): AccountForm {
  const read = (name: string) => (form.get(name) ?? '').trim().slice(0, MAX_FIELD);
  return Object.fromEntries(FIELDS.map((name) => [name, read(name)])) as AccountForm;
}

export function sealDraft(deps: RecipientDeps, visit: Pick<Visit, 'link'>, draft: Draft): string {
  return sealText(deps.remittances.vault, draftPurpose(visit), JSON.stringify(draft));
}

const draftPurpose = ({ link }: Pick<Visit, 'link'>) => `recipient_draft:${link.linkId}`;

export function openDraft(
  deps: RecipientDeps,
  visit: Pick<Visit, 'link'>,
  sealed: string,
): Draft | undefined {
  const text = openText(deps.remittances.vault, draftPurpose(visit), sealed);
  return text === undefined ? undefined : (JSON.parse(text) as Draft);
}

export function draftCookie(deps: RecipientDeps, visit: Visit, draft: Draft): string {
  return ownCookie(deps, draftName(visit.link), sealDraft(deps, visit, draft));
}

export function keptDraft(deps: RecipientDeps, visit: Visit): Draft | undefined {
  return openDraft(deps, visit, cookieOf(deps, visit, draftName(visit.link)) ?? '');
}

export function checkForm(
  deps: Pick<RemittanceDeps, 'directory'>,
  visit: Pick<Visit, 'now'>,
  form: AccountForm,
): CheckedAccount {
  const isPerson = form.as !== 'company';
  // Both halves stand in one field at the bank; a single one would be another name.
  const holder = isPerson ? `${form.sei}　${form.mei}`.trim() : form.holder;
  const fields =
    form.way === 'yucho'
      ? { yucho_symbol: form.symbol, yucho_number: form.yuchoNumber }
      : {
          bank_code: form.bank,
          branch_code: form.branch,
          account_type: form.type,
          account_number: form.number,
        };
  return checkBankAccount(
    { ...fields, account_holder: holder },
    { directory: deps.directory, today: tokyoDate(visit.now).toString(), cutsName: true },
  );
}

/** The form that would give this choice, to be repaired. */
export function draftOf(choice: Choice): Draft {
  if (!isBankChoice(choice)) return choice;
  if (choice.knownVersion !== undefined) {
    const form = readForm(new URLSearchParams());
    return { method: 'bank_transfer', form, known: choice.knownVersion };
  }
  const { account } = choice;
  const typed = account.holderNameTyped;
  const space = typed.search(/[\s　]/);
  const isPerson = space > 0 && !/[)）]/.test(account.holderNameFull);
  return {
    method: 'bank_transfer',
    form: {
      way: account.yucho === undefined ? 'bank' : 'yucho',
      as: isPerson ? 'person' : 'company',
      bank: account.bankCode,
      branch: account.branchCode,
      type: account.accountType,
      number: account.accountNumber,
      symbol: account.yucho?.symbol ?? '',
      yuchoNumber: account.yucho?.number ?? '',
      sei: isPerson ? typed.slice(0, space) : '',
      mei: isPerson ? typed.slice(space + 1).trim() : '',
      holder: isPerson ? '' : typed,
    },
  };
}
