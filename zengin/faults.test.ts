// Goal: each fault a file can carry is refused with its place and rule, and forgiven only where that
// cannot change money. Method: a good file, one fault each, named by it.

import { describe, expect, it } from 'vitest';
import { formatNyukinTsuchi, nyukinTsuchiFormat, parseNyukinTsuchi } from './nyukin-tsuchi.ts';
import { formatNyushukkinMeisai, parseNyushukkinMeisai } from './nyushukkin-meisai.ts';
import { formatSogoFurikomi, parseSogoFurikomi } from './sogo-furikomi.ts';
import { AS_OF, meisaiBatch, nyukinBatch, overwrite, sogoBatch } from './test-samples.ts';
import type { ZenginRule } from './zengin-error.ts';
import { ZenginError } from './zengin-error.ts';

const sogo = formatSogoFurikomi([sogoBatch]);
const nyukin = formatNyukinTsuchi([nyukinBatch]);
const meisai = formatNyushukkinMeisai([meisaiBatch]);
const PARSE = { sogo: parseSogoFurikomi, nyukin: parseNyukinTsuchi, meisai: parseNyushukkinMeisai };

const sogoAt = (record: number, from: number, text: string) =>
  overwrite(sogo, 120, record, from, text);
const nyukinAt = (record: number, from: number, text: string) =>
  overwrite(nyukin, 200, record, from, text);
const meisaiAt = (record: number, from: number, text: string) =>
  overwrite(meisai, 200, record, from, text);
const asText = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');
const lines = (bytes: Uint8Array): string[] => asText(bytes).split('\r\n').slice(0, -1);
const file = (records: readonly string[], ending = '\r\n'): Uint8Array =>
  Buffer.from(records.map((record) => record + ending).join(''), 'latin1');
const [header, first, second, trailer, end] = lines(sogo) as [
  string,
  string,
  string,
  string,
  string,
];
const blank = (length: number): string => ' '.repeat(length);

interface Fault {
  readonly name: string;
  readonly of: keyof typeof PARSE;
  readonly bytes: Uint8Array;
  readonly rule: ZenginRule;
  readonly record: number;
  readonly columns: readonly [number, number];
  readonly field?: string;
  /** What the lenient reader does. */
  readonly lenient: 'refuses' | 'forgives';
}

