// What asking banks for files and notices needs beside FundsDeps, wired once in main.
import type { BusinessCalendar } from '../base/calendar.ts';
import type { Tx } from '../base/deed.ts';
import type { ShopRailAccount } from '../merchants/rail-accounts.ts';
import type { Rail } from '../rails/rail.ts';
import type { FundsDeps } from './funds-deps.ts';
import type { PollTimes } from './poll-times.ts';

export interface PollingDeps extends FundsDeps {
  /** By rail name. */
  readonly rails: ReadonlyMap<string, Rail<unknown>>;
  readonly calendar: BusinessCalendar;
  readonly fileTimes: PollTimes;
  readonly noticeTimes: PollTimes;
}

/** The rail of an account; an account of a rail that is not installed is a fault of the set-up. */
export async function railOf(
  deps: PollingDeps,
  railAccountId: string,
): Promise<{ readonly account: ShopRailAccount; readonly rail: Rail }> {
  const account = await deps.railAccounts.byId(railAccountId);
  const rail = deps.rails.get(account.rail);
  if (rail === undefined) throw new Error(`no rail ${account.rail} is installed`);
  return { account, rail };
}

/**
 * Asks a rail account's bank for files and notices, at once and from then on. For main to call for
 * every rail account at start, and for whoever makes a new one.
 */
export async function startPolling(deps: PollingDeps, railAccountId: string): Promise<void> {
  const { account, rail } = await railOf(deps, railAccountId);
  await deps.deeds.run(account.operatorShopId, async (tx) => {
    if (rail.collectFiles !== undefined) addPoll(tx, 'funds.collect', railAccountId);
    if (rail.unsentCredits !== undefined) addPoll(tx, 'funds.poll_credits', railAccountId);
  });
}

function addPoll(tx: Tx, kind: string, key: string): void {
  tx.addWork({ kind, key, dueAt: tx.now, clock: 'shop' });
}
