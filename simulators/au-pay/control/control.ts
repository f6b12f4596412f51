// The control API: the hand from outside the world. Checks the token, opens worlds, finds the call.
// What a call does to a world is in world-calls.ts.

import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type ControlReply, done, type Fields, problem } from '../../bank/control/control-reply.ts';
import { momentOfText } from '../../bank/control/moment.ts';
import { readBody, send } from '../../bank/http/messages.ts';
import { reachNow } from '../due.ts';
import { contractOf, openWorld } from '../open-world.ts';
import { settingsProblem } from '../settings.ts';
import { type ControlContext, WORLD_CALLS } from './world-calls.ts';

const BODY_BYTES_MAX = 64 * 1024;
const WORLD_ID = /^[A-Za-z0-9_-]{1,64}$/;
const PREFUND_YEN = 10_000_000;
const PREFUND_YEN_MAX = 999_999_999_999;

export interface ControlOptions extends ControlContext {
  readonly token: string;
  readonly origin: () => string;
}

/** Answers one request under `/control`; `path` is what follows it. */
export async function answerControl(
  options: ControlOptions,
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
): Promise<void> {
  const body = await readBody(request, BODY_BYTES_MAX);
  if (body === undefined) send(response, problem(413, 'body: too large'), true);
  else if (!isToken(options.token, request.headers['x-control-token'])) {
    send(response, problem(401, 'x-control-token: missing or wrong'));
  } else send(response, await answer(options, request.method ?? 'GET', path, body));
}

function isToken(token: string, given: unknown): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return typeof given === 'string' && timingSafeEqual(digest(token), digest(given));
}

async function answer(
  options: ControlOptions,
  method: string,
  path: string,
  body: Buffer,
): Promise<ControlReply> {
  const { wallet } = options;
  if (method === 'GET' && path === '/health') {
    const worlds = wallet.books.worlds.size;
    return done({ status: 'ok', worlds, journalEntries: wallet.journalSize() });
  }
  const fields = method === 'GET' ? {} : readFields(body);
  if (!fields) return problem(400, 'body: a JSON object');
  if (method === 'POST' && path === '/worlds') return createWorld(options, fields);
  const [, worldId, rest] = /^\/worlds\/([^/]+)(\/.*)?$/.exec(path) ?? [];
  const world = wallet.books.worlds.get(worldId ?? '');
  if (!world) return problem(404, 'no such world or call');
  if (rest === undefined && method === 'GET') {
    return done(contractOf(wallet, world, options.origin()));
  }
  const name = `${method} ${rest}`;
  if (!Object.hasOwn(WORLD_CALLS, name)) return problem(404, 'no such call');
  reachNow(wallet, world);
  const reply = await WORLD_CALLS[name]!(options, world, fields);
  options.notices.kick(world);
  return reply;
}

function readFields(body: Buffer): Fields | undefined {
  if (body.length === 0) return {};
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as Fields) : undefined;
  } catch {
    return undefined;
  }
}

function createWorld({ wallet, origin }: ControlOptions, fields: Fields): ControlReply {
  const { worldId, now, hold = false, settings = {}, prefundYen = PREFUND_YEN } = fields;
  const { partnerName = '送金サービス（見本）' } = fields;
  if (typeof worldId !== 'string' || !WORLD_ID.test(worldId)) {
    return problem(400, `worldId: ${WORLD_ID.source}`);
  }
  if (typeof hold !== 'boolean') return problem(400, 'hold: true or false');
  const nowMs = now === undefined ? undefined : momentOfText(now);
  if (now !== undefined && nowMs === undefined) {
    return problem(400, 'now: a date-time with an offset');
  }
  const isYen = Number.isSafeInteger(prefundYen) && (prefundYen as number) >= 0;
  if (!isYen || (prefundYen as number) > PREFUND_YEN_MAX) {
    return problem(400, 'prefundYen: whole yen');
  }
  if (typeof partnerName !== 'string' || partnerName.length > 60) {
    return problem(400, 'partnerName: a text');
  }
  if (typeof settings !== 'object' || settings === null) return problem(400, 'settings: an object');
  const wrong = settingsProblem(settings);
  if (wrong) return problem(400, wrong);
  const wish = { worldId, hold, nowMs, partnerName, prefundYen: prefundYen as number, settings };
  return done(contractOf(wallet, openWorld(wallet, wish), origin()));
}
