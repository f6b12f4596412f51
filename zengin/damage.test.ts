// Goal: nothing that can be in a file crashes or hangs the readers, and no damage to money passes.
// Method: random bytes, random damage to good files, and every other byte in the money columns.

import { describe, expect, it } from 'vitest';
import type { Mode, Parsed, ParseOptions } from './format.ts';
import { readRecords } from './read-records.ts';
import {
  AS_OF,
  arbitraryBatches,
  fc,
  inChunks,
  meisaiBatch,
  nyukinBatch,
  overwrite,
  sogoBatch,
  WHOLE_FILE,
} from './test-samples.ts';
import { ZenginError } from './zengin-error.ts';

type Parse = (bytes: Uint8Array, options: ParseOptions) => Parsed<object, object, object>;
const MODES: readonly Mode[] = ['strict', 'lenient'];

function outcome(parse: Parse, bytes: Uint8Array, mode: Mode): unknown {
  try {
    return parse(bytes, { asOf: AS_OF, mode });
  } catch (error) {
    if (!(error instanceof ZenginError)) throw error;
    expect(error.recordNumber).toBeGreaterThanOrEqual(0);
    expect(error.columns[0]).toBeLessThanOrEqual(error.columns[1]);
    return error;
  }
}

const itemsYen = (items: readonly object[]): number =>
  items.reduce((sum, item) => sum + (item as { amountYen: number }).amountYen, 0);

const statedYen = (trailer: object): number =>
  Object.entries(trailer)
    .filter(([name]) => name.toLowerCase().endsWith('totalyen'))
    .reduce((sum, [, value]) => sum + Number(value), 0);

type Damage = { at: number; kind: 'set' | 'insert' | 'delete' | 'cut'; byte: number };
const interesting = fc.constantFrom(0, 10, 13, 26, 32, 48, 49, 50, 56, 57, 97, 0xa6, 0xa7, 0xff);
const damage: fc.Arbitrary<Damage> = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  kind: fc.constantFrom('set', 'set', 'insert', 'delete', 'cut'),
  byte: fc.oneof(interesting, fc.integer({ min: 0, max: 255 })),
});

function apply(bytes: Uint8Array, { at, kind, byte }: Damage): Uint8Array {
  const index = Math.floor(at * bytes.length);
  if (kind === 'cut') return bytes.subarray(0, index);
  const [before, after] = [bytes.subarray(0, index), bytes.subarray(index + 1)];
  if (kind === 'delete') return Buffer.concat([before, after]);
  if (kind === 'set') return Buffer.concat([before, Buffer.from([byte]), after]);
  return Buffer.concat([before, Buffer.from([byte]), bytes.subarray(index)]);
}

describe.each(WHOLE_FILE)('$format.label', ({ format, parse, write }) => {
  it('refuses random bytes with ZenginError only', () => {
    const head = Buffer.from(`1${format.typeCode}0`);
    const property = fc.property(fc.uint8Array({ maxLength: 900 }), fc.boolean(), (tail, begin) => {
      const bytes = begin ? Buffer.concat([head, tail]) : tail;
      for (const mode of MODES) expect(outcome(parse, bytes, mode)).toBeInstanceOf(ZenginError);
    });
    fc.assert(property, { numRuns: 300 });
  });

  it('survives any damage to a good file, and what passes still adds up', () => {
    const damages = fc.array(damage, { minLength: 1, maxLength: 4 });
    const property = fc.property(arbitraryBatches(format), damages, (batches, list) => {
      let bytes: Uint8Array = write(batches as never);
      for (const each of list) bytes = apply(bytes, each);
      for (const mode of MODES) {
        const result = outcome(parse, bytes, mode);
        if (result instanceof ZenginError) continue;
        for (const batch of (result as Parsed<object, object, object>).batches) {
          expect(statedYen(batch.trailer)).toBe(itemsYen(batch.items));
        }
      }
    });
    fc.assert(property, { numRuns: 300 });
  });
});

it('the streaming reader refuses random bytes with ZenginError only', async () => {
  const size = fc.integer({ min: 1, max: 50 });
  const property = fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), size, async (bytes, cut) => {
    const head = Buffer.concat([Buffer.from('1210'), bytes]);
    const read = async (): Promise<void> => {
      for await (const _ of readRecords(inChunks(head, cut), { asOf: AS_OF }));
    };
    await expect(read()).rejects.toBeInstanceOf(ZenginError);
  });
  await fc.assert(property, { numRuns: 100 });
});

describe('money', () => {
  const cases = [
    { file: WHOLE_FILE[0], bytes: WHOLE_FILE[0].write([sogoBatch]), record: 2, columns: [81, 90] },
    { file: WHOLE_FILE[0], bytes: WHOLE_FILE[0].write([sogoBatch]), record: 4, columns: [2, 19] },
    {
      file: WHOLE_FILE[1],
      bytes: WHOLE_FILE[1].write([nyukinBatch]),
      record: 2,
      columns: [20, 29],
    },
    {
      file: WHOLE_FILE[1],
      bytes: WHOLE_FILE[1].write([nyukinBatch]),
      record: 2,
      columns: [128, 128],
    },
    { file: WHOLE_FILE[1], bytes: WHOLE_FILE[1].write([nyukinBatch]), record: 4, columns: [2, 37] },
    {
      file: WHOLE_FILE[2],
      bytes: WHOLE_FILE[2].write([meisaiBatch]),
      record: 1,
      columns: [114, 114],
    },
    {
      file: WHOLE_FILE[2],
      bytes: WHOLE_FILE[2].write([meisaiBatch]),
      record: 1,
      columns: [116, 129],
    },
    {
      file: WHOLE_FILE[2],
      bytes: WHOLE_FILE[2].write([meisaiBatch]),
      record: 2,
      columns: [22, 22],
    },
    {
      file: WHOLE_FILE[2],
      bytes: WHOLE_FILE[2].write([meisaiBatch]),
      record: 2,
      columns: [25, 36],
    },
    { file: WHOLE_FILE[2], bytes: WHOLE_FILE[2].write([meisaiBatch]), record: 4, columns: [2, 39] },
  ] as const;

  it.each(cases)(
    '$file.format.label record $record columns $columns: no other byte passes',
    (each) => {
      const { file, bytes, record, columns } = each;
      const { recordLength } = file.format;
      const start = (record - 1) * (recordLength + 2);
      const passed: string[] = [];
      for (let column = columns[0]; column <= columns[1]; column += 1) {
        for (let byte = 0; byte < 256; byte += 1) {
          if (bytes[start + column - 1] === byte) continue;
          // A blank mark is the same as none.
          if (columns[0] === 128 && byte === 0x20) continue;
          const other = overwrite(bytes, recordLength, record, column, String.fromCharCode(byte));
          for (const mode of MODES) {
            if (!(outcome(file.parse, other, mode) instanceof ZenginError)) {
              passed.push(`${mode} ${column} ${byte}`);
            }
          }
        }
      }
      expect(passed).toEqual([]);
    },
  );
});
