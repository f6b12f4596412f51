// Writes any format: header, items, the trailer computed from them, at last the end record, into
// chunks of some 64 KB. The formats' own files wrap this under names of their own.

import { encodeRecord } from './encode-record.ts';
import type { Layout } from './field.ts';
import type { BatchInput, Format, LineEnding, SyncBatchInput, WriteOptions } from './format.ts';
import { assertAgrees } from './format.ts';
import type { Place } from './zengin-error.ts';
import { refuse } from './zengin-error.ts';

const CHUNK_BYTES = 64 * 1024;
const ENDINGS: Readonly<Record<LineEnding, string>> = {
  crlf: '\r\n',
  cr: '\r',
  lf: '\n',
  none: '',
};

interface RecordWriter<HI, DI, T> {
  readonly header: (header: HI) => void;
  readonly item: (item: DI) => void;
  readonly trailer: (stated: Partial<T> | undefined) => void;
  readonly end: () => void;
  /** Whether `take` should be called before the next record. */
  readonly isFull: () => boolean;
  /** The bytes written since the last call; the caller owns them. */
  readonly take: () => Uint8Array;
}

/**
 * Yields the file in chunks; memory does not grow with the number of items. A consumer that stops
 * early closes the sources. On an error the chunks yielded so far are no file: discard them.
 * @throws ZenginError for the first value that the format cannot hold, or a trailer that disagrees.
 */
export async function* writeFormat<H extends HI, D extends DI, T, E, HI, DI, S>(
  format: Format<H, D, T, E, HI, DI, S>,
  batches: Iterable<BatchInput<HI, DI, T>> | AsyncIterable<BatchInput<HI, DI, T>>,
  options: WriteOptions = {},
): AsyncGenerator<Uint8Array, void, undefined> {
  const writer = createWriter(format, options);
  for await (const batch of batches) {
    writer.header(batch.header);
    if (Symbol.asyncIterator in batch.items) {
      for await (const item of batch.items) {
        if (writer.isFull()) yield writer.take();
        writer.item(item);
      }
    } else {
      for (const item of batch.items) {
        if (writer.isFull()) yield writer.take();
        writer.item(item);
      }
    }
    if (writer.isFull()) yield writer.take();
    writer.trailer(batch.trailer);
    if (writer.isFull()) yield writer.take();
  }
  writer.end();
  yield writer.take();
}

/** The whole file in memory. @throws ZenginError as `writeFormat`. */
export function formatWhole<H extends HI, D extends DI, T, E, HI, DI, S>(
  format: Format<H, D, T, E, HI, DI, S>,
  batches: Iterable<SyncBatchInput<HI, DI, T>>,
  options: WriteOptions = {},
): Uint8Array {
  const writer = createWriter(format, options);
  const chunks: Uint8Array[] = [];
  const takeIfFull = (): void => {
    if (writer.isFull()) chunks.push(writer.take());
  };
  for (const batch of batches) {
    writer.header(batch.header);
    for (const item of batch.items) {
      takeIfFull();
      writer.item(item);
    }
    takeIfFull();
    writer.trailer(batch.trailer);
    takeIfFull();
  }
  writer.end();
  chunks.push(writer.take());
  const whole = Buffer.concat(chunks);
  return new Uint8Array(whole.buffer, whole.byteOffset, whole.byteLength);
}

function createWriter<H extends HI, D extends DI, T, E, HI, DI, S>(
  format: Format<H, D, T, E, HI, DI, S>,
  options: WriteOptions,
): RecordWriter<HI, DI, T> {
  const ending = Buffer.from(ENDINGS[options.lineEnding ?? 'crlf'], 'latin1');
  const stride = format.recordLength + ending.length;
  const place: Place = { recordNumber: 0, batchNumber: 0 };
  // Two strides of slack: the end record and the end-of-file mark follow without a look at isFull.
  const size = CHUNK_BYTES + 4 * stride;
  let chunk = Buffer.allocUnsafe(size);
  let used = 0;
  let sum: S | null = null;

  function put<F>(layout: Layout<F>, record: object): void {
    place.recordNumber += 1;
    encodeRecord(layout, record, chunk, used, place);
    used += layout.length;
    for (let index = 0; index < ending.length; index += 1) chunk[used + index] = ending[index]!;
    used += ending.length;
  }

  return {
    header(header) {
      place.batchNumber += 1;
      put(format.header, header as object);
      sum = format.openBatch(header);
    },
    item(item) {
      put(format.data, item as object);
      format.addItem(sum!, item);
    },
    trailer(stated) {
      const computed = format.closeBatch(sum!);
      put(format.trailer, computed as object);
      if (stated === undefined) return;
      if (format.agree) format.agree(place, stated, computed);
      else assertAgrees(format.trailer, place, stated, computed);
    },
    end() {
      if (place.batchNumber === 0) {
        refuse(place, { rule: 'file.empty', columns: [1, format.recordLength] });
      }
      put(format.end, format.closeFile(place.recordNumber + 1, place.batchNumber) as object);
      if (options.eof) {
        chunk[used] = 0x1a;
        used += 1;
      }
    },
    isFull: () => used >= CHUNK_BYTES,
    take() {
      const taken = chunk.subarray(0, used);
      chunk = Buffer.allocUnsafe(size);
      used = 0;
      return taken;
    },
  };
}
