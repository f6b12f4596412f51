// An instruction: what a caller asks for, checked as far as it can be without the database, and its
// fingerprint. The fingerprint covers what the caller asked, not what Kawase made of it: the same
// request gives the same one for ever.
import type { PlainDate } from '../base/clock.ts';
import type { Yen } from '../base/money.ts';
import { invalidInput, type Refusal, type RefusalDetail } from '../base/refusal.ts';
import type { BankAccount } from '../recipients/bank-account.ts';
import { type Deliver, type LinkWish, linkRefusal, normalisedAnswer } from './link.ts';
import { BANK_METHOD, type Method, UNSPECIFIED } from './method.ts';
import type { HolidayRule } from './schedule.ts';

/** A destination whose form has been checked; an account ID is looked up with the batch. */
export type InstructedDestination =
  | { readonly type: 'account'; readonly accountId: string }
  | {
      readonly type: 'bank_account';
      readonly account: BankAccount;
      /** Keep it under this account ID as well. */
      readonly saveAs: string | null;
    }
  | {
      /** Cash at an ATM; no account is needed. */
      readonly type: 'atm_cash';
      readonly receiveWithinDays: number | null;
      /** Where its numbers are sent beside being answered. */
      readonly deliver: Deliver;
    }
  /** The recipient says where the money should go. */
  | { readonly type: 'link'; readonly wish: LinkWish };

/** The receiving method that a destination means. */
export function methodOf(destination: InstructedDestination): Method {
  if (destination.type === 'link') return UNSPECIFIED;
  return destination.type === 'atm_cash' ? 'atm_cash' : BANK_METHOD;
}

export interface Instruction {
  readonly reference: string;
  readonly amountYen: Yen;
  readonly destination: InstructedDestination;
  readonly description: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly scheduledFor: PlainDate | null;
  readonly holidayRule: HolidayRule;
}

export const MAX_REFERENCE_CHARACTERS = 64;
export const MAX_DESCRIPTION_CHARACTERS = 200;
export const MAX_METADATA_KEYS = 20;

/** Printable ASCII without spaces at the ends: what survives files, URLs and spreadsheets. */
const REFERENCE = /^[\x21-\x7e](?:[\x20-\x7e]{0,62}[\x21-\x7e])?$/;

/** What is wrong with the parts that need no database; empty = nothing. */
export function instructionFaults(instruction: {
  readonly reference: string;
  readonly description: string;
  readonly metadata: Readonly<Record<string, string>>;
}): RefusalDetail[] {
  const faults: RefusalDetail[] = [];
  if (!REFERENCE.test(instruction.reference)) {
    faults.push({
      pointer: '/reference',
      code: 'invalid_reference',
      ja: `referenceは前後に空白のない半角英数記号1～${MAX_REFERENCE_CHARACTERS}文字です。`,
      en: `reference is 1 to ${MAX_REFERENCE_CHARACTERS} printable ASCII characters.`,
    });
  }
  if (!instruction.description.isWellFormed() || hasControls(instruction.description)) {
    faults.push({
      pointer: '/description',
      code: 'invalid_text',
      ja: 'descriptionに使えない文字（制御文字など）が含まれています。',
      en: 'description holds characters that cannot be kept (control characters and the like).',
    });
  }
  for (const [key, value] of Object.entries(instruction.metadata)) {
    const text = key + value;
    if (text.isWellFormed() && !hasControls(text)) continue;
    faults.push({
      pointer: `/metadata/${key.toWellFormed().replaceAll('~', '~0').replaceAll('/', '~1')}`,
      code: 'invalid_text',
      ja: 'metadataに使えない文字（制御文字など）が含まれています。',
      en: 'metadata holds characters that cannot be kept (control characters and the like).',
    });
  }
  return faults;
}

function hasControls(text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code < 0x20 && code !== 0x0a && code !== 0x09) return true;
    if (code === 0x7f) return true;
  }
  return false;
}

/** The canonical text of what was asked, for the keyed fingerprint. */
export function canonicalText(instruction: Instruction): string {
  const asked = askedDestination(instruction.destination);
  const metadata = Object.keys(instruction.metadata)
    .sort()
    .map((key) => [key, instruction.metadata[key]]);
  return JSON.stringify([
    1,
    instruction.amountYen,
    asked,
    instruction.description,
    metadata,
    instruction.scheduledFor?.toString() ?? null,
    instruction.scheduledFor === null ? null : instruction.holidayRule,
  ]);
}

function askedDestination(destination: InstructedDestination): readonly unknown[] {
  if (destination.type === 'account') return ['account', destination.accountId];
  if (destination.type === 'atm_cash') {
    const { receiveWithinDays, deliver } = destination;
    const isTold = deliver.email !== null || deliver.sms !== null;
    return ['atm_cash', receiveWithinDays, ...(isTold ? [deliver.email, deliver.sms] : [])];
  }
  if (destination.type === 'link') return askedLink(destination.wish);
  const { account, saveAs } = destination;
  return [
    'bank_account',
    account.bankCode,
    account.branchCode,
    account.accountType,
    account.accountNumber,
    account.holderName,
    saveAs,
  ];
}

function askedLink(wish: LinkWish): readonly unknown[] {
  return [
    ...['link', [...wish.methods].sort(), wish.deliver.email, wish.deliver.sms],
    ...[wish.expiresOn?.toString() ?? null, wish.expiresInDays, wish.saveAs, wish.locale],
    wish.questions.map(({ label, value }) => [label, normalisedAnswer(value)]),
    // What came later stands only where it was said: the same request stays the same for ever.
    ...(wish.returnUrl === null ? [] : [['return_url', wish.returnUrl]]),
    ...(wish.reminders === null ? [] : [['reminders', wish.reminders]]),
  ];
}

/** Refused for its form, or undefined. */
export function refusedForm(instruction: Instruction): Refusal | undefined {
  const faults = instructionFaults(instruction);
  if (faults.length > 0) return invalidInput(faults);
  const { destination, amountYen } = instruction;
  return destination.type === 'link' ? linkRefusal(destination.wish, amountYen) : undefined;
}
