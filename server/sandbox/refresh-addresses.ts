// The sandbox bank may come up at another address: the contracts of test shops with it follow, and
// it learns where its deposit notices go. Those by files get the folders they keep copies in.
import type { RailAccountDeps, RailAccounts } from '../merchants/rail-accounts.ts';
import { updateRailAccountConfig } from '../merchants/rail-accounts.ts';
import type { Rail } from '../rails/rail.ts';
import type { SandboxBank } from './sandbox-bank.ts';

export interface RefreshDeps extends RailAccountDeps {
  readonly railAccounts: RailAccounts;
  readonly rails: ReadonlyMap<string, Rail<unknown>>;
  readonly sandboxBank: SandboxBank | undefined;
}

/** `publicUrl`: where the bank reaches this installation. */
export async function refreshAddresses(deps: RefreshDeps, publicUrl: string): Promise<void> {
  const bank = deps.sandboxBank;
  if (bank === undefined) return;
  for (const account of await deps.railAccounts.list()) {
    if (account.rail !== 'bank_transfer' || account.mode !== 'test') continue;
    if (account.connector === 'file') await deps.rails.get(account.rail)?.prepare?.(account);
    if (account.connector !== 'http') continue;
    const config = account.config as { baseUrl?: string };
    if (config.baseUrl !== bank.apiUrl) {
      await updateRailAccountConfig(deps, {
        railAccountId: account.id,
        config: { ...config, baseUrl: bank.apiUrl },
        by: 'sandbox',
      });
    }
    await bank.setWebhook(account.operatorShopId, `${publicUrl}/hooks/bank/${account.id}`);
  }
}
