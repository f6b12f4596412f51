// A file of any of the formats as a table: the one way in.
import { readCsv } from './csv-reader.ts';
import type { FileKind } from './file-kind.ts';
import type { TableRow } from './table-row.ts';
import { readXlsx } from './xlsx-reader.ts';
import { readZengin } from './zengin-reader.ts';

/**
 * The header first, then the rows. A workbook is held in memory as it was uploaded (its directory
 * stands at its end); nothing else is. `asOf`: ISO date.
 */
export async function* readTable(
  kind: FileKind,
  source: AsyncIterable<Buffer>,
  asOf: string,
): AsyncGenerator<TableRow> {
  if (kind.format === 'csv') yield* readCsv(source, kind.encoding);
  else if (kind.format === 'zengin') yield* readZengin(source, asOf);
  else {
    const chunks: Buffer[] = [];
    for await (const chunk of source) chunks.push(chunk);
    yield* readXlsx(Buffer.concat(chunks));
  }
}
