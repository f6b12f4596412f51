-- The ledger: immutable transfers between a shop's ledger accounts. Inserting transfers is the only thing that moves
-- balances, so all accounts of a shop always sum to zero; what is owed to the shop cannot go below zero.

create table ledger_account (
  shop_id uuid not null,
  account text not null,
  -- Credits minus debits: what is owed to the shop is positive, where the money lies is negative.
  balance_yen bigint not null default 0,
  primary key (shop_id, account),
  constraint owed_never_negative check (
    balance_yen >= 0
    or not (account in ('available', 'reserved', 'unmatched') or account like 'in_flight:%')
  )
);

create table ledger_transfer (
  shop_id uuid not null,
  seq bigint not null,
  debit_account text not null,
  credit_account text not null,
  amount_yen bigint not null check (amount_yen > 0),
  -- What made it: 'instruct' of a remittance, 'paid' of an attempt, 'deposit' of a deposit, ...
  cause text not null,
  cause_id uuid not null,
  at timestamptz not null,
  -- The running balance of `available`, where this transfer touches it.
  available_after_yen bigint,
  primary key (shop_id, seq),
  check (debit_account <> credit_account),
  -- One cause moves money between two accounts once, whoever asks, however often.
  constraint one_transfer_per_cause
    unique (shop_id, cause_id, cause, debit_account, credit_account)
);

create trigger ledger_transfer_append_only before update or delete on ledger_transfer
  for each statement execute function refuse_change();

create function ledger_apply() returns trigger language plpgsql as $$
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
end $$;

create trigger ledger_transfer_moves_balances after insert on ledger_transfer
  referencing new table as added for each statement execute function ledger_apply();

create function balances_move_by_transfers_only() returns trigger language plpgsql as $$
begin
  -- Depth 1 is this trigger under a direct statement; depth 2 is under ledger_apply().
  if pg_trigger_depth() < 2 then
    raise exception 'balances move by ledger transfers only';
  end if;
  return new;
end $$;

create trigger ledger_account_by_transfers_only before update on ledger_account
  for each row execute function balances_move_by_transfers_only();

create function accounts_open_empty() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' or new.balance_yen <> 0 then
    raise exception 'a ledger account opens empty and is never deleted';
  end if;
  return new;
end $$;

create trigger ledger_account_opens_empty before insert or delete on ledger_account
  for each row execute function accounts_open_empty();
