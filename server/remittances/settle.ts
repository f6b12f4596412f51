// Settling: what a rail reports of payments becomes statuses, ledger transfers, fees and events.
// Reports may come twice, late, or against what is known; each is applied at most once and a
// contradiction is recorded for a person.
import type { Instant } from '../base/clock.ts';
import type { Tx } from '../base/deed.ts';
import { yen } from '../base/money.ts';
import { post } from '../ledger/books.ts';
import type { LedgerAccount, NewTransfer } from '../ledger/transfer.ts';
import type { FailureReason, PaymentReport } from '../rails/rail.ts';
import { type Attempt, attemptsByCodes, settleAttempts } from './attempt-store.ts';
import { releaseWithMoney } from './dispatch-work.ts';
import { emitRemittance, type RemittanceEventType } from './emit.ts';
import { reopenLinks } from './link-deeds.ts';
import { aliveLinksOf } from './link-store.ts';
import { recordOrphan } from './orphan-store.ts';
import { REASONS } from './reason.ts';
import {
  type PaidBasis,
  type Recall,
  type Remittance,
  withChange,
  withStatus,
} from './remittance.ts';
import { remittancesByIds, updateRemittances } from './remittance-store.ts';
import { taxPercentOn } from './tax.ts';
import type { RemittanceDeps } from './terms.ts';

/** The vault's purpose for receipt information of a shop. */
export const receiptPurpose = (shopId: string) => `receipt:${shopId}`;

export const inFlight = (rail: string): LedgerAccount => `in_flight:${rail}`;

export interface Report extends PaymentReport {
  /** What makes a `paid` true; only read for that state. */
  readonly basis: PaidBasis;
}

/** A rail as settling needs it: its name, the contract, and where paid money leaves from. */
export interface SettlingRail {
  readonly name: string;
  readonly railAccountId: string;
}

interface Place extends SettlingRail {
  /** `cash:<account>`, or `prefund:<account>` where money lies prepaid at the rail. */
  readonly account: LedgerAccount;
}

async function placeOf(deps: RemittanceDeps, rail: SettlingRail): Promise<Place> {
  const { name, railAccountId } = rail;
  const traits = deps.rails.get(name)?.traits(await deps.railAccount(railAccountId));
  const kind = traits?.settlesFrom ?? 'cash';
  return { name, railAccountId, account: `${kind}:${railAccountId}` };
}

interface Step {
  readonly attempt: Attempt;
  readonly remittance: Remittance;
  readonly type: RemittanceEventType;
  readonly transfers: readonly NewTransfer[];
  readonly at: Instant | null;
}

/** Applies reports on one shop's payments in one deed. Answers how many changed something. */
export async function applyReports(
  deps: RemittanceDeps,
  shopId: string,
  settling: SettlingRail,
  reports: readonly Report[],
): Promise<number> {
  const telling = reports.filter(({ state }) => state !== 'pending' && state !== 'absent');
  if (telling.length === 0) return 0;
  const rail = await placeOf(deps, settling);
  return deps.deeds.run(shopId, async (tx) => {
    const codes = telling.map((report) => report.dispatchCode);
    const attempts = new Map(
      (await attemptsByCodes(tx, shopId, codes)).map((found) => [found.dispatchCode, found]),
    );
    const remittances = await remittancesOf(tx, [...attempts.values()]);
    const links = await aliveLinksOf(tx, shopId, [...remittances.keys()]);
    const steps: Step[] = [];
    for (const report of telling) {
      const attempt = attempts.get(report.dispatchCode);
      if (attempt === undefined) continue;
      const remittance = remittances.get(attempt.remittanceId)!;
      const told = stepsOf(deps, tx, rail, attempt, remittance, report);
      for (const step of repaired(told, links, tx.now)) {
        steps.push(step);
        attempts.set(report.dispatchCode, step.attempt);
        remittances.set(step.remittance.remittanceId, step.remittance);
      }
      if (contradicts(attempt, report)) await contradiction(deps, tx, rail, report);
    }
    await write(deps, tx, steps);
    return steps.length;
  });
}

