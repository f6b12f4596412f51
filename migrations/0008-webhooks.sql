-- Webhook endpoints of a shop, the cursor up to which events were fanned out, and each delivery.

create table webhook_endpoint (
  shop_id uuid not null,
  endpoint_id uuid not null,
  url text not null,
  -- Empty = all types; 'remittance.*' = all that begin so.
  event_types text[] not null default '{}',
  description text not null default '',
  secret_sealed bytea not null,
  -- The former secret signs beside the new one until it ends.
  previous_secret_sealed bytea,
  previous_secret_ends_at timestamptz,
  status text not null default 'enabled' check (status in ('enabled', 'disabled')),
  disabled_reason text check (disabled_reason in ('by_merchant', 'gone', 'failing')),
  -- Events after this one are its own: an endpoint gets what happens from its creation on.
  from_seq bigint not null,
  -- Sequence of the events about the endpoint itself.
  sequence int not null default 0,
  failing_since timestamptz,
  last_success_at timestamptz,
  last_failure_at timestamptz,
  -- Set by 429, 502 and 504: nothing is sent before; the pause grows with the level.
  throttled_until timestamptz,
  throttle_level int not null default 0,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  deleted_at timestamptz,
  primary key (shop_id, endpoint_id),
  check ((status = 'disabled') = (disabled_reason is not null))
);

create table webhook_cursor (
  shop_id uuid primary key,
  seq bigint not null
);

create table webhook_delivery (
  shop_id uuid not null,
  endpoint_id uuid not null,
  event_seq bigint not null,
  status text not null check (status in ('pending', 'delivered', 'dead', 'canceled')),
  attempts int not null default 0,
  -- How often it was asked for again by a person after the fan-out.
  replays int not null default 0,
  -- While an attempt is under way: the end of its lease.
  next_at timestamptz,
  fence bigint not null default 0,
  last_status int,
  last_error text,
  last_duration_ms int,
  last_attempt_at timestamptz,
  created_at timestamptz not null,
  delivered_at timestamptz,
  primary key (shop_id, endpoint_id, event_seq),
  foreign key (shop_id, endpoint_id) references webhook_endpoint (shop_id, endpoint_id),
  check ((status = 'pending') = (next_at is not null))
);

create index webhook_delivery_due on webhook_delivery (shop_id, endpoint_id, next_at, event_seq)
  where status = 'pending';
create index webhook_delivery_dead on webhook_delivery (shop_id, endpoint_id, event_seq)
  where status = 'dead';
