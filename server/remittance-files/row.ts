// A row of a file made into what could be instructed: words, amounts and days as people write them
// are understood, everything that was changed is told, and everything that is wrong, at once. Pure;
// what the row means for the shop is judged by instructing it dry.
import type { PlainDate } from '../base/clock.ts';
import { SECOND_TYPE_LIMIT_YEN, yen } from '../base/money.ts';
import type { RefusalDetail } from '../base/refusal.ts';
import { checkBankAccount, type GivenBankAccount } from '../recipients/bank-account.ts';
import type { BankDirectory } from '../recipients/bank-directory.ts';
import { ACCOUNT_ID_PATTERN } from '../recipients/recipient-accounts.ts';
import type { InstructedDestination, Instruction } from '../remittances/instruction.ts';
import { MAX_DESCRIPTION_CHARACTERS } from '../remittances/instruction.ts';
import type { Field, Fields } from './columns.ts';
import * as refusals from './refusals.ts';

export interface ReadFields {
  /** Null where there are problems. */
  readonly asked: Omit<Instruction, 'reference'> | null;
  readonly reference: string | null;
  readonly changes: readonly RefusalDetail[];
  readonly warnings: readonly RefusalDetail[];
  readonly problems: readonly RefusalDetail[];
}

export interface RowCheck {
  readonly directory: BankDirectory;
  /** ISO date of the shop's today. */
  readonly today: string;
}

interface Findings {
  readonly changes: RefusalDetail[];
  readonly warnings: RefusalDetail[];
  readonly problems: RefusalDetail[];
}

/** Never throws for what stands in a file. */
export function readFields(fields: Fields, check: RowCheck): ReadFields {
  const found: Findings = { changes: [], warnings: [], problems: [] };
  for (const [field, value] of Object.entries(fields)) {
    if (value.includes('\ufffd') || !value.isWellFormed()) {
      found.problems.push(refusals.undecodable(field));
    }
  }
  const amountYen = readAmount(fields.amount, found);
  const destination = readDestination(fields, check, found);
  const scheduledFor = readDay(fields.scheduled_for, found);
  const description = fields.description ?? '';
  if (description.length > MAX_DESCRIPTION_CHARACTERS) {
    found.problems.push(refusals.descriptionTooLong(MAX_DESCRIPTION_CHARACTERS));
  }
  const isSound = found.problems.length === 0 && amountYen !== null && destination !== null;
  const asked = isSound
    ? {
        ...{ amountYen: yen(amountYen), destination, description, metadata: {}, scheduledFor },
        holidayRule: 'next_business_day' as const,
      }
    : null;
  return { ...found, asked, reference: fields.reference ?? null };
}

function readAmount(typed: string | undefined, found: Findings): number | null {
  if (typed === undefined) {
    found.problems.push(refusals.amountMissing());
    return null;
  }
  const text = typed
    .normalize('NFKC')
    .replace(/^[¥\\]|[,\s]|円$/g, '')
    .replace(/\.0+$/, '');
  const amount = /^\d{1,12}$/.test(text) ? Number(text) : 0;
  if (amount < 1 || amount > SECOND_TYPE_LIMIT_YEN) {
    found.problems.push(refusals.amountWrong(SECOND_TYPE_LIMIT_YEN));
    return null;
  }
  return amount;
}

const BANK_FIELDS = [
  ...(['bank_code', 'branch_code', 'account_type', 'account_number'] as const),
  ...(['yucho_symbol', 'yucho_number', 'account_holder'] as const),
] as const;
const YUCHO: readonly Field[] = ['yucho_symbol', 'yucho_number'];
const ACCOUNT_ID = new RegExp(ACCOUNT_ID_PATTERN);

function readDestination(
  fields: Fields,
  check: RowCheck,
  found: Findings,
): InstructedDestination | null {
  const given = BANK_FIELDS.filter((field) => fields[field] !== undefined);
  const { account_id: accountId, save_as: saveAs = null } = fields;
  for (const [field, id] of Object.entries({ account_id: accountId, save_as: saveAs })) {
    if (id && !ACCOUNT_ID.test(id)) found.problems.push(refusals.accountIdForm(field));
  }
  if (accountId !== undefined) {
    if (given.length === 0) return { type: 'account', accountId };
    found.problems.push(refusals.twoDestinations());
    return null;
  }
  if (given.length === 0) {
    found.problems.push(refusals.destinationMissing());
    return null;
  }
  const checked = checkBankAccount(bankAccountOf(fields, found), check);
  found.changes.push(...checked.changes);
  found.warnings.push(...checked.warnings);
  found.problems.push(...checked.problems);
  return checked.account && { type: 'bank_account', account: checked.account, saveAs };
}

/** A table has columns for both kinds of account: the one of ゆうちょ counts where it is filled. */
function bankAccountOf(fields: Fields, found: Findings): GivenBankAccount {
  const isYucho = YUCHO.some((field) => fields[field] !== undefined);
  const isBank = fields.branch_code !== undefined || fields.account_number !== undefined;
  const given: Record<string, string> = {};
  for (const field of BANK_FIELDS) {
    const value = fields[field];
    if (value === undefined) continue;
    // The code of the bank and the type of account go with the symbol without saying.
    const goesWithout = field === 'bank_code' || field === 'account_type';
    if (isYucho && !isBank && goesWithout) continue;
    given[field] = field === 'account_type' ? accountType(value) : value;
  }
  if (!isYucho && given.account_type === undefined) {
    given.account_type = 'ordinary';
    found.warnings.push(refusals.typeTakenAsOrdinary());
  }
  return given;
}

const TYPES: Readonly<Record<string, string>> = {
  ...{ 普通: 'ordinary', 普通預金: 'ordinary', 総合: 'ordinary', 普: 'ordinary', '1': 'ordinary' },
  ...{ 当座: 'current', 当座預金: 'current', 当: 'current', '2': 'current' },
  ...{ 貯蓄: 'savings', 貯蓄預金: 'savings', 貯: 'savings', '4': 'savings' },
};

function accountType(typed: string): string {
  const text = typed.normalize('NFKC').trim().toLowerCase();
  const known = TYPES[text.replace(/^0+(?=\d)/, '')];
  return known ?? text;
}

const DAY = /^(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?$/;

function readDay(typed: string | undefined, found: Findings): PlainDate | null {
  if (typed === undefined) return null;
  const match = DAY.exec(typed.normalize('NFKC').replace(/\s.*$/, ''));
  try {
    if (match === null) throw new RangeError();
    const [year, month, day] = match.slice(1).map(Number) as [number, number, number];
    return Temporal.PlainDate.from({ year, month, day }, { overflow: 'reject' });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    found.problems.push(refusals.dayWrong());
    return null;
  }
}
