// The vault: what is sealed opens only with its key, its purpose and its every byte.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  createVault,
  hashSecret,
  newKeyring,
  newSecret,
  readKeyring,
  sameBytes,
} from './crypto.ts';

const keyring = newKeyring();
const vault = createVault(keyring);
const purpose = 'remittance:shop';

describe('sealing', () => {
  test('any text opens again', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(vault.open(vault.seal(text, purpose), purpose)).toBe(text);
      }),
    );
  });

  test('bytes stay bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const sealed = vault.seal(Buffer.from(bytes), purpose);
        expect(vault.openBytes(sealed, purpose).equals(bytes)).toBe(true);
      }),
    );
  });

  test('the same text is never sealed the same', () => {
    expect(vault.seal('a', purpose).equals(vault.seal('a', purpose))).toBe(false);
  });

  test('one changed bit anywhere, and it does not open', () => {
    const sealed = vault.seal('ヤマダ タロウ', purpose);
    for (let index = 0; index < sealed.length; index++) {
      const bent = Buffer.from(sealed);
      bent[index] = bent[index]! ^ 1;
      expect(() => vault.open(bent, purpose), `byte ${index}`).toThrow();
    }
  });

  test('cut short anywhere, it does not open', () => {
    const sealed = vault.seal('ヤマダ タロウ', purpose);
    for (let length = 0; length < sealed.length; length++) {
      expect(() => vault.open(sealed.subarray(0, length), purpose), `${length} bytes`).toThrow();
    }
  });

  test('another purpose does not open it', () => {
    expect(() => vault.open(vault.seal('a', purpose), 'remittance:other')).toThrow();
  });
});

describe('rotation', () => {
  const added = newKeyring();
  const rotated = createVault({
    primary: 'k2',
    keys: { ...keyring.keys, k2: added.keys.k1! },
    index: keyring.index,
  });

  test('the old opens, is known as stale, and the new is not', () => {
    const old = vault.seal('a', purpose);
    expect(rotated.open(old, purpose)).toBe('a');
    expect(rotated.isStale(old)).toBe(true);
    expect(rotated.isStale(rotated.seal('a', purpose))).toBe(false);
    expect(vault.isStale(old)).toBe(false);
  });

  test('without the key it does not open', () => {
    expect(() => vault.open(rotated.seal('a', purpose), purpose)).toThrow('unknown key');
  });

  test('indexes and fingerprints stay', () => {
    expect(rotated.blindIndex('name', 'shop', 'x')).toBe(vault.blindIndex('name', 'shop', 'x'));
    expect(rotated.fingerprint('a', 'x').equals(vault.fingerprint('a', 'x'))).toBe(true);
  });
});

describe('blind indexes', () => {
  test('fit a bigint and differ by kind, shop and value', () => {
    fc.assert(
      fc.property(fc.string(), (value) => {
        const index = BigInt(vault.blindIndex('name', 'shop', value));
        expect(index >= 0n && index < 2n ** 63n).toBe(true);
      }),
    );
    const all = [
      vault.blindIndex('name', 'shop', 'x'),
      vault.blindIndex('mail', 'shop', 'x'),
      vault.blindIndex('name', 'other', 'x'),
      vault.blindIndex('name', 'shop', 'y'),
      createVault(newKeyring()).blindIndex('name', 'shop', 'x'),
    ];
    expect(new Set(all).size).toBe(all.length);
  });

  test('a fingerprint has 128 bits', () => {
    expect(vault.fingerprint('remittance', 'x')).toHaveLength(16);
  });
});

describe('keyrings', () => {
  test.each([
    ['a short key', { ...keyring, keys: { k1: 'AAAA' } }, 'must be 32 bytes'],
    ['a short index key', { ...keyring, index: '' }, 'must be 32 bytes'],
    ['no such primary', { ...keyring, primary: 'k9' }, 'no key has the primary id'],
  ])('%s', (_name, input, message) => expect(() => createVault(input)).toThrow(message));

  test('are read from the environment or a file', () => {
    const text = JSON.stringify(keyring);
    expect(readKeyring({ KAWASE_KEYRING: text })).toEqual(keyring);
    const file = join(mkdtempSync(join(tmpdir(), 'kawase-keyring-')), 'keyring.json');
    writeFileSync(file, text);
    expect(readKeyring({ KAWASE_KEYRING_FILE: file })).toEqual(keyring);
    expect(() => readKeyring({})).toThrow('no keyring');
  });
});

test('secrets have 256 bits and are compared by their hash', () => {
  const secret = newSecret();
  expect(Buffer.from(secret, 'base64url')).toHaveLength(32);
  expect(sameBytes(hashSecret(secret), hashSecret(secret))).toBe(true);
  expect(sameBytes(hashSecret(secret), hashSecret(newSecret()))).toBe(false);
  expect(sameBytes(Buffer.from('a'), Buffer.from('ab'))).toBe(false);
});
