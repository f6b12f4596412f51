// The worker: finds shops with due work, claims it a batch per shop, hands it to the runner. Nudges
// save the poll's delay. Handlers come from main; how one is run, renewed and settled is
// work-runner.ts.
import type { Instant, WallClock } from './clock.ts';
import type { Sql } from './database.ts';
import { type ClaimedWork, claimWork, shopsWithWork } from './work.ts';
import { createWorkRunner, type WorkHandler, type WorkRunner } from './work-runner.ts';

export interface WorkerOptions {
  readonly db: Sql;
  readonly wall: WallClock;
  /** By kind. A kind without a handler is left alone for other processes. */
  readonly handlers: Readonly<Record<string, WorkHandler>>;
  /** Handlers that run at the same time in this process, of all shops together. */
  readonly concurrency: number;
  readonly pollMs?: number;
  /** Hears every error of a handler (with its work) and of the loop (without); never throws. */
  readonly onError: (error: unknown, work?: ClaimedWork) => void;
  readonly random?: () => number;
}

export interface Worker {
  start(): void;
  /**
   * A hint, after a commit, that the shop has new work. Cheap; at most one claim per shop and poll
   * comes of it.
   */
  nudge(shopId: string): void;
  /**
   * Runs what is due for this shop now, and what becomes due by that, and answers how many runs
   * that were. Stops beginning new batches at the wall time `until` and after 20,000 runs. Work in
   * back-off is not waited for. Works with and without `start`; errors of the database are thrown.
   */
  drainShop(shopId: string, until?: Instant): Promise<number>;
  /** Claims nothing more, gives back what has not begun, lets the rest end within the deadline. */
  stop(deadlineMs: number): Promise<void>;
}

const POLL_MS = 200;
const POLL_AFTER_ERROR_MS = 2_000;
const SHOPS_AT_ONCE = 100;
const DRAIN_RUNS_MAX = 20_000;

/** Kinds that are claimed alike go in one statement. */
interface ClaimGroup {
  readonly kinds: string[];
  readonly leaseMs: number;
  readonly batch: number;
}

interface Loop {
  readonly options: WorkerOptions;
  readonly runner: WorkRunner;
  readonly groups: readonly ClaimGroup[];
  readonly nudged: Set<string>;
  /** Since the last poll, by nudge: the next nudge of the shop waits for the poll. */
  readonly claimedSincePoll: Set<string>;
  readonly claiming: Set<Promise<unknown>>;
  isStopping: boolean;
  turn: Promise<void> | undefined;
  timer: NodeJS.Timeout | undefined;
}

export function createWorker(options: WorkerOptions): Worker {
  const { db, wall, handlers, concurrency, onError, random = Math.random } = options;
  const loop: Loop = {
    options,
    runner: createWorkRunner({ db, wall, handlers, concurrency, onError, random }),
    groups: groupHandlers(handlers),
    nudged: new Set(),
    claimedSincePoll: new Set(),
    claiming: new Set(),
    isStopping: false,
    turn: undefined,
    timer: undefined,
  };
  let isStarted = false;
  return {
    start() {
      if (isStarted) throw new Error('the worker has been started before');
      isStarted = true;
      schedule(loop, 0);
    },
    nudge(shopId) {
      if (!isStarted || loop.isStopping || loop.claimedSincePoll.has(shopId)) return;
      loop.nudged.add(shopId);
      if (loop.nudged.size === 1) setImmediate(() => serveNudged(loop));
    },
    drainShop: (shopId, until) => drainShop(loop, shopId, until),
    async stop(deadlineMs) {
      loop.isStopping = true;
      clearTimeout(loop.timer);
      await loop.turn;
      await Promise.allSettled(loop.claiming);
      await loop.runner.stop(deadlineMs);
    },
  };
}

