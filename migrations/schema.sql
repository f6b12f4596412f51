-- Made by `npm run schema` from the migrations; edit those.

create table api_key (
  shop_id uuid not null,
  api_key_id uuid not null,
  name text not null,
  secret_hash bytea not null,
  last_four text not null,
  scopes text[] not null,
  created_at timestamp with time zone not null default now(),
  expires_at timestamp with time zone,
  revoked_at timestamp with time zone,
  last_used_at timestamp with time zone,
  constraint api_key_pkey PRIMARY KEY (shop_id, api_key_id)
);

create table attempt (
  shop_id uuid not null,
  attempt_id uuid not null,
  remittance_id uuid not null,
  number integer not null,
  submission_id uuid not null,
  item_number integer not null,
  dispatch_code text not null,
  amount_yen bigint not null,
  status text not null,
  reason text,
  detail text not null default ''::text,
  created_at timestamp with time zone not null,
  settled_at timestamp with time zone,
  constraint attempt_pkey PRIMARY KEY (shop_id, attempt_id),
  constraint attempt_shop_id_dispatch_code_key UNIQUE (shop_id, dispatch_code),
  constraint attempt_shop_id_remittance_id_number_key UNIQUE (shop_id, remittance_id, number),
  constraint attempt_shop_id_submission_id_item_number_key UNIQUE (shop_id, submission_id, item_number),
  constraint attempt_shop_id_remittance_id_fkey FOREIGN KEY (shop_id, remittance_id) REFERENCES remittance(shop_id, remittance_id),
  constraint attempt_shop_id_submission_id_fkey FOREIGN KEY (shop_id, submission_id) REFERENCES submission(shop_id, submission_id),
  constraint attempt_status_check CHECK ((status = ANY (ARRAY['processing'::text, 'paid'::text, 'failed'::text, 'returned'::text])))
);

CREATE UNIQUE INDEX attempt_one_alive ON public.attempt USING btree (shop_id, remittance_id) WHERE (status = ANY (ARRAY['processing'::text, 'paid'::text]));
CREATE INDEX attempt_paid ON public.attempt USING btree (shop_id, settled_at) WHERE (status = 'paid'::text);
CREATE INDEX attempt_unsettled ON public.attempt USING btree (shop_id, submission_id) WHERE (status = 'processing'::text);
CREATE TRIGGER attempt_states BEFORE UPDATE ON public.attempt FOR EACH ROW WHEN ((old.status IS DISTINCT FROM new.status)) EXECUTE FUNCTION attempt_keeps_its_states();

create table audit_entry (
  shop_id uuid not null,
  seq bigint not null,
  at timestamp with time zone not null,
  actor text not null,
  action text not null,
  subject text not null,
  data jsonb not null,
  previous_hash bytea not null,
  hash bytea not null,
  constraint audit_entry_pkey PRIMARY KEY (shop_id, seq),
  constraint audit_entry_hash_check CHECK ((length(hash) = 32)),
  constraint audit_entry_previous_hash_check CHECK ((length(previous_hash) = 32)),
  constraint audit_entry_seq_check CHECK ((seq > 0))
);

CREATE TRIGGER audit_entry_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.audit_entry FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

create table audit_head (
  shop_id uuid not null,
  seq bigint not null,
  hash bytea not null,
  constraint audit_head_pkey PRIMARY KEY (shop_id),
  constraint audit_head_hash_check CHECK ((length(hash) = 32))
);

CREATE TRIGGER audit_head_moves_forward BEFORE DELETE OR UPDATE ON public.audit_head FOR EACH ROW EXECUTE FUNCTION audit_head_follows_entries();

create table bank_file (
  shop_id uuid not null,
  bank_file_id uuid not null,
  rail_account_id uuid not null,
  name text not null,
  sha256 bytea not null,
  byte_count bigint not null,
  format text,
  status text not null,
  fault jsonb,
  line_count integer,
  sealed bytea not null,
  received_at timestamp with time zone not null,
  settled_at timestamp with time zone,
  constraint bank_file_pkey PRIMARY KEY (shop_id, bank_file_id),
  constraint bank_file_shop_id_rail_account_id_sha256_key UNIQUE (shop_id, rail_account_id, sha256),
  constraint bank_file_status_check CHECK ((status = ANY (ARRAY['received'::text, 'imported'::text, 'quarantined'::text])))
);

create table bank_setting (
  bank_code text not null,
  arrival_business_days integer not null default 1,
  note text not null default ''::text,
  maintenance jsonb not null default '[]'::jsonb,
  constraint bank_setting_pkey PRIMARY KEY (bank_code),
  constraint bank_setting_arrival_business_days_check CHECK (((arrival_business_days >= 0) AND (arrival_business_days <= 10)))
);

create table consumption_tax (
  effective_from date not null,
  rate_percent integer not null,
  constraint consumption_tax_pkey PRIMARY KEY (effective_from),
  constraint consumption_tax_rate_percent_check CHECK (((rate_percent >= 0) AND (rate_percent <= 100)))
);

create table credit_notice (
  shop_id uuid not null,
  rail_account_id uuid not null,
  notice_key text not null,
  sealed bytea not null,
  status text not null,
  received_at timestamp with time zone not null,
  constraint credit_notice_pkey PRIMARY KEY (shop_id, rail_account_id, notice_key),
  constraint credit_notice_status_check CHECK ((status = ANY (ARRAY['new'::text, 'taken'::text])))
);

CREATE INDEX credit_notice_new ON public.credit_notice USING btree (shop_id, rail_account_id, received_at) WHERE (status = 'new'::text);

