// The customer's hand on webhooks: delivery on and off, and the deposits that no delivery has
// confirmed.

import type { Notice, World } from '../books.ts';
import { baseTime, dateOf, dateTimeText } from '../tokyo-time.ts';
import type { Handler } from './reply.ts';
import { failure, ok, PAGE_SIZE, refuse } from './reply.ts';
import { receivingAccount, vaTransaction } from './virtual-accounts.ts';

export const EVENT_TYPE = 'va-deposit-transaction';

export const subscribe: Handler = (bank, world, { body }) => {
  const { subscribeStatus, eventTypes } = (body ?? {}) as Record<string, unknown>;
  if (subscribeStatus !== '0' && subscribeStatus !== '1') {
    return refuse('E002', 'subscribeStatus: 0 or 1');
  }
  const types = Array.isArray(eventTypes) ? eventTypes : [];
  if (!types.some((type) => (type as { eventType?: unknown })?.eventType === EVENT_TYPE)) {
    return refuse('E002', `eventTypes: ${EVENT_TYPE}`);
  }
  bank.commit({ t: 'subscribe', w: world.worldId, on: subscribeStatus === '1' });
  return ok({});
};

export const unsentList: Handler = (bank, world) => {
  const unsent = [...world.notices.values()].filter(({ state }) => state !== 'delivered');
  const page = unsent.slice(0, PAGE_SIZE);
  if (page.length === 0) return failure(404, 'WG_ERR_301', '未送信の明細はありません');
  const messages = page.map((notice) => noticeMessage(world, notice));
  const messageIds = page.map(({ messageId }) => messageId);
  bank.commit({ t: 'notice', w: world.worldId, messageIds, state: 'delivered' });
  return ok({ messages });
};

/** The body of a webhook, the same however often and by which way it is told. */
export function noticeMessage(world: World, { messageId, deposit }: Notice): object {
  const { at, number } = deposit;
  return {
    messageId,
    timestamp: dateTimeText(at),
    account: { ...receivingAccount(world), baseDate: dateOf(at), baseTime: baseTime(at) },
    vaTransaction: vaTransaction(world, { deposit, canceled: false, at, number }),
  };
}
