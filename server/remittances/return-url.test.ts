// Return addresses: which are taken, and what a shop's site can make of what is added to them. The
// verification is the one that the guide shows, read from there.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { uuidv7 } from '../base/ids.ts';
import { liveReturnRefusal, readReturnUrl, signedReturn } from './return-url.ts';

const NOW = Temporal.Instant.from('2026-11-24T03:00:00.9Z');
const SECONDS = Math.floor(NOW.epochMilliseconds / 1000);
const SECRET = `krs_${'1'.repeat(64)}`;

test.each([
  ['https://shop.example.jp/done', 'https://shop.example.jp/done'],
  ['https://shop.example.jp:8443/完了?order=1#top', /^https:\/\/shop\.example\.jp:8443\/%E5/],
  ['HTTPS://Shop.Example.JP', 'https://shop.example.jp/'],
  ['http://localhost:3000/done', 'http://localhost:3000/done'],
  ['http://127.0.0.1/done', 'http://127.0.0.1/done'],
  ['http://[::1]:80/', 'http://[::1]/'],
])('%s is taken', (text, href) => {
  expect(readReturnUrl(text)).toEqual(
    typeof href === 'string' ? href : expect.stringMatching(href),
  );
});

test.each([
  ['', 'url_invalid'],
  ['/done', 'url_invalid'],
  ['shop.example.jp/done', 'url_invalid'],
  [`https://shop.example.jp/${'x'.repeat(1_000)}`, 'url_invalid'],
  [`https://shop.example.jp/${'完'.repeat(200)}`, 'url_invalid'],
  ['http://shop.example.jp/', 'url_not_https'],
  ['http://localhost.example.jp/', 'url_not_https'],
  ['http://10.0.0.1/', 'url_not_https'],
  ['javascript:alert(1)', 'url_not_https'],
  ['data:text/html,x', 'url_not_https'],
  ['https://user@shop.example.jp/', 'url_has_credentials'],
  ['https://:secret@shop.example.jp/', 'url_has_credentials'],
  ['https://shop.example.jp/?status=ok', 'url_parameter_taken'],
  ['https://shop.example.jp/?a=1&signature=2', 'url_parameter_taken'],
])('%s is refused: %s', (text, code) => {
  expect(readReturnUrl(text)).toMatchObject({ code });
});

test('a live shop sends nobody to the developer’s machine', () => {
  expect(liveReturnRefusal('http://localhost/')?.code).toBe('invalid_input');
  expect(liveReturnRefusal('https://shop.example.jp/')).toBeUndefined();
  expect(liveReturnRefusal(null)).toBeUndefined();
});

interface Returned {
  readonly remittanceId: string;
  readonly reference: string;
  readonly status: string;
}

async function readerOfTheGuide() {
  const guide = join(import.meta.dirname, '../../docs/guides/receive-links.md');
  const code = /```js\n([\s\S]*?readReturn[\s\S]*?)```/.exec(readFileSync(guide, 'utf8'))?.[1];
  const address = `data:text/javascript,${encodeURIComponent(code!)}`;
  const { readReturn } = (await import(/* @vite-ignore */ address)) as {
    readReturn(address: string, secret: string, nowSeconds?: number): Returned | undefined;
  };
  return readReturn;
}

const remittance = (reference: string, status: 'scheduled' | 'paid' = 'scheduled') => ({
  ...{ remittanceId: uuidv7(NOW.epochMilliseconds), reference, status },
});

test('the guide’s verification takes what we sign, whatever the reference has in it', async () => {
  const readReturn = await readerOfTheGuide();
  const visible = fc.string({ unit: 'binary-ascii', minLength: 1, maxLength: 64 });
  fc.assert(
    fc.property(visible, (reference) => {
      const address = signedReturn('https://a.jp/x?y=1#z', remittance(reference), [SECRET], NOW);
      expect(readReturn(address, SECRET, SECONDS)).toMatchObject({ reference });
      expect(address).toMatch(/^https:\/\/a\.jp\/x\?y=1&.*#z$/);
    }),
  );
});

test('and nothing that was changed, is old, or was signed by another', async () => {
  const readReturn = await readerOfTheGuide();
  const address = signedReturn('https://a.jp/', remittance('a.b'), [SECRET], NOW);
  expect(readReturn(address, SECRET, SECONDS)).toMatchObject({ status: 'scheduled' });
  expect(readReturn(address.replace('scheduled', 'paid'), SECRET, SECONDS)).toBeUndefined();
  expect(readReturn(address.replace('a.b', 'a.c'), SECRET, SECONDS)).toBeUndefined();
  expect(readReturn(address, `${SECRET}x`, SECONDS)).toBeUndefined();
  expect(readReturn(address, SECRET, SECONDS + 301)).toBeUndefined();
  expect(readReturn('https://a.jp/?status=paid', SECRET, SECONDS)).toBeUndefined();
});

test('while a former secret lives, either one verifies', async () => {
  const readReturn = await readerOfTheGuide();
  const address = signedReturn('https://a.jp/', remittance('a'), ['krs_new', 'krs_old'], NOW);
  for (const secret of ['krs_new', 'krs_old']) {
    expect(readReturn(address, secret, SECONDS)).toBeDefined();
  }
});
