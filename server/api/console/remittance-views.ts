// Remittances as the management screen shows them: the view of /v1 without what the member's role
// must not see. Account digits need `accounts.read`; what money can be taken with (the receive
// link, an ATM's numbers) needs `accounts.reveal`.
import { tokyoTimestamp } from '../../base/clock.ts';
import { publicId } from '../../base/ids.ts';
import type { StoredTransfer } from '../../ledger/books.ts';
import { REASONS } from '../../remittances/reason.ts';
import type { StatusReason } from '../../remittances/remittance.ts';
import type { Trail } from '../../remittances/trail.ts';
import type { LinkView, RemittanceView } from '../../remittances/view.ts';
import type { ObjectDelivery } from '../../webhooks/object-deliveries.ts';
import { placeOf } from '../v1/balance.ts';

export interface Sight {
  /** Last digits of accounts. */
  readonly seesAccounts: boolean;
  /** Link, code, and receipt information: who has them can take the money. */
  readonly seesKeys: boolean;
}

const ACCOUNT_DIGITS = ['account_number_last3', 'account_number', 'account_id'];

/** The same view, less what this member must not see. */
export function redacted<View extends RemittanceView>(view: View, sight: Sight): View {
  const shown = sight.seesAccounts ? view : withoutDigits(view);
  if (sight.seesKeys) return shown;
  const link: LinkView | null = shown.link && { ...shown.link, url: '', code: '' };
  return { ...shown, link, receipt_information: null };
}

function withoutDigits<View extends RemittanceView>(view: View): View {
  const kept = Object.entries(view.destination).filter(([name]) => !ACCOUNT_DIGITS.includes(name));
  return { ...view, account_id: null, destination: Object.fromEntries(kept) };
}

export type AttemptView = ReturnType<typeof attemptViews>[number];
export type TransferView = ReturnType<typeof transferViews>[number];
export type DeliveryView = ReturnType<typeof deliveryViews>[number];

const stampOf = (at: Temporal.Instant | null) => (at === null ? null : tokyoTimestamp(at));

export function attemptViews({ attempts }: Trail) {
  return attempts.map(({ attempt, submission }) => ({
    number: attempt.number,
    status: attempt.status,
    reason: attempt.reason === null ? null : REASONS[attempt.reason as StatusReason].sentence,
    dispatch_code: attempt.dispatchCode,
    rail: submission.rail,
    transfer_date: submission.transferDate.toString(),
    submission_status: submission.status,
    created_at: tokyoTimestamp(attempt.createdAt),
    settled_at: stampOf(attempt.settledAt),
  }));
}

export function transferViews(transfers: readonly StoredTransfer[]) {
  return transfers.map((transfer) => ({
    sequence: transfer.seq,
    at: tokyoTimestamp(transfer.at),
    from: placeOf(transfer.from),
    to: placeOf(transfer.to),
    amount: transfer.amountYen,
    cause: transfer.cause,
    available_after: transfer.availableAfterYen,
  }));
}

export function deliveryViews(deliveries: readonly ObjectDelivery[]) {
  return deliveries.map(({ event, delivery, host }) => ({
    event_id: event.id,
    type: event.type,
    endpoint_id: publicId('whe', delivery.endpointId),
    host,
    status: delivery.status,
    attempts: delivery.attempts,
    last_status: delivery.lastStatus,
    delivered_at: stampOf(delivery.deliveredAt),
    next_at: stampOf(delivery.nextAt),
  }));
}
