// The control API: the hand from outside. Opens worlds, moves clocks, sets faults, shows books.
import { createHash, timingSafeEqual } from 'node:crypto';
import { momentOfText } from '../bank/control/moment.ts';
import type { World } from './books.ts';
import { faultsProblem, NO_FAULTS } from './faults.ts';
import type { FailureType } from './http/failures.ts';
import { json, type Reply } from './http/reply.ts';
import { type Provider, secret } from './provider.ts';

type Fields = Readonly<Record<string, unknown>>;
type WorldCall = (provider: Provider, world: World, body: Fields) => Reply;

export interface Control {
  readonly provider: Provider;
  readonly token: string;
  /** `http://host:port`, for the addresses a contract names. */
  readonly origin: string;
}

const WORLD_ID = /^[A-Za-z0-9_-]{1,64}$/;
const YEN_MAX = 999_999_999_999;
const DEFAULT_FUNDS_YEN = 10_000_000;
const RETURN_URLS_MAX = 100;
/** Two clocks that run on are told apart a little late: that is no step back. */
const BEHIND_MS_MAX = 60_000;

const problem = (status: number, error: string): Reply => json(status, { error });
const isYen = (value: unknown): value is number =>
  Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= YEN_MAX;

export interface ControlCall {
  readonly method: string;
  /** What follows `/control`. */
  readonly path: string;
  readonly token: unknown;
  readonly body: Buffer;
}

export function answerControl(control: Control, call: ControlCall): Reply {
  const { provider } = control;
  const { method, path } = call;
  if (!isToken(control.token, call.token)) return problem(401, 'x-control-token: missing or wrong');
  if (method === 'GET' && path === '/health') {
    const worlds = provider.books.worlds.size;
    return json(200, { status: 'ok', worlds, journalEntries: provider.journalSize() });
  }
  const body = method === 'GET' ? {} : readFields(call.body);
  if (body === undefined) return problem(400, 'body: a JSON object');
  if (method === 'POST' && path === '/worlds') return openWorld(control, body);
  const [, worldId = '', rest] = /^\/worlds\/([^/]+)(\/.*)?$/.exec(path) ?? [];
  const world = provider.books.worlds.get(worldId);
  if (world === undefined) return problem(404, 'no such world or call');
  if (rest === undefined && method === 'GET') return json(200, contractOf(control, world));
  const name = `${method} ${rest}`;
  if (!Object.hasOwn(CALLS, name)) return problem(404, 'no such call');
  return CALLS[name]!(provider, world, body);
}

function isToken(token: string, given: unknown): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return typeof given === 'string' && timingSafeEqual(digest(token), digest(given));
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

/** Asked again for the same world, answers with the same contract. */
function openWorld(control: Control, body: Fields): Reply {
  const { provider } = control;
  const { worldId, now, hold = false, fundsYen = DEFAULT_FUNDS_YEN, returnUrls = [] } = body;
  if (typeof worldId !== 'string' || !WORLD_ID.test(worldId)) {
    return problem(400, `worldId: ${WORLD_ID.source}`);
  }
  const known = provider.books.worlds.get(worldId);
  if (known !== undefined) return json(200, contractOf(control, known));
  if (typeof hold !== 'boolean') return problem(400, 'hold: true or false');
  const nowMs = now === undefined ? undefined : momentOfText(now);
  if (now !== undefined && nowMs === undefined) {
    return problem(400, 'now: a date-time with an offset');
  }
  if (!isYen(fundsYen)) return problem(400, 'fundsYen: whole yen');
  if (!areReturnUrls(returnUrls)) return problem(400, 'returnUrls: http addresses');
  const wallMs = provider.wallNow();
  const bornAt = nowMs ?? wallMs;
  provider.commit({
    t: 'world',
    clock: { offsetMs: bornAt - wallMs, heldAt: hold ? bornAt : null },
    birth: {
      worldId,
      partnerId: partnerIdOf(provider.books.worlds.size),
      accessKeyId: `AKIASIM${secret(9).replaceAll(/[-_]/g, 'X').toUpperCase()}`,
      secretAccessKey: secret(30),
      clientId: `amzn1.application-oa2-client.${secret(16).replaceAll(/[-_]/g, '0')}`,
      clientSecret: secret(32),
      fundsYen,
      returnUrls,
      bornAt,
    },
  });
  return json(200, contractOf(control, provider.books.worlds.get(worldId)!));
}

/** `Kaaaa`, `Kaaab` …: five letters, the first one large. */
function partnerIdOf(serial: number): string {
  const letter = (place: number) =>
    String.fromCharCode(97 + (Math.floor(serial / 26 ** place) % 26));
  return `K${letter(3)}${letter(2)}${letter(1)}${letter(0)}`;
}

