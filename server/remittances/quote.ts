// Quotes: fee, tax, route, cut-off and arrival before anything is sent. Nothing is written or
// reserved.

import type { PlainDate } from '../base/clock.ts';
import { tokyoDate, tokyoTimestamp } from '../base/clock.ts';
import type { Yen } from '../base/money.ts';
import { Refusal } from '../base/refusal.ts';
import { feeFor, feeTableOn, indicativeTax, taxRateOn } from '../billing/fee.ts';
import type { Shop } from '../merchants/shop.ts';
import { accountsByIds } from '../recipients/recipient-accounts.ts';
import {
  accountNotFound,
  methodNotInContract,
  noFeeRule,
  overRemittanceLimit,
} from './refusals.ts';
import { arrivalFor, type HolidayRule, planFor } from './schedule.ts';
import { stopOf } from './stops.ts';
import {
  BANK_RAIL,
  bankTerms,
  DEFAULT_ARRIVAL_BUSINESS_DAYS,
  type RemittanceDeps,
  type Terms,
} from './terms.ts';

export interface QuoteRequest {
  readonly amountYen: Yen;
  /** Where it would go: a bank code, or a kept account. */
  readonly to: { readonly bankCode: string } | { readonly accountId: string };
  readonly scheduledFor: PlainDate | null;
  readonly holidayRule: HolidayRule;
}

export interface Quote {
  readonly method: string;
  /** Which connector carries it. */
  readonly route: string;
  readonly amount: number;
  readonly fee: { readonly amount: number; readonly tax: number; readonly version: number };
  readonly same_bank: boolean;
  readonly cut_off_at: string;
  readonly transfer_date: string;
  readonly expected_arrival: { readonly from: string; readonly to: string };
  /** Set while hand-overs are stopped: the dates hold only once they go on. */
  readonly delayed_by: string | null;
  readonly bank_note: string | null;
}

export async function quoteMany(
  deps: RemittanceDeps,
  shop: Shop,
  requests: readonly QuoteRequest[],
): Promise<readonly (Quote | Refusal)[]> {
  const terms = await bankTerms(deps, shop);
  if (terms === undefined) return requests.map(() => methodNotInContract(BANK_RAIL));
  const now = await deps.deeds.now(shop.shopId);
  const ids = requests.flatMap(({ to }) => ('accountId' in to ? [to.accountId] : []));
  const [accounts, stop] = await Promise.all([
    accountsByIds(deps, deps.deeds.db, shop.shopId, [...new Set(ids)]),
    stopOf(deps.deeds.db, shop.shopId, BANK_RAIL),
  ]);
  return requests.map((request) => {
    const { to } = request;
    const bankCode = 'bankCode' in to ? to.bankCode : accounts.get(to.accountId)?.account.bankCode;
    if (bankCode === undefined) return accountNotFound((to as { accountId: string }).accountId);
    return quoteOne(terms, now, request, bankCode, stop?.reason ?? null);
  });
}

function quoteOne(
  terms: Terms,
  now: Temporal.Instant,
  request: QuoteRequest,
  bankCode: string,
  delayedBy: string | null,
): Quote | Refusal {
  const { amountYen } = request;
  const limitYen = terms.shop.maxRemittanceYen;
  if (amountYen > limitYen) return overRemittanceLimit(amountYen, limitYen);
  const plan = planFor(terms.timing, now, request.scheduledFor, request.holidayRule);
  if (plan instanceof Refusal) return plan;
  const today = tokyoDate(now);
  const table = feeTableOn(terms.feeTables, today);
  const sameBank = bankCode === terms.sourceBankCode;
  const fee =
    table === undefined ? undefined : feeFor(table, { method: BANK_RAIL, sameBank, amountYen });
  if (table === undefined || fee === undefined) return noFeeRule(BANK_RAIL);
  const setting = terms.bankSettings.get(bankCode);
  const days = setting?.arrivalBusinessDays ?? DEFAULT_ARRIVAL_BUSINESS_DAYS;
  const arrival = arrivalFor(terms.timing.calendar, plan.transferDate, days);
  return {
    method: BANK_RAIL,
    route: `${terms.rail.name}:${terms.railAccount.connector}`,
    amount: amountYen,
    fee: {
      amount: fee,
      tax: indicativeTax(fee, taxRateOn(terms.taxRates, today)),
      version: table.version,
    },
    same_bank: sameBank,
    cut_off_at: tokyoTimestamp(plan.dispatchAt),
    transfer_date: plan.transferDate.toString(),
    expected_arrival: { from: arrival.from.toString(), to: arrival.to.toString() },
    delayed_by: delayedBy,
    bank_note: setting?.note || null,
  };
}
