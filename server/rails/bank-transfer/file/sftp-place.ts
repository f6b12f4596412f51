// The exchange folder on the bank's SFTP server. One connection for one piece of work; the server
// must show the configured host key. SFTP has no fsync: what is durable there is the bank's
// promise.
import { createHash } from 'node:crypto';
import { connect } from 'node:net';
import SftpClient from 'ssh2-sftp-client';
import { sameBytes } from '../../../base/crypto.ts';
import type { SftpConfig } from './config.ts';
import type { Place, WithPlace } from './place.ts';

export function withSftp(config: SftpConfig): WithPlace {
  return async (signal, work) => {
    signal.throwIfAborted();
    const limit = AbortSignal.any([signal, AbortSignal.timeout(config.timeoutMs)]);
    const client = new SftpClient('kawase', { error: () => {}, end: () => {}, close: () => {} });
    // Small packets back and forth: without this each would wait for the other side's
    // acknowledgement.
    const sock = connect({ host: config.host, port: config.port, noDelay: true });
    const stopped = Promise.withResolvers<never>();
    stopped.promise.catch(() => {});
    const stop = () => {
      stopped.reject(limit.reason);
      sock.destroy();
    };
    limit.addEventListener('abort', stop, { once: true });
    const connected = client.connect({ ...credentials(config), sock });
    const done = connected.then(() => work(sftpPlace(client, limit)));
    try {
      return await Promise.race([done, stopped.promise]);
    } finally {
      limit.removeEventListener('abort', stop);
      // A server that hangs must not hold the work: the farewell is not awaited.
      client.end().catch(() => sock.destroy());
    }
  };
}

function credentials(config: SftpConfig): SftpClient.ConnectOptions {
  const { username, password, privateKey, passphrase, hostKey, timeoutMs } = config;
  return {
    username,
    ...(password === undefined ? {} : { password }),
    ...(privateKey === undefined ? {} : { privateKey }),
    ...(passphrase === undefined ? {} : { passphrase }),
    keepaliveInterval: 5_000,
    keepaliveCountMax: 3,
    readyTimeout: Math.min(timeoutMs, 20_000),
    hostVerifier: (key: Buffer) => {
      const fingerprint = createHash('sha256').update(key).digest('base64').replace(/=+$/, '');
      return sameBytes(Buffer.from(`SHA256:${fingerprint}`), Buffer.from(hostKey));
    },
  };
}

/** After `limit` no call begins: work that was given up must not go on behind the caller's back. */
function sftpPlace(client: SftpClient, limit: AbortSignal): Place {
  return {
    async list(folder) {
      limit.throwIfAborted();
      const entries = await client.list(folder);
      return entries
        .filter((entry) => entry.type === '-')
        .map((entry) => ({ name: entry.name, bytes: entry.size }))
        .sort((left, right) => (left.name < right.name ? -1 : 1));
    },
    async read(path, maxBytes) {
      limit.throwIfAborted();
      if ((await client.exists(path)) !== '-') return undefined;
      const { size } = await client.stat(path);
      if (size > maxBytes) throw new Error(`file exceeds ${maxBytes} bytes`);
      const content = await client.get(path);
      if (!Buffer.isBuffer(content)) throw new Error('SFTP get brought no bytes');
      return content;
    },
    async write(path, bytes) {
      limit.throwIfAborted();
      await client.put(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), path);
    },
    async rename(from, to) {
      limit.throwIfAborted();
      await client.rename(from, to);
    },
    async remove(path) {
      limit.throwIfAborted();
      await client.delete(path);
    },
    async makeFolder(path) {
      limit.throwIfAborted();
      if ((await client.exists(path)) === false) await client.mkdir(path, true);
    },
  };
}