create table deposit (
  shop_id uuid not null,
  deposit_id uuid not null,
  rail_account_id uuid not null,
  bank_code text not null,
  branch_code text not null,
  account_number text not null,
  amount_yen bigint not null,
  value_date date not null,
  payer_sealed bytea not null,
  payer_key bigint not null,
  unclaimed boolean not null,
  status text not null,
  reversed_on date,
  matched_shop_id uuid,
  matched_deposit_id uuid,
  send_back_id uuid,
  send_back_sealed bytea,
  sent_back_remittance_ids uuid[] not null default '{}'::uuid[],
  event_sequence integer not null default 1,
  received_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  constraint deposit_pkey PRIMARY KEY (shop_id, deposit_id),
  constraint deposit_amount_yen_check CHECK ((amount_yen > 0)),
  constraint deposit_check CHECK (((status = 'reversed'::text) = (reversed_on IS NOT NULL))),
  constraint deposit_status CHECK (
CASE
    WHEN unclaimed THEN (status = ANY (ARRAY['unmatched'::text, 'matched'::text, 'sending_back'::text, 'sent_back'::text, 'reversed'::text]))
    ELSE (status = ANY (ARRAY['received'::text, 'reversed'::text]))
END)
);

CREATE INDEX deposit_by_credit ON public.deposit USING btree (shop_id, bank_code, branch_code, account_number, amount_yen, value_date);
CREATE INDEX deposit_unmatched ON public.deposit USING btree (shop_id, deposit_id) WHERE (status = 'unmatched'::text);

create table deposit_sighting (
  shop_id uuid not null,
  channel text not null,
  channel_key text not null,
  deposit_id uuid not null,
  reversal boolean not null,
  inquiry_number text not null,
  seen_at timestamp with time zone not null,
  constraint deposit_sighting_pkey PRIMARY KEY (shop_id, channel, channel_key),
  constraint deposit_sighting_shop_id_deposit_id_fkey FOREIGN KEY (shop_id, deposit_id) REFERENCES deposit(shop_id, deposit_id),
  constraint deposit_sighting_channel_check CHECK ((channel = ANY (ARRAY['notice_file'::text, 'statement'::text, 'api'::text, 'sandbox'::text, 'match'::text])))
);

CREATE INDEX deposit_sighting_of ON public.deposit_sighting USING btree (shop_id, deposit_id, channel);

create table event (
  shop_id uuid not null,
  seq bigint not null,
  id uuid not null,
  type text not null,
  object_id uuid not null,
  object_sequence integer not null,
  at timestamp with time zone not null,
  payload json not null,
  constraint event_pkey PRIMARY KEY (shop_id, seq),
  constraint event_shop_id_object_id_object_sequence_key UNIQUE (shop_id, object_id, object_sequence)
);

CREATE TRIGGER event_append_only BEFORE DELETE ON public.event FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER event_only_expires BEFORE UPDATE ON public.event FOR EACH ROW EXECUTE FUNCTION event_may_only_expire();

create table event_expiry (
  shop_id uuid not null,
  seq bigint not null,
  constraint event_expiry_pkey PRIMARY KEY (shop_id)
);

create table fee_table (
  shop_id uuid not null,
  version integer not null,
  effective_from date not null,
  rules jsonb not null,
  created_at timestamp with time zone not null default now(),
  created_by text not null,
  constraint fee_table_pkey PRIMARY KEY (shop_id, version)
);

CREATE TRIGGER fee_table_append_only BEFORE DELETE OR UPDATE ON public.fee_table FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

create table idempotency_key (
  shop_id uuid not null,
  key text not null,
  fingerprint bytea not null,
  status integer,
  body_sealed bytea,
  locked_until timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  constraint idempotency_key_pkey PRIMARY KEY (shop_id, key)
);

CREATE INDEX idempotency_key_expiry ON public.idempotency_key USING btree (shop_id, expires_at);

create table instructed_day (
  shop_id uuid not null,
  day date not null,
  amount_yen bigint not null,
  item_count bigint not null,
  constraint instructed_day_pkey PRIMARY KEY (shop_id, day)
);

create table ledger_account (
  shop_id uuid not null,
  account text not null,
  balance_yen bigint not null default 0,
  constraint ledger_account_pkey PRIMARY KEY (shop_id, account),
  constraint owed_never_negative CHECK (((balance_yen >= 0) OR (NOT ((account = ANY (ARRAY['available'::text, 'reserved'::text, 'unmatched'::text])) OR (account ~~ 'in_flight:%'::text)))))
);

CREATE TRIGGER ledger_account_by_transfers_only BEFORE UPDATE ON public.ledger_account FOR EACH ROW EXECUTE FUNCTION balances_move_by_transfers_only();
CREATE TRIGGER ledger_account_opens_empty BEFORE INSERT OR DELETE ON public.ledger_account FOR EACH ROW EXECUTE FUNCTION accounts_open_empty();

create table ledger_transfer (
  shop_id uuid not null,
  seq bigint not null,
  debit_account text not null,
  credit_account text not null,
  amount_yen bigint not null,
  cause text not null,
  cause_id uuid not null,
  at timestamp with time zone not null,
  available_after_yen bigint,
  constraint ledger_transfer_pkey PRIMARY KEY (shop_id, seq),
  constraint one_transfer_per_cause UNIQUE (shop_id, cause_id, cause, debit_account, credit_account),
  constraint ledger_transfer_amount_yen_check CHECK ((amount_yen > 0)),
  constraint ledger_transfer_check CHECK ((debit_account <> credit_account))
);

CREATE TRIGGER ledger_transfer_append_only BEFORE DELETE OR UPDATE ON public.ledger_transfer FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ledger_transfer_moves_balances AFTER INSERT ON public.ledger_transfer REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION ledger_apply();

