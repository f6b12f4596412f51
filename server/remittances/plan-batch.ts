// A batch planned: for each draft its dates and fee or why it is refused, and the remittance that
// comes of it if it is taken. Pure.
import type { Instant } from '../base/clock.ts';
import { ZERO_YEN } from '../base/money.ts';
import type { Refusal } from '../base/refusal.ts';
import type { Shop } from '../merchants/shop.ts';
import type { Candidate } from './decide.ts';
import { expiryOf, type LinkWish } from './link.ts';
import { type Method, UNSPECIFIED } from './method.ts';
import { createPlanner, type Draft, type Planned, type Planner } from './prepare.ts';
import { methodNotInContract, noFeeRule, saveAsTaken, shopNotOpen } from './refusals.ts';
import type { Remittance, Status } from './remittance.ts';
import { liveReturnRefusal } from './return-url.ts';
import type { Terms } from './terms.ts';

/** What plans the drafts of a batch, by method; a method without terms is not in the contract. */
export type Planners = ReadonlyMap<Method, { readonly terms: Terms; readonly planner: Planner }>;

export function plannersOf(terms: ReadonlyMap<Method, Terms>, now: Instant): Planners {
  return new Map(
    [...terms].map(([method, of]) => [method, { terms: of, planner: createPlanner(of, now) }]),
  );
}

export type PlannedDraft =
  | { readonly refusal: Refusal; readonly planned?: undefined }
  | { readonly refusal?: undefined; readonly planned: Planned };

export function planDraft(
  shop: Shop,
  planners: Planners,
  draft: Draft,
  taken: ReadonlySet<string>,
  now: Instant,
): PlannedDraft {
  if (draft.refusal !== undefined) return { refusal: draft.refusal };
  if (shop.status !== 'open') return { refusal: shopNotOpen() };
  const { destination: asked } = draft.instruction;
  if (asked.type === 'link') return planLink(shop, planners, asked.wish, now);
  const planner = planners.get(draft.method)?.planner;
  if (planner === undefined) return { refusal: methodNotInContract(draft.method) };
  if (draft.destination === undefined) throw new Error('a draft without destination or refusal');
  const { destination } = draft.instruction;
  if (destination.type === 'bank_account' && destination.saveAs !== null) {
    if (taken.has(destination.saveAs)) return { refusal: saveAsTaken(destination.saveAs) };
  }
  const planned = planner.plan(draft, draft.destination.bankCode);
  return 'plan' in planned ? { planned } : { refusal: planned };
}

/** A link has no dates and no fee yet, but every method on it must be in the contract. */
function planLink(shop: Shop, planners: Planners, wish: LinkWish, now: Instant): PlannedDraft {
  const plain = shop.mode === 'live' ? liveReturnRefusal(wish.returnUrl) : undefined;
  if (plain !== undefined) return { refusal: plain };
  const missing = wish.methods.find((method) => !planners.has(method));
  if (missing !== undefined) return { refusal: methodNotInContract(missing) };
  const linkExpiresAt = expiryOf(wish, now);
  if (!('epochMilliseconds' in linkExpiresAt)) return { refusal: linkExpiresAt };
  const feeVersion = planners.get(wish.methods[0]!)?.planner.feeVersion ?? null;
  if (feeVersion === null) return { refusal: noFeeRule(wish.methods[0]!) };
  return { planned: { plan: null, arrival: null, feeYen: ZERO_YEN, feeVersion, linkExpiresAt } };
}

export function candidateOf(draft: Draft, planned: PlannedDraft, remittanceId: string): Candidate {
  return {
    reference: draft.reference,
    fingerprint: draft.fingerprint,
    amountYen: draft.amountYen,
    remittanceId,
    refusal: planned.refusal,
    mustBeFunded: draft.method === UNSPECIFIED,
  };
}

function statusOf(planned: Planned, isFunded: boolean): Status {
  if (!isFunded) return 'awaiting_funds';
  return planned.linkExpiresAt === null ? 'scheduled' : 'awaiting_recipient';
}

export function newRemittance(
  at: { readonly shopId: string; readonly now: Instant },
  terms: Terms | undefined,
  draft: Draft,
  planned: Planned,
  taken: { readonly remittanceId: string; readonly funded: boolean },
): Remittance {
  const { instruction, destination } = draft;
  if (destination === undefined) throw new Error('taken without a destination');
  return {
    shopId: at.shopId,
    remittanceId: taken.remittanceId,
    reference: draft.reference,
    amountYen: draft.amountYen,
    status: statusOf(planned, taken.funded),
    statusReason: null,
    statusDetail: null,
    method: draft.method,
    destinationSealed: destination.sealed,
    masked: destination.masked,
    accountId: destination.accountId,
    searchKeys: destination.searchKeys,
    feeVersion: planned.feeVersion,
    feeYen: planned.feeYen,
    railAccountId: terms?.railAccount.id ?? null,
    scheduledFor: instruction.scheduledFor,
    dispatchAt: planned.plan?.dispatchAt ?? null,
    transferDate: planned.plan?.transferDate ?? null,
    expectedFrom: planned.arrival?.from ?? null,
    expectedTo: planned.arrival?.to ?? null,
    description: instruction.description,
    metadata: instruction.metadata,
    holdReason: null,
    holdBy: null,
    holdSince: null,
    recall: null,
    paidBasis: null,
    paidAt: null,
    receivedYen: null,
    receiptSealed: null,
    attemptCount: 0,
    eventSequence: 1,
    createdAt: at.now,
    updatedAt: at.now,
  };
}
