// 入出金取引明細 (type 03, 200 bytes): the statement of an ordinary, current or savings account. Its
// records, field tables, totals and balances, and the calls that read and write it.

import type { Field } from './field.ts';
import { fillerField, kindField, layout } from './field.ts';
import type { AccountType, CodeDivision } from './field-kinds.ts';
import {
  accountType,
  code,
  constant,
  digits,
  eraDate,
  formatFields,
  number,
  text,
} from './field-kinds.ts';
import type {
  Batch,
  BatchInput,
  Format,
  Given,
  Parsed,
  ParseOptions,
  ReadOptions,
  SyncBatchInput,
  WriteOptions,
  ZenginRecord,
} from './format.ts';
import { assertAgrees, disagreement } from './format.ts';
import { parseFormat, readFormat } from './reader.ts';
import { formatWhole, writeFormat } from './writer.ts';
import type { Place } from './zengin-error.ts';
import { refuse } from './zengin-error.ts';

/** 貸越区分: whether a balance is the customer's or the bank's. */
export type BalanceSign = 'plus' | 'minus';

export interface MeisaiHeader {
  codeDivision: CodeDivision;
  /** 作成日 'YYYY-MM-DD'. */
  createdOn: string;
  /** 勘定日 from and to. */
  fromDate: string;
  toDate: string;
  bankCode: string;
  bankName: string;
  branchCode: string;
  branchName: string;
  accountType: Exclude<AccountType, 'other'>;
  /** 7 digits; the file has `000` before them. */
  accountNumber: string;
  accountName: string;
  balanceSign: BalanceSign;
  /** 通帳・証書区分. */
  bookKind: 'passbook' | null;
  /** 取引前残高 without its sign; see openingBalanceYen. */
  balanceBeforeYen: number;
}

/** 取引区分 */
export type TransactionKind =
  | 'cash'
  | 'transfer'
  | 'other-bank-cheque'
  | 'clearing'
  | 'book-transfer'
  | 'other'
  | 'correction';

export interface MeisaiData {
  /** 照会番号, given by the bank. */
  inquiryNumber: string;
  /** 勘定日 'YYYY-MM-DD'. */
  accountingDate: string;
  /** 預入・払出日 (起算日); null when blank. */
  valueDate: string | null;
  /** 入払区分: which way the money moved, corrections (訂正) included. */
  direction: 'in' | 'out';
  transactionKind: TransactionKind;
  amountYen: number;
  /** うち他店券金額. */
  otherBankChequesYen: number | null;
  /** 交換呈示日 and 不渡返還日. */
  clearingDate: string | null;
  dishonouredDate: string | null;
  billKind: 'cheque' | 'promissory-note' | 'bill-of-exchange' | null;
  billNumber: string;
  /** 僚店番号: the branch where the transaction was made. */
  sisterBranchCode: string;
  /** 振込依頼人コード. */
  payerCode: string;
  /** 振込依頼人名 or 契約者番号. */
  payerName: string;
  payerBankName: string;
  payerBranchName: string;
  /** 摘要内容: whatever the bank writes. */
  remarks: string;
  ediInfo: string;
}

export interface MeisaiTrailer {
  inCount: number;
  inTotalYen: number;
  outCount: number;
  outTotalYen: number;
  /** 貸越区分 and 取引後残高 are optional; see closingBalanceYen. */
  balanceSign: BalanceSign | null;
  balanceAfterYen: number | null;
  /** データ・レコード件数. */
  dataRecordCount: number | null;
}

export interface MeisaiEnd {
  /** レコード総件数, the end record included. */
  recordCount: number | null;
  /** 口座数: one account is one header..trailer group. */
  accountCount: number | null;
}

export type MeisaiHeaderInput = Given<
  MeisaiHeader,
  | 'createdOn'
  | 'fromDate'
  | 'toDate'
  | 'bankCode'
  | 'branchCode'
  | 'accountType'
  | 'accountNumber'
  | 'accountName'
  | 'balanceBeforeYen'
>;
export type MeisaiDataInput = Given<
  MeisaiData,
  'inquiryNumber' | 'accountingDate' | 'direction' | 'transactionKind' | 'amountYen'
>;

export type MeisaiBatch = Batch<MeisaiHeader, MeisaiData, MeisaiTrailer>;
export type MeisaiBatchInput = BatchInput<MeisaiHeaderInput, MeisaiDataInput, MeisaiTrailer>;
export type MeisaiSyncBatchInput = SyncBatchInput<
  MeisaiHeaderInput,
  MeisaiDataInput,
  MeisaiTrailer
