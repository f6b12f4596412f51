// Reads any format: cuts records, decodes them, holds their order and compares every trailer and end
// record with what was read. The formats' own files wrap this under names of their own.

import { decodeRecord } from './decode-record.ts';
import { isIsoDate } from './era-date.ts';
import type { Layout } from './field.ts';
import { KIND_BYTE } from './field.ts';
import type { Batch, Format, Parsed, ParseOptions, ReadOptions, ZenginRecord } from './format.ts';
import { assertAgrees } from './format.ts';
import type { Frame } from './framing.ts';
import { createFraming } from './framing.ts';
import type { Fault, Place, ZenginNote } from './zengin-error.ts';
import { finding, refuse } from './zengin-error.ts';

const MAX_RECORDS = 10_000_000;
const MAX_NOTES = 10_000;
const KINDS = { 49: 'header', 50: 'data', 56: 'trailer', 57: 'end' } as const;

interface RecordReader<R> {
  readonly read: (chunk: Uint8Array) => Generator<R, void, undefined>;
  /** After the last chunk: the rest, then the checks that need the whole file. */
  readonly finish: () => Generator<R, void, undefined>;
}

/**
 * Reads records one by one; memory does not grow with the file. Use the records of a batch only
 * after its trailer has come: only then are they known to add up.
 * @throws ZenginError at the first record that breaks a rule.
 */
export async function* readFormat<H extends HI, D extends DI, T, E, HI, DI, S>(
  format: Format<H, D, T, E, HI, DI, S>,
  source: AsyncIterable<Uint8Array>,
  options: ReadOptions,
): AsyncGenerator<ZenginRecord<H, D, T, E>, void, undefined> {
  const reader = createReader(format, options);
  for await (const chunk of source) {
    for (const record of reader.read(chunk)) yield record;
  }
  for (const record of reader.finish()) yield record;
}

/** Reads a whole file from memory. @throws ZenginError at the first record that breaks a rule. */
export function parseFormat<H extends HI, D extends DI, T, E, HI, DI, S>(
  format: Format<H, D, T, E, HI, DI, S>,
  bytes: Uint8Array,
  options: ParseOptions,
): Parsed<H, D, T> {
  const notes: ZenginNote[] = [];
  const maxNotes = options.maxNotes ?? MAX_NOTES;
  const onNote = (note: ZenginNote): void => {
    options.onNote?.(note);
    if (notes.length >= maxNotes) {
      refuse(note, { rule: 'file.too-many-notes', columns: note.columns });
    }
    notes.push(note);
  };
  const reader = createReader(format, { ...options, onNote });
  const batches: Batch<H, D, T>[] = [];
  let header: H | null = null;
  let items: D[] = [];
  for (const part of [reader.read(bytes), reader.finish()]) {
    for (const record of part) {
      if (record.kind === 'header') {
        header = record.fields;
        items = [];
      } else if (record.kind === 'data') items.push(record.fields);
      else if (record.kind === 'trailer') {
        batches.push({ header: header!, items, trailer: record.fields });
      }
    }
  }
  return { batches, notes };
}

function createReader<H extends HI, D extends DI, T, E, HI, DI, S>(
  format: Format<H, D, T, E, HI, DI, S>,
  options: ReadOptions,
): RecordReader<ZenginRecord<H, D, T, E>> {
  if (!isIsoDate(options.asOf)) throw new RangeError('asOf must be a date YYYY-MM-DD');
  const lenient = options.mode === 'lenient';
  const place: Place = { recordNumber: 0, batchNumber: 0 };
  const note = (fault: Fault): void => options.onNote?.(finding(place, fault));
  const forgive = (fault: Fault): void => (lenient ? note(fault) : refuse(place, fault));
  const context = { place, lenient, asOf: options.asOf, note };
  const framing = createFraming({
    recordLength: format.recordLength,
    maxRecords: options.maxRecords ?? MAX_RECORDS,
    place,
    forgive,
    remark: (fault) => lenient && note(fault),
  });
  const whole = [1, format.recordLength] as const;
  let sum: S | null = null;
  let ended = false;

  const decode = <F>(layout: Layout<F>, frame: Frame): F =>
    decodeRecord(layout, frame.bytes, frame.offset, context);

  function take(frame: Frame): ZenginRecord<H, D, T, E> {
    const byte = frame.bytes[frame.offset]!;
    const kind = Object.hasOwn(KINDS, byte) ? KINDS[byte as keyof typeof KINDS] : null;
    if (kind === null) refuseKind(place, byte);
    const inBatch = kind === 'data' || kind === 'trailer';
    const misplaced = ended || inBatch !== (sum !== null);
    if (misplaced || (kind === 'end' && place.batchNumber === 0)) {
      refuse(place, { rule: 'record.order', columns: whole, value: KIND_BYTE[kind] });
    }
    const { recordNumber } = place;
    if (kind === 'header') {
      place.batchNumber += 1;
      const fields = decode(format.header, frame);
      sum = format.openBatch(fields);
      return { recordNumber, batchNumber: place.batchNumber, kind, fields };
    }
    const { batchNumber } = place;
    if (kind === 'data') {
      const fields = decode(format.data, frame);
      format.addItem(sum!, fields);
      return { recordNumber, batchNumber, kind, fields };
    }
    if (kind === 'trailer') {
      const fields = decode(format.trailer, frame);
      const computed = format.closeBatch(sum!);
      if (format.agree) format.agree(place, fields, computed);
      else assertAgrees(format.trailer, place, fields, computed);
      sum = null;
      return { recordNumber, batchNumber, kind, fields };
    }
    const fields = decode(format.end, frame);
    assertAgrees(format.end, place, fields, format.closeFile(recordNumber, batchNumber));
    ended = true;
    return { recordNumber, batchNumber, kind, fields };
  }

  function* drain(): Generator<ZenginRecord<H, D, T, E>, void, undefined> {
    for (let frame = framing.next(); frame !== null; frame = framing.next()) yield take(frame);
  }

  return {
    read(chunk) {
      framing.push(chunk);
      return drain();
    },
    *finish() {
      framing.finish();
      yield* drain();
      if (place.recordNumber === 0) refuse(place, { rule: 'file.empty', columns: whole });
      if (sum !== null) refuse(place, { rule: 'record.no-trailer', columns: whole });
      if (!ended) forgive({ rule: 'record.no-end', columns: whole });
    },
  };
}

function refuseKind(place: Place, byte: number): never {
  const value = `0x${byte.toString(16).padStart(2, '0')}`;
  const label = 'データ区分';
  refuse(place, { rule: 'record.kind', columns: [1, 1], field: 'recordKind', label, value });
}
