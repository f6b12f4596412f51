// The bank's memory: one JSON object a line, appended before anything is answered and replayed at
// start. What the entries mean is in apply.ts.

import {
  closeSync,
  existsSync,
  ftruncateSync,
  openSync,
  readFileSync,
  readSync,
  writeSync,
} from 'node:fs';

export interface Journal<E> {
  /** Hands over the entries found at opening, in order, without holding them all. */
  readonly replay: (take: (entry: E) => void) => void;
  /** Returns when the operating system has the line: a killed process loses nothing it answered. */
  readonly append: (entry: E) => void;
  readonly size: () => number;
  readonly close: () => void;
}

const CHUNK_BYTES = 1 << 20;

/** Opens or creates a journal. A last line cut by a kill was never answered: it is dropped. */
export function openJournal<E>(path: string): Journal<E> {
  let entries = 0;
  const end = existsSync(path) ? lastLineEnd(path) : 0;
  const file = openSync(path, existsSync(path) ? 'r+' : 'w+', 0o600);
  ftruncateSync(file, end);
  let position = end;
  return {
    replay(take) {
      for (const line of linesOf(path, end)) {
        entries += 1;
        take(JSON.parse(line) as E);
      }
    },
    append(entry) {
      const bytes = Buffer.from(`${JSON.stringify(entry)}\n`);
      for (let done = 0; done < bytes.length; ) {
        done += writeSync(file, bytes, done, bytes.length - done, position + done);
      }
      position += bytes.length;
      entries += 1;
    },
    size: () => entries,
    close: () => closeSync(file),
  };
}

function lastLineEnd(path: string): number {
  const bytes = readFileSync(path);
  return bytes.lastIndexOf(0x0a) + 1;
}

function* linesOf(path: string, end: number): Generator<string> {
  const file = openSync(path, 'r');
  try {
    let rest = Buffer.alloc(0);
    for (let at = 0; at < end; ) {
      const chunk = Buffer.alloc(Math.min(CHUNK_BYTES, end - at));
      const count = readSync(file, chunk, 0, chunk.length, at);
      if (count === 0) break;
      at += count;
      rest = Buffer.concat([rest, chunk.subarray(0, count)]);
      for (let cut = rest.indexOf(0x0a); cut >= 0; cut = rest.indexOf(0x0a)) {
        yield rest.subarray(0, cut).toString('utf8');
        rest = rest.subarray(cut + 1);
      }
    }
  } finally {
    closeSync(file);
  }
}
