// The one interface between Kawase and what carries money: banks, ATM networks, gift and wallet
// providers. A rail is stateless; the core keeps what is durable. rail.contract.ts is the suite
// every rail must pass.
import type { BusinessCalendar } from '../base/calendar.ts';
import type { Instant, PlainDate } from '../base/clock.ts';
import type { Yen } from '../base/money.ts';
import type { RailAccount } from './rail-account.ts';
import type { Receiving } from './receiving.ts';

export type { RailAccount } from './rail-account.ts';

/** Why money did not arrive. The sentence for each is in remittances/reason.ts. */
export type FailureReason =
  | 'no_account'
  | 'name_mismatch'
  | 'account_number_mismatch'
  | 'account_type_mismatch'
  | 'account_closed'
  | 'outside_hours'
  | 'limit_exceeded'
  | 'recipient_declined'
  | 'rail_unavailable'
  | 'insufficient_funds'
  | 'other';

/** A destination as a bank rail needs it; `holderName` is the bank's half-width form. */
export interface BankDestination {
  readonly bankCode: string;
  readonly branchCode: string;
  readonly accountType: 'ordinary' | 'current' | 'savings';
  readonly accountNumber: string;
  readonly holderName: string;
}

/** Cash at an ATM: the recipient needs no account, only the numbers of the receipt information. */
export interface AtmDestination {
  /** Days within which the cash must be taken; the rail's default where null. */
  readonly receiveWithinDays: number | null;
}

/** An Amazon account, as Login with Amazon names it (`amzn1.account.…`). */
export interface AmazonDestination {
  readonly amazonUserId: string;
}

/** An au PAY member, by the number the member typed or the handle that the app hand-over gave. */
export interface AuPayDestination {
  readonly memberNumber: string;
}

/** One payment of a submission. */
export interface SubmissionItem<Destination = BankDestination> {
  /** 1, 2, 3 … within the submission. */
  readonly itemNumber: number;
  readonly attemptId: string;
  /** 20 digits; goes to the rail and comes back in its results. Never used twice. */
  readonly dispatchCode: string;
  readonly amountYen: Yen;
  readonly destination: Destination;
}

/** What is handed to a rail at once: all of one shop, one rail account, one transfer date. */
export interface Submission<Destination = BankDestination> {
  readonly id: string;
  readonly account: RailAccount;
  /** The day on which the money is to leave (取組日 / 振込指定日). */
  readonly transferDate: PlainDate;
  readonly createdAt: Instant;
  readonly items: readonly SubmissionItem<Destination>[];
  readonly totalYen: Yen;
}

/**
 * What a call to `submit` brought.
 * - `accepted`: the rail has it. `railReference` names it there (applyNo, file name). Outcomes come
 *   later, but for what a real-time rail says at once: `reports`.
 * - `rejected`: proof that nothing of it will be paid. `items` narrows the reason per item, where
 *   the rail says it.
 * - `unknown`: the answer was lost or made no sense. Only an inquiry may settle it; never submitted
 *   again.
 */
export type SubmitOutcome =
  | {
      readonly kind: 'accepted';
      readonly railReference: string;
      readonly reports?: readonly PaymentReport[];
    }
  | {
      readonly kind: 'rejected';
      readonly reason: FailureReason;
      readonly detail: string;
      readonly items: readonly ItemRejection[];
    }
  | { readonly kind: 'unknown'; readonly detail: string };

export interface ItemRejection {
  readonly itemNumber: number;
  readonly reason: FailureReason;
  readonly detail: string;
}

/**
 * What a rail says of one payment, found by its dispatch code (or, where a bank drops it, by the
 * rest).
 * - `pending`: known to the rail, not decided.   - `paid`: left, and the rail confirms it.
 * - `failed`: not paid, money still or again ours. - `returned`: paid, then sent back.
 * - `recall_*`: 組戻し. - `absent`: the rail answered, and knows nothing of it.
 * - `receivable`: ready for the recipient to take, who needs `receipt`.
 * - `expired`, `taken_back`: no longer to be taken; what was not taken (all but `receivedYen`) is
 *   ours.
 */
export interface PaymentReport {
  readonly dispatchCode: string;
  readonly state:
    | 'pending'
    | 'paid'
    | 'failed'
    | 'returned'
    | 'recall_requested'
    | 'recall_consented'
    | 'recall_refused'
    | 'absent'
    | 'receivable'
    | 'expired'
    | 'taken_back';
  readonly reason: FailureReason | null;
  /** The rail's own code and words, for the operator; no personal data. */
  readonly detail: string;
  /** When it happened, as far as the rail says. */
  readonly at: Instant | null;
  readonly railReference: string | null;
  /** With `receivable`: what the recipient types at the machine. Personal: kept sealed. */
  readonly receipt?: ReceiptInformation;
  /** With `receivable`: too many wrong numbers; nothing can be taken until the rail unlocks it. */
  readonly isLocked?: boolean;
  /** Less than the whole amount where a leg (the coins) was never taken; absent = all of it. */
  readonly receivedYen?: Yen;
}

