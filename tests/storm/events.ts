// What became of events in a storm: each was delivered (and then it arrived), waits to be, or was
// given up.
import type { Database } from '../../server/base/database.ts';
import { publicId } from '../../server/base/ids.ts';
import type { WebhookReceiver } from '../webhook-receiver.ts';
import type { StormShop } from './clients.ts';
import { pause } from './processes.ts';

const FAN_OUT_TRIES = 50;

export async function lostEvents(
  db: Database,
  receiver: WebhookReceiver,
  shop: StormShop,
): Promise<string[]> {
  const faults: string[] = [];
  const missing = () =>
    db.query<{ seq: number }>(
      `select e.seq from event e join webhook_endpoint w on w.shop_id = e.shop_id
       where e.shop_id = $1 and e.seq > w.from_seq and not exists (
         select 1 from webhook_delivery d where d.shop_id = $1 and d.endpoint_id = w.endpoint_id
           and d.event_seq = e.seq)`,
      [shop.shopId],
    );
  for (let tries = 0; tries < FAN_OUT_TRIES && (await missing()).length > 0; tries++) {
    await pause(200);
  }
  const left = await missing();
  if (left.length > 0) faults.push(`${shop.name}: ${left.length} events were never queued`);
  const rows = await db.query<{ id: string; status: string }>(
    `select e.id, d.status from webhook_delivery d
     join event e on e.shop_id = d.shop_id and e.seq = d.event_seq where d.shop_id = $1`,
    [shop.shopId],
  );
  // Looked at last: what is called delivered by now has arrived before.
  const arrived = new Set(receiver.received.map(({ message }) => message.id));
  for (const { id, status } of rows) {
    if (!['pending', 'delivered', 'dead'].includes(status)) faults.push(`${id} is ${status}`);
    if (status === 'delivered' && !arrived.has(publicId('evt', id))) {
      faults.push(`${shop.name}: event ${id} is called delivered and never arrived`);
    }
  }
  return faults;
}