>;
export type MeisaiRecord = ZenginRecord<MeisaiHeader, MeisaiData, MeisaiTrailer, MeisaiEnd>;

/** Running sums of one account. */
export interface MeisaiSum {
  openingYen: number;
  inCount: number;
  inTotalYen: number;
  outCount: number;
  outTotalYen: number;
}

const LENGTH = 200;
const SIGNS = { 1: 'plus', 2: 'minus' } as const;
const DIRECTIONS = { 1: 'in', 2: 'out' } as const;
const TRANSACTION_KINDS = {
  10: 'cash',
  11: 'transfer',
  12: 'other-bank-cheque',
  13: 'clearing',
  14: 'book-transfer',
  18: 'other',
  19: 'correction',
} as const;
const BILL_KINDS = { 1: 'cheque', 2: 'promissory-note', 3: 'bill-of-exchange' } as const;

const headerFields: readonly Field[] = [
  kindField('header'),
  ...formatFields('03'),
  eraDate('createdOn', '作成日', 4, 'required'),
  eraDate('fromDate', '勘定日(自)', 10, 'required'),
  eraDate('toDate', '勘定日(至)', 16, 'required'),
  digits('bankCode', '銀行コード', 22, 4, 'required'),
  text('bankName', '銀行名', 26, 15, 'optional', 'branch'),
  digits('branchCode', '支店コード', 41, 3, 'required'),
  text('branchName', '支店名', 44, 15, 'optional', 'branch'),
  fillerField(59, 3, '0'),
  accountType(62, ['ordinary', 'current', 'savings']),
  constant('口座番号 (上3桁)', 63, '000', '10 digits in the file: `000` and the 7 digits'),
  digits('accountNumber', '口座番号', 66, 7, 'required', { fill: true }),
  text('accountName', '口座名', 73, 40, 'forgivable', 'name'),
  code('balanceSign', '貸越区分', 113, 'required', SIGNS, { initial: 'plus' }),
  code('bookKind', '通帳・証書区分', 114, 'optional', { 1: 'passbook' }, { fallback: null }),
  number('balanceBeforeYen', '取引前残高', 115, 14, 'required'),
  fillerField(129, 71),
];

const dataFields: readonly Field[] = [
  kindField('data'),
  digits('inquiryNumber', '照会番号', 1, 8, 'forgivable', { fill: true }),
  eraDate('accountingDate', '勘定日', 9, 'required'),
  eraDate('valueDate', '預入・払出日', 15, 'optional'),
  code('direction', '入払区分', 21, 'required', DIRECTIONS),
  code('transactionKind', '取引区分', 22, 'required', TRANSACTION_KINDS, { fallback: 'other' }),
  number('amountYen', '取引金額', 24, 12, 'required', { minimum: 1 }),
  number('otherBankChequesYen', 'うち他店券金額', 36, 12, 'forgivable', { initial: 0 }),
  eraDate('clearingDate', '交換呈示日', 48, 'optional'),
  eraDate('dishonouredDate', '不渡返還日', 54, 'optional'),
  code('billKind', '手形・小切手区分', 60, 'optional', BILL_KINDS),
  digits('billNumber', '手形・小切手番号', 61, 7, 'optional', { fill: true }),
  digits('sisterBranchCode', '僚店番号', 68, 3, 'optional'),
  digits('payerCode', '振込依頼人コード', 71, 10, 'optional', { fill: true }),
  text('payerName', '振込依頼人名/契約者番号', 81, 48, 'optional', 'name'),
  text('payerBankName', '仕向銀行名', 129, 15, 'optional', 'branch'),
  text('payerBranchName', '仕向店名', 144, 15, 'optional', 'branch'),
  text('remarks', '摘要内容', 159, 20, 'optional', 'any'),
  text('ediInfo', 'EDI情報', 179, 20, 'optional', 'edi'),
  fillerField(199, 1),
];

const trailerFields: readonly Field[] = [
  kindField('trailer'),
  number('inCount', '入金件数', 1, 6, 'required'),
  number('inTotalYen', '入金額合計', 7, 13, 'required'),
  number('outCount', '出金件数', 20, 6, 'required'),
  number('outTotalYen', '出金額合計', 26, 13, 'required'),
  code('balanceSign', '貸越区分', 39, 'optional', SIGNS),
  number('balanceAfterYen', '取引後残高', 40, 14, 'optional', { blank: ' ' }),
  number('dataRecordCount', 'データ・レコード件数', 54, 7, 'forgivable'),
  fillerField(61, 139),
];

const endFields: readonly Field[] = [
  kindField('end'),
  number('recordCount', 'レコード総件数', 1, 10, 'forgivable', { remark: 'this one included' }),
  number('accountCount', '口座数', 11, 5, 'forgivable'),
  fillerField(16, 184),
];

