-- Recipient accounts kept under the merchant's own account ID. Bank details are ciphertext; they are found again by
-- keyed blind indexes. A deleted ID keeps its row without its content, so that it is never used again.

create table recipient_account (
  shop_id uuid not null,
  account_id text not null,
  version int not null default 1,
  -- AES-256-GCM over JSON: what the sender typed and what the bank will see. Null once deleted.
  sealed bytea,
  -- Masked, for lists: {bank_code, branch_code, account_type, account_number_last3, ...}
  masked jsonb not null,
  search_keys bigint[] not null default '{}',
  memo_sealed bytea,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  deleted_at timestamptz,
  primary key (shop_id, account_id)
);

create index recipient_account_newest
  on recipient_account (shop_id, created_at desc, account_id);
create index recipient_account_search on recipient_account using gin (search_keys);
