-- Receive links: where a recipient says how the money should come. One is open at a time for a
-- remittance; a reissue kills the former. Tokens and answers are kept as digests, the rest sealed.

create table receive_link (
  shop_id uuid not null,
  link_id uuid not null,
  remittance_id uuid not null,
  token_hash bytea not null,
  -- The token itself, sealed: messages and the shop may show the URL again.
  token_sealed bytea not null,
  -- 12 digits with a check digit: the way in without tapping a URL.
  code text not null,
  status text not null check (status in ('open', 'used', 'killed', 'expired', 'declined')),
  methods text[] not null,
  locale text not null check (locale in ('ja', 'en')),
  expires_at timestamptz not null,
  -- [{label, answer: digest in base64}]
  questions jsonb not null,
  wrong_tries int not null default 0,
  locked_at timestamptz,
  -- {email?, sms?}
  deliver_sealed bytea,
  save_as text,
  -- What the recipient entered last, for repair.
  input_sealed bytea,
  -- Why it is open again after a bank refused.
  refusal_reason text,
  opened_at timestamptz,
  used_at timestamptz,
  created_at timestamptz not null,
  primary key (shop_id, link_id),
  unique (shop_id, token_hash),
  foreign key (shop_id, remittance_id) references remittance (shop_id, remittance_id)
);

create unique index receive_link_one_alive on receive_link (shop_id, remittance_id)
  where status in ('open', 'used');
create index receive_link_of on receive_link (shop_id, remittance_id, created_at);

-- Whose a typed code is. A reference table: the code is all that a recipient has.
create table link_code (
  code text primary key,
  shop_id uuid not null,
  link_id uuid not null
);
