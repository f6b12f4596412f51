// How each entry of the journal changes the books. No decision is made here: replaying the journal
// must always bring the same books. Decisions are made in take-charge.ts, due.ts and by callers.

import type { Books, Due, World } from './books.ts';
import type { Entry } from './entries.ts';
import { SHOWN_MEMBERS } from './members.ts';
import { NO_FAULTS } from './settings.ts';

export const emptyBooks = (): Books => ({ worlds: new Map(), byKeyId: new Map() });

type Of<T extends Entry['t']> = Extract<Entry, { t: T }>;

export function apply(books: Books, entry: Entry): void {
  if (entry.t === 'world') {
    bear(books, entry);
    return;
  }
  const world = books.worlds.get(entry.w);
  if (!world) throw new Error(`journal: unknown world in an entry '${entry.t}'`);
  applyToWorld(world, entry);
}

function applyToWorld(world: World, entry: Exclude<Entry, { t: 'world' }>): void {
  switch (entry.t) {
    case 'clock':
      world.clock = entry.clock;
      return;
    case 'settings':
      world.settings = { ...world.settings, ...entry.patch };
      return;
    case 'faults':
      world.faults = entry.faults;
      return;
    case 'webhook':
      world.webhookUrl = entry.url;
      return;
    case 'returns':
      world.returnOrigins = entry.origins;
      return;
    case 'paid-in':
      world.prefundYen += entry.amountYen;
      world.paidInYen += entry.amountYen;
      return;
    case 'planned':
      if (entry.plan === null) world.planned.delete(entry.requestId);
      else world.planned.set(entry.requestId, entry.plan);
      return;
    case 'token':
      world.tokens.set(entry.token.token, { ...entry.token, usedBy: null });
      return;
    case 'struck':
      world.struck.add(entry.key);
      return;
    case 'notice':
      world.notices.get(entry.noticeId)!.state = entry.state;
      world.waitingNotices.delete(entry.noticeId);
      return;
    case 'member':
    case 'member-changed':
    case 'spent':
      applyToMember(world, entry);
      return;
    default:
      applyToCharge(world, entry);
  }
}

function bear(books: Books, { birth, clock }: Of<'world'>): void {
  const world: World = {
    ...birth,
    clock,
    faults: NO_FAULTS,
    webhookUrl: null,
    returnOrigins: [],
    prefundYen: birth.openingPrefundYen,
    paidInYen: birth.openingPrefundYen,
    members: new Map(),
    charges: new Map(),
    tokens: new Map(),
    planned: new Map(),
    notices: new Map(),
    waitingNotices: new Set(),
    due: [],
    struck: new Set(),
  };
  for (const each of SHOWN_MEMBERS) {
    world.members.set(each.memberNumber, { ...each, isShown: true, charges: [], spends: [] });
  }
  books.worlds.set(world.worldId, world);
  books.byKeyId.set(world.keyId, world);
}

function applyToMember(world: World, entry: Of<'member' | 'member-changed' | 'spent'>): void {
  if (entry.t === 'member') {
    const { member } = entry;
    world.members.set(member.memberNumber, { ...member, charges: [], spends: [] });
    return;
  }
  const member = world.members.get(entry.memberNumber)!;
  if (entry.t === 'spent') {
    member.balanceYen -= entry.amountYen;
    member.spends.push({ at: entry.at, amountYen: entry.amountYen });
    return;
  }
  if (entry.status !== undefined) member.status = entry.status;
  if (entry.balanceYen !== undefined) member.balanceYen = entry.balanceYen;
}

function applyToCharge(world: World, entry: Of<'accepted' | 'refused' | 'changed'>): void {
  if (entry.t === 'changed') {
    change(world, entry);
    return;
  }
  const { acceptedAt } = entry.charge;
  const born = { ...entry.charge, changedAt: acceptedAt, executedAt: null };
  if (entry.t === 'refused') {
    const refused = { ...born, state: 'refused' as const, code: entry.code };
    world.charges.set(refused.requestId, refused);
    return;
  }
  const charge = { ...born, state: 'accepted' as const, code: null };
  world.charges.set(charge.requestId, charge);
  world.members.get(charge.memberNumber!)?.charges.push(charge);
  world.prefundYen -= charge.amountYen;
  if (entry.token !== null) world.tokens.get(entry.token)!.usedBy = charge.requestId;
  addDue(world, entry.due);
}

function change(world: World, entry: Of<'changed'>): void {
  const charge = world.charges.get(entry.requestId)!;
  const member = world.members.get(charge.memberNumber!);
  const done = world.due.findIndex((due) => due.requestId === entry.requestId);
  if (done >= 0) world.due.splice(done, 1);
  charge.state = entry.to;
  charge.code = entry.code;
  charge.changedAt = entry.at;
  if (entry.to === 'executed') {
    charge.executedAt = entry.at;
    member!.balanceYen += charge.amountYen;
  } else {
    world.prefundYen += charge.amountYen;
    if (entry.to === 'reversed') member!.balanceYen -= charge.amountYen;
  }
  const { noticeId, repeats, dropped } = entry.notice;
  const { requestId, to: status, code, at } = entry;
  const state = dropped ? 'dropped' : 'waiting';
  world.notices.set(noticeId, { noticeId, requestId, status, code, at, repeats, state });
  if (!dropped) world.waitingNotices.add(noticeId);
  if (entry.next !== null) addDue(world, entry.next);
}

/** Kept in order of time; what is due is taken from the front. */
function addDue(world: World, due: Due): void {
  const index = world.due.findLastIndex((each) => each.at <= due.at);
  world.due.splice(index + 1, 0, due);
}
