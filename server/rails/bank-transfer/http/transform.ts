// Our submissions into the bank's requests, its answers back into ours: together with
// transform-status.ts the only place that knows the foreign shapes. Pure. All numbers travel as
// JSON strings.
import { type Yen, yen } from '../../../base/money.ts';
import type {
  FailureReason,
  ItemRejection,
  Submission,
  SubmissionItem,
  SubmitOutcome,
} from '../../rail.ts';
import type { FeeQuote } from '../connector.ts';
import { reasonOfCode } from '../unpaid-reason.ts';
import type { HttpConfig } from './config.ts';

/** 振込 (1-99 items) or 総合振込. Both have the same calls under their own path. */
export type ApplicationKind = 'transfer' | 'bulktransfer';

export const MAX_TRANSFER_ITEMS = 99;
export const MAX_BULK_ITEMS = 9_999;

/** An application at the bank; `kind:applyNo` is the rail reference. */
export interface Application {
  readonly kind: ApplicationKind;
  /** 受付番号(振込申請番号), 16 digits. */
  readonly applyNo: string;
}

export type Json = Readonly<Record<string, unknown>>;

const ACCOUNT_TYPE_CODES = { ordinary: '1', current: '2', savings: '4' } as const;
/** 振込指定日休日コード 3: a date that is no business day is refused, never moved. */
const REFUSE_HOLIDAYS = '3';

export function applicationKind(config: HttpConfig, itemCount: number): ApplicationKind {
  return config.bulkContract && itemCount >= config.bulkFromItems ? 'bulktransfer' : 'transfer';
}

/** Body of both `request` and `transferfee`. */
export function requestBody(
  config: HttpConfig,
  kind: ApplicationKind,
  submission: Submission,
): string {
  const body = {
    accountId: config.accountId,
    ...(config.remitterName === undefined ? {} : { remitterName: config.remitterName }),
    transferDesignatedDate: submission.transferDate.toString(),
    transferDateHolidayCode: REFUSE_HOLIDAYS,
    totalCount: String(submission.items.length),
    totalAmount: String(submission.totalYen),
  };
  if (kind === 'transfer') {
    return JSON.stringify({ ...body, transfers: submission.items.map(requestItem) });
  }
  // The list of 総合振込 shows no items: this name finds a lost request again.
  const transferDataName = submission.items[0]!.dispatchCode;
  const bulkTransfers = submission.items.map((item) => ({
    ...requestItem(item),
    identification: 'Y',
  }));
  return JSON.stringify({ ...body, transferDataName, bulkTransfers });
}

function requestItem(item: SubmissionItem): Json {
  const { destination } = item;
  return {
    itemId: String(item.itemNumber),
    transferAmount: String(item.amountYen),
    ediInfo: item.dispatchCode,
    beneficiaryBankCode: destination.bankCode,
    beneficiaryBranchCode: destination.branchCode,
    accountTypeCode: ACCOUNT_TYPE_CODES[destination.accountType],
    accountNumber: destination.accountNumber,
    beneficiaryName: destination.holderName,
  };
}

/** The application that an answer to `request` confirms; undefined where it confirms none. */
export function readAcceptance(
  kind: ApplicationKind,
  accountId: string,
  body: unknown,
): Application | undefined {
  const { resultCode, applyNo, accountId: theirs } = fieldsOf(body);
  if (resultCode !== '1' && resultCode !== '2') return undefined;
  if (theirs !== accountId || !isApplyNo(applyNo)) return undefined;
  return { kind, applyNo };
}

export function referenceOf(application: Application): string {
  return `${application.kind}:${application.applyNo}`;
}

/** Throws for a reference that this connector did not give. */
export function applicationOf(railReference: string): Application {
  const match = /^(transfer|bulktransfer):([0-9]{16})$/.exec(railReference);
  if (match === null) throw new Error('rail reference is none of the HTTP bank connector');
  return { kind: match[1] as ApplicationKind, applyNo: match[2]! };
}

export function isApplyNo(value: unknown): value is string {
  return typeof value === 'string' && /^[0-9]{16}$/.test(value);
}

/** Statuses with which the bank says that it took nothing. 408 and 409 are not among them. */
const REFUSING_STATUSES = new Set([400, 401, 403, 404, 405, 413, 415, 422, 429]);

/**
 * What an answer other than an acceptance proves. `rejected` needs both a status that refuses and
 * the bank's own error object: a gateway's page proves nothing about the bank behind it.
 */
export function readRefusal(status: number, body: unknown): SubmitOutcome | undefined {
  if (!REFUSING_STATUSES.has(status)) return undefined;
  const { errorCode, errorMessage } = fieldsOf(body);
  if (typeof errorCode !== 'string' || typeof errorMessage !== 'string') return undefined;
  const causes = errorDetails(body);
  const items = listOf(fieldsOf(body).transferErrorDetails).map(itemRejection);
  return {
    kind: 'rejected',
    reason: status === 400 || status === 422 ? reasonOf(causes) : 'rail_unavailable',
    detail: `HTTP ${status} ${[errorCode, ...causes].map(codeOnly).join(' ')}`,
    items: items.filter((item) => Number.isInteger(item.itemNumber) && item.itemNumber > 0),
  };
}

function itemRejection(entry: Json): ItemRejection {
  const causes = errorDetails(entry);
  const detail = causes.map(codeOnly).join(' ');
  return { itemNumber: Number(entry.itemId), reason: reasonOf(causes), detail };
}

function errorDetails(of: unknown): string[] {
  return listOf(fieldsOf(of).errorDetails).map((detail) => String(detail.errorDetailsCode ?? ''));
}

/** Codes only: the bank's sentences may repeat names and account numbers. */
function codeOnly(code: string): string {
  return /^[0-9A-Za-z_-]{1,40}$/.test(code) ? code : '(no code)';
}

/** The first code that says something. */
function reasonOf(codes: readonly string[]): FailureReason {
  return codes.map(reasonOfCode).find((reason) => reason !== 'other') ?? 'other';
}

export function readFees(body: unknown, itemCount: number): FeeQuote | undefined {
  const total = amountOf(fieldsOf(body).totalFee);
  const details = listOf(fieldsOf(body).transferFeeDetails);
  if (total === undefined || details.length !== itemCount) return undefined;
  const feeYenByItem = new Map<number, Yen>();
  for (const each of details) {
    const fee = amountOf(each.transferFee);
    if (fee !== undefined) feeYenByItem.set(Number(each.itemId), yen(fee));
  }
  for (let number = 1; number <= itemCount; number++) {
    if (!feeYenByItem.has(number)) return undefined;
  }
  return { totalFeeYen: yen(total), feeYenByItem };
}

/** Own entries only: foreign JSON is never trusted to be an object. */
export function fieldsOf(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Json)
    : {};
}

export function listOf(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value.map(fieldsOf) : [];
}

export function amountOf(value: unknown): number | undefined {
  return typeof value === 'string' && /^[0-9]{1,12}$/.test(value) ? Number(value) : undefined;
}
