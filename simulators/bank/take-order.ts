// Takes an order of payments into the books, from whichever channel it came, and says when it
// settles.

import type { Bank } from './bank.ts';
import type { Order, OrderRequest, PaymentRequest, World } from './books.ts';
import type { Entry } from './entries.ts';
import { dateOf, momentOf, secondDigits } from './tokyo-time.ts';

type OrderEntry = Extract<Entry, { t: 'order' }>;

/** The order is in the journal when this returns. Its request must have been checked. */
export function takeOrder(
  bank: Bank,
  world: World,
  request: Omit<OrderRequest, 'applyNo' | 'initialState'>,
  items: readonly PaymentRequest[],
): Order {
  const entry = orderEntry(bank, world, request, items, []);
  bank.commit(entry);
  return world.orders.get(entry.order.applyNo)!;
}

/** The journal's entry for an order, for those who commit it together with others. */
export function orderEntry(
  bank: Bank,
  world: World,
  request: Omit<OrderRequest, 'applyNo' | 'initialState'>,
  items: readonly PaymentRequest[],
  rejected: readonly number[],
): OrderEntry {
  const at = bank.now(world);
  const serial = String(world.orders.size + 1).padStart(8, '0');
  const applyNo = secondDigits(at).slice(0, 8) + serial;
  const approval = world.settings.approval && request.channel !== 'file';
  const initialState = approval ? 'applied' : 'reserved';
  const settlesAt = momentOf(request.transferDate, world.settings.settlesAt);
  return {
    t: 'order',
    w: world.worldId,
    at,
    order: { ...request, applyNo, initialState },
    items: [...items],
    rejected: [...rejected],
    dueAt: approval ? decideBy(world, request.transferDate, at) : Math.max(at, settlesAt),
  };
}

/** Until when a person may approve: settlement, or closing time for what came in later that day. */
function decideBy(world: World, transferDate: string, at: number): number {
  const settlesAt = momentOf(transferDate, world.settings.settlesAt);
  return at < settlesAt ? settlesAt : momentOf(transferDate, world.settings.closesAt);
}

/** Approval of a waiting order: it settles on its day, or at once when that time has passed. */
export function approveOrder(bank: Bank, world: World, order: Order): void {
  const at = bank.now(world);
  const dueAt = Math.max(at, momentOf(order.transferDate, world.settings.settlesAt));
  const { applyNo } = order;
  bank.commit({ t: 'decided', w: world.worldId, at, applyNo, to: 'reserved', dueAt });
}

export function dateOfOrder(order: Order): string {
  return dateOf(order.acceptedAt);
}
