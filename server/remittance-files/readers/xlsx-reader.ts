// The first sheet of an Excel workbook (.xlsx), row by row: zip by its directory, XML as a stream.
// Formulas are never evaluated: the value that was saved counts, and is told. What a zip unfolds
// to is limited; DTDs are refused.
import yauzl from 'yauzl';
import type { RefusalDetail } from '../../base/refusal.ts';
import { MAX_CELLS, refuseWide, type TableRow, tooWide, unreadable } from './table-row.ts';
import { readStyles, type Styles, shownNumber } from './xlsx-number.ts';
import { notAWorkbook, parserOf, parseXml } from './xlsx-xml.ts';

const MAX_ENTRIES = 1_000;
const MAX_STRINGS_BYTES = 48_000_000;
const MAX_SHEET_BYTES = 300_000_000;
const MAX_PART_BYTES = 4_000_000;

const tooLarge = () =>
  unreadable(
    'Excelブックの中身が大きすぎます。CSVに保存し直すか、ファイルを分けてください。',
    'What the workbook unfolds to is too large. Save it as CSV or split it.',
  );

type Zip = ReadonlyMap<string, yauzl.Entry>;

export async function* readXlsx(bytes: Buffer): AsyncGenerator<TableRow> {
  const { file, entries } = await openZip(bytes);
  try {
    const part = (name: string, maxBytes: number) => readPart(file, entries, name, maxBytes);
    const sheet = await sheetName(part);
    const strings = await readStrings(part('xl/sharedStrings.xml', MAX_STRINGS_BYTES));
    const styles = await readStyles((take) =>
      parseXml(part('xl/styles.xml', MAX_PART_BYTES), take),
    );
    yield* rowsOf(part(sheet, MAX_SHEET_BYTES), strings, styles);
  } finally {
    file.close();
  }
}

function openZip(bytes: Buffer): Promise<{ file: yauzl.ZipFile; entries: Zip }> {
  return new Promise((resolve, reject) => {
    yauzl.fromBuffer(bytes, { lazyEntries: true }, (error, file) => {
      if (error || file === undefined) return reject(notAWorkbook());
      const entries = new Map<string, yauzl.Entry>();
      file.on('error', () => reject(notAWorkbook()));
      file.on('end', () => resolve({ file, entries }));
      file.on('entry', (entry: yauzl.Entry) => {
        entries.set(entry.fileName, entry);
        if (entries.size > MAX_ENTRIES) reject(tooLarge());
        else file.readEntry();
      });
      file.readEntry();
    });
  });
}

/** The text of one part in pieces; nothing where there is no such part. */
async function* readPart(
  file: yauzl.ZipFile,
  entries: Zip,
  name: string,
  maxBytes: number,
): AsyncGenerator<string> {
  const entry = entries.get(name);
  if (entry === undefined) return;
  // yauzl holds an entry to the size it states: what states less than it is breaks off.
  if (entry.uncompressedSize > maxBytes) throw tooLarge();
  const stream = await new Promise<NodeJS.ReadableStream>((resolve, reject) =>
    file.openReadStream(entry, (error, opened) =>
      error ? reject(notAWorkbook()) : resolve(opened),
    ),
  );
  const decoder = new TextDecoder('utf-8');
  try {
    for await (const chunk of stream) yield decoder.decode(chunk as Buffer, { stream: true });
  } catch {
    throw notAWorkbook();
  }
}

/** Where the first sheet of the workbook lies. */
async function sheetName(
  part: (name: string, maxBytes: number) => AsyncIterable<string>,
): Promise<string> {
  let id: string | undefined;
  await parseXml(part('xl/workbook.xml', MAX_PART_BYTES), {
    open: ({ name, attributes }) => {
      if (name === 'sheet') id ??= attributes['r:id'];
    },
  });
  let target: string | undefined;
  await parseXml(part('xl/_rels/workbook.xml.rels', MAX_PART_BYTES), {
    open: ({ name, attributes }) => {
      if (name === 'Relationship' && attributes.Id === id) target = attributes.Target;
    },
  });
  if (id === undefined || target === undefined) throw notAWorkbook();
  return target.startsWith('/') ? target.slice(1) : `xl/${target}`;
}

/** Shared texts, without the reading aids (furigana) that Excel keeps beside them. */
async function readStrings(source: AsyncIterable<string>): Promise<string[]> {
  const strings: string[] = [];
  let text = '';
  let inText = false;
  let inAid = false;
  await parseXml(source, {
    open: ({ name }) => {
      if (name === 'si') text = '';
      if (name === 'rPh') inAid = true;
      inText = name === 't' && !inAid;
    },
    text: (piece) => {
      if (inText) text += piece;
    },
    close: (name) => {
      inText = false;
      if (name === 'rPh') inAid = false;
      if (name === 'si') strings.push(text);
    },
  });
  return strings;
}

interface Cell {
  column: number;
  type: string;
  style: number;
  text: string;
  isFormula: boolean;
}

async function* rowsOf(
  source: AsyncIterable<string>,
  strings: readonly string[],
  styles: Styles,
): AsyncGenerator<TableRow> {
  const done: TableRow[] = [];
  let cells: string[] = [];
  let notes: RefusalDetail[] = [];
  let cell: Cell | undefined;
  let inValue = false;
  const parser = parserOf({
    open({ name, attributes }) {
      if (name === 'row') [cells, notes] = [[], []];
      if (name === 'c') cell = cellOf(attributes, cells.length);
      if (name === 'f' && cell) cell.isFormula = true;
      inValue = (name === 'v' || name === 't') && cell !== undefined;
    },
    text(piece) {
      if (inValue && cell) cell.text += piece;
    },
    close(name) {
      inValue = false;
      if (name === 'c' && cell) {
        while (cells.length < cell.column) cells.push('');
        cells[cell.column] = cellText(cell, strings, styles);
        if (cell.isFormula) notes.push(formulaNote(cell.column));
        cell = undefined;
      }
      if (name !== 'row' || cells.every((value) => value.trim() === '')) return;
      refuseWide(cells);
      done.push({ cells, notes });
    },
  });
  for await (const text of source) {
    parser.write(text);
    yield* done.splice(0);
  }
  parser.close();
  yield* done.splice(0);
}

function cellOf(attributes: Readonly<Record<string, string>>, next: number): Cell {
  const letters = /^[A-Z]{1,3}/.exec(attributes.r ?? '')?.[0];
  let column = 0;
  for (const letter of letters ?? '') column = column * 26 + letter.charCodeAt(0) - 64;
  const at = letters === undefined ? next : column - 1;
  if (at >= MAX_CELLS) throw tooWide();
  const style = Number(attributes.s ?? 0);
  return { column: at, type: attributes.t ?? 'n', style, text: '', isFormula: false };
}

function cellText(cell: Cell, strings: readonly string[], styles: Styles): string {
  if (cell.type === 's') return strings[Number(cell.text)] ?? '';
  return cell.type === 'n' ? shownNumber(cell.text, styles[cell.style]) : cell.text;
}

function formulaNote(column: number): RefusalDetail {
  return {
    pointer: '',
    code: 'formula_not_evaluated',
    ja: `${column + 1}列目は数式です。計算はせず、保存されていた値を使いました。`,
    en: `Column ${column + 1} is a formula: not evaluated, the saved value was taken.`,
  };
}
