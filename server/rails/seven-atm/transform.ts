// The wire into ours, and ours into the wire: the only place that knows the foreign shapes, so that
// the network's real interface can take the place of the assumed one (README). Pure.
import type { Instant, PlainDate } from '../../base/clock.ts';
import { type Yen, yen } from '../../base/money.ts';
import type {
  AtmDestination,
  FailureReason,
  InquiryOutcome,
  PaymentReport,
  ReceiptInformation,
  SubmissionItem,
  SubmitOutcome,
  TakeBackOutcome,
} from '../rail.ts';
import type { AtmConfig } from './config.ts';
import { daysOf } from './door.ts';

type Json = Readonly<Record<string, unknown>>;
type State = PaymentReport['state'];

export const RECEIPTS = '/v1/receipts';
export const BALANCE = '/v1/balance';
export const HEALTH = '/v1/health';

export const receiptTarget = (dispatchCode: string): string => `${RECEIPTS}/${dispatchCode}`;
export const takeBackTarget = (dispatchCode: string): string =>
  `${RECEIPTS}/${dispatchCode}/take-back`;
export const listTarget = (from: PlainDate, after: string): string =>
  `${RECEIPTS}?issued_from=${from}${after === '' ? '' : `&after=${encodeURIComponent(after)}`}`;

export function issueBody(config: AtmConfig, item: SubmissionItem<AtmDestination>): string {
  return JSON.stringify({
    request_id: item.dispatchCode,
    amount: item.amountYen,
    receive_within_days: daysOf(config, item.destination),
  });
}

/** What an answer to `issue` says of `item`. Refusals count only in the network's own words. */
export function readIssued(
  config: AtmConfig,
  item: SubmissionItem<AtmDestination>,
  status: number,
  body: unknown,
): SubmitOutcome {
  const { dispatchCode, amountYen } = item;
  if (status === 200 || status === 201) {
    const report = readReceipt(config, body, { dispatchCode, amountYen });
    if (report?.railReference == null) {
      return { kind: 'unknown', detail: `HTTP ${status} without a receipt that fits` };
    }
    return { kind: 'accepted', railReference: report.railReference, reports: [report] };
  }
  const error = fieldsOf(fieldsOf(body).error);
  // A refusal is final for its request id, whatever of it may still be under way (README).
  if (status === 422 && typeof error.code === 'string' && error.request_id === dispatchCode) {
    const reason = reasonOf(error.code);
    const detail = `refused: ${codeOnly(error.code)}`;
    // Money that the operator must pay in is not the payment's fault: it goes again, later.
    const items = reason === 'rail_unavailable' ? [] : [{ itemNumber: 1, reason, detail }];
    return { kind: 'rejected', reason, detail, items };
  }
  return { kind: 'unknown', detail: `HTTP ${status} ${codeOnly(error.code)} proves nothing` };
}

/** What an answer to an inquiry says. */
export function readInquiry(
  config: AtmConfig,
  item: SubmissionItem<AtmDestination>,
  status: number,
  body: unknown,
): InquiryOutcome {
  const { dispatchCode, amountYen } = item;
  if (status === 200) {
    const report = readReceipt(config, body, { dispatchCode, amountYen });
    if (report === undefined) return unanswered('HTTP 200 without a receipt that fits');
    const { railReference } = report;
    return { kind: 'answered', submission: 'known', railReference, reports: [report] };
  }
  const error = fieldsOf(fieldsOf(body).error);
  const isAbsent = error.code === 'receipt_not_found' && error.request_id === dispatchCode;
  if (status !== 404 || !isAbsent) {
    return unanswered(`HTTP ${status} ${codeOnly(error.code)} answers nothing`);
  }
  const absent = { state: 'absent', reason: null, detail: 'receipt_not_found', at: null } as const;
  const reports = [{ dispatchCode, ...absent, railReference: null }];
  return { kind: 'answered', submission: 'absent', railReference: null, reports };
}

const unanswered = (detail: string): InquiryOutcome => ({ kind: 'unanswered', detail });

/** A refused take-back counts only in the network's own words; an expiry is an inquiry's matter. */
export function readTakenBack(
  dispatchCode: string,
  status: number,
  body: unknown,
): TakeBackOutcome {
  const receipt = fieldsOf(body);
  if (status === 200) {
    const isOurs = receipt.request_id === dispatchCode;
    return isOurs && receipt.state === 'TAKEN_BACK' ? 'taken_back' : 'unknown';
  }
  const error = fieldsOf(receipt.error);
  const isTaken = error.code === 'already_received' && error.request_id === dispatchCode;
  return status === 409 && isTaken ? 'already_received' : 'unknown';
}

/** A notice carries one receipt; undefined where it makes no sense. */
export function readNotice(config: AtmConfig, body: unknown): PaymentReport | undefined {
  return readReceipt(config, fieldsOf(body).receipt);
}

/** A page of a listing; undefined where it makes no sense. */
export function readPage(
  config: AtmConfig,
  body: unknown,
): { readonly reports: readonly PaymentReport[]; readonly next: string | null } | undefined {
  const { receipts, next } = fieldsOf(body);
  if (!Array.isArray(receipts) || (next !== null && typeof next !== 'string')) return undefined;
  const reports = receipts.map((each) => readReceipt(config, each));
  return reports.every((each) => each !== undefined) ? { reports, next } : undefined;
}

/** What is free of the prepaid money: what waits for recipients is spoken for. */
export function readAvailable(body: unknown): Yen | undefined {
  const { available } = fieldsOf(body);
  return Number.isSafeInteger(available) ? yen(available as number) : undefined;
}

