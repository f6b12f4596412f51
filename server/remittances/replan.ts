// New dates for a remittance whose planned ones cannot be kept. Pure.
import type { Instant } from '../base/clock.ts';
import { type Remittance, withChange } from './remittance.ts';
import { arrivalFor, type Plan } from './schedule.ts';
import { DEFAULT_ARRIVAL_BUSINESS_DAYS, type Terms } from './terms.ts';

export type Dates = Pick<Remittance, 'dispatchAt' | 'transferDate' | 'expectedFrom' | 'expectedTo'>;

/** The dates that follow from a plan, by the lead time of the receiving bank. */
export function datesFor(
  terms: Pick<Terms, 'timing' | 'bankSettings'>,
  remittance: Pick<Remittance, 'masked'>,
  plan: Plan,
): Dates {
  const setting = terms.bankSettings.get(String(remittance.masked.bank_code));
  const usual = terms.timing.isInstant ? 0 : DEFAULT_ARRIVAL_BUSINESS_DAYS;
  const days = setting?.arrivalBusinessDays ?? usual;
  const arrival = arrivalFor(terms.timing.calendar, plan.transferDate, days);
  return {
    dispatchAt: plan.dispatchAt,
    transferDate: plan.transferDate,
    expectedFrom: arrival.from,
    expectedTo: arrival.to,
  };
}

/**
 * The same remittance on another plan; one change of its own, to be told as
 * `remittance.rescheduled`.
 */
export function replanned(
  terms: Pick<Terms, 'timing' | 'bankSettings'>,
  remittance: Remittance,
  plan: Plan,
  now: Instant,
): Remittance {
  return withChange(remittance, now, datesFor(terms, remittance, plan));
}