create table link_code (
  code text not null,
  shop_id uuid not null,
  link_id uuid not null,
  constraint link_code_pkey PRIMARY KEY (code)
);

create table maintenance_window (
  maintenance_id uuid not null,
  rail text not null,
  rail_account_id uuid,
  starts_at timestamp with time zone not null,
  ends_at timestamp with time zone not null,
  note text not null,
  announced_by text not null,
  announced_at timestamp with time zone not null,
  withdrawn_by text,
  withdrawn_at timestamp with time zone,
  constraint maintenance_window_pkey PRIMARY KEY (maintenance_id),
  constraint maintenance_window_rail_account_id_fkey FOREIGN KEY (rail_account_id) REFERENCES rail_account(rail_account_id),
  constraint maintenance_window_check CHECK (((ends_at > starts_at) AND (ends_at <= (starts_at + '31 days'::interval)))),
  constraint maintenance_window_check1 CHECK (((withdrawn_by IS NULL) = (withdrawn_at IS NULL)))
);

CREATE INDEX maintenance_window_ahead ON public.maintenance_window USING btree (ends_at) WHERE (withdrawn_at IS NULL);

create table member (
  member_id uuid not null,
  merchant_id uuid not null,
  role text not null,
  name_sealed bytea not null,
  mail_sealed bytea not null,
  mail_index bigint not null,
  locale text not null,
  password_hash text not null,
  totp_sealed bytea,
  totp_step bigint,
  totp_draft_sealed bytea,
  created_at timestamp with time zone not null,
  last_signed_in_at timestamp with time zone,
  removed_at timestamp with time zone,
  constraint member_pkey PRIMARY KEY (member_id),
  constraint member_merchant_id_fkey FOREIGN KEY (merchant_id) REFERENCES merchant(merchant_id),
  constraint member_locale_check CHECK ((locale = ANY (ARRAY['ja'::text, 'en'::text]))),
  constraint member_role_check CHECK ((role = ANY (ARRAY['owner'::text, 'approver'::text, 'maker'::text, 'support'::text, 'developer'::text, 'read_only'::text])))
);

CREATE UNIQUE INDEX member_mail ON public.member USING btree (mail_index) WHERE (removed_at IS NULL);
CREATE INDEX member_of_merchant ON public.member USING btree (merchant_id, member_id);

create table member_invitation (
  invitation_id uuid not null,
  merchant_id uuid not null,
  role text not null,
  mail_sealed bytea not null,
  mail_index bigint not null,
  locale text not null,
  token_hash bytea not null,
  invited_by text not null,
  created_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  accepted_at timestamp with time zone,
  canceled_at timestamp with time zone,
  constraint member_invitation_pkey PRIMARY KEY (invitation_id),
  constraint member_invitation_token_hash_key UNIQUE (token_hash),
  constraint member_invitation_merchant_id_fkey FOREIGN KEY (merchant_id) REFERENCES merchant(merchant_id),
  constraint member_invitation_locale_check CHECK ((locale = ANY (ARRAY['ja'::text, 'en'::text]))),
  constraint member_invitation_role_check CHECK ((role = ANY (ARRAY['owner'::text, 'approver'::text, 'maker'::text, 'support'::text, 'developer'::text, 'read_only'::text])))
);

CREATE INDEX member_invitation_of_merchant ON public.member_invitation USING btree (merchant_id, invitation_id);

create table member_passkey (
  credential_id bytea not null,
  member_id uuid not null,
  passkey_id uuid not null,
  public_key bytea not null,
  counter bigint not null,
  transports text[] not null,
  name_sealed bytea not null,
  created_at timestamp with time zone not null,
  last_used_at timestamp with time zone,
  constraint member_passkey_pkey PRIMARY KEY (credential_id),
  constraint member_passkey_passkey_id_key UNIQUE (passkey_id),
  constraint member_passkey_member_id_fkey FOREIGN KEY (member_id) REFERENCES member(member_id)
);

CREATE INDEX member_passkey_of_member ON public.member_passkey USING btree (member_id, passkey_id);

create table member_password_reset (
  token_hash bytea not null,
  member_id uuid not null,
  created_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  constraint member_password_reset_pkey PRIMARY KEY (token_hash),
  constraint member_password_reset_member_id_fkey FOREIGN KEY (member_id) REFERENCES member(member_id)
);

CREATE INDEX member_password_reset_of_member ON public.member_password_reset USING btree (member_id);

create table member_recovery_code (
  member_id uuid not null,
  code_hash bytea not null,
  used_at timestamp with time zone,
  constraint member_recovery_code_pkey PRIMARY KEY (member_id, code_hash),
  constraint member_recovery_code_member_id_fkey FOREIGN KEY (member_id) REFERENCES member(member_id)
);

create table member_session (
  session_id uuid not null,
  member_id uuid not null,
  token_hash bytea not null,
  state text not null,
  proof text not null,
  proved_at timestamp with time zone not null,
  created_at timestamp with time zone not null,
  last_seen_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  place_sealed bytea not null,
  constraint member_session_pkey PRIMARY KEY (session_id),
  constraint member_session_token_hash_key UNIQUE (token_hash),
  constraint member_session_member_id_fkey FOREIGN KEY (member_id) REFERENCES member(member_id),
  constraint member_session_proof_check CHECK ((proof = ANY (ARRAY['password'::text, 'totp'::text, 'passkey'::text, 'recovery_code'::text]))),
  constraint member_session_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'open'::text])))
);

CREATE INDEX member_session_expiry ON public.member_session USING btree (expires_at);
CREATE INDEX member_session_of_member ON public.member_session USING btree (member_id, session_id);

create table merchant (
  merchant_id uuid not null,
  name text not null,
  name_kana text not null default ''::text,
  created_at timestamp with time zone not null default now(),
  constraint merchant_pkey PRIMARY KEY (merchant_id)
);

