-- Merchants, their shops, the keys of shops, contracts with rails and the stop switches.
-- merchant, shop, rail_account, stop_switch are reference tables (small, read everywhere, written by the operator).

create table merchant (
  merchant_id uuid primary key,
  name text not null,
  name_kana text not null default '',
  created_at timestamptz not null default now()
);

create table rail_account (
  rail_account_id uuid primary key,
  -- 'bank_transfer', later 'seven_atm', ...
  rail text not null,
  -- Which connector of the rail serves it: 'file' or 'http' for bank transfers.
  connector text not null,
  mode text not null check (mode in ('test', 'live')),
  name text not null,
  -- AES-256-GCM over JSON: addresses, credentials, the account money leaves from.
  config_sealed bytea not null,
  -- The operator's tenant that owns the credits nobody claims.
  operator_shop_id uuid not null,
  created_at timestamptz not null default now()
);

create table shop (
  shop_id uuid primary key,
  -- Six digits at the head of every dispatch code: brings a payment home from the bank's side.
  number int not null unique check (number between 0 and 999999),
  merchant_id uuid not null references merchant,
  name text not null,
  mode text not null check (mode in ('test', 'live')),
  kind text not null default 'shop' check (kind in ('shop', 'operator')),
  status text not null default 'open' check (status in ('open', 'closing', 'closed')),
  bank_rail_account_id uuid references rail_account,
  max_remittance_yen bigint not null default 1000000
    check (max_remittance_yen between 1 and 1000000),
  max_day_yen bigint not null default 1000000000 check (max_day_yen >= 0),
  low_balance_yen bigint,
  -- Queue remittances for want of balance instead of refusing them.
  queues_without_funds boolean not null default false,
  contact text not null default '',
  created_at timestamptz not null default now()
);

-- Receiving methods of a shop's contract beside bank transfers, each by a rail account, with limits
-- of its own. A reference table, as shop is.
create table shop_method (
  shop_id uuid not null references shop,
  method text not null,
  rail_account_id uuid not null references rail_account,
  max_yen bigint not null default 1000000 check (max_yen between 1 and 1000000),
  primary key (shop_id, method)
);

create table api_key (
  shop_id uuid not null,
  api_key_id uuid not null,
  name text not null,
  secret_hash bytea not null,
  last_four text not null,
  scopes text[] not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz,
  revoked_at timestamptz,
  last_used_at timestamptz,
  primary key (shop_id, api_key_id)
);

-- Present = stopped. scope 'all': everything; 'rail': one rail; 'shop': one shop.
create table stop_switch (
  scope text not null check (scope in ('all', 'rail', 'shop', 'recovery')),
  target text not null,
  reason text not null,
  by_whom text not null,
  since timestamptz not null default now(),
  primary key (scope, target)
);

-- What the operator knows of a bank beyond its directory entry: when money arrives, announced maintenance.
create table bank_setting (
  bank_code text primary key,
  arrival_business_days int not null default 1 check (arrival_business_days between 0 and 10),
  note text not null default '',
  maintenance jsonb not null default '[]'
);
