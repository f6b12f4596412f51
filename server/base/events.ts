// Events: what happened to a shop, in the order it was committed. They are the timeline of each
// object, the source of webhooks and of GET /v1/events. Payloads hold masked data only.
import type { Instant } from './clock.ts';
import type { Sql } from './database.ts';
import { counterOf, publicId, uuidOf, uuidv7WithCounter } from './ids.ts';
import { utf8Joined } from './utf8.ts';

export interface NewEvent {
  /** `remittance.paid`, `deposit.received`, ... */
  readonly type: string;
  readonly objectId: string;
  /** 1, 2, 3 … per object: receivers order by it. */
  readonly objectSequence: number;
  /** The object as it is now, masked: becomes `data` of the webhook. JSON. */
  readonly payload: string | Buffer;
  /** Earlier than the deed's now, where the event tells of a time that a rail reported. */
  readonly at?: Instant;
}

export interface StoredEvent {
  readonly id: string;
  readonly seq: number;
  readonly type: string;
  readonly objectId: string;
  readonly objectSequence: number;
  readonly at: Instant;
  readonly payload: unknown;
}

const INSERT = `
  insert into event (shop_id, seq, id, type, object_id, object_sequence, at, payload)
  select $1, seq, id, type, object_id, object_sequence, coalesce(at, $9), payload
  from rows from (unnest($2::bigint[]), unnest($3::uuid[]), unnest($4::text[]), unnest($5::uuid[]),
      unnest($6::int[]), unnest($7::timestamptz[]), json_array_elements($8::json))
    as n(seq, id, type, object_id, object_sequence, at, payload)`;

export async function writeEvents(
  sql: Sql,
  tx: { readonly shopId: string; readonly now: Instant; readonly head: { eventSeq: number } },
  events: readonly NewEvent[],
): Promise<void> {
  const nowMs = tx.now.epochMilliseconds;
  const seqs = events.map(() => ++tx.head.eventSeq);
  await sql.run(INSERT, [
    tx.shopId,
    seqs,
    events.map(({ at }, i) => uuidv7WithCounter(at?.epochMilliseconds ?? nowMs, seqs[i]!)),
    events.map((event) => event.type),
    events.map((event) => event.objectId),
    events.map((event) => event.objectSequence),
    // Read once by the database, not once a row.
    events.map((event) => event.at?.toString() ?? null),
    // One JSON array: elements of a text array would have to be quoted, which costs more than all
    // the rest.
    utf8Joined(
      events.map((event) => event.payload),
      { open: '[', between: ',', close: ']' },
    ),
    tx.now,
  ]);
}

interface EventRow {
  readonly id: string;
  readonly seq: number;
  readonly type: string;
  readonly object_id: string;
  readonly object_sequence: number;
  readonly at: Instant;
  readonly payload: unknown;
}

const COLUMNS = 'id, seq, type, object_id, object_sequence, at, payload';

function toEvent(row: EventRow): StoredEvent {
  return {
    id: publicId('evt', row.id),
    seq: row.seq,
    type: row.type,
    objectId: row.object_id,
    objectSequence: row.object_sequence,
    at: row.at,
    payload: row.payload,
  };
}

/** The timeline of one object, oldest first. */
export async function eventsOf(sql: Sql, shopId: string, objectId: string): Promise<StoredEvent[]> {
  const rows = await sql.query<EventRow>(
    `select ${COLUMNS} from event where shop_id = $1 and object_id = $2
     order by object_sequence limit 1000`,
    [shopId, objectId],
  );
  return rows.map(toEvent);
}

/** Events after `seq`, oldest first: what a webhook cursor reads. */
export async function eventsAfter(
  sql: Sql,
  shopId: string,
  seq: number,
  limit: number,
): Promise<StoredEvent[]> {
  const rows = await sql.query<EventRow>(
    `select ${COLUMNS} from event where shop_id = $1 and seq > $2 order by seq limit $3`,
    [shopId, seq, limit],
  );
  return rows.map(toEvent);
}

/** The events of these sequence numbers, in no particular order. */
export async function eventsBySeq(
  sql: Sql,
  shopId: string,
  seqs: readonly number[],
): Promise<StoredEvent[]> {
  const rows = await sql.query<EventRow>(
    `select ${COLUMNS} from event where shop_id = $1 and seq = any($2::bigint[])`,
    [shopId, seqs],
  );
  return rows.map(toEvent);
}

/**
 * Events that happened in `[since, until)`, oldest first, after `seq`: what is asked for again
 * after an outage.
 */
export async function eventsBetween(
  sql: Sql,
  shopId: string,
  span: { readonly since: Instant; readonly until: Instant; readonly after: number },
  limit: number,
): Promise<StoredEvent[]> {
  const rows = await sql.query<EventRow>(
    `select ${COLUMNS} from event
     where shop_id = $1 and seq > $2 and at >= $3 and at < $4 order by seq limit $5`,
    [shopId, span.after, span.since, span.until, limit],
  );
  return rows.map(toEvent);
}

/**
 * How many events a page of one type looks through: what a page costs does not grow with the table.
 */
const LOOKED_THROUGH_MAX = 10_000;

/**
 * Events before `seq` (exclusive; null = newest), newest first: GET /v1/events. `nextBefore` is
 * where the next page starts, null at the end; a page of a rare type may be short, or empty,
 * without being the last.
 */
export async function eventsBefore(
  sql: Sql,
  shopId: string,
  page: { readonly before: number | null; readonly type: string | null; readonly limit: number },
): Promise<{ readonly events: StoredEvent[]; readonly nextBefore: number | null }> {
  const before = page.before ?? (await nextSeq(sql, shopId));
  const from = page.type === null ? 1 : Math.max(1, before - LOOKED_THROUGH_MAX);
  const rows = await sql.query<EventRow>(
    `select ${COLUMNS} from event
     where shop_id = $1 and seq < $2 and seq >= $3 and ($4::text is null or type = $4)
     order by seq desc limit $5`,
    [shopId, before, from, page.type, page.limit + 1],
  );
  const events = rows.slice(0, page.limit).map(toEvent);
  if (rows.length > page.limit) return { events, nextBefore: events.at(-1)!.seq };
  return { events, nextBefore: from > 1 ? from : null };
}

async function nextSeq(sql: Sql, shopId: string): Promise<number> {
  const rows = await sql.query<{ seq: number }>(
    'select event_seq + 1 as seq from shop_head where shop_id = $1',
    [shopId],
  );
  return rows[0]?.seq ?? 1;
}

/** The event of a public id, or undefined; found by the sequence number inside the id. */
export async function eventById(
  sql: Sql,
  shopId: string,
  id: string,
): Promise<StoredEvent | undefined> {
  const uuid = uuidOf('evt', id);
  if (uuid === undefined) return undefined;
  const rows = await sql.query<EventRow>(
    `select ${COLUMNS} from event where shop_id = $1 and seq = $2 and id = $3`,
    [shopId, counterOf(uuid), uuid],
  );
  return rows.map(toEvent)[0];
}
