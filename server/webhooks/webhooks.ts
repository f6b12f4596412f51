// The webhook service of a process: two loops, one that fans events out and one that finds what is
// due, and what main and the API use of it. Rules are in endpoint.ts and delivery.ts.
import type { Instant } from '../base/clock.ts';
import type { Vault } from '../base/crypto.ts';
import type { Deeds } from '../base/deed.ts';
import { createAddressRule } from './addresses.ts';
import { createRecorder, type DeliverDeps, deliverTurn } from './deliver.ts';
import { type Backlog, readBacklog, shopsBehind } from './delivery-store.ts';
import type { EndpointDeskDeps } from './endpoint-desk.ts';
import { dueEndpoints, type EndpointRef } from './endpoint-store.ts';
import { fanOut } from './fan-out.ts';
import { createSender, type SenderOptions } from './sender.ts';
import { createTurns, type Turns } from './turns.ts';

export interface WebhooksOptions {
  readonly deeds: Deeds;
  readonly vault: Vault;
  /**
   * Addresses and blocks that are open beyond the public ones: `['127.0.0.0/8', '::1']` for a
   * demonstration.
   */
  readonly allowPrivate?: readonly string[];
  /** Hears every error of the loops; never throws. */
  readonly onError: (error: unknown) => void;
  /** Of one attempt, from the name's look-up to the end of the answer. */
  readonly timeoutMs?: number;
  /**
   * How often events are looked for; what is due by its retry schedule is looked for at a fifth of
   * that.
   */
  readonly pollMs?: number;
  /** Endpoints that are sent to at the same time by this process. */
  readonly places?: number;
  readonly random?: () => number;
  readonly resolve?: SenderOptions['resolve'];
}

export interface Webhooks {
  /** What endpoint-desk.ts and replay.ts are called with. */
  readonly desk: EndpointDeskDeps;
  /** For metrics, over all shops of this database. */
  backlog(): Promise<Backlog>;
  start(): void;
  /**
   * A hint that the shop has new events or deliveries: saves the poll's delay. Cheap; served once
   * per shop and poll, and only after `start`.
   */
  nudge(shopId: string): void;
  /**
   * Fans out and attempts all that is due for this shop now, and answers how many attempts that
   * were. Looks for nothing further after the wall time `until`. Works with and without `start`.
   */
  drainShop(shopId: string, until?: Instant): Promise<number>;
  /**
   * Begins nothing more and lets attempts end within the deadline; those cut off are made again
   * elsewhere.
   */
  stop(deadlineMs: number): Promise<void>;
}

const TIMEOUT_MS = 15_000;
const POLL_MS = 200;
const POLL_AFTER_ERROR_MS = 2_000;
const DUE_POLL_FACTOR = 5;
const PLACES = 32;
const SHOPS_AT_ONCE = 200;
const ENDPOINTS_AT_ONCE = 200;
/** Rounds of fan-out for one shop before others have their turn. */
const FAN_OUT_ROUNDS = 20;
const DRAIN_ROUNDS = 100;
const NUDGES_REMEMBERED = 10_000;
const ZERO = '00000000-0000-0000-0000-000000000000';
const START: EndpointRef = { shopId: ZERO, endpointId: ZERO };

interface Service {
  readonly options: WebhooksOptions;
  readonly turns: Turns;
  /** Where the search for due endpoints goes on: everyone's turn comes. */
  after: EndpointRef;
  isStopping: boolean;
  /** When a nudge of the shop was last served, by performance.now(). */
  readonly nudgedAtMs: Map<string, number>;
  readonly underWay: Set<Promise<unknown>>;
  readonly timers: Set<NodeJS.Timeout>;
}

