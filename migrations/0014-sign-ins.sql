-- A recipient on the way to a provider's own sign-in page and back: each is answered once. What
-- they are told apart by is kept as a digest; the rest of the secret is in the recipient's browser.

create table sign_in (
  shop_id uuid not null,
  sign_in_id uuid not null,
  link_id uuid not null,
  method text not null,
  rail_account_id uuid not null,
  state_hash bytea not null,
  status text not null default 'open'
    check (status in ('open', 'answered', 'done', 'declined', 'failed')),
  -- Wall time, as everything about safety.
  created_at timestamptz not null,
  expires_at timestamptz not null,
  answered_at timestamptz,
  primary key (shop_id, sign_in_id),
  unique (shop_id, state_hash),
  foreign key (shop_id, link_id) references receive_link (shop_id, link_id)
);

create index sign_in_of on sign_in (shop_id, link_id, created_at);

-- When a gift code was first shown to the recipient; the code itself is kept nowhere.
alter table receive_link add column revealed_at timestamptz;
