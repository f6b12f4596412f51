// Signatures of the wire, both ways: HMAC-SHA256 over time, action and body. The network's own
// reading of server/rails/seven-atm/README.md, section "Signature".

import { createHmac, timingSafeEqual } from 'node:crypto';

export interface Key {
  readonly keyId: string;
  readonly secret: string;
}

type Headers = Readonly<Record<string, string | string[] | undefined>>;

const TOLERANCE_SECONDS = 300;

function signatureOf(secret: string, timestamp: string, action: string, body: string): string {
  const signed = `${timestamp}\n${action}\n${body}`;
  return createHmac('sha256', secret).update(signed, 'utf8').digest('hex');
}

export function signedHeaders(
  key: Key,
  action: string,
  body: string,
  wallMs: number,
): Record<string, string> {
  const timestamp = String(Math.floor(wallMs / 1_000));
  return {
    'x-key-id': key.keyId,
    'x-timestamp': timestamp,
    'x-signature': signatureOf(key.secret, timestamp, action, body),
  };
}

/** What is wrong with a signature, as the error code to answer; null where it is good. */
export function signatureProblem(
  key: Key,
  headers: Headers,
  action: string,
  body: string,
  wallMs: number,
): 'signature_invalid' | 'timestamp_out_of_range' | null {
  const timestamp = String(headers['x-timestamp'] ?? '');
  const given = Buffer.from(String(headers['x-signature'] ?? ''));
  const right = Buffer.from(signatureOf(key.secret, timestamp, action, body));
  if (given.length !== right.length || !timingSafeEqual(given, right)) return 'signature_invalid';
  const isTime = /^\d{1,12}$/.test(timestamp);
  const apart = Math.abs(wallMs / 1_000 - Number(timestamp));
  return isTime && apart <= TOLERANCE_SECONDS ? null : 'timestamp_out_of_range';
}
