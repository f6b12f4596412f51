// What a file format is to the reader and the writer: four layouts and the sums that its trailer
// and end records must state. The formats themselves are in files of their own names.

import type { FieldValue, Layout, RecordKind } from './field.ts';
import { columnsOf, isVisible } from './field.ts';
import type { Fault, Place, ZenginNote } from './zengin-error.ts';
import { refuse } from './zengin-error.ts';

export type FormatName = 'sogo-furikomi' | 'nyukin-tsuchi' | 'nyushukkin-meisai';
export type LineEnding = 'crlf' | 'cr' | 'lf' | 'none';
export type Mode = 'strict' | 'lenient';

export interface ReadOptions {
  /** 'YYYY-MM-DD': resolves 和暦 eras and years of MMDD dates. No clock is read. */
  readonly asOf: string;
  /** Default 'strict'. 'lenient' forgives what cannot change money, and notes it. */
  readonly mode?: Mode;
  /** Called for everything forgiven, in file order. */
  readonly onNote?: (note: ZenginNote) => void;
  /** More records than this are refused. Default 10,000,000. */
  readonly maxRecords?: number;
}

export interface ParseOptions extends ReadOptions {
  /** More notes than this refuse the file. Default 10,000. */
  readonly maxNotes?: number;
}

export interface WriteOptions {
  /** Written after every record. Default 'crlf'. */
  readonly lineEnding?: LineEnding;
  /** Whether a 0x1A ends the file. Default false. */
  readonly eof?: boolean;
}

/** One record as read; `kind` tells which fields it has. */
export type ZenginRecord<H, D, T, E> =
  | ReadRecord<'header', H>
  | ReadRecord<'data', D>
  | ReadRecord<'trailer', T>
  | ReadRecord<'end', E>;

export interface ReadRecord<K extends RecordKind, F> {
  /** 1-based place in the file. */
  readonly recordNumber: number;
  /** 1-based number of the header..trailer group; the last one's for the end record. */
  readonly batchNumber: number;
  readonly kind: K;
  readonly fields: F;
}

/** A header..trailer group held in memory. */
export interface Batch<H, D, T> {
  readonly header: H;
  readonly items: D[];
  readonly trailer: T;
}

/** A group to be written. The trailer is always computed; one that is given must agree. */
export interface BatchInput<H, D, T> {
  readonly header: H;
  readonly items: Iterable<D> | AsyncIterable<D>;
  readonly trailer?: Partial<T>;
}

/** As `BatchInput`, for the writer that works at once. */
export interface SyncBatchInput<H, D, T> extends BatchInput<H, D, T> {
  readonly items: Iterable<D>;
}

/** Some properties given, the others optional: what a writer needs of a record. */
export type Given<T, K extends keyof T> = Pick<T, K> & Partial<T>;

export interface Parsed<H, D, T> {
  readonly batches: Batch<H, D, T>[];
  /** What was forgiven; empty in strict mode. */
  readonly notes: ZenginNote[];
}

/**
 * `HI` and `DI` are header and data as a writer gives them; what is read (`H`, `D`) always suits.
 * `S` is the running sum of a batch.
 */
export interface Format<H extends HI, D extends DI, T, E, HI, DI, S> {
  readonly name: FormatName;
  /** Japanese name of the format. */
  readonly label: string;
  /** 種別コード in bytes 2 and 3 of the header. */
  readonly typeCode: string;
  /** Bytes of a record without its separator. */
  readonly recordLength: number;
  readonly header: Layout<H>;
  readonly data: Layout<D>;
  readonly trailer: Layout<T>;
  readonly end: Layout<E>;
  readonly openBatch: (header: HI) => S;
  readonly addItem: (sum: S, item: DI) => void;
  /** The trailer that the batch must have. */
  readonly closeBatch: (sum: S) => T;
  /** The end record that the file must have; `recordCount` includes it. */
  readonly closeFile: (recordCount: number, batchCount: number) => E;
  /** Compares a trailer with the computed one; default: every stated field must be equal. */
  readonly agree?: (place: Place, stated: Partial<T>, computed: T) => void;
}

/** A format whatever its records are. */
export type AnyFormat = Pick<
  Format<unknown, unknown, unknown, unknown, unknown, unknown, unknown>,
  'name' | 'label' | 'typeCode' | 'recordLength' | 'header' | 'data' | 'trailer' | 'end'
>;

/**
 * Refuses the first field of `stated` that is not what the records add up to. Fields that are not
 * stated (blank) are not compared. `except` names fields the caller compares itself.
 */
export function assertAgrees<T>(
  layout: Layout<T>,
  place: Place,
  stated: Partial<T>,
  computed: T,
  except: readonly string[] = [],
): void {
  const given = stated as Readonly<Record<string, FieldValue | undefined>>;
  const expected = computed as Readonly<Record<string, FieldValue>>;
  for (const field of layout.fields) {
    if (!isVisible(field) || except.includes(field.name)) continue;
    const value = given[field.name];
    if (value === undefined || value === null || value === expected[field.name]) continue;
    refuse(place, disagreement(layout, field.name, value, expected[field.name] ?? null));
  }
}

/** The fault of a total that is not what the records add up to. */
export function disagreement(
  layout: Layout<unknown>,
  name: string,
  value: FieldValue,
  expected: FieldValue,
): Fault {
  const field = layout.fields.find((each) => each.name === name)!;
  return {
    rule: 'total.disagrees',
    field: name,
    label: field.label,
    columns: columnsOf(field),
    value: String(value),
    detail: `expected ${expected}`,
  };
}
