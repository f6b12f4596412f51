// The calls of the wire, each from a request that is already known to be genuine. Keys, faults and
// paths are in wire.ts.

import type { World } from '../books.ts';
import { isKnownNumber, MEMBER_NUMBER, magicOf, roomYen } from '../members.ts';
import { takeCharge } from '../take-charge.ts';
import type { Wallet } from '../wallet.ts';
import { problem, type Reply, shownCharge, timeText } from './shown.ts';

type Fields = Readonly<Record<string, unknown>>;

export interface WireRequest {
  readonly query: URLSearchParams;
  readonly body: Fields;
  /** What follows `/v1/charges/`. */
  readonly requestId: string;
}

export type Call = (wallet: Wallet, world: World, request: WireRequest) => Reply;

const REQUEST_ID = /^[0-9A-Za-z_-]{8,64}$/;
const PAGE_SIZE = 500;

function memberOf(body: Fields): { number: string } | { token: string } | undefined {
  const { number, token } = (body.member ?? {}) as Fields;
  if (typeof number === 'string' && token === undefined && MEMBER_NUMBER.test(number)) {
    return { number };
  }
  return typeof token === 'string' && number === undefined ? { token } : undefined;
}

const amountOf = ({ amountYen }: Fields): number | undefined =>
  Number.isSafeInteger(amountYen) && (amountYen as number) > 0 ? (amountYen as number) : undefined;

export const charge: Call = (wallet, world, { body }) => {
  const { requestId, currency } = body;
  const member = memberOf(body);
  const amountYen = amountOf(body);
  if (typeof requestId !== 'string' || !REQUEST_ID.test(requestId)) {
    return problem(400, 'request_id_invalid');
  }
  if (amountYen === undefined || currency !== 'JPY') return problem(400, 'amount_invalid');
  if (member === undefined) return problem(400, 'member_invalid');
  const taken = takeCharge(wallet, world, { requestId, member, amountYen });
  if (taken.kind === 'other_content') return problem(409, 'request_id_reused', { requestId });
  if (taken.kind === 'refused') return problem(422, taken.code, { requestId });
  const number = taken.charge.memberNumber;
  const lost = taken.isNew && magicOf(number)?.kind === 'lost_after';
  const reply = { status: taken.isNew ? 202 : 200, body: shownCharge(taken.charge) };
  return lost ? { ...reply, lost: true } : reply;
};

/** Before any effect: a magic number whose first request never arrives. */
export function strikesBefore(wallet: Wallet, world: World, body: Fields): boolean {
  const member = memberOf(body);
  const number = member !== undefined && 'number' in member ? member.number : null;
  if (magicOf(number)?.kind !== 'lost_before') return false;
  const key = `${number}/${String(body.amountYen)}`;
  if (world.struck.has(key)) return false;
  wallet.commit({ t: 'struck', w: world.worldId, key });
  return true;
}

export const chargeStatus: Call = (_wallet, world, { requestId }) => {
  const known = world.charges.get(requestId);
  if (known === undefined) return problem(404, 'charge_not_found', { requestId });
  return { status: 200, body: shownCharge(known) };
};

/** In the order in which they were asked for; a cursor is the number of the next. */
export const chargeList: Call = (_wallet, world, { query }) => {
  const since = Date.parse(query.get('since') ?? '');
  const cursor = query.get('cursor') ?? '0';
  if (Number.isNaN(since)) return problem(400, 'since_invalid');
  if (!/^\d{1,9}$/.test(cursor)) return problem(400, 'cursor_invalid');
  const start = Number(cursor);
  const all = [...world.charges.values()];
  const page = all.slice(start, start + PAGE_SIZE);
  const next = start + PAGE_SIZE;
  return {
    status: 200,
    body: {
      charges: page.filter(({ acceptedAt }) => acceptedAt >= since).map(shownCharge),
      nextCursor: next < all.length ? String(next) : null,
    },
  };
};

/** Says no more than what was asked: never a name, never the balance. */
export const lookup: Call = (wallet, world, { body }) => {
  const member = memberOf(body);
  const amountYen = amountOf(body);
  if (member === undefined) return problem(400, 'member_invalid');
  if (amountYen === undefined) return problem(400, 'amount_invalid');
  const token = 'token' in member ? world.tokens.get(member.token) : undefined;
  const isDead =
    token === undefined || token.usedBy !== null || token.expiresAt <= wallet.wallNow();
  const number = 'number' in member ? member.number : isDead ? '' : token.memberNumber;
  const magic = magicOf(number);
  const isGone = magic?.kind === 'refused' && magic.code === 'member_not_found';
  if (!isKnownNumber(world, number) || isGone) {
    return { status: 200, body: { status: 'not_found', fitsYen: 0 } };
  }
  const known = world.members.get(number);
  const closed = magic?.kind === 'refused' ? 'closed' : undefined;
  const status = closed ?? known?.status ?? 'active';
  const fits = magic === undefined ? roomYen(world, known, wallet.now(world)) : amountYen;
  const fitsYen = status === 'active' ? Math.min(amountYen, fits) : 0;
  return { status: 200, body: { status, fitsYen } };
};

export const prefund: Call = (wallet, world) => ({
  status: 200,
  body: { balanceYen: world.prefundYen, at: timeText(wallet.now(world)) },
});

/** The window the world is in, by its own time. */
export function maintenanceNow(wallet: Wallet, world: World): { readonly until: string } | null {
  const { maintenance } = world.settings;
  const now = wallet.now(world);
  if (maintenance === null || now < Date.parse(maintenance.from)) return null;
  return now < Date.parse(maintenance.until) ? maintenance : null;
}

export const health: Call = (wallet, world) => ({
  status: 200,
  body: {
    status: maintenanceNow(wallet, world) === null ? 'ok' : 'maintenance',
    maintenance: world.settings.maintenance === null ? [] : [world.settings.maintenance],
  },
});
