-- The months come back with what the days have; the copy is made under the lock.
-- lockkeeper:accept-loss inference.usage_events: an event that only a day had is in its month then
-- lockkeeper:accept-loss inference.usage_events_taken_out: the list counts while days are on their way, and begins anew
lock table inference.retired_partitions in share update exclusive mode; -- no job on partitions meanwhile
lock table inference.usage_events in access exclusive mode;

alter table inference.usage_events no force row level security;

create table inference.usage_events_by_day (
    like inference.usage_events including defaults including constraints including indexes
) partition by range (occurred_at);

-- its owner alone writes here
alter table inference.usage_events_by_day enable row level security;

comment on table inference.usage_events_by_day is 'Days on their way to usage_events.';

-- A batch copies what it saw when it began, so it may bring into a day what was voided meanwhile: step 3 asks here.
create table inference.usage_events_taken_out (
    organization_id uuid not null,
    occurred_at timestamptz not null,
    id bigint not null
);

-- its owner alone writes here
alter table inference.usage_events_taken_out enable row level security;

comment on table inference.usage_events_taken_out is 'Events that left their month while the days were on their way.';

create function inference.stage_days(p_lower timestamptz, p_upper timestamptz) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
as $$
declare
    v_day timestamptz;
    v_name text;
begin
    for v_day in
        select d from generate_series(p_lower, p_upper - interval '24 hours', interval '24 hours') as d
        where not exists (
            select from inference.partitions_of('inference.usage_events_by_day') as p where p.lower_bound = d
        )
    loop
        v_name := inference.add_partition('inference.usage_events_by_day', v_day, v_day + interval '24 hours');
        -- spares the scan when it moves
        execute format(
            'alter table inference.%I add constraint usage_events_of_the_day check (occurred_at >= %L and occurred_at < %L)',
            v_name, to_char(v_day, 'YYYY-MM-DD') || ' 00:00:00+00',
            to_char(v_day + interval '24 hours', 'YYYY-MM-DD') || ' 00:00:00+00');
    end loop;
end
$$;

revoke execute on function inference.stage_days(timestamptz, timestamptz) from public;

comment on function inference.stage_days(timestamptz, timestamptz) is 'Makes the days of a month, where they are missing.';

create function inference.mirror_event() returns trigger
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    if tg_op = 'INSERT' then
        insert into inference.usage_events_by_day values (new.*);
    else
        delete from inference.usage_events_by_day as e
        where e.organization_id = old.organization_id and e.occurred_at = old.occurred_at and e.id = old.id;
        insert into inference.usage_events_taken_out values (old.organization_id, old.occurred_at, old.id);
    end if;
    return null;
end
$$;

revoke execute on function inference.mirror_event() from public;

comment on function inference.mirror_event() is 'Trigger: what happens in a month happens in its day, too.';

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
        execute format(
            'alter table %s add constraint usage_events_of_the_day check (occurred_at >= %L and occurred_at < %L)',
            v_day.partition, v_day.lower_bound, v_day.upper_bound);
        execute format('alter table inference.usage_events_by_day attach partition %s for values from (%L) to (%L)',
            v_day.partition, v_day.lower_bound, v_day.upper_bound);
    end loop;
    for v_month in
        select distinct date_trunc('month', p.lower_bound, 'UTC')
        from inference.partitions_of('inference.usage_events_by_day') as p
        order by 1
    loop
        perform inference.stage_days(v_month, v_month + interval '1 month');
        v_name := inference.add_partition('inference.usage_events', v_month, v_month + interval '1 month');
        execute format('alter table inference.%I no force row level security', v_name);
        execute format(
            'insert into inference.%I select * from inference.usage_events_by_day'
            || ' where occurred_at >= %L and occurred_at < %L', v_name, v_month, v_month + interval '1 month');
        execute format('alter table inference.%I force row level security', v_name);
        execute format(
            'create trigger usage_events_mirrored after insert or delete on inference.%I'
            || ' for each row execute function inference.mirror_event()', v_name);
        execute format('comment on trigger usage_events_mirrored on inference.%I is %L', v_name,
            'Until the days take over.');
    end loop;
end
$$;
