// One record from bytes to an object, by its field table: every byte is checked. What the strict
// reader refuses and the lenient one notes is decided here, field by field. No framing, no totals.

import { eraDateToIso, monthDayToIso } from './era-date.ts';
import type { Field, FieldValue, Layout, Presence, Rule } from './field.ts';
import { blankValue, columnsOf } from './field.ts';
import { CLASS_BIT, classBits, unitOf } from './kana.ts';
import type { Fault, Place, ZenginRule } from './zengin-error.ts';
import { refuse } from './zengin-error.ts';

/** What decoding needs to know about the run it belongs to. */
export interface DecodeContext {
  readonly place: Place;
  readonly lenient: boolean;
  /** Reference date 'YYYY-MM-DD' that resolves eras and years. */
  readonly asOf: string;
  readonly note: (fault: Fault) => void;
}

const SPACE = 0x20;
const ZERO = 0x30;
const UNITS = buildUnits();
/** Room for the widest text field, in UTF-16 units; used within one synchronous call only. */
const scratch = Buffer.alloc(512);
const scratchUnits = new Uint16Array(scratch.buffer, scratch.byteOffset, 256);
const shiftJis = new TextDecoder('shift_jis');

/**
 * Decodes the record of `layout.length` bytes at `offset`.
 * @throws ZenginError for the first field that breaks its rule (and is not forgiven).
 */
export function decodeRecord<T>(
  layout: Layout<T>,
  bytes: Buffer,
  offset: number,
  context: DecodeContext,
): T {
  const record = { ...layout.blank } as Record<string, FieldValue>;
  for (const field of layout.fields) {
    if (field.onlyIf !== undefined) {
      const { onlyIf } = field;
      const matches = bytes[offset + onlyIf.offset] === onlyIf.byte.charCodeAt(0);
      if (matches !== onlyIf.is) continue;
    }
    const start = offset + field.offset;
    if (field.rule.kind === 'filler') checkFiller(field, field.rule.byte, bytes, start, context);
    else if (field.rule.kind === 'constant') checkConstant(field, bytes, start, context);
    else record[field.name] = decodeField(field, bytes, start, context);
  }
  return record as T;
}

function decodeField(field: Field, bytes: Buffer, start: number, context: DecodeContext) {
  const { rule } = field;
  switch (rule.kind) {
    case 'digits':
      return decodeDigits(field, rule.presence, bytes, start, context);
    case 'number':
      return decodeNumber(field, rule, bytes, start, context);
    case 'code':
      return decodeCode(field, rule, bytes, start, context);
    case 'text':
      return decodeText(field, rule, bytes, start, context);
    case 'era-date':
      return decodeEraDate(field, rule.presence, bytes, start, context);
    case 'month-day':
      return decodeMonthDay(field, bytes, start, context);
    case 'marker':
      return decodeMarker(field, rule, bytes, start, context);
    default:
      throw new Error(`field ${field.name} has no value`);
  }
}

function decodeDigits(
  field: Field,
  presence: Presence,
  bytes: Buffer,
  start: number,
  context: DecodeContext,
): FieldValue {
  const end = start + field.length;
  if (isAll(bytes, start, end, SPACE)) return blank(field, presence, bytes, start, context);
  if (presence === 'optional' && isAll(bytes, start, end, ZERO)) return '';
  for (let at = start; at < end; at += 1) {
    if (!isDigit(bytes[at]!)) fail(context, field, 'field.digits', bytes, start);
  }
  return bytes.toString('latin1', start, end);
}

function decodeNumber(
  field: Field,
  rule: Extract<Rule, { kind: 'number' }>,
  bytes: Buffer,
  start: number,
  context: DecodeContext,
): FieldValue {
  const end = start + field.length;
  let value = 0;
  for (let at = start; at < end; at += 1) {
    const byte = bytes[at]!;
    if (!isDigit(byte)) {
      if (!isAll(bytes, start, end, SPACE)) fail(context, field, 'field.digits', bytes, start);
      return blank(field, rule.presence, bytes, start, context);
    }
    value = value * 10 + (byte - ZERO);
  }
  if (value < rule.minimum) fail(context, field, 'field.minimum', bytes, start);
  return value;
}

function decodeCode(
  field: Field,
  rule: Extract<Rule, { kind: 'code' }>,
  bytes: Buffer,
  start: number,
  context: DecodeContext,
): FieldValue {
  const end = start + field.length;
  const text = bytes.toString('latin1', start, end);
  const word = Object.hasOwn(rule.codes, text) ? rule.codes[text] : undefined;
  if (word !== undefined) return word;
  if (isAll(bytes, start, end, SPACE)) return blank(field, rule.presence, bytes, start, context);
  if (rule.presence === 'optional' && isAll(bytes, start, end, ZERO)) return null;
  if (rule.fallback === undefined) fail(context, field, 'field.code', bytes, start);
  forgive(context, field, 'field.code', bytes, start);
  return rule.fallback;
}

function decodeText(
  field: Field,
  rule: Extract<Rule, { kind: 'text' }>,
  bytes: Buffer,
  start: number,
  context: DecodeContext,
): FieldValue {
  let end = start + field.length;
  while (end > start && bytes[end - 1] === SPACE) end -= 1;
  if (end === start) return blank(field, rule.presence, bytes, start, context);
  const bit = CLASS_BIT[rule.characters];
  let plain = true;
  for (let at = start; at < end; at += 1) {
    const byte = bytes[at]!;
    if ((classBits[byte]! & bit) === 0) return repairText(field, bit, bytes, start, context);
    if (byte > 0x7f) plain = false;
    scratchUnits[at - start] = UNITS[byte]!;
  }
  return plain
    ? bytes.toString('latin1', start, end)
    : scratch.toString('utf16le', 0, (end - start) * 2);
}

