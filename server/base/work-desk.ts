// Work as a person sees it: what is dead, what is overdue, one row tried again or dropped. Claiming
// and doing is work.ts.
import type { Instant } from './clock.ts';
import type { Sql } from './database.ts';

export interface WorkRow {
  readonly shopId: string;
  readonly kind: string;
  readonly key: string;
  readonly state: 'ready' | 'dead';
  /** On the shop's clock where `clock` is `shop`. */
  readonly dueAt: Instant;
  readonly clock: 'shop' | 'wall';
  readonly attempts: number;
  /** Not tried before, after a failure; wall time. */
  readonly notBefore: Instant | null;
  /** Somebody has it in hand until then; wall time. */
  readonly leaseUntil: Instant | null;
  readonly lastError: string | null;
}

interface Row {
  readonly shop_id: string;
  readonly kind: string;
  readonly key: string;
  readonly state: WorkRow['state'];
  readonly due_at: Instant;
  readonly clock: WorkRow['clock'];
  readonly attempts: number;
  readonly not_before: Instant | null;
  readonly lease_until: Instant | null;
  readonly last_error: string | null;
}

const COLUMNS = `w.shop_id, w.kind, w.key, w.state, w.due_at, w.clock, w.attempts, w.not_before,
  w.lease_until, w.last_error`;

function toWork(row: Row): WorkRow {
  return {
    shopId: row.shop_id,
    kind: row.kind,
    key: row.key,
    state: row.state,
    dueAt: row.due_at,
    clock: row.clock,
    attempts: row.attempts,
    notBefore: row.not_before,
    leaseUntil: row.lease_until,
    lastError: row.last_error,
  };
}

/**
 * Over all shops, or one: dead work first, then what is due by now, the longest overdue first.
 * `withFuture`: also what is due later.
 */
export async function troubledWork(
  sql: Sql,
  filter: {
    readonly shopId: string | null;
    readonly wallNow: Instant;
    readonly withFuture: boolean;
    readonly limit: number;
  },
): Promise<WorkRow[]> {
  const rows = await sql.query<Row>(
    `select ${COLUMNS} from work w join shop_head h on h.shop_id = w.shop_id
     cross join lateral (select w.due_at - case when w.clock = 'shop'
       then h.clock_offset_ms * interval '1 millisecond' else interval '0' end as at) due
     where ($1::uuid is null or w.shop_id = $1)
       and (w.state = 'dead' or $3 or due.at <= $2)
     order by w.state, due.at limit $4`,
    [filter.shopId, filter.wallNow, filter.withFuture, filter.limit],
  );
  return rows.map(toWork);
}

export interface WorkName {
  readonly shopId: string;
  readonly kind: string;
  readonly key: string;
}

/**
 * To be tried at once, from the first attempt on; not while somebody has it in hand. Answers
 * whether it is so.
 */
export async function retryWork(sql: Sql, work: WorkName): Promise<boolean> {
  const changed = await sql.run(
    `update work set state = 'ready', not_before = null, attempts = 0, version = version + 1
     where shop_id = $1 and kind = $2 and key = $3
       and (lease_until is null or lease_until < now())`,
    [work.shopId, work.kind, work.key],
  );
  return changed > 0;
}

/** What a person has done otherwise. Answers whether it was there. */
export async function dropWork(sql: Sql, work: WorkName): Promise<boolean> {
  const gone = await sql.run('delete from work where shop_id = $1 and kind = $2 and key = $3', [
    work.shopId,
    work.kind,
    work.key,
  ]);
  return gone > 0;
}
