// Fan-out: reads the events after a shop's cursor and writes a delivery for each endpoint that
// wants them, with the cursor, in one transaction: an event is fanned out once, whatever dies.
// Sending is deliver.ts.
import type { WallClock } from '../base/clock.ts';
import type { Database } from '../base/database.ts';
import { eventsAfter } from '../base/events.ts';
import { insertDeliveries, lockCursor, moveCursor } from './delivery-store.ts';
import { wants } from './endpoint.ts';
import { endpointsOf } from './endpoint-store.ts';

const EVENTS_AT_ONCE = 500;

export interface FannedOut {
  /** Endpoints that have new deliveries. */
  readonly endpointIds: readonly string[];
  /** More events are waiting. */
  readonly hasMore: boolean;
}

export async function fanOut(
  deps: { readonly db: Database; readonly wall: WallClock },
  shopId: string,
): Promise<FannedOut> {
  return deps.db.transaction(async (tx) => {
    const cursor = await lockCursor(tx, shopId);
    if (cursor === undefined) return { endpointIds: [], hasMore: false };
    const [events, endpoints] = await Promise.all([
      eventsAfter(tx, shopId, cursor, EVENTS_AT_ONCE),
      endpointsOf(tx, shopId),
    ]);
    const last = events.at(-1);
    if (last === undefined) return { endpointIds: [], hasMore: false };
    const deliveries = events.flatMap((event) =>
      endpoints
        .filter((endpoint) => wants(endpoint, event))
        .map(({ endpointId }) => ({ endpointId, eventSeq: event.seq })),
    );
    if (deliveries.length > 0) await insertDeliveries(tx, shopId, deps.wall(), deliveries);
    await moveCursor(tx, shopId, last.seq);
    const endpointIds = [...new Set(deliveries.map((delivery) => delivery.endpointId))];
    return { endpointIds, hasMore: events.length === EVENTS_AT_ONCE };
  });
}
