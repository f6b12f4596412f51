// Goal: each fault a file can carry is refused with its place and rule, and forgiven only where
// that cannot change money. Method: a good file, one fault each, named by it.

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

const sogoFile = (bytes: Uint8Array) => ({ of: 'sogo' as const, bytes });
const sogoAt = (record: number, from: number, text: string) =>
  sogoFile(overwrite(sogo, 120, record, from, text));
const nyukinAt = (record: number, from: number, text: string) => ({
  of: 'nyukin' as const,
  bytes: overwrite(nyukin, 200, record, from, text),
});
const meisaiAt = (record: number, from: number, text: string) => ({
  of: 'meisai' as const,
  bytes: overwrite(meisai, 200, record, from, text),
});
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
  readonly file: { readonly of: keyof typeof PARSE; readonly bytes: Uint8Array };
  /** Rule, record:columns and field. */
  readonly place: string;
  /** What the lenient reader does. */
  readonly lenient: 'refuses' | 'forgives';
}

const refused = (name: string, at: Fault['file'], place: string): Fault => ({
  name,
  file: at,
  place,
  lenient: 'refuses',
});
const forgiven = (name: string, at: Fault['file'], place: string): Fault => ({
  ...refused(name, at, place),
  lenient: 'forgives',
});

const faults: readonly Fault[] = [
  refused('empty file', sogoFile(new Uint8Array(0)), 'file.empty 0:1-120'),
  refused('only an end-of-file mark', sogoFile(Buffer.from([0x1a])), 'file.empty 0:1-120'),
  refused(
    'data after the end-of-file mark',
    sogoFile(Buffer.concat([sogo, Buffer.from('\x1a1')])),
    'file.after-eof 5:1-120',
  ),
  forgiven(
    'line endings change midway',
    sogoFile(Buffer.from(asText(sogo).replace('\r\n8', '\n8'), 'latin1')),
    'file.line-ending 3:121-121',
  ),
  forgiven(
    'empty line between records',
    sogoFile(file([header, first, '', second, trailer, end])),
    'file.blank-line 2:1-120',
  ),
  forgiven(
    'no end record',
    sogoFile(file([header, first, second, trailer])),
    'record.no-end 4:1-120',
  ),
  refused(
    'no trailer record',
    sogoFile(file([header, first, second])),
    'record.no-trailer 3:1-120',
  ),
  refused(
    'end record instead of the trailer',
    sogoFile(file([header, first, second, end])),
    'record.order 4:1-120',
  ),
  refused(
    'data before the header',
    sogoFile(file([first, header, second, trailer, end])),
    'record.order 1:1-120',
  ),
  refused(
    'header within a batch',
    sogoFile(file([header, first, header, second, trailer, end])),
    'record.order 3:1-120',
  ),
  refused(
    'records after the end record',
    sogoFile(file([header, first, second, trailer, end, header])),
    'record.order 6:1-120',
  ),
  refused('end record alone', sogoFile(file([end])), 'record.order 1:1-120'),
  refused('unknown data division', sogoAt(2, 1, '3'), 'record.kind 2:1-1 recordKind'),
  forgiven(
    'spaces behind the record',
    sogoFile(file([header, `${first}   `, second, trailer, end])),
    'record.too-long 2:121-121',
  ),
  refused(
    'record with a byte too many',
    sogoFile(file([header, `${first}X`, second, trailer, end])),
    'record.too-long 2:121-121',
  ),
  refused(
    'record with a byte too few in the middle',
    sogoFile(file([header, first.slice(0, 60) + first.slice(61), second, trailer, end])),
    'field.digits 2:102-111 customerCode2',
  ),
  refused('another type code', sogoAt(1, 2, '11'), 'field.constant 1:2-3 constant'),
  refused('unknown code division', sogoAt(1, 4, '2'), 'field.code 1:4-4 codeDivision'),
  refused(
    'transfer date that does not exist',
    sogoAt(1, 55, '0231'),
    'field.date 1:55-58 transferDate',
  ),
  refused('savings account as the payer', sogoAt(1, 96, '4'), 'field.code 1:96-96 accountType'),
  refused('bank code with a letter', sogoAt(2, 2, '99A0'), 'field.digits 2:2-5 bankCode'),
  refused(
    'account number with spaces in front',
    sogoAt(2, 44, '  54321'),
    'field.digits 2:44-50 accountNumber',
  ),
  refused(
    'recipient without a name',
    sogoAt(2, 51, blank(30)),
    'field.required 2:51-80 recipientName',
  ),
  forgiven(
    'recipient in lower case',
    sogoAt(2, 51, 'yamada'.padEnd(30)),
    'field.characters 2:51-80 recipientName',
  ),
  refused(
    'amount of spaces and digits',
    sogoAt(2, 81, '     12345'),
    'field.digits 2:81-90 amountYen',
  ),
  refused('blank amount', sogoAt(2, 81, blank(10)), 'field.required 2:81-90 amountYen'),
  refused('negative amount', sogoAt(2, 81, '-000012345'), 'field.digits 2:81-90 amountYen'),
  refused('amount of zero', sogoAt(2, 81, '0000000000'), 'field.minimum 2:81-90 amountYen'),
  refused(
    'customer code with letters and no EDI mark',
    sogoAt(2, 92, `AAAAAAAAAA${blank(11)} `),
    'field.digits 2:92-101 customerCode1',
  ),
  forgiven('zeros in the unused part', sogoAt(2, 114, '0000000'), 'field.filler 2:114-120 filler'),
  refused(
    'value date that does not exist',
    nyukinAt(2, 14, '080230'),
    'field.date 2:14-19 valueDate',
  ),
  forgiven(
    'double-byte name',
    nyukinAt(2, 50, '\x8e\x52\x93\x63'.padEnd(48)),
    'field.characters 2:50-97 payerName',
  ),
  forgiven('blank payer', nyukinAt(2, 50, blank(48)), 'field.required 2:50-97 payerName'),
  refused('unknown cancel mark', nyukinAt(2, 128, '2'), 'field.code 2:128-128 canceled'),
  refused('account number of ten digits', meisaiAt(1, 64, '1'), 'field.constant 1:64-66'),
  forgiven('unknown transaction kind', meisaiAt(2, 23, '77'), 'field.code 2:23-24 transactionKind'),
  refused('unknown direction', meisaiAt(2, 22, '3'), 'field.code 2:22-22 direction'),
  forgiven(
    'blank number of data records',
    meisaiAt(4, 55, blank(7)),
    'field.required 4:55-61 dataRecordCount',
  ),
  forgiven(
    'blank counts in the end record',
    meisaiAt(5, 12, blank(5)),
    'field.required 5:12-16 accountCount',
  ),
  refused('count disagrees', sogoAt(4, 2, '000003'), 'total.disagrees 4:2-7 count'),
  refused('totalYen disagrees', sogoAt(4, 8, '000000012347'), 'total.disagrees 4:8-19 totalYen'),
  refused('count disagrees', nyukinAt(4, 2, '000002'), 'total.disagrees 4:2-7 count'),
  refused('totalYen disagrees', nyukinAt(4, 8, '000000500700'), 'total.disagrees 4:8-19 totalYen'),
  refused(
    'canceledCount disagrees',
    nyukinAt(4, 20, '000000'),
    'total.disagrees 4:20-25 canceledCount',
  ),
  refused(
    'canceledTotalYen disagrees',
    nyukinAt(4, 26, '000000000000'),
    'total.disagrees 4:26-37 canceledTotalYen',
  ),
  refused('inCount disagrees', meisaiAt(4, 2, '000002'), 'total.disagrees 4:2-7 inCount'),
  refused(
    'inTotalYen disagrees',
    meisaiAt(4, 8, '0000000040001'),
    'total.disagrees 4:8-20 inTotalYen',
  ),
  refused('outCount disagrees', meisaiAt(4, 21, '000000'), 'total.disagrees 4:21-26 outCount'),
  refused(
    'outTotalYen disagrees',
    meisaiAt(4, 27, '0000000060001'),
    'total.disagrees 4:27-39 outTotalYen',
  ),
  refused(
    'balanceAfterYen disagrees',
    meisaiAt(4, 40, '1'),
    'total.disagrees 4:41-54 balanceAfterYen',
  ),
  refused(
    'balanceAfterYen disagrees',
    meisaiAt(4, 41, '00000000019001'),
    'total.disagrees 4:41-54 balanceAfterYen',
  ),
  refused(
    'dataRecordCount disagrees',
    meisaiAt(4, 55, '0000003'),
    'total.disagrees 4:55-61 dataRecordCount',
  ),
  refused(
    'recordCount disagrees',
    meisaiAt(5, 2, '0000000004'),
    'total.disagrees 5:2-11 recordCount',
  ),
  refused(
    'accountCount disagrees',
    meisaiAt(5, 12, '00002'),
    'total.disagrees 5:12-16 accountCount',
  ),
];

