// Starts the ATM network: journal, HTTP, notices and the tick that makes time pass. The command
// line is in main.ts; tests start it in their own process through here.

import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { ControlOptions } from './control/control.ts';
import { answerControl } from './control/control.ts';
import { send } from './messages.ts';
import { openNetwork } from './network.ts';
import { createNotices } from './notices.ts';
import { expireDue } from './receipts.ts';
import { answerScreen } from './screen/screen.ts';
import { failure } from './wire/calls.ts';
import { answerWire } from './wire/wire.ts';

export interface SevenAtmSimulatorOptions {
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

export interface SevenAtmSimulator {
  /** `http://host:port`: the wire is under `/v1`, the ATM at `/`, the register at `/register`. */
  readonly url: string;
  /** `http://host:port/control` */
  readonly controlUrl: string;
  readonly controlToken: string;
  readonly close: () => Promise<void>;
}

const TICK_MS = 250;

/** Rejects when a port is taken or the journal cannot be read. */
export async function startSevenAtmSimulator(
  options: SevenAtmSimulatorOptions,
): Promise<SevenAtmSimulator> {
  const host = options.host ?? '127.0.0.1';
  const network = openNetwork(options.dataDir, options.wallNow ?? Date.now);
  const notices = createNotices(network);
  const token = options.controlToken ?? keptToken(options.dataDir);
  const server = createHttp({ network, notices, token });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, host, resolve);
  });
  const tick = setInterval(() => {
    for (const world of network.books.worlds.values()) {
      expireDue(network, world);
      notices.kick(world);
    }
  }, options.tickMs ?? TICK_MS);
  const url = `http://${host}:${(server.address() as AddressInfo).port}`;
  return {
    url,
    controlUrl: `${url}/control`,
    controlToken: token,
    async close() {
      clearInterval(tick);
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      await notices.close();
      const patience = setTimeout(() => server.closeAllConnections(), 1_000);
      await closed;
      clearTimeout(patience);
      network.close();
    },
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
  const struck = new Set<string>();

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = URL.parse(request.url ?? '/', 'http://atm');
    if (!url) send(response, failure(404, 'no_such_call'));
    else if (url.pathname.startsWith('/control/')) {
      await answerControl(control, request, response, url.pathname.slice('/control'.length));
    } else if (url.pathname.startsWith('/v1/')) {
      await answerWire(control.network, struck, request, response, url);
    } else await answerScreen(control, request, response, url);
    for (const world of control.network.books.worlds.values()) control.notices.kick(world);
  }

  return createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      // A caller that hangs up in the middle of its request is not the network's fault.
      if (request.destroyed && !request.complete) return;
      throw error;
    });
  });
}
