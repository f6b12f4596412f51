// Deeds: announcing maintenance of a rail and withdrawing it. What was planned into the window is
// planned anew and told; dispatch itself holds to the windows too, so that nothing depends on it.
import { type Instant, isBefore } from '../base/clock.ts';
import { uuidv7 } from '../base/ids.ts';
import { Refusal } from '../base/refusal.ts';
import type { ClaimedWork } from '../base/work.ts';
import type { Audit } from '../merchants/audit.ts';
import { reschedule } from './dispatch.ts';
import { closuresOf, type MaintenanceWindow, windowRefusal } from './maintenance.ts';
import {
  insertWindow,
  shopsWithin,
  windowById,
  windowsAhead,
  withdrawWindow,
} from './maintenance-store.ts';
import { forgetRailState } from './rail-state.ts';
import { railAccountsDue, remittancesWhere } from './remittance-store.ts';
import { taxPercentOn } from './tax.ts';
import { type RemittanceDeps, termsOf } from './terms.ts';

export interface MaintenanceDeps {
  readonly remittances: RemittanceDeps;
  readonly audit: Audit;
}

const MAX_ITEMS_A_DEED = 500;

/** Throws the refusal of a window that cannot be; answers its id. */
export async function announceMaintenance(
  deps: MaintenanceDeps,
  input: Omit<MaintenanceWindow, 'maintenanceId' | 'announcedBy'> & { readonly by: string },
): Promise<string> {
  const { deeds } = deps.remittances;
  const now = deeds.wall();
  const refusal = windowRefusal(input, now);
  if (refusal !== undefined) throw refusal;
  const { by, ...announced } = input;
  const maintenanceId = uuidv7(now.epochMilliseconds);
  const window: MaintenanceWindow = { ...announced, maintenanceId, announcedBy: by };
  await deeds.db.transaction(async (tx) => {
    await insertWindow(tx, window, now);
    await deps.audit(tx, {
      ...{ shopId: null, by, action: 'maintenance.announced', subject: maintenanceId },
      data: {
        ...{ rail: window.rail, rail_account_id: window.railAccountId, note: window.note },
        ...{ starts_at: window.startsAt.toString(), ends_at: window.endsAt.toString() },
      },
    });
  });
  forgetRailState(deeds.db);
  for (const shopId of await shopsWithin(deeds.db, window)) {
    await deeds.run(shopId, async (tx) => {
      const work = { kind: 'remittances.replan', key: maintenanceId, clock: 'wall' } as const;
      tx.addWork({ ...work, dueAt: deeds.wall() });
    });
  }
  return maintenanceId;
}

/** What was moved stays where it is planned by now; new plans use the time again. */
export async function withdrawMaintenance(
  deps: MaintenanceDeps,
  maintenanceId: string,
  by: string,
): Promise<void> {
  const { deeds } = deps.remittances;
  await deeds.db.transaction(async (tx) => {
    if (!(await withdrawWindow(tx, maintenanceId, by, deeds.wall()))) throw windowUnknown();
    const action = 'maintenance.withdrawn';
    await deps.audit(tx, { shopId: null, by, action, subject: maintenanceId, data: {} });
  });
  forgetRailState(deeds.db);
}

/** Announced and not over yet, in order of their beginning. */
export function maintenanceAhead(deps: RemittanceDeps): Promise<MaintenanceWindow[]> {
  return windowsAhead(deps.deeds.db, deps.deeds.wall());
}

/** Handler of the work `remittances.replan`; its key is the window's id. */
export async function replanShop(deps: RemittanceDeps, work: ClaimedWork): Promise<'done'> {
  const { db } = deps.deeds;
  // Announced by another process: what is remembered here may be from before.
  forgetRailState(db);
  const window = await windowById(db, work.key);
  if (window === undefined) return 'done';
  const shop = await deps.shops.byId(work.shopId);
  for (const accountId of await railAccountsDue(db, shop.shopId, window.endsAt)) {
    const terms = await termsOf(deps, shop, accountId);
    const account = { rail: terms.rail.name, id: accountId };
    if (closuresOf([window], account).length === 0) continue;
    for (let moved = MAX_ITEMS_A_DEED; moved === MAX_ITEMS_A_DEED; ) {
      moved = await deps.deeds.run(shop.shopId, async (tx) => {
        const found = await remittancesWhere(
          tx,
          shop.shopId,
          `and status = 'scheduled' and rail_account_id = $2 and dispatch_at >= $3
           and dispatch_at < $4 order by dispatch_at, remittance_id limit $5`,
          [accountId, later(window.startsAt, tx.now), window.endsAt, MAX_ITEMS_A_DEED],
        );
        await reschedule(tx, terms, found, await taxPercentOn(deps, tx.now));
        return found.length;
      });
    }
  }
  return 'done';
}

const later = (one: Instant, other: Instant) => (isBefore(one, other) ? other : one);

const windowUnknown = () =>
  new Refusal(
    'maintenance_not_found',
    {
      ja: 'このメンテナンスの予告はないか、すでに取り下げられています。maintenance listでご確認ください。',
      en: 'No such maintenance is announced, or it was withdrawn. Look at maintenance list.',
    },
    { status: 404 },
  );