/**
 * Where a recipient chose the account by a link, a refusal is no end: the money stays reserved, and
 * the same link opens again with the reason.
 */
function repaired(
  steps: readonly Step[],
  links: ReadonlyMap<string, unknown>,
  now: Instant,
): readonly Step[] {
  return steps.map((step) => {
    const { remittance, type } = step;
    const isRefusal = type === 'remittance.failed' || type === 'remittance.returned';
    if (!isRefusal || !links.has(remittance.remittanceId)) return step;
    return {
      ...step,
      type: 'remittance.awaiting_recipient',
      remittance: {
        ...remittance,
        ...{ status: 'awaiting_recipient', updatedAt: now },
        ...{ dispatchAt: null, transferDate: null, expectedFrom: null, expectedTo: null },
        ...{ paidAt: null, paidBasis: null, receivedYen: null, recall: null },
      },
      transfers: step.transfers.map((transfer) => ({ ...transfer, to: 'reserved' })),
    };
  });
}

/** The remittances of attempts, by id. */
export async function remittancesOf(
  tx: Tx,
  attempts: readonly Attempt[],
): Promise<Map<string, Remittance>> {
  const ids = [...new Set(attempts.map((attempt) => attempt.remittanceId))];
  const found = await remittancesByIds(tx, tx.shopId, ids);
  return new Map(found.map((remittance) => [remittance.remittanceId, remittance]));
}

/**
 * A payment that Kawase holds for failed and the rail for paid: the money is gone and yet given
 * back.
 */
function contradicts(attempt: Attempt, report: Report): boolean {
  return attempt.status === 'failed' && (report.state === 'paid' || report.state === 'returned');
}

async function contradiction(
  deps: RemittanceDeps,
  tx: Tx,
  rail: { readonly name: string; readonly railAccountId: string },
  report: Report,
): Promise<void> {
  deps.log('contradiction', { rail: rail.name, dispatchCode: report.dispatchCode });
  await recordOrphan(tx, {
    dispatchCode: report.dispatchCode,
    railAccountId: rail.railAccountId,
    state: report.state,
    detail: 'held for failed here, reported otherwise by the rail',
  });
}

/**
 * What a report does to an attempt and its remittance: nothing, one step, or two (paid, then
 * returned).
 */
function stepsOf(
  deps: RemittanceDeps,
  tx: Tx,
  rail: Place,
  attempt: Attempt,
  remittance: Remittance,
  report: Report,
): Step[] {
  const { state } = report;
  if (state.startsWith('recall_')) return recallSteps(tx, rail, attempt, remittance, report);
  if (state === 'returned' && attempt.status === 'paid') {
    return [returned(tx, rail, attempt, remittance, report)];
  }
  if (attempt.status !== 'processing') return [];
  switch (state) {
    case 'paid':
      return [paid(tx, rail, attempt, remittance, report)];
    case 'failed':
      return [failed(tx, rail.name, attempt, remittance, report)];
    case 'returned': {
      const first = paid(tx, rail, attempt, remittance, report);
      return [first, returned(tx, rail, first.attempt, first.remittance, report)];
    }
    case 'receivable':
      return receivable(deps, tx, attempt, remittance, report);
    case 'expired':
    case 'taken_back':
      return [notTaken(tx, rail.name, attempt, remittance, report)];
    default:
      return [];
  }
}

/** Ready for the recipient; the numbers for it are kept sealed. A repeat changes nothing. */
function receivable(
  deps: RemittanceDeps,
  tx: Tx,
  attempt: Attempt,
  remittance: Remittance,
  report: Report,
): Step[] {
  if (remittance.status !== 'processing') return [];
  const { receipt } = report;
  const receiptSealed =
    receipt === undefined
      ? null
      : deps.vault.seal(JSON.stringify(receipt), receiptPurpose(tx.shopId));
  return [
    {
      attempt,
      remittance: withStatus(remittance, 'receivable', tx.now, {
        receiptSealed,
        ...(receipt && { expectedTo: receipt.receivableUntil }),
      }),
      type: 'remittance.receivable',
      transfers: [],
      at: null,
    },
  ];
}

