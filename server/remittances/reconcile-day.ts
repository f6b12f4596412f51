// A rail's own file of each day, fetched and held against our books. What the file knows first is
// settled by inquiry; what then still differs is kept for a person and told to the operator.
import { type Instant, type PlainDate, tokyoDate, tokyoInstant } from '../base/clock.ts';
import { publicId, uuidv7 } from '../base/ids.ts';
import type { ClaimedWork } from '../base/work.ts';
import type { ShopRailAccount } from '../merchants/rail-accounts.ts';
import { shopsOfRailAccount } from '../merchants/shop-methods.ts';
import type { Rail, RailDay } from '../rails/rail.ts';
import { type Attempt, attemptsByCodes, attemptsPaidOn } from './attempt-store.ts';
import { type DayDifference, dayDifferences, type OurPayment } from './day-difference.ts';
import { shopNumberOf } from './dispatch-code.ts';
import { inquireOne } from './inquire.ts';
import { recordOrphan } from './orphan-store.ts';
import { dayBefore, daysOf, firstDayOf, type StoredDay, saveDay } from './rail-watch-store.ts';
import { remittancesByIds } from './remittance-store.ts';
import type { RailWatchDeps } from './watch-rails.ts';

const MAX_DAYS_A_RUN = 31;
const READY_AT = '06:30';
const NOT_READY: Readonly<Record<'test' | 'live', { readonly minutes: number }>> = {
  live: { minutes: 30 },
  test: { minutes: 360 },
};

/** Handler of `remittances.reconcile_day`; its key is the rail account. */
export async function reconcileDays(
  deps: RailWatchDeps,
  work: ClaimedWork,
  signal: AbortSignal,
): Promise<{ again: Instant }> {
  const account = await deps.railAccounts.byId(work.key);
  const { deeds } = deps.remittances;
  const now = await deeds.now(work.shopId);
  const today = tokyoDate(now);
  const [last] = await daysOf(deeds.db, account.id, 1);
  let day = last?.day.add({ days: 1 }) ?? (await firstDayOf(deeds.db, account.id, today));
  for (let count = 0; count < MAX_DAYS_A_RUN; count++) {
    if (Temporal.PlainDate.compare(day, today) >= 0) break;
    if ((await reconcileDay(deps, account, day, signal)) === undefined) {
      return { again: now.add(NOT_READY[account.mode]) };
    }
    day = day.add({ days: 1 });
  }
  const isBehind = Temporal.PlainDate.compare(day, today) < 0;
  return { again: isBehind ? now : tokyoInstant(day.add({ days: 1 }), READY_AT) };
}

/** One day, again if need be; undefined while the rail has no file of it. */
export async function reconcileDay(
  deps: RailWatchDeps,
  account: ShopRailAccount,
  date: PlainDate,
  signal: AbortSignal,
): Promise<StoredDay | undefined> {
  const { remittances } = deps;
  const rail = remittances.rails.get(account.rail);
  if (rail?.day === undefined) throw new Error(`the rail ${account.rail} has no daily file`);
  const day = await rail.day(account, date, signal);
  if (day === undefined) return undefined;
  const first = await compare(deps, account, rail, day, signal);
  const behind = first.filter(({ kind }) => kind === 'not_applied');
  await settleBehind(deps, behind, signal);
  const left = behind.length === 0 ? first : await compare(deps, account, rail, day, signal);
  const stored = {
    ...{ railAccountId: account.id, day: date, openingYen: day.openingYen },
    ...{ closingYen: day.closingYen, fundedYen: day.fundedYen, differences: left },
    takenYen: day.entries.reduce((sum, { takenYen }) => sum + takenYen, 0),
    entryCount: day.entries.length,
    settledCount: first.length - left.length,
    reconciledAt: await remittances.deeds.now(account.operatorShopId),
  };
  await remittances.deeds.run(account.operatorShopId, async (tx) => {
    await saveDay(tx, stored);
    for (const { kind, dispatchCode } of left) {
      if (kind !== 'unknown_payment' || dispatchCode === null) continue;
      const detail = `in the file of ${date}, unknown here`;
      await recordOrphan(tx, { dispatchCode, railAccountId: account.id, state: 'paid', detail });
    }
    if (left.length === 0) return;
    tx.emit({
      type: 'rail.day_differs',
      objectId: uuidv7(tx.now.epochMilliseconds),
      objectSequence: 1,
      payload: JSON.stringify({
        rail_account_id: publicId('rac', account.id),
        ...{ rail: account.rail, day: date.toString(), differences: left.length },
      }),
    });
  });
  const facts = { rail: account.rail, day: date.toString(), settled: stored.settledCount };
  remittances.log('rail_day_reconciled', { ...facts, differences: left.length });
  return { ...stored, explainedBy: null, explanation: null };
}

