// Ledger accounts and transfers as the domain speaks of them: names, causes, the direction of each
// movement. Pure; the SQL is in books.ts.
import type { Yen } from '../base/money.ts';

/**
 * Owed to the shop: `available`, `reserved`, `in_flight:<rail>` (and `unmatched` for the operator's
 * own tenant). Where the money lies: `cash:<bank account>`, `prefund:<rail>`. Business: the rest. A
 * balance is credits minus debits.
 */
export type LedgerAccount =
  | 'available'
  | 'reserved'
  | 'unmatched'
  | 'fees_receivable'
  | 'fee_income'
  | 'tax_payable'
  | 'due_from_shop'
  | 'clearing'
  | `in_flight:${string}`
  | `cash:${string}`
  | `prefund:${string}`;

/** What moved the money. With the cause's id it makes a transfer unique, and explains it. */
export type TransferCause =
  | 'deposit'
  | 'deposit_repays_shortfall'
  | 'deposit_reversed'
  | 'deposit_reversed_spent'
  | 'deposit_matched'
  | 'deposit_sent_back'
  | 'instruct'
  | 'release'
  | 'dispatch'
  | 'paid'
  | 'failed'
  | 'returned'
  | 'part_paid'
  | 'not_taken'
  | 'fee';

/** Debits one account and credits another by the same amount: money moves from `from` to `to`. */
export interface NewTransfer {
  readonly from: LedgerAccount;
  readonly to: LedgerAccount;
  readonly amountYen: Yen;
  readonly cause: TransferCause;
  readonly causeId: string;
}

export const SHOP_ACCOUNTS: readonly LedgerAccount[] = [
  'available',
  'reserved',
  'unmatched',
  'fees_receivable',
  'fee_income',
  'tax_payable',
  'due_from_shop',
  'clearing',
];

/** How `available` changes by a transfer. */
export function availableDelta(transfer: NewTransfer): number {
  if (transfer.to === 'available') return transfer.amountYen;
  return transfer.from === 'available' ? -transfer.amountYen : 0;
}
