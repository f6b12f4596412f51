// What a batch of instructions needs to know before it is decided: where the shop stands, and the
// accounts it names. Reads only; pipelined.
import { type PlainDate, tokyoDate } from '../base/clock.ts';
import type { Sql } from '../base/database.ts';
import { invalidInput } from '../base/refusal.ts';
import { balancesOf } from '../ledger/books.ts';
import type { Shop } from '../merchants/shop.ts';
import type { BankAccount } from '../recipients/bank-account.ts';
import { recheckDirectory } from '../recipients/bank-account.ts';
import { accountsByIds, takenIds } from '../recipients/recipient-accounts.ts';
import type { Standing } from './decide.ts';
import { type Draft, prepareDestination } from './prepare.ts';
import { accountNotFound } from './refusals.ts';
import { instructedLately, knownReferences } from './remittance-store.ts';
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

/** Where the shop stands on a day, and which of the wished account IDs hold another account. */
export interface Stood {
  on(today: PlainDate): Standing;
  readonly taken: ReadonlySet<string>;
}

export async function standingOf(
  deps: RemittanceDeps,
  sql: Sql,
  shop: Shop,
  drafts: readonly Draft[],
): Promise<Stood> {
  const { shopId } = shop;
  const wished = accountsToSave(drafts);
  const [known, balances, instructedYen, taken] = await Promise.all([
    knownReferences(
      sql,
      shopId,
      drafts.map((draft) => draft.reference),
    ),
    balancesOf(sql, shopId),
    instructedLately(sql, shopId),
    wished.length === 0 ? new Set<string>() : takenIds(deps, sql, shopId, wished),
  ]);
  const on = (today: PlainDate) => ({
    availableYen: balances.get('available') ?? 0,
    owedYen: -(balances.get('due_from_shop') ?? 0),
    instructedTodayYen: instructedYen(today),
    maxDayYen: shop.maxDayYen,
    maxRemittanceYen: shop.maxRemittanceYen,
    queuesWithoutFunds: shop.queuesWithoutFunds,
    known,
  });
  return { on, taken };
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
  const check = {
    directory: deps.directory,
    today: tokyoDate(deps.deeds.wall()).toString(),
    pointer: '/destination',
  };
  return drafts.map((draft) => {
    const { destination } = draft.instruction;
    if (destination.type !== 'account' || draft.refusal !== undefined) return draft;
    const { accountId } = destination;
    const account = accounts.get(accountId)?.account;
    if (account === undefined) return { ...draft, refusal: accountNotFound(accountId) };
    // The bank or branch may have closed since the account was kept.
    const { problems } = recheckDirectory(account, check);
    if (problems.length > 0) return { ...draft, refusal: invalidInput(problems) };
    const { vault, directory } = deps;
    return {
      ...draft,
      destination: prepareDestination(vault, directory, shopId, account, accountId),
    };
  });
}
