// Goal: any of the three files is recognised and read, however it comes in pieces.

import { describe, expect, it } from 'vitest';
import { readRecords, sniffFormat } from './read-records.ts';
import {
  AS_OF,
  collect,
  inChunks,
  meisaiBatch,
  nyukinBatch,
  sogoBatch,
  WHOLE_FILE,
} from './test-samples.ts';

const [sogo, nyukin, meisai] = WHOLE_FILE;
const files = [
  { format: 'sogo-furikomi', bytes: sogo.write([sogoBatch]) },
  { format: 'nyukin-tsuchi', bytes: nyukin.write([nyukinBatch]) },
  { format: 'nyushukkin-meisai', bytes: meisai.write([meisaiBatch]) },
] as const;
const BOM = Buffer.from([0xef, 0xbb, 0xbf]);

describe.each(files)('$format', ({ format, bytes }) => {
  it('is recognised, with a BOM too', () => {
    expect(sniffFormat(bytes)).toBe(format);
    expect(sniffFormat(Buffer.concat([BOM, bytes]))).toBe(format);
  });

  it.each([1, 3, 1000])('is read in chunks of %i bytes', async (size) => {
    const records = await collect(readRecords(inChunks(bytes, size), { asOf: AS_OF }));
    expect(records.map((record) => [record.format, record.recordNumber, record.kind])).toEqual([
      [format, 1, 'header'],
      [format, 2, 'data'],
      [format, 3, 'data'],
      [format, 4, 'trailer'],
      [format, 5, 'end'],
    ]);
  });
});

it('counts batches and records through the file', async () => {
  const bytes = sogo.write([sogoBatch, sogoBatch]);
  const records = await collect(readRecords(inChunks(bytes, 500), { asOf: AS_OF }));
  const places = records.map(({ recordNumber, batchNumber, kind }) => [
    recordNumber,
    batchNumber,
    kind,
  ]);
  expect(places.slice(3)).toEqual([
    [4, 1, 'trailer'],
    [5, 2, 'header'],
    [6, 2, 'data'],
    [7, 2, 'data'],
    [8, 2, 'trailer'],
    [9, 2, 'end'],
  ]);
});

it.each(['', '1', '2', '1110', '1212', '121A', 'PK\x03\x04', '\x00\x00\x00\x00'])(
  'recognises nothing in %j',
  async (text) => {
    const bytes = Buffer.from(text, 'latin1');
    expect(sniffFormat(bytes)).toBeUndefined();
    const read = collect(readRecords(inChunks(bytes, 2), { asOf: AS_OF }));
    await expect(read).rejects.toMatchObject({ rule: 'record.kind', columns: [1, 4] });
  },
);

it('reads the format it is told, not the one it finds', async () => {
  const options = { asOf: AS_OF, format: 'nyukin-tsuchi' } as const;
  const read = collect(readRecords(inChunks(files[0].bytes, 64), options));
  await expect(read).rejects.toMatchObject({ rule: 'field.constant', columns: [2, 3] });
});

it('closes its source when the consumer stops or a fault is found', async () => {
  for (const bytes of [files[0].bytes, Buffer.from('garbage')]) {
    let closed = false;
    async function* source(): AsyncGenerator<Uint8Array> {
      try {
        yield* inChunks(bytes, 50);
      } finally {
        closed = true;
      }
    }
    const first = readRecords(source(), { asOf: AS_OF });
    await first.next().catch(() => undefined);
    await first.return();
    expect(closed).toBe(true);
  }
});

it('a reference date that is none is a mistake of the caller', async () => {
  const read = collect(readRecords(inChunks(files[0].bytes, 64), { asOf: 'today' }));
  await expect(read).rejects.toBeInstanceOf(RangeError);
});
