// CSV as spreadsheets and accounting software write it: UTF-8, UTF-16 or Windows' Shift_JIS; comma,
// tab or semicolon; quotes. What the columns mean is columns.ts.
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { CsvError, parse } from 'csv-parse';
import iconv from 'iconv-lite';
import type { TextEncoding } from './file-kind.ts';
import { MAX_RECORD_CHARACTERS, refuseWide, type TableRow, unreadable } from './table-row.ts';

const DELIMITERS = [',', '\t', ';'] as const;
/** A formula that a spreadsheet was kept from running carries an apostrophe: ours, taken off. */
const NEUTRALISED = /^'(?=[=+\-@\t\r])/;

export async function* readCsv(
  source: AsyncIterable<Uint8Array>,
  encoding: TextEncoding,
): AsyncGenerator<TableRow> {
  const text = decoded(source, encoding);
  const first = await text.next();
  if (first.done) return;
  const parser = parse({
    delimiter: delimiterOf(first.value),
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: MAX_RECORD_CHARACTERS,
  });
  const flowing = pipeline(Readable.from(rejoined(first.value, text)), parser);
  // Awaited below; a fault of the parser is heard from the parser first.
  flowing.catch(() => {});
  try {
    for await (const record of parser as AsyncIterable<string[]>) {
      const cells = record.map((cell) => cell.replace(NEUTRALISED, ''));
      if (cells.every((cell) => cell.trim() === '')) continue;
      refuseWide(cells);
      yield { cells, notes: [] };
    }
    await flowing;
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const line = Number(error.lines ?? 0);
    throw unreadable(
      `CSVの${line}行目の付近で、引用符（"）または行の長さが正しくありません。`,
      `Around line ${line} of the CSV a quote (") or the length of a line is wrong.`,
    );
  }
}

/** The delimiter that the first line has most of, quoted text apart. */
export function delimiterOf(text: string): string {
  const line = (text.split(/\r\n|\r|\n/, 1)[0] ?? '').replace(/"[^"]*"/g, '');
  const counts = DELIMITERS.map((each) => line.split(each).length);
  return DELIMITERS[counts.indexOf(Math.max(...counts))]!;
}

/** Text in pieces; the first has the whole of the first line, where that is no monster. */
async function* decoded(
  source: AsyncIterable<Uint8Array>,
  encoding: TextEncoding,
): AsyncGenerator<string> {
  const decoder = iconv.getDecoder(encoding);
  let head: string | undefined = '';
  for await (const chunk of source) {
    const text = decoder.write(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
    if (head === undefined) yield text;
    else {
      head += text;
      if (!/[\r\n]/.test(head) && head.length < MAX_RECORD_CHARACTERS) continue;
      yield head.replace(/^\ufeff/, '');
      head = undefined;
    }
  }
  const rest = (head ?? '') + (decoder.end() ?? '');
  const last = head === undefined ? rest : rest.replace(/^\ufeff/, '');
  if (last !== '') yield last;
}

async function* rejoined(first: string, rest: AsyncGenerator<string>): AsyncGenerator<string> {
  yield first;
  yield* rest;
}
