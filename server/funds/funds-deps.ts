// What the deeds of this folder work with, wired once in main.
import type { Vault } from '../base/crypto.ts';
import type { Deeds } from '../base/deed.ts';
import type { Audit } from '../merchants/audit.ts';
import type { RailAccounts } from '../merchants/rail-accounts.ts';
import type { Shops } from '../merchants/shops.ts';

export interface FundsDeps {
  readonly deeds: Deeds;
  readonly vault: Vault;
  readonly shops: Shops;
  readonly railAccounts: Pick<RailAccounts, 'byId'>;
  readonly audit?: Audit;
}
