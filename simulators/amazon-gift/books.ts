// What the simulator remembers, and how each journal entry changes it. Entries are facts that have
// been decided: applying them again at start brings the same books.
import { PEOPLE, type Person } from './customers.ts';
import { type Faults, NO_FAULTS } from './faults.ts';
import type { FailureType } from './http/failures.ts';

export interface Clock {
  readonly offsetMs: number;
  readonly heldAt: number | null;
}

/** A contract with a partner: keys, a client of the login, prepaid money. */
export interface Birth {
  readonly worldId: string;
  readonly partnerId: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly fundsYen: number;
  readonly returnUrls: readonly string[];
  readonly bornAt: number;
}

/** A load or a gift code, under the partner's request id. */
export interface Order {
  readonly requestId: string;
  readonly kind: 'load' | 'code';
  readonly amountYen: number;
  /** Whom a load is for; null for a code. */
  readonly userId: string | null;
  readonly claimCode: string | null;
  readonly at: number;
  state: 'done' | 'undone' | 'claimed';
  undoneAt: number | null;
  claimedBy: string | null;
}

export interface Line {
  readonly at: number;
  readonly amountYen: number;
  readonly kind: 'load' | 'void' | 'code';
  readonly requestId: string;
}

export interface Customer extends Person {
  balanceYen: number;
  readonly lines: Line[];
}

export interface World extends Omit<Birth, 'fundsYen' | 'returnUrls'> {
  readonly openingYen: number;
  fundsYen: number;
  returnUrls: readonly string[];
  clock: Clock;
  faults: Faults;
  readonly customers: Map<string, Customer>;
  readonly orders: Map<string, Order>;
  readonly byClaimCode: Map<string, Order>;
  /** What somebody outside has decided of requests that have not come yet. */
  readonly planned: Map<string, FailureType>;
}

export interface Books {
  readonly worlds: Map<string, World>;
  readonly byAccessKey: Map<string, World>;
  readonly byClientId: Map<string, World>;
}

interface InWorld {
  readonly w: string;
}

export type Entry =
  | { readonly t: 'world'; readonly birth: Birth; readonly clock: Clock }
  | (InWorld & { readonly t: 'clock'; readonly clock: Clock })
  | (InWorld & { readonly t: 'faults'; readonly faults: Faults })
  | (InWorld & { readonly t: 'return-urls'; readonly returnUrls: readonly string[] })
  | (InWorld & { readonly t: 'funds'; readonly addYen: number })
  | (InWorld & {
      readonly t: 'planned';
      readonly requestId: string;
      /** Null: nothing is planned any more. */
      readonly refusal: FailureType | null;
    })
  | (InWorld & { readonly t: 'customer'; readonly person: Person })
  | (InWorld & { readonly t: 'order'; readonly order: Order })
  | (InWorld & { readonly t: 'undo'; readonly requestId: string; readonly at: number })
  | (InWorld & {
      readonly t: 'claim';
      readonly requestId: string;
      readonly userId: string;
      readonly at: number;
    });

export const emptyBooks = (): Books => ({
  worlds: new Map(),
  byAccessKey: new Map(),
  byClientId: new Map(),
});

export function apply(books: Books, entry: Entry): void {
  if (entry.t === 'world') {
    open(books, entry.birth, entry.clock);
    return;
  }
  const world = books.worlds.get(entry.w)!;
  if (entry.t === 'clock') world.clock = entry.clock;
  else if (entry.t === 'faults') world.faults = entry.faults;
  else if (entry.t === 'return-urls') world.returnUrls = entry.returnUrls;
  else if (entry.t === 'funds') world.fundsYen += entry.addYen;
  else if (entry.t === 'planned') plan(world, entry.requestId, entry.refusal);
  else if (entry.t === 'customer') join(world, entry.person);
  else if (entry.t === 'order') take(world, { ...entry.order });
  else if (entry.t === 'undo') undo(world, world.orders.get(entry.requestId)!, entry.at);
  else claim(world, world.orders.get(entry.requestId)!, entry.userId, entry.at);
}

function open(books: Books, birth: Birth, clock: Clock): void {
  const world: World = {
    ...birth,
    openingYen: birth.fundsYen,
    clock,
    faults: NO_FAULTS,
    customers: new Map(),
    orders: new Map(),
    byClaimCode: new Map(),
    planned: new Map(),
  };
  for (const each of PEOPLE) join(world, each);
  books.worlds.set(world.worldId, world);
  books.byAccessKey.set(world.accessKeyId, world);
  books.byClientId.set(world.clientId, world);
}

function plan(world: World, requestId: string, refusal: FailureType | null): void {
  if (refusal === null) world.planned.delete(requestId);
  else world.planned.set(requestId, refusal);
}

function join(world: World, person: Person): void {
  world.customers.set(person.userId, { ...person, balanceYen: 0, lines: [] });
}

function take(world: World, order: Order): void {
  world.orders.set(order.requestId, order);
  world.fundsYen -= order.amountYen;
  if (order.claimCode !== null) world.byClaimCode.set(order.claimCode, order);
  if (order.userId !== null) book(world, order, order.userId, 'load', order.at);
}

function undo(world: World, order: Order, at: number): void {
  order.state = 'undone';
  order.undoneAt = at;
  world.fundsYen += order.amountYen;
  if (order.userId !== null) book(world, order, order.userId, 'void', at);
}

function claim(world: World, order: Order, userId: string, at: number): void {
  order.state = 'claimed';
  order.claimedBy = userId;
  book(world, order, userId, 'code', at);
}

function book(world: World, order: Order, userId: string, kind: Line['kind'], at: number): void {
  const customer = world.customers.get(userId)!;
  const amountYen = kind === 'void' ? -order.amountYen : order.amountYen;
  customer.balanceYen += amountYen;
  customer.lines.push({ at, amountYen, kind, requestId: order.requestId });
}