async function compare(
  deps: RailWatchDeps,
  account: ShopRailAccount,
  rail: Rail<unknown>,
  day: RailDay,
  signal: AbortSignal,
): Promise<DayDifference[]> {
  const { db } = deps.remittances.deeds;
  const codes = day.entries.map(({ dispatchCode }) => dispatchCode);
  const ours = new Map<string, OurPayment>();
  for (const [shopId, ofShop] of await byShop(deps, codes)) {
    for (const payment of await paymentsOf(deps, shopId, await attemptsByCodes(db, shopId, ofShop)))
      ours.set(payment.attempt.dispatchCode, payment);
  }
  const from = tokyoInstant(day.date, '00:00');
  const until = tokyoInstant(day.date.add({ days: 1 }), '00:00');
  const paidHere: OurPayment[] = [];
  for (const shopId of await shopsOfRailAccount(db, account.id)) {
    const paid = await attemptsPaidOn(db, shopId, account.id, from, until);
    paidHere.push(...(await paymentsOf(deps, shopId, paid)));
  }
  const told = new Set(day.entries.filter(({ takenYen }) => takenYen > 0).map(codeOf));
  if (paidHere.some(({ attempt }) => !told.has(attempt.dispatchCode))) {
    // What ended with the last moment of a day is told in the file of that day.
    const former = await rail.day?.(account, day.date.subtract({ days: 1 }), signal);
    for (const { dispatchCode } of former?.entries ?? []) told.add(dispatchCode);
  }
  const before = await dayBefore(db, account.id, day.date);
  const isNext = before?.day.add({ days: 1 }).equals(day.date) ?? false;
  const closingYen = isNext ? before!.closingYen : null;
  return dayDifferences(day, ours, paidHere, told, closingYen);
}

const codeOf = ({ dispatchCode }: { readonly dispatchCode: string }) => dispatchCode;

async function byShop(
  { remittances }: RailWatchDeps,
  codes: readonly string[],
): Promise<ReadonlyMap<string, string[]>> {
  const groups = new Map<string, string[]>();
  for (const code of codes) {
    const number = shopNumberOf(code);
    const shop = number === undefined ? undefined : await remittances.shops.findByNumber(number);
    if (shop === undefined) continue;
    groups.set(shop.shopId, [...(groups.get(shop.shopId) ?? []), code]);
  }
  return groups;
}

async function paymentsOf(
  { remittances }: RailWatchDeps,
  shopId: string,
  attempts: readonly Attempt[],
): Promise<OurPayment[]> {
  const ids = [...new Set(attempts.map(({ remittanceId }) => remittanceId))];
  const found = await remittancesByIds(remittances.deeds.db, shopId, ids);
  const byId = new Map(found.map((remittance) => [remittance.remittanceId, remittance]));
  return attempts.map((attempt) => ({ attempt, remittance: byId.get(attempt.remittanceId)! }));
}

/** Notices were lost: the rail is asked about each, and its answer is applied like any other. */
async function settleBehind(
  deps: RailWatchDeps,
  behind: readonly DayDifference[],
  signal: AbortSignal,
): Promise<void> {
  const { remittances } = deps;
  const codes = behind.flatMap(({ dispatchCode }) => (dispatchCode === null ? [] : [dispatchCode]));
  for (const [shopId, ofShop] of await byShop(deps, codes)) {
    for (const { submissionId } of await attemptsByCodes(remittances.deeds.db, shopId, ofShop)) {
      await inquireOne(remittances, { shopId, key: submissionId }, signal);
    }
  }
}
