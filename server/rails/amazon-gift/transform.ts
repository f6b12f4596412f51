// The words of the Incentives API: requests out of payments, verdicts out of answers. The tables
// are the only place where an error code of Amazon gets its meaning. Pure; no network here.
import type { FailureReason } from '../rail.ts';
import type { AmazonConfig } from './config.ts';

export type Operation =
  | 'LoadAmazonBalance'
  | 'VoidAmazonBalanceLoad'
  | 'CreateGiftCard'
  | 'CancelGiftCard'
  | 'GetAvailableFunds';

/** What an answer proves about the request id it was given for. */
export type Verdict =
  | { readonly kind: 'done' }
  | { readonly kind: 'refused'; readonly reason: FailureReason; readonly detail: string }
  /** Worth asking again soon, with the same id: the answer says so, or there was none. */
  | { readonly kind: 'again'; readonly detail: string }
  /** Proves nothing, and more haste would not help; `warn`: somebody must look at it. */
  | { readonly kind: 'unclear'; readonly detail: string; readonly warn: boolean };

type Fields = Readonly<Record<string, unknown>>;

/**
 * Refusals that prove that nothing was or will be paid under this id, by `errorType`. Only with
 * class F2xx or F3xx and the status FAILURE of the operation itself. What is not here, nor in the
 * configuration's `refusals`, proves nothing.
 */
const REFUSALS: Readonly<Record<string, FailureReason>> = {
  // F2xx, the request. Amounts are checked at our own door; here the contract says otherwise.
  InvalidAmountInput: 'other',
  InvalidAmountValue: 'limit_exceeded',
  NegativeOrZeroAmount: 'other',
  FractionalAmountNotAllowed: 'other',
  MaxAmountExceeded: 'limit_exceeded',
  InvalidCurrencyCodeInput: 'other',
  CurrencyCodeMismatch: 'rail_unavailable',
  RequestIdMustStartWithPartnerName: 'rail_unavailable',
  RequestIdTooLong: 'rail_unavailable',
  InvalidRequestIdInput: 'rail_unavailable',
  ProgramIdNotPresent: 'rail_unavailable',
  InvalidProgramId: 'rail_unavailable',
  ProgramIsNotApproved: 'rail_unavailable',
  // Assumed names: the recipient's account, for LoadAmazonBalance.
  CustomerAccountNotFound: 'no_account',
  CustomerAccountNotEligible: 'account_closed',
  // F3xx, accounts: mostly our own with Amazon, which is no matter of the recipient's.
  InsufficientFunds: 'rail_unavailable',
  ActiveContractNotFound: 'rail_unavailable',
  AccountHasProblems: 'rail_unavailable',
  IssuanceCapExceeded: 'rail_unavailable',
  CustomerSurpassedDailyVelocityLimit: 'limit_exceeded',
};

/** partnerId and dispatch code: at most 40 characters, the same for each try of an attempt. */
export function requestIdOf(partnerId: string, dispatchCode: string): string {
  return `${partnerId}${dispatchCode}`;
}

export interface Payment {
  readonly requestId: string;
  readonly amountYen: number;
  /** Absent for a gift code. */
  readonly amazonUserId?: string;
}

/** Assumed but for names: the operation is documented, its body was not to be read. */
export function loadBody(config: AmazonConfig, payment: Payment): Fields {
  const { notificationMessage, sourceId, partnerId } = config;
  return {
    loadBalanceRequestId: payment.requestId,
    partnerId,
    amount: { currencyCode: 'JPY', value: payment.amountYen },
    account: { id: payment.amazonUserId, type: '2' },
    transactionSource: { sourceId },
    ...(notificationMessage === undefined ? {} : { notificationDetails: { notificationMessage } }),
  };
}

export function createBody(config: AmazonConfig, payment: Payment): Fields {
  const { partnerId, programId } = config;
  return {
    creationRequestId: payment.requestId,
    partnerId,
    value: { currencyCode: 'JPY', amount: payment.amountYen },
    ...(programId === undefined ? {} : { programId }),
  };
}

/** Assumed for loads: that a void names the load by its id alone. */
export function undoBody({ mode, partnerId }: AmazonConfig, requestId: string): Fields {
  const name = mode === 'load' ? 'loadBalanceRequestId' : 'creationRequestId';
  return { [name]: requestId, partnerId };
}

