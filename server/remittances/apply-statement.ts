// Applying statement lines to payments: a debit with our dispatch code is a payment made, a credit
// with it is money that came back. Without the code only a unique candidate counts; the rest waits
// for a person.

import { type Instant, tokyoInstant } from '../base/clock.ts';
import type { ClaimedWork } from '../base/work.ts';
import {
  markLineApplied,
  newStatementLines,
  queueLine,
  type StatementLine,
} from '../funds/statement-lines.ts';
import type { FailureReason } from '../rails/rail.ts';
import { adoptPayments } from './adopt.ts';
import { attemptsByCodes } from './attempt-store.ts';
import { findCandidates } from './candidates.ts';
import { shopNumberOf } from './dispatch-code.ts';
import { recordOrphan } from './orphan-store.ts';
import { unreconciled } from './recovery-store.ts';
import { applyReports } from './settle.ts';
import type { Report } from './settle-steps.ts';
import { BANK_RAIL, type RemittanceDeps } from './terms.ts';

const PAGE = 200;
const MAX_PAGES = 10_000;
const RECOVERY_RETRY = Temporal.Duration.from({ minutes: 5 });

/**
 * What banks print for the reason of a return, in half-width kana; data, and each bank has its own
 * words.
 */
const REASON_WORDS: readonly (readonly [string, FailureReason])[] = [
  ['ｺｳｻﾞﾊﾞﾝｺﾞｳ', 'account_number_mismatch'],
  ['ｺｳｻﾞﾅｼ', 'no_account'],
  ['ｶﾞｲﾄｳｺｳｻﾞﾅｼ', 'no_account'],
  ['ﾒｲｷﾞ', 'name_mismatch'],
  ['ｶﾓｸ', 'account_type_mismatch'],
  ['ｶｲﾔｸ', 'account_closed'],
  ['ｼﾞｶﾝｶﾞｲ', 'outside_hours'],
  ['ｹﾞﾝﾄﾞ', 'limit_exceeded'],
];

export function reasonIn(remarks: string): FailureReason {
  const text = remarks.replace(/\s/g, '');
  return REASON_WORDS.find(([word]) => text.includes(word))?.[1] ?? 'other';
}

/**
 * Handler of the work `remittances.apply_statement` in the tenant that keeps the lines. After a
 * restore it waits until the rails have said what they were given: the lines are about that.
 */
export async function applyStatementWork(
  deps: RemittanceDeps,
  work: ClaimedWork,
): Promise<'done' | { again: Instant }> {
  const { db, now } = deps.deeds;
  if ((await unreconciled(db)).length > 0) {
    return { again: (await now(work.shopId)).add(RECOVERY_RETRY) };
  }
  return applyStatement(deps, work.shopId);
}

/** Applies every line of a tenant that was not applied or queued yet. */
export async function applyStatement(deps: RemittanceDeps, tenantId: string): Promise<'done'> {
  const { db } = deps.deeds;
  for (let page = 0; page < MAX_PAGES; page++) {
    const waiting = await newStatementLines(db, deps.vault, tenantId, PAGE);
    await takeUpForgotten(deps, waiting);
    for (const line of waiting) await applyLine(deps, tenantId, line);
    if (waiting.length < PAGE) return 'done';
  }
  throw new Error('more statement lines than one run may apply');
}

/**
 * A payment that a statement tells of was handed over, also where a restored database does not
 * remember it: it is taken up by its code, and what was only prepared is not handed over again.
 */
async function takeUpForgotten(
  deps: RemittanceDeps,
  lines: readonly StatementLine[],
): Promise<void> {
  const rail = deps.rails.get(BANK_RAIL);
  if (rail === undefined) throw new Error(`no rail ${BANK_RAIL} is wired`);
  const payments = lines.flatMap((line) => {
    const { dispatchCode, direction, isCorrection, railAccountId } = line;
    if (dispatchCode === null || direction === 'in' || isCorrection) return [];
    const shopNumber = shopNumberOf(dispatchCode);
    const report: Report = { ...reportOf(line, dispatchCode), state: 'pending' };
    return shopNumber === undefined ? [] : [{ shopNumber, railAccountId, report }];
  });
  const groups = Map.groupBy(payments, (each) => `${each.shopNumber}/${each.railAccountId}`);
  for (const group of groups.values()) {
    const { shopNumber, railAccountId } = group[0]!;
    const shop = await deps.shops.findByNumber(shopNumber);
    if (shop === undefined) continue;
    const reports = group.map(({ report }) => report);
    await adoptPayments(deps, shop, rail, await deps.railAccount(railAccountId), reports);
  }
}

