// Reads a request's body up to a limit and writes a reply.

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Reply } from './reply.ts';

/** The body; undefined when it is longer than `bytesMax`. Throws when the sender breaks off. */
export async function readBody(
  request: IncomingMessage,
  bytesMax: number,
): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  // Not destroying the request on an early return leaves the connection for the refusal.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    length += (chunk as Buffer).length;
    if (length > bytesMax) return undefined;
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}

/** `close`: the connection is given up, for what is left of a body nobody will read. */
export function send(response: ServerResponse, reply: Reply, close = false): void {
  if (response.destroyed) return;
  const headers: Record<string, string> = { ...reply.headers };
  if (close) headers.connection = 'close';
  if (reply.body === undefined) {
    response.writeHead(reply.status, headers);
    response.end();
    return;
  }
  response.writeHead(reply.status, {
    'content-type': 'application/json;charset=UTF-8',
    ...headers,
  });
  response.end(JSON.stringify(reply.body));
}
