-- What a sender may say of a link beside: where its recipient goes back to afterwards, and when they
-- are reminded.

-- To be left to by the recipient's own press; Kawase itself never asks for it.
alter table receive_link add column return_url text;

-- [{after | before: days, channel: mail | sms | both}]; null = as the shop says.
alter table receive_link add column reminders jsonb;

-- The same for links that say nothing; null = the installation's default.
alter table shop add column reminders jsonb;

-- The secret that signs returns is derived from the keyring: only its version is kept.
alter table shop add column return_secret_version int not null default 1
  check (return_secret_version > 0);
-- Until then the version before it signs as well.
alter table shop add column former_return_secret_ends_at timestamptz;
