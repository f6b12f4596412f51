// Deeds: throwing a stop switch and releasing it. What a switch stops is in shop.ts (`stopFor`).

import type { Sql } from '../base/database.ts';
import type { MerchantDeps } from './open-shop.ts';
import type { StopSwitch } from './shop.ts';
import { deleteStop, insertStop, selectStops } from './shop-store.ts';

/**
 * `target`: the rail's name, the shop's id, or '' for `all` and `recovery`. Answers whether it was
 * off before.
 */
export async function setStop(
  deps: MerchantDeps,
  stop: {
    readonly scope: StopSwitch['scope'];
    readonly target: string;
    readonly reason: string;
    readonly by: string;
  },
): Promise<boolean> {
  const changed = await deps.db.transaction(async (tx) => {
    const wasOff = await insertStop(tx, stop, stop.by, deps.wall());
    if (wasOff) await tell(deps, tx, 'stop.set', stop, { reason: stop.reason });
    return wasOff;
  });
  deps.shops?.invalidate();
  return changed;
}

/** Answers whether it was on. */
export async function clearStop(
  deps: MerchantDeps,
  stop: {
    readonly scope: StopSwitch['scope'];
    readonly target: string;
    readonly by: string;
  },
): Promise<boolean> {
  const changed = await deps.db.transaction(async (tx) => {
    const wasOn = await deleteStop(tx, stop.scope, stop.target);
    if (wasOn) await tell(deps, tx, 'stop.cleared', stop, {});
    return wasOn;
  });
  deps.shops?.invalidate();
  return changed;
}

async function tell(
  deps: MerchantDeps,
  tx: Parameters<NonNullable<MerchantDeps['audit']>>[0],
  action: string,
  stop: { readonly scope: StopSwitch['scope']; readonly target: string; readonly by: string },
  data: Readonly<Record<string, unknown>>,
): Promise<void> {
  await deps.audit?.(tx, {
    shopId: stop.scope === 'shop' ? stop.target : null,
    by: stop.by,
    action,
    subject: `${stop.scope}:${stop.target}`,
    data,
  });
}

/** All switches that are on, read now and not from a cache: what must hold at once asks this. */
export function readStops(sql: Sql): Promise<readonly StopSwitch[]> {
  return selectStops(sql);
}
