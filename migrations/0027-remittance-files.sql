-- Files of remittances: what was uploaded, row by row, what was found about each row, what became of it.
-- Contents are ciphertext; they go when the installation's time for them is over, the counts stay.

create table remittance_file (
  shop_id uuid not null,
  file_id uuid not null,
  -- Ciphertext of {name, label, header, columns}; null once the contents have gone.
  about_sealed bytea,
  format text not null default 'csv' check (format in ('csv', 'xlsx', 'zengin')),
  encoding text not null default 'utf-8',
  byte_count bigint not null default 0,
  status text not null check (status in ('uploading', 'reading', 'needs_mapping', 'judging',
    'judged', 'submitting', 'submitted', 'unreadable', 'erased')),
  -- Why it is unreadable: {code, ja, en}.
  fault jsonb,
  row_count int not null default 0,
  look_alike_days int not null,
  ignores_dates boolean not null,
  -- Of exactly what was shown; what is submitted is bound to it.
  verdict_hash bytea,
  submitted_hash bytea,
  -- Judged once more after it was submitted, and found unchanged: sending goes on from here.
  confirmed boolean not null default false,
  -- A submission that stopped because the verdict had changed.
  changed_since_shown boolean not null default false,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (shop_id, file_id)
);

create index remittance_file_old on remittance_file (shop_id, updated_at)
  where status <> 'erased';

create table remittance_file_chunk (
  shop_id uuid not null,
  file_id uuid not null,
  number int not null,
  sealed bytea not null,
  primary key (shop_id, file_id, number)
);

create table remittance_file_row (
  shop_id uuid not null,
  file_id uuid not null,
  number int not null,
  state text not null check (state in
    ('read', 'keyed', 'ready', 'already_sent', 'changed', 'refused', 'sent')),
  skipped boolean not null default false,
  -- Ciphertext of {cells, notes, mended}.
  content_sealed bytea not null,
  -- Ciphertext of {masked, changes, warnings, problems}.
  verdict_sealed bytea,
  given_reference text collate "C",
  -- Keyed: of what the row asks, and of the account it pays.
  content_key bytea,
  person_key bigint,
  amount_yen bigint,
  -- The how many-th row of this content, and the first row of the same reference or payment.
  occurrence int,
  reference_row int,
  payment_row int,
  reference text collate "C",
  fee_yen bigint,
  transfer_date date,
  expected_from date,
  expected_to date,
  codes text[] not null default '{}',
  row_hash bytea,
  remittance_id uuid,
  primary key (shop_id, file_id, number)
);

create index remittance_file_row_state on remittance_file_row (shop_id, file_id, state, number);

-- Which column is which, as a shop has said it for a table with these headings.
create table remittance_file_mapping (
  shop_id uuid not null,
  -- Keyed fingerprint of the headings.
  header_key bytea not null,
  columns jsonb not null,
  updated_at timestamptz not null,
  primary key (shop_id, header_key)
);
