// Encryption at rest (AES-256-GCM, the key's id beside the ciphertext), keyed blind indexes and
// fingerprints. Which data is encrypted, and under which purpose, is decided by the folder that
// owns the table.
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto';
import { readFileSync } from 'node:fs';
import { keyedHash } from './keyed-hash.ts';
import { freshBytes } from './random.ts';

const FORMAT = 1;
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** `keys` by id, 32 bytes each. `primary` encrypts; all decrypt. `index` keys the blind indexes. */
export interface KeyringInput {
  readonly primary: string;
  readonly keys: Readonly<Record<string, string>>;
  /** base64, 32 bytes. Changing it means re-indexing, so it is not one of the rotating keys. */
  readonly index: string;
}

export interface Vault {
  /**
   * Encrypts for a purpose; the same purpose must be named to open (it is authenticated, not
   * stored).
   */
  seal(plaintext: string | Buffer, purpose: string): Buffer;
  open(sealed: Buffer, purpose: string): string;
  openBytes(sealed: Buffer, purpose: string): Buffer;
  /** True where `sealed` was made with a key other than the primary one. */
  isStale(sealed: Buffer): boolean;
  /** A 63-bit keyed index of a normalised value, decimal text for a bigint column. Version 1. */
  blindIndex(kind: string, shopId: string, value: string): string;
  /**
   * A 128-bit keyed fingerprint; equal content gives equal bytes, nobody else can make or guess
   * them.
   */
  fingerprint(kind: string, content: string): Buffer;
}

function key32(name: string, base64: string): KeyObject {
  const bytes = Buffer.from(base64, 'base64');
  if (bytes.length !== 32) throw new Error(`keyring: ${name} must be 32 bytes in base64`);
  return createSecretKey(bytes);
}

function derived(root: KeyObject, purpose: string): (text: string) => string {
  return keyedHash(Buffer.from(hkdfSync('sha256', root, '', purpose, 32)));
}

export function createVault(input: KeyringInput): Vault {
  const keys = new Map(
    Object.entries(input.keys).map(([id, b64]) => [id, key32(`key ${id}`, b64)]),
  );
  const primary = keys.get(input.primary);
  if (primary === undefined) throw new Error(`keyring: no key has the primary id ${input.primary}`);
  const root = key32('index', input.index);
  const indexOf = derived(root, 'blind-index-v1');
  const fingerprintOf = derived(root, 'fingerprint-v1');
  const id = Buffer.from(input.primary, 'latin1');
  if (id.length > 255) throw new Error('keyring: a key id is at most 255 bytes');
  const header = Buffer.concat([Buffer.from([FORMAT, id.length]), id]);

  // A batch seals thousands of times for one purpose.
  let lastPurpose = { text: '', bytes: Buffer.alloc(0) };
  function purposeBytes(text: string): Buffer {
    if (lastPurpose.text !== text) lastPurpose = { text, bytes: Buffer.from(text) };
    return lastPurpose.bytes;
  }

  function openBytes(sealed: Buffer, purpose: string): Buffer {
    const idEnd = 2 + (sealed[1] ?? 0);
    const key = keys.get(sealed.toString('latin1', 2, idEnd));
    if (sealed[0] !== FORMAT || key === undefined) throw new Error('ciphertext of an unknown key');
    const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(idEnd, idEnd + IV_BYTES));
    decipher.setAAD(purposeBytes(purpose));
    decipher.setAuthTag(sealed.subarray(sealed.length - TAG_BYTES));
    const body = sealed.subarray(idEnd + IV_BYTES, sealed.length - TAG_BYTES);
    return Buffer.concat([decipher.update(body), decipher.final()]);
  }

  return {
    seal(plaintext, purpose) {
      const iv = freshBytes(IV_BYTES);
      const cipher = createCipheriv('aes-256-gcm', primary, iv);
      cipher.setAAD(purposeBytes(purpose));
      const encrypted =
        typeof plaintext === 'string' ? cipher.update(plaintext, 'utf8') : cipher.update(plaintext);
      // GCM is a stream: `final` has nothing left to give.
      cipher.final();
      // Copied by hand: `Buffer.concat` takes as long as the encryption.
      const bodyAt = header.length + IV_BYTES;
      const sealed = Buffer.allocUnsafe(bodyAt + encrypted.length + TAG_BYTES);
      header.copy(sealed);
      iv.copy(sealed, header.length);
      encrypted.copy(sealed, bodyAt);
      cipher.getAuthTag().copy(sealed, bodyAt + encrypted.length);
      return sealed;
    },
    open: (sealed, purpose) => openBytes(sealed, purpose).toString('utf8'),
    openBytes,
    isStale: (sealed) => sealed.toString('latin1', 2, 2 + (sealed[1] ?? 0)) !== input.primary,
    blindIndex(kind, shopId, value) {
      const first64Bits = indexOf(`${kind}\0${shopId}\0${value}`).slice(0, 16);
      return (BigInt(`0x${first64Bits}`) >> 1n).toString();
    },
    fingerprint: (kind, content) =>
      Buffer.from(fingerprintOf(`${kind}\0${content}`).slice(0, 32), 'hex'),
  };
}

/** The keyring from `KAWASE_KEYRING` (JSON) or the file that `KAWASE_KEYRING_FILE` names. */
export function readKeyring(env: Readonly<Record<string, string | undefined>>): KeyringInput {
  const file = env.KAWASE_KEYRING_FILE;
  const text = env.KAWASE_KEYRING ?? (file === undefined ? undefined : readFileSync(file, 'utf8'));
  if (text === undefined) {
    throw new Error(
      'no keyring: set KAWASE_KEYRING, or KAWASE_KEYRING_FILE to a file that holds it',
    );
  }
  return JSON.parse(text) as KeyringInput;
}

export function newKeyring(): KeyringInput {
  const fresh = () => randomBytes(32).toString('base64');
  return { primary: 'k1', keys: { k1: fresh() }, index: fresh() };
}

/** 256 random bits for a token or secret, base64url. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** For secrets of full entropy only: they need no slow hash. */
export function hashSecret(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

export function sameBytes(left: Buffer, right: Buffer): boolean {
  return left.length === right.length && timingSafeEqual(left, right);
}
