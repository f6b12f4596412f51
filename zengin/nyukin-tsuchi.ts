// 振込入金通知 format A (type 01, 200 bytes): the bank's notice of transfers received. Its records,
// field tables and totals, and the calls that read and write it. Format B is not known here.

import type { Field } from './field.ts';
import { fillerField, kindField, layout } from './field.ts';
import type { AccountType, CodeDivision } from './field-kinds.ts';
import { accountType, digits, eraDate, formatFields, number, text } from './field-kinds.ts';
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
import { parseFormat, readFormat } from './reader.ts';
import { formatWhole, writeFormat } from './writer.ts';

export interface NyukinHeader {
  codeDivision: CodeDivision;
  /** 作成日 'YYYY-MM-DD'. */
  createdOn: string;
  /** 勘定日 from and to. */
  fromDate: string;
  toDate: string;
  /** The account that received the transfers. */
  bankCode: string;
  bankName: string;
  branchCode: string;
  branchName: string;
  accountType: Exclude<AccountType, 'other'>;
  accountNumber: string;
  accountName: string;
}

export interface NyukinData {
  /** 照会番号, given by the bank. */
  inquiryNumber: string;
  /** 勘定日 'YYYY-MM-DD'. */
  accountingDate: string;
  /** 起算日; null when blank. */
  valueDate: string | null;
  amountYen: number;
  /** うち他店券金額. */
  otherBankChequesYen: number | null;
  /** 振込依頼人コード; with virtual accounts some banks put the account here. */
  payerCode: string;
  payerName: string;
  payerBankName: string;
  payerBranchName: string;
  /** 取消区分: this deposit was taken back by the bank. */
  canceled: boolean;
  ediInfo: string;
}

export interface NyukinTrailer {
  count: number;
  totalYen: number;
  canceledCount: number;
  canceledTotalYen: number;
}

export type NyukinEnd = Record<never, never>;

export type NyukinHeaderInput = Given<
  NyukinHeader,
  | 'createdOn'
  | 'fromDate'
  | 'toDate'
  | 'bankCode'
  | 'branchCode'
  | 'accountType'
  | 'accountNumber'
  | 'accountName'
>;
export type NyukinDataInput = Given<
  NyukinData,
  'inquiryNumber' | 'accountingDate' | 'amountYen' | 'payerName'
>;

export type NyukinBatch = Batch<NyukinHeader, NyukinData, NyukinTrailer>;
export type NyukinBatchInput = BatchInput<NyukinHeaderInput, NyukinDataInput, NyukinTrailer>;
export type NyukinSyncBatchInput = SyncBatchInput<
  NyukinHeaderInput,
  NyukinDataInput,
  NyukinTrailer
>;
export type NyukinRecord = ZenginRecord<NyukinHeader, NyukinData, NyukinTrailer, NyukinEnd>;

/** How the bank counts 取消. The sources do not say it; ask the bank. */
export interface CancelCounting {
  /** Whether cancelled items are also in 振込合計. Default false: only in 取消合計. */
  readonly canceledInTotal?: boolean;
}

const LENGTH = 200;

const headerFields: readonly Field[] = [
  kindField('header'),
  ...formatFields('01'),
  eraDate('createdOn', '作成日', 4, 'required'),
  eraDate('fromDate', '勘定日(自)', 10, 'required'),
  eraDate('toDate', '勘定日(至)', 16, 'required'),
  digits('bankCode', '銀行コード', 22, 4, 'required'),
  text('bankName', '銀行名', 26, 15, 'optional', 'branch'),
  digits('branchCode', '支店コード', 41, 3, 'required'),
  text('branchName', '支店名', 44, 15, 'optional', 'branch'),
  accountType(59, ['ordinary', 'current', 'savings']),
  digits('accountNumber', '口座番号', 60, 7, 'required', { fill: true }),
  text('accountName', '口座名', 67, 40, 'forgivable', 'name'),
  fillerField(107, 93),
];

