// Amazon answers so many calls a second to one partner and throttles the rest. Who calls, waits
// here: never more than the limit within any second, lanes in turn, a bounded number waiting.
import { setTimeout as sleep } from 'node:timers/promises';

/** `full`: too many wait already. `gone`: the caller gave up. In neither case may it call. */
export type Passage = 'passed' | 'full' | 'gone';

export interface Throttle {
  /**
   * Waits for one call to the partner. Callers of one partner share its limit; their lanes (rail
   * accounts) take turns, so that a long queue in one delays another by one call at most.
   */
  pass(call: Call): Promise<Passage>;
}

export interface Call {
  readonly partner: string;
  readonly lane: string;
  readonly callsPerSecond: number;
  readonly signal: AbortSignal;
}

export interface ThrottleDependencies {
  /** Milliseconds that only go forward. */
  readonly monotonicMs: () => number;
  readonly sleep: (ms: number) => Promise<unknown>;
}

interface Waiter {
  readonly resolve: (passage: Passage) => void;
}

interface Partner {
  /** Lanes in the order of their next turn; a lane without waiters is not here. */
  readonly lanes: Map<string, Set<Waiter>>;
  /** When the last calls passed, oldest first, as many as the limit. */
  readonly passedAt: number[];
  waiting: number;
  isDraining: boolean;
}

const MAX_WAITING = 1_000;
/** Calls may arrive at Amazon closer to one another than they left. */
const WINDOW_MS = 1_050;

const realTime: ThrottleDependencies = { monotonicMs: () => performance.now(), sleep };

export function createThrottle(dependencies: ThrottleDependencies = realTime): Throttle {
  const partners = new Map<string, Partner>();

  function waitMs(partner: Partner, limit: number): number {
    const oldest = partner.passedAt.at(-limit);
    return oldest === undefined ? 0 : oldest + WINDOW_MS - dependencies.monotonicMs();
  }

  async function drain(partner: Partner, limit: number): Promise<void> {
    partner.isDraining = true;
    while (partner.waiting > 0) {
      const ms = waitMs(partner, limit);
      if (ms > 0) await dependencies.sleep(Math.ceil(ms));
      else release(partner, limit);
    }
    partner.isDraining = false;
  }

  function release(partner: Partner, limit: number): void {
    const [lane, waiters] = partner.lanes.entries().next().value!;
    const [next] = waiters;
    remove(partner, lane, next!);
    // To the end of the row: every other lane comes first now.
    if (partner.lanes.delete(lane)) partner.lanes.set(lane, waiters);
    partner.passedAt.push(dependencies.monotonicMs());
    partner.passedAt.splice(0, partner.passedAt.length - limit);
    next!.resolve('passed');
  }

  return {
    pass({ partner: name, lane, callsPerSecond, signal }) {
      const known = partners.get(name);
      const partner = known ?? { lanes: new Map(), passedAt: [], waiting: 0, isDraining: false };
      if (known === undefined) partners.set(name, partner);
      if (signal.aborted) return Promise.resolve('gone');
      if (partner.waiting >= MAX_WAITING) return Promise.resolve('full');
      const { promise, resolve } = Promise.withResolvers<Passage>();
      const waiter: Waiter = {
        resolve(passage) {
          signal.removeEventListener('abort', giveUp);
          resolve(passage);
        },
      };
      const giveUp = () => {
        remove(partner, lane, waiter);
        waiter.resolve('gone');
      };
      signal.addEventListener('abort', giveUp, { once: true });
      const waiters = partner.lanes.get(lane) ?? new Set();
      partner.lanes.set(lane, waiters.add(waiter));
      partner.waiting += 1;
      if (!partner.isDraining) void drain(partner, callsPerSecond);
      return promise;
    },
  };
}

function remove(partner: Partner, lane: string, waiter: Waiter): void {
  const waiters = partner.lanes.get(lane)!;
  waiters.delete(waiter);
  partner.waiting -= 1;
  if (waiters.size === 0) partner.lanes.delete(lane);
}
