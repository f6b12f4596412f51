// All SQL of recovery_marker, and the few questions that recovery asks across shops.
import type { Instant } from '../base/clock.ts';
import type { Sql } from '../base/database.ts';

/** Which database this is: a restore or a failover changes it. */
export async function databaseIdentity(sql: Sql): Promise<string> {
  const [row] = await sql.query<{ identity: string }>(
    `select concat_ws('/', (select system_identifier from pg_control_system()),
       (select timeline_id from pg_control_checkpoint()),
       (select oid from pg_database where datname = current_database())) as identity`,
  );
  return row!.identity;
}

export interface Marker {
  readonly identity: string;
  readonly seenAt: Instant;
}

export async function readMarker(sql: Sql): Promise<Marker | undefined> {
  const rows = await sql.query<{ identity: string; seen_at: Instant }>(
    'select identity, seen_at from recovery_marker where marker_id = 1',
  );
  return rows.map((row) => ({ identity: row.identity, seenAt: row.seen_at }))[0];
}

export async function writeMarker(sql: Sql, identity: string, seenAt: Instant): Promise<void> {
  await sql.run(
    `insert into recovery_marker (marker_id, identity, seen_at) values (1, $1, $2)
     on conflict (marker_id) do update
     set identity = excluded.identity, seen_at = excluded.seen_at`,
    [identity, seenAt],
  );
}

/**
 * Only while the identity is still the one that was seen: a restored copy must not refresh its own
 * marker.
 */
export async function touchMarker(sql: Sql, identity: string, seenAt: Instant): Promise<void> {
  await sql.run('update recovery_marker set seen_at = $2 where marker_id = 1 and identity = $1', [
    identity,
    seenAt,
  ]);
}

export interface Unreconciled {
  readonly railAccountId: string;
  /** Why it has not come to its end yet; null where it has not failed. */
  readonly lastError: string | null;
}

/** Rail accounts whose reconciliation is still under way. */
export async function unreconciled(sql: Sql): Promise<Unreconciled[]> {
  const rows = await sql.query<{ key: string; last_error: string | null }>(
    `select key, last_error from work where kind = 'remittances.reconcile'
     order by key limit 1000`,
  );
  return rows.map((row) => ({ railAccountId: row.key, lastError: row.last_error }));
}

/** Shops with remittances that a frozen dispatch left behind. */
export async function shopsWithScheduled(sql: Sql): Promise<string[]> {
  const rows = await sql.query<{ shop_id: string }>(
    `select distinct shop_id from remittance where status = 'scheduled' limit 100000`,
  );
  return rows.map((row) => row.shop_id);
}
