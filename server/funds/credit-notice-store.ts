// SQL of credit_notice: deposit notices of bank APIs, kept before they are answered. Private to
// this folder.
import type { Instant } from '../base/clock.ts';
import type { Sql } from '../base/database.ts';

/** Inserts those that are new and answers how many that were. */
export function insertNotices(
  sql: Sql,
  shopId: string,
  railAccountId: string,
  now: Instant,
  notices: readonly { readonly noticeKey: string; readonly sealed: Buffer }[],
): Promise<number> {
  return sql.run(
    `insert into credit_notice (shop_id, rail_account_id, notice_key, sealed, status, received_at)
     select $1, $2, n.notice_key, n.sealed, 'new', $3
     from unnest($4::text[], $5::bytea[]) as n(notice_key, sealed)
     on conflict (shop_id, rail_account_id, notice_key) do nothing`,
    [
      shopId,
      railAccountId,
      now,
      notices.map(({ noticeKey }) => noticeKey),
      notices.map(({ sealed }) => sealed),
    ],
  );
}

/** Notices not taken yet, oldest first. */
export async function selectNewNotices(
  sql: Sql,
  shopId: string,
  railAccountId: string,
  limit: number,
): Promise<{ readonly noticeKey: string; readonly sealed: Buffer }[]> {
  const rows = await sql.query<{ notice_key: string; sealed: Buffer }>(
    `select notice_key, sealed from credit_notice
     where shop_id = $1 and rail_account_id = $2 and status = 'new'
     order by received_at, notice_key limit $3`,
    [shopId, railAccountId, limit],
  );
  return rows.map((row) => ({ noticeKey: row.notice_key, sealed: row.sealed }));
}

export async function markTaken(
  sql: Sql,
  shopId: string,
  railAccountId: string,
  keys: readonly string[],
): Promise<void> {
  await sql.run(
    `update credit_notice n set status = 'taken'
     from unnest($3::text[]) as asked(notice_key)
     where n.shop_id = $1 and n.rail_account_id = $2 and n.notice_key = asked.notice_key`,
    [shopId, railAccountId, keys],
  );
}
