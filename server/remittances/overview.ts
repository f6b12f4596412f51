// What a person of the shop has to know at the start of a day, in a few questions that each have an
// index: what leaves at the next cut-off, what waits for whom, which links end soon, how the last
// days went.
import type { Instant } from '../base/clock.ts';
import type { Sql } from '../base/database.ts';
import type { Shop } from '../merchants/shop.ts';
import { idBound } from './find.ts';
import { linksOverAt } from './link-store.ts';
import type { Remittance, Status } from './remittance.ts';
import { remittancesByIds } from './remittance-store.ts';
import { earliestPlan, type Plan } from './schedule.ts';
import { bankTerms, type RemittanceDeps } from './terms.ts';

export interface Total {
  readonly status: Status;
  readonly count: number;
  readonly amountYen: number;
}

/** The next cut-off of bank transfers; undefined where the contract has none. */
export async function nextCutOff(
  deps: RemittanceDeps,
  shop: Shop,
  now: Instant,
): Promise<Plan | undefined> {
  const terms = await bankTerms(deps, shop);
  return terms && earliestPlan(terms.timing, now);
}

/** Instructed since then, by where they are now. */
export function totalsSince(sql: Sql, shopId: string, since: Instant): Promise<readonly Total[]> {
  return sql.query(
    `select status, count(*) as count, sum(amount_yen) as "amountYen" from remittance
     where shop_id = $1 and remittance_id >= $2::uuid group by status`,
    [shopId, idBound(since)],
  );
}

/** Of all time, in states that somebody has to do something about. */
export function totalsOf(
  sql: Sql,
  shopId: string,
  statuses: readonly Status[],
): Promise<readonly Total[]> {
  return sql.query(
    `select status, count(*) as count, sum(amount_yen) as "amountYen" from remittance
     where shop_id = $1 and status = any($2::text[]) group by status`,
    [shopId, statuses],
  );
}

/** Handed over at or before `until`: what the balance must hold by then. */
export async function dueUntil(
  sql: Sql,
  shopId: string,
  until: Instant,
): Promise<{ readonly count: number; readonly amountYen: number }> {
  const [row] = await sql.query<{ count: number; amountYen: number }>(
    `select count(*) as count, coalesce(sum(amount_yen), 0) as "amountYen" from remittance
     where shop_id = $1 and status = 'scheduled' and hold_reason is null and dispatch_at <= $2`,
    [shopId, until],
  );
  return row!;
}

export interface ExpiringLink {
  readonly remittance: Remittance;
  readonly expiresAt: Instant;
  readonly isOpened: boolean;
}

/** Open links that end before `until`, soonest first. */
export async function linksEnding(
  sql: Sql,
  shopId: string,
  until: Instant,
  limit: number,
): Promise<readonly ExpiringLink[]> {
  const links = await linksOverAt(sql, shopId, until, limit);
  const ids = links.map(({ remittanceId }) => remittanceId);
  const found = await remittancesByIds(sql, shopId, ids);
  const byId = new Map(found.map((remittance) => [remittance.remittanceId, remittance]));
  return links.map((link) => ({
    remittance: byId.get(link.remittanceId)!,
    expiresAt: link.expiresAt,
    isOpened: link.openedAt !== null,
  }));
}
