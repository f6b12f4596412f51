// The keyed hash is HMAC-SHA-256, whatever is hashed before.
import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { keyedHash } from './keyed-hash.ts';

const byNode = (key: Buffer, text: string) => createHmac('sha256', key).update(text).digest('hex');

describe('keyed hash', () => {
  test('agrees with HMAC-SHA-256 for any key and any run of texts', () => {
    const key = fc.uint8Array({ maxLength: 64 });
    const texts = fc.array(fc.string({ unit: 'binary' }), { maxLength: 5 });
    fc.assert(
      fc.property(key, texts, (bytes, list) => {
        const keyBytes = Buffer.from(bytes);
        const hashed = keyedHash(keyBytes);
        for (const text of list) expect(hashed(text)).toBe(byNode(keyBytes, text));
      }),
    );
  });

  test('takes texts longer than usual, and shorter ones after them', () => {
    const key = Buffer.alloc(32, 7);
    const hashed = keyedHash(key);
    for (const text of ['ア'.repeat(10_000), '', 'ア', 'a'.repeat(4096), 'a'.repeat(4097)]) {
      expect(hashed(text)).toBe(byNode(key, text));
    }
  });

  test('refuses a key longer than a block', () => {
    expect(() => keyedHash(Buffer.alloc(65))).toThrow(RangeError);
  });
});
