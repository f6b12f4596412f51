// The calls that ask for money to leave: fee, request, its result, cancellation; for transfers
// and bulk. Reading what became of them is in transfer-status.ts.

import type { Bank } from '../bank.ts';
import type { Order, PaymentRequest, World } from '../books.ts';
import { reachNow } from '../due.ts';
import { LOST_AFTER_ACCOUNT, LOST_BEFORE_ACCOUNT } from '../reasons.ts';
import { takeOrder } from '../take-order.ts';
import { dateTimeText } from '../tokyo-time.ts';
import { wrongAccount } from './query.ts';
import type { Handler, Reply } from './reply.ts';
import { base, ok, refuse, refused } from './reply.ts';
import type { CheckedRequest, Kind } from './transfer-request.ts';
import { checkRequest, isChecked } from './transfer-request.ts';

const FEE_YEN = 145;

export function feeYen(world: World, item: PaymentRequest): number {
  return item.bankCode === world.bankCode ? 0 : FEE_YEN;
}

export const transferFee =
  (kind: Kind): Handler =>
  (bank, world, { body }) => {
    const checked = checkRequest(bank, world, kind, body);
    if (!isChecked(checked)) return checked;
    const transferFeeDetails = checked.items.map((item) => ({
      itemId: String(item.itemNumber),
      transferFee: String(feeYen(world, item)),
    }));
    const totalFee = checked.items.reduce((sum, item) => sum + feeYen(world, item), 0);
    const { accountId } = world;
    return ok({ accountId, ...base(bank, world), totalFee: String(totalFee), transferFeeDetails });
  };

export const transferRequest =
  (kind: Kind): Handler =>
  (bank, world, { body }) => {
    const checked = checkRequest(bank, world, kind, body);
    if (!isChecked(checked)) return checked;
    if (strike(bank, world, checked, LOST_BEFORE_ACCOUNT)) return { status: 200, lost: true };
    const dice = bank.dice(world);
    if (dice.chance(world.faults.partialReject)) {
      const itemId = String(dice.pick(checked.items).itemNumber);
      return refused([{ code: 'E101', message: 'accountNumber: cannot be paid', itemId }]);
    }
    const loseAnswer = strike(bank, world, checked, LOST_AFTER_ACCOUNT);
    const { items, ...rest } = checked;
    const order = takeOrder(bank, world, { ...rest, channel: kind, file: null }, items);
    reachNow(bank, world);
    const reply = ok({ accountId: world.accountId, ...result(order), applyNo: order.applyNo });
    return loseAnswer ? { ...reply, lost: true } : reply;
  };

/** Whether a magic account strikes now: once per account and amount. */
function strike(bank: Bank, world: World, request: CheckedRequest, account: string): boolean {
  const item = request.items.find(
    ({ accountNumber, amountYen }) =>
      accountNumber === account && !world.struck.has(`${account}:${amountYen}`),
  );
  if (!item) return false;
  bank.commit({ t: 'struck', w: world.worldId, key: `${account}:${item.amountYen}` });
  return true;
}

function result(order: Order): { resultCode: string; applyEndDatetime?: string } {
  if (order.payments[0]!.state === 'expired') return { resultCode: '8' };
  if (order.endedAt === null) return { resultCode: '2' };
  return { resultCode: '1', applyEndDatetime: dateTimeText(order.endedAt) };
}

export const requestResult =
  (kind: Kind): Handler =>
  (_bank, world, { query }) => {
    const wrong = wrongAccount(world, query.get('accountId'));
    if (wrong) return wrong;
    const order = findOrder(world, kind, query.get('applyNo'));
    if (!order) return refuse('E007', 'applyNo: unknown');
    return ok({ accountId: world.accountId, ...result(order), applyNo: order.applyNo });
  };

export function findOrder(world: World, kind: Kind, applyNo: unknown): Order | undefined {
  const order = typeof applyNo === 'string' ? world.orders.get(applyNo) : undefined;
  return order?.channel === kind ? order : undefined;
}

const CANCEL_CLASSES = {
  transfer: { '1': 'withdrawn', '2': 'canceled' },
  bulk: { '3': 'withdrawn', '4': 'canceled' },
} as const;

export const cancelTransfer =
  (kind: Kind): Handler =>
  (bank, world, { body }): Reply => {
    const fields = (typeof body === 'object' && body !== null ? body : {}) as Record<
      string,
      unknown
    >;
    const wrong = wrongAccount(world, fields.accountId);
    if (wrong) return wrong;
    const classes: Readonly<Record<string, 'withdrawn' | 'canceled'>> = CANCEL_CLASSES[kind];
    const cancelTargetKeyClass = String(fields.cancelTargetKeyClass);
    if (!Object.hasOwn(classes, cancelTargetKeyClass)) {
      return refuse('E002', 'cancelTargetKeyClass: not for this kind of transfer');
    }
    const to = classes[cancelTargetKeyClass]!;
    const order = findOrder(world, kind, fields.applyNo);
    if (!order) return refuse('E007', 'applyNo: unknown');
    const needed = to === 'withdrawn' ? 'applied' : 'reserved';
    if (order.payments.some(({ state }) => state !== needed)) {
      return refuse('E006', 'applyNo: its state does not allow this');
    }
    const { applyNo } = order;
    bank.commit({ t: 'decided', w: world.worldId, at: bank.now(world), applyNo, to });
    const { accountId } = world;
    return ok({ accountId, cancelTargetKeyClass, ...result(order), applyNo });
  };
