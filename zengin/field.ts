// How a record is described: its fields with names, columns, types and rules. Reading by such a
// table is in decode-record.ts, writing in encode-record.ts, the tables themselves beside each
// format.

import type { CharacterClass } from './kana.ts';

/** A value of a decoded field. Blank reads as '' for digits and text, as null for the others. */
export type FieldValue = string | number | boolean | null;

/**
 * `required`: blank is refused. `optional`: blank is right. `forgivable`: blank is refused by the
 * strict reader and noted by the lenient one. Nothing that moves money is forgivable.
 */
export type Presence = 'required' | 'optional' | 'forgivable';

/**
 * What may stand in a field, and as what it reads:
 * - `constant`: always this text; never part of the decoded record, never forgiven.
 * - `filler`: ダミー, all this byte; not part of the decoded record.
 * - `digits`: a code of digits, kept as text. `fill`: a shorter one is filled with zeros in front
 *   on writing. An optional one reads as '' where it is all spaces or all zeros.
 * - `number`: yen or a count, right-aligned with leading zeros.
 * - `code`: one of `codes` (file value -> English word). `fallback` is what the lenient reader
 *   takes for an unknown one; without it an unknown code is always refused.
 * - `text`: half-width characters of a class, left-aligned, spaces behind.
 * - `era-date`: 和暦 YYMMDD <-> 'YYYY-MM-DD'; zeros count as blank.
 * - `month-day`: MMDD <-> 'YYYY-MM-DD' nearest to the reference date.
 * - `marker`: `byte` for true or `off` for false; a blank is false too. Without a value it is true
 *   when the field `marks` is given.
 */
export type Rule =
  | { readonly kind: 'constant'; readonly text: string }
  | { readonly kind: 'filler'; readonly byte: ' ' | '0' }
  | { readonly kind: 'digits'; readonly presence: Presence; readonly fill: boolean }
  | { readonly kind: 'number'; readonly presence: Presence; readonly minimum: number }
  | {
      readonly kind: 'code';
      readonly presence: Presence;
      readonly codes: Readonly<Record<string, string>>;
      readonly fallback?: string | null;
    }
  | { readonly kind: 'text'; readonly presence: Presence; readonly characters: CharacterClass }
  | { readonly kind: 'era-date'; readonly presence: Presence }
  | { readonly kind: 'month-day' }
  | {
      readonly kind: 'marker';
      readonly byte: string;
      readonly off: ' ' | '0';
      readonly marks?: string;
    };

export interface Field {
  /** English camelCase, the property of the decoded record. */
  readonly name: string;
  /** 項目名 */
  readonly label: string;
  /** 0-based first byte. */
  readonly offset: number;
  readonly length: number;
  /** N: digits, right-aligned, zeros in front. C: half-width text, left-aligned, spaces behind. */
  readonly type: 'N' | 'C';
  readonly rule: Rule;
  /** Value written when none is given. */
  readonly initial?: FieldValue;
  /** What a blank optional N field is filled with on writing; default '0'. */
  readonly blank?: ' ' | '0';
  /** The field exists only when the byte at `offset` is (or, `is: false`, is not) `byte`. */
  readonly onlyIf?: { readonly offset: number; readonly byte: string; readonly is: boolean };
  /** A word for the documentation. */
  readonly remark?: string;
}

export type RecordKind = 'header' | 'data' | 'trailer' | 'end';

/** データ区分 of each kind of record, the first byte. */
export const KIND_BYTE: Readonly<Record<RecordKind, string>> = {
  header: '1',
  data: '2',
  trailer: '8',
  end: '9',
};

/** A checked field table, ready for use. `T` is the decoded record. */
export interface Layout<T> {
  readonly kind: RecordKind;
  /** Japanese name of the record. */
  readonly label: string;
  readonly length: number;
  readonly fields: readonly Field[];
  /** Fields in the order of writing: conditional ones last, when their mark is written. */
  readonly encoded: readonly Field[];
  /** A record with every property blank, in table order. */
  readonly blank: Readonly<T>;
}

/** Builds a layout; throws when the table does not cover the record's bytes exactly. */
export function layout<T>(
  kind: RecordKind,
  label: string,
  length: number,
  fields: readonly Field[],
): Layout<T> {
  assertCovers(label, length, fields);
  const blank: Record<string, FieldValue> = {};
  for (const field of fields) {
    if (isVisible(field)) blank[field.name] = blankValue(field);
  }
  return {
    kind,
    label,
    length,
    fields,
    encoded: [
      ...fields.filter((field) => field.onlyIf === undefined),
      ...fields.filter((field) => field.onlyIf !== undefined),
    ],
    blank: blank as Readonly<T>,
  };
}

/** Constants and fillers are no part of the decoded record. */
export function isVisible(field: Field): boolean {
  return field.rule.kind !== 'constant' && field.rule.kind !== 'filler';
}

export function blankValue(field: Field): FieldValue {
  switch (field.rule.kind) {
    case 'digits':
    case 'text':
      return '';
    case 'marker':
      return false;
    default:
      return null;
  }
}

/** 1-based first and last column of a field. */
export function columnsOf(field: Field): readonly [from: number, to: number] {
  return [field.offset + 1, field.offset + field.length];
}

/** データ区分, the first field of every record. */
export function kindField(kind: RecordKind): Field {
  const rule = { kind: 'constant', text: KIND_BYTE[kind] } as const;
  return { name: 'recordKind', label: 'データ区分', offset: 0, length: 1, type: 'N', rule };
}

/** ダミー of spaces from `offset` to the end of a record. */
export function fillerField(offset: number, length: number, byte: ' ' | '0' = ' '): Field {
  const rule = { kind: 'filler', byte } as const;
  return { name: 'filler', label: 'ダミー', offset, length, type: byte === '0' ? 'N' : 'C', rule };
}

/** Each byte belongs to exactly one field, or to several of which only one exists at a time. */
function assertCovers(label: string, length: number, fields: readonly Field[]): void {
  let next = 0;
  for (const field of fields) {
    const shares = field.onlyIf !== undefined && field.offset < next;
    if (field.offset !== next && !shares) {
      throw new Error(`${label}: ${field.name} starts at ${field.offset}, expected ${next}`);
    }
    next = Math.max(next, field.offset + field.length);
  }
  if (next !== length) throw new Error(`${label}: fields cover ${next} of ${length} bytes`);
}
