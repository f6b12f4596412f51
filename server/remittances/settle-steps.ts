// What one report does to one payment: the statuses, transfers and events that follow from it, as
// steps. Nothing is written here; settle.ts applies them.
import type { Instant } from '../base/clock.ts';
import type { Vault } from '../base/crypto.ts';
import type { Tx } from '../base/deed.ts';
import { yen } from '../base/money.ts';
import type { LedgerAccount, NewTransfer } from '../ledger/transfer.ts';
import type { FailureReason, PaymentReport } from '../rails/rail.ts';
import type { Attempt } from './attempt-store.ts';
import type { RemittanceEventType } from './emit.ts';
import {
  type PaidBasis,
  type Recall,
  type Remittance,
  withChange,
  withStatus,
} from './remittance.ts';

/** The vault's purpose for receipt information of a shop. */
export const receiptPurpose = (shopId: string) => `receipt:${shopId}`;

export const inFlight = (rail: string): LedgerAccount => `in_flight:${rail}`;

export interface Report extends PaymentReport {
  /** What makes a `paid` true; only read for that state. */
  readonly basis: PaidBasis;
}

/** A rail as settling needs it: its name, the contract, and where paid money leaves from. */
export interface SettlingRail {
  readonly name: string;
  readonly railAccountId: string;
}

export interface Place extends SettlingRail {
  /** `cash:<account>`, or `prefund:<account>` where money lies prepaid at the rail. */
  readonly account: LedgerAccount;
}

export interface Step {
  readonly attempt: Attempt;
  readonly remittance: Remittance;
  readonly type: RemittanceEventType;
  readonly transfers: readonly NewTransfer[];
  readonly at: Instant | null;
}

/**
 * What a report does to an attempt and its remittance: nothing, one step, or two (paid, then
 * returned).
 */
export function stepsOf(
  deps: { readonly vault: Vault },
  tx: Tx,
  rail: Place,
  attempt: Attempt,
  remittance: Remittance,
  report: Report,
): Step[] {
  const { state } = report;
  if (state.startsWith('recall_')) return recallSteps(tx, rail, attempt, remittance, report);
  if (state === 'returned' && attempt.status === 'paid') {
    return [returned(tx, rail, attempt, remittance, report)];
  }
  if (attempt.status !== 'processing') return [];
  switch (state) {
    case 'paid':
      return [paid(tx, rail, attempt, remittance, report)];
    case 'failed':
      return [failed(tx, rail.name, attempt, remittance, report)];
    case 'returned': {
      const first = paid(tx, rail, attempt, remittance, report);
      return [first, returned(tx, rail, first.attempt, first.remittance, report)];
    }
    case 'receivable':
      return receivable(deps, tx, rail, attempt, remittance, report);
    case 'expired':
    case 'taken_back':
      return [notTaken(tx, rail, attempt, remittance, report)];
    default:
      return [];
  }
}

/**
 * Ready for the recipient; the numbers for it are kept sealed. Where a leg of it has been taken,
 * that too. A repeat changes nothing.
 */
function receivable(
  deps: { readonly vault: Vault },
  tx: Tx,
  rail: Place,
  attempt: Attempt,
  remittance: Remittance,
  report: Report,
): Step[] {
  const first =
    remittance.status === 'processing' ? [ready(deps, tx, attempt, remittance, report)] : [];
  const steps = [...first];
  const present = () => steps.at(-1)?.remittance ?? remittance;
  const leg = legTaken(tx, rail, attempt, present(), report);
  if (leg !== undefined) steps.push(leg);
  const lock = lockTurned(tx, attempt, present(), report);
  if (lock !== undefined) steps.push(lock);
  return steps;
}

/** `status_detail` of a receipt that takes no more numbers. */
export const RECEIPT_LOCKED = 'receipt_locked';

function lockTurned(
  tx: Tx,
  attempt: Attempt,
  remittance: Remittance,
  { isLocked, at }: Report,
): Step | undefined {
  const wasLocked = remittance.statusDetail === RECEIPT_LOCKED;
  const isNews = isLocked !== undefined && isLocked !== wasLocked;
  if (!isNews || remittance.status !== 'receivable') return undefined;
  const statusDetail = isLocked ? RECEIPT_LOCKED : null;
  return {
    attempt,
    remittance: withChange(remittance, tx.now, { statusDetail }),
    type: isLocked ? 'remittance.receipt_locked' : 'remittance.receipt_unlocked',
    transfers: [],
    at,
  };
}

function ready(
  deps: { readonly vault: Vault },
  tx: Tx,
  attempt: Attempt,
  remittance: Remittance,
  { receipt }: Report,
): Step {
  const receiptSealed =
    receipt === undefined
      ? null
      : deps.vault.seal(JSON.stringify(receipt), receiptPurpose(tx.shopId));
  return {
    attempt,
    remittance: withStatus(remittance, 'receivable', tx.now, {
      receiptSealed,
      ...(receipt && { expectedTo: receipt.receivableUntil }),
    }),
    type: 'remittance.receivable',
    transfers: [],
    at: null,
  };
}

/** The notes are out, the coins wait: what was taken is no longer owed. */
function legTaken(
  tx: Tx,
  rail: Place,
  attempt: Attempt,
  remittance: Remittance,
  { receivedYen, at }: Report,
): Step | undefined {
  const isNew = remittance.status === 'receivable' && remittance.receivedYen === null;
  if (!isNew || receivedYen === undefined || receivedYen < 1) return undefined;
  const leg = { from: inFlight(rail.name), to: rail.account, amountYen: receivedYen } as const;
  return {
    attempt,
    remittance: withChange(remittance, tx.now, { receivedYen }),
    type: 'remittance.partly_received',
    transfers: [{ ...leg, cause: 'part_paid', causeId: attempt.attemptId }],
    at,
  };
}

