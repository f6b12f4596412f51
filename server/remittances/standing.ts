// What a batch of instructions needs to know before it is decided: where the shop stands, and the accounts it names.
// Reads only; pipelined.
import type { PlainDate } from '../base/clock.ts';
import type { Sql } from '../base/database.ts';
import { balancesOf } from '../ledger/books.ts';
import type { Shop } from '../merchants/shop.ts';
import type { BankAccount } from '../recipients/bank-account.ts';
import { accountsByIds } from '../recipients/recipient-accounts.ts';
import type { Standing } from './decide.ts';
import { type Draft, prepareDestination } from './prepare.ts';
import { accountNotFound } from './refusals.ts';
import { instructedOn, knownReferences } from './remittance-store.ts';
import type { RemittanceDeps } from './terms.ts';

/** Accounts that the drafts ask to keep under an ID of their own. */
export function accountsToSave(
  drafts: readonly Draft[],
): { readonly accountId: string; readonly account: BankAccount }[] {
  return drafts.flatMap(({ instruction: { destination } }) =>
    destination.type === 'bank_account' && destination.saveAs !== null
      ? [{ accountId: destination.saveAs, account: destination.account }]
      : [],
  );
}

/** Where the shop stands, and which of the wished account IDs already hold another account. */
export async function standingOf(
  deps: RemittanceDeps,
  sql: Sql,
  shop: Shop,
  today: PlainDate | undefined,
  drafts: readonly Draft[],
): Promise<{ standing: Standing; taken: ReadonlySet<string> }> {
  const { shopId } = shop;
  const wished = accountsToSave(drafts);
  const wishedIds = wished.map((wish) => wish.accountId);
  const [known, balances, instructedTodayYen, kept] = await Promise.all([
    knownReferences(
      sql,
      shopId,
      drafts.map((draft) => draft.reference),
    ),
    balancesOf(sql, shopId),
    today === undefined ? 0 : instructedOn(sql, shopId, today),
    wished.length === 0 ? undefined : accountsByIds(deps, sql, shopId, wishedIds),
  ]);
  const taken = new Set<string>();
  for (const { accountId, account } of wished) {
    const existing = kept?.get(accountId);
    if (existing !== undefined && !existing.sameAs(account)) taken.add(accountId);
  }
  const standing = {
    availableYen: balances.get('available') ?? 0,
    owedYen: -(balances.get('due_from_shop') ?? 0),
    instructedTodayYen,
    maxDayYen: shop.maxDayYen,
    maxRemittanceYen: shop.maxRemittanceYen,
    queuesWithoutFunds: shop.queuesWithoutFunds,
    known,
  };
  return { standing, taken };
}

/** Account IDs of the whole batch in one query; a missing one is that item's refusal. */
export async function lookUpAccounts(
  deps: RemittanceDeps,
  shopId: string,
  drafts: readonly Draft[],
): Promise<readonly Draft[]> {
  const ids = drafts.flatMap(({ instruction: { destination } }) =>
    destination.type === 'account' ? [destination.accountId] : [],
  );
  if (ids.length === 0) return drafts;
  const accounts = await accountsByIds(deps, deps.deeds.db, shopId, [...new Set(ids)]);
  return drafts.map((draft) => {
    const { destination } = draft.instruction;
    if (destination.type !== 'account' || draft.refusal !== undefined) return draft;
    const { accountId } = destination;
    const account = accounts.get(accountId)?.account;
    if (account === undefined) return { ...draft, refusal: accountNotFound(accountId) };
    const { vault, directory } = deps;
    return {
      ...draft,
      destination: prepareDestination(vault, directory, shopId, account, accountId),
    };
  });
}
