// Identifiers: UUIDv7 made by the application, and their public form `rem_<26 base32 characters>`.
// No table and no meaning of a prefix lives here.
import { freshBytes } from './random.ts';

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

function format(bytes: Buffer): string {
  const hex = bytes.toString('hex');
  const head = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}`;
  return `${head}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

let counterMs = -1;
let counter = 0;

/**
 * A UUIDv7 (RFC 9562) stamped with `atMs`, so that ids of one time lie together in an index. Those
 * made one after the other with the same stamp sort in that order (a 32-bit counter, section 6.2,
 * method 1); the last 42 bits are random.
 */
export function uuidv7(atMs: number = Date.now()): string {
  const bytes = Buffer.allocUnsafe(16);
  freshBytes(10).copy(bytes, 6);
  // Begins in the lower half, so that there is room to count.
  counter = atMs === counterMs ? counter + 1 : bytes.readUInt32BE(6) >>> 1;
  counterMs = atMs;
  bytes.writeUIntBE(atMs, 0, 6);
  bytes[6] = 0x70 | ((counter >>> 28) & 0x0f);
  bytes[7] = counter >>> 20;
  bytes[8] = 0x80 | ((counter >>> 14) & 0x3f);
  bytes[9] = counter >>> 6;
  bytes[10] = (bytes[10]! & 0x03) | (counter << 2);
  return format(bytes);
}

/**
 * A UUIDv7 whose last 40 bits are `counter`: unique where the counter is, and the row is found
 * again by the counter without an index of its own.
 */
export function uuidv7WithCounter(atMs: number, counter: number): string {
  const bytes = Buffer.allocUnsafe(16);
  freshBytes(10).copy(bytes, 6);
  bytes.writeUIntBE(atMs, 0, 6);
  bytes.writeUIntBE(counter, 11, 5);
  bytes[6] = (bytes[6]! & 0x0f) | 0x70;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return format(bytes);
}

export function counterOf(uuid: string): number {
  return Number.parseInt(uuid.slice(-10), 16);
}

/** `rem` + uuid -> `rem_01jd…` (TypeID encoding: 26 characters of Crockford base32). */
export function publicId(prefix: string, uuid: string): string {
  const value = BigInt(`0x${uuid.replaceAll('-', '')}`);
  const high = Number(value >> 90n);
  const middle = value >> 45n;
  return (
    `${prefix}_` +
    encode(high, 8) +
    encode(Number(middle & 0x1fffffffffffn), 9) +
    encode(Number(value & 0x1fffffffffffn), 9)
  );
}

function encode(value: number, digits: number): string {
  let rest = value;
  let out = '';
  for (let index = 0; index < digits; index++) {
    out = ALPHABET[rest % 32] + out;
    rest = Math.floor(rest / 32);
  }
  return out;
}

/** The uuid inside a public id, or undefined where the text is not an id of this prefix. */
export function uuidOf(prefix: string, id: string): string | undefined {
  if (!id.startsWith(`${prefix}_`) || id.length !== prefix.length + 27) return undefined;
  let value = 0n;
  for (const character of id.slice(prefix.length + 1)) {
    const digit = ALPHABET.indexOf(character);
    if (digit < 0) return undefined;
    value = (value << 5n) | BigInt(digit);
  }
  if (value >> 128n !== 0n) return undefined;
  const hex = value.toString(16).padStart(32, '0');
  return format(Buffer.from(hex, 'hex'));
}
