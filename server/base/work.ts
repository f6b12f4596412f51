// Work: rows that say what is to be done, when, for which shop. Written in the deed's own
// transaction, claimed in batches by lease and fence, retried with back-off, set aside as dead when
// it cannot be done. Which handler does which kind of work is wired in main.
import type { Instant } from './clock.ts';
import type { Sql } from './database.ts';

export interface NewWork {
  /** `remittances.dispatch`, `webhooks.deliver`, ... : who handles it. */
  readonly kind: string;
  /**
   * What it is about. One row per kind and key: the same work asked for twice is one row, done
   * again if it was being done while asked for.
   */
  readonly key: string;
  readonly dueAt: Instant;
  /**
   * `shop`: due on the shop's clock (business). `wall`: due on the wall clock (retries, security).
   */
  readonly clock: 'shop' | 'wall';
  readonly payload?: unknown;
}

export interface ClaimedWork {
  readonly shopId: string;
  readonly kind: string;
  readonly key: string;
  readonly dueAt: Instant;
  readonly payload: unknown;
  /** How often it was claimed, this time included. */
  readonly attempts: number;
  readonly version: number;
  readonly fence: number;
}

const UPSERT = `
  insert into work (shop_id, kind, key, due_at, clock, payload)
  select $1, kind, key, due_at, clock, payload::jsonb
  from unnest($2::text[], $3::text[], $4::timestamptz[], $5::text[], $6::text[])
    as n(kind, key, due_at, clock, payload)
  on conflict (shop_id, kind, key) do update
  set version = work.version + 1, due_at = least(work.due_at, excluded.due_at),
      payload = excluded.payload, state = 'ready', not_before = null`;

/** One row per kind and key of a call; the earliest due time wins. */
function merged(items: readonly NewWork[]): NewWork[] {
  const byKey = new Map<string, NewWork>();
  for (const item of items) {
    const id = `${item.kind}\0${item.key}`;
    const known = byKey.get(id);
    const keep = known && Temporal.Instant.compare(known.dueAt, item.dueAt) <= 0;
    if (!keep) byKey.set(id, item);
  }
  return [...byKey.values()].sort((a, b) => (a.kind + a.key < b.kind + b.key ? -1 : 1));
}

export async function writeWork(
  sql: Sql,
  shopId: string,
  items: readonly NewWork[],
): Promise<void> {
  const rows = merged(items);
  await sql.run(UPSERT, [
    shopId,
    rows.map((row) => row.kind),
    rows.map((row) => row.key),
    rows.map((row) => row.dueAt.toString()),
    rows.map((row) => row.clock),
    rows.map((row) => JSON.stringify(row.payload ?? null)),
  ]);
}

/** Shops that have something due now, longest waiting first. */
export async function shopsWithWork(
  sql: Sql,
  filter: {
    readonly kinds: readonly string[];
    readonly wallNow: Instant;
    readonly limit: number;
  },
): Promise<string[]> {
  const rows = await sql.query<{ shop_id: string }>(
    `select w.shop_id from work w join shop_head h on h.shop_id = w.shop_id
     where w.state = 'ready' and w.kind = any($1::text[])
       and (w.lease_until is null or w.lease_until < $2)
       and (w.not_before is null or w.not_before <= $2)
       and w.due_at <= $2::timestamptz + case when w.clock = 'shop'
             then h.clock_offset_ms * interval '1 millisecond' else interval '0' end
     group by w.shop_id order by min(w.due_at) limit $3`,
    [filter.kinds, filter.wallNow, filter.limit],
  );
  return rows.map((row) => row.shop_id);
}

interface WorkRow {
  readonly kind: string;
  readonly key: string;
  readonly due_at: Instant;
  readonly payload: unknown;
  readonly attempts: number;
  readonly version: number;
  readonly fence: number;
}

/**
 * Claims due work of one shop. A claim whose lease runs out is given to another, with a higher
 * fence.
 */
