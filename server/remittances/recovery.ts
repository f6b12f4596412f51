// After a restore or failover: dispatch stays frozen until every rail has said what it was given
// since, payments that this database does not remember are taken up again or listed for a person,
// what the banks told since is read again, and nothing can be paid a second time.
import { type Instant, type PlainDate, tokyoDate } from '../base/clock.ts';
import type { ClaimedWork } from '../base/work.ts';
import type { FundsDeps } from '../funds/funds-deps.ts';
import { importBankFile } from '../funds/import-bank-file.ts';
import { storeNotices } from '../funds/receive-credit-notice.ts';
import type { Shop } from '../merchants/shop.ts';
import type { Rail, RailAccount } from '../rails/rail.ts';
import { adoptPayments } from './adopt.ts';
import { applyStatement } from './apply-statement.ts';
import { shopNumberOf } from './dispatch-code.ts';
import { openOrphans, recordOrphan, resolveOrphan } from './orphan-store.ts';
import {
  databaseIdentity,
  readMarker,
  shopsWithScheduled,
  touchMarker,
  unreconciled,
  writeMarker,
} from './recovery-store.ts';
import type { Report } from './settle-steps.ts';
import type { RemittanceDeps } from './terms.ts';

export interface RecoveryDeps {
  readonly remittances: RemittanceDeps;
  readonly funds: FundsDeps;
  /** All rail accounts, with the tenant that does their work. */
  readonly railAccounts: () => Promise<readonly (RailAccount & RailAccountOwner)[]>;
  /** Throws the `recovery` switch, and releases it. */
  readonly freeze: (reason: string) => Promise<void>;
  readonly unfreeze: () => Promise<void>;
}

interface RailAccountOwner {
  readonly rail: string;
  readonly operatorShopId: string;
}

/**
 * Clocks differ and backups take time: asked from this long before the last moment known to be
 * lived through.
 */
const MARGIN = Temporal.Duration.from({ hours: 48 });
const BATCH = 200;
const THAW_RETRY = Temporal.Duration.from({ seconds: 1 });

/** To be called before any worker starts. Answers whether dispatch is frozen now. */
export async function guardAgainstRestore(deps: RecoveryDeps): Promise<boolean> {
  const { deeds, log } = deps.remittances;
  const identity = await databaseIdentity(deeds.db);
  const marker = await readMarker(deeds.db);
  if (marker === undefined) {
    await writeMarker(deeds.db, identity, deeds.wall());
    return false;
  }
  if (marker.identity === identity) {
    await touchMarker(deeds.db, identity, deeds.wall());
    return (await unreconciled(deeds.db)).length > 0;
  }
  log('restore_detected', { lastSeen: marker.seenAt.toString() });
  await beginRecovery(deps, marker.seenAt);
  // Only now: a process that dies before this finds the old marker and begins again.
  await writeMarker(deeds.db, identity, deeds.wall());
  return true;
}

/**
 * Freezes dispatch and asks every rail for what it was given since `lastSeen`. Also the operator's
 * to call.
 */
export async function beginRecovery(deps: RecoveryDeps, lastSeen: Instant): Promise<void> {
  const { deeds } = deps.remittances;
  await deps.freeze(`restored; last lived through ${lastSeen}`);
  const since = tokyoDate(lastSeen.subtract(MARGIN)).toString();
  const accounts = await deps.railAccounts();
  const [first] = accounts;
  if (first === undefined) {
    await liftIfClean(deps);
    return;
  }
  for (const account of accounts) {
    await deeds.run(account.operatorShopId, async (tx) =>
      tx.addWork({
        kind: 'remittances.reconcile',
        key: account.id,
        // The clock of a test shop may be far ahead, and everything waits for this.
        dueAt: deeds.wall(),
        clock: 'wall',
        payload: { since },
      }),
    );
  }
  await deeds.run(first.operatorShopId, async (tx) =>
    tx.addWork({ kind: 'remittances.thaw', key: '', dueAt: deeds.wall(), clock: 'wall' }),
  );
}

/**
 * Handler of the work `remittances.thaw`: waits until every rail has answered, then thaws what may
 * be thawed.
 */
export async function thaw(deps: RecoveryDeps): Promise<'done' | { again: Instant }> {
  const { db, wall } = deps.remittances.deeds;
  if ((await unreconciled(db)).length > 0) return { again: wall().add(THAW_RETRY) };
  await liftIfClean(deps);
  return 'done';
}