/** The lenient reader's text: upper case, large kana, `-` for ｰ; other characters stay. */
function repairText(
  field: Field,
  bit: number,
  bytes: Buffer,
  start: number,
  context: DecodeContext,
): string {
  forgive(context, field, 'field.characters', bytes, start);
  let end = start + field.length;
  while (end > start && (bytes[end - 1] === SPACE || bytes[end - 1] === 0)) end -= 1;
  const raw = bytes.subarray(start, end);
  // A double-byte character is foreign to the format; show it rather than two broken halves.
  if (raw.some((byte) => classBits[byte] === 0)) return shiftJis.decode(raw).trimEnd();
  let text = '';
  for (const byte of raw) {
    text += String.fromCharCode(unitOf((classBits[byte]! & bit) === 0 ? largeByte(byte) : byte));
  }
  return text;
}

/** ｧ-ｫ -> ｱ-ｵ, ｬｭｮ -> ﾔﾕﾖ, ｯ -> ﾂ, ｰ -> -, a-z -> A-Z. */
function largeByte(byte: number): number {
  if (byte >= 0xa7 && byte <= 0xab) return byte + 0x0a;
  if (byte >= 0xac && byte <= 0xae) return byte + 0x28;
  if (byte === 0xaf) return 0xc2;
  if (byte === 0xb0) return 0x2d;
  return byte >= 0x61 && byte <= 0x7a ? byte - 0x20 : byte;
}

function decodeEraDate(
  field: Field,
  presence: Presence,
  bytes: Buffer,
  start: number,
  context: DecodeContext,
): FieldValue {
  const end = start + field.length;
  if (isAll(bytes, start, end, SPACE) || isAll(bytes, start, end, ZERO)) {
    return blank(field, presence, bytes, start, context);
  }
  const iso = eraDateToIso(bytes.toString('latin1', start, end), context.asOf);
  return iso ?? fail(context, field, 'field.date', bytes, start);
}

function decodeMonthDay(field: Field, bytes: Buffer, start: number, context: DecodeContext) {
  const iso = monthDayToIso(bytes.toString('latin1', start, start + field.length), context.asOf);
  return iso ?? fail(context, field, 'field.date', bytes, start);
}

function decodeMarker(
  field: Field,
  rule: Extract<Rule, { kind: 'marker' }>,
  bytes: Buffer,
  start: number,
  context: DecodeContext,
): boolean {
  const byte = bytes[start]!;
  if (byte === rule.byte.charCodeAt(0)) return true;
  // What a mark means may decide over money (取消), so an unknown one is never forgiven.
  if (byte !== SPACE && byte !== rule.off.charCodeAt(0)) {
    fail(context, field, 'field.code', bytes, start);
  }
  return false;
}

function checkFiller(
  field: Field,
  byte: string,
  bytes: Buffer,
  start: number,
  context: DecodeContext,
): void {
  if (isAll(bytes, start, start + field.length, byte.charCodeAt(0))) return;
  forgive(context, field, 'field.filler', bytes, start);
}

function checkConstant(field: Field, bytes: Buffer, start: number, context: DecodeContext): void {
  const text = field.rule.kind === 'constant' ? field.rule.text : '';
  for (let index = 0; index < text.length; index += 1) {
    if (bytes[start + index] !== text.charCodeAt(index)) {
      fail(context, field, 'field.constant', bytes, start);
    }
  }
}

function blank(
  field: Field,
  presence: Presence,
  bytes: Buffer,
  start: number,
  context: DecodeContext,
): FieldValue {
  if (presence === 'required') fail(context, field, 'field.required', bytes, start);
  if (presence === 'forgivable') forgive(context, field, 'field.required', bytes, start);
  return blankValue(field);
}

/** Notes the fault in lenient mode, refuses it in strict mode. */
function forgive(
  context: DecodeContext,
  field: Field,
  rule: ZenginRule,
  bytes: Buffer,
  start: number,
): void {
  if (!context.lenient) fail(context, field, rule, bytes, start);
  context.note(faultOf(field, rule, bytes, start));
}

function fail(
  context: DecodeContext,
  field: Field,
  rule: ZenginRule,
  bytes: Buffer,
  start: number,
): never {
  return refuse(context.place, faultOf(field, rule, bytes, start));
}

function faultOf(field: Field, rule: ZenginRule, bytes: Buffer, start: number): Fault {
  const value = shiftJis.decode(bytes.subarray(start, start + field.length));
  return { rule, field: field.name, label: field.label, columns: columnsOf(field), value };
}

function isAll(bytes: Buffer, start: number, end: number, byte: number): boolean {
  for (let at = start; at < end; at += 1) if (bytes[at] !== byte) return false;
  return true;
}

function isDigit(byte: number): boolean {
  return byte >= ZERO && byte <= 0x39;
}

function buildUnits(): Uint16Array {
  const units = new Uint16Array(256);
  for (let byte = 0; byte < 256; byte += 1) units[byte] = Math.max(0, unitOf(byte));
  return units;
}
