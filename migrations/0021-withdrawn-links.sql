-- A link whose sender canceled the remittance is withdrawn: neither open nor used any more.

alter table receive_link drop constraint receive_link_status_check;
alter table receive_link add constraint receive_link_status_check
  check (status in ('open', 'used', 'killed', 'expired', 'declined', 'withdrawn'));

update receive_link l set status = 'withdrawn'
from remittance r
where r.shop_id = l.shop_id and r.remittance_id = l.remittance_id
  and r.status = 'canceled' and l.status in ('open', 'used');
