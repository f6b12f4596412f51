// Planning what becomes of a remittance of a test shop: the bank is told by dispatch code, which is
// known before the payment is handed over because it is derived.

import type { Shop } from '../merchants/shop.ts';
import type { FailureReason } from '../rails/rail.ts';
import { attemptsOfRemittance } from '../remittances/attempt-store.ts';
import { dispatchCode } from '../remittances/dispatch-code.ts';
import { findRemittance } from '../remittances/find.ts';
import type { RemittanceDeps } from '../remittances/terms.ts';
import type { PlannedOutcome, SandboxBank } from './sandbox-bank.ts';

/** The sandbox bank's reason codes. */
const REASON_CODES: Partial<Record<FailureReason, string>> = {
  no_account: '01',
  name_mismatch: '02',
  account_number_mismatch: '03',
  account_type_mismatch: '04',
  account_closed: '05',
  outside_hours: '06',
  limit_exceeded: '07',
  other: '09',
};

export const PLANNABLE_REASONS = Object.keys(REASON_CODES) as readonly FailureReason[];

export async function planOutcome(
  deps: { readonly remittances: RemittanceDeps; readonly bank: SandboxBank },
  shop: Shop,
  remittanceId: string,
  plan: {
    readonly outcome: PlannedOutcome;
    readonly reason: FailureReason | null;
    readonly afterBusinessDays: number | null;
  },
): Promise<void> {
  const remittance = await findRemittance(deps.remittances, shop.shopId, { id: remittanceId });
  const { db } = deps.remittances.deeds;
  const attempts = await attemptsOfRemittance(db, shop.shopId, remittance.remittanceId);
  const alive = attempts.find(({ status }) => status === 'processing' || status === 'paid');
  const next = dispatchCode(shop.number, remittance.remittanceId, remittance.attemptCount + 1);
  const reason = plan.reason === null ? undefined : REASON_CODES[plan.reason];
  await deps.bank.setOutcome(shop.shopId, {
    ediInfo: alive?.dispatchCode ?? next,
    outcome: plan.outcome,
    ...(reason !== undefined && { reason }),
    ...(plan.afterBusinessDays !== null && { afterBusinessDays: plan.afterBusinessDays }),
  });
}
