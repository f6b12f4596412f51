// The control API: the hand from outside the world. Finds the call, checks the token, opens
// worlds. What a call does to a world is in world-calls.ts.

import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { reachNow } from '../due.ts';
import { readBody, send } from '../http/messages.ts';
import { bankName } from '../http/transfer-request.ts';
import type { WorldWish } from '../open-world.ts';
import { contractOf, openWorld } from '../open-world.ts';
import type { Settings } from '../settings.ts';
import { settingsProblem } from '../settings.ts';
import type { ControlReply, Fields } from './control-reply.ts';
import { done, problem } from './control-reply.ts';
import { momentOfText } from './moment.ts';
import type { ControlContext } from './world-calls.ts';
import { WORLD_CALLS } from './world-calls.ts';

const BODY_BYTES_MAX = 64 * 1024;
const WORLD_ID = /^[A-Za-z0-9_-]{1,64}$/;
const OPENING_YEN_MAX = 999_999_999_999;

export interface ControlOptions extends ControlContext {
  readonly token: string;
  readonly sftp: { readonly host: string; readonly port: number | null };
}

/** Answers one request under `/control`; `path` is what follows it. */
export async function answerControl(
  options: ControlOptions,
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  query: URLSearchParams,
): Promise<void> {
  const body = await readBody(request, BODY_BYTES_MAX);
  if (body === undefined) send(response, problem(413, 'body: too large'), true);
  else if (!isToken(options.token, request.headers['x-control-token'])) {
    send(response, problem(401, 'x-control-token: missing or wrong'));
  } else send(response, await answer(options, request.method ?? 'GET', path, query, body));
}

function isToken(token: string, given: unknown): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return typeof given === 'string' && timingSafeEqual(digest(token), digest(given));
}

async function answer(
  options: ControlOptions,
  method: string,
  path: string,
  query: URLSearchParams,
  body: Buffer,
): Promise<ControlReply> {
  const { bank } = options;
  if (method === 'GET' && path === '/health') {
    const worlds = bank.books.worlds.size;
    return done({ status: 'ok', worlds, journalEntries: bank.journalSize() });
  }
  const fields = method === 'GET' ? {} : readFields(body);
  if (!fields) return problem(400, 'body: a JSON object');
  if (method === 'POST' && path === '/worlds') return createWorld(options, fields);
  const [, worldId, rest] = /^\/worlds\/([^/]+)(\/.*)?$/.exec(path) ?? [];
  const world = bank.books.worlds.get(worldId ?? '');
  if (!world) return problem(404, 'no such world or call');
  if (rest === undefined && method === 'GET') return done(contractOf(bank, world, options.sftp));
  const name = `${method} ${rest}`;
  if (!Object.hasOwn(WORLD_CALLS, name)) return problem(404, 'no such call');
  reachNow(bank, world);
  return WORLD_CALLS[name]!(options, world, fields, query);
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

function createWorld(options: ControlOptions, fields: Fields): ControlReply {
  const wish = readWish(fields);
  if (typeof wish === 'string') return problem(400, wish);
  const world = openWorld(options.bank, wish);
  if (!world) return problem(409, 'bankAccount.accountNumber: taken');
  return done(contractOf(options.bank, world, options.sftp));
}

/** The wish, or the sentence that says what is wrong with it. */
function readWish(fields: Fields): WorldWish | string {
  const { worldId, now, hold = false, approval, settings = {}, bankAccount = {} } = fields;
  if (typeof worldId !== 'string' || !WORLD_ID.test(worldId)) return `worldId: ${WORLD_ID.source}`;
  if (typeof hold !== 'boolean') return 'hold: true or false';
  const nowMs = now === undefined ? undefined : momentOfText(now);
  if (now !== undefined && nowMs === undefined) return 'now: a date-time with an offset';
  const wished = { ...(settings as Fields), ...(approval === undefined ? {} : { approval }) };
  const wrong = settingsProblem(wished);
  if (wrong) return wrong;
  const account = (bankAccount ?? {}) as Fields;
  const { balanceYen, accountNumber, holderName } = account;
  if (accountNumber !== undefined && !/^\d{7}$/.test(String(accountNumber))) {
    return 'bankAccount.accountNumber: 7 digits';
  }
  const isYen = Number.isSafeInteger(balanceYen) && (balanceYen as number) >= 0;
  if (balanceYen !== undefined && !(isYen && (balanceYen as number) <= OPENING_YEN_MAX)) {
    return 'bankAccount.balanceYen: whole yen';
  }
  const kana =
    account.holderNameKana === undefined ? undefined : bankName(account.holderNameKana, 40);
  if (account.holderNameKana !== undefined && kana === undefined) {
    return 'bankAccount.holderNameKana: half-width kana';
  }
  return {
    worldId,
    hold,
    settings: wished as Partial<Settings>,
    ...(nowMs === undefined ? {} : { nowMs }),
    ...(typeof holderName === 'string' ? { holderName: holderName.slice(0, 40) } : {}),
    ...(kana === undefined ? {} : { holderNameKana: kana }),
    ...(balanceYen === undefined ? {} : { balanceYen: balanceYen as number }),
    ...(accountNumber === undefined ? {} : { accountNumber: String(accountNumber) }),
  };
}
