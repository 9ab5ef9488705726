-- Days that were made since then become months again.
lock table inference.retired_partitions in share update exclusive mode; -- no job on partitions meanwhile
lock table inference.usage_events in access exclusive mode;

create table inference.usage_events_lone_days (
    like inference.usage_events including constraints
) partition by range (occurred_at);

do $$
declare
    v_day record;
    v_month timestamptz;
    v_name text;
begin
    set local timezone = 'UTC';
    for v_day in
        select p.* from inference.partitions_of('inference.usage_events') as p
        where p.upper_bound = p.lower_bound + interval '24 hours'
    loop
        execute format('alter table inference.usage_events detach partition %s', v_day.partition);
        execute format('alter table inference.usage_events_lone_days attach partition %s for values from (%L) to (%L)',
            v_day.partition, v_day.lower_bound, v_day.upper_bound);
    end loop;
    for v_month in
        select distinct date_trunc('month', p.lower_bound, 'UTC')
        from inference.partitions_of('inference.usage_events_lone_days') as p
    loop
        v_name := inference.add_partition('inference.usage_events', v_month, v_month + interval '1 month');
        execute format('alter table inference.%I no force row level security', v_name);
        execute format(
            'insert into inference.%I select * from inference.usage_events_lone_days'
            || ' where occurred_at >= %L and occurred_at < %L', v_name, v_month, v_month + interval '1 month');
        execute format('alter table inference.%I force row level security', v_name);
    end loop;
    for v_name in
        select p.partition::text from inference.partitions_of('inference.usage_events') as p
        where exists (select from pg_trigger as t where t.tgrelid = p.partition and t.tgname = 'usage_events_mirrored')
    loop
        execute format('drop trigger usage_events_mirrored on %s', v_name);
    end loop;
end
$$;

drop table inference.usage_events_lone_days;
drop function inference.mirror_event();
drop function if exists inference.swap_month(); -- step 3 may have ended half-way
drop function inference.stage_days(timestamptz, timestamptz);
drop table inference.usage_events_by_day;
drop table inference.usage_events_taken_out;

create or replace function inference.partition_width() returns interval
    language sql
    stable
    return interval '1 month';

alter table inference.usage_events force row level security;
