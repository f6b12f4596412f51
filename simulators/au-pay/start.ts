// Starts the wallet: journal, HTTP, notices and the tick that makes time pass. The command line is
// in main.ts; tests start the wallet in their own process through here.

import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { World } from './books.ts';
import { answerControl, type ControlOptions } from './control/control.ts';
import { reachNow } from './due.ts';
import { createNotices, type Notices } from './notices.ts';
import { answerPhone } from './phone/phone.ts';
import { openWallet, type Wallet } from './wallet.ts';
import { answerWire } from './wire/wire.ts';

export interface AuPaySimulatorOptions {
  /** 0: any free port. */
  readonly port: number;
  readonly dataDir: string;
  readonly host?: string;
  /** Absent: one is made and kept in the data directory. */
  readonly controlToken?: string;
  /** Wall clock in milliseconds. */
  readonly wallNow?: () => number;
  /** How often clocks and notices are looked at. */
  readonly tickMs?: number;
}

export interface AuPaySimulator {
  /** `http://host:port`: the phones. A contract says where its wire is. */
  readonly url: string;
  /** `http://host:port/control` */
  readonly controlUrl: string;
  readonly controlToken: string;
  readonly close: () => Promise<void>;
}

const TICK_MS = 50;

/** Rejects when the port is taken or the journal cannot be read. */
export async function startAuPaySimulator(options: AuPaySimulatorOptions): Promise<AuPaySimulator> {
  const host = options.host ?? '127.0.0.1';
  const wallet = openWallet({
    dataDir: options.dataDir,
    wallNow: options.wallNow ?? Date.now,
  });
  const notices = createNotices(wallet);
  const token = options.controlToken ?? keptToken(options.dataDir);
  let origin = '';
  const server = createHttp({ wallet, notices, token, origin: () => origin });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, host, resolve);
  });
  origin = `http://${host}:${(server.address() as AddressInfo).port}`;
  const passTime = (world: World) => {
    reachNow(wallet, world);
    notices.kick(world);
  };
  const tick = setInterval(() => {
    for (const world of wallet.books.worlds.values()) passTime(world);
  }, options.tickMs ?? TICK_MS);
  return {
    url: origin,
    controlUrl: `${origin}/control`,
    controlToken: token,
    close: () => stop(server, notices, wallet, tick),
  };
}

function keptToken(dataDir: string): string {
  const path = join(dataDir, 'control-token');
  if (!existsSync(path)) {
    writeFileSync(path, randomBytes(24).toString('base64url'), { mode: 0o600 });
  }
  return readFileSync(path, 'utf8');
}

function createHttp(control: ControlOptions): Server {
  const { wallet, notices } = control;
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const target = request.url ?? '/';
    if (target.startsWith('/aupay/')) {
      const path = target.slice('/aupay'.length);
      await answerWire(wallet, request, response, path, notices.kick);
    } else if (target.startsWith('/control/')) {
      await answerControl(control, request, response, target.slice('/control'.length));
    } else await answerPhone(wallet, request, response, target);
  }
  return createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      // A caller that hangs up in the middle of its request is not the wallet's fault.
      if (request.destroyed && !request.complete) return;
      throw error;
    });
  });
}

async function stop(
  server: Server,
  notices: Notices,
  wallet: Wallet,
  tick: NodeJS.Timeout,
): Promise<void> {
  clearInterval(tick);
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  await notices.close();
  const patience = setTimeout(() => server.closeAllConnections(), 1_000);
  await closed;
  clearTimeout(patience);
  wallet.close();
}
