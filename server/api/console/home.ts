// /console/api/shops/{shop}/home: what a person must do before today's cut-off, whether the money
// is enough, what needs someone, how the last days went. One answer for one page.
import { type Instant, tokyoTimestamp } from '../../base/clock.ts';
import { balancesOf } from '../../ledger/books.ts';
import type { Shop } from '../../merchants/shop.ts';
import { dueByDay, listRemittances, listView } from '../../remittances/find.ts';
import {
  dueUntil,
  linksEnding,
  nextCutOff,
  type Total,
  totalsOf,
  totalsSince,
} from '../../remittances/overview.ts';
import type { RemittanceDeps } from '../../remittances/terms.ts';
import type { RemittanceView } from '../../remittances/view.ts';
import { type ConsoleApi, mayAlso, ShopParams, shopOf } from './console-route.ts';
import { redacted, type Sight } from './remittance-views.ts';
import { sightOf } from './remittances.ts';

const RECENT_DAYS = 7;
const TROUBLE_DAYS = 14;
const TROUBLES_SHOWN = 8;
const LINKS_SHOWN = 8;
const LINK_DAYS = 3;
const DAYS_AHEAD = 14;

const hours = (days: number) => ({ hours: 24 * days });

export interface CountedView {
  readonly count: number;
  readonly amount: number;
}

export interface HomeView {
  /** The shop's now, and whether its clock was moved (test shops). */
  readonly now: string;
  readonly clock_moved: boolean;
  /** Of bank transfers; null where the contract has none. */
  readonly cut_off: {
    readonly at: string;
    readonly transfer_date: string;
    readonly due: CountedView;
  } | null;
  readonly awaiting_approval: CountedView;
  readonly awaiting_funds: CountedView;
  /** Null for those who may not see it. */
  readonly balance: {
    readonly available: number;
    readonly reserved: number;
    readonly in_flight: number;
    /** What must still be paid in for all that waits for funds. */
    readonly missing: number;
    /** The line drawn by the shop; null where none is. */
    readonly low_line: number | null;
    readonly ahead: readonly (CountedView & { readonly date: string })[];
  } | null;
  /** Failed, returned or held back in the last days, newest first. */
  readonly troubles: readonly RemittanceView[];
  readonly more_troubles: boolean;
  readonly ending_links: readonly {
    readonly remittance: RemittanceView;
    readonly expires_at: string;
    readonly opened: boolean;
  }[];
  /** Instructed in the last seven days, by where they are now. */
  readonly recent: readonly (CountedView & { readonly status: string })[];
  readonly recent_since: string;
}

export function registerHome(api: ConsoleApi, deps: RemittanceDeps): void {
  api.get(
    '/console/api/shops/:shopId/home',
    { config: { action: 'remittances.read' }, schema: { params: ShopParams } },
    (request) => homeOf(deps, shopOf(request), sightOf(request), mayAlso(request, 'balance.read')),
  );
}

async function homeOf(
  deps: RemittanceDeps,
  shop: Shop,
  sight: Sight,
  seesBalance: boolean,
): Promise<HomeView> {
  const { shopId } = shop;
  const { db, wall } = deps.deeds;
  const now = await deps.deeds.now(shopId);
  const since = now.subtract(hours(RECENT_DAYS));
  const [cutOff, waiting, recent, troubles, links] = await Promise.all([
    cutOffOf(deps, shop, now),
    totalsOf(db, shopId, ['awaiting_approval', 'awaiting_funds']),
    totalsSince(db, shopId, since),
    troublesOf(deps, shopId, now),
    linksEnding(db, shopId, now.add(hours(LINK_DAYS)), LINKS_SHOWN),
  ]);
  const linkViews = await listView(
    deps,
    links.map(({ remittance }) => remittance),
  );
  const awaitingFunds = counted(waiting, 'awaiting_funds');
  return {
    now: tokyoTimestamp(now),
    clock_moved: Math.abs(now.since(wall()).total('minutes')) > 1,
    cut_off: cutOff,
    awaiting_approval: counted(waiting, 'awaiting_approval'),
    awaiting_funds: awaitingFunds,
    balance: seesBalance ? await balanceOf(deps, shop, awaitingFunds.amount) : null,
    troubles: troubles.slice(0, TROUBLES_SHOWN).map((view) => redacted(view, sight)),
    more_troubles: troubles.length > TROUBLES_SHOWN,
    ending_links: links.map(({ expiresAt, isOpened }, index) => ({
      remittance: redacted(linkViews[index]!, sight),
      expires_at: tokyoTimestamp(expiresAt),
      opened: isOpened,
    })),
    recent: recent.map(({ status, count, amountYen }) => ({ status, count, amount: amountYen })),
    recent_since: tokyoTimestamp(since),
  };
}

function counted(totals: readonly Total[], status: string): CountedView {
  const found = totals.find((total) => total.status === status);
  return { count: found?.count ?? 0, amount: found?.amountYen ?? 0 };
}

async function cutOffOf(
  deps: RemittanceDeps,
  shop: Shop,
  now: Instant,
): Promise<HomeView['cut_off']> {
  const plan = await nextCutOff(deps, shop, now);
  if (plan === undefined) return null;
  const due = await dueUntil(deps.deeds.db, shop.shopId, plan.dispatchAt);
  return {
    at: tokyoTimestamp(plan.dispatchAt),
    transfer_date: plan.transferDate.toString(),
    due: { count: due.count, amount: due.amountYen },
  };
}

/** One more than is shown, where there are more. */
async function troublesOf(deps: RemittanceDeps, shopId: string, now: Instant) {
  const createdFrom = now.subtract(hours(TROUBLE_DAYS));
  const limit = TROUBLES_SHOWN + 1;
  const [ended, held] = await Promise.all([
    listRemittances(deps, shopId, { statuses: ['failed', 'returned'], createdFrom, limit }),
    listRemittances(deps, shopId, { isHeld: true, createdFrom, limit }),
  ]);
  const rows = [...held, ...ended].sort((one, other) =>
    one.remittanceId < other.remittanceId ? 1 : -1,
  );
  return listView(deps, rows.slice(0, limit));
}

async function balanceOf(
  { deeds: { db } }: RemittanceDeps,
  { shopId, lowBalanceYen }: Shop,
  awaitingFundsYen: number,
): Promise<HomeView['balance']> {
  const [balances, days] = await Promise.all([balancesOf(db, shopId), dueByDay(db, shopId)]);
  const available = balances.get('available') ?? 0;
  let inFlightYen = 0;
  for (const [account, balanceYen] of balances) {
    if (account.startsWith('in_flight:')) inFlightYen += balanceYen;
  }
  return {
    available,
    reserved: balances.get('reserved') ?? 0,
    in_flight: inFlightYen,
    missing: Math.max(0, awaitingFundsYen - available),
    low_line: lowBalanceYen,
    ahead: days
      .slice(0, DAYS_AHEAD)
      .map(({ date, count, amountYen }) => ({ date: date.toString(), count, amount: amountYen })),
  };
}
