-- What every deed needs: the shop's head row (its lock, clock and sequences), events, work.
-- Tenant tables lead every key with shop_id, so that they can be distributed by it.

create table shop_head (
  shop_id uuid primary key,
  -- Ahead of wall time by this much; only test shops move it, and only forward.
  clock_offset_ms bigint not null default 0 check (clock_offset_ms >= 0),
  event_seq bigint not null default 0,
  transfer_seq bigint not null default 0
);

create function only_forward() returns trigger language plpgsql as $$
begin
  if new.clock_offset_ms < old.clock_offset_ms or new.event_seq < old.event_seq
     or new.transfer_seq < old.transfer_seq then
    raise exception 'the clock and the sequences of a shop only go forward';
  end if;
  return new;
end $$;

create trigger shop_head_only_forward before update on shop_head
  for each row execute function only_forward();

create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only: % refused', tg_table_name, tg_op;
end $$;

create table event (
  shop_id uuid not null,
  seq bigint not null,
  id uuid not null,
  type text not null,
  object_id uuid not null,
  object_sequence int not null,
  at timestamptz not null,
  -- Text, not jsonb: receivers see the members in the order in which the API shows them.
  payload json not null,
  primary key (shop_id, seq),
  unique (shop_id, object_id, object_sequence)
);

create trigger event_append_only before update or delete on event
  for each statement execute function refuse_change();

create table work (
  shop_id uuid not null,
  kind text not null,
  key text not null,
  due_at timestamptz not null,
  clock text not null check (clock in ('shop', 'wall')),
  payload jsonb not null,
  state text not null default 'ready' check (state in ('ready', 'dead')),
  version int not null default 1,
  fence bigint not null default 0,
  lease_until timestamptz,
  not_before timestamptz,
  attempts int not null default 0,
  last_error text,
  created_at timestamptz not null default now(),
  primary key (shop_id, kind, key)
);

create index work_due on work (shop_id, due_at) where state = 'ready';
