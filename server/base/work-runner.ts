// Runs claimed work: slots shared fairly between shops, leases renewed while a handler runs, the
// outcome written under the claim's fence. What is due and when it is claimed is worker.ts; the SQL
// is work.ts.
import type { Instant, WallClock } from './clock.ts';
import { CommitUnknown, isConnectionLoss, type Sql } from './database.ts';
import { type ClaimedWork, failWork, finishWork, postponeWork, renewWork } from './work.ts';

export type WorkOutcome = 'done' | { readonly again: Instant };

export interface WorkHandler {
  /** How long after a crash another worker takes the work over. Renewed while `run` goes on. */
  readonly leaseMs: number;
  /** How many are claimed at once for one shop. */
  readonly batch: number;
  /** Set aside as dead after so many claims; Infinity where work must never be given up (money). */
  readonly maxAttempts: number;
  /**
   * Must bear being run again: a crash after its commit repeats it. `again` postpones, on the clock
   * of the work. `signal` aborts when the claim was lost or the process must end: no further effect
   * may begin then.
   */
  run(work: ClaimedWork, signal: AbortSignal): Promise<WorkOutcome>;
}

export interface WorkRunnerOptions {
  readonly db: Sql;
  readonly wall: WallClock;
  readonly handlers: Readonly<Record<string, WorkHandler>>;
  readonly concurrency: number;
  readonly onError: (error: unknown, work?: ClaimedWork) => void;
  /** In [0, 1): jitter of the back-off. */
  readonly random: () => number;
}

export interface WorkRunner {
  /** Takes claimed work in and resolves when all of it has been settled. Never rejects. */
  take(claimed: readonly ClaimedWork[]): Promise<void>;
  /** Claims of these kinds of a shop that wait or run here. */
  held(shopId: string, kinds: readonly string[]): number;
  readonly heldTotal: number;
  /** Resolves when nothing of the shop waits or runs here. */
  settled(shopId: string): Promise<void>;
  /** Gives back what has not begun, waits for the rest; what runs longer is aborted. */
  stop(deadlineMs: number): Promise<void>;
}

const BACKOFF_FIRST_MS = 1_000;
const BACKOFF_MAX_MS = 300_000;
/** How long aborted handlers are given to end before their leases are left to run out. */
const ABORT_GRACE_MS = 1_000;

interface Held {
  work: ClaimedWork;
  readonly handler: WorkHandler;
  readonly abort: AbortController;
  leaseUntil: Instant;
  readonly settle: () => void;
  readonly settled: Promise<void>;
}

interface Bench {
  readonly options: WorkRunnerOptions;
  /** Everything claimed here, by shop, kind and key. */
  readonly held: Map<string, Held>;
  /** How many of `held`, by shop and kind. */
  readonly counts: Map<string, number>;
  /** Claims that wait for a slot, by shop; the shop that comes next is first. */
  readonly waiting: Map<string, Held[]>;
  readonly running: Map<string, number>;
  runningTotal: number;
  isRenewing: boolean;
  heartbeat: NodeJS.Timeout | undefined;
}

export function createWorkRunner(options: WorkRunnerOptions): WorkRunner {
  const bench: Bench = {
    options,
    held: new Map(),
    counts: new Map(),
    waiting: new Map(),
    running: new Map(),
    runningTotal: 0,
    isRenewing: false,
    heartbeat: undefined,
  };
  return {
    take(claimed) {
      const items = claimed.map((work) => takeOne(bench, work));
      if (items.length > 0) startHeartbeat(bench);
      fill(bench);
      return settledOf(items);
    },
    held: (shopId, kinds) =>
      kinds.reduce((sum, kind) => sum + (bench.counts.get(countId(shopId, kind)) ?? 0), 0),
    get heldTotal() {
      return bench.held.size;
    },
    settled: (shopId) =>
      settledOf([...bench.held.values()].filter((item) => item.work.shopId === shopId)),
    async stop(deadlineMs) {
      await giveBack(bench);
      const rest = settledOf(bench.held.values());
      await Promise.race([rest, pause(deadlineMs)]);
      for (const item of bench.held.values()) item.abort.abort();
      if (bench.held.size > 0) await Promise.race([rest, pause(ABORT_GRACE_MS)]);
      clearInterval(bench.heartbeat);
    },
  };
}

/** 1 s, 2 s, 4 s … at most 5 min, of which the last half is random. */
export function backoffMs(attempts: number, random: number): number {
  const full = Math.min(BACKOFF_MAX_MS, BACKOFF_FIRST_MS * 2 ** Math.min(attempts - 1, 20));
  return Math.round(full / 2 + (full / 2) * random);
}

function idOf(work: { readonly kind: string; readonly key: string }, shopId: string): string {
  return `${shopId}\0${work.kind}\0${work.key}`;
}

function leaseEnd(bench: Bench, handler: WorkHandler): Instant {
  return bench.options.wall().add({ milliseconds: handler.leaseMs });
}

const countId = (shopId: string, kind: string) => `${shopId}\0${kind}`;

function count(bench: Bench, { shopId, kind }: ClaimedWork, change: 1 | -1): void {
  const id = countId(shopId, kind);
  const now = (bench.counts.get(id) ?? 0) + change;
  if (now === 0) bench.counts.delete(id);
  else bench.counts.set(id, now);
}

