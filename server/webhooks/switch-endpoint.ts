// Switches an endpoint off and on: by a person, or by what the receiver answers. Each change is an
// event of the shop.
import type { Deeds, Tx } from '../base/deed.ts';
import { endPending, lockCursor } from './delivery-store.ts';
import { DISABLED, type DisabledReason, ENABLED, type Endpoint, showEndpoint } from './endpoint.ts';
import { type EndpointRef, resetHealth, selectEndpoint, updateEndpoint } from './endpoint-store.ts';

/** Writes the endpoint as changed by a deed and tells of it by an event of the type. */
export async function changeWithEvent(tx: Tx, changed: Endpoint, type: string): Promise<Endpoint> {
  const endpoint = { ...changed, sequence: changed.sequence + 1 };
  await updateEndpoint(tx, endpoint);
  tx.emit({
    type,
    objectId: endpoint.endpointId,
    objectSequence: endpoint.sequence,
    payload: JSON.stringify(showEndpoint(endpoint)),
  });
  return endpoint;
}

/** What waits becomes dead, to be replayed when wanted; nothing new is fanned out to it. */
export async function switchOff(
  tx: Tx,
  endpoint: Endpoint,
  reason: DisabledReason,
): Promise<Endpoint> {
  // With the cursor held no fan-out is under way that still takes the endpoint for enabled.
  await lockCursor(tx, tx.shopId);
  await endPending(tx, tx.shopId, endpoint.endpointId, 'dead');
  const changed = { ...endpoint, status: 'disabled' as const, disabledReason: reason };
  return changeWithEvent(tx, changed, DISABLED);
}

export async function switchOn(tx: Tx, endpoint: Endpoint): Promise<Endpoint> {
  await resetHealth(tx, tx.shopId, endpoint.endpointId);
  const healthy = { failingSince: null, throttledUntil: null, throttleLevel: 0 };
  const changed = { ...endpoint, ...healthy, status: 'enabled' as const, disabledReason: null };
  return changeWithEvent(tx, changed, ENABLED);
}

/** Off because of what the receiver answered. Nothing happens where it is off or gone already. */
export async function giveUpEndpoint(
  deeds: Deeds,
  ref: EndpointRef,
  reason: DisabledReason,
): Promise<void> {
  await deeds.run(ref.shopId, async (tx) => {
    const endpoint = await selectEndpoint(tx, ref.shopId, ref.endpointId);
    if (endpoint?.status !== 'enabled') return;
    await switchOff(tx, { ...endpoint, updatedAt: deeds.wall() }, reason);
  });
}
