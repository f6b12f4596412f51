// All SQL of rail_day and rail_watch.
import type { Instant, PlainDate } from '../base/clock.ts';
import type { Sql } from '../base/database.ts';
import type { DayDifference } from './day-difference.ts';

export interface StoredDay {
  readonly railAccountId: string;
  readonly day: PlainDate;
  readonly openingYen: number;
  readonly closingYen: number;
  readonly fundedYen: number;
  readonly takenYen: number;
  readonly entryCount: number;
  readonly settledCount: number;
  readonly differences: readonly DayDifference[];
  readonly reconciledAt: Instant;
  readonly explainedBy: string | null;
  readonly explanation: string | null;
}

const DAY = `
  select rail_account_id as "railAccountId", day, opening_yen as "openingYen",
    closing_yen as "closingYen", funded_yen as "fundedYen", taken_yen as "takenYen",
    entry_count as "entryCount", settled_count as "settledCount", differences,
    reconciled_at as "reconciledAt", explained_by as "explainedBy", explanation
  from rail_day`;

/** Newest first. */
export function daysOf(sql: Sql, railAccountId: string, limit: number): Promise<StoredDay[]> {
  return sql.query<StoredDay>(`${DAY} where rail_account_id = $1 order by day desc limit $2`, [
    railAccountId,
    limit,
  ]);
}

export async function dayBefore(
  sql: Sql,
  railAccountId: string,
  day: PlainDate,
): Promise<StoredDay | undefined> {
  const rows = await sql.query<StoredDay>(
    `${DAY} where rail_account_id = $1 and day < $2 order by day desc limit 1`,
    [railAccountId, day],
  );
  return rows[0];
}

/** Reconciled again, a day's explanation stays only where the same is left to explain. */
export async function saveDay(
  sql: Sql,
  stored: Omit<StoredDay, 'explainedBy' | 'explanation'>,
): Promise<void> {
  await sql.run(
    `insert into rail_day as d (rail_account_id, day, opening_yen, closing_yen, funded_yen,
       taken_yen, entry_count, settled_count, differences, reconciled_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
     on conflict (rail_account_id, day) do update set opening_yen = excluded.opening_yen,
       closing_yen = excluded.closing_yen, funded_yen = excluded.funded_yen,
       taken_yen = excluded.taken_yen, entry_count = excluded.entry_count,
       settled_count = d.settled_count + excluded.settled_count,
       differences = excluded.differences, reconciled_at = excluded.reconciled_at,
       explained_by = case when d.differences = excluded.differences then d.explained_by end,
       explanation = case when d.differences = excluded.differences then d.explanation end`,
    [
      ...[stored.railAccountId, stored.day, stored.openingYen, stored.closingYen],
      ...[stored.fundedYen, stored.takenYen, stored.entryCount, stored.settledCount],
      ...[JSON.stringify(stored.differences), stored.reconciledAt],
    ],
  );
}

/** Answers how many days that was: none, or one. */
export function explainDay(
  sql: Sql,
  railAccountId: string,
  day: PlainDate,
  explained: { readonly by: string; readonly explanation: string },
): Promise<number> {
  return sql.run(
    `update rail_day set explained_by = $3, explanation = $4
     where rail_account_id = $1 and day = $2 and differences <> '[]'`,
    [railAccountId, day, explained.by, explained.explanation],
  );
}

export interface StoredPrefund {
  readonly railAccountId: string;
  readonly leftYen: number | null;
  readonly askedAt: Instant | null;
  readonly warnBelowYen: number;
  readonly lowSince: Instant | null;
}

const PREFUND = `
  select rail_account_id as "railAccountId", left_yen as "leftYen", asked_at as "askedAt",
    warn_below_yen as "warnBelowYen", low_since as "lowSince"
  from rail_watch`;

export function prefunds(sql: Sql): Promise<StoredPrefund[]> {
  return sql.query<StoredPrefund>(`${PREFUND} order by rail_account_id`);
}

/** The row as it was before; made where there was none. */
export async function prefundForUpdate(sql: Sql, railAccountId: string): Promise<StoredPrefund> {
  await sql.run(`insert into rail_watch (rail_account_id) values ($1) on conflict do nothing`, [
    railAccountId,
  ]);
  const rows = await sql.query<StoredPrefund>(`${PREFUND} where rail_account_id = $1 for update`, [
    railAccountId,
  ]);
  return rows[0]!;
}

export async function savePrefund(
  sql: Sql,
  { railAccountId, leftYen, askedAt, warnBelowYen, lowSince }: StoredPrefund,
): Promise<void> {
  await sql.run(
    `update rail_watch set left_yen = $2, asked_at = $3, warn_below_yen = $4, low_since = $5
     where rail_account_id = $1`,
    [railAccountId, leftYen, askedAt, warnBelowYen, lowSince],
  );
}

/** The day that is compared first: `today`, the first time this is asked. */
export async function firstDayOf(
  sql: Sql,
  railAccountId: string,
  today: PlainDate,
): Promise<PlainDate> {
  const rows = await sql.query<{ since: PlainDate }>(
    `insert into rail_watch as w (rail_account_id, days_since) values ($1, $2)
     on conflict (rail_account_id) do update
     set days_since = coalesce(w.days_since, excluded.days_since)
     returning days_since as since`,
    [railAccountId, today],
  );
  return rows[0]!.since;
}

/** What a person is waited for, over all rail accounts: for gauges. */
export async function watchedTroubles(
  sql: Sql,
): Promise<{ readonly lowCount: number; readonly unexplainedDays: number }> {
  const rows = await sql.query<{ low: number; days: number }>(
    `select (select count(*) from rail_watch where low_since is not null) as low,
       (select count(*) from rail_day where differences <> '[]' and explanation is null) as days`,
  );
  return { lowCount: rows[0]!.low, unexplainedDays: rows[0]!.days };
}
