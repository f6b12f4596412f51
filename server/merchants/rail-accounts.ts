// Contracts with rails: made, given to a shop, read with their configuration decrypted. What a
// configuration holds is the connector's matter.
import type { Vault } from '../base/crypto.ts';
import type { Sql } from '../base/database.ts';
import { uuidv7 } from '../base/ids.ts';
import { openAccounts } from '../ledger/books.ts';
import type { RailAccount } from '../rails/rail.ts';
import { createBriefCache } from './cache.ts';
import type { MerchantDeps } from './open-shop.ts';
import {
  insertRailAccount,
  type StoredRailAccount,
  selectRailAccount,
  selectRailAccounts,
  updateConfig,
} from './rail-account-store.ts';
import { modesDiffer, railAccountUnknown, shopUnknown } from './refusals.ts';
import type { Shop } from './shop.ts';
import { selectShopForUpdate, updateBankRailAccount } from './shop-store.ts';

const PURPOSE = 'rail_account';
const CACHE_MS = 1000;
const MAX_ACCOUNTS = 1000;

/** A rail account with what the core needs to know of it beside what its connector needs. */
export interface ShopRailAccount extends RailAccount {
  readonly rail: string;
  readonly name: string;
  /** The operator's tenant that owns the credits nobody claims. */
  readonly operatorShopId: string;
}

export interface RailAccounts {
  /** Throws the refusal `rail_account_not_found`. Cached for a second. */
  byId(railAccountId: string): Promise<ShopRailAccount>;
  /** All of them, oldest first; at most 1,000. */
  list(): Promise<ShopRailAccount[]>;
  invalidate(): void;
}

export interface RailAccountDeps extends MerchantDeps {
  readonly vault: Vault;
  readonly railAccounts?: Pick<RailAccounts, 'invalidate'>;
}

function opened(vault: Vault, stored: StoredRailAccount): ShopRailAccount {
  return {
    id: stored.railAccountId,
    rail: stored.rail,
    connector: stored.connector,
    mode: stored.mode,
    name: stored.name,
    operatorShopId: stored.operatorShopId,
    config: JSON.parse(vault.open(stored.configSealed, PURPOSE)),
  };
}

/** The account read past the cache; throws the refusal `rail_account_not_found`. */
export async function railAccountById(
  sql: Sql,
  vault: Vault,
  railAccountId: string,
): Promise<ShopRailAccount> {
  const stored = await selectRailAccount(sql, railAccountId);
  if (stored === undefined) throw railAccountUnknown();
  return opened(vault, stored);
}

export function createRailAccounts(
  sql: Sql,
  vault: Vault,
  nowMs: () => number = () => performance.now(),
): RailAccounts {
  const cache = createBriefCache({
    lifeMs: CACHE_MS,
    maxEntries: MAX_ACCOUNTS,
    nowMs,
    load: (id: string) => railAccountById(sql, vault, id),
  });
  return {
    byId: (id) => cache.get(id),
    list: async () =>
      (await selectRailAccounts(sql, MAX_ACCOUNTS)).map((stored) => opened(vault, stored)),
    invalidate: () => cache.forget(),
  };
}

/**
 * Makes a rail account; the operator's tenant gets its `cash:` account for credits that nobody
 * claims.
 */
export async function createRailAccount(
  deps: RailAccountDeps,
  input: {
    readonly rail: string;
    readonly connector: string;
    readonly mode: Shop['mode'];
    readonly name: string;
    readonly config: unknown;
    readonly operatorShopId: string;
    readonly by: string;
  },
): Promise<string> {
  const railAccountId = uuidv7(deps.wall().epochMilliseconds);
  const { rail, connector, mode, name, operatorShopId } = input;
  await deps.db.transaction(async (tx) => {
    const operator = await selectShopForUpdate(tx, operatorShopId);
    // A test shop is a world of its own, so it may own the credits that nobody claims in it.
    const owns = operator?.kind === 'operator' || operator?.mode === 'test';
    if (operator === undefined || !owns) throw shopUnknown();
    if (operator.mode !== mode) throw modesDiffer();
    const configSealed = deps.vault.seal(JSON.stringify(input.config), PURPOSE);
    const stored = { railAccountId, rail, connector, mode, name, operatorShopId, configSealed };
    await insertRailAccount(tx, stored);
    await openAccounts(tx, operatorShopId, [`cash:${railAccountId}`]);
    await deps.audit?.(tx, {
      shopId: operatorShopId,
      by: input.by,
      action: 'rail_account.created',
      subject: railAccountId,
      data: { rail, connector, mode, name },
    });
  });
  return railAccountId;
}

/** Replaces the configuration (new credentials, another address). The log tells that, not what. */
export async function updateRailAccountConfig(
  deps: RailAccountDeps,
  input: { readonly railAccountId: string; readonly config: unknown; readonly by: string },
): Promise<void> {
  await deps.db.transaction(async (tx) => {
    const sealed = deps.vault.seal(JSON.stringify(input.config), PURPOSE);
    const changed = await updateConfig(tx, input.railAccountId, sealed);
    if (changed === 0) throw railAccountUnknown();
    await deps.audit?.(tx, {
      shopId: null,
      by: input.by,
      action: 'rail_account.config_changed',
      subject: input.railAccountId,
      data: {},
    });
  });
  deps.railAccounts?.invalidate();
}

/** The contract a shop's bank transfers leave by from now on. */
export async function assignBankRailAccount(
  deps: RailAccountDeps,
  input: { readonly shopId: string; readonly railAccountId: string; readonly by: string },
): Promise<void> {
  await deps.db.transaction(async (tx) => {
    const shop = await selectShopForUpdate(tx, input.shopId);
    if (shop === undefined) throw shopUnknown();
    const account = await selectRailAccount(tx, input.railAccountId);
    if (account === undefined) throw railAccountUnknown();
    if (account.mode !== shop.mode) throw modesDiffer();
    await updateBankRailAccount(tx, input.shopId, input.railAccountId);
    await openAccounts(tx, input.shopId, [`cash:${input.railAccountId}`]);
    await deps.audit?.(tx, {
      shopId: input.shopId,
      by: input.by,
      action: 'shop.bank_rail_account_assigned',
      subject: input.shopId,
      data: { before: shop.bankRailAccountId, after: input.railAccountId },
    });
  });
  deps.shops?.invalidate(input.shopId);
}
