// A way to PostgreSQL that can be cut at the worst moment: while COMMIT is under way, before the
// server has it or after.
import { type Line, startRelay } from './relay.ts';

export interface DatabaseProxy {
  readonly url: string;
  /** The next COMMIT that passes is the last thing its connection does. */
  cutAtCommit(when: 'before' | 'after'): void;
  /** How many connections were cut. */
  readonly cut: number;
  close(): Promise<void>;
}

const COMMIT = Buffer.from('commit\0');
const COMMITTED = Buffer.from('COMMIT\0');

export async function startDatabaseProxy(databaseUrl: string): Promise<DatabaseProxy> {
  const url = new URL(databaseUrl);
  const target = new URL(databaseUrl);
  let armed: 'before' | 'after' | undefined;
  let cut = 0;

  function carry({ client, server, end }: Line): void {
    let isEnding = false;
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
      else if (bytes.includes(COMMITTED)) end();
    });
  }

  const relay = await startRelay(() => target, carry);
  url.port = `${relay.port}`;
  url.hostname = '127.0.0.1';
  return {
    url: url.href,
    cutAtCommit(when) {
      armed = when;
    },
    get cut() {
      return cut;
    },
    close: relay.close,
  };
}
