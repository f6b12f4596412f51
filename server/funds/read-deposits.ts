// Reading deposits: a shop's own, and those of the operator that wait to be matched, with their
// payers in the clear.
import type { Vault } from '../base/crypto.ts';
import type { Sql } from '../base/database.ts';
import { openPayer, type Payer } from './credit.ts';
import {
  type StoredDeposit,
  selectDeposit,
  selectDepositsBefore,
  selectUnmatched,
} from './deposit-store.ts';

export interface Deposit extends Omit<StoredDeposit, 'payerSealed' | 'sendBackSealed'> {
  readonly payer: Payer;
}

function opened(vault: Vault, stored: StoredDeposit): Deposit {
  const { payerSealed, sendBackSealed: _, ...deposit } = stored;
  return { ...deposit, payer: openPayer(vault, payerSealed) };
}

/** A deposit of a tenant, whether a shop's or unclaimed. */
export async function findDeposit(
  sql: Sql,
  vault: Vault,
  shopId: string,
  depositId: string,
): Promise<Deposit | undefined> {
  const stored = await selectDeposit(sql, shopId, depositId);
  return stored && opened(vault, stored);
}

/** A shop's own deposits, newest first. */
export async function depositsBefore(
  sql: Sql,
  vault: Vault,
  shopId: string,
  page: { readonly beforeId: string | null; readonly limit: number },
): Promise<Deposit[]> {
  return (await selectDepositsBefore(sql, shopId, page)).map((each) => opened(vault, each));
}

/** What came for nobody and waits in an operator's tenant, oldest first. */
export async function unmatchedDeposits(
  sql: Sql,
  vault: Vault,
  operatorShopId: string,
  page: { readonly afterId: string | null; readonly limit: number },
): Promise<Deposit[]> {
  return (await selectUnmatched(sql, operatorShopId, page)).map((each) => opened(vault, each));
}
