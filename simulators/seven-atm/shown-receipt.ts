// How the wire shows a receipt. The numbers that open it are shown only to who asks for that one.

import type { Receipt } from './books.ts';
import { timeText } from './tokyo-time.ts';

const timeOrNull = (at: number | null): string | null => (at === null ? null : timeText(at));

export function shownReceipt(receipt: Receipt): object {
  return {
    request_id: receipt.requestId,
    receipt_id: receipt.receiptId,
    state: receipt.state,
    amount: receipt.amountYen,
    note_amount: receipt.noteYen,
    coin_amount: receipt.coinYen,
    received_amount: receipt.receivedYen,
    locked: receipt.locked,
    issued_at: timeText(receipt.issuedAt),
    receivable_until: receipt.receivableUntil,
    notes_taken_at: timeOrNull(receipt.notesTakenAt),
    coins_taken_at: timeOrNull(receipt.coinsTakenAt),
    closed_at: timeOrNull(receipt.closedAt),
  };
}

export function receiptWithNumbers(receipt: Receipt, partnerCode: string): object {
  return {
    ...shownReceipt(receipt),
    partner_code: partnerCode,
    customer_number: receipt.customerNumber,
    confirmation_number: receipt.confirmationNumber,
  };
}
