// For the contract tests: the receiving end of a rail's webhooks.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Notice } from './rail-world.contract.ts';

/** Keeps every notice; `take` waits for so many. */
export async function receiveNotices() {
  const waiting: Notice[] = [];
  let wake = () => {};
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const headers = Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
    );
    waiting.push({ headers, body: Buffer.concat(chunks).toString('utf8') });
    response.end();
    wake();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/notices`,
    async take(count: number): Promise<readonly Notice[]> {
      while (waiting.length < count) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      return waiting;
    },
    close(): Promise<void> {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
