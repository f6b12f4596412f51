// The signatures of the wire, read a second time: HMAC-SHA256 in hex over lines joined by LF.

import { createHmac, timingSafeEqual } from 'node:crypto';

export function sign(secret: string, ...lines: string[]): string {
  return createHmac('sha256', secret).update(lines.join('\n')).digest('hex');
}

export function isSigned(given: string, secret: string, ...lines: string[]): boolean {
  const expected = Buffer.from(sign(secret, ...lines));
  const bytes = Buffer.from(given);
  return bytes.length === expected.length && timingSafeEqual(bytes, expected);
}

/** Seconds since 1970, not further than so many from now. */
export function isFresh(timestamp: string, wallNowMs: number, seconds: number): boolean {
  return (
    /^\d{1,12}$/.test(timestamp) && Math.abs(wallNowMs / 1_000 - Number(timestamp)) <= seconds + 1
  );
}
