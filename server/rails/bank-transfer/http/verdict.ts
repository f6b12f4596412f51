// What the bank's codes say of a payment: every transferStatus in one table, and which of an
// application and an item has the last word. Pure. Only explicit success or failure is final; what
// is unknown is pending.
import { type Instant, TOKYO } from '../../../base/clock.ts';
import type { FailureReason, PaymentReport } from '../../rail.ts';
import { reasonOfCode } from '../unpaid-reason.ts';
import type { Json } from './transform.ts';

type State = PaymentReport['state'];

export interface Verdict {
  readonly state: State;
  readonly reason: FailureReason | null;
  readonly detail: string;
  readonly at: Instant | null;
}

/** transferStatus of 振込 and 総合振込. `sole`: it speaks for an item only where it is the only one. */
export const TRANSFER_STATUSES: Readonly<
  Record<string, { readonly state: State; readonly words: string; readonly sole?: true }>
> = {
  2: { state: 'pending', words: '申請中' },
  // Sent back to the applicant, who may apply again: final only once it is withdrawn (4) or expired
  // (5).
  3: { state: 'pending', words: '差戻' },
  4: { state: 'failed', words: '取下げ' },
  5: { state: 'failed', words: '期限切れ' },
  8: { state: 'failed', words: '承認取消/予約取消' },
  11: { state: 'pending', words: '予約中' },
  12: { state: 'pending', words: '手続中' },
  13: { state: 'pending', words: 'リトライ中' },
  20: { state: 'paid', words: '手続済' },
  22: { state: 'returned', words: '資金返却', sole: true },
  24: { state: 'recall_requested', words: '組戻手続中', sole: true },
  25: { state: 'returned', words: '組戻済', sole: true },
  26: { state: 'recall_refused', words: '組戻不成立', sole: true },
  30: { state: 'pending', words: '不能・組戻あり' },
  40: { state: 'failed', words: '手続不成立' },
};

/** What is told of the item itself wins over the application's status. */
export function verdictOf(
  transferStatus: string,
  unable: Json | undefined,
  isSole: boolean,
): Verdict {
  const known = Object.hasOwn(TRANSFER_STATUSES, transferStatus)
    ? TRANSFER_STATUSES[transferStatus]
    : undefined;
  const code = /^[0-9]{1,3}$/.test(transferStatus) ? transferStatus : '?';
  const words = `${code} ${known?.words ?? '(unknown status)'}`;
  const own = unable === undefined ? undefined : itemState(unable);
  const whole = known === undefined || (known.sole && !isSole) ? 'pending' : known.state;
  const state = own ?? whole;
  const failed = state === 'failed' || state === 'returned';
  return {
    state,
    reason: failed ? reasonOfCode(unable?.unableReasonCode) : null,
    detail: unable === undefined ? words : `${words}, ${itemWords(unable)}`,
    at: state === 'returned' ? dayStart(unable?.repaymentDate) : null,
  };
}

function itemState(unable: Json): State | undefined {
  if (unable.refundStatus === '1') return 'recall_requested';
  if (unable.refundStatus === '2') return 'returned';
  if (unable.refundStatus === '3') return 'recall_refused';
  if (unable.transferDetailStatus === '2') return 'failed';
  if (unable.isRepayment === true) return 'returned';
  return unable.transferDetailStatus === '1' ? 'paid' : undefined;
}

function itemWords(unable: Json): string {
  const { transferDetailStatus, refundStatus, isRepayment, unableReasonCode } = unable;
  const codes = { transferDetailStatus, refundStatus, isRepayment, unableReasonCode };
  return Object.entries(codes)
    .filter(([, value]) => value === true || (typeof value === 'string' && value.length <= 3))
    .map(([name, value]) => `${name} ${String(value)}`)
    .join(', ');
}

function dayStart(date: unknown): Instant | null {
  if (typeof date !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(date)) return null;
  return Temporal.PlainDate.from(date).toZonedDateTime(TOKYO).toInstant();
}