export function createWebhooks(options: WebhooksOptions): Webhooks {
  const { deeds, vault, onError, timeoutMs = TIMEOUT_MS, pollMs = POLL_MS } = options;
  const isAllowed = createAddressRule(options.allowPrivate ?? []);
  const { resolve, random = Math.random, places = PLACES } = options;
  const sender = createSender({ isAllowed, timeoutMs, ...(resolve && { resolve }) });
  let isCut = false;
  let isStarted = false;
  const deps: DeliverDeps = {
    deeds,
    vault,
    sender,
    recorder: createRecorder(deeds.db, deeds.wall),
    leaseMs: timeoutMs * 3 + 15_000,
    random,
    isStopping: () => service.isStopping,
    isCut: () => isCut,
  };
  const service: Service = {
    options,
    turns: createTurns({ places, onError, run: (ref) => deliverTurn(deps, ref) }),
    after: START,
    isStopping: false,
    nudgedAtMs: new Map(),
    underWay: new Set(),
    timers: new Set(),
  };
  return {
    desk: { deeds, vault, sender },
    backlog: () => readBacklog(deeds.db, deeds.wall()),
    start() {
      if (isStarted) throw new Error('the webhooks have been started before');
      isStarted = true;
      repeat(service, pollMs, () => fanOutAll(service));
      repeat(service, pollMs * DUE_POLL_FACTOR, () => findDue(service));
    },
    nudge(shopId) {
      if (!isStarted || !mayServe(service, shopId, pollMs)) return;
      void run(service, () => begin(service, shopId));
    },
    drainShop: (shopId, until) => drainShop(service, shopId, until),
    async stop(deadlineMs) {
      service.isStopping = true;
      for (const timer of service.timers) clearTimeout(timer);
      await Promise.allSettled(service.underWay);
      const ended = service.turns.stop();
      const deadline = setTimeout(() => {
        isCut = true;
        void sender.destroy();
      }, deadlineMs);
      await ended;
      clearTimeout(deadline);
      await sender.destroy();
    },
  };
}

/** One nudge of a shop in the time of a poll: events may come by the hundred a second. */
function mayServe(service: Service, shopId: string, everyMs: number): boolean {
  const nowMs = performance.now();
  const { nudgedAtMs } = service;
  const lastMs = nudgedAtMs.get(shopId);
  if (lastMs !== undefined && nowMs - lastMs < everyMs) return false;
  if (nudgedAtMs.size >= NUDGES_REMEMBERED) nudgedAtMs.clear();
  nudgedAtMs.set(shopId, nowMs);
  return true;
}

/** Runs a piece of a loop; `stop` waits for it. */
function run(service: Service, work: () => Promise<unknown>): Promise<boolean> {
  if (service.isStopping) return Promise.resolve(false);
  const piece = work();
  service.underWay.add(piece);
  return piece
    .then(
      () => true,
      (error) => {
        service.options.onError(error);
        return false;
      },
    )
    .finally(() => service.underWay.delete(piece));
}

function repeat(service: Service, everyMs: number, work: () => Promise<void>): void {
  const again = (afterMs: number) => {
    if (service.isStopping) return;
    const timer = setTimeout(async () => {
      service.timers.delete(timer);
      const isFine = await run(service, work);
      again(isFine ? everyMs : POLL_AFTER_ERROR_MS);
    }, afterMs);
    service.timers.add(timer);
  };
  again(0);
}

async function fanOutAll(service: Service): Promise<void> {
  const shops = await shopsBehind(service.options.deeds.db, SHOPS_AT_ONCE);
  for (const shopId of shops) {
    if (service.isStopping) return;
    try {
      await fanOutShop(service, shopId);
    } catch (error) {
      // One shop's trouble is not the next one's.
      service.options.onError(error);
    }
  }
}

async function fanOutShop(service: Service, shopId: string): Promise<void> {
  for (let round = 0; round < FAN_OUT_ROUNDS; round++) {
    const { endpointIds, hasMore } = await fanOut(service.options.deeds, shopId);
    for (const endpointId of endpointIds) service.turns.add({ shopId, endpointId });
    if (!hasMore) return;
  }
}

async function findDue(service: Service): Promise<void> {
  const { db, wall } = service.options.deeds;
  const { after } = service;
  const found = await dueEndpoints(db, { now: wall(), after, limit: ENDPOINTS_AT_ONCE });
  service.after = found.length < ENDPOINTS_AT_ONCE ? START : found.at(-1)!;
  for (const ref of found) service.turns.add(ref);
}

/**
 * Fans out for one shop and starts the turns of its endpoints that have something due; answers how
 * many.
 */
async function begin(service: Service, shopId: string): Promise<number> {
  const { db, wall } = service.options.deeds;
  await fanOutShop(service, shopId);
  const filter = { now: wall(), after: START, limit: ENDPOINTS_AT_ONCE, shopId };
  const found = await dueEndpoints(db, filter);
  for (const ref of found) service.turns.add(ref);
  return found.length;
}

async function drainShop(service: Service, shopId: string, until?: Instant): Promise<number> {
  const { wall } = service.options.deeds;
  let attempts = 0;
  for (let round = 0; round < DRAIN_ROUNDS && !service.isStopping; round++) {
    if (until !== undefined && Temporal.Instant.compare(wall(), until) >= 0) break;
    const begun = await begin(service, shopId);
    attempts += await service.turns.settled(shopId);
    if (begun === 0) break;
  }
  return attempts;
}