/** What an answer to `LoadAmazonBalance` or `CreateGiftCard` proves. Never reads a claim code. */
export function readPayment(
  config: AmazonConfig,
  payment: Payment,
  status: number,
  body: unknown,
): Verdict {
  const fields = fieldsOf(body);
  if (status !== 200 || fields.status !== 'SUCCESS') {
    return readFailure(config, payment.requestId, status, fields);
  }
  if (idIn(fields) !== payment.requestId) {
    return { kind: 'unclear', detail: 'SUCCESS for another request id', warn: true };
  }
  const { amount, currencyCode, cardStatus } = valueIn(fields);
  if (amount !== undefined && (amount !== payment.amountYen || currencyCode !== 'JPY')) {
    return { kind: 'unclear', detail: 'SUCCESS for another amount', warn: true };
  }
  if (config.mode === 'code' && (amount === undefined || cardStatus !== 'Fulfilled')) {
    return { kind: 'unclear', detail: 'SUCCESS, but the gift card is not alive', warn: true };
  }
  return { kind: 'done' };
}

/** What an answer to a void or a cancellation proves: `done` is that nothing is paid any more. */
export function readUndone(
  config: AmazonConfig,
  requestId: string,
  status: number,
  body: unknown,
): Verdict {
  const fields = fieldsOf(body);
  const done = status === 200 && fields.status === 'SUCCESS' && idIn(fields) === requestId;
  return done ? { kind: 'done' } : readFailure(config, requestId, status, fields);
}

/** Whole yen left of the prepaid money; undefined where the answer makes no sense. */
export function readFunds(status: number, body: unknown): number | undefined {
  const fields = fieldsOf(body);
  const { amount, currencyCode } = fieldsOf(fields.availableFunds);
  const sensible = status === 200 && fields.status === 'SUCCESS' && currencyCode === 'JPY';
  return sensible && Number.isSafeInteger(amount) ? (amount as number) : undefined;
}

export interface GiftCode {
  readonly claimCode: string;
  /** As Amazon writes it; undefined where it says none. */
  readonly expiresOn: string | undefined;
}

/** The code of an answer that `readPayment` calls done. For showing once, never for keeping. */
export function readGiftCode(body: unknown): GiftCode | undefined {
  const { gcClaimCode, gcExpirationDate } = fieldsOf(body);
  if (typeof gcClaimCode !== 'string' || !/^[A-Za-z0-9-]{8,40}$/.test(gcClaimCode))
    return undefined;
  const expiresOn = typeof gcExpirationDate === 'string' ? gcExpirationDate : undefined;
  return { claimCode: gcClaimCode, expiresOn };
}

function readFailure(
  { refusals }: AmazonConfig,
  requestId: string,
  httpStatus: number,
  fields: Fields,
): Verdict {
  const answer = fieldsOf(fields.agcodResponse);
  const status = answer.status ?? fields.status;
  const code = wordOf(fields.errorCode);
  const type = wordOf(fields.errorType);
  const detail = `HTTP ${httpStatus} ${code} ${type}`.trim();
  if (isThrottled(httpStatus, fields)) return { kind: 'again', detail: `${detail} throttled` };
  if (status === 'RESEND' || code.startsWith('F4')) return { kind: 'again', detail };
  if (httpStatus >= 500 || code.startsWith('F1') || code.startsWith('F5')) {
    return { kind: 'again', detail };
  }
  const isOfOperation = status === 'FAILURE' && [undefined, null, requestId].includes(idOf(answer));
  const reason = own(refusals, type) ?? own(REFUSALS, type);
  if (isOfOperation && /^F[23]/.test(code) && reason !== undefined) {
    return { kind: 'refused', reason, detail };
  }
  // A signature, a key, a code that nobody has read yet: it need not be about this id at all.
  return { kind: 'unclear', detail, warn: true };
}

function isThrottled(httpStatus: number, fields: Fields): boolean {
  const types = `${wordOf(fields.errorType)} ${wordOf(fields.__type)}`;
  return httpStatus === 429 || /Throttling/.test(types) || fields.message === 'Rate exceeded';
}

const idIn = (fields: Fields) => idOf(fields) ?? idOf(fieldsOf(fields.agcodResponse));
const idOf = (fields: Fields): string | null | undefined =>
  (fields.loadBalanceRequestId ?? fields.creationRequestId) as string | null | undefined;

function valueIn(fields: Fields) {
  const card = fieldsOf(fields.cardInfo);
  const stated = fieldsOf(card.value ?? fields.amount);
  return {
    amount: stated.amount ?? stated.value,
    currencyCode: stated.currencyCode,
    cardStatus: card.cardStatus,
  };
}

function own(table: Readonly<Record<string, FailureReason>>, name: string) {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

export function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}

/** A code of Amazon's, bounded: details go to logs, and free text may repeat what was sent. */
function wordOf(value: unknown): string {
  return typeof value === 'string'
    ? (/^\s*[A-Za-z0-9.#:/_-]{1,80}\s*$/.exec(value)?.[0] ?? '').trim()
    : '';
}
