// A light load generator: N keep-alive connections, one request in flight on each. It shares the
// machine with what it measures, so requests are ready-made text and of an answer only status and
// length are read.
import net from 'node:net';

export interface Answer {
  readonly status: number;
  readonly durationMs: number;
  /** The whole answer as it came, head and body, latin1. */
  readonly text: string;
}

export interface Drive {
  readonly url: string;
  readonly connections: number;
  /** The next request as HTTP text, or undefined when there is no more. */
  readonly next: () => string | undefined;
  readonly onAnswer: (answer: Answer) => void;
}

/** Resolves when every connection has run out of requests. Throws where one breaks. */
export async function drive(options: Drive): Promise<void> {
  const { hostname, port } = new URL(options.url);
  const one = () => driveOne(options, { host: hostname, port: Number(port) });
  await Promise.all(Array.from({ length: options.connections }, one));
}

/** An HTTP/1.1 request as text. */
export function requestText(request: {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly key: string;
  readonly json?: string;
}): string {
  const { method, path, key, json } = request;
  const head = `${method} ${path} HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer ${key}\r\n`;
  if (json === undefined) return `${head}\r\n`;
  const length = Buffer.byteLength(json);
  return `${head}content-type: application/json\r\ncontent-length: ${length}\r\n\r\n${json}`;
}

function driveOne(options: Drive, to: { host: string; port: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = net.connect(to);
    socket.setNoDelay(true);
    let received = '';
    let startedAt = 0;
    const send = () => {
      const request = options.next();
      if (request === undefined) return socket.end(resolve);
      startedAt = performance.now();
      return socket.write(request);
    };
    socket.once('connect', send);
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('the server closed a connection')));
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1');
      if (!isWhole(received)) return;
      const status = Number(received.slice(9, 12));
      options.onAnswer({ status, durationMs: performance.now() - startedAt, text: received });
      received = '';
      send();
    });
  });
}

function isWhole(received: string): boolean {
  const headEnd = received.indexOf('\r\n\r\n');
  if (headEnd < 0) return false;
  const at = received.indexOf('content-length: ');
  if (at < 0 || at > headEnd) throw new Error('an answer without content-length');
  const length = Number.parseInt(received.slice(at + 16, at + 28), 10);
  return received.length >= headEnd + 4 + length;
}
