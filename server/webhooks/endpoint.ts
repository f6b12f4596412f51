// A webhook endpoint as a rule: which events it wants, when it is given up, how it is shown. Pure;
// SQL is in endpoint-store.ts, what is done to it by people in endpoint-desk.ts.
import { type Instant, tokyoTimestamp } from '../base/clock.ts';
import { publicId } from '../base/ids.ts';

/**
 * `by_merchant`: switched off; `gone`: it answered 410; `failing`: nothing but failures for days.
 */
export type DisabledReason = 'by_merchant' | 'gone' | 'failing';

export interface Endpoint {
  readonly shopId: string;
  readonly endpointId: string;
  readonly url: string;
  /** Types, or `remittance.*`; empty = all. */
  readonly eventTypes: readonly string[];
  readonly description: string;
  readonly status: 'enabled' | 'disabled';
  readonly disabledReason: DisabledReason | null;
  readonly previousSecretEndsAt: Instant | null;
  /** Events up to this one happened before it was there. */
  readonly fromSeq: number;
  /** Of the events about the endpoint itself. */
  readonly sequence: number;
  readonly failingSince: Instant | null;
  readonly lastSuccessAt: Instant | null;
  readonly lastFailureAt: Instant | null;
  readonly throttledUntil: Instant | null;
  readonly throttleLevel: number;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
}

export const PING = 'webhook_endpoint.ping';
export const ENABLED = 'webhook_endpoint.enabled';
export const DISABLED = 'webhook_endpoint.disabled';

/** After so long without one success an endpoint is switched off. */
export const FAILING_LIMIT_MS = 5 * 24 * 3_600_000;
export const MAX_ENDPOINTS = 20;
export const MAX_EVENT_TYPES = 50;

/** `remittance.paid`, `remittance.*`: what a filter may name. */
export const EVENT_TYPE_PATTERN = '^[a-z][a-z_]{0,39}(\\.[a-z_]{1,40}){0,2}(\\.\\*)?$';

export function matchesFilter(eventTypes: readonly string[], type: string): boolean {
  if (eventTypes.length === 0) return true;
  return eventTypes.some((wanted) =>
    wanted.endsWith('.*') ? type.startsWith(wanted.slice(0, -1)) : wanted === type,
  );
}

/**
 * Whether the fan-out sends this event to this endpoint. A ping goes to the pinged endpoint alone.
 */
export function wants(
  endpoint: Pick<Endpoint, 'endpointId' | 'eventTypes' | 'fromSeq' | 'status'>,
  event: { readonly type: string; readonly seq: number; readonly objectId: string },
): boolean {
  if (endpoint.status !== 'enabled' || event.seq <= endpoint.fromSeq) return false;
  if (event.type === PING) return event.objectId === endpoint.endpointId;
  return matchesFilter(endpoint.eventTypes, event.type);
}

export function isGivenUp(failingSince: Instant | null, now: Instant): boolean {
  if (failingSince === null) return false;
  return now.epochMilliseconds - failingSince.epochMilliseconds >= FAILING_LIMIT_MS;
}

const shown = (at: Instant | null) => (at === null ? null : tokyoTimestamp(at));

/** The endpoint as API answers and events show it; its secret never. */
export function showEndpoint(endpoint: Endpoint) {
  return {
    id: publicId('whe', endpoint.endpointId),
    url: endpoint.url,
    event_types: [...endpoint.eventTypes],
    description: endpoint.description,
    status: endpoint.status,
    disabled_reason: endpoint.disabledReason,
    previous_secret_ends_at: shown(endpoint.previousSecretEndsAt),
    failing_since: shown(endpoint.failingSince),
    last_success_at: shown(endpoint.lastSuccessAt),
    last_failure_at: shown(endpoint.lastFailureAt),
    throttled_until: shown(endpoint.throttledUntil),
    created_at: tokyoTimestamp(endpoint.createdAt),
    updated_at: tokyoTimestamp(endpoint.updatedAt),
  };
}
