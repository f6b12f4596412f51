// Planning what becomes of a remittance of a test shop: the bank, or the simulator of the rail that
// carries it, is told by dispatch code, which is known before the payment is handed over because it
// is derived.

import type { Shop } from '../merchants/shop.ts';
import type { FailureReason } from '../rails/rail.ts';
import { attemptsOfRemittance } from '../remittances/attempt-store.ts';
import { dispatchCode } from '../remittances/dispatch-code.ts';
import { MAX_ATTEMPTS } from '../remittances/fail-submission.ts';
import { findRemittance } from '../remittances/find.ts';
import { UNSPECIFIED } from '../remittances/method.ts';
import type { Remittance } from '../remittances/remittance.ts';
import { BANK_RAIL, methodTerms, type RemittanceDeps } from '../remittances/terms.ts';
import { notPossible } from './control-door.ts';
import type { PlannedOutcome, SandboxBank } from './sandbox-bank.ts';
import type { SandboxRails } from './sandbox-rails.ts';

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

export const PLANNABLE_REASONS = [
  ...(Object.keys(REASON_CODES) as readonly FailureReason[]),
  'recipient_declined',
  'rail_unavailable',
] as const;

/** What can be planned at a bank. */
const BANK_OUTCOMES: readonly PlannedOutcome[] = [
  'paid',
  'failed',
  'returned',
  'recalled',
  'recall_refused',
];

export const OUTCOMES = [...BANK_OUTCOMES, 'partly_received'] as const;

export interface OutcomePlan {
  readonly outcome: (typeof OUTCOMES)[number];
  readonly reason: FailureReason | null;
  readonly afterBusinessDays: number | null;
  /** Of a link whose recipient has not chosen: the method that is meant. */
  readonly method: string | null;
}

export async function planOutcome(
  deps: {
    readonly remittances: RemittanceDeps;
    readonly bank: SandboxBank;
    readonly rails: SandboxRails;
  },
  shop: Shop,
  remittanceId: string,
  plan: OutcomePlan,
): Promise<void> {
  const remittance = await findRemittance(deps.remittances, shop.shopId, { id: remittanceId });
  const { db } = deps.remittances.deeds;
  const attempts = await attemptsOfRemittance(db, shop.shopId, remittance.remittanceId);
  const alive = attempts.find(({ status }) => status === 'processing' || status === 'paid');
  const later = laterCodes(shop, remittance);
  const [code, ...orEdiInfos] =
    alive === undefined
      ? later
      : [alive.dispatchCode, ...(alive.status === 'processing' ? later : [])];
  const rail = await railOf(deps.remittances, shop, remittance, plan.method);
  if (rail !== BANK_RAIL) {
    if (!deps.rails.has(rail)) throw notPossible(`no simulator stands behind ${rail}`);
    const { outcome, reason } = plan;
    const told = { dispatchCode: code, outcome, ...(reason !== null && { reason }) };
    await deps.rails.setOutcome(rail, shop.shopId, told);
    return;
  }
  const outcome = BANK_OUTCOMES.find((each) => each === plan.outcome);
  if (outcome === undefined) throw notPossible(`${plan.outcome}: not at a bank`);
  const reason = plan.reason === null ? undefined : REASON_CODES[plan.reason];
  await deps.bank.setOutcome(shop.shopId, {
    ...{ ediInfo: code, orEdiInfos },
    outcome,
    ...(reason !== undefined && { reason }),
    ...(plan.afterBusinessDays !== null && { afterBusinessDays: plan.afterBusinessDays }),
  });
}

/**
 * The codes of attempts to come. What stood beside a bad payment in a request that the bank refused
 * whole goes again under the next one, and keeps what was planned for it.
 */
function laterCodes(shop: Shop, { remittanceId, attemptCount }: Remittance): [string, ...string[]] {
  const codeOf = (number: number) => dispatchCode(shop.number, remittanceId, number);
  const further = Math.max(0, MAX_ATTEMPTS - attemptCount - 1);
  const more = Array.from({ length: further }, (_, index) => codeOf(attemptCount + 2 + index));
  return [codeOf(attemptCount + 1), ...more];
}

/** The rail that carries it, or would carry the method that is meant. */
async function railOf(
  deps: RemittanceDeps,
  shop: Shop,
  remittance: Remittance,
  meant: string | null,
): Promise<string> {
  const { method } = remittance;
  const terms = await methodTerms(
    deps,
    shop,
    method === UNSPECIFIED ? (meant ?? BANK_RAIL) : method,
  );
  return terms?.rail.name ?? BANK_RAIL;
}
