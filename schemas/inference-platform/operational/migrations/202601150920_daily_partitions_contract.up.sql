-- Partitions of a day instead of a month, step 3 of 3: the days take the place of the months, without a look at their rows.
-- Nothing is lost when each event of a month is in its day, too. A day takes some hundredths of a second in which nobody
-- writes, so each month has a transaction of its own, and what is not there yet goes on as before.
-- lockkeeper:before select not exists (select from inference.usage_events as e where e.tableoid in (select t.tgrelid from pg_catalog.pg_trigger as t where t.tgname = 'usage_events_mirrored') and not exists (select from inference.usage_events_by_day as d where d.organization_id = e.organization_id and d.occurred_at = e.occurred_at and d.id = e.id))
-- lockkeeper:after select not exists (select from pg_catalog.pg_trigger as t where t.tgname = 'usage_events_mirrored')
-- lockkeeper:no-transaction
-- lockkeeper:allow-file LK33,LK39,CP07 a month and its days change places; events wait for hundredths of a second each time
-- lockkeeper:allow-file DT01 lockkeeper:before holds that each event of the months is in its day
-- lockkeeper:allow-file DT13 the bounds of the partition say what the check said
-- lockkeeper:allow-file CP05 only step 1 called it
create function inference.swap_month() returns boolean
language plpgsql
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
as $$
declare
    v_month record;
    v_day record;
begin
    lock table inference.retired_partitions in share update exclusive mode; -- no job on partitions meanwhile
    select p.* into v_month
    from inference.partitions_of('inference.usage_events') as p
    where exists (select from pg_trigger as t where t.tgrelid = p.partition and t.tgname = 'usage_events_mirrored')
    order by p.lower_bound limit 1;
    if not found then
        return false;
    end if;
    -- autovacuum gives way before anybody waits for this
    execute format('lock table %s in share update exclusive mode', v_month.partition);
    lock table only inference.usage_events in access exclusive mode;
    -- what a batch brought back after it was taken out of its month
    delete from inference.usage_events_by_day as d
    using inference.usage_events_taken_out as t
    where d.organization_id = t.organization_id and d.occurred_at = t.occurred_at and d.id = t.id
        and t.occurred_at >= v_month.lower_bound and t.occurred_at < v_month.upper_bound;
    execute format('alter table inference.usage_events detach partition %s', v_month.partition);
    execute format('drop table %s', v_month.partition);
    for v_day in
        select p.* from inference.partitions_of('inference.usage_events_by_day') as p
        where p.lower_bound >= v_month.lower_bound and p.upper_bound <= v_month.upper_bound
    loop
        execute format('alter table inference.usage_events_by_day detach partition %s', v_day.partition);
        execute format('alter table inference.usage_events attach partition %s for values from (%L) to (%L)',
            v_day.partition, v_day.lower_bound, v_day.upper_bound);
        execute format('alter table %s drop constraint usage_events_of_the_day', v_day.partition);
    end loop;
    return true;
end
$$;

revoke execute on function inference.swap_month() from public;

comment on function inference.swap_month() is 'Lets the days of the oldest month take over; false when there is none any more.';

-- two years of months, and what is left of them below
select inference.swap_month();
select inference.swap_month();
select inference.swap_month();
select inference.swap_month();
select inference.swap_month();
select inference.swap_month();
select inference.swap_month();
select inference.swap_month();
select inference.swap_month();
select inference.swap_month();
select inference.swap_month();
select inference.swap_month();
select inference.swap_month();
select inference.swap_month();
select inference.swap_month();
select inference.swap_month();
select inference.swap_month();
select inference.swap_month();
select inference.swap_month();
select inference.swap_month();
select inference.swap_month();
select inference.swap_month();
select inference.swap_month();
select inference.swap_month();

do $$
begin
    loop
        exit when not inference.swap_month();
    end loop;
    lock table only inference.usage_events in access exclusive mode;
    drop table inference.usage_events_by_day;
    drop table inference.usage_events_taken_out;
    drop function inference.stage_days(timestamptz, timestamptz);
    drop function inference.mirror_event();
    drop function inference.swap_month();
    alter table inference.usage_events force row level security;
end
$$;
