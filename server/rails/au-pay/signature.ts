// The signatures of the wire: HMAC-SHA256 in hex. Of our requests, of their notices, of the way to
// the app. Keys come from the configuration; what is signed means nothing here.
import { createHmac } from 'node:crypto';
import { type Instant, isBefore } from '../../base/clock.ts';
import { sameBytes } from '../../base/crypto.ts';

/** How far the clocks of both sides may differ, and how long a signed notice is believed. */
const NOTICE_VALID_SECONDS = 300;

export const KEY_ID_HEADER = 'x-aupay-key-id';
export const TIMESTAMP_HEADER = 'x-aupay-timestamp';
export const SIGNATURE_HEADER = 'x-aupay-signature';

/** The lines that are signed are joined by LF; the first says what kind of thing it is. */
export function signatureOf(secret: string, lines: readonly string[]): string {
  return createHmac('sha256', secret).update(lines.join('\n'), 'utf8').digest('hex');
}

export const secondsOf = (at: Instant): string => String(Math.floor(at.epochMilliseconds / 1_000));

/** `path` from `/v1` on, with its query. */
export function requestHeaders(
  key: { readonly keyId: string; readonly secret: string },
  request: { readonly method: string; readonly path: string; readonly body: string },
  now: Instant,
): Record<string, string> {
  const timestamp = secondsOf(now);
  const lines = [request.method, request.path, timestamp, request.body];
  return {
    [KEY_ID_HEADER]: key.keyId,
    [TIMESTAMP_HEADER]: timestamp,
    [SIGNATURE_HEADER]: signatureOf(key.secret, lines),
  };
}

/** Compared in constant time, before anything of the body is read. */
export function isGenuineNotice(
  secret: string,
  request: { readonly headers: Readonly<Record<string, string>>; readonly body: string },
  now: Instant,
): boolean {
  const headers = new Map(
    Object.entries(request.headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
  const timestamp = headers.get(TIMESTAMP_HEADER) ?? '';
  const given = headers.get(SIGNATURE_HEADER) ?? '';
  if (!/^[0-9]{1,12}$/.test(timestamp)) return false;
  const expected = signatureOf(secret, ['NOTICE', timestamp, request.body]);
  if (!sameBytes(Buffer.from(given), Buffer.from(expected))) return false;
  const signedAt = Temporal.Instant.fromEpochMilliseconds(Number(timestamp) * 1_000);
  const earliest = now.subtract({ seconds: NOTICE_VALID_SECONDS });
  const latest = now.add({ seconds: NOTICE_VALID_SECONDS });
  return !isBefore(signedAt, earliest) && !isBefore(latest, signedAt);
}
