// A merchant's webhook receiver for tests: a real HTTP server that keeps what it got and answers as
// it is told.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ReceivedWebhook {
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: string;
  /** When it was read, by `performance.now()`. */
  readonly atMs: number;
  /** The parsed body. */
  readonly message: {
    readonly id: string;
    readonly type: string;
    readonly timestamp: string;
    readonly sequence: number;
    readonly data: Record<string, unknown>;
  };
}

export interface WebhookReceiver {
  readonly url: string;
  readonly port: number;
  readonly received: ReceivedWebhook[];
  /** How it answers from now on; 204 unless told otherwise. */
  answer(respond: (response: ServerResponse, webhook: ReceivedWebhook) => void): void;
  close(): Promise<void>;
}

export function status(code: number, headers: Record<string, string> = {}) {
  return (response: ServerResponse) => void response.writeHead(code, headers).end();
}

async function read(request: IncomingMessage): Promise<ReceivedWebhook> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const body = Buffer.concat(chunks).toString();
  const headers = request.headers as Record<string, string>;
  const atMs = performance.now();
  return { path: request.url ?? '', headers, body, atMs, message: JSON.parse(body) };
}

export async function startWebhookReceiver(): Promise<WebhookReceiver> {
  const received: ReceivedWebhook[] = [];
  let respond: (response: ServerResponse, webhook: ReceivedWebhook) => void = status(204);
  const server = createServer(async (request, response) => {
    const webhook = await read(request);
    received.push(webhook);
    respond(response, webhook);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/hooks`,
    port,
    received,
    answer(next) {
      respond = next;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
