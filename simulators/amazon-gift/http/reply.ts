// Answers as they leave: JSON, pages, redirects; and nothing at all, for an answer that is lost.
import type { ServerResponse } from 'node:http';

export interface Reply {
  readonly status: number;
  /** An object becomes JSON; a text is sent as it is. */
  readonly body?: object | string;
  readonly headers?: Readonly<Record<string, string>>;
}

export const json = (status: number, body: object): Reply => ({ status, body });

const PAGE_HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
  'referrer-policy': 'no-referrer',
};

export const page = (status: number, body: string): Reply => ({
  status,
  body,
  headers: PAGE_HEADERS,
});

/** 303: the browser goes on by GET, also after a form. */
export const redirect = (location: string): Reply => ({ status: 303, headers: { location } });

export function send(response: ServerResponse, { status, body, headers }: Reply): void {
  if (response.destroyed) return;
  const isObject = typeof body === 'object';
  const type = isObject ? { 'content-type': 'application/json;charset=UTF-8' } : {};
  response.writeHead(status, { ...type, ...headers });
  response.end(isObject ? JSON.stringify(body) : body);
}