function areReturnUrls(value: unknown): value is readonly string[] {
  const isUrl = (url: unknown) =>
    typeof url === 'string' && /^https?:/.test(url) && URL.canParse(url);
  return Array.isArray(value) && value.length <= RETURN_URLS_MAX && value.every(isUrl);
}

/** What a partner is handed with the contract. */
function contractOf({ provider, origin }: Control, world: World) {
  const { worldId, partnerId, accessKeyId, secretAccessKey, clientId, clientSecret } = world;
  return {
    worldId,
    now: textOf(provider.now(world)),
    baseUrl: origin,
    region: 'us-west-2',
    partnerId,
    accessKeyId,
    secretAccessKey,
    login: {
      clientId,
      clientSecret,
      authorizeUrl: `${origin}/ap/oa`,
      tokenUrl: `${origin}/auth/o2/token`,
      tokenInfoUrl: `${origin}/auth/o2/tokeninfo`,
      profileUrl: `${origin}/user/profile`,
    },
    returnUrls: world.returnUrls,
    balanceUrl: `${origin}/w/${worldId}/balance`,
  };
}

const textOf = (at: number): string => new Date(at).toISOString();

const setClock: WorldCall = (provider, world, { now, hold = false }) => {
  const to = momentOfText(now);
  if (to === undefined) return problem(400, 'now: an instant, or a date-time with an offset');
  if (typeof hold !== 'boolean') return problem(400, 'hold: true or false');
  const present = provider.now(world);
  if (to < present - BEHIND_MS_MAX) return problem(409, `now: before ${textOf(present)}`);
  const reached = Math.max(to, present);
  const clock = { offsetMs: reached - provider.wallNow(), heldAt: hold ? reached : null };
  provider.commit({ t: 'clock', w: world.worldId, clock });
  return json(200, { now: textOf(provider.now(world)) });
};

const setFaults: WorldCall = (provider, world, body) => {
  const wrong = faultsProblem(body);
  if (wrong !== null) return problem(400, wrong);
  provider.commit({ t: 'faults', w: world.worldId, faults: { ...NO_FAULTS, ...body } });
  return json(200, world.faults);
};

const setReturnUrls: WorldCall = (provider, world, { returnUrls }) => {
  if (!areReturnUrls(returnUrls)) return problem(400, 'returnUrls: http addresses');
  provider.commit({ t: 'return-urls', w: world.worldId, returnUrls });
  return json(200, { returnUrls });
};

const addFunds: WorldCall = (provider, world, { addYen }) => {
  if (!isYen(addYen)) return problem(400, 'addYen: whole yen');
  provider.commit({ t: 'funds', w: world.worldId, addYen });
  return json(200, { fundsYen: world.fundsYen });
};

const REFUSALS: Readonly<Record<string, FailureType>> = {
  no_account: 'CustomerAccountNotFound',
  account_closed: 'CustomerAccountNotEligible',
  limit_exceeded: 'CustomerSurpassedDailyVelocityLimit',
  rail_unavailable: 'InsufficientFunds',
  other: 'InvalidAmountInput',
};

/** What becomes of a load or a code, decided before it is asked for. */
const decide: WorldCall = (provider, world, { dispatchCode, outcome, reason = 'other' }) => {
  if (typeof dispatchCode !== 'string' || !/^[0-9]{20}$/.test(dispatchCode)) {
    return problem(400, 'dispatchCode: 20 digits');
  }
  const requestId = `${world.partnerId}${dispatchCode}`;
  if (world.orders.has(requestId)) return problem(409, 'it has been loaded already');
  if (outcome !== 'paid' && outcome !== 'failed') {
    return problem(409, `${String(outcome)}: not with a gift balance`);
  }
  const known = Object.hasOwn(REFUSALS, String(reason));
  if (!known) return problem(409, `reason: one of ${Object.keys(REFUSALS).join(', ')}`);
  const refusal = outcome === 'failed' ? REFUSALS[String(reason)]! : null;
  provider.commit({ t: 'planned', w: world.worldId, requestId, refusal });
  return json(200, { planned: refusal });
};

/** Without claim codes: those are only for who holds the contract. */
const books: WorldCall = (provider, world) =>
  json(200, {
    now: textOf(provider.now(world)),
    openingYen: world.openingYen,
    fundsYen: world.fundsYen,
    customers: [...world.customers.values()].map(({ userId, name, fate, balanceYen }) => {
      return { userId, name, fate, balanceYen };
    }),
    orders: [...world.orders.values()].map(({ claimCode: _secret, at, undoneAt, ...order }) => ({
      ...order,
      at: textOf(at),
      undoneAt: undoneAt === null ? null : textOf(undoneAt),
    })),
  });

const CALLS: Readonly<Record<string, WorldCall>> = {
  'POST /clock': setClock,
  'PUT /faults': setFaults,
  'PUT /return-urls': setReturnUrls,
  'POST /funds': addFunds,
  'POST /outcomes': decide,
  'GET /books': books,
};
