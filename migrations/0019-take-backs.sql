-- Money on its way back: a recipient's change of way at the ATM, and recalls of bank transfers (組戻し).

-- Set while what waits for the recipient is being taken back so that another way can be chosen.
alter table receive_link add column switching_since timestamptz;

-- Those whose money has been asked back and not come.
create index remittance_recalled on remittance (shop_id, remittance_id)
  where recall in ('requested', 'consented');