/** First the payment, then the note on the line: a crash between repeats what changes nothing. */
async function applyLine(
  deps: RemittanceDeps,
  tenantId: string,
  line: StatementLine,
): Promise<void> {
  const queue = (note: string) =>
    deps.deeds.run(tenantId, async (tx) => void (await queueLine(tx, line.lineKey, note)));
  if (line.isCorrection) return queue('correction');
  const found = await paymentOf(deps, line);
  if (found.kind === 'unknown') {
    if (found.shopId !== null && line.dispatchCode !== null) await orphan(deps, found.shopId, line);
    return queue(found.note);
  }
  await applyToPayment(deps, found, line);
  await deps.deeds.run(tenantId, async (tx) => {
    await markLineApplied(tx, line.lineKey, { to: found.attemptId, note: '' });
  });
}

async function applyToPayment(
  deps: RemittanceDeps,
  payment: Found & { readonly kind: 'payment' },
  line: StatementLine,
): Promise<void> {
  const rail = { name: BANK_RAIL, railAccountId: line.railAccountId };
  await applyReports(deps, payment.shopId, rail, [reportOf(line, payment.dispatchCode)]);
}

type Found =
  | {
      readonly kind: 'payment';
      readonly shopId: string;
      readonly dispatchCode: string;
      readonly attemptId: string;
    }
  | { readonly kind: 'unknown'; readonly shopId: string | null; readonly note: string };

async function paymentOf(deps: RemittanceDeps, line: StatementLine): Promise<Found> {
  if (line.dispatchCode === null) {
    const candidates = await findCandidates(deps, line);
    const [only] = candidates;
    if (candidates.length === 1 && only !== undefined) return { kind: 'payment', ...only };
    const note = candidates.length === 0 ? 'no_candidate' : 'several_candidates';
    return { kind: 'unknown', shopId: null, note };
  }
  const number = shopNumberOf(line.dispatchCode);
  const shop = number === undefined ? undefined : await deps.shops.findByNumber(number);
  if (shop === undefined) return { kind: 'unknown', shopId: null, note: 'not_our_code' };
  const { shopId } = shop;
  const [attempt] = await attemptsByCodes(deps.deeds.db, shopId, [line.dispatchCode]);
  if (attempt === undefined) return { kind: 'unknown', shopId, note: 'unknown_dispatch_code' };
  if (attempt.amountYen !== line.amountYen) {
    return { kind: 'unknown', shopId: null, note: 'amount_differs' };
  }
  const { dispatchCode, attemptId } = attempt;
  return { kind: 'payment', shopId, dispatchCode, attemptId };
}

export function reportOf(line: StatementLine, dispatchCode: string): Report {
  const at: Instant = tokyoInstant(line.valueDate, '09:00');
  const common = { dispatchCode, detail: line.words.remarks.trim(), at, railReference: null };
  return line.direction === 'out'
    ? { ...common, state: 'paid', reason: null, basis: 'bank_statement' }
    : {
        ...common,
        state: 'returned',
        reason: reasonIn(line.words.remarks),
        basis: 'bank_statement',
      };
}

/**
 * A payment under a code of ours that no attempt bears: somebody must find out (after a restore,
 * see recovery.ts).
 */
async function orphan(deps: RemittanceDeps, shopId: string, line: StatementLine): Promise<void> {
  await deps.deeds.run(shopId, (tx) =>
    recordOrphan(tx, {
      dispatchCode: line.dispatchCode!,
      railAccountId: line.railAccountId,
      state: line.direction === 'out' ? 'paid' : 'returned',
      detail: 'told by a statement line',
    }),
  );
}
