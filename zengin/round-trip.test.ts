// Goal: whatever is written reads back the same, for every format, line ending and cut into chunks.
// Method: records made from the field tables, so a new field is covered the day it is added.

import { describe, expect, it } from 'vitest';
import type { AnyFormat, LineEnding, Parsed, ParseOptions, ReadOptions } from './format.ts';
import { readFormat } from './reader.ts';
import type { AnyBatch } from './test-samples.ts';
import { AS_OF, arbitraryBatches, collect, fc, inChunks, WHOLE_FILE } from './test-samples.ts';
import { writeFormat } from './writer.ts';

interface Codec {
  readonly format: AnyFormat;
  readonly write: (batches: AnyBatch[], options: object) => Uint8Array;
  readonly parse: (bytes: Uint8Array, options: ParseOptions) => Parsed<unknown, unknown, unknown>;
  readonly stream: (batches: AnyBatch[], options: object) => AsyncIterable<Uint8Array>;
  readonly read: (
    source: AsyncIterable<Uint8Array>,
    options: ReadOptions,
  ) => AsyncIterable<{ kind: string; fields: unknown }>;
}

// The arbitrary records are typed by their tables, not by the formats' interfaces.
const codecs = WHOLE_FILE.map((each) => ({
  ...each,
  stream: (batches: never, options: object) => writeFormat(each.format as never, batches, options),
  read: (source: AsyncIterable<Uint8Array>, options: ReadOptions) =>
    readFormat(each.format as never, source, options),
})) as unknown as Codec[];

const lineEnding = fc.constantFrom<LineEnding>('crlf', 'cr', 'lf', 'none');

describe.each(codecs)('$format.label', ({ format, write, parse, stream, read }) => {
  const arbitrary = arbitraryBatches(format);
  const plain = (parsed: Parsed<unknown, unknown, unknown>): unknown =>
    parsed.batches.map(({ header, items }) => ({ header, items }));

  it('reads back what it wrote, whole', () => {
    const property = fc.property(arbitrary, lineEnding, fc.boolean(), (batches, ending, eof) => {
      const bytes = write(batches, { lineEnding: ending, eof });
      const parsed = parse(bytes, { asOf: AS_OF });
      expect(plain(parsed)).toEqual(batches);
      expect(write(parsed.batches as AnyBatch[], { lineEnding: ending, eof })).toEqual(bytes);
    });
    fc.assert(property, { numRuns: 150 });
  });

  it('reads back what it wrote, in chunks of any size', async () => {
    const size = fc.integer({ min: 1, max: 700 });
    const property = fc.asyncProperty(arbitrary, lineEnding, size, async (batches, ending, cut) => {
      const options = { lineEnding: ending };
      const chunks = await collect(stream(batches, options));
      const bytes = new Uint8Array(Buffer.concat(chunks));
      expect(bytes).toEqual(write(batches, options));
      const records = await collect(read(inChunks(bytes, cut), { asOf: AS_OF }));
      const items = records.filter(({ kind }) => kind === 'data').map(({ fields }) => fields);
      expect(items).toEqual(batches.flatMap((batch) => batch.items));
      expect(records.at(-1)).toMatchObject({ kind: 'end', recordNumber: records.length });
    });
    await fc.assert(property, { numRuns: 60 });
  });

  it('reads trimmed records, a BOM and end-of-file marks as the same file', () => {
    const ending = fc.constantFrom<LineEnding>('crlf', 'cr', 'lf');
    const property = fc.property(arbitrary, ending, (batches, each) => {
      const text = Buffer.from(write(batches, { lineEnding: each })).toString('latin1');
      const damaged = `\u00ef\u00bb\u00bf${text.replaceAll(/ +(?=[\r\n])/g, '')}\x1a\x1a`;
      const parsed = parse(Buffer.from(damaged, 'latin1'), { asOf: AS_OF });
      expect(plain(parsed)).toEqual(batches);
      expect(parsed.notes).toEqual([]);
    });
    fc.assert(property, { numRuns: 60 });
  });

  it('reads a good file the same in lenient mode, without notes', () => {
    const property = fc.property(arbitrary, (batches) => {
      const bytes = write(batches, {});
      const lenient = parse(bytes, { asOf: AS_OF, mode: 'lenient' });
      expect(lenient).toEqual(parse(bytes, { asOf: AS_OF }));
    });
    fc.assert(property, { numRuns: 40 });
  });
});
