// Goal: bytes and characters are those of JIS X 0201, classes those of the standard.

import { describe, expect, it } from 'vitest';
import type { CharacterClass } from './kana.ts';
import { decodeHalfWidth, encodeHalfWidth, firstOutsideClass } from './kana.ts';

describe('JIS X 0201', () => {
  it('gives each printable byte one character and takes it back', () => {
    for (let byte = 0; byte < 256; byte += 1) {
      const isPrintable = (byte >= 0x20 && byte < 0x7f) || (byte >= 0xa1 && byte <= 0xdf);
      const bytes = Uint8Array.of(byte);
      if (isPrintable) expect(encodeHalfWidth(decodeHalfWidth(bytes))).toEqual(bytes);
      else expect(() => decodeHalfWidth(bytes)).toThrow('a character is not allowed');
    }
  });

  it('decodes as Shift_JIS does', () => {
    const bytes = Uint8Array.from([0x41, 0xb1, 0xdd, 0xde, 0xdf, 0x5c, 0x20, 0xa2]);
    expect(decodeHalfWidth(bytes)).toBe(new TextDecoder('shift_jis').decode(bytes));
  });

  it('knows the yen sign and the overline as bytes 5C and 7E', () => {
    expect(encodeHalfWidth('¥‾')).toEqual(Uint8Array.of(0x5c, 0x7e));
  });

  it.each(['ア', 'あ', '山', 'Ａ', '\n', 'é', '😀', '\ud83d'])('refuses %j', (character) => {
    const encode = () => encodeHalfWidth(`A${character}`);
    expect(encode).toThrow(expect.objectContaining({ rule: 'field.characters', columns: [2, 2] }));
  });
});

describe('character classes', () => {
  it.each<[CharacterClass, string, string]>([
    ['branch', '0Aｱﾝﾞﾟ- ', 'ｦｧｯｰ().a/,｡･'],
    ['name', '0Aｱﾝﾞﾟ- ().', 'ｦｧｯｰa/,\\｢｡･*'],
    ['edi', '0Aｱﾝﾞﾟ- ().ｦ\\｢｣/', 'ｧｯｰa,｡･*'],
    ['any', '0aｱｧｰ｡･*,~', 'アé\t'],
  ])('%s', (name, allowed, others) => {
    for (const each of allowed) expect([each, firstOutsideClass(each, name)]).toEqual([each, -1]);
    for (const each of others) expect([each, firstOutsideClass(each, name)]).toEqual([each, 0]);
    expect(firstOutsideClass(`ｱｱ${others[0]}`, name)).toBe(2);
  });
});
