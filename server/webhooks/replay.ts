// Deliveries asked for again by a person: one event, all dead ones of an endpoint, or a span of
// time; in bounded batches. Replays start a delivery over: the same id and body, a new schedule.
import type { Instant } from '../base/clock.ts';
import type { Deeds } from '../base/deed.ts';
import { isExpired } from '../base/event-expiry.ts';
import { eventById, eventsBetween, type StoredEvent } from '../base/events.ts';
import { rearmDead, rearmDeliveries } from './delivery-store.ts';
import { type Endpoint, wants } from './endpoint.ts';
import { findEndpoint } from './endpoint-desk.ts';
import { endpointsOf } from './endpoint-store.ts';
import * as refusals from './refusals.ts';

export const REPLAY_BATCH = 1_000;

interface ReplayDeps {
  readonly deeds: Deeds;
}

/** The event of a public id, or the refusal `event_not_found`. */
export async function findEvent(
  deps: ReplayDeps,
  shopId: string,
  id: string,
): Promise<StoredEvent> {
  const event = await eventById(deps.deeds.db, shopId, id);
  if (event === undefined) throw refusals.eventNotFound();
  return event;
}

async function enabledEndpoint(deps: ReplayDeps, shopId: string, id: string): Promise<Endpoint> {
  const endpoint = await findEndpoint(deps, shopId, id);
  if (endpoint.status !== 'enabled') throw refusals.endpointDisabled();
  return endpoint;
}

/** To every enabled endpoint that takes the event, or to the named one, whatever its filter. */
export async function redeliverEvent(
  deps: ReplayDeps,
  shopId: string,
  eventId: string,
  endpointId: string | undefined,
): Promise<{ readonly event: StoredEvent; readonly endpoints: readonly Endpoint[] }> {
  const event = await findEvent(deps, shopId, eventId);
  if (isExpired(event.payload)) throw refusals.eventExpired();
  const endpoints =
    endpointId === undefined
      ? (await endpointsOf(deps.deeds.db, shopId)).filter((endpoint) =>
          wants({ ...endpoint, fromSeq: 0 }, event),
        )
      : [await enabledEndpoint(deps, shopId, endpointId)];
  if (endpoints.length === 0) throw refusals.noEndpointWants();
  const again = endpoints.map((endpoint) => ({
    endpointId: endpoint.endpointId,
    eventSeq: event.seq,
  }));
  await rearmDeliveries(deps.deeds.db, shopId, deps.deeds.wall(), again);
  return { event, endpoints };
}

/**
 * Up to REPLAY_BATCH dead deliveries of an endpoint, oldest first. `hasMore`: ask again for the
 * rest.
 */
export async function replayDead(
  deps: ReplayDeps,
  shopId: string,
  id: string,
): Promise<{ readonly queued: number; readonly hasMore: boolean }> {
  const { endpointId } = await enabledEndpoint(deps, shopId, id);
  const { db, wall } = deps.deeds;
  const queued = await rearmDead(db, shopId, endpointId, wall(), REPLAY_BATCH);
  return { queued, hasMore: queued === REPLAY_BATCH };
}

export interface Replayed {
  readonly queued: number;
  /** Where the next call goes on; null at the end of the span. */
  readonly after: number | null;
}

/**
 * Events that happened in `[since, until)` and that the endpoint's filter takes, whether sent
 * before or not.
 */
export async function replaySpan(
  deps: ReplayDeps,
  shopId: string,
  id: string,
  span: { readonly since: Instant; readonly until: Instant; readonly after: number },
): Promise<Replayed> {
  if (Temporal.Instant.compare(span.since, span.until) >= 0) throw refusals.spanRefused();
  const endpoint = await enabledEndpoint(deps, shopId, id);
  const { db, wall } = deps.deeds;
  const events = await eventsBetween(db, shopId, span, REPLAY_BATCH);
  const wanted = events.filter(
    (event) => wants({ ...endpoint, fromSeq: 0 }, event) && !isExpired(event.payload),
  );
  const again = wanted.map((event) => ({
    endpointId: endpoint.endpointId,
    eventSeq: event.seq,
  }));
  if (again.length > 0) await rearmDeliveries(db, shopId, wall(), again);
  const last = events.at(-1);
  const after = events.length === REPLAY_BATCH && last !== undefined ? last.seq : null;
  return { queued: again.length, after };
}
