// Pushes result notices: signed anew at each try, in parallel and so in no order, again while they
// fail, some of them twice. What a notice says is fixed when it happens (apply.ts).

import type { Notice, World } from './books.ts';
import type { Network } from './network.ts';
import { signedHeaders } from './signature.ts';

const RETRY_AFTER_MS = [1_000, 5_000, 30_000, 120_000, 600_000] as const;
const TIMEOUT_MS = 10_000;
const PARALLEL_MAX = 8;
const REPEAT_WITHIN_MS = 300;

interface Attempt {
  failures: number;
  delivered: number;
  nextAt: number;
  running: Promise<void> | null;
}

export interface Notices {
  /** Starts what is due for delivery; returns at once. */
  readonly kick: (world: World) => void;
  /** After the clock moved on: waits until all that is due has been tried, or for so long. */
  readonly flush: (world: World, movedMs: number, patienceMs: number) => Promise<void>;
  readonly close: () => Promise<void>;
}

export function createNotices(network: Network): Notices {
  const attempts = new Map<string, Attempt>();
  const closing = new AbortController();

  function running(world: World): Promise<void>[] {
    return [...world.waitingNotices]
      .map((noticeId) => attempts.get(noticeId)?.running ?? null)
      .filter((promise) => promise !== null);
  }

  function kick(world: World): void {
    if (world.webhookUrl === null || world.faults.down || closing.signal.aborted) return;
    let free = PARALLEL_MAX - running(world).length;
    for (const noticeId of world.waitingNotices) {
      if (free <= 0) return;
      const attempt = attempts.get(noticeId) ?? newAttempt();
      if (attempt.running !== null || attempt.nextAt > network.wallNow()) continue;
      attempts.set(noticeId, attempt);
      free -= 1;
      attempt.running = deliver(world, world.notices.get(noticeId)!, attempt).then(() => {
        attempt.running = null;
        kick(world);
      });
    }
  }

  async function deliver(world: World, notice: Notice, attempt: Attempt): Promise<void> {
    const arrived = await post(network, world, notice.body, closing.signal);
    if (closing.signal.aborted) return;
    const state = conclude(network, world, notice, attempt, arrived);
    if (state === 'waiting') return;
    network.commit({ t: 'notice', w: world.worldId, noticeId: notice.noticeId, state });
    attempts.delete(notice.noticeId);
  }

  return {
    kick,
    async flush(world, movedMs, patienceMs) {
      const until = network.wallNow() + patienceMs;
      for (const noticeId of world.waitingNotices) {
        const attempt = attempts.get(noticeId);
        if (attempt !== undefined) attempt.nextAt -= movedMs;
      }
      kick(world);
      for (let left = running(world); left.length > 0; left = running(world)) {
        const patience = until - network.wallNow();
        if (patience <= 0) return;
        await Promise.race([
          Promise.allSettled(left),
          new Promise((resolve) => setTimeout(resolve, patience).unref()),
        ]);
      }
    },
    async close() {
      closing.abort();
      await Promise.allSettled([...attempts.values()].map((attempt) => attempt.running));
    },
  };
}

const newAttempt = (): Attempt => ({ failures: 0, delivered: 0, nextAt: 0, running: null });

/** What a try leaves the notice in, and when it is tried next. */
function conclude(
  network: Network,
  world: World,
  notice: Notice,
  attempt: Attempt,
  arrived: boolean,
): Notice['state'] {
  const now = network.wallNow();
  if (arrived) {
    attempt.delivered += 1;
    attempt.nextAt = now + network.dice(world).throw(REPEAT_WITHIN_MS);
    return attempt.delivered <= notice.repeats ? 'waiting' : 'delivered';
  }
  const wait = RETRY_AFTER_MS[attempt.failures];
  attempt.failures += 1;
  attempt.nextAt = now + (wait ?? 0);
  return wait === undefined ? 'unsent' : 'waiting';
}

async function post(
  network: Network,
  world: World,
  body: string,
  closing: AbortSignal,
): Promise<boolean> {
  const key = { keyId: world.noticeKeyId, secret: world.noticeSecret };
  try {
    const response = await fetch(world.webhookUrl!, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...signedHeaders(key, 'NOTICE', body, network.wallNow()),
      },
      body,
      redirect: 'manual',
      signal: AbortSignal.any([closing, AbortSignal.timeout(TIMEOUT_MS)]),
    });
    await response.body?.cancel();
    return response.ok;
  } catch {
    // Whatever the net did, the receiver has not confirmed it.
    return false;
  }
}
