// Addresses as people type them.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { maskAddress, readAddress, readMailAddress, readMobileNumber } from './address.ts';

test.each([
  ['taro@example.jp', 'taro@example.jp'],
  [' Taro.Yamada@Example.JP ', 'Taro.Yamada@example.jp'],
  ['ｔａｒｏ＠ｅｘａｍｐｌｅ．ｊｐ', 'taro@example.jp'],
  ['taro..yamada.@docomo.example', 'taro..yamada.@docomo.example'],
  ['taro@例え.jp', 'taro@xn--r8jz45g.jp'],
  ['taro@localhost', undefined],
  ['taro@example.jp, jiro@example.jp', undefined],
  ['taro@example.jp\r\nRCPT TO:<jiro@example.jp>', undefined],
  ['"taro"@example.jp', undefined],
  ['<taro@example.jp>', undefined],
  ['@example.jp', undefined],
  ['taro', undefined],
])('mail %j is %j', (typed, address) => expect(readMailAddress(typed)).toBe(address));

test.each([
  ['090-1234-5678', '+819012345678'],
  ['０９０１２３４５６７８', '+819012345678'],
  ['+81 90 1234 5678', '+819012345678'],
  ['060-1234-5678', '+816012345678'],
  ['03-1234-5678', undefined],
  ['0120-123-456', undefined],
  ['050-1234-5678', undefined],
  ['+1 650 253 0000', undefined],
  ['090-1234-567', undefined],
  ['電話 090-1234-5678', undefined],
  ['', undefined],
])('number %j is %j', (typed, number) => expect(readMobileNumber(typed)).toBe(number));

test('what is read is in its one form, and shown masked without its middle', () => {
  fc.assert(
    fc.property(fc.emailAddress(), fc.constantFrom('mail', 'sms'), (text, channel) => {
      const address = readAddress(channel, text);
      if (address === undefined) return;
      expect(readAddress(channel, address)).toBe(address);
      expect(maskAddress(channel, address).startsWith(`${address[0]}•••@`)).toBe(true);
    }),
  );
  expect(maskAddress('sms', '+819012345678')).toBe('090••••5678');
});