const faults: readonly Fault[] = [
  // The file as a whole.
  {
    name: 'empty file',
    of: 'sogo',
    bytes: new Uint8Array(0),
    rule: 'file.empty',
    record: 0,
    columns: [1, 120],
    lenient: 'refuses',
  },
  {
    name: 'only an end-of-file mark',
    of: 'sogo',
    bytes: Buffer.from([0x1a]),
    rule: 'file.empty',
    record: 0,
    columns: [1, 120],
    lenient: 'refuses',
  },
  {
    name: 'data after the end-of-file mark',
    of: 'sogo',
    bytes: Buffer.concat([sogo, Buffer.from('\x1a1')]),
    rule: 'file.after-eof',
    record: 5,
    columns: [1, 120],
    lenient: 'refuses',
  },
  {
    name: 'line endings change midway',
    of: 'sogo',
    bytes: Buffer.from(asText(sogo).replace('\r\n8', '\n8'), 'latin1'),
    rule: 'file.line-ending',
    record: 3,
    columns: [121, 121],
    lenient: 'forgives',
  },
  {
    name: 'empty line between records',
    of: 'sogo',
    bytes: file([header, first, '', second, trailer, end]),
    rule: 'file.blank-line',
    record: 2,
    columns: [1, 120],
    lenient: 'forgives',
  },
  {
    name: 'no end record',
    of: 'sogo',
    bytes: file([header, first, second, trailer]),
    rule: 'record.no-end',
    record: 4,
    columns: [1, 120],
    lenient: 'forgives',
  },
  {
    name: 'no trailer record',
    of: 'sogo',
    bytes: file([header, first, second]),
    rule: 'record.no-trailer',
    record: 3,
    columns: [1, 120],
    lenient: 'refuses',
  },
  {
    name: 'end record instead of the trailer',
    of: 'sogo',
    bytes: file([header, first, second, end]),
    rule: 'record.order',
    record: 4,
    columns: [1, 120],
    lenient: 'refuses',
  },
  {
    name: 'data before the header',
    of: 'sogo',
    bytes: file([first, header, second, trailer, end]),
    rule: 'record.order',
    record: 1,
    columns: [1, 120],
    lenient: 'refuses',
  },
  {
    name: 'header within a batch',
    of: 'sogo',
    bytes: file([header, first, header, second, trailer, end]),
    rule: 'record.order',
    record: 3,
    columns: [1, 120],
    lenient: 'refuses',
  },
  {
    name: 'records after the end record',
    of: 'sogo',
    bytes: file([header, first, second, trailer, end, header]),
    rule: 'record.order',
    record: 6,
    columns: [1, 120],
    lenient: 'refuses',
  },
  {
    name: 'end record alone',
    of: 'sogo',
    bytes: file([end]),
    rule: 'record.order',
    record: 1,
    columns: [1, 120],
    lenient: 'refuses',
  },
  {
    name: 'unknown data division',
    of: 'sogo',
    bytes: sogoAt(2, 1, '3'),
    rule: 'record.kind',
    record: 2,
    columns: [1, 1],
    field: 'recordKind',
    lenient: 'refuses',
  },
  {
    name: 'spaces behind the record',
    of: 'sogo',
    bytes: file([header, `${first}   `, second, trailer, end]),
    rule: 'record.too-long',
    record: 2,
    columns: [121, 121],
    lenient: 'forgives',
  },
  {
    name: 'record with a byte too many',
    of: 'sogo',
    bytes: file([header, `${first}X`, second, trailer, end]),
    rule: 'record.kind',
    record: 3,
    columns: [1, 1],
    lenient: 'refuses',
  },
  {
    name: 'record with a byte too few in the middle',
    of: 'sogo',
    bytes: file([header, first.slice(0, 60) + first.slice(61), second, trailer, end]),
    rule: 'field.digits',
    record: 2,
    columns: [81, 90],
    field: 'amountYen',
    lenient: 'refuses',
  },
  // Fields.
  {
    name: 'another type code',
    of: 'sogo',
    bytes: sogoAt(1, 2, '11'),
    rule: 'field.constant',
    record: 1,
    columns: [2, 3],
    field: 'constant',
    lenient: 'refuses',
  },
  {
    name: 'unknown code division',
    of: 'sogo',
    bytes: sogoAt(1, 4, '2'),
    rule: 'field.code',
    record: 1,
    columns: [4, 4],
    field: 'codeDivision',
    lenient: 'refuses',
  },
  {
    name: 'transfer date that does not exist',
    of: 'sogo',
    bytes: sogoAt(1, 55, '0231'),
    rule: 'field.date',
    record: 1,
    columns: [55, 58],
    field: 'transferDate',
    lenient: 'refuses',
  },
  {
    name: 'savings account as the payer',
    of: 'sogo',
    bytes: sogoAt(1, 96, '4'),
    rule: 'field.code',
    record: 1,
    columns: [96, 96],
    field: 'accountType',
    lenient: 'refuses',
  },
  {
    name: 'bank code with a letter',
    of: 'sogo',
    bytes: sogoAt(2, 2, '99A0'),
    rule: 'field.digits',
    record: 2,
    columns: [2, 5],
    field: 'bankCode',
    lenient: 'refuses',
  },
  {
    name: 'account number with spaces in front',
    of: 'sogo',
    bytes: sogoAt(2, 44, '  54321'),
    rule: 'field.digits',
    record: 2,
    columns: [44, 50],
    field: 'accountNumber',
    lenient: 'refuses',
  },
  {
    name: 'recipient without a name',
    of: 'sogo',
    bytes: sogoAt(2, 51, blank(30)),
    rule: 'field.required',
    record: 2,
    columns: [51, 80],
    field: 'recipientName',
    lenient: 'refuses',
  },
  {
    name: 'recipient in lower case',
    of: 'sogo',
    bytes: sogoAt(2, 51, 'yamada'.padEnd(30)),
    rule: 'field.characters',
    record: 2,
    columns: [51, 80],
    field: 'recipientName',
    lenient: 'forgives',
  },
  {
    name: 'amount of spaces and digits',
    of: 'sogo',
    bytes: sogoAt(2, 81, '     12345'),
    rule: 'field.digits',
    record: 2,
    columns: [81, 90],
    field: 'amountYen',
    lenient: 'refuses',
  },
  {
    name: 'blank amount',
    of: 'sogo',
    bytes: sogoAt(2, 81, blank(10)),
    rule: 'field.required',
    record: 2,
    columns: [81, 90],
    field: 'amountYen',
    lenient: 'refuses',
  },
  {
    name: 'negative amount',
    of: 'sogo',
    bytes: sogoAt(2, 81, '-000012345'),
    rule: 'field.digits',
    record: 2,
    columns: [81, 90],
    field: 'amountYen',
    lenient: 'refuses',
  },
  {
    name: 'amount of zero',
    of: 'sogo',
    bytes: sogoAt(2, 81, '0000000000'),
    rule: 'field.minimum',
    record: 2,
    columns: [81, 90],
    field: 'amountYen',
    lenient: 'refuses',
  },
  {
    name: 'customer code with letters and no EDI mark',
    of: 'sogo',
    bytes: sogoAt(2, 113, ' ').fill(0x41, 122 + 91, 122 + 101),
    rule: 'field.digits',
    record: 2,
    columns: [92, 101],
    field: 'customerCode1',
    lenient: 'refuses',
  },
  {
    name: 'zeros in the unused part',
    of: 'sogo',
    bytes: sogoAt(2, 114, '0000000'),
    rule: 'field.filler',
    record: 2,
    columns: [114, 120],
    field: 'filler',
    lenient: 'forgives',
  },
  {
    name: 'value date that does not exist',
    of: 'nyukin',
    bytes: nyukinAt(2, 14, '080230'),
    rule: 'field.date',
    record: 2,
    columns: [14, 19],
    field: 'valueDate',
    lenient: 'refuses',
  },
  {
    name: 'double-byte name',
    of: 'nyukin',
    bytes: nyukinAt(2, 50, '\x8e\x52\x93\x63'.padEnd(48)),
    rule: 'field.characters',
    record: 2,
    columns: [50, 97],
    field: 'payerName',
    lenient: 'forgives',
  },
  {
    name: 'blank payer',
    of: 'nyukin',
    bytes: nyukinAt(2, 50, blank(48)),
    rule: 'field.required',
    record: 2,
    columns: [50, 97],
    field: 'payerName',
    lenient: 'forgives',
  },
  {
    name: 'unknown cancel mark',
    of: 'nyukin',
    bytes: nyukinAt(2, 128, '2'),
    rule: 'field.code',
    record: 2,
    columns: [128, 128],
    field: 'canceled',
    lenient: 'refuses',
  },
  {
    name: 'account number of ten digits',
    of: 'meisai',
    bytes: meisaiAt(1, 64, '1'),
    rule: 'field.constant',
    record: 1,
    columns: [64, 66],
    lenient: 'refuses',
  },
  {
    name: 'unknown transaction kind',
    of: 'meisai',
    bytes: meisaiAt(2, 23, '77'),
    rule: 'field.code',
    record: 2,
    columns: [23, 24],
    field: 'transactionKind',
    lenient: 'forgives',
  },
  {
    name: 'unknown direction',
    of: 'meisai',
    bytes: meisaiAt(2, 22, '3'),
    rule: 'field.code',
    record: 2,
    columns: [22, 22],
    field: 'direction',
    lenient: 'refuses',
  },
  {
    name: 'blank number of data records',
    of: 'meisai',
    bytes: meisaiAt(4, 55, blank(7)),
    rule: 'field.required',
    record: 4,
    columns: [55, 61],
    field: 'dataRecordCount',
    lenient: 'forgives',
  },
  {
    name: 'blank counts in the end record',
    of: 'meisai',
    bytes: meisaiAt(5, 12, blank(5)),
    rule: 'field.required',
    record: 5,
    columns: [12, 16],
    field: 'accountCount',
    lenient: 'forgives',
  },
  // Totals.
  ...disagreements(),
];

