// What becomes of a payment when its time has come: paid, failed, retried, and what follows later.
// When that time comes is in due.ts; how it changes the books in bookings.ts.

import type { Bank } from './bank.ts';
import { businessDaysAfter } from './bank-calendar.ts';
import type { Order, Payment, Step, World } from './books.ts';
import type { Move } from './entries.ts';
import type { Fate } from './reasons.ts';
import { magicFate, NO_COVER, OUTSIDE_REASONS, PAID } from './reasons.ts';
import { dateOf, momentOf } from './tokyo-time.ts';

const RETRY_NOTE_MS = 60 * 60 * 1000;

/** Settles what is reserved of an order; an order nobody approved in time expires. */
export function settleOrder(bank: Bank, world: World, order: Order, at: number): void {
  const w = world.worldId;
  if (order.payments.some(({ state }) => state === 'applied')) {
    bank.commit({ t: 'decided', w, at, applyNo: order.applyNo, to: 'expired' });
    return;
  }
  const reserved = order.payments.filter(({ state }) => state === 'reserved');
  settlePayments(bank, world, reserved, at, (payment) => fateOf(bank, world, payment));
}

/** The second try of a payment that was retried: only missing cover stops it now. */
export function settleRetried(bank: Bank, world: World, payment: Payment, at: number): void {
  if (payment.state !== 'retrying' && payment.state !== 'in_process') return;
  settlePayments(bank, world, [payment], at, () => PAID);
}

function settlePayments(
  bank: Bank,
  world: World,
  payments: readonly Payment[],
  at: number,
  fate: (payment: Payment) => Fate,
): void {
  const moves: Move[] = [];
  const uncovered: Payment[] = [];
  let coverYen = world.balanceYen;
  for (const payment of payments) {
    const move = settlementOf(bank, world, payment, fate(payment), at, coverYen);
    moves.push(move);
    if (move.book === 'out') coverYen -= payment.amountYen;
    if (move.reason === NO_COVER) uncovered.push(payment);
  }
  if (moves.length === 0) return;
  bank.commit({ t: 'moved', w: world.worldId, at, moves });
  tellUnpaid(bank, world, uncovered, at);
}

function settlementOf(
  bank: Bank,
  world: World,
  payment: Payment,
  fate: Fate,
  at: number,
  coverYen: number,
): Move {
  const p = payment.id;
  const { channel } = payment.order;
  if (fate.outcome === 'retried') {
    const next = step('retrying', at + RETRY_NOTE_MS);
    return { p, to: 'in_process', next, resettleAt: retryAt(bank, world, at) };
  }
  if (fate.outcome === 'failed' && channel === 'transfer') {
    return { p, to: 'failed', reason: fate.reason ?? '09' };
  }
  if (payment.amountYen > coverYen) return { p, to: 'failed', reason: NO_COVER };
  if (fate.outcome === 'failed') return failureAfterDebit(world, payment, fate, at);
  const next = afterPaid(bank, world, fate, at, at);
  return { p, to: 'paid', book: 'out', ...(next ? { next } : {}) };
}

/** In bulk and in files the money leaves with the whole and comes back for the item. */
function failureAfterDebit(world: World, payment: Payment, fate: Fate, at: number): Move {
  const failed = { p: payment.id, to: 'failed', reason: fate.reason ?? '09' } as const;
  if (payment.order.channel === 'bulk') {
    return { ...failed, book: 'out-in', ...(fate.withoutEdi ? { withoutEdi: true } : {}) };
  }
  const backAt = Math.max(at, momentOf(dateOf(at), world.settings.returnsAt));
  return { ...failed, book: 'out', next: step('give_back', backAt, fate) };
}

function retryAt(bank: Bank, world: World, at: number): number {
  const day = businessDaysAfter(bank.calendar, dateOf(at), 1);
  return Math.max(momentOf(day, world.settings.settlesAt), at + RETRY_NOTE_MS);
}

function step(to: Step['to'], at: number, fate: Fate = PAID): Step {
  return { to, at, reason: fate.reason, withoutEdi: fate.withoutEdi, ending: null };
}

