// What people do to webhook endpoints: create, read, change, switch on and off, rotate the secret,
// delete, ping. Asking for deliveries again is replay.ts; HTTP schemas are in api/v1.
import type { Vault } from '../base/crypto.ts';
import type { Deeds, Tx } from '../base/deed.ts';
import { eventsBySeq, type StoredEvent } from '../base/events.ts';
import { uuidOf, uuidv7 } from '../base/ids.ts';
import type { Shop } from '../merchants/shop.ts';
import { endPending, lockCursor, openCursor } from './delivery-store.ts';
import { type Endpoint, MAX_ENDPOINTS, PING } from './endpoint.ts';
import {
  endpointsOf,
  insertEndpoint,
  markDeleted,
  replaceSecret,
  selectEndpoint,
  updateEndpoint,
} from './endpoint-store.ts';
import * as refusals from './refusals.ts';
import type { Sender } from './sender.ts';
import { newWebhookSecret } from './signature.ts';
import { changeWithEvent, switchOff, switchOn } from './switch-endpoint.ts';
import { readTargetUrl } from './target-url.ts';

export interface EndpointDeskDeps {
  readonly deeds: Deeds;
  readonly vault: Vault;
  readonly sender: Pick<Sender, 'reachesAllowed'>;
}

type Caller = Pick<Shop, 'shopId' | 'mode'>;

export interface EndpointInput {
  readonly url: string;
  readonly eventTypes: readonly string[];
  readonly description: string;
}

/**
 * Refuses (`invalid_input`) a URL of a wrong form, and one that leads to addresses that are not
 * public.
 */
async function checkedUrl(deps: EndpointDeskDeps, text: string, mode: Shop['mode']) {
  const url = readTargetUrl(text, mode);
  if (!(url instanceof URL)) throw refusals.urlRefused(url);
  if (!(await deps.sender.reachesAllowed(url))) throw refusals.addressRefused();
  return url.href;
}

/** The endpoint of a public id, or the refusal `webhook_endpoint_not_found`. */
export async function findEndpoint(
  deps: Pick<EndpointDeskDeps, 'deeds'>,
  shopId: string,
  id: string,
) {
  return found(deps.deeds.db, shopId, id);
}

async function found(
  sql: Pick<Tx, 'query' | 'run'>,
  shopId: string,
  id: string,
): Promise<Endpoint> {
  const endpointId = uuidOf('whe', id);
  const endpoint = endpointId && (await selectEndpoint(sql, shopId, endpointId));
  if (!endpoint) throw refusals.endpointNotFound();
  return endpoint;
}

/**
 * The secret is answered here and by a rotation, never again. The endpoint gets what happens from
 * now on.
 */
export async function createEndpoint(
  deps: EndpointDeskDeps,
  shop: Caller,
  input: EndpointInput,
): Promise<{ readonly endpoint: Endpoint; readonly secret: string }> {
  const url = await checkedUrl(deps, input.url, shop.mode);
  const secret = newWebhookSecret();
  const now = deps.deeds.wall();
  const endpoint = await deps.deeds.run(shop.shopId, async (tx) => {
    const others = await endpointsOf(tx, shop.shopId);
    if (others.length >= MAX_ENDPOINTS) throw refusals.tooManyEndpoints();
    const fresh: Endpoint = {
      ...input,
      shopId: shop.shopId,
      endpointId: uuidv7(now.epochMilliseconds),
      url,
      status: 'enabled',
      disabledReason: null,
      previousSecretEndsAt: null,
      fromSeq: tx.head.eventSeq,
      sequence: 0,
      failingSince: null,
      lastSuccessAt: null,
      lastFailureAt: null,
      throttledUntil: null,
      throttleLevel: 0,
      createdAt: now,
      updatedAt: now,
    };
    await openCursor(tx, shop.shopId, tx.head.eventSeq);
    await insertEndpoint(tx, deps.vault, fresh, secret);
    return fresh;
  });
  return { endpoint, secret };
}

export interface EndpointChange extends Partial<EndpointInput> {
  readonly status?: Endpoint['status'];
}

/** Changes what is given. Switched off, what waits becomes dead and can be replayed later. */
export async function changeEndpoint(
  deps: EndpointDeskDeps,
  shop: Caller,
  id: string,
  change: EndpointChange,
): Promise<Endpoint> {
  const { status, ...fields } = change;
  const url = fields.url === undefined ? undefined : await checkedUrl(deps, fields.url, shop.mode);
  return deps.deeds.run(shop.shopId, async (tx) => {
    const before = await found(tx, shop.shopId, id);
    const updatedAt = deps.deeds.wall();
    const changed: Endpoint = { ...before, ...fields, ...(url && { url }), updatedAt };
    if (status === 'enabled' && before.status === 'disabled') return switchOn(tx, changed);
    if (status === 'disabled' && before.status === 'enabled') {
      return switchOff(tx, changed, 'by_merchant');
    }
    await updateEndpoint(tx, changed);
    return changed;
  });
}

/** A new secret; the one in use signs beside it for `previousValidHours` more. */
export async function rotateSecret(
  deps: EndpointDeskDeps,
  shopId: string,
  id: string,
  previousValidHours: number,
): Promise<{ readonly endpoint: Endpoint; readonly secret: string }> {
  const secret = newWebhookSecret();
  const at = deps.deeds.wall();
  const previousEndsAt = at.add({ hours: previousValidHours });
  const endpoint = await deps.deeds.run(shopId, async (tx) => {
    const before = await found(tx, shopId, id);
    await replaceSecret(tx, deps.vault, before, { secret, previousEndsAt, at });
    return { ...before, previousSecretEndsAt: previousEndsAt, updatedAt: at };
  });
  return { endpoint, secret };
}

/** What waits for the endpoint is canceled; its id is never found again. */
export async function deleteEndpoint(
  deps: EndpointDeskDeps,
  shopId: string,
  id: string,
): Promise<void> {
  await deps.deeds.run(shopId, async (tx) => {
    const endpoint = await found(tx, shopId, id);
    // With the cursor held no fan-out is under way that still takes the endpoint for present.
    await lockCursor(tx, shopId);
    await endPending(tx, shopId, endpoint.endpointId, 'canceled');
    await markDeleted(tx, shopId, endpoint.endpointId, deps.deeds.wall());
  });
}

/**
 * A test event that goes to this endpoint alone, whatever its filter, signed and retried like any
 * other.
 */
export async function pingEndpoint(
  deps: EndpointDeskDeps,
  shopId: string,
  id: string,
): Promise<StoredEvent> {
  const seq = await deps.deeds.run(shopId, async (tx) => {
    const endpoint = await found(tx, shopId, id);
    if (endpoint.status !== 'enabled') throw refusals.endpointDisabled();
    await changeWithEvent(tx, { ...endpoint, updatedAt: deps.deeds.wall() }, PING);
    return tx.head.eventSeq + 1;
  });
  const [event] = await eventsBySeq(deps.deeds.db, shopId, [seq]);
  if (event === undefined) throw new Error(`the ping's event ${seq} has no row`);
  return event;
}