function disagreements(): Fault[] {
  const row = (
    of: Fault['of'],
    bytes: Uint8Array,
    record: number,
    columns: readonly [number, number],
    field: string,
  ): Fault => ({
    name: `${of} ${field} disagrees`,
    of,
    bytes,
    rule: 'total.disagrees',
    record,
    columns,
    field,
    lenient: 'refuses',
  });
  return [
    row('sogo', sogoAt(4, 2, '000003'), 4, [2, 7], 'count'),
    row('sogo', sogoAt(4, 8, '000000012347'), 4, [8, 19], 'totalYen'),
    row('nyukin', nyukinAt(4, 2, '000002'), 4, [2, 7], 'count'),
    row('nyukin', nyukinAt(4, 8, '000000500700'), 4, [8, 19], 'totalYen'),
    row('nyukin', nyukinAt(4, 20, '000000'), 4, [20, 25], 'canceledCount'),
    row('nyukin', nyukinAt(4, 26, '000000000000'), 4, [26, 37], 'canceledTotalYen'),
    row('meisai', meisaiAt(4, 2, '000002'), 4, [2, 7], 'inCount'),
    row('meisai', meisaiAt(4, 8, '0000000040001'), 4, [8, 20], 'inTotalYen'),
    row('meisai', meisaiAt(4, 21, '000000'), 4, [21, 26], 'outCount'),
    row('meisai', meisaiAt(4, 27, '0000000060001'), 4, [27, 39], 'outTotalYen'),
    row('meisai', meisaiAt(4, 40, '1'), 4, [41, 54], 'balanceAfterYen'),
    row('meisai', meisaiAt(4, 41, '00000000019001'), 4, [41, 54], 'balanceAfterYen'),
    row('meisai', meisaiAt(4, 55, '0000003'), 4, [55, 61], 'dataRecordCount'),
    row('meisai', meisaiAt(5, 2, '0000000004'), 5, [2, 11], 'recordCount'),
    row('meisai', meisaiAt(5, 12, '00002'), 5, [12, 16], 'accountCount'),
  ];
}