function groupHandlers(handlers: WorkerOptions['handlers']): ClaimGroup[] {
  const groups = new Map<string, ClaimGroup>();
  for (const [kind, { leaseMs, batch }] of Object.entries(handlers)) {
    const id = `${leaseMs}/${batch}`;
    const group = groups.get(id) ?? { kinds: [], leaseMs, batch };
    group.kinds.push(kind);
    groups.set(id, group);
  }
  return [...groups.values()];
}

function schedule(loop: Loop, afterMs: number): void {
  if (loop.isStopping) return;
  loop.timer = setTimeout(() => {
    loop.turn = poll(loop).then((nextMs) => schedule(loop, nextMs));
  }, afterMs);
}

/** One look at the table; answers in how many milliseconds the next is due. */
async function poll(loop: Loop): Promise<number> {
  const { db, wall, handlers, pollMs = POLL_MS, concurrency, onError } = loop.options;
  loop.claimedSincePoll.clear();
  // Enough is held to keep every slot busy until the next poll; others may take the rest.
  if (loop.runner.heldTotal >= concurrency * 4) return pollMs;
  try {
    const kinds = Object.keys(handlers);
    const shops = await shopsWithWork(db, { kinds, wallNow: wall(), limit: SHOPS_AT_ONCE });
    await Promise.all(shops.map((shopId) => claimShop(loop, shopId)));
    return pollMs;
  } catch (error) {
    onError(error);
    return POLL_AFTER_ERROR_MS;
  }
}

function serveNudged(loop: Loop): void {
  const shops = [...loop.nudged];
  loop.nudged.clear();
  for (const shopId of shops) {
    loop.claimedSincePoll.add(shopId);
    claimShop(loop, shopId).catch((error) => loop.options.onError(error));
  }
}

/** Fills up to a batch of each group: slow work of one kind does not hold up the others. */
async function claimShop(loop: Loop, shopId: string): Promise<void> {
  for (const group of loop.groups) {
    const limit = group.batch - loop.runner.held(shopId, group.kinds);
    if (limit <= 0) continue;
    const { settled, isFull } = await claimGroup(loop, shopId, group, limit);
    if (isFull) void settled.then(() => claimMore(loop, shopId));
  }
}

/**
 * After a full batch more is waiting; while other shops keep the slots busy, the poll decides whose
 * turn it is.
 */
function claimMore(loop: Loop, shopId: string): void {
  if (loop.isStopping || loop.runner.heldTotal >= loop.options.concurrency * 2) return;
  claimShop(loop, shopId).catch((error) => loop.options.onError(error));
}

interface Claim {
  readonly count: number;
  readonly isFull: boolean;
  readonly settled: Promise<void>;
}

function claimGroup(loop: Loop, shopId: string, group: ClaimGroup, limit: number): Promise<Claim> {
  const { db, wall } = loop.options;
  const { kinds, leaseMs } = group;
  const take = async () => {
    if (loop.isStopping) return { count: 0, isFull: false, settled: Promise.resolve() };
    const claimed = await claimWork(db, shopId, { kinds, wallNow: wall(), leaseMs, limit });
    const settled = loop.runner.take(claimed);
    return { count: claimed.length, isFull: claimed.length >= limit, settled };
  };
  // `stop` waits for claims under way, so that none is taken in after it.
  const claim = take().finally(() => loop.claiming.delete(claim));
  loop.claiming.add(claim);
  return claim;
}

async function drainShop(loop: Loop, shopId: string, until?: Instant): Promise<number> {
  const isOver = () =>
    loop.isStopping ||
    (until !== undefined && Temporal.Instant.compare(loop.options.wall(), until) >= 0);
  const kinds = Object.keys(loop.options.handlers);
  let runs = 0;
  while (!isOver() && runs < DRAIN_RUNS_MAX) {
    const before = runs;
    // What the loop already holds may bring further work, so it ends first.
    await loop.runner.settled(shopId);
    for (const group of loop.groups) {
      const { count, settled } = await claimGroup(loop, shopId, group, group.batch);
      runs += count;
      await settled;
    }
    if (runs === before && loop.runner.held(shopId, kinds) === 0) return runs;
  }
  return runs;
}
