// How the work stands, for metrics: what is overdue and since when, what was set aside as dead. Per
// kind, over all shops of this database; read now and then, never in a request.
import type { Instant } from './clock.ts';
import type { Sql } from './database.ts';

export interface WorkHealth {
  readonly kind: string;
  /** Due by now and not done. */
  readonly dueCount: number;
  /** Of the longest overdue, 0 where nothing is. */
  readonly oldestDueMs: number;
  readonly deadCount: number;
}

export async function workHealth(sql: Sql, wallNow: Instant): Promise<WorkHealth[]> {
  const rows = await sql.query<{
    kind: string;
    due: number;
    oldest_ms: number | null;
    dead: number;
  }>(
    `with w as (
       select w.kind, w.state, $1::timestamptz - (w.due_at
         - case when w.clock = 'shop' then h.clock_offset_ms * interval '1 millisecond'
                else interval '0' end) as late
       from work w join shop_head h on h.shop_id = w.shop_id)
     select kind,
       count(*) filter (where state = 'ready' and late >= interval '0') as due,
       (extract(epoch from max(late) filter (where state = 'ready' and late >= interval '0'))
         * 1000)::bigint as oldest_ms,
       count(*) filter (where state = 'dead') as dead
     from w group by kind order by kind`,
    [wallNow],
  );
  return rows.map((row) => ({
    kind: row.kind,
    dueCount: row.due,
    oldestDueMs: row.oldest_ms ?? 0,
    deadCount: row.dead,
  }));
}
