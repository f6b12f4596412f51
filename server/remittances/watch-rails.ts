// What is watched at every rail account: its prepaid money, its daily file. Begun at start, and
// with every new contract.
import type { RailAccounts } from '../merchants/rail-accounts.ts';
import type { RemittanceDeps } from './terms.ts';

export interface RailWatchDeps {
  readonly remittances: RemittanceDeps;
  readonly railAccounts: Pick<RailAccounts, 'byId'>;
}

/** Adding the same work again changes nothing. */
export async function watchRail(deps: RailWatchDeps, railAccountId: string): Promise<void> {
  const account = await deps.railAccounts.byId(railAccountId);
  const rail = deps.remittances.rails.get(account.rail);
  if (rail === undefined) throw new Error(`no rail ${account.rail} is installed`);
  await deps.remittances.deeds.run(account.operatorShopId, async (tx) => {
    const work = { key: railAccountId, dueAt: tx.now, clock: 'shop' } as const;
    if (rail.prefundedYen !== undefined) {
      tx.addWork({ ...work, kind: 'remittances.watch_prefund' });
    }
    if (rail.day !== undefined) {
      tx.addWork({ ...work, kind: 'remittances.reconcile_day' });
    }
  });
}
