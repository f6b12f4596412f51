// Cuts a stream of bytes into records of one length, whatever stands between them: CRLF, CR, LF or
// nothing, records trimmed at the right, a BOM, a 0x1A. Knows nothing of what a record says.

import type { LineEnding } from './format.ts';
import type { Fault, Place } from './zengin-error.ts';
import { refuse } from './zengin-error.ts';

export interface FramingOptions {
  readonly recordLength: number;
  /** Limit of records, and of empty lines. */
  readonly maxRecords: number;
  /** `recordNumber` is counted here. */
  readonly place: Place;
  /** Notes a fault in lenient mode, refuses it in strict mode. */
  readonly forgive: (fault: Fault) => void;
  /** Notes what is right in both modes but worth knowing (BOM, trimmed records); once per file. */
  readonly remark: (fault: Fault) => void;
}

/**
 * Where the reading of a file stands. After `nextFrame` said true, the record lies in `frame` at
 * `frameOffset`, until the next call.
 */
export interface Framing {
  readonly options: FramingOptions;
  frame: Buffer;
  frameOffset: number;
  /** Bytes not yet consumed begin at `at`. */
  bytes: Buffer;
  at: number;
  stage: 'start' | 'record' | 'separator' | 'line-feed' | 'excess' | 'after-eof';
  finished: boolean;
  readonly padded: Buffer;
  ending: LineEnding | null;
  isMixed: boolean;
  isTrimmed: boolean;
  /** Spaces behind the current record. */
  excess: number;
  blankLines: number;
}

const CR = 0x0d;
const LF = 0x0a;
const EOF_MARK = 0x1a;
const SPACE = 0x20;
const BOM = [0xef, 0xbb, 0xbf] as const;
/** Spaces forgiven behind a record before its separator. */
const EXCESS_MAX = 1024;

export function createFraming(options: FramingOptions): Framing {
  const padded = Buffer.alloc(options.recordLength);
  return {
    options,
    frame: padded,
    frameOffset: 0,
    bytes: Buffer.alloc(0),
    at: 0,
    stage: 'start',
    finished: false,
    padded,
    ending: null,
    isMixed: false,
    isTrimmed: false,
    excess: 0,
    blankLines: 0,
  };
}

/** Adds bytes; the chunk must not change until `nextFrame` has said false. */
export function pushBytes(state: Framing, chunk: Uint8Array): void {
  const fresh = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  const isConsumed = state.at === state.bytes.length;
  state.bytes = isConsumed ? fresh : Buffer.concat([state.bytes.subarray(state.at), fresh]);
  state.at = 0;
}

/** Whether there is another whole record; false: more bytes are needed, or the file has ended. */
export function nextFrame(state: Framing): boolean {
  for (;;) {
    if (state.stage !== 'record') {
      if (!skip(state)) return false;
      continue;
    }
    const taken = takeRecord(state);
    if (taken !== 'again') return taken === 'record';
  }
}

/** The record at `at`; or more bytes are needed; or something else was taken: look again. */
function takeRecord(state: Framing): 'record' | 'more' | 'again' {
  const { bytes, at } = state;
  const { recordLength, place, maxRecords } = state.options;
  const left = bytes.length - at;
  if (left === 0) return 'more';
  const limit = left < recordLength ? left : recordLength;
  let length = 0;
  while (length < limit && !isControl(bytes[at + length]!)) length += 1;
  if (length < recordLength && length === left && !state.finished) return 'more';
  if (length === 0) {
    skipControl(state);
    return 'again';
  }
  place.recordNumber += 1;
  if (place.recordNumber > maxRecords) {
    refuse(place, { rule: 'file.too-many-records', columns: [1, recordLength] });
  }
  state.frame = bytes;
  state.frameOffset = at;
  if (length < recordLength) pad(state, length);
  state.at += length;
  state.excess = 0;
  state.stage = 'separator';
  return 'record';
}

/** A record that was trimmed at the right gets its spaces back. */
function pad(state: Framing, length: number): void {
  const { padded, options } = state;
  padded.fill(SPACE);
  state.bytes.copy(padded, 0, state.at, state.at + length);
  state.frame = padded;
  state.frameOffset = 0;
  if (state.isTrimmed) return;
  state.isTrimmed = true;
  options.remark({ rule: 'record.trimmed', columns: [length + 1, options.recordLength] });
}

/** A separator or mark where a record should begin. */
function skipControl(state: Framing): void {
  const { place, forgive, recordLength, maxRecords } = state.options;
  const byte = state.bytes[state.at];
  if (byte === EOF_MARK) {
    state.stage = 'after-eof';
    return;
  }
  const columns = [1, recordLength] as const;
  forgive({ rule: 'file.blank-line', columns });
  state.blankLines += 1;
  if (state.blankLines > maxRecords) refuse(place, { rule: 'file.too-many-records', columns });
  state.stage = byte === CR ? 'line-feed' : 'record';
  state.at += 1;
}

/** One step over separators and marks. False: more bytes are needed. */
function skip(state: Framing): boolean {
  const { bytes, options } = state;
  const left = bytes.length - state.at;
  if (state.stage === 'start') {
    if (left < BOM.length && !state.finished) return false;
    if (BOM.every((byte, index) => bytes[state.at + index] === byte)) {
      state.at += BOM.length;
      options.remark({ rule: 'file.bom', columns: [1, BOM.length] });
    }
    state.stage = 'record';
    return true;
  }
  if (left === 0) return false;
  const byte = bytes[state.at]!;
  if (state.stage === 'line-feed') {
    if (byte === LF) state.at += 1;
    separate(state, byte === LF ? 'crlf' : 'cr');
  } else if (state.stage === 'after-eof') {
    if (!isControl(byte)) {
      refuse(options.place, { rule: 'file.after-eof', columns: [1, options.recordLength] });
    }
    state.at += 1;
  } else skipSeparator(state, byte);
  return true;
}

function skipSeparator(state: Framing, byte: number): void {
  const { place, forgive, recordLength } = state.options;
  const tooLong: Fault = { rule: 'record.too-long', columns: [recordLength + 1, recordLength + 1] };
  if (byte === CR) {
    state.at += 1;
    state.stage = 'line-feed';
  } else if (byte === LF) {
    state.at += 1;
    separate(state, 'lf');
  } else if (byte === EOF_MARK) {
    state.stage = 'record';
  } else if (byte === SPACE) {
    if (state.stage === 'separator') forgive(tooLong);
    state.stage = 'excess';
    state.excess += 1;
    if (state.excess > EXCESS_MAX) refuse(place, tooLong);
    state.at += 1;
  } else {
    // Where records are separated, what follows one directly belongs to it, not to the next.
    const isSeparated = state.ending !== null && state.ending !== 'none';
    if (state.stage === 'excess' || isSeparated) refuse(place, tooLong);
    separate(state, 'none');
  }
}

function separate(state: Framing, ending: LineEnding): void {
  const { forgive, recordLength } = state.options;
  state.stage = 'record';
  state.ending ??= ending;
  if (state.ending === ending || state.isMixed) return;
  const columns = [recordLength + 1, recordLength + 1] as const;
  forgive({ rule: 'file.line-ending', columns, value: ending });
  state.isMixed = true;
}

function isControl(byte: number): boolean {
  return byte < SPACE && (byte === CR || byte === LF || byte === EOF_MARK);
}
