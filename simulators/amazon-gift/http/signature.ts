// Signature Version 4, verified: whose call it is and whether the key's holder made exactly this
// one, now. An own reading of the public procedure; it shares no code with those who sign.
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { World } from '../books.ts';

export const REGION = 'us-west-2';
export const SERVICE = 'AGCODService';

export interface SignedCall {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

export interface Authorization {
  readonly accessKeyId: string;
  readonly day: string;
  readonly scope: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
}

export type SignatureFault = 'InvalidSignature' | 'RequestExpired' | 'MissingSignedHeader';

/** How far a caller's clock may be off. */
const SKEW_MS_MAX = 15 * 60 * 1000;
const MUST_BE_SIGNED = ['host', 'x-amz-date', 'x-amz-target'];

const AUTHORIZATION = new RegExp(
  [
    '^AWS4-HMAC-SHA256 Credential=([^/,\\s]+)/(\\d{8})/([^/,]+/[^/,]+/[^/,]+)',
    ' ?SignedHeaders=([a-z0-9;-]+)',
    ' ?Signature=([0-9a-f]{64})$',
  ].join(','),
);

const sha256 = (data: Buffer | string) => createHash('sha256').update(data).digest('hex');
const hmac = (key: Buffer | string, text: string) =>
  createHmac('sha256', key).update(text).digest();

/** Undefined where the header is missing or has not the form. */
export function readAuthorization(header: unknown): Authorization | undefined {
  if (typeof header !== 'string' || header.length > 1_000) return undefined;
  const match = AUTHORIZATION.exec(header);
  if (match === null) return undefined;
  const [, accessKeyId, day, scope, signedHeaders, signature] = match as unknown as string[];
  return {
    accessKeyId: accessKeyId!,
    day: day!,
    scope: scope!,
    signedHeaders: signedHeaders!.split(';'),
    signature: signature!,
  };
}

/** What is wrong with the signature, or null. `wallNowMs`: signatures live by the wall clock. */
export function signatureFault(
  world: World,
  call: SignedCall,
  given: Authorization,
  wallNowMs: number,
): SignatureFault | null {
  const { signedHeaders } = given;
  if (MUST_BE_SIGNED.some((name) => !signedHeaders.includes(name))) return 'MissingSignedHeader';
  const moment = String(call.headers['x-amz-date'] ?? '');
  const at = momentOf(moment);
  if (at === undefined || !moment.startsWith(given.day)) return 'InvalidSignature';
  if (Math.abs(at - wallNowMs) > SKEW_MS_MAX) return 'RequestExpired';
  if (given.scope !== `${REGION}/${SERVICE}/aws4_request`) return 'InvalidSignature';
  const canonical = [
    call.method,
    call.path,
    '',
    ...signedHeaders.map((name) => `${name}:${headerText(call.headers[name])}`),
    '',
    signedHeaders.join(';'),
    sha256(call.body),
  ].join('\n');
  const scope = `${given.day}/${given.scope}`;
  const toSign = ['AWS4-HMAC-SHA256', moment, scope, sha256(canonical)].join('\n');
  const key = given.scope
    .split('/')
    .reduce((so, part) => hmac(so, part), hmac(`AWS4${world.secretAccessKey}`, given.day));
  const expected = hmac(key, toSign);
  return timingSafeEqual(expected, Buffer.from(given.signature, 'hex')) ? null : 'InvalidSignature';
}

function momentOf(text: string): number | undefined {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  if (match === null) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1).map(Number);
  return Date.UTC(year!, month! - 1, day, hour, minute, second);
}

function headerText(value: string | string[] | undefined): string {
  const text = Array.isArray(value) ? value.join(',') : (value ?? '');
  return text.trim().replaceAll(/ +/g, ' ');
}
