// JIS X 0201 bytes <-> Unicode half-width characters, and which of them a field may hold.
// One character is one byte. No widening, no repair of names (name.ts does that), no field layout.

import { refuse } from './zengin-error.ts';

/**
 * Character classes of the JBA standard's appendix (付録1 使用文字); digits and space are in all.
 * `branch` 店舗名: kana without ｦ and small ones, A-Z, `-`. `name` 口座名・受取人名・依頼人名: also
 * `( ) .`. `edi` EDI情報: also ｦ and `\ ｢ ｣ /`. `any`: every printable JIS X 0201 character, for
 * fields where banks put what they like (摘要).
 */
export type CharacterClass = 'branch' | 'name' | 'edi' | 'any';

/** Bit of each class in `classBits`. */
export const CLASS_BIT: Readonly<Record<CharacterClass, number>> = {
  branch: 1,
  name: 2,
  edi: 4,
  any: 8,
};

const KANA_FIRST = 0xff61;
const KANA_LAST = 0xff9f;
const KANA_SHIFT = 0xfec0;
const YEN = 0xa5;
const OVERLINE = 0x203e;

/** For each byte, the classes it belongs to. 0: no printable JIS X 0201 character. */
export const classBits: Uint8Array = buildClassBits();

function buildClassBits(): Uint8Array {
  const bits = new Uint8Array(256);
  const allow = (from: number, to: number, ...classes: CharacterClass[]): void => {
    for (let byte = from; byte <= to; byte += 1) {
      for (const each of classes) bits[byte] = bits[byte]! | CLASS_BIT[each];
    }
  };
  const at = (character: string): number => character.charCodeAt(0);
  allow(0x20, 0x7e, 'any');
  allow(0xa1, 0xdf, 'any');
  allow(0x20, 0x20, 'branch', 'name', 'edi');
  allow(at('0'), at('9'), 'branch', 'name', 'edi');
  allow(at('A'), at('Z'), 'branch', 'name', 'edi');
  allow(0xb1, 0xdf, 'branch', 'name', 'edi');
  allow(at('-'), at('-'), 'branch', 'name', 'edi');
  for (const each of '().') allow(at(each), at(each), 'name', 'edi');
  for (const each of ['\\', '/']) allow(at(each), at(each), 'edi');
  for (const byte of [0xa2, 0xa3, 0xa6]) allow(byte, byte, 'edi');
  return bits;
}

/**
 * Byte of one UTF-16 unit, or -1 when JIS X 0201 has none. `¥` is 0x5C and `‾` 0x7E as in that
 * set; decoding gives the ASCII characters of the same bytes, as Shift_JIS does.
 */
export function byteOf(unit: number): number {
  if (unit < 0x7f) return unit < 0x20 ? -1 : unit;
  if (unit >= KANA_FIRST && unit <= KANA_LAST) return unit - KANA_SHIFT;
  if (unit === YEN) return 0x5c;
  return unit === OVERLINE ? 0x7e : -1;
}

/** UTF-16 unit of one byte, or -1 when the byte is no printable JIS X 0201 character. */
export function unitOf(byte: number): number {
  if (byte < 0x7f) return byte < 0x20 ? -1 : byte;
  return byte >= 0xa1 && byte <= 0xdf ? byte + KANA_SHIFT : -1;
}

/**
 * Half-width text (ASCII and half-width kana) to JIS X 0201 bytes.
 * @throws ZenginError `field.characters` naming the position, for any other character.
 */
export function encodeHalfWidth(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let index = 0; index < text.length; index += 1) {
    const byte = byteOf(text.charCodeAt(index));
    if (byte < 0) refuseCharacter(index, text[index]!);
    bytes[index] = byte;
  }
  return bytes;
}

/**
 * JIS X 0201 (or Shift_JIS without double-byte characters) to half-width Unicode text.
 * @throws ZenginError `field.characters` naming the position of any other byte.
 */
export function decodeHalfWidth(bytes: Uint8Array): string {
  let text = '';
  for (let index = 0; index < bytes.length; index += 1) {
    const unit = unitOf(bytes[index]!);
    if (unit < 0) refuseCharacter(index, `0x${bytes[index]!.toString(16)}`);
    text += String.fromCharCode(unit);
  }
  return text;
}

/** Index of the first character of half-width `text` outside the class, or -1. */
export function firstOutsideClass(text: string, characters: CharacterClass): number {
  const bit = CLASS_BIT[characters];
  for (let index = 0; index < text.length; index += 1) {
    const byte = byteOf(text.charCodeAt(index));
    if (byte < 0 || (classBits[byte]! & bit) === 0) return index;
  }
  return -1;
}

function refuseCharacter(index: number, value: string): never {
  const columns = [index + 1, index + 1] as const;
  return refuse({ recordNumber: 0, batchNumber: 0 }, { rule: 'field.characters', columns, value });
}
