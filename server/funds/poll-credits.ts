// Catching up with deposit notices that no webhook delivered. Reading the list may mark them
// delivered at the bank, so each page is kept before the next is asked for.
import { tokyoDate } from '../base/clock.ts';
import type { ClaimedWork } from '../base/work.ts';
import { nextPoll, timesFor } from './poll-times.ts';
import { type PollingDeps, railOf } from './polling-deps.ts';
import { storeNotices } from './receive-credit-notice.ts';

const MAX_PAGES = 100;
const CATCH_UP_DAYS = 3;

/** Reads the bank's list to its end; answers how many notices were new. */
export async function pollCredits(
  deps: PollingDeps,
  railAccountId: string,
  signal: AbortSignal,
): Promise<number> {
  const { account, rail } = await railOf(deps, railAccountId);
  let count = 0;
  for (let page = 0; page < MAX_PAGES && !signal.aborted; page++) {
    const notices = (await rail.unsentCredits?.(account, signal)) ?? [];
    if (notices.length === 0) break;
    count += await storeNotices(deps, railAccountId, notices);
  }
  return count + (await catchUp(deps, railAccountId, signal));
}

/**
 * A list that was read and never arrived is marked as delivered: its deposits are found again among
 * all of the last days. What is known already is taken once only.
 */
async function catchUp(
  deps: PollingDeps,
  railAccountId: string,
  signal: AbortSignal,
): Promise<number> {
  const { account, rail } = await railOf(deps, railAccountId);
  const now = await deps.deeds.now(account.operatorShopId);
  const since = tokyoDate(now).subtract({ days: CATCH_UP_DAYS });
  const notices = (await rail.recentCredits?.(account, since, signal)) ?? [];
  return notices.length === 0 ? 0 : storeNotices(deps, railAccountId, notices);
}

/** Handler of `funds.poll_credits`: asks, and asks again in time. */
export async function pollCreditsWork(deps: PollingDeps, work: ClaimedWork, signal: AbortSignal) {
  await pollCredits(deps, work.key, signal);
  const now = await deps.deeds.now(work.shopId);
  const { account } = await railOf(deps, work.key);
  return { again: nextPoll(now, deps.calendar, timesFor(account.mode, deps.noticeTimes)) };
}