create table message (
  shop_id uuid not null,
  message_id uuid not null,
  object_id uuid not null,
  kind text not null,
  channel text not null,
  locale text not null,
  address_sealed bytea not null,
  data_sealed bytea,
  status text not null,
  reason text,
  provider_id text,
  attempts integer not null default 0,
  due_at timestamp with time zone not null,
  not_after timestamp with time zone,
  created_at timestamp with time zone not null,
  last_attempt_at timestamp with time zone,
  sent_at timestamp with time zone,
  ended_at timestamp with time zone,
  constraint message_pkey PRIMARY KEY (shop_id, message_id),
  constraint message_channel_check CHECK ((channel = ANY (ARRAY['mail'::text, 'sms'::text]))),
  constraint message_check CHECK (((status = 'queued'::text) = (data_sealed IS NOT NULL))),
  constraint message_locale_check CHECK ((locale = ANY (ARRAY['ja'::text, 'en'::text]))),
  constraint message_status_check CHECK ((status = ANY (ARRAY['queued'::text, 'sent'::text, 'delivered'::text, 'bounced'::text, 'failed'::text, 'canceled'::text])))
);

CREATE INDEX message_object ON public.message USING btree (shop_id, object_id, message_id);

create table orphan_payment (
  shop_id uuid not null,
  dispatch_code text not null,
  rail_account_id uuid not null,
  state text not null,
  detail text not null,
  found_at timestamp with time zone not null,
  resolved_at timestamp with time zone,
  resolved_by text,
  resolution text,
  constraint orphan_payment_pkey PRIMARY KEY (shop_id, dispatch_code)
);

create table passkey_challenge (
  challenge_hash bytea not null,
  member_id uuid,
  purpose text not null,
  expires_at timestamp with time zone not null,
  constraint passkey_challenge_pkey PRIMARY KEY (challenge_hash),
  constraint passkey_challenge_member_id_fkey FOREIGN KEY (member_id) REFERENCES member(member_id),
  constraint passkey_challenge_purpose_check CHECK ((purpose = ANY (ARRAY['register'::text, 'sign_in'::text, 'second_factor'::text])))
);

CREATE INDEX passkey_challenge_expiry ON public.passkey_challenge USING btree (expires_at);

create table rail_account (
  rail_account_id uuid not null,
  rail text not null,
  connector text not null,
  mode text not null,
  name text not null,
  config_sealed bytea not null,
  operator_shop_id uuid not null,
  created_at timestamp with time zone not null default now(),
  constraint rail_account_pkey PRIMARY KEY (rail_account_id),
  constraint rail_account_mode_check CHECK ((mode = ANY (ARRAY['test'::text, 'live'::text])))
);

create table rail_day (
  rail_account_id uuid not null,
  day date not null,
  opening_yen bigint not null,
  closing_yen bigint not null,
  funded_yen bigint not null,
  taken_yen bigint not null,
  entry_count integer not null,
  settled_count integer not null,
  differences jsonb not null,
  reconciled_at timestamp with time zone not null,
  explained_by text,
  explanation text,
  constraint rail_day_pkey PRIMARY KEY (rail_account_id, day),
  constraint rail_day_rail_account_id_fkey FOREIGN KEY (rail_account_id) REFERENCES rail_account(rail_account_id)
);

create table rail_token (
  rail_account_id uuid not null,
  sealed bytea not null,
  updated_at timestamp with time zone not null default now(),
  constraint rail_token_pkey PRIMARY KEY (rail_account_id),
  constraint rail_token_rail_account_id_fkey FOREIGN KEY (rail_account_id) REFERENCES rail_account(rail_account_id)
);

create table rail_trouble (
  rail_account_id uuid not null,
  since timestamp with time zone not null,
  last_at timestamp with time zone not null,
  detail text not null,
  constraint rail_trouble_pkey PRIMARY KEY (rail_account_id),
  constraint rail_trouble_rail_account_id_fkey FOREIGN KEY (rail_account_id) REFERENCES rail_account(rail_account_id)
);

create table rail_watch (
  rail_account_id uuid not null,
  days_since date,
  left_yen bigint,
  asked_at timestamp with time zone,
  warn_below_yen bigint not null default 1000000,
  low_since timestamp with time zone,
  constraint rail_watch_pkey PRIMARY KEY (rail_account_id),
  constraint rail_watch_rail_account_id_fkey FOREIGN KEY (rail_account_id) REFERENCES rail_account(rail_account_id),
  constraint rail_watch_warn_below_yen_check CHECK ((warn_below_yen >= 0))
);

create table receive_link (
  shop_id uuid not null,
  link_id uuid not null,
  remittance_id uuid not null,
  token_hash bytea not null,
  token_sealed bytea not null,
  code text not null,
  status text not null,
  methods text[] not null,
  locale text not null,
  expires_at timestamp with time zone not null,
  questions jsonb not null,
  wrong_tries integer not null default 0,
  locked_at timestamp with time zone,
  deliver_sealed bytea,
  save_as text,
  input_sealed bytea,
  refusal_reason text,
  opened_at timestamp with time zone,
  used_at timestamp with time zone,
  created_at timestamp with time zone not null,
  revealed_at timestamp with time zone,
  switching_since timestamp with time zone,
  return_url text,
  reminders jsonb,
  constraint receive_link_pkey PRIMARY KEY (shop_id, link_id),
  constraint receive_link_shop_id_token_hash_key UNIQUE (shop_id, token_hash),
  constraint receive_link_shop_id_remittance_id_fkey FOREIGN KEY (shop_id, remittance_id) REFERENCES remittance(shop_id, remittance_id),
  constraint receive_link_locale_check CHECK ((locale = ANY (ARRAY['ja'::text, 'en'::text]))),
  constraint receive_link_status_check CHECK ((status = ANY (ARRAY['open'::text, 'used'::text, 'killed'::text, 'expired'::text, 'declined'::text, 'withdrawn'::text])))
);

