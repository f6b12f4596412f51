-- The audit log: what persons did, in a hash chain per tenant. Rows are never changed or removed.

create table audit_entry (
  shop_id uuid not null,
  seq bigint not null,
  at timestamptz not null,
  actor text not null,
  action text not null,
  subject text not null,
  data jsonb not null,
  previous_hash bytea not null,
  hash bytea not null,
  primary key (shop_id, seq)
);

create trigger audit_entry_append_only before update or delete on audit_entry
  for each statement execute function refuse_change();
