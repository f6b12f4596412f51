// How each entry changes the books. Pure but for the books themselves: a replay brings the same.

import type { Books, Issue, Movement, MovementKind, Receipt, World } from './books.ts';
import type { Entry, NoticeFate, Step } from './entries.ts';
import { NO_FAULTS } from './settings.ts';
import { shownReceipt } from './shown-receipt.ts';
import { timeText } from './tokyo-time.ts';

/** An ATM pays notes only. */
const NOTE_UNIT_YEN = 1_000;

export function emptyBooks(): Books {
  return {
    worlds: new Map(),
    byKeyId: new Map(),
    byPartnerCode: new Map(),
    bySlip: new Map(),
  };
}

export function apply(books: Books, entry: Entry): void {
  if (entry.t === 'world') {
    openWorld(books, entry);
    return;
  }
  const world = books.worlds.get(entry.w)!;
  switch (entry.t) {
    case 'clock':
      world.clock = entry.clock;
      break;
    case 'faults':
      world.faults = entry.faults;
      break;
    case 'settings':
      world.settings = { ...world.settings, ...entry.patch };
      break;
    case 'webhook':
      world.webhookUrl = entry.url;
      break;
    case 'funded':
      world.balanceYen += entry.amountYen;
      move(world, 'FUNDED', '', entry.amountYen, entry.at);
      break;
    case 'planned':
      if (entry.refusal === null) world.planned.delete(entry.requestId);
      else world.planned.set(entry.requestId, entry.refusal);
      break;
    case 'issued':
      issueReceipt(books, world, entry.issue);
      break;
    case 'refused':
      world.refused.set(entry.refused.requestId, entry.refused);
      break;
    case 'wrong':
      countWrong(world, world.receipts.get(entry.requestId)!, entry.at, entry.locks);
      break;
    case 'unlocked':
      Object.assign(world.receipts.get(entry.requestId)!, { locked: false, wrongTries: 0 });
      break;
    case 'step':
      takeStep(world, world.receipts.get(entry.requestId)!, entry.step, entry.at);
      addNotice(world, world.receipts.get(entry.requestId)!, entry.at, entry.notice);
      break;
    case 'notice':
      world.notices.get(entry.noticeId)!.state = entry.state;
      world.waitingNotices.delete(entry.noticeId);
      break;
  }
}

function openWorld(books: Books, { birth, clock }: Entry & { t: 'world' }): void {
  const world: World = {
    ...birth,
    clock,
    faults: NO_FAULTS,
    webhookUrl: null,
    balanceYen: 0,
    heldYen: 0,
    receipts: new Map(),
    refused: new Map(),
    planned: new Map(),
    byCustomerNumber: new Map(),
    openUntil: new Map(),
    movements: [],
    notices: new Map(),
    waitingNotices: new Set(),
  };
  books.worlds.set(world.worldId, world);
  books.byKeyId.set(world.keyId, world);
  books.byPartnerCode.set(world.partnerCode, world);
}

function issueReceipt(books: Books, world: World, issue: Issue): void {
  const coinYen = issue.amountYen % NOTE_UNIT_YEN;
  const receipt: Receipt = {
    ...issue,
    noteYen: issue.amountYen - coinYen,
    coinYen,
    state: 'RECEIVABLE',
    receivedYen: 0,
    wrongTries: 0,
    locked: false,
    notesTakenAt: null,
    coinsTakenAt: null,
    closedAt: null,
  };
  world.receipts.set(receipt.requestId, receipt);
  world.byCustomerNumber.set(receipt.customerNumber, receipt);
  books.bySlip.set(receipt.slipNumber, { world, receipt });
  const sameDay = world.openUntil.get(receipt.receivableUntil) ?? new Set();
  world.openUntil.set(receipt.receivableUntil, sameDay.add(receipt));
  world.heldYen += receipt.amountYen;
  move(world, 'ISSUED', receipt.requestId, receipt.amountYen, receipt.issuedAt);
}

function countWrong(world: World, receipt: Receipt, at: number, locks: NoticeFate | null): void {
  receipt.wrongTries += 1;
  if (locks === null) return;
  receipt.locked = true;
  addNotice(world, receipt, at, locks);
}

function takeStep(world: World, receipt: Receipt, step: Step, at: number): void {
  const { requestId } = receipt;
  if (step === 'notes' || step === 'coins') {
    const yen = step === 'notes' ? receipt.noteYen : receipt.coinYen;
    receipt[step === 'notes' ? 'notesTakenAt' : 'coinsTakenAt'] = at;
    receipt.receivedYen += yen;
    world.balanceYen -= yen;
    world.heldYen -= yen;
    move(world, step === 'notes' ? 'NOTES' : 'COINS', requestId, yen, at);
    if (receipt.receivedYen === receipt.amountYen) close(world, receipt, 'RECEIVED', at);
    else receipt.state = 'NOTES_TAKEN';
    return;
  }
  const restYen = receipt.amountYen - receipt.receivedYen;
  world.heldYen -= restYen;
  move(world, step === 'expired' ? 'EXPIRED' : 'TAKEN_BACK', requestId, restYen, at);
  if (receipt.receivedYen > 0) close(world, receipt, 'RECEIVED_IN_PART', at);
  else close(world, receipt, step === 'expired' ? 'EXPIRED' : 'TAKEN_BACK', at);
}

function close(world: World, receipt: Receipt, state: Receipt['state'], at: number): void {
  receipt.state = state;
  receipt.closedAt = at;
  const sameDay = world.openUntil.get(receipt.receivableUntil);
  sameDay?.delete(receipt);
  if (sameDay?.size === 0) world.openUntil.delete(receipt.receivableUntil);
}

function move(
  world: World,
  kind: MovementKind,
  requestId: string,
  amountYen: number,
  at: number,
): void {
  const movement: Movement = { kind, requestId, amountYen, at };
  world.movements.push(movement);
}

function addNotice(world: World, receipt: Receipt, at: number, fate: NoticeFate): void {
  const { noticeId, repeats, isDropped } = fate;
  const body = JSON.stringify({
    notice_id: noticeId,
    occurred_at: timeText(at),
    receipt: shownReceipt(receipt),
  });
  world.notices.set(noticeId, {
    noticeId,
    body,
    repeats,
    state: isDropped ? 'unsent' : 'waiting',
  });
  if (!isDropped) world.waitingNotices.add(noticeId);
}
