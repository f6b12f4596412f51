-- Members of merchants and the door of the management screen: who may come in, as what, proved how, from where. Small
-- tables read by whoever signs in: reference tables, as merchant and shop are. Secrets lie here only as hashes, names
-- and addresses only as ciphertext.

create table member (
  member_id uuid primary key,
  merchant_id uuid not null references merchant,
  role text not null check (role in ('owner', 'approver', 'maker', 'support', 'developer', 'read_only')),
  name_sealed bytea not null,
  mail_sealed bytea not null,
  -- Keyed blind index of the mail address: one living member of one merchant has it.
  mail_index bigint not null,
  locale text not null check (locale in ('ja', 'en')),
  -- argon2id in PHC form.
  password_hash text not null,
  -- The shared secret of the authenticator app; the last time step of which a code was taken.
  totp_sealed bytea,
  totp_step bigint,
  -- Shown to the member, and not yet confirmed by a code.
  totp_draft_sealed bytea,
  created_at timestamptz not null,
  last_signed_in_at timestamptz,
  removed_at timestamptz
);

create unique index member_mail on member (mail_index) where removed_at is null;
create index member_of_merchant on member (merchant_id, member_id);

create table member_passkey (
  credential_id bytea primary key,
  member_id uuid not null references member,
  passkey_id uuid not null unique,
  public_key bytea not null,
  counter bigint not null,
  transports text[] not null,
  -- What the member calls it.
  name_sealed bytea not null,
  created_at timestamptz not null,
  last_used_at timestamptz
);

create index member_passkey_of_member on member_passkey (member_id, passkey_id);

create table member_recovery_code (
  member_id uuid not null references member,
  -- Keyed: a code has fewer bits than a token.
  code_hash bytea not null,
  used_at timestamptz,
  primary key (member_id, code_hash)
);

-- Gone = ended. A pending session has a right password and waits for the second factor.
create table member_session (
  session_id uuid primary key,
  member_id uuid not null references member,
  token_hash bytea not null unique,
  state text not null check (state in ('pending', 'open')),
  -- How the person was proved last, and when: dangerous actions want it to be recent.
  proof text not null check (proof in ('password', 'totp', 'passkey', 'recovery_code')),
  proved_at timestamptz not null,
  created_at timestamptz not null,
  last_seen_at timestamptz not null,
  expires_at timestamptz not null,
  -- JSON: network address and what the browser says of itself.
  place_sealed bytea not null
);

create index member_session_of_member on member_session (member_id, session_id);
create index member_session_expiry on member_session (expires_at);

-- Tries by what is tried: an address of mail or of the network, a member's second factor; counted before they are
-- looked at, whether or not there is such a member.
create table sign_in_try (
  subject bytea primary key,
  failures int not null,
  last_at timestamptz not null,
  locked_until timestamptz
);

create index sign_in_try_age on sign_in_try (last_at);

-- What a passkey is asked to sign; each is taken once.
create table passkey_challenge (
  challenge_hash bytea primary key,
  -- Null: a sign-in, nobody knows yet whose.
  member_id uuid references member,
  purpose text not null check (purpose in ('register', 'sign_in', 'second_factor')),
  expires_at timestamptz not null
);

create index passkey_challenge_expiry on passkey_challenge (expires_at);

create table member_invitation (
  invitation_id uuid primary key,
  merchant_id uuid not null references merchant,
  role text not null check (role in ('owner', 'approver', 'maker', 'support', 'developer', 'read_only')),
  mail_sealed bytea not null,
  mail_index bigint not null,
  locale text not null check (locale in ('ja', 'en')),
  token_hash bytea not null unique,
  -- Who invited, as the audit log names them.
  invited_by text not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  accepted_at timestamptz,
  canceled_at timestamptz
);

create index member_invitation_of_merchant on member_invitation (merchant_id, invitation_id);

create table member_password_reset (
  token_hash bytea primary key,
  member_id uuid not null references member,
  created_at timestamptz not null,
  expires_at timestamptz not null
);

create index member_password_reset_of_member on member_password_reset (member_id);

-- What happens to a merchant as a whole (its members, the mails to them) is a deed on a head of its own.
insert into shop_head (shop_id) select merchant_id from merchant on conflict do nothing;
