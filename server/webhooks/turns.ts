// Whose turn it is: endpoints wait in a row, each is under way once in a process, and those that
// fail share half of the places, so that slow ones never keep the others waiting. What happens in a
// turn is deliver.ts.
import type { Turn } from './deliver.ts';
import type { EndpointRef } from './endpoint-store.ts';

export interface Turns {
  /** Puts the endpoint at the end of the row; under way already, it comes again afterwards. */
  add(ref: EndpointRef): void;
  /**
   * Resolves when nothing of the shop waits or is under way here; answers the attempts since the
   * call.
   */
  settled(shopId: string): Promise<number>;
  /** Begins no further turn; resolves when those under way have ended. */
  stop(): Promise<void>;
}

const SLOW_TURN_MS = 5_000;

interface Waiter {
  readonly shopId: string;
  attempts: number;
  readonly resolve: (attempts: number) => void;
}

interface Row {
  readonly places: number;
  readonly run: (ref: EndpointRef) => Promise<Turn>;
  readonly onError: (error: unknown) => void;
  readonly waiting: Map<string, EndpointRef>;
  readonly active: Map<string, EndpointRef>;
  /** Those whose last turn failed or took long. */
  readonly slow: Set<string>;
  readonly waiters: Set<Waiter>;
  isStopping: boolean;
}

export function createTurns(options: {
  readonly places: number;
  readonly run: (ref: EndpointRef) => Promise<Turn>;
  readonly onError: (error: unknown) => void;
}): Turns {
  const row: Row = {
    ...options,
    waiting: new Map(),
    active: new Map(),
    slow: new Set(),
    waiters: new Set(),
    isStopping: false,
  };
  const settled = (shopId: string) => {
    const { promise, resolve } = Promise.withResolvers<number>();
    row.waiters.add({ shopId, attempts: 0, resolve });
    answerWaiters(row);
    return promise;
  };
  return {
    add(ref) {
      if (row.isStopping) return;
      row.waiting.set(ref.endpointId, ref);
      fill(row);
    },
    settled,
    async stop() {
      row.isStopping = true;
      row.waiting.clear();
      answerWaiters(row);
      const shops = new Set([...row.active.values()].map((ref) => ref.shopId));
      await Promise.all([...shops].map(settled));
    },
  };
}

/** The first that may: not under way, and not one slow endpoint too many. */
function nextOf(row: Row): EndpointRef | undefined {
  const slow = [...row.active.keys()].filter((id) => row.slow.has(id)).length;
  const takesSlow = slow < Math.max(1, Math.floor(row.places / 2));
  for (const [id, ref] of row.waiting) {
    if (!row.active.has(id) && (takesSlow || !row.slow.has(id))) return ref;
  }
  return undefined;
}

function fill(row: Row): void {
  while (row.active.size < row.places && !row.isStopping) {
    const ref = nextOf(row);
    if (ref === undefined) return;
    row.waiting.delete(ref.endpointId);
    row.active.set(ref.endpointId, ref);
    void take(row, ref);
  }
}

async function take(row: Row, ref: EndpointRef): Promise<void> {
  const startedAt = performance.now();
  try {
    const turn = await row.run(ref);
    const isSlow = turn.isFailing || performance.now() - startedAt > SLOW_TURN_MS;
    for (const waiter of row.waiters) {
      if (waiter.shopId === ref.shopId) waiter.attempts += turn.attempts;
    }
    if (isSlow) row.slow.add(ref.endpointId);
    else row.slow.delete(ref.endpointId);
    if (turn.hasMore && !row.isStopping) row.waiting.set(ref.endpointId, ref);
  } catch (error) {
    row.onError(error);
  }
  row.active.delete(ref.endpointId);
  fill(row);
  answerWaiters(row);
}

function answerWaiters(row: Row): void {
  for (const waiter of row.waiters) {
    const refs = [...row.waiting.values(), ...row.active.values()];
    if (refs.some((ref) => ref.shopId === waiter.shopId)) continue;
    row.waiters.delete(waiter);
    waiter.resolve(waiter.attempts);
  }
}