describe.each(faults)('$of: $name', ({ of, bytes, rule, record, columns, field, lenient }) => {
  const place = { rule, recordNumber: record, columns, ...(field === undefined ? {} : { field }) };

  it('is refused by the strict reader with its place', () => {
    const error = caught(() => PARSE[of](bytes, { asOf: AS_OF }));
    expect(error).toMatchObject(place);
    expect(error.message).toContain(`record ${record} `);
    expect(error.message).toContain(`columns ${columns[0]}-${columns[1]}`);
  });

  it(`the lenient reader ${lenient}`, () => {
    const parse = () => PARSE[of](bytes, { asOf: AS_OF, mode: 'lenient' });
    if (lenient === 'refuses') expect(caught(parse)).toMatchObject(place);
    else expect(parse().notes).toMatchObject([place]);
  });
});

describe('what an error tells', () => {
  const bytes = sogoAt(2, 51, 'yamada tarou'.padEnd(30));

  it('has the value, but neither in its message nor where a logger copies it', () => {
    const error = caught(() => parseSogoFurikomi(bytes, { asOf: AS_OF }));
    expect(error.value).toBe('yamada tarou'.padEnd(30));
    expect(error.batchNumber).toBe(1);
    expect(JSON.stringify({ ...error, message: error.message })).not.toContain('yamada');
    expect(error.messageJa).toContain('受取人名');
  });

  it('a note stands for each forgiven fault, and their number is limited', () => {
    const options = { asOf: AS_OF, mode: 'lenient' } as const;
    const { batches, notes } = parseSogoFurikomi(bytes, options);
    expect(batches[0]?.items[0]?.recipientName).toBe('YAMADA TAROU');
    expect(notes).toHaveLength(1);
    const error = caught(() => parseSogoFurikomi(bytes, { ...options, maxNotes: 0 }));
    expect(error.rule).toBe('file.too-many-notes');
  });

  it('records over the limit are refused', () => {
    const error = caught(() => parseSogoFurikomi(sogo, { asOf: AS_OF, maxRecords: 4 }));
    expect(error).toMatchObject({ rule: 'file.too-many-records', recordNumber: 5 });
  });
});

describe('what the lenient reader makes of a name', () => {
  it.each([
    ['\xac\xaf\xb0a', 'ﾔﾂ-A'],
    ['\xa6\xc4\xd2', 'ｦﾄﾒ'],
    ['\xd4\xcf*\x00\x00', 'ﾔﾏ*'.slice(0, 2)],
    ['\x8e\x52\x93\x63', '山田'],
  ])('%j', (raw, expected) => {
    const bytes = nyukinAt(2, 50, raw.padEnd(48));
    const { batches } = parseNyukinTsuchi(bytes, { asOf: AS_OF, mode: 'lenient' });
    expect(batches[0]?.items[0]?.payerName.startsWith(expected)).toBe(true);
  });
});

it('a bank that counts cancelled deposits in the total is an option', () => {
  const counting = { canceledInTotal: true };
  const bytes = formatNyukinTsuchi([nyukinBatch], counting);
  const { batches } = parseNyukinTsuchi(bytes, { asOf: AS_OF, ...counting });
  expect(batches[0]?.trailer).toEqual({
    count: 2,
    totalYen: 500_700,
    canceledCount: 1,
    canceledTotalYen: 700,
  });
  expect(caught(() => parseNyukinTsuchi(bytes, { asOf: AS_OF })).field).toBe('count');
  expect(nyukinTsuchiFormat().recordLength).toBe(200);
});

function caught(work: () => unknown): ZenginError {
  try {
    work();
  } catch (error) {
    if (error instanceof ZenginError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}