/** The format for reader and writer, with the field tables of its four records. */
export const nyushukkinMeisaiFormat: Format<
  MeisaiHeader,
  MeisaiData,
  MeisaiTrailer,
  MeisaiEnd,
  MeisaiHeaderInput,
  MeisaiDataInput,
  MeisaiSum
> = {
  name: 'nyushukkin-meisai',
  label: '入出金取引明細',
  typeCode: '03',
  recordLength: LENGTH,
  header: layout('header', 'ヘッダー・レコード', LENGTH, headerFields),
  data: layout('data', 'データ・レコード', LENGTH, dataFields),
  trailer: layout('trailer', 'トレーラ・レコード', LENGTH, trailerFields),
  end: layout('end', 'エンド・レコード', LENGTH, endFields),
  openBatch: (header) => ({
    openingYen: openingBalanceYen(header),
    inCount: 0,
    inTotalYen: 0,
    outCount: 0,
    outTotalYen: 0,
  }),
  addItem(sum, item) {
    if (item.direction === 'in') {
      sum.inCount += 1;
      sum.inTotalYen += item.amountYen;
    } else {
      sum.outCount += 1;
      sum.outTotalYen += item.amountYen;
    }
  },
  closeBatch(sum) {
    const { openingYen, ...totals } = sum;
    const closingYen = openingYen + sum.inTotalYen - sum.outTotalYen;
    return {
      ...totals,
      balanceSign: closingYen < 0 ? 'minus' : 'plus',
      balanceAfterYen: Math.abs(closingYen),
      dataRecordCount: sum.inCount + sum.outCount,
    };
  },
  closeFile: (recordCount, accountCount) => ({ recordCount, accountCount }),
  agree: assertTrailerAgrees,
};

/** 取引前残高 with its sign. */
export function openingBalanceYen(
  header: Pick<MeisaiHeaderInput, 'balanceBeforeYen' | 'balanceSign'>,
): number {
  return header.balanceSign === 'minus' ? 0 - header.balanceBeforeYen : header.balanceBeforeYen;
}

/** 取引後残高 with its sign, or null where the bank does not state it. */
export function closingBalanceYen(trailer: Partial<MeisaiTrailer>): number | null {
  const { balanceAfterYen = null, balanceSign } = trailer;
  if (balanceAfterYen === null) return null;
  return balanceSign === 'minus' ? 0 - balanceAfterYen : balanceAfterYen;
}

function assertTrailerAgrees(
  place: Place,
  stated: Partial<MeisaiTrailer>,
  computed: MeisaiTrailer,
): void {
  const layoutOfTrailer = nyushukkinMeisaiFormat.trailer;
  // A balance of zero may bear either sign, so the two fields are compared as one number.
  assertAgrees(layoutOfTrailer, place, stated, computed, ['balanceSign', 'balanceAfterYen']);
  const statedYen = closingBalanceYen(stated);
  const computedYen = closingBalanceYen(computed);
  if (statedYen === null || statedYen === computedYen) return;
  refuse(place, disagreement(layoutOfTrailer, 'balanceAfterYen', statedYen, computedYen));
}

/** Streams the records of a file. @throws ZenginError at the first broken rule. */
export function readNyushukkinMeisai(
  source: AsyncIterable<Uint8Array>,
  options: ReadOptions,
): AsyncGenerator<MeisaiRecord, void, undefined> {
  return readFormat(nyushukkinMeisaiFormat, source, options);
}

/** Reads a whole file. @throws ZenginError at the first broken rule. */
export function parseNyushukkinMeisai(
  bytes: Uint8Array,
  options: ParseOptions,
): Parsed<MeisaiHeader, MeisaiData, MeisaiTrailer> {
  return parseFormat(nyushukkinMeisaiFormat, bytes, options);
}

/** Streams a file out in chunks of some 64 KB. @throws ZenginError for what cannot be written. */
export function writeNyushukkinMeisai(
  batches: Iterable<MeisaiBatchInput> | AsyncIterable<MeisaiBatchInput>,
  options?: WriteOptions,
): AsyncGenerator<Uint8Array, void, undefined> {
  return writeFormat(nyushukkinMeisaiFormat, batches, options);
}

/** A whole file in memory. @throws ZenginError for what cannot be written. */
export function formatNyushukkinMeisai(
  batches: Iterable<MeisaiSyncBatchInput>,
  options?: WriteOptions,
): Uint8Array {
  return formatWhole(nyushukkinMeisaiFormat, batches, options);
}