export async function claimWork(
  sql: Sql,
  shopId: string,
  claim: {
    readonly kinds: readonly string[];
    readonly wallNow: Instant;
    readonly leaseMs: number;
    readonly limit: number;
  },
): Promise<ClaimedWork[]> {
  const rows = await sql.query<WorkRow>(
    `with due as (
       select w.kind, w.key from work w
       where w.shop_id = $1 and w.state = 'ready' and w.kind = any($2::text[])
         and (w.lease_until is null or w.lease_until < $3)
         and (w.not_before is null or w.not_before <= $3)
         and w.due_at <= $3::timestamptz + case when w.clock = 'shop' then
               (select h.clock_offset_ms from shop_head h where h.shop_id = $1)
               * interval '1 millisecond' else interval '0' end
       order by w.due_at limit $5 for update skip locked)
     update work set lease_until = $3::timestamptz + $4::int * interval '1 millisecond',
       fence = work.fence + 1, attempts = work.attempts + 1
     from due where work.shop_id = $1 and work.kind = due.kind and work.key = due.key
     returning work.kind, work.key, work.due_at, work.payload, work.attempts, work.version,
       work.fence`,
    [shopId, claim.kinds, claim.wallNow, claim.leaseMs, claim.limit],
  );
  const claimed = rows.map((row) => ({
    shopId,
    kind: row.kind,
    key: row.key,
    dueAt: row.due_at,
    payload: row.payload,
    attempts: row.attempts,
    version: row.version,
    fence: row.fence,
  }));
  return claimed.sort((a, b) => Temporal.Instant.compare(a.dueAt, b.dueAt));
}

/**
 * Lengthens the leases of claims still held; answers those that are. The rest went to another
 * claimer.
 */
export async function renewWork(
  sql: Sql,
  shopId: string,
  held: readonly ClaimedWork[],
  leaseUntil: readonly Instant[],
): Promise<{ readonly kind: string; readonly key: string; readonly fence: number }[]> {
  return sql.query(
    `update work set lease_until = h.lease_until
     from unnest($2::text[], $3::text[], $4::bigint[], $5::timestamptz[])
       as h(kind, key, fence, lease_until)
     where work.shop_id = $1 and work.kind = h.kind and work.key = h.key
       and work.fence = h.fence
     returning work.kind, work.key, work.fence`,
    [
      shopId,
      held.map((work) => work.kind),
      held.map((work) => work.key),
      held.map((work) => work.fence),
      leaseUntil,
    ],
  );
}

/** Done: the row goes, or, where it was asked for again meanwhile, becomes ready again. */
export async function finishWork(sql: Sql, work: ClaimedWork): Promise<void> {
  const mine = [work.shopId, work.kind, work.key, work.fence, work.version];
  const gone = await sql.run(
    `delete from work
     where shop_id = $1 and kind = $2 and key = $3 and fence = $4 and version = $5`,
    mine,
  );
  if (gone > 0) return;
  await sql.run(
    `update work set lease_until = null, attempts = 0
     where shop_id = $1 and kind = $2 and key = $3 and fence = $4`,
    mine.slice(0, 4),
  );
}

/** Not done yet, and not for a fault: due again later. */
export async function postponeWork(sql: Sql, work: ClaimedWork, dueAt: Instant): Promise<void> {
  await sql.run(
    `update work set lease_until = null, attempts = 0,
       due_at = case when version = $5 then $6 else least(due_at, $6) end
     where shop_id = $1 and kind = $2 and key = $3 and fence = $4`,
    [work.shopId, work.kind, work.key, work.fence, work.version, dueAt],
  );
}

/** Failed: tried again after a wall-clock pause, or set aside as dead for a person to see. */
export async function failWork(
  sql: Sql,
  work: ClaimedWork,
  outcome: { readonly error: string; readonly retryAt: Instant | null },
): Promise<void> {
  await sql.run(
    `update work set lease_until = null, last_error = $5, not_before = $6,
       state = case when $6::timestamptz is null then 'dead' else 'ready' end
     where shop_id = $1 and kind = $2 and key = $3 and fence = $4`,
    [work.shopId, work.kind, work.key, work.fence, outcome.error.slice(0, 500), outcome.retryAt],
  );
}

/**
 * True where something due on the shop's clock has not been done yet, whoever is at it. What is in
 * back-off does not count.
 */
export async function isBusy(sql: Sql, shopId: string, wallNow: Instant): Promise<boolean> {
  const rows = await sql.query(
    `select 1 from work w join shop_head h on h.shop_id = w.shop_id
     where w.shop_id = $1 and w.state = 'ready' and w.clock = 'shop'
       and (w.not_before is null or w.not_before <= $2)
       and w.due_at <= $2::timestamptz + h.clock_offset_ms * interval '1 millisecond' limit 1`,
    [shopId, wallNow],
  );
  return rows.length > 0;
}

/**
 * The shop time of the next thing due on the shop's clock within a span: what a moving clock stops
 * at.
 */
export async function nextDueAt(
  sql: Sql,
  shopId: string,
  span: { readonly after: Instant; readonly until: Instant },
): Promise<Instant | undefined> {
  const rows = await sql.query<{ due_at: Instant | null }>(
    `select min(due_at) as due_at from work
     where shop_id = $1 and state = 'ready' and clock = 'shop' and due_at > $2 and due_at <= $3`,
    [shopId, span.after, span.until],
  );
  return rows[0]?.due_at ?? undefined;
}
