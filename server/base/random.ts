// Random bytes for what needs them by the thousand: drawn from the system in pages, each byte given
// out once. Secrets that live long (keys, tokens) are drawn on their own, in crypto.ts.
import { randomFillSync } from 'node:crypto';

const PAGE_BYTES = 4096;
const page = Buffer.allocUnsafeSlow(PAGE_BYTES);
let offset = PAGE_BYTES;

/** A view of `count` fresh bytes (at most 4096); copy it before the next call. */
export function freshBytes(count: number): Buffer {
  if (offset + count > PAGE_BYTES) {
    randomFillSync(page);
    offset = 0;
  }
  offset += count;
  return page.subarray(offset - count, offset);
}
