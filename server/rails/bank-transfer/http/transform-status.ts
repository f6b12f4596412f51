// The bank's status lists into our payment reports: every code in one table, and which of an
// application and an item has the last word. Pure. Only explicit success or failure is final; what
// is unknown is pending.
import { type Instant, TOKYO } from '../../../base/clock.ts';
import type { FailureReason, PaymentReport, SubmissionItem } from '../../rail.ts';
import { reasonOfCode } from '../unpaid-reason.ts';
import {
  type ApplicationKind,
  amountOf,
  fieldsOf,
  isApplyNo,
  type Json,
  listOf,
  referenceOf,
} from './transform.ts';

type State = PaymentReport['state'];

/** One item of an application as the bank shows it. */
export interface BankItem {
  readonly applyNo: string;
  /** EDI情報 as given; '' where the bank drops it. */
  readonly ediInfo: string;
  /** 明細番号, where it is told. */
  readonly itemNumber: number | undefined;
  readonly amountYen: number;
  readonly verdict: Verdict;
}

export interface Verdict {
  readonly state: State;
  readonly reason: FailureReason | null;
  readonly detail: string;
  readonly at: Instant | null;
}

/** An application in a list; 総合振込 shows its items only when asked for one application. */
export interface BankApplication {
  readonly applyNo: string;
  readonly transferStatus: string;
  readonly transferDataName: string | undefined;
  readonly items: readonly BankItem[];
}

export interface StatusPage {
  readonly applications: readonly BankApplication[];
  readonly nextItemKey: string | undefined;
  /** 明細情報取得結果フラグ: false while the items of a 総合振込 cannot be read yet. */
  readonly itemsReady: boolean;
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

/** One page of a status answer; undefined where it makes no sense as a whole. */
export function readStatusPage(kind: ApplicationKind, body: unknown): StatusPage | undefined {
  const answer = fieldsOf(body);
  const count = amountOf(answer.count);
  const rows = listOf(kind === 'transfer' ? answer.transferDetails : answer.bulkTransferDetails);
  const paging = listOf(answer.transferQueryBulkResponses)[0] ?? {};
  const hasNext = paging.hasNext === true || paging.hasNext === 'true';
  const nextItemKey = typeof paging.nextItemKey === 'string' ? paging.nextItemKey : undefined;
  const isList = answer.acceptanceKeyClass === '2';
  if (count === undefined || (isList && rows.length !== count)) return undefined;
  if (hasNext !== (nextItemKey !== undefined)) return undefined;
  const applications = rows.map((row) => readApplication(kind, row));
  if (applications.includes(undefined)) return undefined;
  return {
    applications: applications as BankApplication[],
    nextItemKey,
    itemsReady: answer.detailInfoResult === true,
  };
}

function readApplication(kind: ApplicationKind, row: Json): BankApplication | undefined {
  const applyNo = listOf(row.transferApplies)[0]?.applyNo;
  const { transferStatus } = row;
  if (!isApplyNo(applyNo) || typeof transferStatus !== 'string') return undefined;
  const response = kind === 'transfer' ? row.transferResponses : row.bulktransferResponses;
  const first = listOf(response)[0] ?? {};
  const infos = listOf(kind === 'transfer' ? first.transferInfos : first.bulkTransferInfos);
  const items = infos.map((info) => readItem(applyNo, transferStatus, info, infos.length === 1));
  if (items.includes(undefined)) return undefined;
  const name = first.transferDataName;
  return {
    applyNo,
    transferStatus,
    transferDataName: typeof name === 'string' ? name : undefined,
    items: items as BankItem[],
  };
}

function readItem(
  applyNo: string,
  transferStatus: string,
  info: Json,
  isSole: boolean,
): BankItem | undefined {
  const amountYen = amountOf(info.transferAmount);
  if (amountYen === undefined) return undefined;
  return {
    applyNo,
    ediInfo: typeof info.ediInfo === 'string' ? info.ediInfo.trim() : '',
    itemNumber: amountOf(info.itemId),
    amountYen,
    verdict: verdictOf(transferStatus, listOf(info.unableDetailInfos).at(-1), isSole),
  };
}

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

/** 結果コード of request-result: 1 done, 2 not yet, 8 expired; undefined where it is none. */
export function readRequestResult(body: unknown): 'done' | 'not_yet' | 'expired' | undefined {
  const { resultCode } = fieldsOf(body);
  if (resultCode === '1') return 'done';
  if (resultCode === '2') return 'not_yet';
  return resultCode === '8' ? 'expired' : undefined;
}

export function reportOf(kind: ApplicationKind, item: BankItem): PaymentReport {
  const railReference = referenceOf({ kind, applyNo: item.applyNo });
  return { dispatchCode: item.ediInfo, ...item.verdict, railReference };
}

/**
 * The bank's item that is ours: by EDI code, or, where the bank drops it, by number or as the only
 * one.
 */
export function findItem(items: readonly BankItem[], ours: SubmissionItem): BankItem | undefined {
  const byCode = items.find((item) => item.ediInfo === ours.dispatchCode);
  if (byCode !== undefined) return byCode;
  const bare = items.filter((item) => item.ediInfo === '');
  return items.length === 1 ? bare[0] : bare.find((item) => item.itemNumber === ours.itemNumber);
}
