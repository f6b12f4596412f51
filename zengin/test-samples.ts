// For the tests of this folder only: one good file of each format, ways to damage it, and arbitrary
// records made from the field tables.

import fc from 'fast-check';
import type { Field, FieldValue, Layout } from './field.ts';
import { blankValue, isVisible } from './field.ts';
import type { AnyFormat } from './format.ts';
import { CLASS_BIT, classBits, unitOf } from './kana.ts';
import type { NyukinSyncBatchInput } from './nyukin-tsuchi.ts';
import { formatNyukinTsuchi, nyukinTsuchiFormat, parseNyukinTsuchi } from './nyukin-tsuchi.ts';
import type { MeisaiSyncBatchInput } from './nyushukkin-meisai.ts';
import {
  formatNyushukkinMeisai,
  nyushukkinMeisaiFormat,
  parseNyushukkinMeisai,
} from './nyushukkin-meisai.ts';
import type { SogoSyncBatchInput } from './sogo-furikomi.ts';
import { formatSogoFurikomi, parseSogoFurikomi, sogoFurikomiFormat } from './sogo-furikomi.ts';

/** The same cases every time; another seed on request. */
fc.configureGlobal({ seed: Number(process.env.FC_SEED ?? 2026) });

export { fc };

export const AS_OF = '2026-08-30';

/** The three formats with their whole-file calls, for tests that hold for all of them. */
export const WHOLE_FILE = [
  { format: sogoFurikomiFormat, parse: parseSogoFurikomi, write: formatSogoFurikomi },
  { format: nyukinTsuchiFormat(), parse: parseNyukinTsuchi, write: formatNyukinTsuchi },
  { format: nyushukkinMeisaiFormat, parse: parseNyushukkinMeisai, write: formatNyushukkinMeisai },
] as const;

export const sogoBatch: SogoSyncBatchInput = {
  header: {
    requesterCode: '0000012345',
    requesterName: 'ｶ)ﾐﾄﾞﾘｼﾖｳｶｲ',
    transferDate: '2026-09-01',
    bankCode: '0310',
    bankName: 'ﾐﾄﾞﾘ',
    branchCode: '101',
    accountType: 'ordinary',
    accountNumber: '1234567',
  },
  items: [
    {
      bankCode: '9900',
      branchCode: '408',
      accountType: 'ordinary',
      accountNumber: '7654321',
      recipientName: 'ﾔﾏﾀﾞ ﾀﾛｳ',
      amountYen: 12_345,
      ediInfo: '20260830000000000001',
    },
    {
      bankCode: '0001',
      branchCode: '002',
      accountType: 'savings',
      accountNumber: '0000003',
      recipientName: 'ｽｽﾞｷ ﾊﾅｺ',
      amountYen: 1,
      customerCode1: '0000000042',
      transferMode: 'wire',
    },
  ],
};

export const nyukinBatch: NyukinSyncBatchInput = {
  header: {
    createdOn: '2026-08-30',
    fromDate: '2026-08-28',
    toDate: '2026-08-28',
    bankCode: '0310',
    branchCode: '101',
    accountType: 'ordinary',
    accountNumber: '1234567',
    accountName: 'ｶ)ﾐﾄﾞﾘｼﾖｳｶｲ',
  },
  items: [
    {
      inquiryNumber: '000001',
      accountingDate: '2026-08-28',
      valueDate: '2026-08-28',
      amountYen: 500_000,
      payerCode: '0000001001',
      payerName: 'ｻﾄｳ ｼﾞﾛｳ',
      payerBankName: 'ｱｵﾊﾞ',
    },
    {
      inquiryNumber: '000002',
      accountingDate: '2026-08-28',
      amountYen: 700,
      payerName: 'ﾀﾅｶ',
      canceled: true,
    },
  ],
};

