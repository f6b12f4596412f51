// All SQL of audit_entry and audit_head. Private to this folder.
import type { Instant } from '../base/clock.ts';
import type { Sql } from '../base/database.ts';
import { type Entry, NO_HASH } from './entry.ts';

export interface Head {
  readonly shopId: string;
  /** 0: nothing yet. */
  readonly seq: number;
  readonly hash: string;
}

interface HeadRow {
  readonly shop_id: string;
  readonly seq: number;
  readonly hash: Buffer;
}

function toHead(row: HeadRow): Head {
  return { shopId: row.shop_id, seq: row.seq, hash: row.hash.toString('hex') };
}

/** The chain's end, locked until the transaction ends; begun where there is none. */
export async function lockHead(sql: Sql, shopId: string): Promise<Head> {
  const lock = async () =>
    (
      await sql.query<HeadRow>(
        'select shop_id, seq, hash from audit_head where shop_id = $1 for update',
        [shopId],
      )
    ).map(toHead)[0];
  const known = await lock();
  if (known !== undefined) return known;
  await sql.run(
    `insert into audit_head (shop_id, seq, hash) values ($1, 0, $2)
     on conflict (shop_id) do nothing`,
    [shopId, Buffer.from(NO_HASH, 'hex')],
  );
  return (await lock())!;
}

/** Writes the entry and moves the chain's end to it. The end must be locked. */
export async function append(sql: Sql, entry: Entry): Promise<void> {
  const hash = Buffer.from(entry.hash, 'hex');
  await sql.run(
    `insert into audit_entry (shop_id, seq, at, actor, action, subject, data, previous_hash, hash)
     values ($1, $2, $3, $4, $5, $6, $7::jsonb, $8, $9)`,
    [
      entry.shopId,
      entry.seq,
      entry.at,
      entry.actor,
      entry.action,
      entry.subject,
      JSON.stringify(entry.data),
      Buffer.from(entry.previousHash, 'hex'),
      hash,
    ],
  );
  await sql.run('update audit_head set seq = $2, hash = $3 where shop_id = $1', [
    entry.shopId,
    entry.seq,
    hash,
  ]);
}

interface EntryRow {
  readonly shop_id: string;
  readonly seq: number;
  readonly at: Instant;
  readonly actor: string;
  readonly action: string;
  readonly subject: string;
  readonly data: unknown;
  readonly previous_hash: Buffer;
  readonly hash: Buffer;
}

const COLUMNS = 'shop_id, seq, at, actor, action, subject, data, previous_hash, hash';

function toEntry(row: EntryRow): Entry {
  return {
    shopId: row.shop_id,
    seq: row.seq,
    at: row.at.toString({ smallestUnit: 'millisecond' }),
    actor: row.actor,
    action: row.action,
    subject: row.subject,
    data: row.data,
    previousHash: row.previous_hash.toString('hex'),
    hash: row.hash.toString('hex'),
  };
}

/** One chain, newest first, before `beforeSeq` (null = from the end). */
export async function entriesBefore(
  sql: Sql,
  shopId: string,
  page: { readonly beforeSeq: number | null; readonly limit: number },
): Promise<Entry[]> {
  const rows = await sql.query<EntryRow>(
    `select ${COLUMNS} from audit_entry where shop_id = $1 and ($2::bigint is null or seq < $2)
     order by seq desc limit $3`,
    [shopId, page.beforeSeq, page.limit],
  );
  return rows.map(toEntry);
}

/** One chain, oldest first, in `(afterSeq, untilSeq]`. */
export async function entriesAfter(
  sql: Sql,
  shopId: string,
  span: { readonly afterSeq: number; readonly untilSeq: number; readonly limit: number },
): Promise<Entry[]> {
  const rows = await sql.query<EntryRow>(
    `select ${COLUMNS} from audit_entry where shop_id = $1 and seq > $2 and seq <= $3
     order by seq limit $4`,
    [shopId, span.afterSeq, span.untilSeq, span.limit],
  );
  return rows.map(toEntry);
}

/** The newest entries of all chains; each chain is asked by its own index. */
export async function newestEntries(sql: Sql, limit: number): Promise<Entry[]> {
  const rows = await sql.query<EntryRow>(
    `select e.shop_id, e.seq, e.at, e.actor, e.action, e.subject, e.data, e.previous_hash, e.hash
     from audit_head h cross join lateral (
       select ${COLUMNS} from audit_entry a where a.shop_id = h.shop_id
       order by a.seq desc limit $1) e
     order by e.at desc, e.shop_id, e.seq desc limit $1`,
    [limit],
  );
  return rows.map(toEntry);
}

/** The ends of all chains in the order of their tenants, after `afterShopId`. */
export async function headsAfter(
  sql: Sql,
  afterShopId: string | null,
  limit: number,
): Promise<Head[]> {
  const rows = await sql.query<HeadRow>(
    `select shop_id, seq, hash from audit_head where ($1::uuid is null or shop_id > $1)
     order by shop_id limit $2`,
    [afterShopId, limit],
  );
  return rows.map(toHead);
}

export async function headOf(sql: Sql, shopId: string): Promise<Head | undefined> {
  const rows = await sql.query<HeadRow>(
    'select shop_id, seq, hash from audit_head where shop_id = $1',
    [shopId],
  );
  return rows.map(toHead)[0];
}
