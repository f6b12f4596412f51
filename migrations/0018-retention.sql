-- What is told of an event expires, that it happened does not: payloads lose their members after the time
-- that the installation keeps them, and nothing else of an event ever changes.

drop trigger event_append_only on event;

create trigger event_append_only before delete on event
  for each statement execute function refuse_change();

create function event_may_only_expire() returns trigger language plpgsql as $$
begin
  if (new.shop_id, new.seq, new.id, new.type, new.object_id, new.object_sequence, new.at)
       is distinct from
     (old.shop_id, old.seq, old.id, old.type, old.object_id, old.object_sequence, old.at)
     or new.payload::jsonb -> 'expired' is distinct from 'true'::jsonb
     or not old.payload::jsonb @> (new.payload::jsonb - 'expired') then
    raise exception 'event is append-only: all that a payload may do is expire';
  end if;
  return new;
end $$;

create trigger event_only_expires before update on event
  for each row execute function event_may_only_expire();

-- Up to which event of a shop payloads have expired.
create table event_expiry (
  shop_id uuid primary key,
  seq bigint not null
);