CREATE INDEX receive_link_of ON public.receive_link USING btree (shop_id, remittance_id, created_at);
CREATE UNIQUE INDEX receive_link_one_alive ON public.receive_link USING btree (shop_id, remittance_id) WHERE (status = ANY (ARRAY['open'::text, 'used'::text]));

create table recipient_account (
  shop_id uuid not null,
  account_id text not null,
  version integer not null default 1,
  sealed bytea,
  masked jsonb not null,
  search_keys bigint[] not null default '{}'::bigint[],
  memo_sealed bytea,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  deleted_at timestamp with time zone,
  constraint recipient_account_pkey PRIMARY KEY (shop_id, account_id)
);

CREATE INDEX recipient_account_newest ON public.recipient_account USING btree (shop_id, created_at DESC, account_id);
CREATE INDEX recipient_account_search ON public.recipient_account USING gin (search_keys);

create table recovery_marker (
  marker_id integer not null,
  identity text not null,
  seen_at timestamp with time zone not null,
  constraint recovery_marker_pkey PRIMARY KEY (marker_id),
  constraint recovery_marker_marker_id_check CHECK ((marker_id = 1))
);

create table remittance (
  shop_id uuid not null,
  remittance_id uuid not null,
  reference text not null,
  amount_yen bigint not null,
  status text not null,
  status_reason text,
  status_detail text,
  method text not null,
  destination_sealed bytea not null,
  masked jsonb not null,
  account_id text,
  search_keys bigint[] not null,
  fee_version integer not null,
  fee_yen bigint not null,
  rail_account_id uuid,
  scheduled_for date,
  dispatch_at timestamp with time zone,
  transfer_date date,
  expected_from date,
  expected_to date,
  description text not null default ''::text,
  metadata jsonb not null default '{}'::jsonb,
  hold_reason text,
  hold_by text,
  hold_since timestamp with time zone,
  recall text,
  paid_basis text,
  paid_at timestamp with time zone,
  received_yen bigint,
  receipt_sealed bytea,
  attempt_count integer not null default 0,
  event_sequence integer not null,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  constraint remittance_pkey PRIMARY KEY (shop_id, remittance_id),
  constraint remittance_amount_yen_check CHECK (((amount_yen >= 1) AND (amount_yen <= 1000000))),
  constraint remittance_check CHECK (((received_yen >= 0) AND (received_yen <= amount_yen))),
  constraint remittance_fee_yen_check CHECK ((fee_yen >= 0)),
  constraint remittance_recall_check CHECK ((recall = ANY (ARRAY['requested'::text, 'consented'::text, 'refused'::text, 'returned'::text])))
);

CREATE INDEX remittance_by_status ON public.remittance USING btree (shop_id, status, remittance_id DESC);
CREATE INDEX remittance_due ON public.remittance USING btree (shop_id, dispatch_at) WHERE ((status = 'scheduled'::text) AND (hold_reason IS NULL));
CREATE INDEX remittance_of_account ON public.remittance USING btree (shop_id, account_id, remittance_id DESC) WHERE (account_id IS NOT NULL);
CREATE INDEX remittance_recalled ON public.remittance USING btree (shop_id, remittance_id) WHERE (recall = ANY (ARRAY['requested'::text, 'consented'::text]));
CREATE INDEX remittance_search ON public.remittance USING gin (search_keys);
CREATE TRIGGER remittance_states BEFORE UPDATE ON public.remittance FOR EACH ROW WHEN (((old.status IS DISTINCT FROM new.status) OR (old.amount_yen <> new.amount_yen) OR (old.reference <> new.reference))) EXECUTE FUNCTION remittance_keeps_its_states();

create table remittance_file (
  shop_id uuid not null,
  file_id uuid not null,
  about_sealed bytea,
  format text not null default 'csv'::text,
  encoding text not null default 'utf-8'::text,
  byte_count bigint not null default 0,
  status text not null,
  fault jsonb,
  row_count integer not null default 0,
  look_alike_days integer not null,
  ignores_dates boolean not null,
  verdict_hash bytea,
  submitted_hash bytea,
  confirmed boolean not null default false,
  changed_since_shown boolean not null default false,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  constraint remittance_file_pkey PRIMARY KEY (shop_id, file_id),
  constraint remittance_file_format_check CHECK ((format = ANY (ARRAY['csv'::text, 'xlsx'::text, 'zengin'::text]))),
  constraint remittance_file_status_check CHECK ((status = ANY (ARRAY['uploading'::text, 'reading'::text, 'needs_mapping'::text, 'judging'::text, 'judged'::text, 'submitting'::text, 'submitted'::text, 'unreadable'::text, 'erased'::text])))
);

CREATE INDEX remittance_file_old ON public.remittance_file USING btree (shop_id, updated_at) WHERE (status <> 'erased'::text);

create table remittance_file_chunk (
  shop_id uuid not null,
  file_id uuid not null,
  number integer not null,
  sealed bytea not null,
  constraint remittance_file_chunk_pkey PRIMARY KEY (shop_id, file_id, number)
);

create table remittance_file_mapping (
  shop_id uuid not null,
  header_key bytea not null,
  columns jsonb not null,
  updated_at timestamp with time zone not null,
  constraint remittance_file_mapping_pkey PRIMARY KEY (shop_id, header_key)
);

