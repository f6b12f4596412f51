// One signed call of the Incentives API: SigV4 over exactly the documented headers. What an answer
// means is transform.ts's matter; nothing is repeated here.
import aws4, { type Request as SignedRequest } from 'aws4';
import type { Instant } from '../../base/clock.ts';
import { callRail, type RailCallResult } from '../rail-call.ts';
import type { AmazonConfig } from './config.ts';
import type { Operation } from './transform.ts';

export interface WireDependencies {
  readonly fetch: typeof fetch;
  /** Wall time: signatures live a few minutes. */
  readonly now: () => Instant;
}

const SERVICE = 'AGCODService';

export function callAmazon(
  dependencies: WireDependencies,
  config: AmazonConfig,
  operation: Operation,
  fields: object,
  signal: AbortSignal,
): Promise<RailCallResult> {
  const url = new URL(`${config.baseUrl}/${operation}`);
  const body = JSON.stringify(fields);
  const headers = signedHeaders(config, operation, url, body, dependencies.now());
  const { timeoutMs } = config;
  const call = { method: 'POST', url: url.href, headers, body, timeoutMs } as const;
  return callRail(dependencies.fetch, call, signal);
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
  const signed = aws4.sign(request, { accessKeyId, secretAccessKey }).headers ?? {};
  const { host: _host, 'Content-Length': _length, ...headers } = signed;
  return headers as Record<string, string>;
}
