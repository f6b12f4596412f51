// Moving the money of deposits and their reversals within a deed: ledger accounts opened where they
// are missing, transfers posted, events told, work asked for. The arithmetic is
// deposit-transfers.ts.
import type { Tx } from '../base/deed.ts';
import { balancesOf, openAccounts, post } from '../ledger/books.ts';
import type { LedgerAccount, NewTransfer } from '../ledger/transfer.ts';
import { warnOfLowBalance } from '../merchants/low-balance.ts';
import type { FollowedTelling } from './deposit-book.ts';
import { type StoredDeposit, selectDeposits, updateDeposit } from './deposit-store.ts';
import { depositTransfers, reversalTransfers, type Standing } from './deposit-transfers.ts';
import { emitDeposit } from './deposit-view.ts';

/** Moves the money of a batch in the ledger, marks what was reversed and tells of it all. */
export async function moveMoney(
  tx: Tx,
  warned: { readonly lowBalanceYen: number | null },
  followed: readonly FollowedTelling[],
): Promise<void> {
  const moving = followed.flatMap(({ telling, change }) =>
    change.kind === 'created' || change.kind === 'reversed' ? [{ telling, change }] : [],
  );
  if (moving.length === 0) return;
  const ids = moving.map(({ change }) => change.depositId);
  const deposits = new Map(
    (await selectDeposits(tx, tx.shopId, ids)).map((each) => [each.depositId, each]),
  );
  const ledger = await openLedger(tx, [...deposits.values()].map(liesIn));
  const { standing } = ledger;
  const availableBefore = standing.availableYen;
  const transfers: NewTransfer[] = [];
  for (const { telling, change } of moving) {
    const deposit = deposits.get(change.depositId)!;
    if (change.kind === 'created') {
      transfers.push(...depositTransfers({ ...deposit, lies: liesIn(deposit) }, standing));
      emitDeposit(tx, deposit);
    } else {
      const reversed = await reverse(tx, deposit, telling.valueDate, standing);
      deposits.set(deposit.depositId, reversed.deposit);
      transfers.push(...reversed.transfers);
    }
  }
  await post(tx, transfers);
  warnOfLowBalance(tx, warned, availableBefore, standing.availableYen);
  if (standing.availableYen > availableBefore) addReleaseWork(tx);
}

/** Cash at the bank, or clearing where it came to the shop by a match. */
export function liesIn(deposit: StoredDeposit): LedgerAccount {
  const isTwin = !deposit.unclaimed && deposit.matchedDepositId !== null;
  return isTwin ? 'clearing' : `cash:${deposit.railAccountId}`;
}

/** Opens the accounts that are missing and answers what is available and owed. */
export async function openLedger(
  tx: Tx,
  accounts: readonly LedgerAccount[],
): Promise<{ readonly standing: Standing }> {
  const balances = await balancesOf(tx, tx.shopId);
  const missing = [...new Set(accounts)].filter((account) => !balances.has(account));
  if (missing.length > 0) await openAccounts(tx, tx.shopId, missing);
  return {
    standing: {
      availableYen: balances.get('available') ?? 0,
      owedYen: Math.max(0, -(balances.get('due_from_shop') ?? 0)),
    },
  };
}

/**
 * Marks a deposit reversed and tells of it; the caller posts the transfers. Adds the work of what
 * hangs on it.
 */
export async function reverse(
  tx: Tx,
  deposit: StoredDeposit,
  reversedOn: string,
  standing: Standing,
): Promise<{ readonly deposit: StoredDeposit; readonly transfers: NewTransfer[] }> {
  const transfers = reversalTransfers({ ...deposit, lies: liesIn(deposit) }, standing);
  const changes = { status: 'reversed', reversedOn: Temporal.PlainDate.from(reversedOn) } as const;
  const reversed = await updateDeposit(tx, tx.now, deposit, changes);
  emitDeposit(tx, reversed);
  if (deposit.status === 'matched') {
    const { depositId: key } = deposit;
    tx.addWork({ kind: 'funds.reverse_match', key, dueAt: tx.now, clock: 'shop' });
  }
  return { deposit: reversed, transfers };
}

/** Money has come in: remittances that wait for it may go. */
export function addReleaseWork(tx: Tx): void {
  tx.addWork({ kind: 'remittances.release_waiting', key: '', dueAt: tx.now, clock: 'shop' });
}
