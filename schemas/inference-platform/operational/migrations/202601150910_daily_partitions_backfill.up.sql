-- Partitions of a day instead of a month, step 2 of 3: what the months have is copied into the days, in batches. Events
-- that arrive meanwhile are there already.

-- lockkeeper:backfill inference.usage_events event_id batch=5000
insert into inference.usage_events_by_day
select e.*
from inference.usage_events as e
where e.event_id between :low and :high and e.tableoid in (
    select t.tgrelid from pg_catalog.pg_trigger as t where t.tgname = 'usage_events_mirrored'
)
on conflict do nothing;
