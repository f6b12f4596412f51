// Money prepaid at rails, watched: asked of each rail in time, and the operator warned once it
// falls below the line, and told again when it is back above it.
import type { Instant } from '../base/clock.ts';
import type { Tx } from '../base/deed.ts';
import { publicId, uuidv7 } from '../base/ids.ts';
import type { ClaimedWork } from '../base/work.ts';
import { nextPoll, type PollTimes, timesFor } from '../funds/poll-times.ts';
import type { ShopRailAccount } from '../merchants/rail-accounts.ts';
import { prefundForUpdate, savePrefund } from './rail-watch-store.ts';
import type { RailWatchDeps } from './watch-rails.ts';

const TIMES: PollTimes = {
  everyMinutes: 10,
  from: '00:00',
  to: '23:59',
  businessDaysOnly: false,
};

/** Handler of `remittances.watch_prefund`; its key is the rail account. */
export async function watchPrefund(
  deps: RailWatchDeps,
  work: ClaimedWork,
  signal: AbortSignal,
): Promise<{ again: Instant }> {
  const account = await deps.railAccounts.byId(work.key);
  await askPrefund(deps, account, signal);
  const now = await deps.remittances.deeds.now(work.shopId);
  const times = timesFor(account.mode, TIMES);
  return { again: nextPoll(now, deps.remittances.calendar, times) };
}

/** What was not to be learnt stands as it was; `ping` and the rail's warnings say why. */
async function askPrefund(
  { remittances }: RailWatchDeps,
  account: ShopRailAccount,
  signal: AbortSignal,
): Promise<void> {
  const rail = remittances.rails.get(account.rail);
  const leftYen = await rail?.prefundedYen?.(account, signal);
  if (leftYen === undefined) {
    remittances.log('prefund_unknown', { rail: account.rail, railAccountId: account.id });
    return;
  }
  await remittances.deeds.run(account.operatorShopId, async (tx) => {
    const former = await prefundForUpdate(tx, account.id);
    const isLow = leftYen < former.warnBelowYen;
    const lowSince = isLow ? (former.lowSince ?? tx.now) : null;
    await savePrefund(tx, { ...former, leftYen, askedAt: tx.now, lowSince });
    if (isLow === (former.lowSince !== null)) return;
    tell(tx, account, isLow, { leftYen, warnBelowYen: former.warnBelowYen });
    remittances.log(isLow ? 'prefund_low' : 'prefund_restored', {
      ...{ rail: account.rail, railAccountId: account.id, leftYen },
    });
  });
}

/** To whoever the operator has listen to its own tenant. */
function tell(
  tx: Tx,
  account: ShopRailAccount,
  isLow: boolean,
  { leftYen, warnBelowYen }: { readonly leftYen: number; readonly warnBelowYen: number },
): void {
  tx.emit({
    type: isLow ? 'prefund.low' : 'prefund.restored',
    objectId: uuidv7(tx.now.epochMilliseconds),
    objectSequence: 1,
    payload: JSON.stringify({
      rail_account_id: publicId('rac', account.id),
      ...{ rail: account.rail, name: account.name, left: leftYen, threshold: warnBelowYen },
    }),
  });
}
