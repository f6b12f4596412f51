// Virtual accounts: given to a shop, closed, and told to the shop as the place to pay into.
import type { Sql } from '../base/database.ts';
import type { AccountNumber } from './deposit.ts';
import type { FundsDeps } from './funds-deps.ts';
import {
  otherWorld,
  virtualAccountInvalid,
  virtualAccountTaken,
  virtualAccountUnknown,
} from './refusals.ts';
import {
  insertVirtualAccount,
  numberKey,
  selectByNumbers,
  selectOfShop,
  updateStatus,
  type VirtualAccount,
} from './virtual-account-store.ts';

export type { VirtualAccount } from './virtual-account-store.ts';

const MAX_ACCOUNTS_OF_SHOP = 1_000;

export interface OpenVirtualAccountInput extends AccountNumber {
  readonly shopId: string;
  readonly railAccountId: string;
  readonly holderName: string;
  readonly by: string;
}

/**
 * Gives a number to a shop, or opens the shop's own again. It stays the shop's for ever: credits on
 * it may be told of late. A deed of the operator's tenant, which holds what came for nobody.
 */
export async function openVirtualAccount(
  deps: FundsDeps,
  input: OpenVirtualAccountInput,
): Promise<void> {
  requireValid(input);
  const { shopId, railAccountId, by } = input;
  const shop = await deps.shops.byId(shopId);
  const railAccount = await deps.railAccounts.byId(railAccountId);
  if (railAccount.mode !== shop.mode || shop.kind !== 'shop') throw otherWorld();
  const { operatorShopId } = railAccount;
  await deps.deeds.run(operatorShopId, async (tx) => {
    const inserted = await insertVirtualAccount(tx, {
      ...input,
      operatorShopId,
      createdAt: tx.now,
    });
    if (inserted === 0) {
      const known = await numberOf(tx, operatorShopId, input);
      if (known.shopId !== shopId) throw virtualAccountTaken();
      if (known.status === 'open') return;
      await updateStatus(tx, operatorShopId, input, { status: 'open', closedAt: null });
    }
    const subject = numberKey(input);
    await deps.audit?.(tx, { shopId, by, action: 'virtual_account.opened', subject, data: {} });
  });
}

/** Credits told of from now on go to the unmatched. A deed of the shop, which may be taking one. */
export async function closeVirtualAccount(
  deps: FundsDeps,
  input: AccountNumber & { readonly railAccountId: string; readonly by: string },
): Promise<void> {
  const { operatorShopId } = await deps.railAccounts.byId(input.railAccountId);
  const { shopId } = await numberOf(deps.deeds.db, operatorShopId, input);
  await deps.deeds.run(shopId, async (tx) => {
    const { status } = await numberOf(tx, operatorShopId, input);
    if (status === 'closed') return;
    await updateStatus(tx, operatorShopId, input, { status: 'closed', closedAt: tx.now });
    const { by } = input;
    const subject = numberKey(input);
    await deps.audit?.(tx, { shopId, by, action: 'virtual_account.closed', subject, data: {} });
  });
}

/** Where a shop pays in: its open virtual accounts, oldest first. All of them are 普通預金. */
export async function fundingInstructions(sql: Sql, shopId: string): Promise<VirtualAccount[]> {
  return (await virtualAccountsOf(sql, shopId)).filter(({ status }) => status === 'open');
}

/** Closed ones included, at most 1,000. */
export function virtualAccountsOf(sql: Sql, shopId: string): Promise<VirtualAccount[]> {
  return selectOfShop(sql, shopId, MAX_ACCOUNTS_OF_SHOP);
}

async function numberOf(
  sql: Sql,
  operatorShopId: string,
  number: AccountNumber,
): Promise<VirtualAccount> {
  const found = (await selectByNumbers(sql, operatorShopId, [number])).get(numberKey(number));
  if (found === undefined) throw virtualAccountUnknown();
  return found;
}

function requireValid(input: OpenVirtualAccountInput): void {
  const isValid =
    /^\d{4}$/.test(input.bankCode) &&
    /^\d{3}$/.test(input.branchCode) &&
    /^\d{7}$/.test(input.accountNumber) &&
    input.holderName.length >= 1 &&
    input.holderName.length <= 40;
  if (!isValid) throw virtualAccountInvalid();
}
