// The books as the control API shows them, so that a test can compare them to the yen.

import { readdirSync } from 'node:fs';
import type { Bank } from '../bank.ts';
import { inquiryNumber } from '../bookings.ts';
import type { Deposit, Payment, World } from '../books.ts';
import { makeFolders } from '../files/outbox.ts';
import { itemKey } from '../http/reply.ts';
import { exactText } from '../tokyo-time.ts';

const timeOrNull = (at: number | null): string | null => (at === null ? null : exactText(at));

export function shownBooks(bank: Bank, world: World, ediInfo: string | null): object {
  const payments = world.payments.filter((each) => ediInfo === null || each.ediInfo === ediInfo);
  const notices = [...world.notices.values()];
  const delivered = notices.filter(({ state }) => state === 'delivered').length;
  return {
    now: exactText(bank.now(world)),
    balanceYen: world.balanceYen,
    openingYen: world.openingYen,
    payments: payments.map(shownPayment),
    deposits: [...world.deposits.values()].map((deposit) => ({
      ...shownDeposit(deposit),
      branchCode: deposit.vaId?.slice(0, 3) ?? world.branchCode,
      accountNumber: deposit.vaId?.slice(3) ?? world.accountNumber,
      amountYen: deposit.amountYen,
      remitterNameKana: deposit.remitterName,
      canceledAt: timeOrNull(deposit.canceledAt),
    })),
    notices: { delivered, unsent: notices.length - delivered },
    files: [...world.inbound.keys()],
    uncollected: uncollected(bank, world),
    // What will still happen by itself, and what has happened and no sound file has told.
    upcoming: world.due.size(),
    untold: {
      lines: world.lines.length - world.statementFrom,
      deposits: world.depositRecords.length - world.noticeFrom,
    },
  };
}

/** Statements and deposit notices that still lie where the customer fetches them. */
function uncollected(bank: Bank, world: World): string[] {
  const { inbound } = makeFolders(bank, world.worldId);
  const lying = new Set(readdirSync(inbound));
  return [...world.inbound.values()]
    .filter(({ name, content }) => content.kind !== 'text' && lying.has(name))
    .map(({ name }) => name);
}

function shownPayment(payment: Payment): object {
  const { order } = payment;
  return {
    ediInfo: payment.ediInfo,
    amountYen: payment.amountYen,
    bankCode: payment.bankCode,
    branchCode: payment.branchCode,
    accountTypeCode: payment.accountTypeCode,
    accountNumber: payment.accountNumber,
    beneficiaryName: payment.beneficiaryName,
    channel: order.channel,
    orderNo: order.applyNo,
    itemNumber: payment.itemNumber,
    transferDate: order.transferDate,
    state: payment.state,
    reasonCode: payment.reasonCode,
    debited: payment.debited,
    acceptedAt: exactText(order.acceptedAt),
    paidAt: timeOrNull(payment.paidAt),
    returnedAt: timeOrNull(payment.returnedAt),
  };
}

export function shownDeposit(deposit: Deposit) {
  return {
    depositId: deposit.depositId,
    itemKey: itemKey(deposit.at, deposit.number),
    inquiryNumber: inquiryNumber(deposit.number, 6),
    at: exactText(deposit.at),
  };
}
