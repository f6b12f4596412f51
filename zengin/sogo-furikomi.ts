// 総合振込 (type 21, 120 bytes): the file that instructs a bank to pay many accounts. Its records,
// field tables and totals, and the calls that read and write it.

import type { Field } from './field.ts';
import { fillerField, kindField, layout } from './field.ts';
import type { AccountType, CodeDivision } from './field-kinds.ts';
import { accountType, code, digits, formatFields, number, text } from './field-kinds.ts';
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

export interface SogoHeader {
  codeDivision: CodeDivision;
  /** 委託者コード given by the bank, 10 digits. */
  requesterCode: string;
  requesterName: string;
  /** 振込指定日 'YYYY-MM-DD'; only month and day are in the file. */
  transferDate: string;
  /** The bank that is instructed (仕向), its branch and the account to be debited. */
  bankCode: string;
  bankName: string;
  branchCode: string;
  branchName: string;
  accountType: Exclude<AccountType, 'savings'>;
  accountNumber: string;
}

export interface SogoData {
  /** The bank, branch and account to be paid (被仕向). */
  bankCode: string;
  bankName: string;
  branchCode: string;
  branchName: string;
  /** 手形交換所番号, out of use: ''. */
  clearingHouseNumber: string;
  accountType: AccountType;
  accountNumber: string;
  /** 受取人名 in the bank's form, at most 30 bytes; see normalizeName. */
  recipientName: string;
  /** 1 to 9,999,999,999. */
  amountYen: number;
  newCode: 'other' | 'first' | 'changed' | null;
  /** 顧客コード: 10 digits each, only without EDI情報. */
  customerCode1: string;
  customerCode2: string;
  /** EDI情報, at most 20 bytes; only with `hasEdi`. */
  ediInfo: string;
  /** 振込指定区分; several banks leave it blank. */
  transferMode: 'wire' | 'letter' | null;
  /** 識別表示: on writing it follows `ediInfo` when not given. */
  hasEdi: boolean;
}

export interface SogoTrailer {
  count: number;
  totalYen: number;
}

export type SogoEnd = Record<never, never>;

/** What a writer must give; everything else is optional. */
export type SogoHeaderInput = Given<
  SogoHeader,
  | 'requesterCode'
  | 'requesterName'
  | 'transferDate'
  | 'bankCode'
  | 'branchCode'
  | 'accountType'
  | 'accountNumber'
>;
export type SogoDataInput = Given<
  SogoData,
  'bankCode' | 'branchCode' | 'accountType' | 'accountNumber' | 'recipientName' | 'amountYen'
>;

export type SogoBatch = Batch<SogoHeader, SogoData, SogoTrailer>;
export type SogoBatchInput = BatchInput<SogoHeaderInput, SogoDataInput, SogoTrailer>;
export type SogoSyncBatchInput = SyncBatchInput<SogoHeaderInput, SogoDataInput, SogoTrailer>;
export type SogoRecord = ZenginRecord<SogoHeader, SogoData, SogoTrailer, SogoEnd>;

const LENGTH = 120;
const WITH_EDI = { offset: 112, byte: 'Y', is: true } as const;
const WITHOUT_EDI = { offset: 112, byte: 'Y', is: false } as const;
const FILLED = { fill: true } as const;
const NEW_CODES = { 0: 'other', 1: 'first', 2: 'changed' } as const;
const TRANSFER_MODES = { 7: 'wire', 8: 'letter' } as const;

const headerFields: readonly Field[] = [
  kindField('header'),
  ...formatFields('21'),
  digits('requesterCode', '振込依頼人コード', 4, 10, 'required', FILLED),
  text('requesterName', '振込依頼人名', 14, 40, 'required', 'name'),
  {
    name: 'transferDate',
    label: '振込指定日',
    offset: 54,
    length: 4,
    type: 'N',
    rule: { kind: 'month-day' },
    remark: 'a bank business day; not checked here',
  },
  digits('bankCode', '仕向銀行番号', 58, 4, 'required'),
  text('bankName', '仕向銀行名', 62, 15, 'optional', 'branch'),
  digits('branchCode', '仕向支店番号', 77, 3, 'required'),
  text('branchName', '仕向支店名', 80, 15, 'optional', 'branch'),
  accountType(95, ['ordinary', 'current', 'other']),
  digits('accountNumber', '口座番号', 96, 7, 'required', FILLED),
  fillerField(103, 17),
];