/** The numbers with which a recipient takes cash at an ATM. */
export interface ReceiptInformation {
  readonly partnerCode: string;
  readonly customerNumber: string;
  readonly confirmationNumber: string;
  readonly receivableUntil: PlainDate;
}

/** The answer to an inquiry, or that none was to be had (then nothing is concluded). */
export type InquiryOutcome =
  | {
      readonly kind: 'answered';
      /** The submission as a whole: `absent` says the rail never had it. */
      readonly submission: 'known' | 'absent';
      readonly railReference: string | null;
      readonly reports: readonly PaymentReport[];
    }
  | { readonly kind: 'unanswered'; readonly detail: string };

/**
 * A credit that came in on one of our accounts, or was taken back by the bank (取消), as a rail tells
 * it (a deposit notice, a line of its list).
 */
export interface CreditNotice {
  /** Unique and stable per rail account: repeats of one notice carry the same. */
  readonly noticeKey: string;
  readonly bankCode: string;
  readonly branchCode: string;
  readonly accountNumber: string;
  readonly amountYen: Yen;
  readonly payerName: string;
  readonly payerBank: string;
  /** Of a reversal: the day on which the bank took the credit back. */
  readonly valueDate: PlainDate;
  readonly isReversal: boolean;
  /** The bank's number of the credit; of a reversal that of the credit it takes back; '' = none. */
  readonly creditNumber: string;
}

/** A file picked up from a bank: 振込入金通知 or 入出金取引明細, still as bytes. */
export interface CollectedFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/**
 * Timing as data: when instructions leave and what a transfer date means. Tokyo wall-clock times.
 */
export interface RailTiming {
  /** Handed over at once, around the clock, 365 days a year: cut-offs are not looked at. */
  readonly isInstant?: boolean;
  /** `HH:MM`, ascending: at each the due instructions are handed over, on business days. */
  readonly cutOffs: readonly string[];
  /** Business days between the hand-over and the transfer date: 0 = money leaves the same day. */
  readonly leadBusinessDays: number;
  readonly calendar: BusinessCalendar;
  /** Announced maintenance, which the core adds: nothing is handed over within. */
  readonly closures?: readonly Closure[];
}

/** From `startsAt` to before `endsAt`. */
export interface Closure {
  readonly startsAt: Instant;
  readonly endsAt: Instant;
}

/** What a connector can do, so that the core never has to guess. */
export interface RailTraits {
  /** The most items one submission may hold. */
  readonly maxItems: number;
  /** True only where the rail itself promises that the same submission sent again pays once. */
  readonly idempotentSubmit: boolean;
  /**
   * `per_item`: results say `paid`. `silence`: nothing confirms; paid after N business days without
   * a return.
   */
  readonly confirmation:
    | { readonly kind: 'per_item' }
    | { readonly kind: 'silence'; readonly businessDays: number };
  /**
   * After this long without the rail knowing a lost submission, `absent` is proof that it never
   * came.
   */
  readonly absenceProofMs: number;
  /**
   * Of a real-time rail: for so many days a paid payment may still be sent back, and is asked after
   * once a day, since the notice of it may be lost. Absent: it never comes back.
   */
  readonly returnWatchDays?: number;
  /**
   * Where the money of paid remittances lies: on a bank account (default) or prepaid at the rail.
   */
  readonly settlesFrom?: 'cash' | 'prefund';
  /** What one payment may be; the contract with a shop may say less. */
  readonly minYen?: Yen;
  readonly maxYen?: Yen;
  /** Amounts must be whole multiples of it (notes only); absent = any yen. */
  readonly unitYen?: Yen;
}

/**
 * What the rail's own file of one day says of one payment: how much of it was taken and how it
 * stood at the end of that day. Null where the file says nothing of that.
 */
export interface DayEntry {
  readonly dispatchCode: string;
  readonly issuedYen: Yen | null;
  readonly takenYen: Yen;
  readonly closed: 'expired' | 'taken_back' | null;
}

/** One day at a rail, whole: its count and balances agree. */
export interface RailDay {
  readonly date: PlainDate;
  readonly openingYen: Yen;
  readonly closingYen: Yen;
  readonly fundedYen: Yen;
  readonly entries: readonly DayEntry[];
}

/** What came of taking a payment back that should not have been made. */
export type UndoOutcome =
  | { readonly kind: 'undone' }
  | { readonly kind: 'refused' | 'unknown'; readonly detail: string };

