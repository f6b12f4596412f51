// Fees: which rule of a fee table fits, and the tax that goes with a fee. Pure. Posting a fee when
// it is earned is the remittances' matter; invoices round tax once per rate (適格請求書), so the tax
// shown here is indicative.
import type { PlainDate } from '../base/clock.ts';
import { type Yen, yen } from '../base/money.ts';

export interface FeeRule {
  /** `bank_transfer`, `atm_cash`, ... */
  readonly method: string;
  /**
   * True: only to an account at the bank the money leaves from. False: only to others. Null: both.
   */
  readonly sameBank: boolean | null;
  readonly fromYen: number;
  /** Inclusive; null = no upper end. */
  readonly toYen: number | null;
  readonly feeYen: number;
}

export interface FeeTable {
  readonly version: number;
  readonly effectiveFrom: PlainDate;
  readonly rules: readonly FeeRule[];
}

export interface TaxRate {
  readonly effectiveFrom: PlainDate;
  readonly ratePercent: number;
}

/** The table in force on `date`: the newest version among those already effective. */
export function feeTableOn(tables: readonly FeeTable[], date: PlainDate): FeeTable | undefined {
  let best: FeeTable | undefined;
  for (const table of tables) {
    if (Temporal.PlainDate.compare(table.effectiveFrom, date) > 0) continue;
    if (best === undefined || table.version > best.version) best = table;
  }
  return best;
}

/**
 * The fee without tax by the first rule that fits; undefined where the table has no rule for it.
 */
export function feeFor(
  table: FeeTable,
  payment: { readonly method: string; readonly sameBank: boolean; readonly amountYen: Yen },
): Yen | undefined {
  const rule = table.rules.find(
    (candidate) =>
      candidate.method === payment.method &&
      (candidate.sameBank === null || candidate.sameBank === payment.sameBank) &&
      payment.amountYen >= candidate.fromYen &&
      (candidate.toYen === null || payment.amountYen <= candidate.toYen),
  );
  return rule && yen(rule.feeYen);
}

export function taxRateOn(rates: readonly TaxRate[], date: PlainDate): number {
  let best: TaxRate | undefined;
  for (const rate of rates) {
    if (Temporal.PlainDate.compare(rate.effectiveFrom, date) > 0) continue;
    const isNewer =
      best === undefined || Temporal.PlainDate.compare(rate.effectiveFrom, best.effectiveFrom) > 0;
    if (isNewer) best = rate;
  }
  if (best === undefined) throw new RangeError(`no consumption tax rate is known for ${date}`);
  return best.ratePercent;
}

/** Indicative tax on one fee, rounded down. */
export function indicativeTax(feeYen: Yen, ratePercent: number): Yen {
  return yen(Math.floor((feeYen * ratePercent) / 100));
}

/** What is wrong with a fee table before it is stored; empty = nothing. */
export function feeTableFaults(rules: readonly FeeRule[]): string[] {
  const faults: string[] = [];
  if (rules.length === 0 || rules.length > 200) faults.push('a fee table has 1 to 200 rules');
  rules.forEach((rule, index) => {
    const whole = [rule.fromYen, rule.toYen ?? 0, rule.feeYen].every(Number.isSafeInteger);
    if (!whole || rule.fromYen < 0 || rule.feeYen < 0) {
      faults.push(`rule ${index + 1}: amounts are whole yen, not negative`);
    }
    if (rule.toYen !== null && rule.toYen < rule.fromYen) {
      faults.push(`rule ${index + 1}: its band ends before it begins`);
    }
  });
  return faults;
}
