// HMAC-SHA-256 (RFC 2104) of texts, over node's one-shot hash. An instruction needs five of them,
// and an Hmac object takes more than twice as long and leaves the garbage collector a native half
// to bury.
import { hash } from 'node:crypto';

const BLOCK_BYTES = 64;
const DIGEST_BYTES = 32;
const USUAL_TEXT_BYTES = 4096;

/** The keyed hash of a text, as 64 hexadecimal digits. The key has at most 64 bytes. */
export function keyedHash(key: Buffer): (text: string) => string {
  if (key.length > BLOCK_BYTES) throw new RangeError('the key is longer than a block');
  let inner = padded(key, 0x36, USUAL_TEXT_BYTES);
  const outer = padded(key, 0x5c, DIGEST_BYTES);
  return (text) => {
    // Three bytes a UTF-16 unit at most.
    if (inner.length < BLOCK_BYTES + 3 * text.length) inner = padded(key, 0x36, 3 * text.length);
    const length = inner.write(text, BLOCK_BYTES);
    const digest = hash('sha256', inner.subarray(0, BLOCK_BYTES + length), 'hex');
    outer.write(digest, BLOCK_BYTES, 'hex');
    return hash('sha256', outer, 'hex');
  };
}

/** The key, filled up to a block and masked, with room behind it. */
function padded(key: Buffer, mask: number, roomBytes: number): Buffer {
  const bytes = Buffer.alloc(BLOCK_BYTES + roomBytes);
  key.copy(bytes);
  for (let index = 0; index < BLOCK_BYTES; index++) bytes[index] = bytes[index]! ^ mask;
  return bytes;
}
