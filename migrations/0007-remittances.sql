-- Remittances, their references, attempts and submissions. The status machine is held here as well as in
-- server/remittances/remittance.ts; a test compares the two.

create table remittance (
  shop_id uuid not null,
  remittance_id uuid not null,
  reference text not null,
  amount_yen bigint not null check (amount_yen between 1 and 1000000),
  status text not null,
  status_reason text,
  status_detail text,
  method text not null,
  -- The destination as given and as the bank will see it; masked beside it for lists.
  destination_sealed bytea not null,
  masked jsonb not null,
  account_id text,
  search_keys bigint[] not null,
  fee_version int not null,
  fee_yen bigint not null check (fee_yen >= 0),
  rail_account_id uuid,
  scheduled_for date,
  -- When it is due to be handed to the rail (shop time), and the day the money then leaves.
  dispatch_at timestamptz,
  transfer_date date,
  expected_from date,
  expected_to date,
  description text not null default '',
  metadata jsonb not null default '{}',
  hold_reason text,
  hold_by text,
  hold_since timestamptz,
  recall text check (recall in ('requested', 'consented', 'refused', 'returned')),
  paid_basis text,
  paid_at timestamptz,
  -- Less than amount_yen where part of it was never taken (coins at a register); null until paid.
  received_yen bigint check (received_yen between 0 and amount_yen),
  -- Receipt information of cash at an ATM: ciphertext.
  receipt_sealed bytea,
  attempt_count int not null default 0,
  event_sequence int not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (shop_id, remittance_id)
);

create index remittance_by_status on remittance (shop_id, status, remittance_id desc);
create index remittance_due on remittance (shop_id, dispatch_at)
  where status = 'scheduled' and hold_reason is null;
create index remittance_of_account on remittance (shop_id, account_id, remittance_id desc)
  where account_id is not null;
create index remittance_search on remittance using gin (search_keys);

create function remittance_may_become(was text, becomes text) returns boolean
language sql immutable as $$
  select becomes = any (case was
    when 'awaiting_approval' then array[
      'awaiting_funds', 'awaiting_recipient', 'scheduled', 'canceled', 'expired']
    when 'awaiting_funds' then array['awaiting_recipient', 'scheduled', 'canceled', 'expired']
    when 'awaiting_recipient' then array['scheduled', 'processing', 'expired', 'canceled']
    when 'scheduled' then array['processing', 'canceled', 'failed', 'awaiting_recipient']
    when 'processing' then array['paid', 'failed', 'receivable', 'awaiting_recipient']
    when 'receivable' then array['paid', 'expired', 'canceled', 'awaiting_recipient']
    when 'paid' then array['returned', 'awaiting_recipient']
    else array[]::text[] end)
$$;

create function remittance_keeps_its_states() returns trigger language plpgsql as $$
begin
  if not remittance_may_become(old.status, new.status) then
    raise exception 'a remittance cannot go from % to %', old.status, new.status;
  end if;
  if new.amount_yen <> old.amount_yen or new.reference <> old.reference then
    raise exception 'amount and reference of a remittance never change';
  end if;
  return new;
end $$;

create trigger remittance_states before update on remittance for each row
  when (old.status is distinct from new.status or old.amount_yen <> new.amount_yen
        or old.reference <> new.reference)
  execute function remittance_keeps_its_states();

-- Unique for ever, whatever becomes of the remittance; never partitioned.
create table remittance_reference (
  shop_id uuid not null,
  reference text not null collate "C",
  remittance_id uuid not null,
  fingerprint bytea not null,
  primary key (shop_id, reference)
);

create trigger remittance_reference_append_only before update or delete on remittance_reference
  for each statement execute function refuse_change();

-- What a shop instructed on a day of its own, for the limit per day.
create table instructed_day (
  shop_id uuid not null,
  day date not null,
  amount_yen bigint not null,
  item_count bigint not null,
  primary key (shop_id, day)
);

-- What is handed to a rail at once. Durable, with its attempts, before the rail is called.
create table submission (
  shop_id uuid not null,
  submission_id uuid not null,
  rail text not null,
  rail_account_id uuid not null,
  transfer_date date not null,
  cut_off_at timestamptz not null,
  item_count int not null,
  total_yen bigint not null,
  -- prepared -> calling -> accepted | rejected | unknown -> accepted | absent
  status text not null check (status in
    ('prepared', 'calling', 'accepted', 'rejected', 'unknown', 'absent')),
  rail_reference text,
  detail text not null default '',
  created_at timestamptz not null,
  called_at timestamptz,
  settled_at timestamptz,
  primary key (shop_id, submission_id)
);

create index submission_newest on submission (shop_id, created_at desc, submission_id);

-- Candidates for a statement line that lost its dispatch code.
create index submission_of_account on submission (shop_id, rail_account_id, transfer_date);

create function submission_is_called_once() returns trigger language plpgsql as $$
begin
  if new.status = 'calling' and old.status <> 'prepared' then
    raise exception 'a rail is never asked twice: submission is %', old.status;
  end if;
  return new;
end $$;

create trigger submission_called_once before update on submission for each row
  when (old.status is distinct from new.status) execute function submission_is_called_once();

create table attempt (
  shop_id uuid not null,
  attempt_id uuid not null,
  remittance_id uuid not null,
  number int not null,
  submission_id uuid not null,
  item_number int not null,
  dispatch_code text not null,
  amount_yen bigint not null,
  -- processing -> paid | failed; paid -> returned
  status text not null check (status in ('processing', 'paid', 'failed', 'returned')),
  reason text,
  detail text not null default '',
  created_at timestamptz not null,
  settled_at timestamptz,
  primary key (shop_id, attempt_id),
  unique (shop_id, dispatch_code),
  unique (shop_id, remittance_id, number),
  unique (shop_id, submission_id, item_number),
  foreign key (shop_id, remittance_id) references remittance (shop_id, remittance_id),
  foreign key (shop_id, submission_id) references submission (shop_id, submission_id)
);

-- At most one attempt of a remittance is alive: a new one needs proof that the former did not pay.
create unique index attempt_one_alive on attempt (shop_id, remittance_id)
  where status in ('processing', 'paid');
create index attempt_unsettled on attempt (shop_id, submission_id) where status = 'processing';

create function attempt_keeps_its_states() returns trigger language plpgsql as $$
begin
  if not ((old.status = 'processing' and new.status in ('paid', 'failed'))
          or (old.status = 'paid' and new.status = 'returned')) then
    raise exception 'an attempt cannot go from % to %', old.status, new.status;
  end if;
  return new;
end $$;

create trigger attempt_states before update on attempt for each row
  when (old.status is distinct from new.status) execute function attempt_keeps_its_states();

-- Payments that a rail knows and we do not (after a restore): dispatch stays frozen until each is explained.
create table orphan_payment (
  shop_id uuid not null,
  dispatch_code text not null,
  rail_account_id uuid not null,
  state text not null,
  detail text not null,
  found_at timestamptz not null,
  resolved_at timestamptz,
  resolved_by text,
  resolution text,
  primary key (shop_id, dispatch_code)
);

-- Which database this is, as it was last seen alive: a restored copy is told by it (server/remittances/recovery.ts).
create table recovery_marker (
  marker_id int primary key check (marker_id = 1),
  identity text not null,
  seen_at timestamptz not null
);
