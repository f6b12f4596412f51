// Quotes: fee, tax, route, cut-off and arrival before anything is sent, by any method of the
// contract. Nothing is written or reserved.

import type { Instant, PlainDate } from '../base/clock.ts';
import { tokyoDate, tokyoTimestamp } from '../base/clock.ts';
import type { Yen } from '../base/money.ts';
import { Refusal } from '../base/refusal.ts';
import { feeFor, feeTableOn, indicativeTax, taxRateOn } from '../billing/fee.ts';
import type { Shop } from '../merchants/shop.ts';
import { accountsByIds } from '../recipients/recipient-accounts.ts';
import { covers } from './maintenance.ts';
import { BANK_METHOD, type Method } from './method.ts';
import { troubleOf } from './rail-state.ts';
import { accountNotFound, amountRefusal, methodNotInContract, noFeeRule } from './refusals.ts';
import { datesFor } from './replan.ts';
import { type HolidayRule, planFor } from './schedule.ts';
import { stopOf } from './stops.ts';
import { methodTerms, type RemittanceDeps, type Terms } from './terms.ts';

export interface QuoteRequest {
  readonly method: Method;
  readonly amountYen: Yen;
  /** Of a bank transfer: a bank code, or a kept account. Null for every other method. */
  readonly to: { readonly bankCode: string } | { readonly accountId: string } | null;
  readonly scheduledFor: PlainDate | null;
  readonly holidayRule: HolidayRule;
}

export interface Quote {
  readonly method: Method;
  /** Which connector carries it. */
  readonly route: string;
  readonly amount: number;
  readonly fee: { readonly amount: number; readonly tax: number; readonly version: number };
  /** Null where no bank account is paid. */
  readonly same_bank: boolean | null;
  /** When it is handed over: the cut-off of a bank, at once elsewhere. */
  readonly cut_off_at: string;
  readonly transfer_date: string;
  readonly expected_arrival: { readonly from: string; readonly to: string };
  /** Set while hand-overs are stopped: the dates hold only once they go on. */
  readonly delayed_by: string | null;
  /** The rail is down just now; announced maintenance is in the dates already. */
  readonly outage: Outage | null;
  readonly bank_note: string | null;
}

export interface Outage {
  readonly kind: 'maintenance' | 'unannounced';
  readonly since: string;
  /** Null where nobody knows. */
  readonly until: string | null;
}

/** What the requests of one method have in common. */
interface State {
  readonly terms: Terms;
  readonly now: Instant;
  readonly delayedBy: string | null;
  readonly outage: Outage | null;
}

export async function quoteMany(
  deps: RemittanceDeps,
  shop: Shop,
  requests: readonly QuoteRequest[],
): Promise<readonly (Quote | Refusal)[]> {
  const now = await deps.deeds.now(shop.shopId);
  const methods = [...new Set(requests.map(({ method }) => method))];
  const states = new Map<Method, State>();
  for (const method of methods) {
    const state = await stateOf(deps, shop, method, now);
    if (state !== undefined) states.set(method, state);
  }
  const ids = requests.flatMap(({ to }) => (to !== null && 'accountId' in to ? to.accountId : []));
  const accounts = await accountsByIds(deps, deps.deeds.db, shop.shopId, [...new Set(ids)]);
  return requests.map((request) => {
    const { to, method } = request;
    const state = states.get(method);
    if (state === undefined) return methodNotInContract(method);
    if (to === null) return quoteOne(state, request, null);
    if ('bankCode' in to) return quoteOne(state, request, to.bankCode);
    const account = accounts.get(to.accountId)?.account;
    return account === undefined
      ? accountNotFound(to.accountId)
      : quoteOne(state, request, account.bankCode);
  });
}

async function stateOf(
  deps: RemittanceDeps,
  shop: Shop,
  method: Method,
  now: Instant,
): Promise<State | undefined> {
  const terms = await methodTerms(deps, shop, method);
  if (terms === undefined) return undefined;
  const stop = await stopOf(deps.deeds.db, shop.shopId, terms.rail.name);
  const outage = await outageOf(deps, terms, now);
  return { terms, now, delayedBy: stop?.reason ?? null, outage };
}

/** What keeps the rail of these terms from taking anything just now. */
export async function outageOf(
  deps: RemittanceDeps,
  { timing, railAccount }: Pick<Terms, 'timing' | 'railAccount'>,
  now: Instant,
): Promise<Outage | null> {
  const closure = timing.closures?.find((each) => covers(each, now));
  if (closure !== undefined) {
    const { startsAt, endsAt } = closure;
    return {
      kind: 'maintenance',
      ...{ since: tokyoTimestamp(startsAt), until: tokyoTimestamp(endsAt) },
    };
  }
  const since = await troubleOf(deps, railAccount.id);
  if (since === undefined) return null;
  return { kind: 'unannounced', since: tokyoTimestamp(since), until: null };
}

function quoteOne(
  { terms, now, delayedBy, outage }: State,
  request: QuoteRequest,
  bankCode: string | null,
): Quote | Refusal {
  const { amountYen, method } = request;
  const tooMuch = amountRefusal(terms, amountYen);
  if (tooMuch !== undefined) return tooMuch;
  const plan = planFor(terms.timing, now, request.scheduledFor, request.holidayRule);
  if (plan instanceof Refusal) return plan;
  const today = tokyoDate(now);
  const table = feeTableOn(terms.feeTables, today);
  const sameBank = bankCode !== null && bankCode === terms.sourceBankCode;
  const fee = table === undefined ? undefined : feeFor(table, { method, sameBank, amountYen });
  if (table === undefined || fee === undefined) return noFeeRule(method);
  const dates = datesFor(terms, { masked: { bank_code: bankCode } }, plan);
  return {
    method,
    route: `${terms.rail.name}:${terms.railAccount.connector}`,
    amount: amountYen,
    fee: {
      amount: fee,
      tax: indicativeTax(fee, taxRateOn(terms.taxRates, today)),
      version: table.version,
    },
    same_bank: method === BANK_METHOD ? sameBank : null,
    cut_off_at: tokyoTimestamp(plan.dispatchAt),
    transfer_date: plan.transferDate.toString(),
    expected_arrival: { from: `${dates.expectedFrom}`, to: `${dates.expectedTo}` },
    ...{ delayed_by: delayedBy, outage },
    bank_note: terms.bankSettings.get(bankCode ?? '')?.note || null,
  };
}
