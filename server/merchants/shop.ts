// A shop as the rest of Kawase sees it: the tenant, its mode, limits and contracts. Pure; SQL is in
// shop-store.ts.
import type { Instant } from '../base/clock.ts';
import type { Yen } from '../base/money.ts';
import type { ReminderLadder } from './reminder-ladder.ts';

export interface Shop {
  readonly shopId: string;
  /** Six digits at the head of every dispatch code and in every API key of the shop. */
  readonly number: number;
  readonly merchantId: string;
  readonly name: string;
  readonly mode: 'test' | 'live';
  /**
   * `operator`: the operator's own tenant (unmatched deposits, sending back), never a merchant's.
   */
  readonly kind: 'shop' | 'operator';
  readonly status: 'open' | 'closing' | 'closed';
  /** The contract its bank transfers leave by; null while none is set up. */
  readonly bankRailAccountId: string | null;
  readonly maxRemittanceYen: Yen;
  readonly maxDayYen: Yen;
  readonly lowBalanceYen: Yen | null;
  readonly queuesWithoutFunds: boolean;
  /** Whom a recipient asks about the refund itself. */
  readonly contact: string;
  /** When recipients of its links are reminded; null = `DEFAULT_LADDER`. */
  readonly reminders: ReminderLadder | null;
  /** Of the secret that signs its recipients' returns (return-secret.ts). */
  readonly returnSecretVersion: number;
  readonly formerReturnSecretEndsAt: Instant | null;
}

/** Stop switches that are on. `recovery` freezes dispatch until the rails are reconciled. */
export interface StopSwitch {
  readonly scope: 'all' | 'rail' | 'shop' | 'recovery';
  readonly target: string;
  readonly reason: string;
  readonly since: string;
}

/** The switch that stops handing `shop`'s money to `rail`, if one is on. */
export function stopFor(
  switches: readonly StopSwitch[],
  shopId: string,
  rail: string,
): StopSwitch | undefined {
  return switches.find(
    (stop) =>
      stop.scope === 'all' ||
      stop.scope === 'recovery' ||
      (stop.scope === 'rail' && stop.target === rail) ||
      (stop.scope === 'shop' && stop.target === shopId),
  );
}
