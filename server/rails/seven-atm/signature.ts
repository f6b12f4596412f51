// Signatures of the wire, both ways: HMAC-SHA256 over time, action and body (README, "Signature").
import { createHmac } from 'node:crypto';
import type { Instant } from '../../base/clock.ts';
import { sameBytes } from '../../base/crypto.ts';

export interface Key {
  readonly keyId: string;
  readonly secret: string;
}

/** A signature is good for so long: what is older is nobody's word any more. */
const TOLERANCE_SECONDS = 300;
/** The action of a notice; that of a call is `METHOD target`. */
export const NOTICE = 'NOTICE';

const secondsOf = (at: Instant): number => Math.floor(at.epochMilliseconds / 1_000);

function signatureOf(secret: string, timestamp: string, action: string, body: string): string {
  const signed = `${timestamp}\n${action}\n${body}`;
  return createHmac('sha256', secret).update(signed, 'utf8').digest('hex');
}

export function signedHeaders(
  key: Key,
  action: string,
  body: string,
  now: Instant,
): Record<string, string> {
  const timestamp = String(secondsOf(now));
  return {
    'x-key-id': key.keyId,
    'x-timestamp': timestamp,
    'x-signature': signatureOf(key.secret, timestamp, action, body),
  };
}

/** Whether one of the keys signed this, and lately. Compared in constant time. */
export function isGenuine(
  keys: readonly Key[],
  headers: Readonly<Record<string, string>>,
  action: string,
  body: string,
  now: Instant,
): boolean {
  const given = new Map(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
  const key = keys.find(({ keyId }) => keyId === given.get('x-key-id'));
  const timestamp = given.get('x-timestamp') ?? '';
  if (key === undefined || !/^\d{1,12}$/.test(timestamp)) return false;
  const right = Buffer.from(signatureOf(key.secret, timestamp, action, body));
  if (!sameBytes(Buffer.from(given.get('x-signature') ?? ''), right)) return false;
  return Math.abs(secondsOf(now) - Number(timestamp)) <= TOLERANCE_SECONDS;
}
