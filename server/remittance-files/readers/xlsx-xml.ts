// The XML inside a workbook as a stream of tags, names without their prefix. Whatever is no sound
// XML, or brings a DTD, is no workbook.
import { SaxesParser } from 'saxes';
import { unreadable } from './table-row.ts';

export const notAWorkbook = () =>
  unreadable(
    'Excelブック（.xlsx）として読み取れません。Excelで開いて保存し直してください。',
    'It is no sound workbook (.xlsx). Open it in Excel and save it again.',
  );

interface Tag {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
}

export interface TakeXml {
  readonly open: (tag: Tag) => void;
  readonly text?: (text: string) => void;
  readonly close?: (name: string) => void;
}

const local = (name: string) => name.slice(name.indexOf(':') + 1);

export function parserOf(take: TakeXml): SaxesParser {
  const parser = new SaxesParser();
  parser.on('error', () => {
    throw notAWorkbook();
  });
  parser.on('doctype', () => {
    throw notAWorkbook();
  });
  parser.on('opentag', (tag) => {
    take.open({ name: local(tag.name), attributes: tag.attributes as Record<string, string> });
  });
  parser.on('text', (text) => take.text?.(text));
  parser.on('closetag', (tag) => take.close?.(local(tag.name)));
  return parser;
}

export async function parseXml(source: AsyncIterable<string>, take: TakeXml): Promise<void> {
  const parser = parserOf(take);
  let isEmpty = true;
  for await (const text of source) {
    isEmpty = false;
    parser.write(text);
  }
  if (!isEmpty) parser.close();
}
