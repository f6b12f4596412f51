// Starts the simulator: journal and HTTP. The command line is in main.ts; tests start it in their
// own process through here.
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { readBody } from '../bank/http/messages.ts';
import { answerControl, type Control } from './control.ts';
import { answerBalance, home } from './http/balance.ts';
import { answerIncentives, isOperation } from './http/incentives.ts';
import {
  authorize,
  issueToken,
  type LoginDesk,
  openLoginDesk,
  profile,
  tokenInfo,
  worldOfLogin,
} from './http/login.ts';
import { problemPage } from './http/pages.ts';
import { json, page, type Reply, send } from './http/reply.ts';
import { openProvider, type Provider } from './provider.ts';

export interface AmazonGiftSimulatorOptions {
  /** 0: any free port. */
  readonly port: number;
  readonly dataDir: string;
  readonly host?: string;
  /** Absent: one is made and kept in the data directory. */
  readonly controlToken?: string;
  /** Wall clock in milliseconds. */
  readonly wallNow?: () => number;
}

export interface AmazonGiftSimulator {
  /** `http://host:port` */
  readonly url: string;
  /** `http://host:port/control` */
  readonly controlUrl: string;
  readonly controlToken: string;
  readonly close: () => Promise<void>;
}

const BODY_BYTES_MAX = 64 * 1024;
const CLOSE_PATIENCE_MS = 1_000;

/** Rejects when the port is taken or the journal cannot be read. */
export async function startAmazonGiftSimulator(
  options: AmazonGiftSimulatorOptions,
): Promise<AmazonGiftSimulator> {
  const host = options.host ?? '127.0.0.1';
  const provider = openProvider(options.dataDir, options.wallNow ?? Date.now);
  const token = options.controlToken ?? keptToken(options.dataDir);
  const desk = openLoginDesk();
  const server = createServer((request, response) => {
    const { port } = server.address() as AddressInfo;
    const control = { provider, token, origin: `http://${host}:${port}` };
    answer(control, desk, request, response).catch((error: unknown) => {
      // A caller that hangs up in the middle of its request is not the simulator's fault.
      if (request.destroyed && !request.complete) return;
      throw error;
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, host, resolve);
  });
  const url = `http://${host}:${(server.address() as AddressInfo).port}`;
  const close = async (): Promise<void> => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeIdleConnections();
    const patience = setTimeout(() => server.closeAllConnections(), CLOSE_PATIENCE_MS);
    await closed;
    clearTimeout(patience);
    provider.close();
  };
  return { url, controlUrl: `${url}/control`, controlToken: token, close };
}

function keptToken(dataDir: string): string {
  const path = join(dataDir, 'control-token');
  if (!existsSync(path)) {
    writeFileSync(path, randomBytes(24).toString('base64url'), { mode: 0o600 });
  }
  return readFileSync(path, 'utf8');
}

async function answer(
  control: Control,
  desk: LoginDesk,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { provider } = control;
  const { method = 'GET', headers } = request;
  const body = await readBody(request, BODY_BYTES_MAX);
  const url = URL.parse(request.url ?? '/', 'http://amazon-gift');
  if (body === undefined || url === null) {
    response.setHeader('connection', 'close');
    send(response, json(413, { error: 'too large, or no address' }));
    return;
  }
  const { pathname: path, searchParams: query } = url;
  if (path.startsWith('/control/')) {
    const call = { method, path: path.slice('/control'.length), body };
    send(response, answerControl(control, { ...call, token: headers['x-control-token'] }));
  } else if (method === 'POST' && isOperation(path)) {
    await answerIncentives(provider, request, response, path, body);
  } else {
    const form = method === 'POST' ? new URLSearchParams(body.toString('utf8')) : undefined;
    const called: Visit = { path, query, form, authorization: headers.authorization };
    const reply = isDown(provider, desk, called) ? undefined : visit(provider, desk, called);
    if (reply === undefined) response.destroy();
    else send(response, reply);
  }
}

interface Visit {
  readonly path: string;
  readonly query: URLSearchParams;
  /** Undefined for GET. */
  readonly form: URLSearchParams | undefined;
  readonly authorization: string | undefined;
}

/** Pages and the login's own calls. */
function visit(
  provider: Provider,
  desk: LoginDesk,
  { path, query, form, authorization }: Visit,
): Reply {
  if (path === '/ap/oa') return authorize(provider, desk, form ?? query, form !== undefined);
  if (path === '/auth/o2/token' && form) return issueToken(provider, desk, form);
  if (path === '/auth/o2/tokeninfo' && !form) return tokenInfo(provider, desk, query);
  if (path === '/user/profile' && !form) return profile(provider, desk, authorization);
  if (path.startsWith('/w/')) return answerBalance(provider, path, query, form);
  if (path === '/' && !form) return home(provider);
  return page(404, problemPage('ページがありません', '住所（URL）を確かめてください。'));
}

function isDown(provider: Provider, desk: LoginDesk, called: Visit): boolean {
  const { query, form, authorization = '' } = called;
  const clientId = (form ?? query).get('client_id');
  const token = query.get('access_token') ?? authorization.replace(/^bearer /i, '');
  return worldOfLogin(provider, desk, { clientId, token })?.faults.down === true;
}
