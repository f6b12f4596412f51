// Cuts a stream of bytes into records of one length, whatever stands between them: CRLF, CR, LF or
// nothing, records trimmed at the right, a BOM, a 0x1A. Knows nothing of what a record says.

import type { LineEnding } from './format.ts';
import type { Fault, Place } from './zengin-error.ts';
import { refuse } from './zengin-error.ts';

/** Where the current record lies; valid until the next call of `next`. */
export interface Frame {
  bytes: Buffer;
  offset: number;
}

export interface Framing {
  /** Adds bytes. The chunk must not change until they are consumed. */
  readonly push: (chunk: Uint8Array) => void;
  /** Says that no more bytes will come. */
  readonly finish: () => void;
  /** The next whole record, or null when more bytes are needed or the file has ended. */
  readonly next: () => Frame | null;
}

export interface FramingOptions {
  readonly recordLength: number;
  readonly maxRecords: number;
  /** `recordNumber` is counted here. */
  readonly place: Place;
  /** Notes a fault in lenient mode, refuses it in strict mode. */
  readonly forgive: (fault: Fault) => void;
  /** Notes what is right in both modes but worth knowing (BOM, trimmed records); once per file. */
  readonly remark: (fault: Fault) => void;
}

const CR = 0x0d;
const LF = 0x0a;
const EOF_MARK = 0x1a;
const SPACE = 0x20;
const BOM = [0xef, 0xbb, 0xbf] as const;
/** Spaces forgiven behind a record before its separator. */
const EXCESS_MAX = 1024;

type Stage = 'start' | 'record' | 'separator' | 'line-feed' | 'excess' | 'after-eof';

export function createFraming(options: FramingOptions): Framing {
  const { recordLength, place, forgive } = options;
  const padded = Buffer.alloc(recordLength);
  const frame: Frame = { bytes: padded, offset: 0 };
  const seen = { ending: null as LineEnding | null, mixed: false, trimmed: false };
  let bytes: Buffer = Buffer.alloc(0);
  let at = 0;
  let stage: Stage = 'start';
  let finished = false;
  let excess = 0;
  let lines = 0;

  const whole = { columns: [1, recordLength] as const };
  const behind = { columns: [recordLength + 1, recordLength + 1] as const };

  function separate(ending: LineEnding): void {
    stage = 'record';
    seen.ending ??= ending;
    if (seen.ending === ending || seen.mixed) return;
    seen.mixed = true;
    forgive({ rule: 'file.line-ending', ...behind, value: ending });
  }

  /** One step that consumes separators and marks. False: more bytes are needed. */
  function skip(): boolean {
    const left = bytes.length - at;
    if (stage === 'start') {
      if (left < BOM.length && !finished) return false;
      if (BOM.every((byte, index) => bytes[at + index] === byte)) {
        at += BOM.length;
        options.remark({ rule: 'file.bom', columns: [1, BOM.length] });
      }
      stage = 'record';
      return true;
    }
    if (left === 0) return false;
    const byte = bytes[at]!;
    if (stage === 'separator' || stage === 'excess') return skipSeparator(byte);
    if (stage === 'line-feed') {
      if (byte === LF) at += 1;
      separate(byte === LF ? 'crlf' : 'cr');
      return true;
    }
    if (byte !== EOF_MARK && byte !== CR && byte !== LF) {
      refuse(place, { rule: 'file.after-eof', ...whole });
    }
    at += 1;
    return true;
  }

  function skipSeparator(byte: number): boolean {
    if (byte === CR) {
      at += 1;
      stage = 'line-feed';
    } else if (byte === LF) {
      at += 1;
      separate('lf');
    } else if (byte === EOF_MARK) {
      stage = 'record';
    } else if (byte === SPACE) {
      if (stage === 'separator') forgive({ rule: 'record.too-long', ...behind });
      stage = 'excess';
      excess += 1;
      if (excess > EXCESS_MAX) refuse(place, { rule: 'record.too-long', ...behind });
      at += 1;
    } else {
      if (stage === 'excess') refuse(place, { rule: 'record.too-long', ...behind });
      separate('none');
    }
    return true;
  }

  function count(): void {
    lines += 1;
    if (lines > options.maxRecords) refuse(place, { rule: 'file.too-many-records', ...whole });
  }

  /** The record at `at`; 'more' bytes are needed; or something else was taken: look 'again'. */
  function takeRecord(): Frame | 'more' | 'again' {
    const left = bytes.length - at;
    const limit = left < recordLength ? left : recordLength;
    let length = 0;
    while (length < limit && !isControl(bytes[at + length]!)) length += 1;
    if (length < recordLength && length === left && !finished) return 'more';
    if (left === 0) return 'more';
    if (length === 0) {
      skipControl();
      return 'again';
    }
    count();
    place.recordNumber += 1;
    frame.bytes = bytes;
    frame.offset = at;
    if (length < recordLength) {
      padded.fill(SPACE);
      bytes.copy(padded, 0, at, at + length);
      frame.bytes = padded;
      frame.offset = 0;
      if (!seen.trimmed) {
        seen.trimmed = true;
        options.remark({ rule: 'record.trimmed', columns: [length + 1, recordLength] });
      }
    }
    at += length;
    excess = 0;
    stage = 'separator';
    return frame;
  }

  /** A separator or mark where a record should begin. */
  function skipControl(): void {
    if (bytes[at] === EOF_MARK) {
      stage = 'after-eof';
      return;
    }
    count();
    forgive({ rule: 'file.blank-line', ...whole });
    stage = bytes[at] === CR ? 'line-feed' : 'record';
    at += 1;
  }

  return {
    push(chunk) {
      const fresh = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
      bytes = at === bytes.length ? fresh : Buffer.concat([bytes.subarray(at), fresh]);
      at = 0;
    },
    finish() {
      finished = true;
    },
    next() {
      for (;;) {
        if (stage !== 'record') {
          if (!skip()) return null;
          continue;
        }
        const taken = takeRecord();
        if (taken === 'more') return null;
        if (taken !== 'again') return taken;
      }
    },
  };
}

function isControl(byte: number): boolean {
  return byte < SPACE && (byte === CR || byte === LF || byte === EOF_MARK);
}
