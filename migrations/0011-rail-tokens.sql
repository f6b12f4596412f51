-- OAuth tokens of rail accounts: they change with every refresh, so they are not part of the configuration.
-- A reference table, as rail_account is.

create table rail_token (
  rail_account_id uuid primary key references rail_account,
  sealed bytea not null,
  updated_at timestamptz not null default now()
);