/** What each state means, and how much has been taken then. Others are `pending`. */
const STATES: Readonly<Record<string, { state: State; taken: 'none' | 'notes' | 'all' }>> = {
  RECEIVABLE: { state: 'receivable', taken: 'none' },
  NOTES_TAKEN: { state: 'receivable', taken: 'notes' },
  RECEIVED: { state: 'paid', taken: 'all' },
  RECEIVED_IN_PART: { state: 'paid', taken: 'notes' },
  EXPIRED: { state: 'expired', taken: 'none' },
  TAKEN_BACK: { state: 'taken_back', taken: 'none' },
};

/**
 * A receipt as a report; undefined where it is not the one asked for. One whose sums or numbers do
 * not agree is `pending`: the money is somewhere, but nothing is concluded from it.
 */
function readReceipt(
  config: AtmConfig,
  value: unknown,
  asked?: { readonly dispatchCode: string; readonly amountYen: Yen },
): PaymentReport | undefined {
  const receipt = fieldsOf(value);
  const { request_id: dispatchCode, amount } = receipt;
  if (typeof dispatchCode !== 'string' || !/^[0-9]{20}$/.test(dispatchCode)) return undefined;
  if (asked !== undefined && (asked.dispatchCode !== dispatchCode || asked.amountYen !== amount)) {
    return undefined;
  }
  if (receipt.state === 'REFUSED') return refusedReport(dispatchCode, receipt);
  const { receipt_id: railReference } = receipt;
  if (typeof railReference !== 'string' || !/^[0-9A-Za-z-]{1,40}$/.test(railReference)) {
    return undefined;
  }
  const report = { dispatchCode, reason: null, at: momentOf(receipt), railReference };
  const wire = codeOnly(receipt.state);
  const known = Object.hasOwn(STATES, wire) ? STATES[wire] : undefined;
  if (known === undefined)
    return { ...report, state: 'pending', detail: `${wire} (unknown state)` };
  const takenYen = takenAgreeing(receipt, known.taken);
  if (takenYen === undefined)
    return { ...report, state: 'pending', detail: `${wire}, sums differ` };
  const isInPart = known.taken === 'notes';
  const detail = receipt.locked === true ? `${wire}, locked` : wire;
  const isLocked = receipt.locked === true;
  const plain = {
    ...{ ...report, state: known.state, detail },
    ...(known.state === 'receivable' && { isLocked }),
  };
  const told = isInPart ? { ...plain, receivedYen: takenYen } : plain;
  if (known.state !== 'receivable' || receipt.customer_number === undefined) return told;
  const numbers = readNumbers(config, receipt);
  return numbers === undefined
    ? { ...report, state: 'pending', detail: `${wire}, numbers not as agreed` }
    : { ...told, receipt: numbers };
}

function refusedReport(dispatchCode: string, receipt: Json): PaymentReport {
  const code = codeOnly(receipt.refusal_code);
  return {
    dispatchCode,
    state: 'failed',
    reason: reasonOf(code),
    detail: `refused: ${code}`,
    at: momentOf(receipt),
    railReference: null,
  };
}

/** How much has been taken, where all sums of the receipt say the same. */
function takenAgreeing(receipt: Json, taken: 'none' | 'notes' | 'all'): Yen | undefined {
  const { amount, note_amount: notes, coin_amount: coins, received_amount: received } = receipt;
  if (![amount, notes, coins, received].every((each) => Number.isSafeInteger(each))) {
    return undefined;
  }
  const sums = { none: 0, notes, all: amount };
  const isInPart = taken !== 'notes' || ((notes as number) > 0 && (coins as number) > 0);
  const agrees = (notes as number) + (coins as number) === amount && received === sums[taken];
  return isInPart && agrees ? yen(received as number) : undefined;
}

/** The last thing that happened to it. */
function momentOf(receipt: Json): Instant | null {
  const { closed_at, coins_taken_at, notes_taken_at, issued_at } = receipt;
  const text = [closed_at, coins_taken_at, notes_taken_at, issued_at].find(
    (each) => typeof each === 'string',
  );
  try {
    return text === undefined ? null : Temporal.Instant.from(text as string);
  } catch {
    return null;
  }
}

function readNumbers(config: AtmConfig, receipt: Json): ReceiptInformation | undefined {
  const { partner_code, customer_number, confirmation_number, receivable_until } = receipt;
  const { min, max } = config.partnerCodeDigits;
  if (!isDigits(partner_code, min, max)) return undefined;
  if (!isDigits(customer_number, config.customerNumberDigits)) return undefined;
  if (!isDigits(confirmation_number, config.confirmationNumberDigits)) return undefined;
  if (typeof receivable_until !== 'string') return undefined;
  try {
    return {
      partnerCode: partner_code,
      customerNumber: customer_number,
      confirmationNumber: confirmation_number,
      receivableUntil: Temporal.PlainDate.from(receivable_until),
    };
  } catch {
    return undefined;
  }
}

function isDigits(value: unknown, min: number, max = min): value is string {
  return (
    typeof value === 'string' &&
    /^[0-9]+$/.test(value) &&
    value.length >= min &&
    value.length <= max
  );
}

const REASONS: Readonly<Record<string, FailureReason>> = {
  amount_out_of_range: 'limit_exceeded',
  insufficient_prefund: 'rail_unavailable',
};

function reasonOf(code: string): FailureReason {
  return Object.hasOwn(REASONS, code) ? REASONS[code]! : 'other';
}

/** Codes only: foreign sentences may repeat numbers. */
function codeOnly(code: unknown): string {
  return typeof code === 'string' && /^[A-Za-z_-]{1,40}$/.test(code) ? code : '(no code)';
}

/** Own fields only: foreign JSON is never trusted to be an object. */
function fieldsOf(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Json)
    : {};
}
