// SQL of `webhook_delivery` and `webhook_cursor`: fanned out, claimed by lease and fence, settled,
// replayed.
import type { Instant } from '../base/clock.ts';
import type { Sql } from '../base/database.ts';

export type DeliveryStatus = 'pending' | 'delivered' | 'dead' | 'canceled';

export interface Delivery {
  readonly endpointId: string;
  readonly eventSeq: number;
  readonly status: DeliveryStatus;
  readonly attempts: number;
  readonly replays: number;
  readonly nextAt: Instant | null;
  readonly lastStatus: number | null;
  readonly lastError: string | null;
  readonly lastDurationMs: number | null;
  readonly lastAttemptAt: Instant | null;
  readonly deliveredAt: Instant | null;
  readonly createdAt: Instant;
}

export interface ClaimedDelivery {
  readonly eventSeq: number;
  /** This attempt included. */
  readonly attempts: number;
  readonly fence: number;
}

/**
 * Starts the cursor of a shop at `seq` where it has none yet: shops without endpoints cost nothing.
 */
export async function openCursor(sql: Sql, shopId: string, seq: number): Promise<void> {
  await sql.run(
    'insert into webhook_cursor (shop_id, seq) values ($1, $2) on conflict (shop_id) do nothing',
    [shopId, seq],
  );
}

/** Shops with events that were not fanned out yet. */
export async function shopsBehind(sql: Sql, limit: number): Promise<string[]> {
  const rows = await sql.query<{ shop_id: string }>(
    `select c.shop_id from webhook_cursor c join shop_head h on h.shop_id = c.shop_id
     where c.seq < h.event_seq limit $1`,
    [limit],
  );
  return rows.map((row) => row.shop_id);
}

/**
 * The cursor, locked; undefined where the shop has none. Two fan-outs of a shop follow one another.
 */
export async function lockCursor(sql: Sql, shopId: string): Promise<number | undefined> {
  const rows = await sql.query<{ seq: number }>(
    'select seq from webhook_cursor where shop_id = $1 for update',
    [shopId],
  );
  return rows[0]?.seq;
}

export async function moveCursor(sql: Sql, shopId: string, seq: number): Promise<void> {
  await sql.run('update webhook_cursor set seq = $2 where shop_id = $1', [shopId, seq]);
}

export interface NewDelivery {
  readonly endpointId: string;
  readonly eventSeq: number;
}

export async function insertDeliveries(
  sql: Sql,
  shopId: string,
  now: Instant,
  deliveries: readonly NewDelivery[],
): Promise<void> {
  await sql.run(
    `insert into webhook_delivery (shop_id, endpoint_id, event_seq, status, next_at, created_at)
     select $1, endpoint_id, event_seq, 'pending', $2, $2
     from unnest($3::uuid[], $4::bigint[]) as n(endpoint_id, event_seq)
     on conflict do nothing`,
    [
      shopId,
      now,
      deliveries.map((delivery) => delivery.endpointId),
      deliveries.map((delivery) => delivery.eventSeq),
    ],
  );
}

/**
 * Sends again, from the first attempt on: what was delivered, dead, waiting or never sent. Answers
 * how many.
 */
export async function rearmDeliveries(
  sql: Sql,
  shopId: string,
  now: Instant,
  deliveries: readonly NewDelivery[],
): Promise<number> {
  return sql.run(
    `insert into webhook_delivery as d
       (shop_id, endpoint_id, event_seq, status, next_at, created_at, replays)
     select $1, endpoint_id, event_seq, 'pending', $2, $2, 1
     from unnest($3::uuid[], $4::bigint[]) as n(endpoint_id, event_seq)
     on conflict (shop_id, endpoint_id, event_seq) do update
     set status = 'pending', next_at = $2, attempts = 0, replays = d.replays + 1,
       delivered_at = null`,
    [
      shopId,
      now,
      deliveries.map((delivery) => delivery.endpointId),
      deliveries.map((delivery) => delivery.eventSeq),
    ],
  );
}

/** The dead ones of an endpoint, oldest first, from the first attempt on. Answers how many. */
export async function rearmDead(
  sql: Sql,
  shopId: string,
  endpointId: string,
  now: Instant,
  limit: number,
): Promise<number> {
  return sql.run(
    `update webhook_delivery set status = 'pending', next_at = $3, attempts = 0,
       replays = replays + 1
     where shop_id = $1 and endpoint_id = $2 and status = 'dead' and event_seq in (
       select event_seq from webhook_delivery
       where shop_id = $1 and endpoint_id = $2 and status = 'dead'
       order by event_seq limit $4)`,
    [shopId, endpointId, now, limit],
  );
}

