// What the rail asks of a connector: the Rail interface without a name, every member there.
// Also the fee inquiry, which only bank transfers have.
import type { Yen } from '../../base/money.ts';
import type { Rail, RailAccount, Submission } from '../rail.ts';

/** Something an operator must look at, which stops nothing; no personal data. */
export type Warn = (accountId: string, detail: string) => void;

export interface FeeQuote {
  readonly totalFeeYen: Yen;
  /** Fee of each item, by its number. */
  readonly feeYenByItem: ReadonlyMap<number, Yen>;
}

/** `unanswered` also where the bank has no such inquiry. */
export type FeeOutcome =
  | { readonly kind: 'answered'; readonly quote: FeeQuote }
  | { readonly kind: 'unanswered'; readonly detail: string };

/** What only rails with cash to take, notices of results or prepaid money have. */
type NotOfBanks = 'takeBack' | 'undo' | 'day' | 'receiving' | 'readResultNotice' | 'prefundedYen';

/** Every member of the interface that a bank can have. */
export type BankRail = Required<Omit<Rail, NotOfBanks>>;

export interface BankConnector extends Omit<BankRail, 'name'> {
  /** Throws where the account's configuration is not valid; for checks at start and on change. */
  checkConfig(account: RailAccount): void;
  /** What the bank would take for these transfers. Free of effects. */
  inquireFees(submission: Submission, signal: AbortSignal): Promise<FeeOutcome>;
}
