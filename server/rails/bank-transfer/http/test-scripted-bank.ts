// For tests: an HTTP server that answers what a test says, request by request, and keeps what it
// was asked.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export type Reply = (asked: Asked, response: ServerResponse) => void;

export interface ScriptedBank {
  readonly url: string;
  readonly asked: Asked[];
  /** How every further request is answered. */
  answer(reply: Reply): void;
  close(): Promise<void>;
}

export async function startScriptedBank(): Promise<ScriptedBank> {
  const asked: Asked[] = [];
  let reply: Reply = json(200, {});
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const url = new URL(request.url ?? '/', 'http://bank.example');
    const one: Asked = {
      method: request.method ?? '',
      path: url.pathname,
      query: url.searchParams,
      headers: request.headers,
      body: Buffer.concat(chunks).toString('utf8'),
    };
    asked.push(one);
    reply(one, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    answer(next) {
      reply = next;
    },
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

export function json(status: number, body: unknown, headers: Record<string, string> = {}): Reply {
  return (_asked, response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify(body));
  };
}

export function text(status: number, body: string): Reply {
  return (_asked, response) => {
    response.writeHead(status, { 'content-type': 'text/html' });
    response.end(body);
  };
}

/** The connection dies: before any byte of the answer, or in the middle of it. */
export function cut(half?: string): Reply {
  return (_asked, response) => {
    if (half === undefined) {
      response.destroy();
      return;
    }
    response.writeHead(200, { 'content-length': String(half.length * 2) });
    response.write(half, () => response.destroy());
  };
}

/** Answers each request with the next reply, the last one again and again. */
export function inTurn(...replies: Reply[]): Reply {
  let turn = 0;
  return (asked, response) => {
    replies[Math.min(turn++, replies.length - 1)]!(asked, response);
  };
}
