// A deposit as a rule: one credit on an account, however many channels tell of it, and which
// telling belongs to which deposit. Pure; batches of tellings are followed in deposit-book.ts,
// money in deposit-transfers.ts.
import type { Yen } from '../base/money.ts';

/**
 * How Kawase hears of a credit. `sandbox` and `match` are told by Kawase itself and stand alone.
 */
export type Channel = 'notice_file' | 'statement' | 'api' | 'sandbox' | 'match';

/** Channels of banks: several of them tell of the same credit. */
const BANK_CHANNELS: ReadonlySet<Channel> = new Set(['notice_file', 'statement', 'api']);

/**
 * Of a shop: `received`, `reversed`. Of the operator, for credits nobody claims: the rest and
 * `reversed`.
 */
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

/**
 * A bank cancels a credit within days; a reversal further from its credit is for a person to judge.
 */
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
 * The deposit that a credit's telling is about, of those with the same account and amount;
 * undefined: a new one. A channel tells of each credit once, so a deposit it has told of is another
 * credit, and one it has not told of is this one. The bank's number and the payer's name only
 * choose among these, since channels write both differently.
 */
export function linkCredit(
  known: readonly KnownDeposit[],
  telling: Telling,
): KnownDeposit | undefined {
  if (!BANK_CHANNELS.has(telling.channel)) return undefined;
  const open = known.filter(
    (each) => each.valueDate === telling.valueDate && isOfBanks(each) && !wasTold(each, telling),
  );
  return (
    oldest(open.filter((each) => isNumbered(each, telling, false))) ??
    oldest(open.filter(({ payerKey }) => payerKey === telling.payerKey)) ??
    oldest(open)
  );
}

export interface ReversalLink {
  readonly deposit: KnownDeposit;
  /** False: another channel has told of this reversal before. */
  readonly isFirst: boolean;
}

/**
 * What a reversal's telling is about, of the deposits with the same account and amount; undefined:
 * nothing certain, it waits or a person must look. Where the bank numbers its credits, the number
 * must name one that this channel has told of: dates and names are not the same in all channels.
 * `loose`: without numbers, the payer's latest deposit of an earlier day may be meant.
 */
export function linkReversal(
  known: readonly KnownDeposit[],
  telling: Telling,
  loose: boolean,
): ReversalLink | undefined {
  if (!BANK_CHANNELS.has(telling.channel)) return undefined;
  const earliest = daysBefore(telling.valueDate, REVERSAL_WINDOW_DAYS);
  const inWindow = known.filter(
    (each) => isOfBanks(each) && each.valueDate >= earliest && each.valueDate <= telling.valueDate,
  );
  if (plainNumber(telling.inquiryNumber) === '') return linkUnnumbered(inWindow, telling, loose);
  const named = oldest(inWindow.filter((each) => isNumbered(each, telling, true)));
  return named && linkNamed(inWindow, telling, named);
}

/**
 * Equal credits of one day may have been linked the other way round by another channel, so among
 * them reversals are counted: a channel tells of each once, and one that it has not told of, but
 * another has, is this one.
 */
function linkNamed(
  inWindow: readonly KnownDeposit[],
  telling: Telling,
  named: KnownDeposit,
): ReversalLink | undefined {
  const equal = inWindow.filter(
    (each) => each.valueDate === named.valueDate && !wasTold(each, telling),
  );
  const choose = (deposits: readonly KnownDeposit[]) =>
    deposits.find(({ depositId }) => depositId === named.depositId) ??
    oldest(deposits.filter(({ payerKey }) => payerKey === telling.payerKey)) ??
    oldest(deposits);
  const confirmed = choose(equal.filter(({ reversedOn }) => reversedOn !== null));
  if (confirmed !== undefined) return { deposit: confirmed, isFirst: false };
  const deposit = choose(equal);
  return deposit && { deposit, isFirst: true };
}

/** Without numbers: better to take one reversal for another's repeat than to take money twice. */
function linkUnnumbered(
  inWindow: readonly KnownDeposit[],
  telling: Telling,
  loose: boolean,
): ReversalLink | undefined {
  const untold = inWindow.filter((each) => !wasTold(each, telling));
  const samePayer = untold.filter(({ payerKey }) => payerKey === telling.payerKey);
  const confirmed =
    oldest(samePayer.filter(({ reversedOn }) => reversedOn !== null)) ??
    oldest(untold.filter(({ reversedOn }) => reversedOn === telling.valueDate));
  if (confirmed !== undefined) return { deposit: confirmed, isFirst: false };
  const open = samePayer.filter(({ reversedOn }) => reversedOn === null);
  const sameDay = oldest(open.filter(({ valueDate }) => valueDate === telling.valueDate));
  const deposit = sameDay ?? (loose ? latestTold(open, telling) : undefined);
  return deposit && { deposit, isFirst: true };
}

function latestTold(open: readonly KnownDeposit[], reversal: Telling): KnownDeposit | undefined {
  const credit = { ...reversal, isReversal: false };
  return open
    .filter((each) => wasTold(each, credit))
    .reduce<KnownDeposit | undefined>(
      (latest, each) => (latest === undefined || each.valueDate > latest.valueDate ? each : latest),
      undefined,
    );
}

/** Channels pad the bank's number to different lengths; all zeros is none. */
function plainNumber(inquiryNumber: string): string {
  return inquiryNumber.replace(/^0+/, '');
}

/** Whether the bank gave the deposit this number, in any channel or in the telling's own. */
function isNumbered(deposit: KnownDeposit, telling: Telling, ownChannel: boolean): boolean {
  const number = plainNumber(telling.inquiryNumber);
  return deposit.tellings.some(
    ({ channel, isReversal, inquiryNumber }) =>
      number !== '' &&
      !isReversal &&
      plainNumber(inquiryNumber) === number &&
      (channel === telling.channel || !ownChannel),
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
