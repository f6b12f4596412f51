// Reads a request's body up to a limit, and writes answers of every kind this server gives.

import type { IncomingMessage, ServerResponse } from 'node:http';

export interface Reply {
  readonly status: number;
  readonly type: 'json' | 'csv' | 'html' | 'css' | 'js';
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const CONTENT_TYPES: Readonly<Record<Reply['type'], string>> = {
  json: 'application/json; charset=utf-8',
  csv: 'text/csv; charset=utf-8',
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
};

export const json = (status: number, value: object): Reply => ({
  status,
  type: 'json',
  body: JSON.stringify(value),
});

/** The body; undefined when it is longer than `bytesMax`. Throws when the sender breaks off. */
export async function readBody(
  request: IncomingMessage,
  bytesMax: number,
): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  // Not destroying the request on an early return leaves the connection for the refusal.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    length += (chunk as Buffer).length;
    if (length > bytesMax) return undefined;
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString('utf8');
}

export function send(response: ServerResponse, reply: Reply): void {
  if (response.destroyed) return;
  response.writeHead(reply.status, {
    'content-type': CONTENT_TYPES[reply.type],
    // What is left of a body nobody read must not be taken for the next request.
    ...(reply.status === 413 ? { connection: 'close' } : {}),
    ...reply.headers,
  });
  response.end(reply.body);
}

/** The fields of a JSON object; undefined for anything else. */
export function fieldsOf(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as Readonly<Record<string, unknown>>) : undefined;
  } catch {
    return undefined;
  }
}
