// SQL of `webhook_endpoint`: its row, its secrets, its health.
import type { Instant } from '../base/clock.ts';
import type { Vault } from '../base/crypto.ts';
import type { Sql } from '../base/database.ts';
import type { DisabledReason, Endpoint } from './endpoint.ts';

interface EndpointRow {
  readonly shop_id: string;
  readonly endpoint_id: string;
  readonly url: string;
  readonly event_types: string[];
  readonly description: string;
  readonly status: Endpoint['status'];
  readonly disabled_reason: DisabledReason | null;
  readonly previous_secret_ends_at: Instant | null;
  readonly from_seq: number;
  readonly sequence: number;
  readonly failing_since: Instant | null;
  readonly last_success_at: Instant | null;
  readonly last_failure_at: Instant | null;
  readonly throttled_until: Instant | null;
  readonly throttle_level: number;
  readonly created_at: Instant;
  readonly updated_at: Instant;
}

const COLUMNS = `shop_id, endpoint_id, url, event_types, description, status, disabled_reason,
  previous_secret_ends_at, from_seq, sequence, failing_since, last_success_at, last_failure_at,
  throttled_until, throttle_level, created_at, updated_at`;

function toEndpoint(row: EndpointRow): Endpoint {
  return {
    shopId: row.shop_id,
    endpointId: row.endpoint_id,
    url: row.url,
    eventTypes: row.event_types,
    description: row.description,
    status: row.status,
    disabledReason: row.disabled_reason,
    previousSecretEndsAt: row.previous_secret_ends_at,
    fromSeq: row.from_seq,
    sequence: row.sequence,
    failingSince: row.failing_since,
    lastSuccessAt: row.last_success_at,
    lastFailureAt: row.last_failure_at,
    throttledUntil: row.throttled_until,
    throttleLevel: row.throttle_level,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

/** What a secret is sealed for: a row's secret opens for no other endpoint. */
function purposeOf(shopId: string, endpointId: string): string {
  return `webhook_secret/${shopId}/${endpointId}`;
}

export async function insertEndpoint(
  sql: Sql,
  vault: Vault,
  endpoint: Endpoint,
  secret: string,
): Promise<void> {
  const { shopId, endpointId } = endpoint;
  await sql.run(
    `insert into webhook_endpoint (shop_id, endpoint_id, url, event_types, description,
       secret_sealed, from_seq, created_at, updated_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $8)`,
    [
      shopId,
      endpointId,
      endpoint.url,
      endpoint.eventTypes,
      endpoint.description,
      vault.seal(secret, purposeOf(shopId, endpointId)),
      endpoint.fromSeq,
      endpoint.createdAt,
    ],
  );
}

export async function selectEndpoint(
  sql: Sql,
  shopId: string,
  endpointId: string,
): Promise<Endpoint | undefined> {
  const rows = await sql.query<EndpointRow>(
    `select ${COLUMNS} from webhook_endpoint
     where shop_id = $1 and endpoint_id = $2 and deleted_at is null`,
    [shopId, endpointId],
  );
  return rows.map(toEndpoint)[0];
}

/** All of a shop, oldest first: at most MAX_ENDPOINTS. */
export async function endpointsOf(sql: Sql, shopId: string): Promise<Endpoint[]> {
  const rows = await sql.query<EndpointRow>(
    `select ${COLUMNS} from webhook_endpoint
     where shop_id = $1 and deleted_at is null order by endpoint_id`,
    [shopId],
  );
  return rows.map(toEndpoint);
}

/** Writes what people may change; health and secrets have statements of their own. */
export async function updateEndpoint(sql: Sql, endpoint: Endpoint): Promise<void> {
  await sql.run(
    `update webhook_endpoint set url = $3, event_types = $4, description = $5, status = $6,
       disabled_reason = $7, sequence = $8, updated_at = $9
     where shop_id = $1 and endpoint_id = $2`,
    [
      endpoint.shopId,
      endpoint.endpointId,
      endpoint.url,
      endpoint.eventTypes,
      endpoint.description,
      endpoint.status,
      endpoint.disabledReason,
      endpoint.sequence,
      endpoint.updatedAt,
    ],
  );
}

/** A new start: switched on again, an endpoint is neither failing nor throttled. */
export async function resetHealth(sql: Sql, shopId: string, endpointId: string): Promise<void> {
  await sql.run(
    `update webhook_endpoint set failing_since = null, throttled_until = null, throttle_level = 0
     where shop_id = $1 and endpoint_id = $2`,
    [shopId, endpointId],
  );
}

export async function markDeleted(
  sql: Sql,
  shopId: string,
  endpointId: string,
  at: Instant,
): Promise<void> {
  await sql.run(
    `update webhook_endpoint set deleted_at = $3, updated_at = $3
     where shop_id = $1 and endpoint_id = $2`,
    [shopId, endpointId, at],
  );
}

/**
 * The secret in use becomes the previous one, alive until `previousEndsAt`; the one before it ends
 * now.
 */
export async function replaceSecret(
  sql: Sql,
  vault: Vault,
  endpoint: Endpoint,
  next: { readonly secret: string; readonly previousEndsAt: Instant; readonly at: Instant },
): Promise<void> {
  const { shopId, endpointId } = endpoint;
  await sql.run(
    `update webhook_endpoint set previous_secret_sealed = secret_sealed, secret_sealed = $3,
       previous_secret_ends_at = $4, updated_at = $5
     where shop_id = $1 and endpoint_id = $2`,
    [
      shopId,
      endpointId,
      vault.seal(next.secret, purposeOf(shopId, endpointId)),
      next.previousEndsAt,
      next.at,
    ],
  );
}

/** The secrets that sign at `now`: the one in use first, then the previous one while it lives. */
export async function signingSecrets(
  sql: Sql,
  vault: Vault,
  endpoint: Endpoint,
  now: Instant,
): Promise<string[]> {
  const { shopId, endpointId } = endpoint;
  const [row] = await sql.query<{ current: Buffer; previous: Buffer | null }>(
    `select secret_sealed as current,
       case when previous_secret_ends_at > $3 then previous_secret_sealed end as previous
     from webhook_endpoint where shop_id = $1 and endpoint_id = $2`,
    [shopId, endpointId, now],
  );
  if (row === undefined) throw new Error(`the webhook endpoint ${endpointId} has no row`);
  const sealed = row.previous === null ? [row.current] : [row.current, row.previous];
  return sealed.map((secret) => vault.open(secret, purposeOf(shopId, endpointId)));
}

export interface EndpointRef {
  readonly shopId: string;
  readonly endpointId: string;
}

/** Endpoints after `after` (in key order) that have a delivery due and may be sent to. */
export async function dueEndpoints(
  sql: Sql,
  filter: {
    readonly now: Instant;
    readonly after: EndpointRef;
    readonly limit: number;
    /** Only of this shop. */
    readonly shopId?: string;
  },
): Promise<EndpointRef[]> {
  const rows = await sql.query<{ shop_id: string; endpoint_id: string }>(
    `select e.shop_id, e.endpoint_id from webhook_endpoint e
     where (e.shop_id, e.endpoint_id) > ($2, $3) and ($5::uuid is null or e.shop_id = $5)
       and e.status = 'enabled' and e.deleted_at is null
       and (e.throttled_until is null or e.throttled_until <= $1)
       and exists (select from webhook_delivery d
         where d.shop_id = e.shop_id and d.endpoint_id = e.endpoint_id
           and d.status = 'pending' and d.next_at <= $1)
     order by e.shop_id, e.endpoint_id limit $4`,
    [filter.now, filter.after.shopId, filter.after.endpointId, filter.limit, filter.shopId ?? null],
  );
  return rows.map((row) => ({ shopId: row.shop_id, endpointId: row.endpoint_id }));
}

export interface HealthChange {
  readonly endpointId: string;
  readonly succeeded: boolean;
  readonly failed: boolean;
  readonly throttledUntil: Instant | null;
}

/**
 * Takes the outcomes of one shop's attempts into the health of its endpoints, several at once. What
 * changes the health is written at once, a further success at most every 10 seconds.
 */
export async function recordHealth(
  sql: Sql,
  shopId: string,
  now: Instant,
  changes: readonly HealthChange[],
): Promise<void> {
  await sql.run(
    `update webhook_endpoint e set
       last_success_at = case when c.succeeded then $2::timestamptz else e.last_success_at end,
       last_failure_at = case when c.failed then $2::timestamptz else e.last_failure_at end,
       failing_since = case when c.succeeded then null
         else coalesce(e.failing_since, $2::timestamptz) end,
       throttled_until = greatest(c.throttled_until, e.throttled_until),
       throttle_level = case when c.throttled_until is not null
         then least(e.throttle_level + 1, 10)
         when c.succeeded then 0 else e.throttle_level end
     from unnest($3::uuid[], $4::boolean[], $5::boolean[], $6::timestamptz[])
       as c(endpoint_id, succeeded, failed, throttled_until)
     where e.shop_id = $1 and e.endpoint_id = c.endpoint_id
       and (c.failed or e.failing_since is not null or e.throttle_level > 0
         or e.last_success_at is null
         or e.last_success_at < $2::timestamptz - interval '10 seconds')`,
    [
      shopId,
      now,
      changes.map((change) => change.endpointId),
      changes.map((change) => change.succeeded),
      changes.map((change) => change.failed),
      changes.map((change) => change.throttledUntil),
    ],
  );
}
