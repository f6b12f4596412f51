// Whether a request comes from a page of our own, as the browser says (Origin, Sec-Fetch-Site), and
// what passkeys are bound to. On a developer's machine 127.0.0.1 and localhost are the same place.
import type { FastifyRequest } from 'fastify';

const LOOPBACK = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

export const isLoopback = (hostname: string) => LOOPBACK.test(hostname);

export interface OwnPlace {
  /** `https://pay.example.jp`, without a path. */
  readonly origin: string;
  /** What passkeys are bound to; browsers take a name, never an address. */
  readonly hostname: string;
}

/** Where the browser that sent this request stands, if that is with us. */
export function ownPlace(request: FastifyRequest, publicUrl: string): OwnPlace {
  const url = new URL(publicUrl);
  if (!isLoopback(url.hostname)) return { origin: url.origin, hostname: url.hostname };
  const here = URL.parse(`${url.protocol}//${request.headers.host ?? url.host}`) ?? url;
  const origin = isLoopback(here.hostname) ? here.origin : url.origin;
  const named = new URL(origin.replace(/\/\/(?:127\.\d+\.\d+\.\d+|\[::1\])(?=:|$)/, '//localhost'));
  return { origin: named.origin, hostname: named.hostname };
}

/**
 * True where the browser says that the page which sent this is ours. A request without both headers
 * is of no browser of today, and is not believed.
 */
export function isFromOwnPage(request: FastifyRequest, publicUrl: string): boolean {
  const { origin } = request.headers;
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin') return false;
  if (origin === undefined) return site === 'same-origin';
  const url = new URL(publicUrl);
  if (origin === url.origin) return true;
  const from = URL.parse(origin);
  const isHere = from !== null && isLoopback(url.hostname) && isLoopback(from.hostname);
  return isHere && from.host === request.headers.host;
}