create table remittance_file_row (
  shop_id uuid not null,
  file_id uuid not null,
  number integer not null,
  state text not null,
  skipped boolean not null default false,
  content_sealed bytea not null,
  verdict_sealed bytea,
  given_reference text collate "C",
  content_key bytea,
  person_key bigint,
  amount_yen bigint,
  occurrence integer,
  reference_row integer,
  payment_row integer,
  reference text collate "C",
  fee_yen bigint,
  transfer_date date,
  expected_from date,
  expected_to date,
  codes text[] not null default '{}'::text[],
  row_hash bytea,
  remittance_id uuid,
  constraint remittance_file_row_pkey PRIMARY KEY (shop_id, file_id, number),
  constraint remittance_file_row_state_check CHECK ((state = ANY (ARRAY['read'::text, 'keyed'::text, 'ready'::text, 'already_sent'::text, 'changed'::text, 'refused'::text, 'sent'::text])))
);

CREATE INDEX remittance_file_row_state ON public.remittance_file_row USING btree (shop_id, file_id, state, number);

create table remittance_reference (
  shop_id uuid not null,
  reference text collate "C" not null,
  remittance_id uuid not null,
  fingerprint bytea not null,
  constraint remittance_reference_pkey PRIMARY KEY (shop_id, reference)
);

CREATE TRIGGER remittance_reference_append_only BEFORE DELETE OR UPDATE ON public.remittance_reference FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

create table shop (
  shop_id uuid not null,
  number integer not null,
  merchant_id uuid not null,
  name text not null,
  mode text not null,
  kind text not null default 'shop'::text,
  status text not null default 'open'::text,
  bank_rail_account_id uuid,
  max_remittance_yen bigint not null default 1000000,
  max_day_yen bigint not null default 1000000000,
  low_balance_yen bigint,
  queues_without_funds boolean not null default false,
  contact text not null default ''::text,
  created_at timestamp with time zone not null default now(),
  reminders jsonb,
  return_secret_version integer not null default 1,
  former_return_secret_ends_at timestamp with time zone,
  constraint shop_pkey PRIMARY KEY (shop_id),
  constraint shop_number_key UNIQUE (number),
  constraint shop_bank_rail_account_id_fkey FOREIGN KEY (bank_rail_account_id) REFERENCES rail_account(rail_account_id),
  constraint shop_merchant_id_fkey FOREIGN KEY (merchant_id) REFERENCES merchant(merchant_id),
  constraint shop_kind_check CHECK ((kind = ANY (ARRAY['shop'::text, 'operator'::text]))),
  constraint shop_max_day_yen_check CHECK ((max_day_yen >= 0)),
  constraint shop_max_remittance_yen_check CHECK (((max_remittance_yen >= 1) AND (max_remittance_yen <= 1000000))),
  constraint shop_mode_check CHECK ((mode = ANY (ARRAY['test'::text, 'live'::text]))),
  constraint shop_number_check CHECK (((number >= 0) AND (number <= 999999))),
  constraint shop_return_secret_version_check CHECK ((return_secret_version > 0)),
  constraint shop_status_check CHECK ((status = ANY (ARRAY['open'::text, 'closing'::text, 'closed'::text])))
);

create table shop_head (
  shop_id uuid not null,
  clock_offset_ms bigint not null default 0,
  event_seq bigint not null default 0,
  transfer_seq bigint not null default 0,
  constraint shop_head_pkey PRIMARY KEY (shop_id),
  constraint shop_head_clock_offset_ms_check CHECK ((clock_offset_ms >= 0))
);

CREATE TRIGGER shop_head_only_forward BEFORE UPDATE ON public.shop_head FOR EACH ROW EXECUTE FUNCTION only_forward();

create table shop_method (
  shop_id uuid not null,
  method text not null,
  rail_account_id uuid not null,
  max_yen bigint not null default 1000000,
  constraint shop_method_pkey PRIMARY KEY (shop_id, method),
  constraint shop_method_rail_account_id_fkey FOREIGN KEY (rail_account_id) REFERENCES rail_account(rail_account_id),
  constraint shop_method_shop_id_fkey FOREIGN KEY (shop_id) REFERENCES shop(shop_id),
  constraint shop_method_max_yen_check CHECK (((max_yen >= 1) AND (max_yen <= 1000000)))
);

create table sign_in (
  shop_id uuid not null,
  sign_in_id uuid not null,
  link_id uuid not null,
  method text not null,
  rail_account_id uuid not null,
  state_hash bytea not null,
  status text not null default 'open'::text,
  created_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  answered_at timestamp with time zone,
  constraint sign_in_pkey PRIMARY KEY (shop_id, sign_in_id),
  constraint sign_in_shop_id_state_hash_key UNIQUE (shop_id, state_hash),
  constraint sign_in_shop_id_link_id_fkey FOREIGN KEY (shop_id, link_id) REFERENCES receive_link(shop_id, link_id),
  constraint sign_in_status_check CHECK ((status = ANY (ARRAY['open'::text, 'answered'::text, 'done'::text, 'declined'::text, 'failed'::text])))
);

CREATE INDEX sign_in_of ON public.sign_in USING btree (shop_id, link_id, created_at);

create table sign_in_try (
  subject bytea not null,
  failures integer not null,
  last_at timestamp with time zone not null,
  locked_until timestamp with time zone,
  constraint sign_in_try_pkey PRIMARY KEY (subject)
);

CREATE INDEX sign_in_try_age ON public.sign_in_try USING btree (last_at);

