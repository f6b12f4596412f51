-- Money in: virtual accounts, bank files as they came, deposits, and what matched nobody.

-- Reference table: a credit names an account, and this says whose it is.
create table virtual_account (
  bank_code text not null,
  branch_code text not null,
  account_number text not null,
  shop_id uuid not null,
  rail_account_id uuid not null,
  holder_name text not null,
  status text not null default 'open' check (status in ('open', 'closed')),
  created_at timestamptz not null default now(),
  primary key (bank_code, branch_code, account_number)
);

create index virtual_account_of_shop on virtual_account (shop_id);

-- A file that came from a bank, kept as it came (encrypted). shop_id is the operator's tenant of the rail account.
create table bank_file (
  shop_id uuid not null,
  bank_file_id uuid not null,
  rail_account_id uuid not null,
  name text not null,
  sha256 bytea not null,
  format text not null default '',
  status text not null
    check (status in ('received', 'imported', 'quarantined', 'duplicate')),
  -- Why it is quarantined: record, columns, field, rule.
  fault jsonb,
  line_count int,
  sealed bytea not null,
  received_at timestamptz not null,
  imported_at timestamptz,
  primary key (shop_id, bank_file_id),
  unique (shop_id, rail_account_id, sha256)
);

-- One credit on an account, however many channels told of it.
create table deposit (
  shop_id uuid not null,
  deposit_id uuid not null,
  rail_account_id uuid not null,
  bank_code text not null,
  branch_code text not null,
  account_number text not null,
  amount_yen bigint not null check (amount_yen > 0),
  value_date date not null,
  payer_sealed bytea not null,
  -- Blind index of the payer's name, to tell equal amounts of one day apart.
  payer_key bigint not null,
  status text not null check (status in
    ('received', 'reversed', 'unmatched', 'matched', 'sending_back', 'sent_back')),
  -- Where an unmatched deposit went: the shop it was matched with, or the remittance that sends it back.
  matched_shop_id uuid,
  matched_deposit_id uuid,
  sent_back_remittance_id uuid,
  event_sequence int not null default 1,
  received_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (shop_id, deposit_id)
);

create index deposit_newest on deposit (shop_id, received_at desc, deposit_id);
create index deposit_by_credit on deposit
  (shop_id, bank_code, branch_code, account_number, value_date, amount_yen);
create index deposit_unmatched on deposit (shop_id, received_at) where status = 'unmatched';

-- Each telling of a credit: by which channel, under which key of that channel. Repeats change nothing.
create table deposit_sighting (
  shop_id uuid not null,
  channel text not null check (channel in ('notice_file', 'statement', 'api', 'sandbox', 'match')),
  channel_key text not null,
  deposit_id uuid not null,
  reversal boolean not null default false,
  seen_at timestamptz not null,
  primary key (shop_id, channel, channel_key),
  foreign key (shop_id, deposit_id) references deposit (shop_id, deposit_id)
);

create index deposit_sighting_of on deposit_sighting (shop_id, deposit_id, channel);

-- A line of a statement that is no deposit: our payments going out, money coming back, anything else.
create table statement_line (
  shop_id uuid not null,
  line_key text not null,
  bank_file_id uuid not null,
  rail_account_id uuid not null,
  direction text not null check (direction in ('in', 'out')),
  amount_yen bigint not null,
  value_date date not null,
  -- Remarks, names, EDI as they came.
  sealed bytea not null,
  dispatch_code text,
  status text not null check (status in ('new', 'applied', 'queued', 'ignored')),
  -- Why it waits for a person, or what it was applied to.
  note text not null default '',
  applied_to uuid,
  seen_at timestamptz not null,
  primary key (shop_id, line_key)
);

create index statement_line_queued on statement_line (shop_id, seen_at)
  where status in ('new', 'queued');
