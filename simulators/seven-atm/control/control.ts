// The control API: the hand from outside the world. Finds the call, checks the token, opens worlds.
// What a call does to a world is in world-calls.ts.

import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { World } from '../books.ts';
import type { Reply } from '../messages.ts';
import { fieldsOf, json, readBody, send } from '../messages.ts';
import type { Network } from '../network.ts';
import { expireDue } from '../receipts.ts';
import type { Settings } from '../settings.ts';
import { DEFAULT_SETTINGS, settingsProblem } from '../settings.ts';
import { momentOfText, timeText } from '../tokyo-time.ts';
import type { ControlContext, Fields } from './world-calls.ts';
import { isYen, problem, WORLD_CALLS } from './world-calls.ts';

export interface ControlOptions extends ControlContext {
  readonly token: string;
}

const BODY_BYTES_MAX = 64 * 1024;
const WORLD_ID = /^[A-Za-z0-9_-]{1,64}$/;
const FIRST_PARTNER_CODE = 4_001;

/** Answers one request under `/control`; `path` is what follows it. */
export async function answerControl(
  options: ControlOptions,
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
): Promise<void> {
  const body = await readBody(request, BODY_BYTES_MAX);
  if (body === undefined) send(response, problem(413, 'body: too large'));
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
  body: string,
): Promise<Reply> {
  const { network } = options;
  if (method === 'GET' && path === '/health') {
    const worlds = network.books.worlds.size;
    return json(200, { status: 'ok', worlds, journalEntries: network.journalSize() });
  }
  const fields = body === '' ? {} : fieldsOf(body);
  if (!fields) return problem(400, 'body: a JSON object');
  if (method === 'POST' && path === '/worlds') return createWorld(network, fields);
  const [, worldId, rest] = /^\/worlds\/([^/]+)(\/.*)?$/.exec(path) ?? [];
  const world = network.books.worlds.get(worldId ?? '');
  if (!world) return problem(404, 'no such world or call');
  if (rest === undefined && method === 'GET') return json(200, contractOf(network, world));
  const name = `${method} ${rest}`;
  if (!Object.hasOwn(WORLD_CALLS, name)) return problem(404, 'no such call');
  expireDue(network, world);
  return WORLD_CALLS[name]!(options, world, fields);
}

/** Asked again for the same world, the network answers with the same contract. */
function createWorld(network: Network, fields: Fields): Reply {
  const { worldId, now, hold = false, prefundYen = 0, settings = {} } = fields;
  const { partnerName = 'カワセ送金サービス', partnerCode } = fields;
  if (typeof worldId !== 'string' || !WORLD_ID.test(worldId)) {
    return problem(400, `worldId: ${WORLD_ID.source}`);
  }
  const known = network.books.worlds.get(worldId);
  if (known) return json(200, contractOf(network, known));
  if (typeof hold !== 'boolean') return problem(400, 'hold: true or false');
  const wallMs = network.wallNow();
  const nowMs = now === undefined ? wallMs : momentOfText(now);
  if (nowMs === undefined) return problem(400, 'now: a date-time with an offset');
  const wrong = settingsProblem(settings as Fields);
  if (wrong) return problem(400, wrong);
  if (!isYen(prefundYen, 0)) return problem(400, 'prefundYen: whole yen');
  if (typeof partnerName !== 'string' || partnerName.length > 40) {
    return problem(400, 'partnerName: up to 40 characters');
  }
  const code = partnerCode ?? freePartnerCode(network);
  if (typeof code !== 'string' || !/^\d{4,5}$/.test(code)) {
    return problem(400, 'partnerCode: 4 or 5 digits');
  }
  if (network.books.byPartnerCode.has(code)) return problem(409, 'partnerCode: taken');
  network.commit({
    t: 'world',
    clock: { offsetMs: nowMs - wallMs, heldAt: hold ? nowMs : null },
    birth: {
      worldId,
      partnerCode: code,
      partnerName,
      keyId: secret(9),
      secret: secret(32),
      noticeKeyId: secret(9),
      noticeSecret: secret(32),
      settings: { ...DEFAULT_SETTINGS, ...(settings as Partial<Settings>) },
      bornAt: nowMs,
    },
  });
  if (prefundYen > 0) {
    network.commit({ t: 'funded', w: worldId, amountYen: prefundYen, at: nowMs });
  }
  return json(200, contractOf(network, network.books.worlds.get(worldId)!));
}

const secret = (bytes: number): string => randomBytes(bytes).toString('base64url');

function freePartnerCode(network: Network): string {
  let code = FIRST_PARTNER_CODE + network.books.worlds.size;
  while (network.books.byPartnerCode.has(String(code))) code += 1;
  return String(code);
}

/** What a partner is handed with the contract. */
function contractOf(network: Network, world: World): object {
  return {
    worldId: world.worldId,
    now: timeText(network.now(world)),
    partnerCode: world.partnerCode,
    partnerName: world.partnerName,
    keyId: world.keyId,
    secret: world.secret,
    noticeKeyId: world.noticeKeyId,
    noticeSecret: world.noticeSecret,
    settings: world.settings,
  };
}
