// The readers: what spreadsheets and accounting software write comes out as a table, in any
// encoding, cut anywhere; what is no table, or too much of one, is refused in words.
import fc from 'fast-check';
import iconv from 'iconv-lite';
import { expect, test } from 'vitest';
import { formatSogoFurikomi } from '../../../zengin/sogo-furikomi.ts';
import { csvCell } from '../result-file.ts';
import { createKindDetector } from './file-kind.ts';
import { readTable } from './read-table.ts';
import { MAX_CELL_CHARACTERS, type TableRow } from './table-row.ts';
import { workbookOf, zipOf } from './test-workbook.ts';

async function* pieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function read(bytes: Buffer, size = 7): Promise<TableRow[]> {
  const detector = createKindDetector();
  for await (const piece of pieces(bytes, size)) detector.see(piece);
  const rows: TableRow[] = [];
  for await (const row of readTable(detector.kind(), pieces(bytes, size), '2026-11-24')) {
    rows.push(row);
  }
  return rows;
}

const cells = async (bytes: Buffer, size?: number) =>
  (await read(bytes, size)).map((row) => row.cells);

const TABLE = '金額,名義\r\n"12,000",髙﨑 タロウ\r\n\r\n5,～①\r\n';
const WANTED = [
  ['金額', '名義'],
  ['12,000', '髙﨑 タロウ'],
  ['5', '～①'],
];

test.each([
  ['UTF-8', Buffer.from(TABLE)],
  ['UTF-8 with BOM', Buffer.from(`\ufeff${TABLE}`)],
  ['Shift_JIS of Windows', iconv.encode(TABLE, 'cp932')],
  ['UTF-16', Buffer.from(`\ufeff${TABLE}`, 'utf16le')],
  ['LF', Buffer.from(TABLE.replaceAll('\r\n', '\n'))],
  ['tabs', Buffer.from(TABLE.replace('金額,', '金額\t').replace('",', '"\t').replace('5,', '5\t'))],
])('a table in %s, cut anywhere', async (_name, bytes) => {
  for (const size of [1, 3, 1_000]) expect(await cells(bytes, size)).toEqual(WANTED);
});

test('whatever is written as CSV is read back as it was, without running a formula', async () => {
  const cell = fc
    .string({ unit: 'grapheme', maxLength: 20 })
    .filter((text) => !/^'[=+\-@]/.test(text));
  const row = fc.array(cell, { minLength: 2, maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 6 }), async (rows) => {
      const lines = [['a', 'b'], ...rows].map((each) => each.map(csvCell).join(','));
      const kept = rows.filter((each) => each.some((text) => text.trim() !== ''));
      const back = await cells(Buffer.from(`${lines.join('\r\n')}\r\n`), 5);
      expect(back.slice(1)).toEqual(kept.map((each) => each.map((text) => text)));
    }),
    { numRuns: 100 },
  );
});

test('a quote that is never closed and a cell of a monster are refused', async () => {
  const open = Buffer.from('a,b\r\n"x,y\r\n');
  await expect(read(open)).rejects.toMatchObject({ code: 'file_unreadable' });
  const long = Buffer.from(`a,b\r\n${'x'.repeat(MAX_CELL_CHARACTERS + 1)},1\r\n`);
  await expect(read(long, 1_000)).rejects.toMatchObject({ code: 'file_unreadable' });
  const endless = Buffer.from(`a,b\r\n"${'x'.repeat(200_000)}`);
  await expect(read(endless, 1_000)).rejects.toMatchObject({ code: 'file_unreadable' });
});

const STYLES = {
  name: 'xl/styles.xml',
  text:
    '<styleSheet><numFmts><numFmt numFmtId="164" formatCode="0000000"/></numFmts>' +
    '<cellXfs><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="14"/></cellXfs></styleSheet>',
};
const STRINGS = {
  name: 'xl/sharedStrings.xml',
  text: '<sst><si><t>山田</t><rPh><t>ヤマダ</t></rPh></si><si><r><t>a</t></r><r><t>b</t></r></si></sst>',
};

test('a workbook: texts without reading aids, zeros of a format, days, saved values', async () => {
  const book = workbookOf(
    '<row r="1"><c r="A1" t="s"><v>0</v></c>' +
      '<c r="C1" t="inlineStr"><is><t>x&amp;y</t></is></c></row>' +
      '<row r="2"><c r="A2" s="1"><v>12345</v></c><c r="B2" s="2"><v>46356</v></c>' +
      '<c r="C2"><f>1+1</f><v>2</v></c><c r="D2"><v>1.2E4</v></c></row><row r="3"/>',
    [STYLES, STRINGS],
  );
  const rows = await read(book);
  expect(rows.map((row) => row.cells)).toEqual([
    ['山田', '', 'x&y'],
    ['0012345', '2026-11-30', '2', '12000'],
  ]);
  expect(rows[1]!.notes.map(({ code }) => code)).toEqual(['formula_not_evaluated']);
});

test.each([
  ['a zip that is no workbook', zipOf([{ name: 'a.txt', text: 'x' }])],
  ['a zip cut off', workbookOf('<row/>').subarray(0, 200)],
  ['a DTD', workbookOf('', []).subarray(0, 0)],
  [
    'a part that states more than it may unfold to',
    workbookOf('<row/>', [{ name: 'xl/sharedStrings.xml', text: 'x', statedBytes: 90_000_000 }]),
  ],
  ['XML that is none', workbookOf('<row><c></row>')],
])('refused: %s', async (name, bytes) => {
  const dtd = zipOf([
    { name: 'xl/workbook.xml', text: '<!DOCTYPE x [<!ENTITY a "b">]><workbook/>' },
  ]);
  const file = name === 'a DTD' ? dtd : bytes;
  await expect(read(file, 1_000)).rejects.toMatchObject({ code: 'file_unreadable' });
});

const SOGO = Buffer.from(
  formatSogoFurikomi([
    {
      header: {
        ...{ requesterCode: '1', requesterName: 'ｼﾖｳﾃﾝ', transferDate: '2026-11-30' },
        ...{ bankCode: '0005', branchCode: '001', accountType: 'ordinary', accountNumber: '1' },
      },
      items: [
        {
          ...{ bankCode: '0005', branchCode: '001', accountType: 'ordinary' },
          ...{ accountNumber: '1234567', recipientName: 'ﾔﾏﾀﾞ ﾀﾛｳ', amountYen: 12_000 },
        },
      ],
    },
  ]),
);

test('総合振込: its items as rows; false totals refuse all of it', async () => {
  const [, row] = await read(SOGO);
  expect(row!.cells).toEqual([
    ...['0005', '', '001', '', 'ordinary', '1234567', 'ﾔﾏﾀﾞ ﾀﾛｳ', '12000', '', '2026-11-30'],
  ]);
  expect(row!.notes).toEqual([]);
  const false_ = Buffer.from(
    SOGO.toString('latin1').replace('000000012000', '000000012001'),
    'latin1',
  );
  await expect(read(false_)).rejects.toMatchObject({ code: 'file_unreadable' });
});
