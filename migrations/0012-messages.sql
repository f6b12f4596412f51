-- Mail and SMS to recipients and members: what is to be sent when, and what became of it.

create table message (
  shop_id uuid not null,
  message_id uuid not null,
  -- What it is about: a remittance or a receive link.
  object_id uuid not null,
  kind text not null,
  channel text not null check (channel in ('mail', 'sms')),
  locale text not null check (locale in ('ja', 'en')),
  address_sealed bytea not null,
  -- What the template is filled with. It may hold a URL that pays, so it goes once it is not needed
  -- any more.
  data_sealed bytea,
  status text not null check (status in ('queued', 'sent', 'delivered', 'bounced', 'failed', 'canceled')),
  -- A code, never the provider's words: they quote addresses.
  reason text,
  provider_id text,
  attempts int not null default 0,
  -- On the shop's clock, like all times here.
  due_at timestamptz not null,
  not_after timestamptz,
  created_at timestamptz not null,
  last_attempt_at timestamptz,
  sent_at timestamptz,
  -- Delivered, bounced, failed or canceled.
  ended_at timestamptz,
  primary key (shop_id, message_id),
  check ((status = 'queued') = (data_sealed is not null))
);

create index message_object on message (shop_id, object_id, message_id);
