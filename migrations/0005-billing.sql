-- Fee tables by version, and consumption tax by date. Invoices come later and have tables of their own.

create table fee_table (
  shop_id uuid not null,
  version int not null,
  effective_from date not null,
  -- [{method, same_bank|null, from_yen, to_yen, fee_yen}]: the first rule that fits.
  rules jsonb not null,
  created_at timestamptz not null default now(),
  created_by text not null,
  primary key (shop_id, version)
);

create trigger fee_table_append_only before update or delete on fee_table
  for each statement execute function refuse_change();

create table consumption_tax (
  effective_from date primary key,
  rate_percent int not null check (rate_percent between 0 and 100)
);

insert into consumption_tax values ('2014-04-01', 8), ('2019-10-01', 10);
