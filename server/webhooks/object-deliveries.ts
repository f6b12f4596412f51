// Where the events of one object were sent, and what became of it: for a person who asks whether
// the merchant's own systems have heard.
import type { Sql } from '../base/database.ts';
import { eventsOf, type StoredEvent } from '../base/events.ts';
import { type Delivery, deliveriesOfEvents } from './delivery-store.ts';
import { endpointsOf } from './endpoint-store.ts';

export interface ObjectDelivery {
  readonly event: StoredEvent;
  readonly delivery: Delivery;
  /** The endpoint's host: its path may hold a secret. */
  readonly host: string;
}

/** Oldest event first. Deliveries to endpoints that were deleted are left out. */
export async function deliveriesOfObject(
  sql: Sql,
  shopId: string,
  objectId: string,
): Promise<ObjectDelivery[]> {
  const [events, endpoints] = await Promise.all([
    eventsOf(sql, shopId, objectId),
    endpointsOf(sql, shopId),
  ]);
  const hosts = new Map(endpoints.map((each) => [each.endpointId, new URL(each.url).host]));
  const bySeq = new Map(events.map((event) => [event.seq, event]));
  const found = await deliveriesOfEvents(sql, shopId, [...hosts.keys()], [...bySeq.keys()]);
  return found.map((delivery) => ({
    event: bySeq.get(delivery.eventSeq)!,
    delivery,
    host: hosts.get(delivery.endpointId)!,
  }));
}