/** Expired or taken back before anything of it was taken: the money is available again. */
function notTaken(
  tx: Tx,
  railName: string,
  attempt: Attempt,
  remittance: Remittance,
  report: Report,
): Step {
  // What was never receivable has only failed.
  if (remittance.status !== 'receivable') {
    return failed(tx, railName, attempt, remittance, { ...report, reason: 'other' });
  }
  const status = report.state === 'expired' ? 'expired' : 'canceled';
  const statusReason = status === 'expired' ? 'link_expired' : null;
  return {
    attempt: { ...attempt, status: 'failed', reason: null, detail: report.state },
    remittance: withStatus(remittance, status, tx.now, { statusReason, receiptSealed: null }),
    type: `remittance.${status}`,
    transfers: [
      {
        from: inFlight(railName),
        to: 'available',
        amountYen: attempt.amountYen,
        cause: 'not_taken',
        causeId: attempt.attemptId,
      },
    ],
    at: null,
  };
}

function paid(tx: Tx, rail: Place, attempt: Attempt, remittance: Remittance, report: Report): Step {
  const paidAt = report.state === 'paid' && report.at !== null ? report.at : tx.now;
  const receivedYen = report.receivedYen ?? attempt.amountYen;
  const from = inFlight(rail.name);
  const causeId = attempt.attemptId;
  const transfers: NewTransfer[] = [
    { from, to: rail.account, amountYen: receivedYen, cause: 'paid', causeId },
  ];
  if (receivedYen < attempt.amountYen) {
    // Coins that were never taken at the register.
    const restYen = yen(attempt.amountYen - receivedYen);
    transfers.push({ from, to: 'available', amountYen: restYen, cause: 'not_taken', causeId });
  }
  if (remittance.feeYen > 0) {
    transfers.push({
      from: 'fees_receivable',
      to: 'fee_income',
      amountYen: remittance.feeYen,
      cause: 'fee',
      causeId: attempt.attemptId,
    });
  }
  return {
    attempt: { ...attempt, status: 'paid', reason: null, detail: report.detail },
    remittance: withStatus(remittance, 'paid', tx.now, {
      paidAt,
      paidBasis: report.basis,
      receivedYen,
      receiptSealed: null,
    }),
    type: 'remittance.paid',
    transfers,
    at: null,
  };
}

function failed(
  tx: Tx,
  railName: string,
  attempt: Attempt,
  remittance: Remittance,
  why: { readonly reason: FailureReason | null; readonly detail: string },
): Step {
  const reason = why.reason ?? 'other';
  return {
    attempt: { ...attempt, status: 'failed', reason, detail: why.detail },
    remittance: withStatus(remittance, 'failed', tx.now, {
      statusReason: reason,
      statusDetail: why.detail,
    }),
    type: 'remittance.failed',
    transfers: [
      {
        from: inFlight(railName),
        to: 'available',
        amountYen: attempt.amountYen,
        cause: 'failed',
        causeId: attempt.attemptId,
      },
    ],
    at: null,
  };
}

function returned(
  tx: Tx,
  rail: Place,
  attempt: Attempt,
  remittance: Remittance,
  report: Report,
): Step {
  const reason = report.reason ?? 'other';
  const recall: Recall | null = remittance.recall === null ? null : 'returned';
  return {
    attempt: { ...attempt, status: 'returned', reason, detail: report.detail },
    remittance: withStatus(remittance, 'returned', tx.now, {
      statusReason: reason,
      statusDetail: report.detail,
      recall,
    }),
    type: 'remittance.returned',
    transfers: [
      {
        from: rail.account,
        to: 'available',
        amountYen: remittance.receivedYen ?? attempt.amountYen,
        cause: 'returned',
        causeId: attempt.attemptId,
      },
    ],
    at: null,
  };
}

