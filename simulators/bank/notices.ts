// Delivers webhooks: signed, in parallel and so in no order, again while they fail, some of them
// twice. What a message says is in http/webhook-control.ts.

import { createHmac } from 'node:crypto';
import type { Bank } from './bank.ts';
import type { Notice, World } from './books.ts';
import { noticeMessage } from './http/webhook-control.ts';

const RETRY_AFTER_MS = [1_000, 5_000, 30_000, 120_000, 600_000] as const;
const TIMEOUT_MS = 10_000;
const PARALLEL_MAX = 8;
const REPEAT_WITHIN_MS = 500;

interface Attempt {
  failures: number;
  delivered: number;
  nextAt: number;
  running: Promise<void> | null;
}

const UNTRIED: Attempt = { failures: 0, delivered: 0, nextAt: 0, running: null };

export interface Notices {
  /** Starts what is due for delivery; returns at once. */
  readonly kick: (world: World) => void;
  /** After the clock moved on: waits until all that is due has been tried, or for so long. */
  readonly flush: (world: World, movedMs: number, patienceMs: number) => Promise<void>;
  readonly close: () => Promise<void>;
}

export function createNotices(bank: Bank): Notices {
  const attempts = new Map<string, Attempt>();
  const closing = new AbortController();

  function running(world: World): Promise<void>[] {
    return [...world.waitingNotices]
      .map((messageId) => attempts.get(messageId)?.running ?? null)
      .filter((promise) => promise !== null);
  }

  function kick(world: World): void {
    if (world.webhookUrl === null || !world.subscribed || world.faults.down) return;
    if (world.waitingNotices.size === 0 || closing.signal.aborted) return;
    let free = PARALLEL_MAX - running(world).length;
    for (const messageId of world.waitingNotices) {
      if (free <= 0) return;
      const attempt = attempts.get(messageId) ?? { ...UNTRIED };
      if (attempt.running !== null || attempt.nextAt > bank.wallNow()) continue;
      attempts.set(messageId, attempt);
      free -= 1;
      attempt.running = deliver(world, world.notices.get(messageId)!, attempt).then(() => {
        attempt.running = null;
        kick(world);
      });
    }
  }

  async function deliver(world: World, notice: Notice, attempt: Attempt): Promise<void> {
    const body = JSON.stringify(noticeMessage(world, notice));
    const arrived = await post(world, body, closing.signal);
    if (closing.signal.aborted || notice.state !== 'waiting') return;
    const state = conclude(bank, world, notice, attempt, arrived);
    if (state === 'waiting') return;
    bank.commit({ t: 'notice', w: world.worldId, messageIds: [notice.messageId], state });
    attempts.delete(notice.messageId);
  }

  return {
    kick,
    async flush(world, movedMs, patienceMs) {
      const until = bank.wallNow() + patienceMs;
      for (const messageId of world.waitingNotices) {
        const attempt = attempts.get(messageId);
        if (attempt !== undefined) attempt.nextAt -= movedMs;
      }
      kick(world);
      for (let left = running(world); left.length > 0; left = running(world)) {
        const patience = until - bank.wallNow();
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

/** What an attempt leaves the notice in, and when it is tried next. */
function conclude(
  bank: Bank,
  world: World,
  notice: Notice,
  attempt: Attempt,
  arrived: boolean,
): Notice['state'] {
  const now = bank.wallNow();
  if (arrived) {
    attempt.delivered += 1;
    attempt.nextAt = now + bank.dice(world).throw(REPEAT_WITHIN_MS);
    return attempt.delivered <= notice.repeats ? 'waiting' : 'delivered';
  }
  const wait = RETRY_AFTER_MS[attempt.failures];
  attempt.failures += 1;
  attempt.nextAt = now + (wait ?? 0);
  return wait === undefined ? 'unsent' : 'waiting';
}

async function post(world: World, body: string, closing: AbortSignal): Promise<boolean> {
  const signature = createHmac('sha256', world.webhookSecret).update(body).digest('hex');
  try {
    const response = await fetch(world.webhookUrl!, {
      method: 'POST',
      headers: {
        'content-type': 'application/json;charset=UTF-8',
        'x-ganb-signature': signature,
      },
      body,
      redirect: 'manual',
      signal: AbortSignal.any([closing, AbortSignal.timeout(TIMEOUT_MS)]),
    });
    await response.body?.cancel();
    return response.ok;
  } catch {
    // Whatever the network did, the customer has not confirmed it.
    return false;
  }
}
