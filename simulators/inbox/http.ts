// Reading and answering HTTP in the inbox: bounded bodies, JSON, pages.
import type { IncomingMessage, ServerResponse } from 'node:http';

const BODY_MAX_BYTES = 65_536;

export async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > BODY_MAX_BYTES) throw new Error('body too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

export function sendJson(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}

/** A page with a policy of its own: nothing is loaded from anywhere. */
export function sendPage(response: ServerResponse, page: string, policy: string): void {
  const headers = {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': policy,
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
  };
  response.writeHead(200, headers).end(page);
}