describe.each(faults)('$file.of: $name', ({ file: { of, bytes }, place: text, lenient }) => {
  const place = placeOf(text);

  it('is refused by the strict reader with its place', () => {
    const error = caught(() => PARSE[of](bytes, { asOf: AS_OF }));
    expect(error).toMatchObject(place);
    expect(error.message).toContain(`record ${place.recordNumber} `);
    expect(error.message).toContain(`columns ${place.columns.join('-')}`);
  });

  it(`the lenient reader ${lenient}`, () => {
    const parse = () => PARSE[of](bytes, { asOf: AS_OF, mode: 'lenient' });
    if (lenient === 'refuses') expect(caught(parse)).toMatchObject(place);
    else expect(parse().notes).toMatchObject([place]);
  });
});

describe('what an error tells', () => {
  const { bytes } = sogoAt(2, 51, 'yamada tarou'.padEnd(30));

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
    const { bytes } = nyukinAt(2, 50, raw.padEnd(48));
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

/** 'rule record:from-to field' as the properties of a finding. */
function placeOf(text: string) {
  const [rule, at, field] = text.split(' ') as [ZenginRule, string, string?];
  const [recordNumber, from, to] = at.split(/[:-]/).map(Number);
  const columns = [from, to];
  return { rule, recordNumber, columns, ...(field === undefined ? {} : { field }) };
}

function caught(work: () => unknown): ZenginError {
  try {
    work();
  } catch (error) {
    if (error instanceof ZenginError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}