function takeOne(bench: Bench, work: ClaimedWork): Held {
  const id = idOf(work, work.shopId);
  const handler = bench.options.handlers[work.kind];
  if (handler === undefined) throw new Error(`no handler for work of the kind ${work.kind}`);
  const known = bench.held.get(id);
  if (known !== undefined) {
    // Our own lease ran out (a stalled process) and we claimed it again: the run under way goes on
    // under the new fence, but it still answers only for the version that it began with.
    known.work = { ...known.work, fence: work.fence };
    known.leaseUntil = leaseEnd(bench, handler);
    return known;
  }
  const { promise: settled, resolve: settle } = Promise.withResolvers<void>();
  const leaseUntil = leaseEnd(bench, handler);
  const abort = new AbortController();
  const item: Held = { work, handler, abort, leaseUntil, settle, settled };
  bench.held.set(id, item);
  count(bench, work, 1);
  const queue = bench.waiting.get(work.shopId);
  if (queue === undefined) bench.waiting.set(work.shopId, [item]);
  else queue.push(item);
  return item;
}

/** The next claim to run: shops take turns, and none has more than half of the slots. */
function nextWaiting(bench: Bench): Held | undefined {
  const perShop = Math.max(1, Math.ceil(bench.options.concurrency / 2));
  for (const [shopId, queue] of bench.waiting) {
    if ((bench.running.get(shopId) ?? 0) >= perShop) continue;
    bench.waiting.delete(shopId);
    const item = queue.shift();
    if (queue.length > 0) bench.waiting.set(shopId, queue);
    return item;
  }
  return undefined;
}

function fill(bench: Bench): void {
  while (bench.runningTotal < bench.options.concurrency) {
    const item = nextWaiting(bench);
    if (item === undefined) return;
    const { shopId } = item.work;
    bench.runningTotal += 1;
    bench.running.set(shopId, (bench.running.get(shopId) ?? 0) + 1);
    void runOne(bench, item).finally(() => {
      bench.runningTotal -= 1;
      const left = bench.running.get(shopId)! - 1;
      if (left > 0) bench.running.set(shopId, left);
      else bench.running.delete(shopId);
      release(bench, item);
      fill(bench);
    });
  }
}

function release(bench: Bench, item: Held): void {
  bench.held.delete(idOf(item.work, item.work.shopId));
  count(bench, item.work, -1);
  item.settle();
  if (bench.held.size > 0) return;
  clearInterval(bench.heartbeat);
  bench.heartbeat = undefined;
}

async function runOne(bench: Bench, item: Held): Promise<void> {
  const { db, onError } = bench.options;
  try {
    // A claim whose last attempt never came back: the process died of it. It is not tried for ever.
    if (item.work.attempts > item.handler.maxAttempts) {
      await failWork(db, item.work, { error: 'its last attempt never ended', retryAt: null });
      return;
    }
    const outcome = await item.handler.run(item.work, item.abort.signal);
    if (outcome === 'done') await finishWork(db, item.work);
    else await postponeWork(db, item.work, outcome.again);
  } catch (error) {
    onError(error, item.work);
    await fail(bench, item, error);
  }
}

async function fail(bench: Bench, item: Held, error: unknown): Promise<void> {
  // Nobody knows what happened, or nothing can be written now: the lease runs out and it is done
  // again.
  if (error instanceof CommitUnknown || isConnectionLoss(error)) return;
  if (item.abort.signal.aborted) return;
  const { db, wall, random, onError } = bench.options;
  const { attempts } = item.work;
  const isDead = attempts >= item.handler.maxAttempts;
  const retryAt = isDead ? null : wall().add({ milliseconds: backoffMs(attempts, random()) });
  try {
    await failWork(db, item.work, { error: `${error}`, retryAt });
  } catch (lost) {
    onError(lost, item.work);
  }
}

function startHeartbeat(bench: Bench): void {
  if (bench.heartbeat !== undefined) return;
  const leases = Object.values(bench.options.handlers).map((handler) => handler.leaseMs);
  const everyMs = Math.max(20, Math.min(...leases) / 3);
  bench.heartbeat = setInterval(() => {
    if (bench.isRenewing) return;
    bench.isRenewing = true;
    void renewAll(bench).finally(() => {
      bench.isRenewing = false;
    });
  }, everyMs);
}

async function renewAll(bench: Bench): Promise<void> {
  const byShop = Map.groupBy(bench.held.values(), (item) => item.work.shopId);
  for (const [shopId, items] of byShop) {
    try {
      await renewShop(bench, shopId, items);
    } catch (error) {
      bench.options.onError(error);
      for (const item of items) {
        const isOver = Temporal.Instant.compare(bench.options.wall(), item.leaseUntil) >= 0;
        if (isOver) item.abort.abort();
      }
    }
  }
}

async function renewShop(bench: Bench, shopId: string, items: readonly Held[]): Promise<void> {
  const ends = items.map((item) => leaseEnd(bench, item.handler));
  const claims = items.map((item) => item.work);
  const rows = await renewWork(bench.options.db, shopId, claims, ends);
  const kept = new Set(rows.map((row) => `${idOf(row, shopId)}\0${row.fence}`));
  items.forEach((item, index) => {
    const { fence } = claims[index]!;
    if (kept.has(`${idOf(item.work, shopId)}\0${fence}`)) item.leaseUntil = ends[index]!;
    // Under a newer fence by now (takeOne), the newer lease counts.
    else if (item.work.fence === fence) item.abort.abort();
  });
}

async function giveBack(bench: Bench): Promise<void> {
  const unbegun = [...bench.waiting.values()].flat();
  bench.waiting.clear();
  for (const item of unbegun) {
    try {
      await postponeWork(bench.options.db, item.work, item.work.dueAt);
    } catch (error) {
      bench.options.onError(error, item.work);
    }
    release(bench, item);
  }
}

async function settledOf(items: Iterable<Held>): Promise<void> {
  await Promise.all([...items].map((item) => item.settled));
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });
}