/**
 * Ends all that waits for an endpoint: `dead` can be replayed, `canceled` (of a deleted one)
 * cannot.
 */
export async function endPending(
  sql: Sql,
  shopId: string,
  endpointId: string,
  status: 'dead' | 'canceled',
): Promise<void> {
  await sql.run(
    `update webhook_delivery set status = $3, next_at = null, last_error = 'endpoint_disabled'
     where shop_id = $1 and endpoint_id = $2 and status = 'pending'`,
    [shopId, endpointId, status],
  );
}

/**
 * Claims due deliveries of one endpoint. Unless settled before the lease ends, they are due again
 * then.
 */
export async function claimDeliveries(
  sql: Sql,
  endpoint: { readonly shopId: string; readonly endpointId: string },
  claim: { readonly now: Instant; readonly leaseMs: number; readonly limit: number },
): Promise<ClaimedDelivery[]> {
  const rows = await sql.query<{ event_seq: number; attempts: number; fence: number }>(
    `with due as (
       select event_seq from webhook_delivery
       where shop_id = $1 and endpoint_id = $2 and status = 'pending' and next_at <= $3
       order by next_at, event_seq limit $5 for update skip locked)
     update webhook_delivery d set fence = d.fence + 1, attempts = d.attempts + 1,
       next_at = $3::timestamptz + $4::int * interval '1 millisecond'
     from due where d.shop_id = $1 and d.endpoint_id = $2 and d.event_seq = due.event_seq
     returning d.event_seq, d.attempts, d.fence`,
    [endpoint.shopId, endpoint.endpointId, claim.now, claim.leaseMs, claim.limit],
  );
  return rows
    .map((row) => ({ eventSeq: row.event_seq, attempts: row.attempts, fence: row.fence }))
    .sort((left, right) => left.eventSeq - right.eventSeq);
}

/** Gives claims back that were not attempted; due again at `dueAt`. */
export async function releaseDeliveries(
  sql: Sql,
  endpoint: { readonly shopId: string; readonly endpointId: string },
  claimed: readonly ClaimedDelivery[],
  dueAt: Instant,
): Promise<void> {
  await sql.run(
    `update webhook_delivery d set next_at = $3, attempts = d.attempts - 1
     from unnest($4::bigint[], $5::bigint[]) as c(event_seq, fence)
     where d.shop_id = $1 and d.endpoint_id = $2 and d.event_seq = c.event_seq
       and d.fence = c.fence and d.status = 'pending' and d.attempts > 0`,
    [
      endpoint.shopId,
      endpoint.endpointId,
      dueAt,
      claimed.map((delivery) => delivery.eventSeq),
      claimed.map((delivery) => delivery.fence),
    ],
  );
}

export interface Settlement {
  readonly endpointId: string;
  readonly eventSeq: number;
  readonly fence: number;
  readonly status: 'delivered' | 'pending' | 'dead';
  readonly nextAt: Instant | null;
  readonly lastStatus: number | null;
  readonly lastError: string | null;
  readonly durationMs: number;
}

/**
 * Writes outcomes of attempts down, under their fences. A delivery that was ended meanwhile
 * (endpoint switched off) only takes a success; one that was asked for again keeps waiting for its
 * next attempt.
 */
export async function settleDeliveries(
  sql: Sql,
  shopId: string,
  now: Instant,
  settled: readonly Settlement[],
): Promise<void> {
  await sql.run(
    `update webhook_delivery d set status = s.status, next_at = s.next_at,
       last_status = s.last_status, last_error = s.last_error, last_duration_ms = s.duration_ms,
       last_attempt_at = $2::timestamptz,
       delivered_at = case when s.status = 'delivered' then $2::timestamptz end
     from unnest($3::uuid[], $4::bigint[], $5::bigint[], $6::text[], $7::timestamptz[],
         $8::int[], $9::text[], $10::int[])
       as s(endpoint_id, event_seq, fence, status, next_at, last_status, last_error, duration_ms)
     where d.shop_id = $1 and d.endpoint_id = s.endpoint_id and d.event_seq = s.event_seq
       and d.fence = s.fence and d.attempts > 0
       and (d.status = 'pending' or s.status = 'delivered')`,
    [
      shopId,
      now,
      settled.map((item) => item.endpointId),
      settled.map((item) => item.eventSeq),
      settled.map((item) => item.fence),
      settled.map((item) => item.status),
      settled.map((item) => item.nextAt),
      settled.map((item) => item.lastStatus),
      settled.map((item) => item.lastError),
      settled.map((item) => item.durationMs),
    ],
  );
}

