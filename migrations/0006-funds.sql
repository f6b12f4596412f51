-- Money in: virtual accounts, bank files and notices as they came, deposits, and what matched nobody.

-- Reference table: a credit names an account, and this says whose it is. Numbers are unique within a world, which is
-- the operator's tenant of the rail account: the books of test shops may use the same numbers.
create table virtual_account (
  operator_shop_id uuid not null,
  bank_code text not null check (bank_code ~ '^\d{4}$'),
  branch_code text not null check (branch_code ~ '^\d{3}$'),
  account_number text not null check (account_number ~ '^\d{7}$'),
  shop_id uuid not null,
  rail_account_id uuid not null,
  holder_name text not null,
  status text not null default 'open' check (status in ('open', 'closed')),
  created_at timestamptz not null,
  closed_at timestamptz,
  primary key (operator_shop_id, bank_code, branch_code, account_number)
);

create index virtual_account_of_shop on virtual_account (shop_id);

-- A file that came from a bank, kept as it came (encrypted). shop_id is the operator's tenant of the rail account.
create table bank_file (
  shop_id uuid not null,
  bank_file_id uuid not null,
  rail_account_id uuid not null,
  name text not null,
  sha256 bytea not null,
  byte_count bigint not null,
  -- Null until it has been recognised.
  format text,
  status text not null check (status in ('received', 'imported', 'quarantined')),
  -- Why it is quarantined: record, columns, field, rule; never the value.
  fault jsonb,
  line_count int,
  sealed bytea not null,
  received_at timestamptz not null,
  settled_at timestamptz,
  primary key (shop_id, bank_file_id),
  -- The same bytes again are the same file.
  unique (shop_id, rail_account_id, sha256)
);

-- A deposit notice of a bank API, kept before it is answered. shop_id is the operator's tenant.
create table credit_notice (
  shop_id uuid not null,
  rail_account_id uuid not null,
  notice_key text not null,
  sealed bytea not null,
  status text not null check (status in ('new', 'taken')),
  received_at timestamptz not null,
  primary key (shop_id, rail_account_id, notice_key)
);

create index credit_notice_new on credit_notice (shop_id, rail_account_id, received_at)
  where status = 'new';

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
  -- It came for no shop, and this is the operator's tenant that holds it.
  unclaimed boolean not null,
  status text not null,
  -- The value date of the reversal, once there was one.
  reversed_on date,
  -- Of an unclaimed one: the shop and deposit it was matched with. Of a shop's: the unclaimed one it came from.
  matched_shop_id uuid,
  matched_deposit_id uuid,
  -- Each try to send it back has its own id, the cause of its transfers and the head of its references.
  send_back_id uuid,
  send_back_sealed bytea,
  sent_back_remittance_ids uuid[] not null default '{}',
  event_sequence int not null default 1,
  received_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (shop_id, deposit_id),
  constraint deposit_status check (case when unclaimed
    then status in ('unmatched', 'matched', 'sending_back', 'sent_back', 'reversed')
    else status in ('received', 'reversed') end),
  check ((status = 'reversed') = (reversed_on is not null))
);

create index deposit_by_credit on deposit
  (shop_id, bank_code, branch_code, account_number, amount_yen, value_date);
create index deposit_unmatched on deposit (shop_id, deposit_id) where status = 'unmatched';

-- Each telling of a credit or of its reversal: by which channel, under which key of that channel.
-- Repeats change nothing.
create table deposit_sighting (
  shop_id uuid not null,
  channel text not null check (channel in ('notice_file', 'statement', 'api', 'sandbox', 'match')),
  channel_key text not null,
  deposit_id uuid not null,
  reversal boolean not null,
  inquiry_number text not null,
  seen_at timestamptz not null,
  primary key (shop_id, channel, channel_key),
  foreign key (shop_id, deposit_id) references deposit (shop_id, deposit_id)
);

create index deposit_sighting_of on deposit_sighting (shop_id, deposit_id, channel);

-- A reversal whose deposit is not known (yet): applied when the deposit appears, or by a person.
create table waiting_reversal (
  shop_id uuid not null,
  channel text not null,
  channel_key text not null,
  rail_account_id uuid not null,
  bank_code text not null,
  branch_code text not null,
  account_number text not null,
  amount_yen bigint not null check (amount_yen > 0),
  value_date date not null,
  payer_key bigint not null,
  payer_sealed bytea not null,
  inquiry_number text not null,
  status text not null check (status in ('waiting', 'applied', 'dropped')),
  note text not null default '',
  seen_at timestamptz not null,
  primary key (shop_id, channel, channel_key)
);

create index waiting_reversal_by_credit on waiting_reversal
  (shop_id, bank_code, branch_code, account_number, amount_yen) where status = 'waiting';

-- A line of a statement that is no deposit: our payments going out, money coming back, anything else.
create table statement_line (
  shop_id uuid not null,
  line_key text not null,
  bank_file_id uuid not null,
  rail_account_id uuid not null,
  bank_code text not null,
  branch_code text not null,
  account_number text not null,
  direction text not null check (direction in ('in', 'out')),
  correction boolean not null,
  amount_yen bigint not null check (amount_yen > 0),
  value_date date not null,
  -- Remarks, names, EDI as they came.
  sealed bytea not null,
  dispatch_code text,
  status text not null check (status in ('new', 'applied', 'queued', 'ignored', 'deposit')),
  -- Why it waits for a person, or what was decided.
  note text not null default '',
  applied_to uuid,
  seen_at timestamptz not null,
  primary key (shop_id, line_key)
);

create index statement_line_open on statement_line (shop_id, status, seen_at, line_key)
  where status in ('new', 'queued');
