// What moves money in the books: payments, deposits and their cancellation, each with its lines
// on the accounts. Called from apply.ts only.

import type { Deposit, Line, Payment, World } from './books.ts';
import type { Entry, Move } from './entries.ts';
import type { ReasonCode } from './reasons.ts';
import { isReasonCode, REASON_WORDS } from './reasons.ts';

type DepositEntry = Extract<Entry, { t: 'deposit' }>;
type LineText = Pick<Line, 'name' | 'bankName' | 'branchName' | 'remarks' | 'ediInfo'>;

const BLANK: LineText = { name: '', bankName: '', branchName: '', remarks: '', ediInfo: '' };

/** 照会番号 as files show it. */
export function inquiryNumber(number: number, digits: 6 | 8): string {
  return String(number % 1_000_000).padStart(digits, '0');
}

function nextNumber(world: World): number {
  world.lastNumber += 1;
  return world.lastNumber;
}

function bookLine(
  world: World,
  line: Pick<Line, 'vaId' | 'at' | 'direction' | 'kind' | 'amountYen' | 'number'>,
  text: LineText,
): void {
  const change = line.direction === 'in' ? line.amountYen : -line.amountYen;
  let balanceAfterYen: number;
  if (line.vaId === null) {
    world.balanceYen += change;
    balanceAfterYen = world.balanceYen;
  } else {
    const account = world.virtualAccounts.get(line.vaId)!;
    account.totalYen += change;
    balanceAfterYen = account.totalYen;
  }
  world.lines.push({ ...line, ...text, balanceAfterYen });
}

export function bookMove(world: World, move: Move, at: number): void {
  const payment = world.payments[move.p]!;
  payment.state = move.to;
  if (move.reason !== undefined) payment.reasonCode = move.reason;
  if (move.to === 'paid') payment.paidAt = at;
  if (move.book === 'out' || move.book === 'out-in') bookPayment(world, payment, at);
  if (move.book === 'in' || move.book === 'out-in') {
    bookReturn(world, payment, at, move.withoutEdi === true);
  }
  if (move.next) {
    world.due.push(move.next.at, { kind: 'move', payment, step: move.next });
  }
  if (move.resettleAt !== undefined) {
    world.due.push(move.resettleAt, { kind: 'resettle', payment });
  }
}

function bookPayment(world: World, payment: Payment, at: number): void {
  payment.debited = true;
  const { amountYen } = payment;
  const number = nextNumber(world);
  const remarks = payment.order.channel === 'transfer' ? 'ﾌﾘｺﾐ' : 'ｿｳｺﾞｳﾌﾘｺﾐ';
  bookLine(
    world,
    { vaId: null, at, direction: 'out', kind: 'transfer', amountYen, number },
    { ...paymentText(payment), remarks },
  );
}

function bookReturn(world: World, payment: Payment, at: number, withoutEdi: boolean): void {
  payment.returnedAt = at;
  const { amountYen } = payment;
  const number = nextNumber(world);
  const ediInfo = withoutEdi ? '' : payment.ediInfo;
  bookLine(
    world,
    { vaId: null, at, direction: 'in', kind: 'transfer', amountYen, number },
    { ...paymentText(payment), ediInfo, remarks: returnRemarks(payment) },
  );
}

function paymentText(payment: Payment): LineText {
  return {
    name: payment.beneficiaryName,
    bankName: payment.bankCode,
    branchName: payment.branchCode,
    remarks: '',
    ediInfo: payment.ediInfo,
  };
}

function returnRemarks(payment: Payment): string {
  if (payment.state === 'recalled') return 'ｸﾐﾓﾄﾞｼ';
  const reason: ReasonCode = isReasonCode(payment.reasonCode) ? payment.reasonCode : '09';
  return `ｼｷﾝﾍﾝｷﾔｸ ${REASON_WORDS[reason]}`;
}

export function bookDeposit(world: World, entry: DepositEntry): void {
  const { at } = entry;
  const number = nextNumber(world);
  const deposit: Deposit = {
    ...entry.deposit,
    number,
    at,
    canceledAt: null,
    cancelNumber: null,
  };
  world.deposits.set(deposit.depositId, deposit);
  if (deposit.key !== null) world.depositByKey.set(deposit.key, deposit);
  const { vaId, amountYen } = deposit;
  const text: LineText = {
    name: deposit.remitterName,
    bankName: deposit.bankName,
    branchName: deposit.branchName,
    remarks: 'ﾌﾘｺﾐ',
    ediInfo: deposit.ediInfo,
  };
  const line = { at, direction: 'in', amountYen, number } as const;
  bookLine(world, { ...line, vaId, kind: 'transfer' }, text);
  if (vaId === null) return;
  const sweep = { ...BLANK, remarks: `ﾌﾘｶｴ ${vaId}` };
  bookLine(world, { ...line, vaId: null, kind: 'book-transfer' }, sweep);
  world.depositRecords.push({ deposit, canceled: false, at, number });
  if (!entry.notice) return;
  const { messageId, repeats, dropped } = entry.notice;
  const state = dropped ? 'unsent' : 'waiting';
  world.notices.set(messageId, { messageId, deposit, repeats, state });
  if (state === 'waiting') world.waitingNotices.add(messageId);
}

export function bookDepositCancel(world: World, depositId: string, at: number): void {
  const deposit = world.deposits.get(depositId)!;
  const number = nextNumber(world);
  deposit.canceledAt = at;
  deposit.cancelNumber = number;
  const { vaId, amountYen } = deposit;
  const text: LineText = {
    name: deposit.remitterName,
    bankName: deposit.bankName,
    branchName: deposit.branchName,
    remarks: `ﾄﾘｹｼ ${inquiryNumber(deposit.number, 8)}`,
    ediInfo: '',
  };
  const line = { at, direction: 'out', amountYen, number } as const;
  bookLine(world, { ...line, vaId, kind: 'correction' }, text);
  if (vaId === null) return;
  const sweep = { ...BLANK, remarks: `ﾌﾘｶｴ ${vaId}` };
  bookLine(world, { ...line, vaId: null, kind: 'book-transfer' }, sweep);
  world.depositRecords.push({ deposit, canceled: true, at, number });
}