create table statement_line (
  shop_id uuid not null,
  line_key text not null,
  bank_file_id uuid not null,
  rail_account_id uuid not null,
  bank_code text not null,
  branch_code text not null,
  account_number text not null,
  direction text not null,
  correction boolean not null,
  amount_yen bigint not null,
  value_date date not null,
  sealed bytea not null,
  dispatch_code text,
  status text not null,
  note text not null default ''::text,
  applied_to uuid,
  seen_at timestamp with time zone not null,
  constraint statement_line_pkey PRIMARY KEY (shop_id, line_key),
  constraint statement_line_amount_yen_check CHECK ((amount_yen > 0)),
  constraint statement_line_direction_check CHECK ((direction = ANY (ARRAY['in'::text, 'out'::text]))),
  constraint statement_line_status_check CHECK ((status = ANY (ARRAY['new'::text, 'applied'::text, 'queued'::text, 'ignored'::text, 'deposit'::text])))
);

CREATE INDEX statement_line_open ON public.statement_line USING btree (shop_id, status, seen_at, line_key) WHERE (status = ANY (ARRAY['new'::text, 'queued'::text]));

create table stop_switch (
  scope text not null,
  target text not null,
  reason text not null,
  by_whom text not null,
  since timestamp with time zone not null default now(),
  constraint stop_switch_pkey PRIMARY KEY (scope, target),
  constraint stop_switch_scope_check CHECK ((scope = ANY (ARRAY['all'::text, 'rail'::text, 'shop'::text, 'recovery'::text])))
);

create table submission (
  shop_id uuid not null,
  submission_id uuid not null,
  rail text not null,
  rail_account_id uuid not null,
  transfer_date date not null,
  cut_off_at timestamp with time zone not null,
  item_count integer not null,
  total_yen bigint not null,
  status text not null,
  rail_reference text,
  detail text not null default ''::text,
  created_at timestamp with time zone not null,
  called_at timestamp with time zone,
  settled_at timestamp with time zone,
  constraint submission_pkey PRIMARY KEY (shop_id, submission_id),
  constraint submission_status_check CHECK ((status = ANY (ARRAY['prepared'::text, 'calling'::text, 'accepted'::text, 'rejected'::text, 'unknown'::text, 'absent'::text])))
);

CREATE INDEX submission_newest ON public.submission USING btree (shop_id, created_at DESC, submission_id);
CREATE INDEX submission_of_account ON public.submission USING btree (shop_id, rail_account_id, transfer_date);
CREATE TRIGGER submission_called_once BEFORE UPDATE ON public.submission FOR EACH ROW WHEN ((old.status IS DISTINCT FROM new.status)) EXECUTE FUNCTION submission_is_called_once();

create table virtual_account (
  operator_shop_id uuid not null,
  bank_code text not null,
  branch_code text not null,
  account_number text not null,
  shop_id uuid not null,
  rail_account_id uuid not null,
  holder_name text not null,
  status text not null default 'open'::text,
  created_at timestamp with time zone not null,
  closed_at timestamp with time zone,
  constraint virtual_account_pkey PRIMARY KEY (operator_shop_id, bank_code, branch_code, account_number),
  constraint virtual_account_account_number_check CHECK ((account_number ~ '^\d{7}$'::text)),
  constraint virtual_account_bank_code_check CHECK ((bank_code ~ '^\d{4}$'::text)),
  constraint virtual_account_branch_code_check CHECK ((branch_code ~ '^\d{3}$'::text)),
  constraint virtual_account_status_check CHECK ((status = ANY (ARRAY['open'::text, 'closed'::text])))
);

CREATE INDEX virtual_account_of_shop ON public.virtual_account USING btree (shop_id);

create table waiting_reversal (
  shop_id uuid not null,
  channel text not null,
  channel_key text not null,
  rail_account_id uuid not null,
  bank_code text not null,
  branch_code text not null,
  account_number text not null,
  amount_yen bigint not null,
  value_date date not null,
  payer_key bigint not null,
  payer_sealed bytea not null,
  inquiry_number text not null,
  status text not null,
  note text not null default ''::text,
  seen_at timestamp with time zone not null,
  constraint waiting_reversal_pkey PRIMARY KEY (shop_id, channel, channel_key),
  constraint waiting_reversal_amount_yen_check CHECK ((amount_yen > 0)),
  constraint waiting_reversal_status_check CHECK ((status = ANY (ARRAY['waiting'::text, 'applied'::text, 'dropped'::text])))
);

CREATE INDEX waiting_reversal_by_credit ON public.waiting_reversal USING btree (shop_id, bank_code, branch_code, account_number, amount_yen) WHERE (status = 'waiting'::text);

create table webhook_cursor (
  shop_id uuid not null,
  seq bigint not null,
  constraint webhook_cursor_pkey PRIMARY KEY (shop_id)
);

create table webhook_delivery (
  shop_id uuid not null,
  endpoint_id uuid not null,
  event_seq bigint not null,
  status text not null,
  attempts integer not null default 0,
  replays integer not null default 0,
  next_at timestamp with time zone,
  fence bigint not null default 0,
  last_status integer,
  last_error text,
  last_duration_ms integer,
  last_attempt_at timestamp with time zone,
  created_at timestamp with time zone not null,
  delivered_at timestamp with time zone,
  constraint webhook_delivery_pkey PRIMARY KEY (shop_id, endpoint_id, event_seq),
  constraint webhook_delivery_shop_id_endpoint_id_fkey FOREIGN KEY (shop_id, endpoint_id) REFERENCES webhook_endpoint(shop_id, endpoint_id),
  constraint webhook_delivery_check CHECK (((status = 'pending'::text) = (next_at IS NOT NULL))),
  constraint webhook_delivery_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'delivered'::text, 'dead'::text, 'canceled'::text])))
);

CREATE INDEX webhook_delivery_dead ON public.webhook_delivery USING btree (shop_id, endpoint_id, event_seq) WHERE (status = 'dead'::text);
CREATE INDEX webhook_delivery_due ON public.webhook_delivery USING btree (shop_id, endpoint_id, next_at, event_seq) WHERE (status = 'pending'::text);

