// Goal: the bytes are those of the bank guides. Method: records laid out by hand, piece by piece in
// the guides' order, against what is written; the field tables are not used to build them.

import { expect, it } from 'vitest';
import { encodeHalfWidth } from './kana.ts';
import { formatNyukinTsuchi, parseNyukinTsuchi } from './nyukin-tsuchi.ts';
import { formatNyushukkinMeisai, parseNyushukkinMeisai } from './nyushukkin-meisai.ts';
import { formatSogoFurikomi, parseSogoFurikomi } from './sogo-furikomi.ts';
import { AS_OF, meisaiBatch, nyukinBatch, sogoBatch } from './test-samples.ts';

/** A record of pieces, each `text` or [text, width] (filled with spaces). */
function record(...pieces: (string | [string, number])[]): string {
  const padded = pieces.map((piece) =>
    typeof piece === 'string' ? piece : piece[0].padEnd(piece[1]),
  );
  return padded.join('');
}

function fileOf(...records: string[]): Uint8Array {
  const text = records.join('\n');
  const bytes = encodeHalfWidth(text.replaceAll('\n', '~'));
  return bytes.map((byte) => (byte === 0x7e ? 0x0a : byte));
}

it('総合振込', () => {
  const records = [
    record(
      '1',
      '21',
      '0',
      '0000012345',
      ['ｶ)ﾐﾄﾞﾘｼﾖｳｶｲ', 40],
      '0901',
      '0310',
      ['ﾐﾄﾞﾘ', 15],
      '101',
      ['', 15],
      '1',
      '1234567',
      ['', 17],
    ),
    record(
      '2',
      '9900',
      ['', 15],
      '408',
      ['', 15],
      '0000',
      '1',
      '7654321',
      ['ﾔﾏﾀﾞ ﾀﾛｳ', 30],
      '0000012345',
      '0',
      '20260830000000000001',
      ' ',
      'Y',
      ['', 7],
    ),
    record(
      '2',
      '0001',
      ['', 15],
      '002',
      ['', 15],
      '0000',
      '4',
      '0000003',
      ['ｽｽﾞｷ ﾊﾅｺ', 30],
      '0000000001',
      '0',
      '0000000042',
      '0000000000',
      '7',
      ' ',
      ['', 7],
    ),
    record('8', '000002', '000000012346', ['', 101]),
    record('9', ['', 119]),
  ];
  expect(records.map((each) => each.length)).toEqual([120, 120, 120, 120, 120]);
  const bytes = fileOf(...records, '');
  expect(formatSogoFurikomi([sogoBatch], { lineEnding: 'lf' })).toEqual(bytes);
  expect(parseSogoFurikomi(bytes, { asOf: AS_OF }).batches[0]).toMatchObject(sogoBatch);
});

it('振込入金通知', () => {
  const records = [
    record(
      '1',
      '01',
      '0',
      '080830',
      '080828',
      '080828',
      '0310',
      ['', 15],
      '101',
      ['', 15],
      '1',
      '1234567',
      ['ｶ)ﾐﾄﾞﾘｼﾖｳｶｲ', 40],
      ['', 93],
    ),
    record(
      '2',
      '000001',
      '080828',
      '080828',
      '0000500000',
      '0000000000',
      '0000001001',
      ['ｻﾄｳ ｼﾞﾛｳ', 48],
      ['ｱｵﾊﾞ', 15],
      ['', 15],
      '0',
      ['', 20],
      ['', 52],
    ),
    record(
      '2',
      '000002',
      '080828',
      '000000',
      '0000000700',
      '0000000000',
      '0000000000',
      ['ﾀﾅｶ', 48],
      ['', 15],
      ['', 15],
      '1',
      ['', 20],
      ['', 52],
    ),
    record('8', '000001', '000000500000', '000001', '000000000700', ['', 163]),
    record('9', ['', 199]),
  ];
  expect(records.map((each) => each.length)).toEqual([200, 200, 200, 200, 200]);
  const bytes = fileOf(...records, '');
  expect(formatNyukinTsuchi([nyukinBatch], { lineEnding: 'lf' })).toEqual(bytes);
  expect(parseNyukinTsuchi(bytes, { asOf: AS_OF }).batches[0]).toMatchObject(nyukinBatch);
});

it('入出金取引明細', () => {
  const records = [
    record(
      '1',
      '03',
      '0',
      '080830',
      '080801',
      '080830',
      '0310',
      ['', 15],
      '101',
      ['', 15],
      '000',
      '2',
      '0007654321',
      ['ｶ)ﾐﾄﾞﾘｼﾖｳｶｲ', 40],
      '1',
      '0',
      '00000000001000',
      ['', 71],
    ),
    record(
      '2',
      '00000001',
      '080803',
      '000000',
      '1',
      '11',
      '000000040000',
      '000000000000',
      '000000',
      '000000',
      '0',
      '0000000',
      '000',
      '0000000000',
      ['ｻﾄｳ ｼﾞﾛｳ', 48],
      ['', 15],
      ['', 15],
      ['ﾌﾘｺﾐ *1', 20],
      ['', 20],
      ' ',
    ),
    record(
      '2',
      '00000002',
      '080804',
      '000000',
      '2',
      '14',
      '000000060000',
      '000000000000',
      '000000',
      '000000',
      '0',
      '0000000',
      '000',
      '0000000000',
      ['', 48],
      ['', 15],
      ['', 15],
      ['', 20],
      ['', 20],
      ' ',
    ),
    record(
      '8',
      '000001',
      '0000000040000',
      '000001',
      '0000000060000',
      '2',
      '00000000019000',
      '0000002',
      ['', 139],
    ),
    record('9', '0000000005', '00001', ['', 184]),
  ];
  expect(records.map((each) => each.length)).toEqual([200, 200, 200, 200, 200]);
  const bytes = fileOf(...records, '');
  expect(formatNyushukkinMeisai([meisaiBatch], { lineEnding: 'lf' })).toEqual(bytes);
  expect(parseNyushukkinMeisai(bytes, { asOf: AS_OF }).batches[0]).toMatchObject(meisaiBatch);
});
