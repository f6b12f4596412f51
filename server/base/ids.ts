// Identifiers: UUIDv7 made by the application, and their public form `rem_<26 base32 characters>`.
// No table and no meaning of a prefix lives here.
import { freshBytes } from './random.ts';

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const PAIRS = Array.from(
  { length: 1024 },
  (_, value) => ALPHABET[value >>> 5]! + ALPHABET[value & 31]!,
);

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
const TEXT = Buffer.from('00000000-0000-0000-0000-000000000000', 'latin1');
/** Where the two digits of each byte stand in the text. */
const PLACES = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34];

/** Written into one piece of memory: put together from pieces of text it would take five. */
function format(bytes: Buffer): string {
  for (let index = 0; index < 16; index++) {
    const place = PLACES[index]!;
    const digits = HEX[bytes[index]!]!;
    TEXT[place] = digits.charCodeAt(0);
    TEXT[place + 1] = digits.charCodeAt(1);
  }
  return TEXT.toString('latin1');
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
  const hex = uuid.slice(0, 8) + uuid.slice(9, 13) + uuid.slice(14, 18) + uuid.slice(19, 23);
  const tail = uuid.slice(24);
  // 38, 45 and 45 bits, out of 40, 44 and 44: numbers are exact up to 53.
  const first = Number.parseInt(hex.slice(0, 10), 16);
  const second = Number.parseInt(hex.slice(10) + tail[0], 16);
  const third = Number.parseInt(tail.slice(1), 16);
  const high = Math.floor(first / 4);
  const middle = (first % 4) * 2 ** 43 + Math.floor(second / 2);
  const low = (second % 2) * 2 ** 44 + third;
  return `${prefix}_${encode(high, 8)}${encode(middle, 9)}${encode(low, 9)}`;
}

function encode(value: number, digits: number): string {
  let rest = value;
  let out = '';
  for (let pairs = digits >>> 1; pairs > 0; pairs--) {
    out = PAIRS[rest % 1024]! + out;
    rest = Math.floor(rest / 1024);
  }
  return digits % 2 === 1 ? ALPHABET[rest]! + out : out;
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
