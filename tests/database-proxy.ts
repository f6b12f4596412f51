// A way to PostgreSQL that can be cut at the worst moment: while COMMIT is under way, before the
// server has it or after.
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface DatabaseProxy {
  readonly url: string;
  /** The next COMMIT that passes is the last thing its connection does. */
  cutAtCommit(when: 'before' | 'after'): void;
  /** How many connections were cut. */
  readonly cut: number;
  close(): Promise<void>;
}

const COMMIT = Buffer.from('commit\0');

export async function startDatabaseProxy(databaseUrl: string): Promise<DatabaseProxy> {
  const target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  let armed: 'before' | 'after' | undefined;
  let cut = 0;

  function join(client: Socket): void {
    const server = connect(Number(target.port), target.hostname);
    let isEnding = false;
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
    client.on('data', (bytes: Buffer) => {
      if (armed === undefined || !bytes.includes(COMMIT)) {
        server.write(bytes);
        return;
      }
      cut += 1;
      const when = armed;
      armed = undefined;
      if (when === 'before') return end();
      isEnding = true;
      server.write(bytes);
    });
    server.on('data', (bytes: Buffer) => {
      // The server has answered, so it has done it; nobody hears of it.
      if (!isEnding) client.write(bytes);
      else if (bytes.includes(Buffer.from('COMMIT\0'))) end();
    });
  }

  const listener = createServer(join);
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const url = new URL(databaseUrl);
  url.port = `${(listener.address() as AddressInfo).port}`;
  url.hostname = '127.0.0.1';
  return {
    url: url.href,
    cutAtCommit(when) {
      armed = when;
    },
    get cut() {
      return cut;
    },
    close() {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => listener.close(() => resolve()));
    },
  };
}
