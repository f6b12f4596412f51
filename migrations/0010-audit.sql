-- The audit log: what persons did, in a hash chain per tenant. Rows are never changed or removed. What concerns the
-- operator as a whole, and no one shop, is the chain of the tenant 00000000-0000-0000-0000-000000000000.

create table audit_entry (
  shop_id uuid not null,
  seq bigint not null check (seq > 0),
  -- Wall time, milliseconds.
  at timestamptz not null,
  actor text not null,
  action text not null,
  subject text not null,
  data jsonb not null,
  -- SHA-256, chained: server/audit/entry.ts.
  previous_hash bytea not null check (length(previous_hash) = 32),
  hash bytea not null check (length(hash) = 32),
  primary key (shop_id, seq)
);

create trigger audit_entry_append_only before update or delete or truncate on audit_entry
  for each statement execute function refuse_change();

-- The end of each chain. Its row is locked while an entry is added, so that a chain never forks.
create table audit_head (
  shop_id uuid primary key,
  seq bigint not null,
  hash bytea not null check (length(hash) = 32)
);

create function audit_head_follows_entries() returns trigger language plpgsql as $$
begin
  if tg_op <> 'UPDATE' or new.shop_id <> old.shop_id or new.seq <> old.seq + 1 then
    raise exception 'the head of an audit chain moves by one entry at a time';
  end if;
  return new;
end $$;

create trigger audit_head_moves_forward before update or delete on audit_head
  for each row execute function audit_head_follows_entries();
