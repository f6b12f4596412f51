// Receiving methods (受取方法): bank transfers, and whatever the installed rails carry beside them.
// Which of them a shop may use, and by which rail, is the matter of its contract.
import type { Rail } from '../rails/rail.ts';
import type { Receiving } from '../rails/receiving.ts';

/** `bank_transfer`, `atm_cash`, ... : a rail brings its own, so that a new one touches no list. */
export type Method = string;

/** The recipient has not chosen yet. */
export const UNSPECIFIED = 'unspecified';

export const BANK_METHOD = 'bank_transfer';

/** What a method's name looks like. */
export const METHOD_PATTERN = '^[a-z][a-z0-9_]{1,39}$';

/** How recipients meet a method that a rail carries; undefined for bank transfers. */
export function receivingOf(
  rails: ReadonlyMap<string, Rail<unknown>>,
  method: Method,
): Receiving | undefined {
  for (const { receiving } of rails.values()) {
    if (receiving?.method === method) return receiving;
  }
  return undefined;
}
