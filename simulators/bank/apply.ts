// How each entry of the journal changes the books. No decision is made here: replaying the journal
// must always bring the same books. Decisions are made in settle.ts, due.ts and by the callers.

import { bookDeposit, bookDepositCancel, bookMove } from './bookings.ts';
import type { Books, Order, World } from './books.ts';
import { createDueHeap } from './due-heap.ts';
import type { Entry } from './entries.ts';
import { NO_FAULTS } from './settings.ts';

export function emptyBooks(): Books {
  return {
    worlds: new Map(),
    byClientId: new Map(),
    byAccessToken: new Map(),
    byAccount: new Map(),
    vaCount: 0,
  };
}

export function apply(books: Books, entry: Entry): void {
  if (entry.t === 'world') {
    bear(books, entry);
    return;
  }
  const world = books.worlds.get(entry.w);
  if (!world) throw new Error(`journal: unknown world in an entry '${entry.t}'`);
  if ('at' in entry) world.reachedAt = Math.max(world.reachedAt, entry.at);
  applyToWorld(books, world, entry);
}

type Of<T extends Entry['t']> = Extract<Entry, { t: T }>;

function applyToWorld(books: Books, world: World, entry: Exclude<Entry, { t: 'world' }>): void {
  switch (entry.t) {
    case 'together':
      for (const each of entry.entries) apply(books, each);
      return;
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
    case 'subscribe':
      world.subscribed = entry.on;
      return;
    case 'fate':
      tellFate(world, entry);
      return;
    case 'struck':
      world.struck.add(entry.key);
      return;
    case 'order':
      takeOrder(world, entry);
      return;
    case 'decided':
      decide(world, entry);
      return;
    case 'moved':
      for (const move of entry.moves) {
        bookMove(world, move, entry.at);
        takeFate(world, world.payments[move.p]!.ediInfo);
      }
      return;
    case 'step': {
      const payment = world.payments[entry.p]!;
      world.due.push(entry.step.at, { kind: 'move', payment, step: entry.step });
      return;
    }
    case 'deposit':
      bookDeposit(world, entry);
      return;
    case 'deposit-canceled':
      bookDepositCancel(world, entry.depositId, entry.at);
      return;
    case 'notice':
      for (const id of entry.messageIds) {
        world.notices.get(id)!.state = entry.state;
        world.waitingNotices.delete(id);
      }
      return;
    case 'va':
    case 'va-status':
      changeVirtualAccounts(books, world, entry);
      return;
    case 'token':
    case 'token-used':
    case 'tokens-expired':
      changeTokens(books, world, entry);
      return;
    default:
      changeFiles(world, entry);
  }
}

function bear(books: Books, { birth, clock }: Of<'world'>): void {
  const world: World = {
    ...birth,
    clock,
    reachedAt: birth.bornAt,
    faults: NO_FAULTS,
    webhookUrl: null,
    subscribed: true,
    balanceYen: birth.openingYen,
    orders: new Map(),
    payments: [],
    fates: new Map(),
    virtualAccounts: new Map(),
    deposits: new Map(),
    depositByKey: new Map(),
    depositRecords: [],
    lines: [],
    lastNumber: 0,
    statementFrom: 0,
    noticeFrom: 0,
    fileSerial: 0,
    notices: new Map(),
    waitingNotices: new Set(),
    inbound: new Map(),
    unwritten: new Set(),
    taken: new Map(),
    takenBySha: new Map(),
    intakes: new Set(),
    struck: new Set(),
    tokens: { refresh: birth.refreshToken, formerRefresh: null, access: new Map() },
    due: createDueHeap(),
  };
  books.worlds.set(world.worldId, world);
  books.byClientId.set(world.clientId, world);
  books.byAccount.set(`${world.branchCode}-${world.accountNumber}`, world);
}

function takeOrder(world: World, entry: Of<'order'>): void {
  const order: Order = {
    ...entry.order,
    acceptedAt: entry.at,
    payments: [],
    endedAt: entry.order.initialState === 'reserved' ? entry.at : null,
  };
  const rejected = new Set(entry.rejected);
  for (const item of entry.items) {
    const payment = {
      ...item,
      id: world.payments.length,
      order,
      state: rejected.has(item.itemNumber) ? ('rejected' as const) : entry.order.initialState,
      reasonCode: null,
      debited: false,
      paidAt: null,
      returnedAt: null,
    };
    order.payments.push(payment);
    world.payments.push(payment);
  }
  world.orders.set(order.applyNo, order);
  world.due.push(entry.dueAt, { kind: 'settle', order });
}

