// What is done with receipts: issue, take notes or coins, take back, expire. Each decides and
// commits without waiting in between, so of two that race exactly one finds the receipt open.

import { randomInt, randomUUID } from 'node:crypto';
import type { Issue, Receipt, RefusalCode, RefusedRequest, World } from './books.ts';
import type { NoticeFate, Step } from './entries.ts';
import type { Network } from './network.ts';
import { dateOf, momentOf, plusDays } from './tokyo-time.ts';

export interface IssueRequest {
  readonly requestId: string;
  readonly amountYen: number;
  readonly withinDays: number;
}

export type IssueOutcome =
  | { readonly kind: 'issued' | 'known'; readonly receipt: Receipt }
  | { readonly kind: 'refused'; readonly refused: RefusedRequest }
  | { readonly kind: 'reused' };

/** The days that are refused where a world has magic days. */
const REFUSED_DAYS = 51;

/**
 * The same request again brings the same receipt, or the same refusal; never a second of either.
 */
export function issue(network: Network, world: World, request: IssueRequest): IssueOutcome {
  const { requestId, amountYen, withinDays } = request;
  const isSame = (known: IssueRequest) =>
    known.amountYen === amountYen && known.withinDays === withinDays;
  const receipt = world.receipts.get(requestId);
  if (receipt) return isSame(receipt) ? { kind: 'known', receipt } : { kind: 'reused' };
  const refused = world.refused.get(requestId);
  if (refused) return isSame(refused) ? { kind: 'refused', refused } : { kind: 'reused' };
  const at = network.now(world);
  const code = refusalOf(world, request);
  if (code !== null) {
    network.commit({ t: 'refused', w: world.worldId, refused: { ...request, code, at } });
    return { kind: 'refused', refused: world.refused.get(requestId)! };
  }
  const made: Issue = {
    ...request,
    receiptId: `R${String(world.receipts.size + 1).padStart(12, '0')}`,
    customerNumber: freeNumber(world.settings.customerNumberDigits, world.byCustomerNumber),
    confirmationNumber: digits(world.settings.confirmationNumberDigits),
    slipNumber: freeNumber(18, network.books.bySlip),
    issuedAt: at,
    receivableUntil: plusDays(dateOf(at), withinDays),
  };
  network.commit({ t: 'issued', w: world.worldId, issue: made });
  return { kind: 'issued', receipt: world.receipts.get(requestId)! };
}

function refusalOf(world: World, request: IssueRequest): RefusalCode | null {
  const { settings } = world;
  const planned = world.planned.get(request.requestId);
  if (planned !== undefined) return planned;
  if (request.amountYen > settings.amountMaxYen) return 'amount_out_of_range';
  if (request.withinDays > settings.daysMax) return 'days_out_of_range';
  if (settings.hasMagicDays && request.withinDays === REFUSED_DAYS) return 'not_permitted';
  if (request.amountYen > world.balanceYen - world.heldYen) return 'insufficient_prefund';
  return null;
}

function digits(length: number): string {
  return Array.from({ length }, () => randomInt(10)).join('');
}

function freeNumber(length: number, taken: ReadonlyMap<string, unknown>): string {
  for (let tries = 0; tries < 100; tries += 1) {
    const number = digits(length);
    if (!taken.has(number)) return number;
  }
  throw new Error('no free number found: too many receipts for so few digits');
}

/** Only where the step still applies; the caller has brought the world up to now. */
export function canTake(receipt: Receipt, leg: 'notes' | 'coins'): boolean {
  if (receipt.locked && receipt.state === 'RECEIVABLE') return false;
  if (leg === 'notes') return receipt.state === 'RECEIVABLE' && receipt.noteYen > 0;
  const notesAreOut = receipt.noteYen === 0 ? 'RECEIVABLE' : 'NOTES_TAKEN';
  return receipt.state === notesAreOut && receipt.coinYen > 0;
}

/** Pays one leg out; false where it is not to be had. */
export function take(
  network: Network,
  world: World,
  receipt: Receipt,
  leg: 'notes' | 'coins',
): boolean {
  expireDue(network, world);
  if (!canTake(receipt, leg)) return false;
  step(network, world, receipt, leg, network.now(world));
  return true;
}

/** Takes back what is untouched: once notes are out, the rest only expires. */
export function takeBack(network: Network, world: World, receipt: Receipt): boolean {
  if (receipt.state === 'TAKEN_BACK') return true;
  if (receipt.state !== 'RECEIVABLE') return false;
  step(network, world, receipt, 'taken_back', network.now(world));
  return true;
}

/** Lets everything expire whose last day is over. */
export function expireDue(network: Network, world: World): void {
  const today = dateOf(network.now(world));
  const over = [...world.openUntil.keys()].filter((date) => date < today).sort();
  for (const date of over) {
    const at = momentOf(plusDays(date, 1));
    for (const receipt of [...world.openUntil.get(date)!]) {
      step(network, world, receipt, 'expired', at);
    }
  }
}

/** Compares a typed confirmation number; a wrong one counts, and the last wrong one locks. */
export function tryConfirmation(
  network: Network,
  world: World,
  receipt: Receipt,
  typed: string,
): boolean {
  if (typed === receipt.confirmationNumber) return true;
  const locks =
    receipt.wrongTries + 1 >= world.settings.wrongTriesMax ? noticeFate(network, world) : null;
  const { requestId } = receipt;
  network.commit({ t: 'wrong', w: world.worldId, requestId, at: network.now(world), locks });
  return false;
}

function step(network: Network, world: World, receipt: Receipt, name: Step, at: number): void {
  const notice = noticeFate(network, world);
  const { requestId } = receipt;
  network.commit({ t: 'step', w: world.worldId, requestId, step: name, at, notice });
}

function noticeFate(network: Network, world: World): NoticeFate {
  const dice = network.dice(world);
  return {
    noticeId: randomUUID(),
    repeats: dice.chance(world.faults.repeatNoticeRate) ? 1 : 0,
    isDropped: dice.chance(world.faults.dropNoticeRate),
  };
}
