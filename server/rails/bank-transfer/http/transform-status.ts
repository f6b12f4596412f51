// The bank's status lists into items and reports. Pure. What a status means is in verdict.ts; what
// is not whole is undefined, and the caller concludes nothing from it.
import type { PaymentReport, SubmissionItem } from '../../rail.ts';
import {
  type ApplicationKind,
  amountOf,
  fieldsOf,
  isApplyNo,
  type Json,
  listOf,
  referenceOf,
} from './transform.ts';
import { type Verdict, verdictOf } from './verdict.ts';

/** One item of an application as the bank shows it. */
export interface BankItem {
  readonly applyNo: string;
  /** EDI情報 as given; '' where the bank drops it. */
  readonly ediInfo: string;
  /** 明細番号, where it is told. */
  readonly itemNumber: number | undefined;
  readonly amountYen: number;
  /** Bank, branch and account number as given; to compare, never to tell. */
  readonly beneficiary: string;
  readonly verdict: Verdict;
}

/** An application in a list; 総合振込 shows its items only when asked for one application. */
export interface BankApplication {
  readonly applyNo: string;
  readonly transferStatus: string;
  readonly transferDataName: string | undefined;
  /** Count and amount of a 総合振込; undefined where they are not told. */
  readonly totals: { readonly count: number; readonly amountYen: number } | undefined;
  readonly items: readonly BankItem[];
}

export interface StatusPage {
  readonly applications: readonly BankApplication[];
  readonly nextItemKey: string | undefined;
  /** 明細情報取得結果フラグ: false while the items of a 総合振込 cannot be read yet. */
  readonly itemsReady: boolean;
}

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
    totals: totalsOf(first),
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
    beneficiary: beneficiaryOf(
      info.beneficiaryBankCode,
      info.beneficiaryBranchCode,
      info.accountNumber,
    ),
    verdict: verdictOf(transferStatus, listOf(info.unableDetailInfos).at(-1), isSole),
  };
}

function totalsOf(response: Json): BankApplication['totals'] {
  const count = amountOf(response.totalCount);
  const amountYen = amountOf(response.totalAmount);
  return count === undefined || amountYen === undefined ? undefined : { count, amountYen };
}

function beneficiaryOf(...codes: readonly unknown[]): string {
  return codes.map(String).join('-');
}

/** Whether what the bank shows without our code could still be this submission. */
export function couldBe(
  application: BankApplication,
  items: readonly SubmissionItem[],
  totalYen: number,
): boolean {
  const { totals, transferDataName } = application;
  if (transferDataName === undefined && totals?.amountYen === totalYen) {
    return totals.count === items.length;
  }
  const bare = application.items.filter((item) => item.ediInfo === '');
  return bare.some((theirs) =>
    items.some(({ amountYen, destination }) => {
      const { bankCode, branchCode, accountNumber } = destination;
      const ours = beneficiaryOf(bankCode, branchCode, accountNumber);
      return theirs.amountYen === amountYen && theirs.beneficiary === ours;
    }),
  );
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
