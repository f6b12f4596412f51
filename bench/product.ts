// The product under measurement: the real server process, answering requests only
// (KAWASE_ROLE=api), with what it takes at its peak. Logging is off and the rate limit out of the
// way; everything else is as shipped.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import readline from 'node:readline';
import type { World } from './world.ts';

export interface Product {
  readonly url: string;
  /** The most memory it ever held; undefined where the system does not tell (/proc). */
  peakMegabytes(): number | undefined;
  stop(): Promise<void>;
}

const MAIN = path.resolve(import.meta.dirname, '..', 'server', 'main.ts');

/** `environment`: what it is told beside that. */
export async function startProduct(
  world: Pick<World, 'databaseUrl' | 'keyring'>,
  environment: Readonly<Record<string, string>> = {},
): Promise<Product> {
  const child = spawn(process.execPath, [MAIN], {
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      DATABASE_URL: world.databaseUrl,
      KAWASE_KEYRING: JSON.stringify(world.keyring),
      KAWASE_ROLE: 'api',
      KAWASE_LOG_LEVEL: 'silent',
      KAWASE_LOG_REQUESTS: 'off',
      KAWASE_REQUESTS_PER_SECOND: '1000000',
      PORT: '0',
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const endWithUs = () => child.kill('SIGKILL');
  process.once('exit', endWithUs);
  const url = await Promise.race([
    firstLine(child.stdout).then((line) => (JSON.parse(line) as { url: string }).url),
    ended.then((code) => Promise.reject(new Error(`the server ended with ${code} at its start`))),
  ]);
  return {
    url,
    peakMegabytes() {
      const status = `/proc/${child.pid}/status`;
      if (!fs.existsSync(status)) return undefined;
      const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(fs.readFileSync(status, 'utf8')) ?? [];
      return kilobytes === undefined ? undefined : Math.round(Number(kilobytes) / 1024);
    },
    async stop() {
      child.kill('SIGTERM');
      await ended;
      process.off('exit', endWithUs);
    },
  };
}

function firstLine(stream: NodeJS.ReadableStream): Promise<string> {
  return new Promise((resolve) => readline.createInterface(stream).once('line', resolve));
}
