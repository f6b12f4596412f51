// The wallet's public HTTP face: finds the call, checks the signature, has the faults it is told to
// have, and answers. What each call does is in calls.ts.

import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { readBody } from '../../bank/http/messages.ts';
import type { World } from '../books.ts';
import { reachNow } from '../due.ts';
import { isFresh, isSigned } from '../signing.ts';
import type { Wallet } from '../wallet.ts';
import {
  type Call,
  charge,
  chargeList,
  chargeStatus,
  health,
  lookup,
  maintenanceNow,
  prefund,
  strikesBefore,
} from './calls.ts';
import { problem, type Reply } from './shown.ts';

const BODY_BYTES_MAX = 16 * 1024;

const CALLS: Readonly<Record<string, Call>> = {
  'POST /v1/charges': charge,
  'GET /v1/charges': chargeList,
  'GET /v1/charges/{requestId}': chargeStatus,
  'POST /v1/members/lookup': lookup,
  'GET /v1/prefund': prefund,
  'GET /v1/health': health,
};

/** Answers one request; `path` is what follows `/aupay`, with its query. */
export async function answerWire(
  wallet: Wallet,
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  onChange: (world: World) => void,
): Promise<void> {
  const bytes = await readBody(request, BODY_BYTES_MAX);
  if (bytes === undefined) {
    send(response, problem(413, 'body_too_large'), true);
    return;
  }
  const body = bytes.toString('utf8');
  const world = signerOf(wallet, request, path, body);
  if (world === undefined) {
    send(response, problem(401, 'signature_invalid'));
    return;
  }
  const run = callOf(wallet, world, request.method ?? 'GET', path, body);
  await answerWithFaults(wallet, world, run, response);
  onChange(world);
}

function signerOf(
  wallet: Wallet,
  { method = 'GET', headers }: IncomingMessage,
  path: string,
  body: string,
): World | undefined {
  const header = (name: string) => String(headers[name] ?? '');
  const world = wallet.books.byKeyId.get(header('x-aupay-key-id'));
  const timestamp = header('x-aupay-timestamp');
  if (world === undefined) return undefined;
  const lines = [method, path, timestamp, body];
  if (!isSigned(header('x-aupay-signature'), world.secret, ...lines)) return undefined;
  const seconds = world.settings.requestValidSeconds;
  return isFresh(timestamp, wallet.wallNow(), seconds) ? world : undefined;
}

function callOf(
  wallet: Wallet,
  world: World,
  method: string,
  path: string,
  text: string,
): () => Reply {
  const url = URL.parse(path, 'http://wallet');
  const [, requestId = ''] = /^\/v1\/charges\/([^/]+)$/.exec(url?.pathname ?? '') ?? [];
  const name = `${method} ${requestId === '' ? url?.pathname : '/v1/charges/{requestId}'}`;
  return () => {
    if (!Object.hasOwn(CALLS, name)) return problem(404, 'no_such_call');
    reachNow(wallet, world);
    const call = CALLS[name]!;
    const maintenance = maintenanceNow(wallet, world);
    if (maintenance !== null && call !== health) {
      return problem(503, 'maintenance', { until: maintenance.until });
    }
    const body = fieldsOf(text);
    if (body === undefined) return problem(400, 'body_invalid');
    if (call === charge && strikesBefore(wallet, world, body)) {
      return { ...problem(500, 'lost'), lost: true };
    }
    const reply = call(wallet, world, { query: url!.searchParams, body, requestId });
    reachNow(wallet, world);
    return reply;
  };
}

function fieldsOf(text: string): Readonly<Record<string, unknown>> | undefined {
  if (text === '') return {};
  try {
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as Readonly<Record<string, unknown>>) : undefined;
  } catch {
    return undefined;
  }
}

type Trouble = 'lost' | 'error' | 'garbage' | null;

/** Runs a call with what the world's faults do to it, before its effect or to its answer. */
async function answerWithFaults(
  wallet: Wallet,
  world: World,
  run: () => Reply,
  response: ServerResponse,
): Promise<void> {
  const { faults } = world;
  const dice = wallet.dice(world);
  if (faults.down) {
    response.destroy();
    return;
  }
  const [minMs, maxMs] = faults.delayMs;
  if (maxMs > 0) await pause(minMs + dice.throw(maxMs - minMs + 1));
  let trouble: Trouble = null;
  if (dice.chance(faults.loseAnswerRate)) trouble = 'lost';
  else if (dice.chance(faults.error5xxRate)) trouble = 'error';
  else if (dice.chance(faults.garbageRate)) trouble = 'garbage';
  const beforeEffect = trouble !== null && dice.throw(2) === 0;
  const reply = beforeEffect ? null : run();
  if (trouble === 'lost' || reply?.lost) response.destroy();
  else if (trouble === 'error') send(response, problem(dice.pick([500, 502, 503]), 'internal'));
  else if (trouble === 'garbage') sendGarbage(response, dice.throw(3), reply);
  else send(response, reply!);
}

/** `close`: the connection is given up, for what is left of a body nobody will read. */
function send(response: ServerResponse, reply: Reply, close = false): void {
  if (response.destroyed) return;
  response.writeHead(reply.status, {
    'content-type': 'application/json',
    ...(close ? { connection: 'close' } : {}),
  });
  response.end(JSON.stringify(reply.body));
}

function sendGarbage(response: ServerResponse, which: number, reply: Reply | null): void {
  const page = '<!doctype html><html lang="ja"><p>しばらくお待ちください</p></html>';
  const cut = JSON.stringify(reply?.body ?? { requestId: '0' }).slice(0, -2);
  response.writeHead(200, { 'content-type': which === 0 ? 'text/html' : 'application/json' });
  response.end([page, cut, '{}'][which]!);
}
