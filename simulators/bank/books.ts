// The shape of the bank's books: worlds, orders, payments, deposits, lines of accounts. What
// changes them is in entries.ts, how in apply.ts; nothing else may.

import type { DueHeap } from './due-heap.ts';
import type { Fate, ReasonCode } from './reasons.ts';
import type { Faults, Settings } from './settings.ts';

export type PaymentState =
  | 'applied'
  | 'sent_back'
  | 'withdrawn'
  | 'expired'
  | 'canceled'
  | 'rejected'
  | 'reserved'
  | 'in_process'
  | 'retrying'
  | 'paid'
  | 'failed'
  | 'returned'
  | 'recall_requested'
  | 'recalled'
  | 'recall_refused';

export type Channel = 'transfer' | 'bulk' | 'file';

/** One payment as the customer asked for it; `itemNumber` is its itemId or place in the file. */
export interface PaymentRequest {
  readonly itemNumber: number;
  readonly ediInfo: string;
  readonly amountYen: number;
  readonly bankCode: string;
  readonly branchCode: string;
  /** 1 ordinary, 2 current, 4 savings, 9 other. */
  readonly accountTypeCode: string;
  readonly accountNumber: string;
  readonly beneficiaryName: string;
  /** Fields that are kept only to be shown again. */
  readonly extra: Readonly<Record<string, string>>;
}

export interface Payment extends PaymentRequest {
  /** Index in `World.payments`. */
  readonly id: number;
  readonly order: Order;
  state: PaymentState;
  reasonCode: string | null;
  debited: boolean;
  paidAt: number | null;
  returnedAt: number | null;
}

export interface OrderRequest {
  /** 16 digits: the order's name to the customer. */
  readonly applyNo: string;
  readonly channel: Channel;
  readonly remitterName: string;
  readonly transferDataName: string | null;
  readonly comment: string | null;
  /** After moving closed days: YYYY-MM-DD. */
  readonly transferDate: string;
  readonly initialState: 'applied' | 'reserved';
  readonly file: { readonly name: string; readonly sha256: string } | null;
}

export interface Order extends OrderRequest {
  readonly acceptedAt: number;
  readonly payments: Payment[];
  /** When the request, or its last cancellation, was done; null while a person must approve. */
  endedAt: number | null;
}

/** One line of the settlement account or of a virtual account. */
export interface Line {
  /** 照会番号; a virtual account's deposit and its sweep share one. */
  readonly number: number;
  /** null: the settlement account, else the vaId. */
  readonly vaId: string | null;
  readonly at: number;
  readonly direction: 'in' | 'out';
  readonly kind: 'transfer' | 'book-transfer' | 'correction';
  readonly amountYen: number;
  readonly balanceAfterYen: number;
  readonly name: string;
  readonly bankName: string;
  readonly branchName: string;
  readonly remarks: string;
  readonly ediInfo: string;
}

export interface Deposit {
  readonly depositId: string;
  /** The caller's key for the deposit, so that it is booked once. */
  readonly key: string | null;
  readonly number: number;
  readonly vaId: string | null;
  readonly at: number;
  readonly amountYen: number;
  readonly remitterName: string;
  readonly bankName: string;
  readonly branchName: string;
  readonly ediInfo: string;
  canceledAt: number | null;
  cancelNumber: number | null;
}

/** What 振込入金通知 and the list of deposits tell, in order: a deposit, or that it was cancelled. */
export interface DepositRecord {
  readonly deposit: Deposit;
  readonly canceled: boolean;
  readonly at: number;
  readonly number: number;
}

export interface VirtualAccount {
  readonly vaId: string;
  readonly branchCode: string;
  readonly accountNumber: string;
  readonly holderName: string;
  readonly typeCode: '1' | '2';
  readonly issuedAt: number;
  readonly expiresAt: number | null;
  /** 1 usable, 2 stopped, 3 deleted. */
  status: '1' | '2' | '3';
  changedAt: number | null;
  totalYen: number;
}

export interface Notice {
  readonly messageId: string;
  readonly deposit: Deposit;
  readonly repeats: number;
  state: 'waiting' | 'unsent' | 'delivered';
}

