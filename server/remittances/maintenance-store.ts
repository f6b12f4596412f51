// All SQL of maintenance_window and rail_trouble. Private to this folder.
import type { Instant } from '../base/clock.ts';
import type { Sql } from '../base/database.ts';
import type { MaintenanceWindow } from './maintenance.ts';

interface WindowRow {
  readonly maintenance_id: string;
  readonly rail: string;
  readonly rail_account_id: string | null;
  readonly starts_at: Instant;
  readonly ends_at: Instant;
  readonly note: string;
  readonly announced_by: string;
}

const WINDOW = 'maintenance_id, rail, rail_account_id, starts_at, ends_at, note, announced_by';
const MAX_WINDOWS = 1_000;

const toWindow = (row: WindowRow): MaintenanceWindow => ({
  maintenanceId: row.maintenance_id,
  rail: row.rail,
  railAccountId: row.rail_account_id,
  startsAt: row.starts_at,
  endsAt: row.ends_at,
  note: row.note,
  announcedBy: row.announced_by,
});

/** Announced, not withdrawn, and not over at `now`; in order of their beginning. */
export async function windowsAhead(sql: Sql, now: Instant): Promise<MaintenanceWindow[]> {
  const rows = await sql.query<WindowRow>(
    `select ${WINDOW} from maintenance_window where withdrawn_at is null and ends_at > $1
     order by starts_at, maintenance_id limit $2`,
    [now, MAX_WINDOWS],
  );
  return rows.map(toWindow);
}

export async function windowById(
  sql: Sql,
  maintenanceId: string,
): Promise<MaintenanceWindow | undefined> {
  const rows = await sql.query<WindowRow>(
    `select ${WINDOW} from maintenance_window where maintenance_id = $1 and withdrawn_at is null`,
    [maintenanceId],
  );
  return rows.map(toWindow)[0];
}

export async function insertWindow(
  sql: Sql,
  window: MaintenanceWindow,
  announcedAt: Instant,
): Promise<void> {
  await sql.run(
    `insert into maintenance_window (${WINDOW}, announced_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      ...[window.maintenanceId, window.rail, window.railAccountId, window.startsAt],
      ...[window.endsAt, window.note, window.announcedBy, announcedAt],
    ],
  );
}

/** Answers whether it stood until now. */
export async function withdrawWindow(
  sql: Sql,
  maintenanceId: string,
  by: string,
  at: Instant,
): Promise<boolean> {
  const changed = await sql.run(
    `update maintenance_window set withdrawn_by = $2, withdrawn_at = $3
     where maintenance_id = $1 and withdrawn_at is null`,
    [maintenanceId, by, at],
  );
  return changed > 0;
}

/** Shops with something to be handed over within a window, and by which contracts. */
export async function shopsWithin(sql: Sql, window: MaintenanceWindow): Promise<string[]> {
  const rows = await sql.query<{ shop_id: string }>(
    `select distinct r.shop_id from remittance r
     join rail_account a on a.rail_account_id = r.rail_account_id
     where r.status = 'scheduled' and r.dispatch_at >= $1 and r.dispatch_at < $2
       and a.rail = $3 and ($4::uuid is null or a.rail_account_id = $4) limit 100000`,
    [window.startsAt, window.endsAt, window.rail, window.railAccountId],
  );
  return rows.map((row) => row.shop_id);
}

export interface RailTrouble {
  readonly railAccountId: string;
  readonly since: Instant;
  readonly lastAt: Instant;
}

/** Contracts whose rail was away at or after `since`. */
export async function troublesSince(sql: Sql, since: Instant): Promise<RailTrouble[]> {
  const rows = await sql.query<{ rail_account_id: string; since: Instant; last_at: Instant }>(
    'select rail_account_id, since, last_at from rail_trouble where last_at >= $1 limit 1000',
    [since],
  );
  return rows.map((row) => ({
    railAccountId: row.rail_account_id,
    since: row.since,
    lastAt: row.last_at,
  }));
}

/** Written again only once it is `staleSeconds` old; begun anew where the last one was over. */
export async function putTrouble(
  sql: Sql,
  trouble: { readonly railAccountId: string; readonly at: Instant; readonly detail: string },
  over: Instant,
  staleSeconds: number,
): Promise<void> {
  await sql.run(
    `insert into rail_trouble as t (rail_account_id, since, last_at, detail)
     values ($1, $2, $2, $3)
     on conflict (rail_account_id) do update
     set since = case when t.last_at < $4 then excluded.since else t.since end,
       last_at = excluded.last_at, detail = excluded.detail
     where t.last_at < excluded.last_at - $5 * interval '1 second'`,
    [trouble.railAccountId, trouble.at, trouble.detail.slice(0, 200), over, staleSeconds],
  );
}

export async function removeTrouble(sql: Sql, railAccountId: string): Promise<void> {
  await sql.run('delete from rail_trouble where rail_account_id = $1', [railAccountId]);
}
