// The network's face to senders of money: checks the signature, finds the call and the faults it is
// to have, and answers. What each call does is in calls.ts; the screens and the control API are
// elsewhere.

import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import type { World } from '../books.ts';
import type { Reply } from '../messages.ts';
import { json, readBody, send } from '../messages.ts';
import type { Network } from '../network.ts';
import { expireDue } from '../receipts.ts';
import { signatureProblem } from '../signature.ts';
import type { Handler } from './calls.ts';
import {
  askBalance,
  askHealth,
  askReceipt,
  failure,
  issueReceipt,
  listReceipts,
  takeReceiptBack,
} from './calls.ts';
import { askDailyFile } from './daily-file.ts';

const BODY_BYTES_MAX = 64 * 1024;

/** Method, path with one variable part in parentheses, handler. */
const CALLS: readonly (readonly [string, RegExp, Handler])[] = [
  ['POST', /^\/v1\/receipts$/, issueReceipt],
  ['GET', /^\/v1\/receipts$/, listReceipts],
  ['GET', /^\/v1\/receipts\/([^/]+)$/, askReceipt],
  ['POST', /^\/v1\/receipts\/([^/]+)\/take-back$/, takeReceiptBack],
  ['GET', /^\/v1\/reconciliation\/([^/]+)$/, askDailyFile],
  ['GET', /^\/v1\/balance$/, askBalance],
  ['GET', /^\/v1\/health$/, askHealth],
];

/** `struck`: requests whose magic has happened; once each, so that a repeat goes through. */
export async function answerWire(
  network: Network,
  struck: Set<string>,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): Promise<void> {
  const body = await readBody(request, BODY_BYTES_MAX);
  if (body === undefined) {
    send(response, failure(413, 'body_too_large'));
    return;
  }
  const { method = 'GET', headers } = request;
  const world = network.books.byKeyId.get(String(headers['x-key-id'] ?? ''));
  if (!world) {
    send(response, failure(401, 'key_unknown'));
    return;
  }
  // Down means that nobody is there, not even to look at a signature.
  if (world.faults.down) {
    response.destroy();
    return;
  }
  const action = `${method} ${url.pathname}${url.search}`;
  const wrong = signatureProblem(world, headers, action, body, network.wallNow());
  if (wrong !== null) {
    send(response, failure(401, wrong));
    return;
  }
  const matching = CALLS.filter(([, path]) => path.test(url.pathname));
  const call = matching.find(([each]) => each === method);
  if (!call) {
    send(response, matching.length > 0 ? failure(405, 'method') : failure(404, 'no_such_call'));
    return;
  }
  const part = call[1].exec(url.pathname)?.[1] ?? '';
  await answerWithFaults(network, world, response, () => {
    expireDue(network, world);
    return call[2](network, world, { part, query: url.searchParams, body, struck });
  });
}

/** Runs a call with what the world's faults do to it, before its effect or to its answer. */
async function answerWithFaults(
  network: Network,
  world: World,
  response: ServerResponse,
  run: () => Reply | 'lost',
): Promise<void> {
  const { faults } = world;
  const dice = network.dice(world);
  const [minMs, maxMs] = faults.delayMs;
  if (maxMs > 0) await pause(minMs + dice.throw(maxMs - minMs + 1));
  let trouble: 'lost' | 'error' | 'garbage' | null = null;
  if (dice.chance(faults.loseAnswerRate)) trouble = 'lost';
  else if (dice.chance(faults.error5xxRate)) trouble = 'error';
  else if (dice.chance(faults.garbageRate)) trouble = 'garbage';
  const beforeEffect = trouble !== null && dice.throw(2) === 0;
  const reply = beforeEffect ? null : run();
  if (trouble === 'lost' || reply === 'lost') response.destroy();
  else if (trouble === 'error') send(response, failure(500 + dice.throw(4), 'internal'));
  else if (trouble === 'garbage') send(response, garbage(dice.throw(3), reply?.body ?? '{"req'));
  else send(response, reply!);
}

function garbage(which: number, body: string): Reply {
  if (which === 0) {
    return { status: 200, type: 'html', body: '<!doctype html><p>しばらくお待ちください</p>' };
  }
  return which === 1 ? json(200, {}) : { status: 200, type: 'json', body: body.slice(0, -2) };
}
