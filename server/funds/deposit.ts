// A deposit as a rule: one credit on an account, however many channels tell of it, and which telling belongs to which
// deposit. Pure; batches of tellings are followed in deposit-book.ts, money in deposit-transfers.ts.
import type { Yen } from '../base/money.ts';

/** How Kawase hears of a credit. `sandbox` and `match` are told by Kawase itself and stand alone. */
export type Channel = 'notice_file' | 'statement' | 'api' | 'sandbox' | 'match';

/** Channels of banks: several of them tell of the same credit. */
const BANK_CHANNELS: ReadonlySet<Channel> = new Set(['notice_file', 'statement', 'api']);

/** Of a shop: `received`, `reversed`. Of the operator, for credits nobody claims: the rest and `reversed`. */
export type DepositStatus =
  | 'received'
  | 'reversed'
  | 'unmatched'
  | 'matched'
  | 'sending_back'
  | 'sent_back';

export interface AccountNumber {
  readonly bankCode: string;
  readonly branchCode: string;
  readonly accountNumber: string;
}

/** One channel's word that a credit came in, or that a bank took one back (取消). */
export interface Telling {
  readonly channel: Channel;
  /** Unique within the channel; a repeat carries the same. */
  readonly channelKey: string;
  readonly account: AccountNumber;
  readonly amountYen: Yen;
  /** ISO date. */
  readonly valueDate: string;
  /** Blind index of the payer's name. */
  readonly payerKey: string;
  readonly isReversal: boolean;
  /** The bank's own number of the credit within the channel, '' where it gives none. */
  readonly inquiryNumber: string;
}

/** A deposit with all that was told of it. */
export interface KnownDeposit {
  readonly depositId: string;
  readonly account: AccountNumber;
  readonly amountYen: Yen;
  readonly valueDate: string;
  readonly payerKey: string;
  readonly status: DepositStatus;
  /** ISO date; what the bank said of the reversal. */
  readonly reversedOn: string | null;
  readonly tellings: readonly Pick<Telling, 'channel' | 'isReversal' | 'inquiryNumber'>[];
}

/** A bank cancels a credit within days; a reversal further from its credit is for a person to judge. */
export const REVERSAL_WINDOW_DAYS = 31;

/** What deposits and tellings of one credit have in common, but for the date. */
export function creditKey(credit: {
  readonly account: AccountNumber;
  readonly amountYen: number;
}): string {
  const { bankCode, branchCode, accountNumber } = credit.account;
  return `${bankCode}-${branchCode}-${accountNumber}:${credit.amountYen}`;
}

function wasTold(deposit: KnownDeposit, by: Telling): boolean {
  return deposit.tellings.some(
    ({ channel, isReversal }) => channel === by.channel && isReversal === by.isReversal,
  );
}

/** Told by banks only: what Kawase told itself is no bank's word and is matched with none. */
function isOfBanks(deposit: KnownDeposit): boolean {
  return deposit.tellings.every(({ channel }) => BANK_CHANNELS.has(channel));
}

function oldest(deposits: readonly KnownDeposit[]): KnownDeposit | undefined {
  return deposits.reduce<KnownDeposit | undefined>(
    (first, each) => (first === undefined || each.depositId < first.depositId ? each : first),
    undefined,
  );
}

/**
 * The deposit that a credit's telling is about, of those with the same account and amount; undefined: a new one. A
 * channel tells of each credit once, so a deposit it has told of is another credit, and one it has not told of is
 * this one. The payer's name only chooses among these, since channels write names differently.
 */
export function linkCredit(
  known: readonly KnownDeposit[],
  telling: Telling,
): KnownDeposit | undefined {
  if (!BANK_CHANNELS.has(telling.channel)) return undefined;
  const open = known.filter(
    (each) => each.valueDate === telling.valueDate && isOfBanks(each) && !wasTold(each, telling),
  );
  const samePayer = open.filter(({ payerKey }) => payerKey === telling.payerKey);
  return oldest(samePayer) ?? oldest(open);
}

export interface ReversalLink {
  readonly deposit: KnownDeposit;
  /** False: another channel has told of this reversal before. */
  readonly isFirst: boolean;
}

/**
 * What a reversal's telling is about, of the deposits with the same account and amount; undefined: nothing certain.
 * A reversal told by another channel for the same day is this one. Otherwise it is of a deposit not yet reversed:
 * the one the bank's own number names, else the same payer's of the day, else (`loose`) the same payer's latest before
 * that this channel has told of, else the only one of the day.
 */
export function linkReversal(
  known: readonly KnownDeposit[],
  telling: Telling,
  loose: boolean,
): ReversalLink | undefined {
  if (!BANK_CHANNELS.has(telling.channel)) return undefined;
  const earliest = daysBefore(telling.valueDate, REVERSAL_WINDOW_DAYS);
  const eligible = known.filter(
    (each) => each.valueDate >= earliest && isOfBanks(each) && !wasTold(each, telling),
  );
  const reversed = eligible.filter(({ reversedOn }) => reversedOn === telling.valueDate);
  const confirmed =
    oldest(reversed.filter(({ payerKey }) => payerKey === telling.payerKey)) ?? oldest(reversed);
  if (confirmed !== undefined) return { deposit: confirmed, isFirst: false };
  const open = eligible.filter(
    ({ reversedOn, valueDate }) => reversedOn === null && valueDate <= telling.valueDate,
  );
  const deposit =
    surelyReversed(open, telling) ?? (loose ? likelyReversed(open, telling) : undefined);
  return deposit && { deposit, isFirst: true };
}

function surelyReversed(open: readonly KnownDeposit[], telling: Telling): KnownDeposit | undefined {
  const named = oldest(open.filter((each) => isNamedBy(each, telling)));
  if (named !== undefined) return named;
  const sameDay = open.filter(({ valueDate }) => valueDate === telling.valueDate);
  return oldest(sameDay.filter(({ payerKey }) => payerKey === telling.payerKey));
}

function likelyReversed(open: readonly KnownDeposit[], telling: Telling): KnownDeposit | undefined {
  const credit = { ...telling, isReversal: false };
  const before = open
    .filter((each) => each.payerKey === telling.payerKey && wasTold(each, credit))
    .sort((one, other) => (one.valueDate < other.valueDate ? 1 : -1));
  const sameDay = open.filter(({ valueDate }) => valueDate === telling.valueDate);
  return before[0] ?? (sameDay.length === 1 ? sameDay[0] : undefined);
}

function isNamedBy(deposit: KnownDeposit, telling: Telling): boolean {
  if (!/[1-9]/.test(telling.inquiryNumber)) return false;
  return deposit.tellings.some(
    ({ channel, isReversal, inquiryNumber }) =>
      channel === telling.channel && !isReversal && inquiryNumber === telling.inquiryNumber,
  );
}

export function daysBefore(isoDate: string, days: number): string {
  return Temporal.PlainDate.from(isoDate).subtract({ days }).toString();
}

/** A payer's name as the blind index sees it: channels differ in width, case and dashes. */
export function payerIndexText(name: string): string {
  return name
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[\s\-‐－ー]/g, '');
}
