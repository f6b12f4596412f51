// Catching up with deposit notices that no webhook delivered. Reading the list may mark them
// delivered at the bank, so each page is kept before the next is asked for.
import { type Instant, isBefore, tokyoDate } from '../base/clock.ts';
import type { ClaimedWork } from '../base/work.ts';
import { nextPoll, timesFor } from './poll-times.ts';
import { type PollingDeps, railOf } from './polling-deps.ts';
import { storeNotices } from './receive-credit-notice.ts';

const MAX_PAGES = 100;
const CATCH_UP_DAYS = 3;

/**
 * Reads the bank's list to its end; answers how many notices were new. `dueAt`: since when it has
 * been due, on the shop's clock.
 */
export async function pollCredits(
  deps: PollingDeps,
  railAccountId: string,
  dueAt: Instant,
  signal: AbortSignal,
): Promise<number> {
  const { account, rail } = await railOf(deps, railAccountId);
  let count = 0;
  for (let page = 0; page < MAX_PAGES && !signal.aborted; page++) {
    const notices = (await rail.unsentCredits?.(account, signal)) ?? [];
    if (notices.length === 0) break;
    count += await storeNotices(deps, railAccountId, notices);
  }
  return count + (await catchUp(deps, railAccountId, dueAt, signal));
}

/**
 * A list that was read and never arrived is marked as delivered: its deposits are found again among
 * all of the last days, counted from when it was to be asked: however long the bank or Kawase was
 * away, nothing of that time is passed over. What is known already is taken once only.
 */
async function catchUp(
  deps: PollingDeps,
  railAccountId: string,
  dueAt: Instant,
  signal: AbortSignal,
): Promise<number> {
  const { account, rail } = await railOf(deps, railAccountId);
  const now = await deps.deeds.now(account.operatorShopId);
  const from = isBefore(dueAt, now) ? dueAt : now;
  const since = tokyoDate(from).subtract({ days: CATCH_UP_DAYS });
  const notices = (await rail.recentCredits?.(account, since, signal)) ?? [];
  return notices.length === 0 ? 0 : storeNotices(deps, railAccountId, notices);
}

/** Handler of `funds.poll_credits`: asks, and asks again in time. */
export async function pollCreditsWork(deps: PollingDeps, work: ClaimedWork, signal: AbortSignal) {
  await pollCredits(deps, work.key, work.dueAt, signal);
  const now = await deps.deeds.now(work.shopId);
  const { account } = await railOf(deps, work.key);
  return { again: nextPoll(now, deps.calendar, timesFor(account.mode, deps.noticeTimes)) };
}
