// One signed call of the Incentives API: SigV4 over exactly the documented headers, time-out, size
// limit. What an answer means is transform.ts's matter; nothing is repeated here.
import { type Request as SignedRequest, sign } from 'aws4';
import type { Instant } from '../../base/clock.ts';
import type { AmazonConfig } from './config.ts';
import type { Operation } from './transform.ts';

/** `lost`: nobody knows what Amazon did. Whether a request left at all is not told apart. */
export type CallResult =
  | { readonly kind: 'answer'; readonly status: number; readonly body: unknown }
  | { readonly kind: 'lost'; readonly detail: string };

export interface WireDependencies {
  readonly fetch: typeof fetch;
  /** Wall time: signatures live a few minutes. */
  readonly now: () => Instant;
}

const MAX_ANSWER_BYTES = 256 * 1024;
const SERVICE = 'AGCODService';

export async function callAmazon(
  dependencies: WireDependencies,
  config: AmazonConfig,
  operation: Operation,
  body: object,
  signal: AbortSignal,
): Promise<CallResult> {
  const url = new URL(`${config.baseUrl}/${operation}`);
  const text = JSON.stringify(body);
  const headers = signedHeaders(config, operation, url, text, dependencies.now());
  const limit = AbortSignal.any([signal, AbortSignal.timeout(config.timeoutMs)]);
  try {
    const response = await dependencies.fetch(url, {
      method: 'POST',
      headers,
      body: text,
      redirect: 'manual',
      signal: limit,
    });
    const answer = parseJson(await readLimited(response, MAX_ANSWER_BYTES));
    return { kind: 'answer', status: response.status, body: answer };
  } catch (error) {
    return { kind: 'lost', detail: failureOf(error) };
  }
}

/** The headers to send; `host` is signed and left to the client, which knows it from the URL. */
function signedHeaders(
  config: AmazonConfig,
  operation: Operation,
  url: URL,
  body: string,
  now: Instant,
): Record<string, string> {
  const seconds = now.toString({ smallestUnit: 'second' });
  const request: SignedRequest & { extraHeadersToIgnore: Record<string, boolean> } = {
    method: 'POST',
    host: url.host,
    path: url.pathname,
    service: SERVICE,
    region: config.region,
    body,
    headers: {
      accept: 'application/json',
      'content-type': 'application/json',
      host: url.host,
      'x-amz-date': seconds.replaceAll(/[-:]/g, ''),
      'x-amz-target': `com.amazonaws.agcod.${SERVICE}.${operation}`,
    },
    // The HTTP client counts the bytes itself; the documented form does not sign their number.
    extraHeadersToIgnore: { 'content-length': true },
  };
  const { accessKeyId, secretAccessKey } = config;
  const signed = sign(request, { accessKeyId, secretAccessKey }).headers ?? {};
  const { host: _host, 'Content-Length': _length, ...headers } = signed;
  return headers as Record<string, string>;
}

/** @throws where the answer is longer than `maxBytes`, or breaks off. */
export async function readLimited(response: Response, maxBytes: number): Promise<string> {
  if (response.body === null) return '';
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body) {
    size += chunk.byteLength;
    if (size > maxBytes) throw new Error('answer is too long');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** By code and name only: messages may hold addresses with credentials in them. */
export function failureOf(error: unknown): string {
  const name = error instanceof Error ? error.name : 'unknown';
  if (name === 'TimeoutError') return 'no answer in time';
  const cause =
    error instanceof Error ? (error.cause as { code?: unknown } | undefined) : undefined;
  return `no answer (${typeof cause?.code === 'string' ? cause.code : name})`;
}