const dataFields: readonly Field[] = [
  kindField('data'),
  digits('inquiryNumber', '照会番号', 1, 6, 'forgivable', { fill: true }),
  eraDate('accountingDate', '勘定日', 7, 'required'),
  eraDate('valueDate', '起算日', 13, 'optional'),
  number('amountYen', '金額', 19, 10, 'required', { minimum: 1 }),
  number('otherBankChequesYen', 'うち他店券金額', 29, 10, 'forgivable', { initial: 0 }),
  digits('payerCode', '振込依頼人コード', 39, 10, 'optional', { fill: true }),
  text('payerName', '振込依頼人名', 49, 48, 'forgivable', 'name'),
  text('payerBankName', '仕向銀行名', 97, 15, 'optional', 'branch'),
  text('payerBranchName', '仕向店名', 112, 15, 'optional', 'branch'),
  {
    name: 'canceled',
    label: '取消区分',
    offset: 127,
    length: 1,
    type: 'N',
    rule: { kind: 'marker', byte: '1', off: '0' },
    remark: '1 = 取消 is general knowledge, not from a source',
  },
  text('ediInfo', 'EDI情報', 128, 20, 'optional', 'edi'),
  fillerField(148, 52),
];

const trailerFields: readonly Field[] = [
  kindField('trailer'),
  number('count', '振込合計件数', 1, 6, 'required'),
  number('totalYen', '振込合計金額', 7, 12, 'required'),
  number('canceledCount', '取消合計件数', 19, 6, 'required'),
  number('canceledTotalYen', '取消合計金額', 25, 12, 'required'),
  fillerField(37, 163),
];

/** The format for reader and writer, with the field tables of its four records. */
export function nyukinTsuchiFormat(
  counting: CancelCounting = {},
): Format<
  NyukinHeader,
  NyukinData,
  NyukinTrailer,
  NyukinEnd,
  NyukinHeaderInput,
  NyukinDataInput,
  NyukinTrailer
> {
  return {
    name: 'nyukin-tsuchi',
    label: '振込入金通知（フォーマットA）',
    typeCode: '01',
    recordLength: LENGTH,
    ...nyukinLayouts,
    openBatch: () => ({ count: 0, totalYen: 0, canceledCount: 0, canceledTotalYen: 0 }),
    addItem(sum, item) {
      if (item.canceled) {
        sum.canceledCount += 1;
        sum.canceledTotalYen += item.amountYen;
        if (!counting.canceledInTotal) return;
      }
      sum.count += 1;
      sum.totalYen += item.amountYen;
    },
    closeBatch: (sum) => sum,
    closeFile: () => ({}),
  };
}

const nyukinLayouts = {
  header: layout<NyukinHeader>('header', 'ヘッダー・レコード', LENGTH, headerFields),
  data: layout<NyukinData>('data', 'データ・レコード', LENGTH, dataFields),
  trailer: layout<NyukinTrailer>('trailer', 'トレーラ・レコード', LENGTH, trailerFields),
  end: layout<NyukinEnd>('end', 'エンド・レコード', LENGTH, [
    kindField('end'),
    fillerField(1, 199),
  ]),
};

/** Streams the records of a file. @throws ZenginError at the first broken rule. */
export function readNyukinTsuchi(
  source: AsyncIterable<Uint8Array>,
  options: ReadOptions & CancelCounting,
): AsyncGenerator<NyukinRecord, void, undefined> {
  return readFormat(nyukinTsuchiFormat(options), source, options);
}

/** Reads a whole file. @throws ZenginError at the first broken rule. */
export function parseNyukinTsuchi(
  bytes: Uint8Array,
  options: ParseOptions & CancelCounting,
): Parsed<NyukinHeader, NyukinData, NyukinTrailer> {
  return parseFormat(nyukinTsuchiFormat(options), bytes, options);
}

/** Streams a file out in chunks of some 64 KB. @throws ZenginError for what cannot be written. */
export function writeNyukinTsuchi(
  batches: Iterable<NyukinBatchInput> | AsyncIterable<NyukinBatchInput>,
  options: WriteOptions & CancelCounting = {},
): AsyncGenerator<Uint8Array, void, undefined> {
  return writeFormat(nyukinTsuchiFormat(options), batches, options);
}

/** A whole file in memory. @throws ZenginError for what cannot be written. */
export function formatNyukinTsuchi(
  batches: Iterable<NyukinSyncBatchInput>,
  options: WriteOptions & CancelCounting = {},
): Uint8Array {
  return formatWhole(nyukinTsuchiFormat(options), batches, options);
}
