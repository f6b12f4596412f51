-- Announced maintenance of rails, and rails that do not answer just now. Reference tables: small, read
-- everywhere, not of one shop.

-- Times are business times: compared with the clock of the shop that asks. Withdrawn, never deleted.
create table maintenance_window (
  maintenance_id uuid primary key,
  rail text not null,
  -- One contract of the rail; null = all of them.
  rail_account_id uuid references rail_account,
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  note text not null,
  announced_by text not null,
  announced_at timestamptz not null,
  withdrawn_by text,
  withdrawn_at timestamptz,
  check (ends_at > starts_at and ends_at <= starts_at + interval '31 days'),
  check ((withdrawn_by is null) = (withdrawn_at is null))
);

create index maintenance_window_ahead on maintenance_window (ends_at) where withdrawn_at is null;

-- A contract whose rail refused for being away or did not answer, since when and when last; wall time.
create table rail_trouble (
  rail_account_id uuid primary key references rail_account,
  since timestamptz not null,
  last_at timestamptz not null,
  detail text not null
);
