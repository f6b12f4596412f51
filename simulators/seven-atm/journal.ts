// The network's memory: one JSON object a line, appended before anything is answered and replayed
// at start. What the entries mean is in apply.ts.

import {
  closeSync,
  existsSync,
  ftruncateSync,
  openSync,
  readFileSync,
  writeFileSync,
  writeSync,
} from 'node:fs';

export interface Journal<E> {
  /** Returns when the operating system has the line: a killed process loses nothing it answered. */
  readonly append: (entry: E) => void;
  readonly size: () => number;
  readonly close: () => void;
}

/**
 * Opens or creates a journal and hands over what it holds, in order. A last line cut by a kill was
 * never answered: it is dropped.
 */
export function openJournal<E>(path: string, replay: (entry: E) => void): Journal<E> {
  if (!existsSync(path)) writeFileSync(path, '', { mode: 0o600 });
  const bytes = readFileSync(path);
  let position = bytes.lastIndexOf(0x0a) + 1;
  let entries = 0;
  for (let start = 0; start < position; entries += 1) {
    const end = bytes.indexOf(0x0a, start);
    replay(JSON.parse(bytes.toString('utf8', start, end)) as E);
    start = end + 1;
  }
  const file = openSync(path, 'r+');
  ftruncateSync(file, position);
  return {
    append(entry) {
      const line = Buffer.from(`${JSON.stringify(entry)}\n`);
      for (let done = 0; done < line.length; ) {
        done += writeSync(file, line, done, line.length - done, position + done);
      }
      position += line.length;
      entries += 1;
    },
    size: () => entries,
    close: () => closeSync(file),
  };
}