/** A file for the customer: text of its own, or records cut from the books. */
export type FileContent =
  | { readonly kind: 'text'; readonly text: string }
  | {
      readonly kind: 'statement' | 'deposit_notice';
      /** Range of `lines` or `depositRecords`. */
      readonly from: number;
      readonly to: number;
      readonly createdAt: number;
      /** Non-null: broken in the way this number picks. */
      readonly corruption: number | null;
    };

export interface InboundFile {
  readonly name: string;
  readonly content: FileContent;
}

export interface TakenFile {
  readonly name: string;
  readonly sha256: string;
  readonly accepted: boolean;
  /** The text of the receipt, so that it can be put back. */
  readonly receipt: string;
  duplicates: number;
}

/** Something due at a moment of the world's clock; whether it still applies is asked when it is. */
export type Due =
  | { readonly kind: 'settle'; readonly order: Order }
  | { readonly kind: 'resettle'; readonly payment: Payment }
  | { readonly kind: 'move'; readonly payment: Payment; readonly step: Step };

/** A later step of a payment. `give_back`: a failed item's money returns. */
export interface Step {
  readonly to:
    | 'retrying'
    | 'returned'
    | 'recall_requested'
    | 'recalled'
    | 'recall_refused'
    | 'give_back';
  readonly at: number;
  readonly reason: ReasonCode | null;
  readonly withoutEdi: boolean;
  /** After a recall request: what it ends in, and when. */
  readonly ending: { readonly to: 'recalled' | 'recall_refused'; readonly at: number } | null;
}

export interface WorldBirth {
  readonly worldId: string;
  readonly bankCode: string;
  readonly branchCode: string;
  readonly accountNumber: string;
  readonly accountId: string;
  readonly holderName: string;
  readonly holderNameKana: string;
  readonly remitterCode: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly refreshToken: string;
  readonly webhookSecret: string;
  readonly sftpPassword: string;
  readonly openingYen: number;
  readonly settings: Settings;
  readonly bornAt: number;
}

export interface AccessToken {
  readonly expiresAt: number;
  readonly scope: string;
  /** The refresh token issued with it. */
  readonly withRefresh: string;
}

export interface Tokens {
  refresh: string;
  /** Valid until something issued later is used. */
  formerRefresh: string | null;
  readonly access: Map<string, AccessToken>;
}

export interface World extends WorldBirth {
  /** Wall clock plus this, or held at a moment. */
  clock: { offsetMs: number; heldAt: number | null };
  /** Everything due up to here has happened. */
  reachedAt: number;
  settings: Settings;
  faults: Faults;
  webhookUrl: string | null;
  subscribed: boolean;
  balanceYen: number;
  readonly orders: Map<string, Order>;
  readonly payments: Payment[];
  /**
   * How payments are to end, by EDI. A payment may come under one of several: the first of them
   * that is settled takes the fate, and the others (`others`) lose it.
   */
  readonly fates: Map<string, { readonly fate: Fate; readonly others: readonly string[] }>;
  readonly virtualAccounts: Map<string, VirtualAccount>;
  readonly deposits: Map<string, Deposit>;
  readonly depositByKey: Map<string, Deposit>;
  readonly depositRecords: DepositRecord[];
  readonly lines: Line[];
  lastNumber: number;
  statementFrom: number;
  noticeFrom: number;
  fileSerial: number;
  readonly notices: Map<string, Notice>;
  /** messageIds still to be delivered. */
  readonly waitingNotices: Set<string>;
  readonly inbound: Map<string, InboundFile>;
  /** Names of inbound files not known to be on disk yet. */
  readonly unwritten: Set<string>;
  readonly taken: Map<string, TakenFile>;
  readonly takenBySha: Map<string, TakenFile>;
  readonly intakes: Set<string>;
  readonly struck: Set<string>;
  readonly tokens: Tokens;
  readonly due: DueHeap<Due>;
}

export interface Books {
  readonly worlds: Map<string, World>;
  readonly byClientId: Map<string, World>;
  readonly byAccessToken: Map<string, World>;
  readonly byAccount: Map<string, World>;
  vaCount: number;
}
