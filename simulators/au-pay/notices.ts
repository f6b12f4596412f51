// Tells the partner of every change of a charge: signed, in parallel and so in no order, again
// while it fails, some of them twice.

import type { Charge, Notice, World } from './books.ts';
import { sign } from './signing.ts';
import type { Wallet } from './wallet.ts';
import { timeText } from './wire/shown.ts';

const RETRY_AFTER_MS = [1_000, 5_000, 30_000, 120_000, 600_000, 3_600_000] as const;
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

export function createNotices(wallet: Wallet): Notices {
  const attempts = new Map<string, Attempt>();
  const closing = new AbortController();
  const keyOf = (world: World, noticeId: string) => `${world.worldId}/${noticeId}`;

  const running = (world: World): Promise<void>[] =>
    [...world.waitingNotices]
      .map((noticeId) => attempts.get(keyOf(world, noticeId))?.running ?? null)
      .filter((promise) => promise !== null);

  function kick(world: World): void {
    if (world.webhookUrl === null || world.faults.down || closing.signal.aborted) return;
    if (world.waitingNotices.size === 0) return;
    let free = PARALLEL_MAX - running(world).length;
    for (const noticeId of world.waitingNotices) {
      if (free <= 0) return;
      const key = keyOf(world, noticeId);
      const attempt = attempts.get(key) ?? { failures: 0, delivered: 0, nextAt: 0, running: null };
      if (attempt.running !== null || attempt.nextAt > wallet.wallNow()) continue;
      attempts.set(key, attempt);
      free -= 1;
      attempt.running = deliver(world, world.notices.get(noticeId)!, attempt).then(() => {
        attempt.running = null;
        kick(world);
      });
    }
  }

  async function deliver(world: World, notice: Notice, attempt: Attempt): Promise<void> {
    const arrived = await post(wallet, world, notice, closing.signal);
    if (closing.signal.aborted || notice.state !== 'waiting') return;
    const state = conclude(wallet, world, notice, attempt, arrived);
    if (state === 'waiting') return;
    wallet.commit({ t: 'notice', w: world.worldId, noticeId: notice.noticeId, state });
    attempts.delete(keyOf(world, notice.noticeId));
  }

  return {
    kick,
    async flush(world, movedMs, patienceMs) {
      const until = wallet.wallNow() + patienceMs;
      for (const noticeId of world.waitingNotices) {
        const attempt = attempts.get(keyOf(world, noticeId));
        if (attempt !== undefined) attempt.nextAt -= movedMs;
      }
      kick(world);
      for (let left = running(world); left.length > 0; left = running(world)) {
        const patience = until - wallet.wallNow();
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
  wallet: Wallet,
  world: World,
  notice: Notice,
  attempt: Attempt,
  arrived: boolean,
): Notice['state'] {
  const now = wallet.wallNow();
  if (arrived) {
    attempt.delivered += 1;
    attempt.nextAt = now + wallet.dice(world).throw(REPEAT_WITHIN_MS);
    return attempt.delivered <= notice.repeats ? 'waiting' : 'delivered';
  }
  const wait = RETRY_AFTER_MS[attempt.failures];
  attempt.failures += 1;
  attempt.nextAt = now + (wait ?? 0);
  return wait === undefined ? 'given_up' : 'waiting';
}

/** The same words however often it is told; only the signature is of its time. */
function bodyOf(charge: Charge, notice: Notice): string {
  const { noticeId, status, code, at } = notice;
  const { requestId, chargeId, amountYen } = charge;
  const shown = { requestId, chargeId, amountYen, status, code, at: timeText(at) };
  return JSON.stringify({ noticeId, charge: shown });
}

async function post(
  wallet: Wallet,
  world: World,
  notice: Notice,
  closing: AbortSignal,
): Promise<boolean> {
  const body = bodyOf(world.charges.get(notice.requestId)!, notice);
  const timestamp = String(Math.floor(wallet.wallNow() / 1_000));
  try {
    const response = await fetch(world.webhookUrl!, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-aupay-key-id': world.keyId,
        'x-aupay-timestamp': timestamp,
        'x-aupay-signature': sign(world.noticeSecret, 'NOTICE', timestamp, body),
      },
      body,
      redirect: 'manual',
      signal: AbortSignal.any([closing, AbortSignal.timeout(TIMEOUT_MS)]),
    });
    await response.body?.cancel();
    return response.ok;
  } catch {
    // Whatever the network did, the partner has not confirmed it.
    return false;
  }
}
