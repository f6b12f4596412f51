// Payloads of old events expire: what an object looked like then is forgotten, that and when
// something happened stays. All SQL of event_expiry is here.
import type { Instant } from './clock.ts';
import type { Database } from './database.ts';

/** What of a payload stays: the object, and what a timeline shows. */
const KEPT = ['id', 'status', 'status_reason'] as const;

export const isExpired = (payload: unknown): boolean =>
  (payload as { expired?: unknown }).expired === true;

/** Up to `limit` events of a shop from before `before`, oldest first; answers how many expired. */
export function expirePayloads(
  db: Database,
  shopId: string,
  before: Instant,
  limit: number,
): Promise<number> {
  return db.transaction(async (tx) => {
    // Two processes that sweep at once take turns.
    await tx.run('insert into event_expiry (shop_id, seq) values ($1, 0) on conflict do nothing', [
      shopId,
    ]);
    const [cursor] = await tx.query<{ seq: number }>(
      'select seq from event_expiry where shop_id = $1 for update',
      [shopId],
    );
    const rows = await tx.query<{ seq: number; at: Instant }>(
      'select seq, at from event where shop_id = $1 and seq > $2 order by seq limit $3',
      [shopId, cursor!.seq, limit],
    );
    const young = rows.findIndex(({ at }) => Temporal.Instant.compare(at, before) >= 0);
    const old = young < 0 ? rows : rows.slice(0, young);
    const last = old.at(-1)?.seq;
    if (last === undefined) return 0;
    await tx.run(
      `update event set payload = (
         select coalesce(jsonb_object_agg(key, value), '{}') || '{"expired": true}'
         from jsonb_each(payload::jsonb) where key = any($4::text[]))::json
       where shop_id = $1 and seq > $2 and seq <= $3`,
      [shopId, cursor!.seq, last, KEPT],
    );
    await tx.run('update event_expiry set seq = $2 where shop_id = $1', [shopId, last]);
    return old.length;
  });
}
