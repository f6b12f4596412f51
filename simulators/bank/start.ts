// Starts the bank: journal, HTTP, SFTP, webhooks and the tick that makes time pass. The command
// line is in main.ts; tests start the bank in their own process through here.

import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Bank } from './bank.ts';
import { openBank } from './bank.ts';
import type { BankCalendar } from './bank-calendar.ts';
import { japaneseBankCalendar } from './bank-calendar.ts';
import type { ControlOptions } from './control/control.ts';
import { answerControl } from './control/control.ts';
import { reachNow } from './due.ts';
import { resumeIntakes, scanOutbound } from './files/intake.ts';
import { send } from './http/messages.ts';
import { failure } from './http/reply.ts';
import type { Codes } from './http/token.ts';
import { answerWire } from './http/wire.ts';
import type { Notices } from './notices.ts';
import { createNotices } from './notices.ts';
import type { SftpServer } from './sftp.ts';
import { startSftp } from './sftp.ts';

export interface BankSimulatorOptions {
  /** 0: any free port. */
  readonly port: number;
  readonly dataDir: string;
  /** Absent: no SFTP; 0: any free port. */
  readonly sftpPort?: number;
  readonly host?: string;
  readonly bankCode?: string;
  /** Absent: one is made and kept in the data directory. */
  readonly controlToken?: string;
  readonly calendar?: BankCalendar;
  /** Wall clock in milliseconds. */
  readonly wallNow?: () => number;
  /** How often folders, clocks and webhooks are looked at. */
  readonly tickMs?: number;
}

export interface BankSimulator {
  /** `http://host:port/ganb/api` */
  readonly url: string;
  /** `http://host:port/control` */
  readonly controlUrl: string;
  readonly controlToken: string;
  readonly sftpPort: number | null;
  readonly close: () => Promise<void>;
}

const TICK_MS = 250;
const BASE_PATH = '/ganb/api';

/** Rejects when a port is taken or the journal cannot be read. */
export async function startBankSimulator(options: BankSimulatorOptions): Promise<BankSimulator> {
  const host = options.host ?? '127.0.0.1';
  const bank = openBank({
    dataDir: options.dataDir,
    bankCode: options.bankCode ?? '0310',
    calendar: options.calendar ?? japaneseBankCalendar(),
    wallNow: options.wallNow ?? Date.now,
  });
  for (const world of bank.books.worlds.values()) {
    resumeIntakes(bank, world);
    reachNow(bank, world);
  }
  const notices = createNotices(bank);
  const sftp =
    options.sftpPort === undefined ? null : await startSftp(bank, host, options.sftpPort);
  const controlToken = options.controlToken ?? keptToken(options.dataDir);
  const control = { bank, notices, token: controlToken, sftp: { host, port: sftp?.port ?? null } };
  const server = createHttp(bank, control);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, host, resolve);
  });
  const tick = setInterval(() => passTime(bank, notices), options.tickMs ?? TICK_MS);
  const origin = `http://${host}:${(server.address() as AddressInfo).port}`;
  return {
    url: origin + BASE_PATH,
    controlUrl: `${origin}/control`,
    controlToken,
    sftpPort: sftp?.port ?? null,
    close: () => stop(server, sftp, notices, bank, tick),
  };
}

function keptToken(dataDir: string): string {
  const path = join(dataDir, 'control-token');
  if (!existsSync(path)) {
    writeFileSync(path, randomBytes(24).toString('base64url'), { mode: 0o600 });
  }
  return readFileSync(path, 'utf8');
}

function createHttp(bank: Bank, control: ControlOptions): Server {
  const codes: Codes = new Map();

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = URL.parse(request.url ?? '/', 'http://bank');
    if (!url) {
      send(response, failure(404, 'WG_ERR_301', '該当するAPIがありません'));
      return;
    }
    const path = url.pathname.startsWith(`${BASE_PATH}/`)
      ? url.pathname.slice(BASE_PATH.length)
      : url.pathname;
    if (path.startsWith('/control/')) {
      const rest = path.slice('/control'.length);
      await answerControl(control, request, response, rest, url.searchParams);
    } else await answerWire(bank, codes, request, response, path, url.searchParams);
  }

  return createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      // A caller that hangs up in the middle of its request is not the bank's fault.
      if (request.destroyed && !request.complete) return;
      throw error;
    });
  });
}

function passTime(bank: Bank, notices: Notices): void {
  for (const world of bank.books.worlds.values()) {
    scanOutbound(bank, world);
    reachNow(bank, world);
    notices.kick(world);
  }
}

async function stop(
  server: Server,
  sftp: SftpServer | null,
  notices: Notices,
  bank: Bank,
  tick: NodeJS.Timeout,
): Promise<void> {
  clearInterval(tick);
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  await sftp?.close();
  await notices.close();
  const patience = setTimeout(() => server.closeAllConnections(), 1_000);
  await closed;
  clearTimeout(patience);
  bank.close();
}
