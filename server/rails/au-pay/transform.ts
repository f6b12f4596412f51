// Our payments into the wallet's charges and its answers back into ours: the only place that knows
// the foreign shapes, so that the real wire can take the place of the assumed one. Pure. Only what
// says so plainly is paid, failed or returned; what is unknown is pending.
import type { Instant } from '../../base/clock.ts';
import { type Yen, yen } from '../../base/money.ts';
import type {
  AuPayDestination,
  FailureReason,
  PaymentReport,
  SubmissionItem,
  SubmitOutcome,
} from '../rail.ts';

type Json = Readonly<Record<string, unknown>>;

/** A charge as the wallet shows it. */
export interface Charge {
  readonly requestId: string;
  /** Null where the request was refused: there is no charge then. */
  readonly chargeId: string | null;
  readonly amountYen: Yen;
  readonly status: string;
  readonly code: string | null;
  readonly at: Instant | null;
}

const REQUEST_PREFIX = 'KW-';
const TOKEN = /^amt_[0-9A-Za-z_-]{20,80}$/;

const STATES: Readonly<Record<string, PaymentReport['state']>> = {
  accepted: 'pending',
  executing: 'pending',
  executed: 'paid',
  refused: 'failed',
  failed: 'failed',
  reversed: 'returned',
};

const REASONS: Readonly<Record<string, FailureReason>> = {
  member_not_found: 'no_account',
  member_closed: 'account_closed',
  member_restricted: 'other',
  member_declined: 'recipient_declined',
  token_expired: 'other',
  token_used: 'other',
  charge_limit_exceeded: 'limit_exceeded',
  daily_limit_exceeded: 'limit_exceeded',
  balance_cap_exceeded: 'limit_exceeded',
  prefund_insufficient: 'rail_unavailable',
};

/** The idempotent key of a charge. */
export const requestIdOf = (dispatchCode: string): string => `${REQUEST_PREFIX}${dispatchCode}`;

/** Undefined for a request that is not ours: another system may share the contract. */
export function dispatchCodeOf(requestId: string): string | undefined {
  const code = requestId.startsWith(REQUEST_PREFIX) ? requestId.slice(REQUEST_PREFIX.length) : '';
  return /^[0-9]{20}$/.test(code) ? code : undefined;
}

/**
 * What a recipient typed as a member number, or the token the app gave, in the form the wire takes:
 * full-width digits, spaces and hyphens are forgiven. Undefined where it is neither.
 */
export function memberNumberOf(text: string, digits: number): string | undefined {
  const trimmed = text.trim();
  if (TOKEN.test(trimmed)) return trimmed;
  const plain = trimmed.normalize('NFKC').replace(/[\s\-‐‑–—−ー]/g, '');
  return /^[0-9]+$/.test(plain) && plain.length === digits ? plain : undefined;
}

/** A one-time token of the hand-over, in the place of a number. */
export const isToken = (memberNumber: string): boolean => TOKEN.test(memberNumber);

export function memberOf({ memberNumber }: AuPayDestination): Json {
  return isToken(memberNumber) ? { token: memberNumber } : { number: memberNumber };
}

export function chargeBody(item: SubmissionItem<AuPayDestination>): string {
  return JSON.stringify({
    requestId: requestIdOf(item.dispatchCode),
    member: memberOf(item.destination),
    amountYen: item.amountYen,
    currency: 'JPY',
  });
}

export function readCharge(body: unknown): Charge | undefined {
  const { requestId, chargeId, amountYen, status, code, at } = fieldsOf(body);
  if (typeof requestId !== 'string' || typeof status !== 'string') return undefined;
  if (chargeId !== null && !isCode(chargeId)) return undefined;
  if (chargeId === null && status !== 'refused') return undefined;
  const amount = amountOf(amountYen);
  if (amount === undefined || amount < 1) return undefined;
  return {
    requestId,
    chargeId,
    amountYen: amount,
    status,
    code: isCode(code) ? code : null,
    at: instantOf(at),
  };
}

/** Undefined for a charge that is not ours. */
export function reportOf(charge: Charge): PaymentReport | undefined {
  const dispatchCode = dispatchCodeOf(charge.requestId);
  if (dispatchCode === undefined) return undefined;
  const state = Object.hasOwn(STATES, charge.status) ? STATES[charge.status]! : 'pending';
  const isUnpaid = state === 'failed' || state === 'returned';
  const status = isCode(charge.status) ? charge.status : '(no status)';
  return {
    dispatchCode,
    state,
    reason: isUnpaid ? (reasonOf(charge.code) ?? 'other') : null,
    detail: charge.code === null ? status : `${status} ${charge.code}`,
    at: charge.at,
    railReference: charge.chargeId,
  };
}