interface DeliveryRow {
  readonly endpoint_id: string;
  readonly event_seq: number;
  readonly status: DeliveryStatus;
  readonly attempts: number;
  readonly replays: number;
  readonly next_at: Instant | null;
  readonly last_status: number | null;
  readonly last_error: string | null;
  readonly last_duration_ms: number | null;
  readonly last_attempt_at: Instant | null;
  readonly delivered_at: Instant | null;
  readonly created_at: Instant;
}

const COLUMNS = `endpoint_id, event_seq, status, attempts, replays, next_at, last_status,
  last_error, last_duration_ms, last_attempt_at, delivered_at, created_at`;

function toDelivery(row: DeliveryRow): Delivery {
  return {
    endpointId: row.endpoint_id,
    eventSeq: row.event_seq,
    status: row.status,
    attempts: row.attempts,
    replays: row.replays,
    nextAt: row.next_at,
    lastStatus: row.last_status,
    lastError: row.last_error,
    lastDurationMs: row.last_duration_ms,
    lastAttemptAt: row.last_attempt_at,
    deliveredAt: row.delivered_at,
    createdAt: row.created_at,
  };
}

/** Deliveries to one endpoint, newest event first. */
export async function deliveriesTo(
  sql: Sql,
  shopId: string,
  endpointId: string,
  page: { readonly before: number | null; readonly onlyDead: boolean; readonly limit: number },
): Promise<Delivery[]> {
  const rows = await sql.query<DeliveryRow>(
    `select ${COLUMNS} from webhook_delivery
     where shop_id = $1 and endpoint_id = $2 and ($3::bigint is null or event_seq < $3)
       ${page.onlyDead ? `and status = 'dead'` : ''}
     order by event_seq desc limit $4`,
    [shopId, endpointId, page.before, page.limit],
  );
  return rows.map(toDelivery);
}

/** Where events were sent: at most one row per event and endpoint, oldest event first. */
export async function deliveriesOfEvents(
  sql: Sql,
  shopId: string,
  endpointIds: readonly string[],
  eventSeqs: readonly number[],
): Promise<Delivery[]> {
  const rows = await sql.query<DeliveryRow>(
    `select ${COLUMNS} from webhook_delivery
     where shop_id = $1 and endpoint_id = any($2::uuid[]) and event_seq = any($3::bigint[])
     order by event_seq, endpoint_id limit 5000`,
    [shopId, endpointIds, eventSeqs],
  );
  return rows.map(toDelivery);
}

/** How deliveries stand. Under the lease of an attempt they are not due. */
export interface Backlog {
  readonly pendingCount: number;
  readonly deadCount: number;
  /** Of the longest overdue, 0 where nothing is: grows when nobody delivers. */
  readonly oldestDueMs: number;
}

export async function readBacklog(sql: Sql, now: Instant): Promise<Backlog> {
  const [row] = await sql.query<{ pending: number; dead: number; oldest_ms: number | null }>(
    `select (select count(*) from webhook_delivery where status = 'pending') as pending,
       (select count(*) from webhook_delivery where status = 'dead') as dead,
       (select (extract(epoch from $1::timestamptz - min(d.next_at)) * 1000)::bigint
        from webhook_delivery d join webhook_endpoint e
          on e.shop_id = d.shop_id and e.endpoint_id = d.endpoint_id
        where d.status = 'pending' and e.status = 'enabled' and e.throttled_until is null)
         as oldest_ms`,
    [now],
  );
  return {
    pendingCount: row?.pending ?? 0,
    deadCount: row?.dead ?? 0,
    oldestDueMs: Math.max(0, row?.oldest_ms ?? 0),
  };
}

/**
 * Of each endpoint among its oldest `limit` deliveries those that are over and were made before a
 * moment; answers how many went.
 */
export function deleteOldDeliveries(
  sql: Sql,
  shopId: string,
  before: Instant,
  limit: number,
): Promise<number> {
  return sql.run(
    `delete from webhook_delivery d using (
       select o.endpoint_id, o.event_seq from webhook_endpoint e
       cross join lateral (
         select endpoint_id, event_seq, status, created_at from webhook_delivery w
         where w.shop_id = $1 and w.endpoint_id = e.endpoint_id order by event_seq limit $3) o
       where e.shop_id = $1 and o.status <> 'pending' and o.created_at < $2) old
     where d.shop_id = $1 and d.endpoint_id = old.endpoint_id and d.event_seq = old.event_seq
       and d.status <> 'pending'`,
    [shopId, before, limit],
  );
}
