// The decision over a batch of instructions of one shop, under the shop's lock: which are taken,
// which are replays, which are refused and why. Pure and in order: an item sees the effects of
// those before it, and a refused item takes nothing from those after it.
import { type Yen, yen } from '../base/money.ts';
import type { Refusal } from '../base/refusal.ts';
import {
  fundsOwed,
  insufficientFunds,
  overDayLimit,
  overRemittanceLimit,
  referenceAlreadyUsed,
} from './refusals.ts';

export interface Candidate {
  readonly reference: string;
  readonly fingerprint: Buffer;
  readonly amountYen: Yen;
  /** Refused already for its form, destination or date. */
  readonly refusal: Refusal | undefined;
  /** The id it gets if it is taken. */
  readonly remittanceId: string;
  /** Never queued for want of money: a link promises it to somebody. */
  readonly mustBeFunded?: boolean;
}

export interface KnownReference {
  readonly remittanceId: string;
  readonly fingerprint: Buffer;
}

/** The shop as the lock found it. */
export interface Standing {
  readonly availableYen: number;
  /** What the shop owes after a cancelled deposit that was spent; 0 = nothing. */
  readonly owedYen: number;
  readonly instructedTodayYen: number;
  readonly maxDayYen: number;
  readonly maxRemittanceYen: number;
  readonly queuesWithoutFunds: boolean;
  readonly known: ReadonlyMap<string, KnownReference>;
}

export type Decision =
  | { readonly kind: 'take'; readonly funded: boolean }
  | { readonly kind: 'replay'; readonly remittanceId: string }
  | { readonly kind: 'refuse'; readonly refusal: Refusal };

export function decide(candidates: readonly Candidate[], standing: Standing): Decision[] {
  let availableYen = standing.availableYen;
  let leftTodayYen = standing.maxDayYen - standing.instructedTodayYen;
  const takenHere = new Map<string, KnownReference>();

  return candidates.map((candidate): Decision => {
    // The reference comes first: a replay answers with the first remittance whatever has changed
    // since.
    const known = takenHere.get(candidate.reference) ?? standing.known.get(candidate.reference);
    if (known !== undefined) {
      if (known.fingerprint.equals(candidate.fingerprint)) {
        return { kind: 'replay', remittanceId: known.remittanceId };
      }
      const refusal = referenceAlreadyUsed(candidate.reference, known.remittanceId);
      return { kind: 'refuse', refusal };
    }
    const refusal = candidate.refusal ?? limitRefusal(candidate, standing, leftTodayYen);
    if (refusal !== undefined) return { kind: 'refuse', refusal };
    const funded = candidate.amountYen <= availableYen;
    if (!funded && (!standing.queuesWithoutFunds || candidate.mustBeFunded)) {
      return { kind: 'refuse', refusal: insufficientFunds(candidate.amountYen, availableYen) };
    }
    if (funded) availableYen -= candidate.amountYen;
    leftTodayYen -= candidate.amountYen;
    takenHere.set(candidate.reference, candidate);
    return { kind: 'take', funded };
  });
}

function limitRefusal(
  candidate: Candidate,
  standing: Standing,
  leftTodayYen: number,
): Refusal | undefined {
  if (standing.owedYen > 0) return fundsOwed(standing.owedYen);
  if (candidate.amountYen > standing.maxRemittanceYen) {
    return overRemittanceLimit(candidate.amountYen, standing.maxRemittanceYen);
  }
  if (candidate.amountYen > leftTodayYen) {
    return overDayLimit(standing.maxDayYen, yen(Math.max(0, leftTodayYen)));
  }
  return undefined;
}
