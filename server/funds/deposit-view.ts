// A deposit as the outside sees it: the JSON of events and, with its payer and account, of the API.
import { tokyoTimestamp } from '../base/clock.ts';
import type { Tx } from '../base/deed.ts';
import { publicId } from '../base/ids.ts';
import type { StoredDeposit } from './deposit-store.ts';

export interface DepositView {
  readonly id: string;
  readonly amount: number;
  readonly currency: 'JPY';
  readonly status: string;
  readonly value_date: string;
  readonly reversed_on: string | null;
  readonly received_at: string;
  readonly sequence: number;
}

export function depositView(
  deposit: Omit<StoredDeposit, 'payerSealed' | 'sendBackSealed'>,
): DepositView {
  return {
    id: publicId('dep', deposit.depositId),
    amount: deposit.amountYen,
    currency: 'JPY',
    status: deposit.status,
    value_date: deposit.valueDate.toString(),
    reversed_on: deposit.reversedOn?.toString() ?? null,
    received_at: tokyoTimestamp(deposit.receivedAt),
    sequence: deposit.eventSequence,
  };
}

/**
 * `deposit.received`, `deposit.reversed`, `deposit.unmatched`, ...: named after the status it now
 * has.
 */
export function emitDeposit(tx: Tx, deposit: StoredDeposit): void {
  tx.emit({
    type: `deposit.${deposit.status}`,
    objectId: deposit.depositId,
    objectSequence: deposit.eventSequence,
    payload: JSON.stringify(depositView(deposit)),
  });
}
