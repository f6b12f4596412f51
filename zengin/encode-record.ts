// One record from an object to bytes, by its field table, straight into the caller's buffer. Always
// strict: a file for a bank is right or is not written. No framing, no totals.

import { isoToEraDate, isoToMonthDay } from './era-date.ts';
import type { Field, FieldValue, Layout, Rule } from './field.ts';
import { blankValue, columnsOf } from './field.ts';
import { byteOf, CLASS_BIT, classBits } from './kana.ts';
import type { Place, ZenginRule } from './zengin-error.ts';
import { refuse } from './zengin-error.ts';

const SPACE = 0x20;
const ZERO = 0x30;

/**
 * Writes `layout.length` bytes at `offset`. Properties that are not given take the field's initial
 * value or count as blank.
 * @throws ZenginError for the first field that breaks its rule.
 */
export function encodeRecord(
  layout: Layout<unknown>,
  record: object,
  bytes: Buffer,
  offset: number,
  place: Readonly<Place>,
): void {
  const values = record as Readonly<Record<string, FieldValue | undefined>>;
  bytes.fill(SPACE, offset, offset + layout.length);
  for (const field of layout.encoded) {
    const start = offset + field.offset;
    const { rule } = field;
    if (rule.kind === 'filler') {
      if (rule.byte !== ' ') bytes.fill(rule.byte, start, start + field.length);
      continue;
    }
    if (rule.kind === 'constant') {
      for (let at = 0; at < field.length; at += 1) bytes[start + at] = rule.text.charCodeAt(at);
      continue;
    }
    const value = values[field.name] ?? initialValue(field, values);
    if (isAbsent(field, bytes, offset)) {
      if (value !== blankValue(field)) fail(place, field, 'field.condition', value);
      continue;
    }
    encodeField(field, value, bytes, start, place);
  }
}

function initialValue(
  field: Field,
  values: Readonly<Record<string, FieldValue | undefined>>,
): FieldValue {
  const given = values[field.name];
  if (given === undefined && field.rule.kind === 'marker' && field.rule.marks !== undefined) {
    return (values[field.rule.marks] ?? '') !== '';
  }
  if (given === undefined && field.initial !== undefined) return field.initial;
  return blankValue(field);
}

function isAbsent(field: Field, bytes: Buffer, offset: number): boolean {
  if (field.onlyIf === undefined) return false;
  const { onlyIf } = field;
  return (bytes[offset + onlyIf.offset] === onlyIf.byte.charCodeAt(0)) !== onlyIf.is;
}

function encodeField(
  field: Field,
  value: FieldValue,
  bytes: Buffer,
  start: number,
  place: Readonly<Place>,
): void {
  const { rule } = field;
  if (value === null || value === '') {
    if ('presence' in rule && rule.presence === 'optional') {
      const fill = field.type === 'N' && field.blank !== ' ';
      if (fill) bytes.fill(ZERO, start, start + field.length);
      return;
    }
    fail(place, field, 'field.required', value);
  }
  if (rule.kind === 'digits') encodeDigits(field, rule.fill, value, bytes, start, place);
  else if (rule.kind === 'number') encodeNumber(field, rule.minimum, value, bytes, start, place);
  else if (rule.kind === 'code') encodeCode(field, rule, value, bytes, start, place);
  else if (rule.kind === 'text') encodeText(field, rule, value, bytes, start, place);
  else if (rule.kind === 'era-date') encodeDate(field, isoToEraDate, value, bytes, start, place);
  else if (rule.kind === 'month-day') encodeDate(field, isoToMonthDay, value, bytes, start, place);
  else if (rule.kind === 'marker') {
    bytes[start] = (value === true ? rule.byte : rule.off).charCodeAt(0);
  }
}

function encodeDigits(
  field: Field,
  fill: boolean,
  value: FieldValue,
  bytes: Buffer,
  start: number,
  place: Readonly<Place>,
): void {
  if (typeof value !== 'string') fail(place, field, 'field.digits', value);
  const pad = field.length - value.length;
  if (pad < 0 || (pad > 0 && !fill)) fail(place, field, 'field.length', value);
  for (let index = 0; index < pad; index += 1) bytes[start + index] = ZERO;
  for (let index = 0; index < value.length; index += 1) {
    const unit = value.charCodeAt(index);
    if (unit < ZERO || unit > 0x39) fail(place, field, 'field.digits', value);
    bytes[start + pad + index] = unit;
  }
}

function encodeNumber(
  field: Field,
  minimum: number,
  value: FieldValue,
  bytes: Buffer,
  start: number,
  place: Readonly<Place>,
): void {
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) {
    fail(place, field, 'field.digits', value);
  }
  if (value < minimum) fail(place, field, 'field.minimum', value);
  let rest = value;
  for (let at = start + field.length - 1; at >= start; at -= 1) {
    const next = Math.floor(rest / 10);
    bytes[at] = ZERO + (rest - next * 10);
    rest = next;
  }
  if (rest > 0) fail(place, field, 'field.length', value);
}

function encodeCode(
  field: Field,
  rule: Extract<Rule, { kind: 'code' }>,
  value: FieldValue,
  bytes: Buffer,
  start: number,
  place: Readonly<Place>,
): void {
  for (const code in rule.codes) {
    if (rule.codes[code] !== value) continue;
    for (let index = 0; index < code.length; index += 1) {
      bytes[start + index] = code.charCodeAt(index);
    }
    return;
  }
  fail(place, field, 'field.code', value);
}

function encodeText(
  field: Field,
  rule: Extract<Rule, { kind: 'text' }>,
  value: FieldValue,
  bytes: Buffer,
  start: number,
  place: Readonly<Place>,
): void {
  if (typeof value !== 'string') fail(place, field, 'field.characters', value);
  if (value.length > field.length) fail(place, field, 'field.length', value);
  const bit = CLASS_BIT[rule.characters];
  let blank = true;
  for (let index = 0; index < value.length; index += 1) {
    const byte = byteOf(value.charCodeAt(index));
    if (byte < 0 || (classBits[byte]! & bit) === 0) fail(place, field, 'field.characters', value);
    if (byte !== SPACE) blank = false;
    bytes[start + index] = byte;
  }
  if (blank && rule.presence !== 'optional') fail(place, field, 'field.required', value);
}

function encodeDate(
  field: Field,
  convert: (iso: string) => string | null,
  value: FieldValue,
  bytes: Buffer,
  start: number,
  place: Readonly<Place>,
): void {
  const digits = typeof value === 'string' ? convert(value) : null;
  if (digits === null) fail(place, field, 'field.date', value);
  bytes.write(digits, start, field.length, 'latin1');
}

function fail(place: Readonly<Place>, field: Field, rule: ZenginRule, value: FieldValue): never {
  return refuse(place, {
    rule,
    field: field.name,
    label: field.label,
    columns: columnsOf(field),
    value: String(value ?? ''),
  });
}
