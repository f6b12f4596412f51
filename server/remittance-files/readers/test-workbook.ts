// Workbooks for tests, made by hand: a zip whose entries are stored as they are, so that a test can
// also say something false about them.
import { crc32 } from 'node:zlib';

export interface Part {
  readonly name: string;
  readonly text: string;
  /** What the directory says of its size; left out = the truth. */
  readonly statedBytes?: number;
}

export function zipOf(parts: readonly Part[]): Buffer {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, text, statedBytes } of parts) {
    const body = Buffer.from(text);
    const size = statedBytes ?? body.length;
    const title = Buffer.from(name);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt32LE(crc32(body), 10);
    common.writeUInt32LE(size, 14);
    common.writeUInt32LE(size, 18);
    common.writeUInt16LE(title.length, 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), common, title, body]);
    const entry = Buffer.alloc(14);
    entry.writeUInt32LE(offset, 10);
    const mark = Buffer.from('PK\x01\x02\x14\x00', 'latin1');
    directory.push(Buffer.concat([mark, common, entry, title]));
    locals.push(local);
    offset += local.length;
  }
  const listed = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(parts.length, 8);
  end.writeUInt16LE(parts.length, 10);
  end.writeUInt32LE(listed.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, listed, end]);
}

const RELS = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';

/** A workbook of one sheet; `rows` is the XML inside its sheetData. */
export function workbookOf(rows: string, more: readonly Part[] = []): Buffer {
  const sheets = '<sheets><sheet name="a" r:id="r1"/></sheets>';
  const book = `<workbook xmlns:r="${RELS}">${sheets}</workbook>`;
  const rels = '<Relationships><Relationship Id="r1" Target="worksheets/s.xml"/></Relationships>';
  return zipOf([
    { name: 'xl/workbook.xml', text: book },
    { name: 'xl/_rels/workbook.xml.rels', text: rels },
    { name: 'xl/worksheets/s.xml', text: `<worksheet><sheetData>${rows}</sheetData></worksheet>` },
    ...more,
  ]);
}
