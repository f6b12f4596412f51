// How a deposit and its reversal move money in the ledger. Pure: balances are arguments.
import { type Yen, yen } from '../base/money.ts';
import type { LedgerAccount, NewTransfer } from '../ledger/transfer.ts';
import type { DepositStatus } from './deposit.ts';

/** A deposit as far as its money is concerned. */
export interface DepositMoney {
  readonly depositId: string;
  readonly amountYen: Yen;
  /** It came for no shop; the operator holds it. */
  readonly unclaimed: boolean;
  readonly status: DepositStatus;
  /** Where its money lies: the bank's cash, or clearing where it was matched by hand. */
  readonly lies: LedgerAccount;
}

/** What moves of a shop's ledger accounts; both change with each deposit of a batch. */
export interface Standing {
  availableYen: number;
  /** What the shop owes after a reversed deposit that was spent. */
  owedYen: number;
}

/** Money in: what is owed is repaid first, the rest is available. */
export function depositTransfers(deposit: DepositMoney, standing: Standing): NewTransfer[] {
  const { depositId: causeId, amountYen, lies: from } = deposit;
  if (deposit.unclaimed) {
    return [{ from, to: 'unmatched', amountYen, cause: 'deposit', causeId }];
  }
  const repaidYen = Math.min(standing.owedYen, amountYen);
  standing.owedYen -= repaidYen;
  standing.availableYen += amountYen - repaidYen;
  return some([
    {
      from,
      to: 'due_from_shop',
      amountYen: yen(repaidYen),
      cause: 'deposit_repays_shortfall',
      causeId,
    },
    { from, to: 'available', amountYen: yen(amountYen - repaidYen), cause: 'deposit', causeId },
  ]);
}

/**
 * Money taken back by the bank: from what is available, the rest is owed by the shop. `status` is
 * what it was before. One that was sent back already is a loss of the operator, who owes it to the
 * bank account in the same way.
 */
export function reversalTransfers(deposit: DepositMoney, standing: Standing): NewTransfer[] {
  const { depositId: causeId, amountYen, lies: to } = deposit;
  const cause = 'deposit_reversed';
  if (deposit.status === 'unmatched') {
    return [{ from: 'unmatched', to, amountYen, cause, causeId }];
  }
  if (deposit.status === 'matched') return [{ from: 'clearing', to, amountYen, cause, causeId }];
  const spendable = deposit.unclaimed ? 0 : Math.max(0, standing.availableYen);
  const freeYen = Math.min(spendable, amountYen);
  standing.availableYen -= freeYen;
  standing.owedYen += amountYen - freeYen;
  return some([
    { from: 'available', to, amountYen: yen(freeYen), cause, causeId },
    {
      from: 'due_from_shop',
      to,
      amountYen: yen(amountYen - freeYen),
      cause: 'deposit_reversed_spent',
      causeId,
    },
  ]);
}

function some(transfers: readonly NewTransfer[]): NewTransfer[] {
  return transfers.filter(({ amountYen }) => amountYen > 0);
}
