// A remittance: its statuses, what may become of each, and what can still be canceled. Pure. The
// database holds the same table of transitions (migrations/0007-remittances.sql);
// remittance.test.ts compares the two.
import type { Instant, PlainDate } from '../base/clock.ts';
import type { Yen } from '../base/money.ts';
import type { FailureReason } from '../rails/rail.ts';

export type Status =
  | 'awaiting_approval'
  | 'awaiting_funds'
  | 'awaiting_recipient'
  | 'scheduled'
  | 'processing'
  | 'receivable'
  | 'paid'
  | 'failed'
  | 'expired'
  | 'canceled'
  | 'returned';

export const TRANSITIONS: Readonly<Record<Status, readonly Status[]>> = {
  awaiting_approval: ['awaiting_funds', 'awaiting_recipient', 'scheduled', 'canceled', 'expired'],
  awaiting_funds: ['awaiting_recipient', 'scheduled', 'canceled', 'expired'],
  awaiting_recipient: ['scheduled', 'processing', 'expired', 'canceled'],
  scheduled: ['processing', 'canceled', 'failed', 'awaiting_recipient'],
  processing: ['paid', 'failed', 'receivable', 'awaiting_recipient'],
  receivable: ['paid', 'expired', 'canceled', 'awaiting_recipient'],
  paid: ['returned', 'awaiting_recipient'],
  failed: [],
  expired: [],
  canceled: [],
  returned: [],
};

export const STATUSES = Object.keys(TRANSITIONS) as readonly Status[];

/** Why a remittance is where it is: a rail's reason, or one of Kawase's own. */
export type StatusReason = FailureReason | 'link_expired' | 'funds_not_received';

/** Why it may not be handed over yet (確認中). */
export type HoldReason = 'look_alike' | 'fraud' | 'maintenance' | 'recovery' | 'operator';

export type Recall = 'requested' | 'consented' | 'refused' | 'returned';

/**
 * `rail_result`: the rail said so. `bank_statement`: a debit line. `no_return`: N business days of
 * silence.
 */
export type PaidBasis = 'rail_result' | 'bank_statement' | 'no_return';

export interface Remittance {
  readonly shopId: string;
  readonly remittanceId: string;
  readonly reference: string;
  readonly amountYen: Yen;
  readonly status: Status;
  readonly statusReason: StatusReason | null;
  readonly statusDetail: string | null;
  readonly method: string;
  readonly destinationSealed: Buffer;
  /** The destination as lists, logs and events may show it; snake_case. */
  readonly masked: Readonly<Record<string, unknown>>;
  readonly accountId: string | null;
  readonly searchKeys: readonly string[];
  readonly feeVersion: number;
  readonly feeYen: Yen;
  readonly railAccountId: string | null;
  readonly scheduledFor: PlainDate | null;
  readonly dispatchAt: Instant | null;
  readonly transferDate: PlainDate | null;
  readonly expectedFrom: PlainDate | null;
  readonly expectedTo: PlainDate | null;
  readonly description: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly holdReason: HoldReason | null;
  readonly holdBy: string | null;
  readonly holdSince: Instant | null;
  readonly recall: Recall | null;
  readonly paidBasis: PaidBasis | null;
  readonly paidAt: Instant | null;
  /** Less than the amount where part was never taken; null until paid. */
  readonly receivedYen: Yen | null;
  /** Receipt information of cash at an ATM, as ciphertext. */
  readonly receiptSealed: Buffer | null;
  readonly attemptCount: number;
  readonly eventSequence: number;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
}

export function mayBecome(from: Status, to: Status): boolean {
  return TRANSITIONS[from].includes(to);
}

/** `receivable` depends on the rail; the rest by the table of design section 4. */
export function isCancelable(status: Status): boolean {
  return status.startsWith('awaiting_') || status === 'scheduled';
}

/**
 * True where the amount is reserved in the ledger, and goes back to `available` when it ends here.
 */
export function holdsReserve(status: Status): boolean {
  return isCancelable(status) && status !== 'awaiting_funds';
}

/**
 * The same remittance after a change of status. A transition outside the table is a bug, and
 * crashes.
 */
export function withStatus(
  remittance: Remittance,
  to: Status,
  now: Instant,
  changes: Partial<Remittance> = {},
): Remittance {
  if (!mayBecome(remittance.status, to)) {
    throw new Error(`a remittance cannot go from ${remittance.status} to ${to}`);
  }
  return {
    ...remittance,
    statusReason: null,
    statusDetail: null,
    ...changes,
    status: to,
    eventSequence: remittance.eventSequence + 1,
    updatedAt: now,
  };
}

/**
 * The same remittance after a change beside its status (hold, recall, new dates): an event of its
 * own.
 */
export function withChange(
  remittance: Remittance,
  now: Instant,
  changes: Partial<Remittance>,
): Remittance {
  return {
    ...remittance,
    ...changes,
    status: remittance.status,
    eventSequence: remittance.eventSequence + 1,
    updatedAt: now,
  };
}
