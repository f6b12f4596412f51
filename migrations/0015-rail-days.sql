-- What rails' own daily files said, against our books; and what is watched at them. Reference
-- tables, as rail_account is: a contract with a rail serves many shops.

create table rail_day (
  rail_account_id uuid not null references rail_account,
  day date not null,
  opening_yen bigint not null,
  closing_yen bigint not null,
  funded_yen bigint not null,
  taken_yen bigint not null,
  entry_count int not null,
  -- Payments that the file told of first, and that an inquiry then settled.
  settled_count int not null,
  -- [{kind, dispatch_code, theirs_yen, ours_yen}]: what a person must look at.
  differences jsonb not null,
  reconciled_at timestamptz not null,
  explained_by text,
  explanation text,
  primary key (rail_account_id, day)
);

create table rail_watch (
  rail_account_id uuid primary key references rail_account,
  -- The first day whose file is compared.
  days_since date,
  -- Of the money prepaid at the rail; null until it was learnt.
  left_yen bigint,
  asked_at timestamptz,
  -- The operator is warned below this.
  warn_below_yen bigint not null default 1000000 check (warn_below_yen >= 0),
  low_since timestamptz
);

create index attempt_paid on attempt (shop_id, settled_at) where status = 'paid';