/**
 * 組戻し runs beside `paid`; only arrived money changes the status. What is recalled has been paid.
 */
function recallSteps(
  tx: Tx,
  rail: Place,
  attempt: Attempt,
  remittance: Remittance,
  report: Report,
): Step[] {
  if (attempt.status === 'processing') {
    const first = paid(tx, rail, attempt, remittance, report);
    return [first, ...recallSteps(tx, rail, first.attempt, first.remittance, report)];
  }
  const recall = report.state.slice('recall_'.length) as Exclude<Recall, 'returned'>;
  if (remittance.recall === recall || remittance.status !== 'paid') return [];
  return [
    {
      attempt,
      remittance: withChange(remittance, tx.now, { recall }),
      type: `remittance.recall_${recall}`,
      transfers: [],
      at: report.at,
    },
  ];
}

async function write(deps: RemittanceDeps, tx: Tx, steps: readonly Step[]): Promise<void> {
  if (steps.length === 0) return;
  const taxPercent = await taxPercentOn(deps, tx.now);
  const lastOf = <T>(pairs: readonly (readonly [string, T])[]) => [...new Map(pairs).values()];
  // A payment may pass two steps at once; each status is written, so the database checks each.
  for (const round of rounds(steps)) {
    await settleAttempts(
      tx,
      lastOf(round.map((step) => [step.attempt.attemptId, step.attempt])).filter((attempt) =>
        round.some((step) => step.attempt === attempt && step.transfers.length > 0),
      ),
    );
    await updateRemittances(
      tx,
      lastOf(round.map((step) => [step.remittance.remittanceId, step.remittance])),
    );
  }
  await move(tx, steps);
  for (const step of steps) {
    emitRemittance(tx, step.type, step.remittance, taxPercent, step.at ?? undefined);
  }
  await reopen(deps, tx, steps);
}

async function reopen(deps: RemittanceDeps, tx: Tx, steps: readonly Step[]): Promise<void> {
  const waiting = steps.filter(({ type }) => type === 'remittance.awaiting_recipient');
  await reopenLinks(
    deps,
    tx,
    waiting.map(({ remittance }) => ({
      remittance,
      cause: REASONS[remittance.statusReason ?? 'other'].sentence,
    })),
  );
}

async function move(tx: Tx, steps: readonly Step[]): Promise<void> {
  const transfers = steps.flatMap((step) => step.transfers);
  await post(tx, transfers);
  if (transfers.some(({ to }) => to === 'available')) await releaseWithMoney(tx);
}

/** Steps in rounds such that a remittance occurs once in each, in order. */
function rounds(steps: readonly Step[]): Step[][] {
  const result: Step[][] = [];
  const seen = new Map<string, number>();
  for (const step of steps) {
    const round = seen.get(step.remittance.remittanceId) ?? 0;
    seen.set(step.remittance.remittanceId, round + 1);
    result[round] ??= [];
    result[round].push(step);
  }
  return result;
}

/** Remittances whose attempt is proven unpaid and already settled as failed: money back, told. */
export async function failRemittances(
  deps: RemittanceDeps,
  tx: Tx,
  railName: string,
  pairs: readonly { readonly remittance: Remittance; readonly attempt: Attempt }[],
): Promise<void> {
  if (pairs.length === 0) return;
  const taxPercent = await taxPercentOn(deps, tx.now);
  const ids = pairs.map(({ remittance }) => remittance.remittanceId);
  const links = await aliveLinksOf(tx, tx.shopId, ids);
  const failures = pairs.map(({ remittance, attempt }) =>
    failed(tx, railName, attempt, remittance, {
      reason: attempt.reason as FailureReason | null,
      detail: attempt.detail,
    }),
  );
  const steps = repaired(failures, links, tx.now);
  await updateRemittances(
    tx,
    steps.map((step) => step.remittance),
  );
  await move(tx, steps);
  for (const step of steps) emitRemittance(tx, step.type, step.remittance, taxPercent);
  await reopen(deps, tx, steps);
}
