// The shape of the network's books: worlds, receipts, movements, notices. What changes them is in
// entries.ts, how in apply.ts; nothing else may.

import type { Faults, Settings } from './settings.ts';

/**
 * RECEIVABLE: nothing taken. NOTES_TAKEN: the coins are still to be had at a register. RECEIVED:
 * all taken. RECEIVED_IN_PART: the coins were never taken. EXPIRED, TAKEN_BACK: nothing taken, and
 * nothing will be.
 */
export type ReceiptState =
  | 'RECEIVABLE'
  | 'NOTES_TAKEN'
  | 'RECEIVED'
  | 'RECEIVED_IN_PART'
  | 'EXPIRED'
  | 'TAKEN_BACK';

/** What is fixed when a receipt is issued. */
export interface Issue {
  /** The sender's own name for it: the idempotency key. */
  readonly requestId: string;
  readonly receiptId: string;
  readonly amountYen: number;
  readonly withinDays: number;
  readonly customerNumber: string;
  readonly confirmationNumber: string;
  /** 18 digits on the printed slip, as a barcode: what the register reads. */
  readonly slipNumber: string;
  readonly issuedAt: number;
  /** The last day, YYYY-MM-DD; over at its midnight. */
  readonly receivableUntil: string;
}

export interface Receipt extends Issue {
  readonly noteYen: number;
  readonly coinYen: number;
  state: ReceiptState;
  receivedYen: number;
  wrongTries: number;
  locked: boolean;
  notesTakenAt: number | null;
  coinsTakenAt: number | null;
  /** When nothing more could be taken. */
  closedAt: number | null;
}

/** A request that was refused: final, so that the same request later meets the same answer. */
export interface RefusedRequest {
  readonly requestId: string;
  readonly amountYen: number;
  readonly withinDays: number;
  readonly code: RefusalCode;
  readonly at: number;
}

export type RefusalCode =
  | 'amount_out_of_range'
  | 'days_out_of_range'
  | 'insufficient_prefund'
  | 'not_permitted';

export type MovementKind = 'FUNDED' | 'ISSUED' | 'NOTES' | 'COINS' | 'EXPIRED' | 'TAKEN_BACK';

/** One line of the reconciliation file. */
export interface Movement {
  readonly kind: MovementKind;
  /** Empty for money paid in. */
  readonly requestId: string;
  readonly amountYen: number;
  readonly at: number;
}

export interface Notice {
  readonly noticeId: string;
  /** The JSON that is pushed, as it was when it happened. */
  readonly body: string;
  readonly repeats: number;
  state: 'waiting' | 'unsent' | 'delivered';
}

export interface WorldBirth {
  readonly worldId: string;
  readonly partnerCode: string;
  readonly partnerName: string;
  readonly keyId: string;
  readonly secret: string;
  readonly noticeKeyId: string;
  readonly noticeSecret: string;
  readonly settings: Settings;
  readonly bornAt: number;
}

export interface World extends WorldBirth {
  settings: Settings;
  /** Wall clock plus this, or held at a moment. */
  clock: { offsetMs: number; heldAt: number | null };
  faults: Faults;
  webhookUrl: string | null;
  /** What the partner has paid in and recipients have not taken. */
  balanceYen: number;
  /** The part of the balance that waits for recipients. */
  heldYen: number;
  readonly receipts: Map<string, Receipt>;
  readonly refused: Map<string, RefusedRequest>;
  /** What somebody outside has decided of requests that have not come yet. */
  readonly planned: Map<string, RefusalCode>;
  readonly byCustomerNumber: Map<string, Receipt>;
  /** Receipts that can still be taken, by their last day. */
  readonly openUntil: Map<string, Set<Receipt>>;
  readonly movements: Movement[];
  readonly notices: Map<string, Notice>;
  readonly waitingNotices: Set<string>;
}

export interface Books {
  readonly worlds: Map<string, World>;
  readonly byKeyId: Map<string, World>;
  readonly byPartnerCode: Map<string, World>;
  readonly bySlip: Map<string, { readonly world: World; readonly receipt: Receipt }>;
}