/** Keeps the marker near the present, so that a later restore knows from when to ask. */
export async function heartbeat(deps: RecoveryDeps): Promise<void> {
  const { db, wall } = deps.remittances.deeds;
  await touchMarker(db, await databaseIdentity(db), wall());
}

/** Handler of the work `remittances.reconcile`; its key is the rail account's id. */
export async function reconcileAccount(
  deps: RecoveryDeps,
  work: ClaimedWork,
  signal: AbortSignal,
): Promise<'done'> {
  const account = (await deps.railAccounts()).find(({ id }) => id === work.key);
  if (account === undefined) return 'done';
  const rail = deps.remittances.rails.get(account.rail);
  if (rail?.listPayments === undefined) {
    throw new Error(`rail ${account.rail} cannot list payments: a person must confirm`);
  }
  const since = Temporal.PlainDate.from((work.payload as { since: string }).since);
  let batch: Report[] = [];
  for await (const report of rail.listPayments(account, since, signal)) {
    // What went to the rail together is looked at together.
    const isWhole = batch.at(-1)?.railReference !== report.railReference;
    if (batch.length >= BATCH && isWhole) {
      await takeUp(deps, rail, account, batch);
      batch = [];
    }
    batch.push({ ...report, basis: 'rail_result' });
  }
  await takeUp(deps, rail, account, batch);
  await hearAgain(deps, rail, account, since, signal);
  return 'done';
}

/** What the bank told since, by file or notice: it was put away there, and is forgotten here. */
async function hearAgain(
  deps: RecoveryDeps,
  rail: Rail,
  account: RailAccount,
  since: PlainDate,
  signal: AbortSignal,
): Promise<void> {
  const { id: railAccountId } = account;
  for await (const file of rail.receivedFiles?.(account, since, signal) ?? []) {
    await importBankFile(deps.funds, { railAccountId, ...file });
  }
  const credits = (await rail.recentCredits?.(account, since, signal)) ?? [];
  await storeNotices(deps.funds, railAccountId, credits);
}

async function takeUp(
  deps: RecoveryDeps,
  rail: Rail,
  account: RailAccount & RailAccountOwner,
  reports: readonly Report[],
): Promise<void> {
  const byShop = new Map<number, { shop: Shop | undefined; reports: Report[] }>();
  for (const report of reports) {
    const number = shopNumberOf(report.dispatchCode);
    if (number === undefined) continue;
    const group = byShop.get(number) ?? {
      shop: await deps.remittances.shops.findByNumber(number),
      reports: [],
    };
    group.reports.push(report);
    byShop.set(number, group);
  }
  for (const { shop, reports: ofShop } of byShop.values()) {
    const unknown =
      shop === undefined
        ? ofShop
        : await adoptPayments(deps.remittances, shop, rail, account, ofShop);
    const tenant = shop?.shopId ?? account.operatorShopId;
    await deps.remittances.deeds.run(tenant, async (tx) => {
      for (const { dispatchCode, state, detail } of unknown) {
        await recordOrphan(tx, { dispatchCode, railAccountId: account.id, state, detail });
      }
    });
  }
}

/**
 * Thaws dispatch once no rail is left to ask, every statement that came is applied, and no unknown
 * payment is unexplained.
 */
export async function liftIfClean(deps: RecoveryDeps): Promise<boolean> {
  const { deeds, log } = deps.remittances;
  const left = await unreconciled(deeds.db);
  if (left.length === 0) {
    const tenants = (await deps.railAccounts()).map(({ operatorShopId }) => operatorShopId);
    for (const tenantId of new Set(tenants)) await applyStatement(deps.remittances, tenantId);
  }
  const orphans = await openOrphans(deeds.db);
  if (left.length > 0 || orphans.length > 0) {
    log('dispatch_stays_frozen', { rails: left.length, unexplained: orphans.length });
    return false;
  }
  await deps.unfreeze();
  for (const shopId of await shopsWithScheduled(deeds.db)) {
    await deeds.run(shopId, async (tx) =>
      tx.addWork({
        kind: 'remittances.dispatch',
        key: 'after-recovery',
        dueAt: tx.now,
        clock: 'shop',
      }),
    );
  }
  log('dispatch_thawed', {});
  return true;
}

/** A person has explained an unknown payment; the last one explained thaws dispatch. */
export async function explainOrphan(
  deps: RecoveryDeps,
  orphan: { readonly shopId: string; readonly dispatchCode: string },
  by: string,
  resolution: string,
): Promise<boolean> {
  await deps.remittances.deeds.run(orphan.shopId, (tx) =>
    resolveOrphan(tx, orphan.dispatchCode, by, resolution),
  );
  return liftIfClean(deps);
}
