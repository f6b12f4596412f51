-- What the HTTP interface keeps for itself: Idempotency-Key of POSTs other than instructions, for 24 hours.

create table idempotency_key (
  shop_id uuid not null,
  key text not null,
  fingerprint bytea not null,
  -- Null while the first request is still under way.
  status int,
  -- The answer, encrypted: it may hold names, accounts or a new secret.
  body_sealed bytea,
  locked_until timestamptz not null,
  expires_at timestamptz not null,
  primary key (shop_id, key)
);

create index idempotency_key_expiry on idempotency_key (shop_id, expires_at);
