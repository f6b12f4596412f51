// The SFTP server over the exchange folders: listening and signing in. Each user is a world; what
// it may do then is in sftp-session.ts.

import { timingSafeEqual } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { AuthContext, Connection } from 'ssh2';
import ssh2 from 'ssh2';
import type { Bank } from './bank.ts';
import type { World } from './books.ts';
import { answerSftp } from './sftp-session.ts';

export interface SftpServer {
  readonly port: number;
  readonly close: () => Promise<void>;
}

export async function startSftp(bank: Bank, host: string, port: number): Promise<SftpServer> {
  const clients = new Set<Connection>();
  const server = new ssh2.Server({ hostKeys: [hostKey(bank.dataDir)] }, (client) => {
    clients.add(client);
    client.on('close', () => clients.delete(client));
    // A peer that breaks off is no error of ours; its connection closes by itself.
    client.on('error', () => clients.delete(client));
    serve(bank, client);
  });
  // Without this every small answer waits for the peer's delayed acknowledgement.
  const listener = createServer({ noDelay: true }, (socket) => server.injectSocket(socket));
  await new Promise<void>((resolve, reject) => {
    listener.once('error', reject);
    listener.listen(port, host, () => resolve());
  });
  return {
    port: (listener.address() as AddressInfo).port,
    close() {
      const closed = new Promise<void>((resolve) => listener.close(() => resolve()));
      for (const client of clients) client.end();
      return closed;
    },
  };
}

function hostKey(dataDir: string): string {
  const path = join(dataDir, 'sftp-host-key');
  if (!existsSync(path)) {
    writeFileSync(path, ssh2.utils.generateKeyPairSync('ed25519').private, { mode: 0o600 });
  }
  return readFileSync(path, 'utf8');
}

function serve(bank: Bank, client: Connection): void {
  let world: World | undefined;
  client.on('authentication', (context) => {
    const wanted = bank.books.worlds.get(context.username);
    if (wanted?.faults.down) {
      client.end();
      return;
    }
    if (wanted && isGenuine(wanted, context)) {
      world = wanted;
      context.accept();
    } else context.reject(['password', 'publickey']);
  });
  client.on('session', (acceptSession) => {
    acceptSession().on('sftp', (acceptSftp) => {
      if (world) answerSftp(bank, world, client, acceptSftp());
    });
  });
}

function isGenuine(world: World, context: AuthContext): boolean {
  if (context.method === 'password') {
    const given = Buffer.from(context.password);
    const known = Buffer.from(world.sftpPassword);
    return given.length === known.length && timingSafeEqual(given, known);
  }
  if (context.method !== 'publickey' || world.settings.sftpPublicKey === null) return false;
  const key = ssh2.utils.parseKey(world.settings.sftpPublicKey);
  if (key instanceof Error || !key.getPublicSSH().equals(context.key.data)) return false;
  // Without a signature the client only asks whether the key would do.
  if (!context.signature || !context.blob) return true;
  return key.verify(context.blob, context.signature, context.hashAlgo) === true;
}