create table webhook_endpoint (
  shop_id uuid not null,
  endpoint_id uuid not null,
  url text not null,
  event_types text[] not null default '{}'::text[],
  description text not null default ''::text,
  secret_sealed bytea not null,
  previous_secret_sealed bytea,
  previous_secret_ends_at timestamp with time zone,
  status text not null default 'enabled'::text,
  disabled_reason text,
  from_seq bigint not null,
  sequence integer not null default 0,
  failing_since timestamp with time zone,
  last_success_at timestamp with time zone,
  last_failure_at timestamp with time zone,
  throttled_until timestamp with time zone,
  throttle_level integer not null default 0,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  deleted_at timestamp with time zone,
  constraint webhook_endpoint_pkey PRIMARY KEY (shop_id, endpoint_id),
  constraint webhook_endpoint_check CHECK (((status = 'disabled'::text) = (disabled_reason IS NOT NULL))),
  constraint webhook_endpoint_disabled_reason_check CHECK ((disabled_reason = ANY (ARRAY['by_merchant'::text, 'gone'::text, 'failing'::text]))),
  constraint webhook_endpoint_status_check CHECK ((status = ANY (ARRAY['enabled'::text, 'disabled'::text])))
);

create table work (
  shop_id uuid not null,
  kind text not null,
  key text not null,
  due_at timestamp with time zone not null,
  clock text not null,
  payload jsonb not null,
  state text not null default 'ready'::text,
  version integer not null default 1,
  fence bigint not null default 0,
  lease_until timestamp with time zone,
  not_before timestamp with time zone,
  attempts integer not null default 0,
  last_error text,
  created_at timestamp with time zone not null default now(),
  constraint work_pkey PRIMARY KEY (shop_id, kind, key),
  constraint work_clock_check CHECK ((clock = ANY (ARRAY['shop'::text, 'wall'::text]))),
  constraint work_state_check CHECK ((state = ANY (ARRAY['ready'::text, 'dead'::text])))
);

CREATE INDEX work_due ON public.work USING btree (shop_id, due_at) WHERE (state = 'ready'::text);

CREATE OR REPLACE FUNCTION public.accounts_open_empty()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if tg_op = 'DELETE' or new.balance_yen <> 0 then
    raise exception 'a ledger account opens empty and is never deleted';
  end if;
  return new;
end $function$;

CREATE OR REPLACE FUNCTION public.attempt_keeps_its_states()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if not ((old.status = 'processing' and new.status in ('paid', 'failed'))
          or (old.status = 'paid' and new.status = 'returned')) then
    raise exception 'an attempt cannot go from % to %', old.status, new.status;
  end if;
  return new;
end $function$;

CREATE OR REPLACE FUNCTION public.audit_head_follows_entries()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if tg_op <> 'UPDATE' or new.shop_id <> old.shop_id or new.seq <> old.seq + 1 then
    raise exception 'the head of an audit chain moves by one entry at a time';
  end if;
  return new;
end $function$;

CREATE OR REPLACE FUNCTION public.balances_move_by_transfers_only()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  -- Depth 1 is this trigger under a direct statement; depth 2 is under ledger_apply().
  if pg_trigger_depth() < 2 then
    raise exception 'balances move by ledger transfers only';
  end if;
  return new;
end $function$;

CREATE OR REPLACE FUNCTION public.event_may_only_expire()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if (new.shop_id, new.seq, new.id, new.type, new.object_id, new.object_sequence, new.at)
       is distinct from
     (old.shop_id, old.seq, old.id, old.type, old.object_id, old.object_sequence, old.at)
     or new.payload::jsonb -> 'expired' is distinct from 'true'::jsonb
     or not old.payload::jsonb @> (new.payload::jsonb - 'expired') then
    raise exception 'event is append-only: all that a payload may do is expire';
  end if;
  return new;
end $function$;

CREATE OR REPLACE FUNCTION public.ledger_apply()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
declare
  asked int;
  changed int;
begin
  with delta as (
    select shop_id, account, sum(amount) as amount from (
      select shop_id, credit_account as account, amount_yen as amount from added
      union all
      select shop_id, debit_account, -amount_yen from added) moved
    group by shop_id, account
  ), updated as (
    update ledger_account a set balance_yen = a.balance_yen + d.amount
    from delta d where a.shop_id = d.shop_id and a.account = d.account
    returning 1
  )
  select (select count(*) from delta), (select count(*) from updated) into asked, changed;
  if asked <> changed then
    raise exception 'a transfer names a ledger account that the shop does not have';
  end if;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.only_forward()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if new.clock_offset_ms < old.clock_offset_ms or new.event_seq < old.event_seq
     or new.transfer_seq < old.transfer_seq then
    raise exception 'the clock and the sequences of a shop only go forward';
  end if;
  return new;
end $function$;

CREATE OR REPLACE FUNCTION public.refuse_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  raise exception '% is append-only: % refused', tg_table_name, tg_op;
end $function$;

CREATE OR REPLACE FUNCTION public.remittance_keeps_its_states()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if not remittance_may_become(old.status, new.status) then
    raise exception 'a remittance cannot go from % to %', old.status, new.status;
  end if;
  if new.amount_yen <> old.amount_yen or new.reference <> old.reference then
    raise exception 'amount and reference of a remittance never change';
  end if;
  return new;
end $function$;

CREATE OR REPLACE FUNCTION public.remittance_may_become(was text, becomes text)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION public.submission_is_called_once()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if new.status = 'calling' and old.status <> 'prepared' then
    raise exception 'a rail is never asked twice: submission is %', old.status;
  end if;
  return new;
end $function$;