const dataFields: readonly Field[] = [
  kindField('data'),
  digits('bankCode', '被仕向銀行番号', 1, 4, 'required'),
  text('bankName', '被仕向銀行名', 5, 15, 'optional', 'branch'),
  digits('branchCode', '被仕向支店番号', 20, 3, 'required'),
  text('branchName', '被仕向支店名', 23, 15, 'optional', 'branch'),
  digits('clearingHouseNumber', '手形交換所番号', 38, 4, 'optional', { remark: 'out of use' }),
  accountType(42, ['ordinary', 'current', 'savings', 'other']),
  digits('accountNumber', '口座番号', 43, 7, 'required', FILLED),
  text('recipientName', '受取人名', 50, 30, 'required', 'name'),
  number('amountYen', '振込金額', 80, 10, 'required', { minimum: 1 }),
  code('newCode', '新規コード', 90, 'optional', NEW_CODES, { initial: 'other', blank: ' ' }),
  digits('customerCode1', '顧客コード1', 91, 10, 'optional', { ...FILLED, onlyIf: WITHOUT_EDI }),
  digits('customerCode2', '顧客コード2', 101, 10, 'optional', { ...FILLED, onlyIf: WITHOUT_EDI }),
  text('ediInfo', 'EDI情報', 91, 20, 'optional', 'edi', { onlyIf: WITH_EDI }),
  code('transferMode', '振込指定区分', 111, 'optional', TRANSFER_MODES, { blank: ' ' }),
  {
    name: 'hasEdi',
    label: '識別表示',
    offset: 112,
    length: 1,
    type: 'C',
    rule: { kind: 'marker', byte: 'Y', off: ' ', marks: 'ediInfo' },
  },
  fillerField(113, 7),
];

const trailerFields: readonly Field[] = [
  kindField('trailer'),
  number('count', '合計件数', 1, 6, 'required'),
  number('totalYen', '合計金額', 7, 12, 'required'),
  fillerField(19, 101),
];

/** The format for reader and writer, with the field tables of its four records. */
export const sogoFurikomiFormat: Format<
  SogoHeader,
  SogoData,
  SogoTrailer,
  SogoEnd,
  SogoHeaderInput,
  SogoDataInput,
  SogoTrailer
> = {
  name: 'sogo-furikomi',
  label: '総合振込',
  typeCode: '21',
  recordLength: LENGTH,
  header: layout('header', 'ヘッダー・レコード', LENGTH, headerFields),
  data: layout('data', 'データ・レコード', LENGTH, dataFields),
  trailer: layout('trailer', 'トレーラ・レコード', LENGTH, trailerFields),
  end: layout('end', 'エンド・レコード', LENGTH, [kindField('end'), fillerField(1, 119)]),
  openBatch: () => ({ count: 0, totalYen: 0 }),
  addItem(sum, item) {
    sum.count += 1;
    sum.totalYen += item.amountYen;
  },
  closeBatch: (sum) => sum,
  closeFile: () => ({}),
};

/** Streams the records of a file. @throws ZenginError at the first broken rule. */
export function readSogoFurikomi(
  source: AsyncIterable<Uint8Array>,
  options: ReadOptions,
): AsyncGenerator<SogoRecord, void, undefined> {
  return readFormat(sogoFurikomiFormat, source, options);
}

/** Reads a whole file. @throws ZenginError at the first broken rule. */
export function parseSogoFurikomi(
  bytes: Uint8Array,
  options: ParseOptions,
): Parsed<SogoHeader, SogoData, SogoTrailer> {
  return parseFormat(sogoFurikomiFormat, bytes, options);
}

/** Streams a file out in chunks of some 64 KB. @throws ZenginError for what cannot be written. */
export function writeSogoFurikomi(
  batches: Iterable<SogoBatchInput> | AsyncIterable<SogoBatchInput>,
  options?: WriteOptions,
): AsyncGenerator<Uint8Array, void, undefined> {
  return writeFormat(sogoFurikomiFormat, batches, options);
}

/** A whole file in memory. @throws ZenginError for what cannot be written. */
export function formatSogoFurikomi(
  batches: Iterable<SogoSyncBatchInput>,
  options?: WriteOptions,
): Uint8Array {
  return formatWhole(sogoFurikomiFormat, batches, options);
}
