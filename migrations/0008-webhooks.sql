-- Webhook endpoints of a shop, the cursor up to which events were fanned out, and each delivery.

create table webhook_endpoint (
  shop_id uuid not null,
  endpoint_id uuid not null,
  url text not null,
  -- Empty = all types.
  event_types text[] not null default '{}',
  description text not null default '',
  secret_sealed bytea not null,
  -- The former secret signs beside the new one until it ends.
  previous_secret_sealed bytea,
  previous_secret_ends_at timestamptz,
  status text not null default 'enabled' check (status in ('enabled', 'disabled')),
  disabled_reason text,
  failing_since timestamptz,
  last_success_at timestamptz,
  last_failure_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  deleted_at timestamptz,
  primary key (shop_id, endpoint_id)
);

create table webhook_cursor (
  shop_id uuid primary key,
  seq bigint not null
);

create table webhook_delivery (
  shop_id uuid not null,
  endpoint_id uuid not null,
  event_seq bigint not null,
  -- 0 for the fan-out, 1, 2, … for each replay asked for.
  replay int not null default 0,
  status text not null check (status in ('pending', 'delivered', 'dead', 'canceled')),
  attempts int not null default 0,
  next_at timestamptz,
  lease_until timestamptz,
  fence bigint not null default 0,
  last_status int,
  last_error text,
  last_duration_ms int,
  created_at timestamptz not null default now(),
  delivered_at timestamptz,
  primary key (shop_id, endpoint_id, event_seq, replay),
  foreign key (shop_id, endpoint_id) references webhook_endpoint (shop_id, endpoint_id)
);

create index webhook_delivery_due on webhook_delivery (shop_id, next_at)
  where status = 'pending';