/**
 * What an answer to a charge request proves. A refusal does so only with HTTP 422, our own request
 * id and a code that is known: it is final there, and no earlier request with that id was taken.
 * Whatever was answered before the id was looked up (keys, maintenance, haste) proves nothing.
 */
export function readChargeAnswer(
  item: SubmissionItem<AuPayDestination>,
  status: number,
  body: unknown,
): SubmitOutcome {
  const requestId = requestIdOf(item.dispatchCode);
  if (status === 200 || status === 202) {
    const charge = readCharge(body);
    const isOurs = charge?.requestId === requestId && charge.amountYen === item.amountYen;
    if (!isOurs || charge.chargeId === null) {
      return { kind: 'unknown', detail: `HTTP ${status} without our charge` };
    }
    const report = reportOf(charge);
    const reports = report === undefined || report.state === 'pending' ? [] : [report];
    return { kind: 'accepted', railReference: charge.chargeId, reports };
  }
  const answer = fieldsOf(body);
  const reason = reasonOf(answer.code);
  if (status === 422 && answer.requestId === requestId && reason !== undefined) {
    const detail = `HTTP 422 ${String(answer.code)}`;
    // Money that the operator must pay in is not the payment's fault: it goes again, later.
    const items = reason === 'rail_unavailable' ? [] : [{ itemNumber: 1, reason, detail }];
    return { kind: 'rejected', reason, detail, items };
  }
  const code = isCode(answer.code) ? ` ${answer.code}` : '';
  return { kind: 'unknown', detail: `HTTP ${status}${code} proves nothing` };
}

/** Proof that the wallet itself, not a gateway before it, does not know the request. */
export function isAbsent(requestId: string, status: number, body: unknown): boolean {
  const answer = fieldsOf(body);
  return status === 404 && answer.code === 'charge_not_found' && answer.requestId === requestId;
}

/** One page of charges; undefined where it makes no sense. */
export function readPage(
  body: unknown,
): { readonly charges: readonly Charge[]; readonly nextCursor: string | null } | undefined {
  const { charges, nextCursor } = fieldsOf(body);
  if (!Array.isArray(charges) || (nextCursor !== null && typeof nextCursor !== 'string')) {
    return undefined;
  }
  const read = charges.map(readCharge).filter((charge) => charge !== undefined);
  return read.length === charges.length ? { charges: read, nextCursor } : undefined;
}

/** What the wallet says of a member, and no more: how much of the amount asked about it takes. */
export interface MemberStanding {
  readonly member: 'able' | 'unknown' | 'closed' | 'unable';
  readonly fitsYen: Yen;
}

const STANDINGS: Readonly<Record<string, MemberStanding['member']>> = {
  active: 'able',
  not_found: 'unknown',
  closed: 'closed',
  restricted: 'unable',
};

export function readStanding(askedYen: Yen, body: unknown): MemberStanding | undefined {
  const { status, fitsYen } = fieldsOf(body);
  const fits = amountOf(fitsYen);
  if (typeof status !== 'string' || !Object.hasOwn(STANDINGS, status)) return undefined;
  if (fits === undefined || fits > askedYen) return undefined;
  const member = STANDINGS[status]!;
  return { member, fitsYen: member === 'able' ? fits : yen(0) };
}

export interface Maintenance {
  readonly from: Instant;
  readonly until: Instant;
}

export function readHealth(
  body: unknown,
): { readonly isUp: boolean; readonly maintenance: readonly Maintenance[] } | undefined {
  const { status, maintenance } = fieldsOf(body);
  if ((status !== 'ok' && status !== 'maintenance') || !Array.isArray(maintenance)) {
    return undefined;
  }
  const windows = maintenance.flatMap((each) => {
    const from = instantOf(fieldsOf(each).from);
    const until = instantOf(fieldsOf(each).until);
    return from === null || until === null ? [] : [{ from, until }];
  });
  return windows.length === maintenance.length
    ? { isUp: status === 'ok', maintenance: windows }
    : undefined;
}

export function readPrefund(body: unknown): Yen | undefined {
  return amountOf(fieldsOf(body).balanceYen);
}

/** Undefined for a code that is not in the list. */
function reasonOf(code: unknown): FailureReason | undefined {
  return typeof code === 'string' && Object.hasOwn(REASONS, code) ? REASONS[code] : undefined;
}

/** Codes and ids only: sentences may repeat who it is about. */
function isCode(value: unknown): value is string {
  return typeof value === 'string' && /^[0-9A-Za-z_-]{1,64}$/.test(value);
}

export function fieldsOf(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Json)
    : {};
}

function amountOf(value: unknown): Yen | undefined {
  return Number.isSafeInteger(value) && (value as number) >= 0 ? yen(value as number) : undefined;
}

function instantOf(value: unknown): Instant | null {
  if (typeof value !== 'string') return null;
  try {
    return Temporal.Instant.from(value);
  } catch {
    return null;
  }
}