/**
 * What follows on a payment that is paid: a return or a recall. `from` is when the business days
 * begin to count, `at` the earliest moment.
 */
export function afterPaid(
  bank: Bank,
  world: World,
  fate: Fate,
  from: number,
  at: number,
): Step | undefined {
  if (fate.outcome === 'paid' || fate.outcome === 'failed' || fate.outcome === 'retried') {
    return undefined;
  }
  const days = fate.afterBusinessDays;
  const day = businessDaysAfter(bank.calendar, dateOf(from), days);
  const endsAt = days === 0 ? at : Math.max(at, momentOf(day, world.settings.returnsAt));
  if (fate.outcome === 'returned') return step('returned', endsAt, fate);
  const asked = step('recall_requested', at, fate);
  return { ...asked, ending: { to: fate.outcome, at: endsAt } };
}

function fateOf(bank: Bank, world: World, payment: Payment): Fate {
  const told = payment.ediInfo === '' ? undefined : world.fates.get(payment.ediInfo);
  return told?.fate ?? magicFate(payment.accountNumber) ?? chanceFate(bank, world);
}

function chanceFate(bank: Bank, world: World): Fate {
  const dice = bank.dice(world);
  const { faults } = world;
  const withoutEdi = dice.chance(faults.returnsWithoutEdiShare);
  if (dice.chance(faults.rejectRate)) {
    return { ...PAID, outcome: 'failed', reason: dice.pick(OUTSIDE_REASONS), withoutEdi };
  }
  if (!dice.chance(faults.returnRate)) return PAID;
  return {
    outcome: 'returned',
    reason: dice.pick(OUTSIDE_REASONS),
    afterBusinessDays: faults.returnAfterBusinessDays,
    withoutEdi,
  };
}

/** A file's customer has no other way to learn what was never debited. */
function tellUnpaid(bank: Bank, world: World, payments: readonly Payment[], at: number): void {
  const [first] = payments;
  const file = first?.order.file;
  if (!first || !file) return;
  const again = world.inbound.has(`${file.name}.unpaid.json`);
  const name = `${file.name}.unpaid${again ? `-${first.itemNumber}` : ''}.json`;
  const items = payments.map(({ itemNumber, ediInfo, amountYen }) => ({
    itemNumber,
    ediInfo,
    amountYen,
    reasonCode: NO_COVER,
  }));
  const text = JSON.stringify({ file: file.name, sha256: file.sha256, items });
  bank.commit({ t: 'file', w: world.worldId, at, name, content: { kind: 'text', text } });
}

/** A later step, if the payment is still where the step expects it. */
export function takeStep(bank: Bank, world: World, payment: Payment, due: Step, at: number): void {
  const move = moveOf(payment, due);
  if (move) bank.commit({ t: 'moved', w: world.worldId, at, moves: [move] });
}

function moveOf(payment: Payment, due: Step): Move | undefined {
  const p = payment.id;
  const { state } = payment;
  const reason = due.reason === null ? {} : { reason: due.reason };
  const back = { ...reason, book: 'in', ...(due.withoutEdi ? { withoutEdi: true } : {}) } as const;
  switch (due.to) {
    case 'retrying':
      return state === 'in_process' ? { p, to: 'retrying' } : undefined;
    case 'returned':
      return state === 'paid' ? { p, to: 'returned', ...back } : undefined;
    case 'give_back':
      return state === 'failed' && payment.returnedAt === null
        ? { p, to: 'failed', ...back }
        : undefined;
    case 'recall_requested': {
      if (state !== 'paid' || !due.ending) return undefined;
      const next = { ...due, to: due.ending.to, at: due.ending.at, ending: null };
      return { p, to: 'recall_requested', ...reason, next };
    }
    case 'recalled':
      return state === 'recall_requested' ? { p, to: 'recalled', ...back } : undefined;
    case 'recall_refused':
      return state === 'recall_requested' ? { p, to: 'recall_refused' } : undefined;
  }
}
