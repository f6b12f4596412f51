// A relay of TCP connections between a client and a server, which a test may cut where it likes.
// What is carried, and when a line breaks, is for whoever starts it: database-proxy.ts for
// PostgreSQL, browser/front.ts for HTTP.
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface Line {
  readonly client: Socket;
  readonly server: Socket;
  /** Breaks it towards both. */
  end(): void;
}

export interface Relay {
  readonly port: number;
  close(): Promise<void>;
}

/** `target`: where a new line leads. `carry`: takes over the bytes of both sides. */
export async function startRelay(target: () => URL, carry: (line: Line) => void): Promise<Relay> {
  const sockets = new Set<Socket>();

  function join(client: Socket): void {
    const { port, hostname } = target();
    const server = connect(Number(port), hostname);
    const end = () => {
      client.destroy();
      server.destroy();
    };
    for (const socket of [client, server]) {
      sockets.add(socket);
      socket.on('error', end);
      socket.on('close', () => {
        sockets.delete(socket);
        end();
      });
    }
    carry({ client, server, end });
  }

  const listener = createServer(join);
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  return {
    port: (listener.address() as AddressInfo).port,
    close() {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => listener.close(() => resolve()));
    },
  };
}