/** Expired or taken back before anything of it was taken: the money is available again. */
function notTaken(
  tx: Tx,
  rail: Place,
  attempt: Attempt,
  remittance: Remittance,
  report: Report,
): Step {
  // A leg was taken before: that much has been paid, the rest comes back.
  const { receivedYen } = remittance;
  if (remittance.status === 'receivable' && receivedYen !== null) {
    return paid(tx, rail, attempt, remittance, { ...report, receivedYen });
  }
  // What was never receivable has only failed.
  if (remittance.status !== 'receivable') {
    return failed(tx, rail.name, attempt, remittance, { ...report, reason: 'other' });
  }
  const status = report.state === 'expired' ? 'expired' : 'canceled';
  const statusReason = status === 'expired' ? 'link_expired' : null;
  return {
    attempt: { ...attempt, status: 'failed', reason: null, detail: report.state },
    remittance: withStatus(remittance, status, tx.now, { statusReason, receiptSealed: null }),
    type: `remittance.${status}`,
    transfers: [
      {
        from: inFlight(rail.name),
        to: 'available',
        amountYen: attempt.amountYen,
        cause: 'not_taken',
        causeId: attempt.attemptId,
      },
    ],
    at: null,
  };
}

function paid(tx: Tx, rail: Place, attempt: Attempt, remittance: Remittance, report: Report): Step {
  const paidAt = report.state === 'paid' && report.at !== null ? report.at : tx.now;
  // A leg that was taken before has its transfer already.
  const beforeYen = remittance.status === 'receivable' ? (remittance.receivedYen ?? 0) : 0;
  const receivedYen = yen(Math.max(report.receivedYen ?? attempt.amountYen, beforeYen));
  const from = inFlight(rail.name);
  const causeId = attempt.attemptId;
  const transfers: NewTransfer[] = [];
  if (receivedYen > beforeYen) {
    const nowYen = yen(receivedYen - beforeYen);
    transfers.push({ from, to: rail.account, amountYen: nowYen, cause: 'paid', causeId });
  }
  if (receivedYen < attempt.amountYen) {
    // Coins that were never taken at the register.
    const restYen = yen(attempt.amountYen - receivedYen);
    transfers.push({ from, to: 'available', amountYen: restYen, cause: 'not_taken', causeId });
  }
  if (remittance.feeYen > 0) {
    transfers.push({
      from: 'fees_receivable',
      to: 'fee_income',
      amountYen: remittance.feeYen,
      cause: 'fee',
      causeId: attempt.attemptId,
    });
  }
  return {
    attempt: { ...attempt, status: 'paid', reason: null, detail: report.detail },
    remittance: withStatus(remittance, 'paid', tx.now, {
      paidAt,
      paidBasis: report.basis,
      receivedYen,
      receiptSealed: null,
    }),
    type: 'remittance.paid',
    transfers,
    at: null,
  };
}

export function failed(
  tx: Tx,
  railName: string,
  attempt: Attempt,
  remittance: Remittance,
  why: { readonly reason: FailureReason | null; readonly detail: string },
): Step {
  const reason = why.reason ?? 'other';
  return {
    attempt: { ...attempt, status: 'failed', reason, detail: why.detail },
    remittance: withStatus(remittance, 'failed', tx.now, {
      statusReason: reason,
      statusDetail: why.detail,
    }),
    type: 'remittance.failed',
    transfers: [
      {
        from: inFlight(railName),
        to: 'available',
        amountYen: attempt.amountYen,
        cause: 'failed',
        causeId: attempt.attemptId,
      },
    ],
    at: null,
  };
}

function returned(
  tx: Tx,
  rail: Place,
  attempt: Attempt,
  remittance: Remittance,
  report: Report,
): Step {
  const reason = report.reason ?? 'other';
  const recall: Recall | null = remittance.recall === null ? null : 'returned';
  return {
    attempt: { ...attempt, status: 'returned', reason, detail: report.detail },
    remittance: withStatus(remittance, 'returned', tx.now, {
      statusReason: reason,
      statusDetail: report.detail,
      recall,
    }),
    type: 'remittance.returned',
    transfers: [
      {
        from: rail.account,
        to: 'available',
        amountYen: remittance.receivedYen ?? attempt.amountYen,
        cause: 'returned',
        causeId: attempt.attemptId,
      },
    ],
    at: null,
  };
}

/**
 * 組戻し runs beside `paid`; only arrived money changes the status. What is recalled has been paid.
 */
function recallSteps(
  tx: Tx,
  rail: Place,
  attempt: Attempt,
  remittance: Remittance,
  report: Report,
): Step[] {
  if (attempt.status === 'processing') {
    const first = paid(tx, rail, attempt, remittance, report);
    return [first, ...recallSteps(tx, rail, first.attempt, first.remittance, report)];
  }
  const recall = report.state.slice('recall_'.length) as Exclude<Recall, 'returned'>;
  if (remittance.recall === recall || remittance.status !== 'paid') return [];
  return [
    {
      attempt,
      remittance: withChange(remittance, tx.now, { recall }),
      type: `remittance.recall_${recall}`,
      transfers: [],
      at: report.at,
    },
  ];
}
