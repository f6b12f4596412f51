// Reads any format: cuts records, decodes them, holds their order and compares every trailer and
// end record with what was read. The formats' own files wrap this under names of their own.

import type { DecodeContext } from './decode-record.ts';
import { decodeRecord } from './decode-record.ts';
import { isIsoDate } from './era-date.ts';
import type { Layout, RecordKind } from './field.ts';
import { KIND_BYTE } from './field.ts';
import type { Batch, Format, Parsed, ParseOptions, ReadOptions, ZenginRecord } from './format.ts';
import { assertAgrees } from './format.ts';
import type { Framing } from './framing.ts';
import { createFraming, nextFrame, pushBytes } from './framing.ts';
import type { Fault, Place, ZenginNote } from './zengin-error.ts';
import { finding, refuse } from './zengin-error.ts';

const MAX_RECORDS = 10_000_000;
const MAX_NOTES = 10_000;
const KINDS: readonly (RecordKind | undefined)[] = buildKinds();

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

/** Where the reading of a file stands: what came before decides what may come next. */
interface ReaderState<S> {
  readonly place: Place;
  readonly context: DecodeContext;
  readonly framing: Framing;
  /** Of the open batch; null outside of one. */
  sum: S | null;
  ended: boolean;
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
  const framing = createFraming({
    recordLength: format.recordLength,
    maxRecords: options.maxRecords ?? MAX_RECORDS,
    place,
    forgive,
    remark: (fault) => lenient && note(fault),
  });
  const context = { place, lenient, asOf: options.asOf, note };
  const state: ReaderState<S> = { place, context, framing, sum: null, ended: false };

  function* drain(): Generator<ZenginRecord<H, D, T, E>, void, undefined> {
    while (nextFrame(framing)) yield takeRecord(format, state);
  }

  return {
    read(chunk) {
      pushBytes(framing, chunk);
      return drain();
    },
    *finish() {
      framing.finished = true;
      yield* drain();
      const columns = [1, format.recordLength] as const;
      if (place.recordNumber === 0) refuse(place, { rule: 'file.empty', columns });
      if (state.sum !== null) refuse(place, { rule: 'record.no-trailer', columns });
      if (!state.ended) forgive({ rule: 'record.no-end', columns });
    },
  };
}

function takeRecord<H extends HI, D extends DI, T, E, HI, DI, S>(
  format: Format<H, D, T, E, HI, DI, S>,
  state: ReaderState<S>,
): ZenginRecord<H, D, T, E> {
  const { place, sum } = state;
  const { recordNumber } = place;
  const kind = kindInOrder(state, format.recordLength);
  if (kind === 'header') {
    place.batchNumber += 1;
    const fields = decode(format.header, state);
    state.sum = format.openBatch(fields);
    return { recordNumber, batchNumber: place.batchNumber, kind, fields };
  }
  const { batchNumber } = place;
  if (kind === 'data') {
    const fields = decode(format.data, state);
    format.addItem(sum!, fields);
    return { recordNumber, batchNumber, kind, fields };
  }
  if (kind === 'trailer') {
    const fields = decode(format.trailer, state);
    const computed = format.closeBatch(sum!);
    if (format.agree) format.agree(place, fields, computed);
    else assertAgrees(format.trailer, place, fields, computed);
    state.sum = null;
    return { recordNumber, batchNumber, kind, fields };
  }
  const fields = decode(format.end, state);
  assertAgrees(format.end, place, fields, format.closeFile(recordNumber, batchNumber));
  state.ended = true;
  return { recordNumber, batchNumber, kind, fields };
}

function decode<F>(layout: Layout<F>, state: ReaderState<unknown>): F {
  return decodeRecord(layout, state.framing.frame, state.framing.frameOffset, state.context);
}

/** The kind of the current record, if such a one may stand here. */
function kindInOrder(state: ReaderState<unknown>, recordLength: number): RecordKind {
  const { place, framing } = state;
  const byte = framing.frame[framing.frameOffset]!;
  const kind = KINDS[byte];
  if (kind === undefined) refuseKind(place, byte);
  const isInBatch = kind === 'data' || kind === 'trailer';
  const isMisplaced = state.ended || isInBatch !== (state.sum !== null);
  if (isMisplaced || (kind === 'end' && place.batchNumber === 0)) {
    refuse(place, { rule: 'record.order', columns: [1, recordLength], value: KIND_BYTE[kind] });
  }
  return kind;
}

function refuseKind(place: Place, byte: number): never {
  const value = `0x${byte.toString(16).padStart(2, '0')}`;
  const label = 'データ区分';
  refuse(place, { rule: 'record.kind', columns: [1, 1], field: 'recordKind', label, value });
}

function buildKinds(): (RecordKind | undefined)[] {
  const kinds = new Array<RecordKind | undefined>(256).fill(undefined);
  for (const kind of ['header', 'data', 'trailer', 'end'] as const) {
    kinds[KIND_BYTE[kind].charCodeAt(0)] = kind;
  }
  return kinds;
}