/** What came of asking for a receivable payment back. `unknown`: only an inquiry may say more. */
export type TakeBackOutcome = 'taken_back' | 'already_received' | 'unknown';

export interface Rail<Destination = BankDestination> {
  /** `bank_transfer`: the part after `in_flight:` in the ledger. */
  readonly name: string;
  traits(account: RailAccount): RailTraits;
  timing(account: RailAccount, calendar: BusinessCalendar): RailTiming;
  /** The bank the money leaves from, where the rail is a bank: decides the same-bank fee. */
  sourceBankCode?(account: RailAccount): string;
  /** The path of our own copy of a file that was handed over, where the rail goes by files. */
  fileCopyOf?(account: RailAccount, railReference: string): string | undefined;
  /**
   * Once, when an account is made or its configuration changes: makes what the connector keeps
   * outside the database. Throws what is wrong with the configuration or cannot be made.
   */
  prepare?(account: RailAccount): Promise<void>;
  /** Hands a submission over, once. Never throws for what the network does: that is `unknown`. */
  submit(submission: Submission<Destination>, signal: AbortSignal): Promise<SubmitOutcome>;
  /**
   * Asks what became of a submission, by its dispatch codes: who was let choose anew after a
   * payment came back has another destination by now, maybe of another rail. Free of effects; may
   * be called as often as one likes.
   */
  inquire(
    submission: Submission<Destination> & { readonly railReference: string | null },
    signal: AbortSignal,
  ): Promise<InquiryOutcome>;
  /**
   * All payments the rail knows since `since`, for reconciliation after a restore. Undefined: it
   * cannot list.
   */
  listPayments?(
    account: RailAccount,
    since: PlainDate,
    signal: AbortSignal,
  ): AsyncGenerator<PaymentReport>;
  /**
   * Credits not yet delivered by webhook; reading may mark them delivered, so they are stored
   * before the next call.
   */
  unsentCredits?(account: RailAccount, signal: AbortSignal): Promise<readonly CreditNotice[]>;
  /**
   * Every credit and reversal since a day, told before or not: for what was marked delivered and
   * never came, and for reversals, which no notice may tell of.
   */
  recentCredits?(
    account: RailAccount,
    since: PlainDate,
    signal: AbortSignal,
  ): Promise<readonly CreditNotice[]>;
  /** Checks and reads a webhook of the rail; undefined where it is not genuine. */
  readCreditNotice?(
    account: RailAccount,
    request: { readonly headers: Readonly<Record<string, string>>; readonly body: string },
  ): readonly CreditNotice[] | undefined;
  /**
   * Files waiting at the bank; each stays there until `acknowledgeFile`. At most `limit` per call.
   */
  collectFiles?(
    account: RailAccount,
    limit: number,
    signal: AbortSignal,
  ): Promise<readonly CollectedFile[]>;
  /** The file is safely ours: the bank may put it away. */
  acknowledgeFile?(account: RailAccount, name: string, signal: AbortSignal): Promise<void>;
  /** Files taken over since a day, acknowledged or not: read again after a restore. */
  receivedFiles?(
    account: RailAccount,
    since: PlainDate,
    signal: AbortSignal,
  ): AsyncGenerator<CollectedFile>;
  /**
   * Takes a receivable payment back, where the rail can; racing with the recipient, exactly one
   * wins.
   */
  takeBack?(
    account: RailAccount,
    payment: { readonly dispatchCode: string; readonly railReference: string | null },
    signal: AbortSignal,
  ): Promise<TakeBackOutcome>;
  /** Checks and reads a result notice of the rail; undefined where it is not genuine. */
  readResultNotice?(
    account: RailAccount,
    request: { readonly headers: Readonly<Record<string, string>>; readonly body: string },
  ): readonly PaymentReport[] | undefined;
  /**
   * Takes a paid payment back, where the rail can: an operator's deed, within its time. Not
   * `takeBack`: the recipient may have used the money already.
   */
  undo?(
    account: RailAccount,
    payment: { readonly dispatchCode: string },
    signal: AbortSignal,
  ): Promise<UndoOutcome>;
  /**
   * The rail's own file of a day; undefined while it is not there yet. Throws where it could not be
   * had, or is not whole.
   */
  day?(account: RailAccount, date: PlainDate, signal: AbortSignal): Promise<RailDay | undefined>;
  /** How recipients meet it, where it carries a receiving method of its own. */
  readonly receiving?: Receiving;
  /** What is left of the money prepaid at the rail; undefined where it was not to be learnt. */
  prefundedYen?(account: RailAccount, signal: AbortSignal): Promise<Yen | undefined>;
  /** Cheap proof of life for health pages and the operator. */
  ping(account: RailAccount, signal: AbortSignal): Promise<{ ok: boolean; detail: string }>;
}
