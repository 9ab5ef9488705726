-- Partitions of a day instead of a month, step 1 of 3: each month that is there gets its days beside it, and what is
-- written into the month from now on is written there, too. New partitions have a day already.
-- lockkeeper:allow-file LK32,LK33,CP07 each month gets its trigger, and each day the policy of the events, while no row is read
-- lockkeeper:allow-file ST14 what was taken out of a month meanwhile, for some hours; it is read once, and goes with step 3
lock table inference.retired_partitions in share update exclusive mode; -- no month comes meanwhile

create or replace function inference.partition_width() returns interval
    language sql
    stable
    return interval '1 day';

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
    v_month record;
begin
    for v_month in
        select p.* from inference.partitions_of('inference.usage_events') as p
        where p.upper_bound > p.lower_bound + interval '24 hours' and isfinite(p.lower_bound) and isfinite(p.upper_bound)
    loop
        perform inference.stage_days(v_month.lower_bound, v_month.upper_bound);
    end loop;
    -- autovacuum gives way before anybody waits for this
    for v_month in
        select p.* from inference.partitions_of('inference.usage_events') as p
        where p.upper_bound > p.lower_bound + interval '24 hours'
    loop
        execute format('lock table %s in share update exclusive mode', v_month.partition);
    end loop;
    -- the locks come last: up to here nobody waits
    alter table inference.usage_events no force row level security; -- the owner copies; step 3 binds the owner again
    for v_month in
        select p.* from inference.partitions_of('inference.usage_events') as p
        where p.upper_bound > p.lower_bound + interval '24 hours' and isfinite(p.lower_bound) and isfinite(p.upper_bound)
    loop
        execute format(
            'create trigger usage_events_mirrored after insert or delete on %s'
            || ' for each row execute function inference.mirror_event()', v_month.partition);
        execute format('comment on trigger usage_events_mirrored on %s is %L', v_month.partition,
            'Until the days take over.');
    end loop;
end
$$;