export const meisaiBatch: MeisaiSyncBatchInput = {
  header: {
    createdOn: '2026-08-30',
    fromDate: '2026-08-01',
    toDate: '2026-08-30',
    bankCode: '0310',
    branchCode: '101',
    accountType: 'current',
    accountNumber: '7654321',
    accountName: 'ｶ)ﾐﾄﾞﾘｼﾖｳｶｲ',
    balanceBeforeYen: 1_000,
  },
  items: [
    {
      inquiryNumber: '00000001',
      accountingDate: '2026-08-03',
      direction: 'in',
      transactionKind: 'transfer',
      amountYen: 40_000,
      payerName: 'ｻﾄｳ ｼﾞﾛｳ',
      remarks: 'ﾌﾘｺﾐ *1',
    },
    {
      inquiryNumber: '00000002',
      accountingDate: '2026-08-04',
      direction: 'out',
      transactionKind: 'book-transfer',
      amountYen: 60_000,
    },
  ],
};

/** Writes `text` (Latin-1) over a record from column `from` on, in a file with CRLF. */
export function overwrite(
  bytes: Uint8Array,
  recordLength: number,
  recordNumber: number,
  from: number,
  text: string,
): Uint8Array {
  const copy = Buffer.from(bytes);
  copy.write(text, (recordNumber - 1) * (recordLength + 2) + from - 1, 'latin1');
  return copy;
}

export async function* inChunks(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

export async function collect<T>(source: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const each of source) all.push(each);
  return all;
}

export interface AnyBatch {
  header: Record<string, FieldValue>;
  items: Record<string, FieldValue>[];
}

/** Up to three batches of up to five items, every field filled as its rule allows. */
export function arbitraryBatches(format: AnyFormat): fc.Arbitrary<AnyBatch[]> {
  const header = arbitraryRecord(format.header);
  const items = fc.array(arbitraryRecord(format.data), { maxLength: 5 });
  return fc.array(fc.record({ header, items }), { minLength: 1, maxLength: 3 });
}

function arbitraryRecord(layout: Layout<unknown>): fc.Arbitrary<Record<string, FieldValue>> {
  const visible = layout.fields.filter(isVisible);
  const shape = Object.fromEntries(visible.map((field) => [field.name, arbitraryValue(field)]));
  return fc.record(shape).map((record) => dropAbsent(visible, record));
}

/** A field whose condition does not hold is blank. */
function dropAbsent(
  fields: readonly Field[],
  record: Record<string, FieldValue>,
): Record<string, FieldValue> {
  for (const field of fields) {
    if (field.onlyIf === undefined) continue;
    const mark = fields.find((each) => each.offset === field.onlyIf!.offset)!;
    if (record[mark.name] !== field.onlyIf.is) record[field.name] = blankValue(field);
  }
  return record;
}

function arbitraryValue(field: Field): fc.Arbitrary<FieldValue> {
  const { rule } = field;
  const filled = arbitraryFilled(field);
  if ('presence' in rule && rule.presence === 'optional') {
    return fc.oneof(fc.constant(blankValue(field)), filled);
  }
  return filled;
}

function arbitraryFilled({ rule, length }: Field): fc.Arbitrary<FieldValue> {
  switch (rule.kind) {
    case 'digits':
      return fc.integer({ min: 1, max: 10 ** length - 1 }).map(padTo(length));
    case 'number':
      // Small enough for the sums of a few batches to fit their trailers.
      return fc.integer({ min: rule.minimum, max: Math.min(10 ** length - 1, 9 * 10 ** 12) });
    case 'code':
      return fc.constantFrom(...Object.values(rule.codes));
    case 'text':
      return arbitraryText(CLASS_BIT[rule.characters], length);
    case 'era-date':
      return arbitraryDate('1998-01-01', '2027-08-30');
    case 'month-day':
      return arbitraryDate('2026-03-05', '2027-02-20');
    default:
      return fc.boolean();
  }
}

function padTo(length: number): (value: number) => string {
  return (value) => String(value).padStart(length, '0');
}

function arbitraryText(bit: number, maxLength: number): fc.Arbitrary<string> {
  const bytes = [...classBits.keys()].filter((byte) => (classBits[byte]! & bit) !== 0);
  const unit = fc.constantFrom(...bytes.map((byte) => String.fromCharCode(unitOf(byte))));
  return fc.string({ unit, minLength: 1, maxLength }).map((text) => text.trimEnd() || 'A');
}

function arbitraryDate(from: string, to: string): fc.Arbitrary<string> {
  const day = 86_400_000;
  const [min, max] = [Date.parse(from) / day, Date.parse(to) / day];
  return fc.integer({ min, max }).map((at) => new Date(at * day).toISOString().slice(0, 10));
}
