// Tells which format a file has, and reads it whichever it is.

import type { FormatName, ReadOptions } from './format.ts';
import type { CancelCounting, NyukinRecord } from './nyukin-tsuchi.ts';
import { readNyukinTsuchi } from './nyukin-tsuchi.ts';
import type { MeisaiRecord } from './nyushukkin-meisai.ts';
import { readNyushukkinMeisai } from './nyushukkin-meisai.ts';
import type { SogoRecord } from './sogo-furikomi.ts';
import { readSogoFurikomi } from './sogo-furikomi.ts';
import { refuse } from './zengin-error.ts';

/** Bytes `sniffFormat` needs: a BOM, データ区分, 種別コード and コード区分. */
const SNIFF_BYTES = 7;
const TYPE_CODES: Readonly<Record<string, FormatName>> = {
  '21': 'sogo-furikomi',
  '01': 'nyukin-tsuchi',
  '03': 'nyushukkin-meisai',
};

/** The format that the first record names, or undefined. */
export function sniffFormat(bytes: Uint8Array): FormatName | undefined {
  const start = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  const head = String.fromCharCode(...bytes.subarray(start, start + 4));
  return /^1\d\d[01]$/.test(head) ? TYPE_CODES[head.slice(1, 3)] : undefined;
}

export type AnyRecord =
  | ({ readonly format: 'sogo-furikomi' } & SogoRecord)
  | ({ readonly format: 'nyukin-tsuchi' } & NyukinRecord)
  | ({ readonly format: 'nyushukkin-meisai' } & MeisaiRecord);

export interface ReadRecordsOptions extends ReadOptions, CancelCounting {
  /** Default: what the first record names. */
  readonly format?: FormatName;
}

/**
 * Streams the records of a file of any of the three formats.
 * @throws ZenginError at the first broken rule, or `record.kind` when no format is recognised.
 */
export async function* readRecords(
  source: AsyncIterable<Uint8Array>,
  options: ReadRecordsOptions,
): AsyncGenerator<AnyRecord, void, undefined> {
  const chunks = source[Symbol.asyncIterator]();
  const read: Uint8Array[] = [];
  let head = new Uint8Array(0);
  try {
    while (head.length < SNIFF_BYTES) {
      const next = await chunks.next();
      if (next.done) break;
      read.push(next.value);
      head = Uint8Array.from([...head, ...next.value.subarray(0, SNIFF_BYTES)]);
    }
    yield* dispatch(options.format ?? sniffFormat(head), rejoin(read, chunks), options);
  } finally {
    await chunks.return?.();
  }
}

async function* dispatch(
  format: FormatName | undefined,
  source: AsyncIterable<Uint8Array>,
  options: ReadRecordsOptions,
): AsyncGenerator<AnyRecord, void, undefined> {
  switch (format) {
    case 'sogo-furikomi':
      for await (const record of readSogoFurikomi(source, options)) yield { format, ...record };
      return;
    case 'nyukin-tsuchi':
      for await (const record of readNyukinTsuchi(source, options)) yield { format, ...record };
      return;
    case 'nyushukkin-meisai':
      for await (const record of readNyushukkinMeisai(source, options)) yield { format, ...record };
      return;
    case undefined: {
      const place = { recordNumber: 1, batchNumber: 0 };
      refuse(place, {
        rule: 'record.kind',
        columns: [1, 4],
        field: 'typeCode',
        label: '種別コード',
      });
    }
  }
}

async function* rejoin(
  read: Uint8Array[],
  rest: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  yield* read;
  for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
}
