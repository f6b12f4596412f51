// A rail's own file of a day against our books: what does not agree, by payment. Pure; fetching,
// settling and keeping it is reconcile-day.ts.
import type { RailDay } from '../rails/rail.ts';
import type { Attempt } from './attempt-store.ts';
import type { Remittance } from './remittance.ts';

/**
 * - `not_applied`: the rail says more of it than we know; an inquiry settles that.
 * - `unknown_payment`: the rail has a payment that we never made.
 * - `amount`: issued over another amount than ours.
 * - `contradiction`: taken there, held for failed here: the money is gone and yet given back.
 * - `not_in_file`: paid here on that day, and the file says nothing of it.
 * - `opening`: it does not begin where the day before ended.
 */
export interface DayDifference {
  readonly kind:
    | 'not_applied'
    | 'unknown_payment'
    | 'amount'
    | 'contradiction'
    | 'not_in_file'
    | 'opening';
  readonly dispatchCode: string | null;
  readonly theirsYen: number;
  readonly oursYen: number;
}

export interface OurPayment {
  readonly attempt: Pick<Attempt, 'dispatchCode' | 'amountYen' | 'status'>;
  readonly remittance: Pick<Remittance, 'status' | 'receivedYen'>;
}

/** `paidHere`: held for paid on that day. `told`: codes of the day's file and the former. */
export function dayDifferences(
  day: RailDay,
  ours: ReadonlyMap<string, OurPayment>,
  paidHere: readonly OurPayment[],
  told: ReadonlySet<string>,
  formerClosingYen: number | null,
): DayDifference[] {
  const differences: DayDifference[] = [];
  if (formerClosingYen !== null && formerClosingYen !== day.openingYen) {
    const [theirsYen, oursYen] = [day.openingYen, formerClosingYen];
    differences.push({ kind: 'opening', dispatchCode: null, theirsYen, oursYen });
  }
  for (const entry of day.entries) {
    const { dispatchCode, issuedYen, takenYen, closed } = entry;
    const payment = ours.get(dispatchCode);
    if (payment === undefined) {
      const theirsYen = issuedYen ?? takenYen;
      differences.push({ kind: 'unknown_payment', dispatchCode, theirsYen, oursYen: 0 });
      continue;
    }
    const { amountYen, status } = payment.attempt;
    const add = (kind: DayDifference['kind'], theirsYen: number, oursYen: number) =>
      differences.push({ kind, dispatchCode, theirsYen, oursYen });
    if (issuedYen !== null && issuedYen !== amountYen) add('amount', issuedYen, amountYen);
    const oursYen = receivedYen(payment);
    if (status === 'failed' && takenYen > 0) add('contradiction', takenYen, 0);
    else if (oursYen < takenYen) add('not_applied', takenYen, oursYen);
    else if (closed !== null && status === 'processing') add('not_applied', takenYen, oursYen);
  }
  for (const payment of paidHere) {
    const { dispatchCode } = payment.attempt;
    if (told.has(dispatchCode)) continue;
    const oursYen = receivedYen(payment);
    differences.push({ kind: 'not_in_file', dispatchCode, theirsYen: 0, oursYen });
  }
  return differences;
}

/** What we hold for taken of it. An attempt that paid and came back did pay. */
function receivedYen({ attempt, remittance }: OurPayment): number {
  const isPresent = remittance.status === 'paid' || remittance.status === 'receivable';
  if (attempt.status === 'processing') return isPresent ? (remittance.receivedYen ?? 0) : 0;
  if (attempt.status === 'failed') return 0;
  return isPresent ? (remittance.receivedYen ?? attempt.amountYen) : attempt.amountYen;
}