function decide(world: World, entry: Of<'decided'>): void {
  const order = world.orders.get(entry.applyNo)!;
  for (const payment of order.payments) {
    if (payment.state !== 'rejected') payment.state = entry.to;
  }
  if (entry.to !== 'expired') order.endedAt = entry.at;
  if (entry.dueAt !== undefined) world.due.push(entry.dueAt, { kind: 'settle', order });
}

function changeVirtualAccounts(
  books: Books,
  world: World,
  entry: Of<'va'> | Of<'va-status'>,
): void {
  if (entry.t === 'va-status') {
    for (const vaId of entry.vaIds) {
      const account = world.virtualAccounts.get(vaId)!;
      account.status = entry.status;
      account.changedAt = entry.at;
    }
    return;
  }
  for (const account of entry.accounts) {
    const opened = { ...account, status: '1' as const, changedAt: null, totalYen: 0 };
    world.virtualAccounts.set(account.vaId, opened);
    books.byAccount.set(`${account.branchCode}-${account.accountNumber}`, world);
    books.vaCount += 1;
  }
}

function changeTokens(
  books: Books,
  world: World,
  entry: Of<'token'> | Of<'token-used'> | Of<'tokens-expired'>,
): void {
  const { tokens } = world;
  if (entry.t === 'token-used') {
    tokens.formerRefresh = null;
    return;
  }
  if (entry.t === 'tokens-expired') {
    for (const token of tokens.access.keys()) books.byAccessToken.delete(token);
    tokens.access.clear();
    return;
  }
  tokens.refresh = entry.refresh;
  tokens.formerRefresh = entry.former;
  tokens.access.set(entry.access, entry.token);
  books.byAccessToken.set(entry.access, world);
  forgetOldest(books, world);
}

const ACCESS_TOKENS_MAX = 1000;

function forgetOldest(books: Books, world: World): void {
  for (const token of world.tokens.access.keys()) {
    if (world.tokens.access.size <= ACCESS_TOKENS_MAX) return;
    world.tokens.access.delete(token);
    books.byAccessToken.delete(token);
  }
}

function changeFiles(
  world: World,
  entry: Of<'intake'> | Of<'duplicate'> | Of<'file'> | Of<'file-again'> | Of<'written'>,
): void {
  switch (entry.t) {
    case 'intake': {
      world.intakes.add(entry.intake);
      if (!entry.taken) return;
      const taken = { ...entry.taken, duplicates: 0 };
      world.taken.set(taken.name, taken);
      if (taken.accepted) world.takenBySha.set(taken.sha256, taken);
      return;
    }
    case 'duplicate':
      world.intakes.add(entry.intake);
      world.taken.get(entry.of)!.duplicates += 1;
      return;
    case 'file': {
      const { name, content } = entry;
      world.inbound.set(name, { name, content });
      world.unwritten.add(name);
      if (content.kind === 'text') return;
      world.fileSerial += 1;
      if (content.corruption !== null) return;
      if (content.kind === 'statement') {
        world.statementFrom = Math.max(world.statementFrom, content.to);
      } else world.noticeFrom = Math.max(world.noticeFrom, content.to);
      return;
    }
    case 'file-again':
      world.unwritten.add(entry.name);
      return;
    case 'written':
      world.unwritten.delete(entry.name);
  }
}

function tellFate(world: World, { ediInfo, others = [], fate }: Of<'fate'>): void {
  const names = [ediInfo, ...others];
  for (const name of names) {
    world.fates.set(name, { fate, others: names.filter((other) => other !== name) });
  }
}

/** What has met its fate keeps it alone. */
function takeFate(world: World, ediInfo: string): void {
  const told = world.fates.get(ediInfo);
  if (told === undefined || told.others.length === 0) return;
  for (const other of told.others) world.fates.delete(other);
  world.fates.set(ediInfo, { ...told, others: [] });
}
