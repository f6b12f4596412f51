// The consumption tax rate that goes with a moment, for the indicative tax shown beside a fee.
import { type Instant, tokyoDate } from '../base/clock.ts';
import { taxRateOn } from '../billing/fee.ts';
import type { RemittanceDeps } from './terms.ts';

export async function taxPercentOn(
  deps: Pick<RemittanceDeps, 'fees'>,
  now: Instant,
): Promise<number> {
  return taxRateOn(await deps.fees.taxRates(), tokyoDate(now));
}
