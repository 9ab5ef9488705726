-- One row for each call, in a partition for each month. There is no default partition: a row there would block the
-- creation of the partition it belongs to, so an event of a time that nobody prepared is refused.
--
-- No reference leads away from here: each event would lock the row of its organization and of its model, which all writers
-- share. What is referred to is history and never removed, so a look without a lock is enough.
-- lockkeeper:allow-file ST02 before PostgreSQL 17 a partition has no identity of its own, and partitions are exchanged
create schema inference_archive;

comment on schema inference_archive is 'inference-platform: partitions that were retired and wait for their export.';

create sequence inference.usage_events_id_seq;

create table inference.usage_events (
    id bigint not null default nextval('inference.usage_events_id_seq'),
    event_id uuid not null,
    occurred_at timestamptz not null,
    organization_id uuid not null,
    model_id uuid not null,
    api_key_id uuid,
    region text not null,
    status text not null,
    error_code text,
    prompt_tokens bigint not null default 0,
    completion_tokens bigint not null default 0,
    latency_ms integer not null default 0,
    -- a price has four decimals for 1,000 tokens, so a call needs seven
    cost numeric(18, 9) not null default 0,
    received_at timestamptz not null default now(),
    -- the bill of a tenant is read from this index alone
    constraint usage_events_pkey primary key (organization_id, occurred_at, id)
        include (prompt_tokens, completion_tokens, cost),
    -- as in says_something, which each statement would plan anew
    constraint usage_events_region_not_blank check (
        region ~ ('[^\s\u0001-\u001f\u007f-\u00a0\u00ad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180b-\u180f\u2000-\u200f'
            || '\u2028-\u202f\u205f-\u206f\u2800\u3000\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb'
            || '\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]')
    ),
    constraint usage_events_status_known check (status in ('success', 'rate_limited', 'error')),
    constraint usage_events_error_code_only_with_error check ((status = 'error') = (error_code is not null)),
    constraint usage_events_error_code_not_blank check (
        error_code ~ ('[^\s\u0001-\u001f\u007f-\u00a0\u00ad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180b-\u180f\u2000-\u200f'
            || '\u2028-\u202f\u205f-\u206f\u2800\u3000\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb'
            || '\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]')
    ),
    constraint usage_events_prompt_tokens_not_negative check (prompt_tokens >= 0),
    constraint usage_events_completion_tokens_not_negative check (completion_tokens >= 0),
    constraint usage_events_latency_not_negative check (latency_ms >= 0),
    constraint usage_events_cost_not_negative check (cost >= 0 and cost <> 'NaN'),
    -- far above what any call has: a producer that sends -1 without a sign must not make the sums overflow, for all tenants
    constraint usage_events_tokens_within_reason check (prompt_tokens <= 1000000000 and completion_tokens <= 1000000000),
    constraint usage_events_cost_within_reason check (cost < 10000),
    constraint usage_events_received_at_is_finite check (isfinite(received_at))
) partition by range (occurred_at);

alter sequence inference.usage_events_id_seq owned by inference.usage_events.id;

create index usage_events_event_idx on inference.usage_events (event_id);
create index usage_events_model_idx on inference.usage_events (model_id, occurred_at desc);

-- A unique key of a partitioned table has to hold the partition key, so it does not see the same event with another time.
-- This table does, for each tenant by itself. It forgets after the window, and each event has a row of its own: writers
-- do not meet. Forgetting reads the table once a day, which is cheaper than an index that each event pays for.
create table inference.usage_event_keys (
    organization_id uuid not null,
    event_id uuid not null,
    usage_event_id bigint not null,
    seen_at timestamptz not null default now(),
    constraint usage_event_keys_pkey primary key (organization_id, event_id)
);

-- Once for each statement, not for each row: that is a third of the cost. A copy of an event that was counted is taken out
-- again and its statement goes on, so that one that is sent twice takes no others along.
create function inference.remember_events() returns trigger
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
set datestyle = 'ISO, YMD' -- times are written into a statement below
as $$
declare
    v_sent bigint;
    v_first timestamptz;
    v_last timestamptz;
    v_counted bigint;
    v_taken_out bigint;
begin
    -- in one order, or two statements with the same events would wait for each other
    insert into inference.usage_event_keys (organization_id, event_id, usage_event_id)
    select f.organization_id, f.event_id, f.id from fresh as f order by f.organization_id, f.event_id, f.id
    on conflict do nothing;
    get diagnostics v_counted = row_count;
    select count(*), min(f.occurred_at), max(f.occurred_at) into v_sent, v_first, v_last from fresh as f;
    if v_counted < v_sent then
        -- planned for these times, so that no other partition is opened
        execute format(
            'delete from inference.usage_events as e using fresh as f'
            || ' where e.occurred_at between %L and %L and e.occurred_at = f.occurred_at'
            || ' and e.organization_id = f.organization_id and e.id = f.id and not exists ('
            || 'select from inference.usage_event_keys as k where k.organization_id = f.organization_id'
            || ' and k.event_id = f.event_id and k.usage_event_id = f.id)',
            v_first, v_last);
        get diagnostics v_taken_out = row_count;
        if v_taken_out <> v_sent - v_counted then
            raise exception '% copies of events were sent, and % would be taken out', v_sent - v_counted, v_taken_out
                using errcode = 'object_not_in_prerequisite_state', schema = tg_table_schema, table = 'usage_events',
                    constraint = 'usage_events_once', hint = format(
                        'Is the owner of the table a new one? alter policy usage_events_once on inference.usage_events to %I',
                        current_user);
        end if;
    end if;
    return null;
end
$$;

create trigger usage_events_counted_once
    after insert on inference.usage_events
    referencing new table as fresh
    for each statement execute function inference.remember_events();

-- Runs as who inserts, who sees the rows of the tenant and no others: the answer does not say what another tenant has.
-- A limit keeps each look a look: joined, a batch could leave behind a plan that reads whole tables for a single event.
create function inference.check_events() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
    v_organization_id uuid;
    v_model_id uuid;
    v_api_key_id uuid;
    v_rule text;
    v_first timestamptz;
    v_last timestamptz;
begin
    select f.organization_id, f.model_id, f.api_key_id, f.rule
    into v_organization_id, v_model_id, v_api_key_id, v_rule
    from (
        select d.*, case
            when (select true from inference.organizations as o where o.id = d.organization_id limit 1) is null
                then 'usage_events_organization_exists'
            when (
                select true from inference.model_registry_entries as m
                where m.id = d.model_id and (m.organization_id is null or m.organization_id = d.organization_id) limit 1
            ) is null then 'usage_events_model_within_reach'
            when d.api_key_id is not null and (
                select true from inference.api_keys as k
                where k.id = d.api_key_id and k.organization_id = d.organization_id limit 1
            ) is null then 'usage_events_api_key_of_the_tenant'
        end as rule
        from (select distinct n.organization_id, n.model_id, n.api_key_id from fresh as n) as d
    ) as f
    where f.rule is not null
    limit 1;
    if found then
        raise exception 'organization % has no model % with key %', v_organization_id, v_model_id, v_api_key_id
            using errcode = 'foreign_key_violation', schema = tg_table_schema, table = 'usage_events',
                constraint = v_rule,
                hint = 'Name a tenant, a model for everybody or one of the tenant, and a key of the tenant or none.';
    end if;
    select min(n.occurred_at), max(n.occurred_at) into v_first, v_last from fresh as n;
    if v_first < clock_timestamp() - interval '168 hours' or v_last > clock_timestamp() + interval '10 minutes' then
        -- copies are out again by now: they take nothing along, whatever their time
        execute 'select min(n.occurred_at), max(n.occurred_at) from fresh as n where exists ('
            || 'select from inference.usage_events as e where e.occurred_at between $1 and $2'
            || ' and e.organization_id = n.organization_id and e.occurred_at = n.occurred_at and e.id = n.id)'
        into v_first, v_last using v_first, v_last;
    end if;
    if v_last > clock_timestamp() + interval '10 minutes' then
        raise exception 'an event of % has not happened yet', v_last
            using errcode = 'check_violation', schema = tg_table_schema, table = 'usage_events',
                column = 'occurred_at', constraint = 'usage_events_not_ahead',
                hint = 'Set the clock of the producer.';
    end if;
    -- what comes later would not be in the sums, nor would a copy of it be known
    if v_first < clock_timestamp() - interval '168 hours'
        and not pg_has_role(current_user, 'inference_maintenance', 'usage')
    then
        raise exception 'an event of % comes more than 7 days late', v_first
            using errcode = 'check_violation', schema = tg_table_schema, table = 'usage_events',
                column = 'occurred_at', constraint = 'usage_events_not_too_late',
                hint = 'Let maintenance insert it when it was not counted before, and refresh the sums of its day.';
    end if;
    -- its sums stand, and a day that came back holds nothing but what came late
    if v_first < clock_timestamp() - interval '90 days' then -- as maintenance, who may look
        if exists (
            select from fresh as n
            join inference.retired_partitions as r on n.occurred_at >= r.lower_bound and n.occurred_at < r.upper_bound
        ) then
            raise exception 'an event of % would come to a day that was retired', v_first
                using errcode = 'check_violation', schema = tg_table_schema, table = 'usage_events',
                    column = 'occurred_at', constraint = 'usage_events_day_not_retired',
                    hint = 'The sums of that day stand; settle it otherwise.';
        end if;
    end if;
    return null;
end
$$;

create trigger usage_events_model_within_reach
    after insert on inference.usage_events
    referencing new table as fresh
    for each statement execute function inference.check_events();

create trigger usage_events_immutable
    before update on inference.usage_events
    for each row execute function inference.refuse(
        'a counted event does not change', 'Maintenance voids it, see void_event; then send another one.');

-- What was wrong comes out again, and the audit says what it was. Its key stays taken. An event that is there twice, as after
-- a restore, loses one copy at a time: the other one is owed.
create function inference.void_event(
    p_organization_id uuid, p_event_id uuid, p_occurred_at timestamptz, p_reason text, p_id bigint default null
) returns boolean
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_events jsonb;
    v_left bigint;
begin
    if inference.says_something(p_reason) is not true then
        raise exception 'an event is not voided without a reason'
            using errcode = 'invalid_parameter_value', schema = 'inference', table = 'usage_events',
                constraint = 'usage_events_voided_for_a_reason', hint = 'Say why.';
    end if;
    perform inference.require_policy('inference.usage_events', 'usage_events_once');
    -- two that void a copy each: the second one sees what the first one left
    perform from inference.usage_event_keys as k
    where k.organization_id = p_organization_id and k.event_id = p_event_id
    for no key update;
    perform set_config('inference.usage_correction', 'on', true);
    with gone as (
        delete from inference.usage_events as e
        where e.organization_id = p_organization_id and e.occurred_at = p_occurred_at and e.event_id = p_event_id
            and (p_id is null or e.id = p_id)
        returning to_jsonb(e) as event
    )
    select jsonb_agg(g.event) into v_events from gone as g;
    if jsonb_array_length(v_events) > 1 then
        raise exception 'event % is there % times', p_event_id, jsonb_array_length(v_events)
            using errcode = 'cardinality_violation', schema = 'inference', table = 'usage_events',
                constraint = 'usage_events_voided_one_by_one', hint = 'Name the copy, by usage_events.id.';
    end if;
    if p_id is not null then
        -- the copy that is left
        select min(e.id) into v_left
        from inference.usage_events as e
        where e.organization_id = p_organization_id and e.occurred_at = p_occurred_at and e.event_id = p_event_id;
    end if;
    perform set_config('inference.usage_correction', '', true);
    if v_events is null then
        return false;
    end if;
    update inference.usage_event_keys as k set usage_event_id = coalesce(v_left, 0)
    where k.organization_id = p_organization_id and k.event_id = p_event_id;
    insert into inference.audit_log_entries
        (organization_id, actor_type, actor_id, action, target_type, target_id, metadata)
    values (p_organization_id, 'service', session_user, 'voided', 'usage_event', p_event_id::text,
        jsonb_build_object('reason', p_reason, 'events', v_events));
    return true;
end
$$;

-- Partitions. Their bounds are read from the catalog, never from names, and all times are those of UTC.
create function inference.partition_width() returns interval
    language sql
    stable
    return interval '1 month';

create function inference.partitions_of(p_parent regclass)
returns table (partition regclass, lower_bound timestamptz, upper_bound timestamptz)
language sql
stable
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
set datestyle = 'ISO, YMD'
as $$
    select i.inhrelid::regclass,
        coalesce(substring(b.bound from $r$FROM \('([^']+)'\)$r$)::timestamptz, '-infinity'),
        coalesce(substring(b.bound from $r$TO \('([^']+)'\)$r$)::timestamptz, 'infinity')
    from pg_inherits as i
    join pg_class as c on c.oid = i.inhrelid
    cross join lateral (select pg_get_expr(c.relpartbound, c.oid) as bound) as b
    where i.inhparent = p_parent
$$;

-- A table that is made first and attached then: PARTITION OF would lock out all who read or write the parent.
create function inference.add_partition(p_parent regclass, p_lower timestamptz, p_upper timestamptz) returns text
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
    v_wanted text := 'usage_events_' || to_char(
        p_lower at time zone 'UTC', case when p_upper > p_lower + interval '24 hours' then 'YYYYMM' else 'YYYYMMDD' end);
    v_name text := v_wanted;
begin
    for i in 2 .. 100 loop
        exit when to_regclass('inference.' || v_name) is null;
        v_name := v_wanted || '_' || i;
    end loop;
    execute format('create table inference.%I (like inference.usage_events including constraints)', v_name);
    -- no policy, so no row for a query that names the partition; one that names the table asks the table's
    execute format('alter table inference.%I enable row level security, force row level security', v_name);
    execute format('comment on table inference.%I is %L', v_name, format('Usage events from %s to %s, UTC.',
        to_char(p_lower at time zone 'UTC', 'YYYY-MM-DD'), to_char(p_upper at time zone 'UTC', 'YYYY-MM-DD')));
    execute format('alter table %s attach partition inference.%I for values from (%L) to (%L)', p_parent, v_name,
        to_char(p_lower at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS') || '+00',
        to_char(p_upper at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS') || '+00');
    return v_name;
end
$$;

-- Maintenance, run daily. Only the owner makes and drops partitions, so these run as the owner, for those who are granted
-- them.
create function inference.create_partitions(p_from date default null, p_count integer default null)
returns setof text
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
set lock_timeout = '5s'
set timezone = 'UTC'
as $$
declare
    v_width interval;
    v_lower timestamptz;
    v_end timestamptz;
begin
    if not isfinite(p_from) or abs(p_from - current_date) > 3660 or p_count not between 1 and 400 then
        raise exception 'no % partitions from % on', p_count, p_from
            using errcode = 'invalid_parameter_value', schema = 'inference', table = 'usage_events',
                constraint = 'usage_events_partitions_within_reason',
                hint = 'Name a day within ten years and at most 400 partitions.';
    end if;
    -- two maintenance jobs at once would both see that a partition is missing; an advisory lock anybody could hold
    lock table inference.retired_partitions in share update exclusive mode;
    v_width := inference.partition_width();
    -- events may come 7 days late, to days that were missing, too
    v_lower := date_trunc(
        case when v_width > interval '1 day' then 'month' else 'day' end,
        coalesce(p_from, case when p_count is null then current_date - 7 else current_date end)::timestamp)
        at time zone 'UTC';
    v_end := coalesce(v_lower + p_count * v_width, coalesce(p_from, current_date)::timestamptz + interval '32 days');
    while v_lower < v_end loop
        if not exists (
            select from inference.partitions_of('inference.usage_events') as p
            where p.lower_bound < v_lower + v_width and p.upper_bound > v_lower
        ) then
            return next inference.add_partition('inference.usage_events', v_lower, v_lower + v_width);
        end if;
        v_lower := v_lower + v_width;
    end loop;
end
$$;

create function inference.partitions_ready_until() returns timestamptz
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
    select max(s.upper_bound) from (
        select p.lower_bound, p.upper_bound,
            -- the first gap ends what is ready
            bool_and(p.lower_bound <= p.previous) over (order by p.lower_bound) as without_gap
        from (
            select q.lower_bound, q.upper_bound,
                coalesce(lag(q.upper_bound) over (order by q.lower_bound), q.lower_bound) as previous
            from inference.partitions_of('inference.usage_events') as q
            where q.upper_bound > now()
        ) as p
    ) as s
    where s.without_gap
        and exists (
            select from inference.partitions_of('inference.usage_events') as n
            where n.lower_bound <= now() and n.upper_bound > now()
        )
$$;

create table inference.retired_partitions (
    partition_name text not null,
    lower_bound timestamptz not null,
    upper_bound timestamptz not null,
    retired_at timestamptz not null default now(),
    event_count bigint,
    exported_to text,
    dropped_at timestamptz,
    constraint retired_partitions_pkey primary key (partition_name, retired_at),
    constraint retired_partitions_dropped_after_export
        check ((dropped_at is null) = (exported_to is null) and (dropped_at is null) = (event_count is null))
);

-- Nothing is destroyed here. All traffic waits behind a lock that is queued for, and writers without a pause leave no instant
-- to take it in without a queue: so the table is queued for a twentieth of a second, later for up to eight of them, and each
-- time ten times as long not. The partitions are locked at once, or all locks are given back. And only so many at a time as
-- take less than a second.
create function inference.retire_partitions(p_keep interval default interval '24 months')
returns setof text
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
set lock_timeout = '30s' -- confines the shorter ones below
as $$
declare
    v_before timestamptz;
    v_milliseconds integer := 50;
    v_grantee text;
    v_deadline timestamptz;
    v_old regclass[];
    v_partition record;
    v_index record;
    v_name text;
begin
    if p_keep <= interval '100 years' then
        v_before := now() - p_keep;
    end if;
    if v_before is null or v_before > now() - interval '90 days' then
        raise exception 'usage is kept for 90 days at least, and % is less or no span', p_keep
            using errcode = 'invalid_parameter_value', schema = 'inference', table = 'usage_events',
                constraint = 'usage_events_kept_90_days', hint = 'Name an interval of 90 days or more.';
    end if;
    lock table inference.retired_partitions in share update exclusive mode; -- one job at a time
    v_old := array(
        select p.partition
        from inference.partitions_of('inference.usage_events') as p
        where p.upper_bound <= v_before
            -- a month whose days are on their way stays until they are there: they hold its events, too, and would bring back
            -- what was retired
            and not exists (
                select from pg_trigger as t where t.tgrelid = p.partition and t.tgname = 'usage_events_mirrored'
            )
        order by p.upper_bound limit 31
    );
    if cardinality(v_old) = 0 then
        return; -- most days: without a lock
    end if;
    begin
        -- Nobody but a vacuum and DDL minds this lock. Autovacuum yields to who waits for a second, never to who asks and goes.
        perform set_config('lock_timeout', '20s', true);
        foreach v_name in array v_old loop
            execute format('lock table %s in share update exclusive mode', v_name);
        end loop;
    exception when lock_not_available then
        raise exception 'an old partition of usage_events is being vacuumed or changed'
            using errcode = 'lock_not_available', schema = 'inference', table = 'usage_events',
                hint = 'Nothing was done. Run it again when that has ended.';
    end;
    v_deadline := clock_timestamp() + interval '20 seconds';
    loop
        begin
            perform set_config('lock_timeout', v_milliseconds::text, true);
            lock table only inference.usage_events in access exclusive mode;
            foreach v_name in array v_old loop
                execute format('lock table %s in access exclusive mode nowait', v_name);
            end loop;
            exit;
        exception when lock_not_available then
            if clock_timestamp() > v_deadline then
                raise exception 'usage_events is read or written without a pause'
                    using errcode = 'lock_not_available', schema = 'inference', table = 'usage_events',
                        hint = 'Nothing was done. Run it again when no long report reads the table.';
            end if;
        end;
        perform pg_sleep(v_milliseconds * 0.01);
        v_milliseconds := least(v_milliseconds * 2, 400);
    end loop;
    for v_partition in
        select p.partition, p.lower_bound, p.upper_bound, c.relname
        from inference.partitions_of('inference.usage_events') as p
        join pg_class as c on c.oid = p.partition
        where p.partition = any (v_old)
        order by p.upper_bound
    loop
        execute format('alter table inference.usage_events detach partition %s', v_partition.partition);
        execute format('alter table %s no force row level security, disable row level security', v_partition.partition);
        -- an export reads all of it; and the same day may have been retired before, under the same names
        for v_index in
            select c.relname, x.indisprimary, x.indexrelid::regclass as name
            from pg_index as x join pg_class as c on c.oid = x.indexrelid
            where x.indrelid = v_partition.partition
        loop
            if v_index.indisprimary then
                execute format('alter table %s drop constraint %I', v_partition.partition, v_index.relname);
            else
                execute format('drop index %s', v_index.name);
            end if;
        end loop;
        v_name := v_partition.relname;
        for i in 2 .. 100 loop
            exit when to_regclass(format('inference_archive.%I', v_name)) is null
                and (v_name = v_partition.relname or to_regclass(format('inference.%I', v_name)) is null);
            v_name := v_partition.relname || '_' || i;
        end loop;
        if v_name <> v_partition.relname then
            execute format('alter table %s rename to %I', v_partition.partition, v_name);
        end if;
        execute format('alter table %s set schema inference_archive', v_partition.partition);
        -- default privileges of the schema that it comes from
        for v_grantee in
            select distinct case a.grantee when 0 then 'public' else a.grantee::regrole::text end
            from pg_class as c
            cross join lateral aclexplode(c.relacl) as a
            where c.oid = v_partition.partition and a.grantee <> c.relowner
        loop
            execute format('revoke all on inference_archive.%I from %s cascade', v_name, v_grantee);
        end loop;
        execute format('grant select on inference_archive.%I to inference_maintenance', v_name);
        insert into inference.retired_partitions (partition_name, lower_bound, upper_bound)
        values (v_name, v_partition.lower_bound, v_partition.upper_bound);
        return next v_name;
    end loop;
end
$$;

create function inference.drop_retired_partition(p_partition_name text, p_events bigint, p_exported_to text)
returns void
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
set lock_timeout = '5s'
as $$
declare
    v_events bigint;
begin
    if to_regclass(format('inference_archive.%I', p_partition_name)) is null
        or inference.says_something(p_exported_to) is not true
    then
        raise exception 'no retired partition %, or no place that it was exported to', p_partition_name
            using errcode = 'invalid_parameter_value', schema = 'inference', table = 'retired_partitions',
                constraint = 'retired_partitions_dropped_after_export', hint = 'Look into inference.retired_partitions.';
    end if;
    execute format('lock table inference_archive.%I in access exclusive mode', p_partition_name);
    execute format('select count(*) from inference_archive.%I', p_partition_name) into v_events;
    if v_events is distinct from p_events then
        raise exception '% has % events, the export has %', p_partition_name, v_events, p_events
            using errcode = 'check_violation', schema = 'inference', table = 'retired_partitions',
                constraint = 'retired_partitions_exported_whole', hint = 'Export it again.';
    end if;
    execute format('drop table inference_archive.%I', p_partition_name);
    update inference.retired_partitions
    set dropped_at = now(), event_count = v_events, exported_to = p_exported_to
    where partition_name = p_partition_name and dropped_at is null;
end
$$;

create function inference.forget_events(p_window interval default interval '8 days') returns bigint
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
set timezone = 'UTC' -- a day has 24 hours
as $$
declare
    v_before timestamptz;
    v_count bigint;
begin
    if p_window <= interval '100 years' then
        v_before := now() - p_window;
    end if;
    if v_before is null or v_before > now() - interval '192 hours' then
        raise exception 'duplicates are refused for 8 days at least, and % is less or no span', p_window
            using errcode = 'invalid_parameter_value', schema = 'inference', table = 'usage_event_keys',
                constraint = 'usage_event_keys_kept_8_days',
                hint = 'Events may come 7 days late, and so may their copies. Name an interval of 8 days or more.';
    end if;
    delete from inference.usage_event_keys as k where k.seen_at < v_before;
    get diagnostics v_count = row_count;
    return v_count;
end
$$;

-- Seeds bring back what was removed by hand: its key says that it was counted, and it is not there any more.
create function inference.forget_missing_events(p_organization_id uuid, p_event_ids uuid[]) returns bigint
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_count bigint;
begin
    perform inference.require_policy('inference.usage_events', 'usage_events_once');
    perform set_config('inference.usage_correction', 'on', true);
    delete from inference.usage_event_keys as k
    where k.organization_id = p_organization_id and k.event_id = any (p_event_ids) and k.usage_event_id <> 0
        and not exists (
            select from inference.usage_events as e
            where e.organization_id = k.organization_id and e.event_id = k.event_id
        );
    get diagnostics v_count = row_count;
    perform set_config('inference.usage_correction', '', true);
    return v_count;
end
$$;

-- a function that runs as the owner is for those who are granted it, and no trigger of somebody else's table
revoke execute on function inference.remember_events() from public;
revoke execute on function inference.void_event(uuid, uuid, timestamptz, text, bigint) from public;
revoke execute on function inference.add_partition(regclass, timestamptz, timestamptz) from public;
revoke execute on function inference.create_partitions(date, integer) from public;
revoke execute on function inference.retire_partitions(interval) from public;
revoke execute on function inference.drop_retired_partition(text, bigint, text) from public;
revoke execute on function inference.forget_events(interval) from public;
revoke execute on function inference.forget_missing_events(uuid, uuid[]) from public;

comment on function inference.remember_events() is
    'Trigger: takes events out again that were counted within the window. Runs as its owner, who alone writes the keys.';
comment on function inference.check_events() is
    'Trigger: tenant, model and key of an event are there and belong together, and none but a copy is of the future or too late.';
comment on function inference.void_event(uuid, uuid, timestamptz, text, bigint) is
    'Takes an event out again that should never have been counted, and writes it into the audit; false when it is not there.'
    ' One that is there twice goes by its id, a copy at a time. Refresh the sums of its day then.';
comment on function inference.partition_width() is 'What time a new partition of usage_events spans.';
comment on function inference.partitions_of(regclass) is
    'Partitions with their bounds, as the catalog has them; infinity for an open end.';
comment on function inference.add_partition(regclass, timestamptz, timestamptz) is
    'Makes a table like usage_events and attaches it; returns its name, with a number when the plain one is taken.';
comment on function inference.create_partitions(date, integer) is
    'Creates the missing partitions from a day on, today without one, so many of them; without a number from 7 days before'
    ' until 32 days after; returns their names.';
comment on function inference.partitions_ready_until() is
    'Until when events find a partition without a gap; null when not even those of now do.';
comment on function inference.retire_partitions(interval) is
    'Moves up to 31 partitions that ended longer ago to the schema inference_archive, the oldest first; returns their names.';
comment on function inference.drop_retired_partition(text, bigint, text) is
    'Drops a retired partition that was exported somewhere with so many events.';
comment on function inference.forget_events(interval) is
    'Forgets the keys of events that arrived before the window, whose copies are too late by now; returns how many.';
comment on function inference.forget_missing_events(uuid, uuid[]) is
    'Forgets the keys of those events of a tenant that are not in usage_events any more and were not voided; returns how many.';
comment on sequence inference.usage_events_id_seq is 'Source of usage_events.id.';
comment on table inference.usage_events is 'Calls of the service, partitioned by time.';
comment on column inference.usage_events.id is
    'Order of arrival, with gaps; tells two copies of an event apart until one is taken out.';
comment on column inference.usage_events.event_id is
    'Key that the producer gives the event, and keeps when it sends the event again.';
comment on column inference.usage_events.occurred_at is 'When the call ended, by the clock of the producer.';
comment on column inference.usage_events.organization_id is 'Who called.';
comment on column inference.usage_events.model_id is 'What was called: a model for everybody or one of the tenant.';
comment on column inference.usage_events.api_key_id is
    'Key of the tenant that was used, revoked by now or not; null for a call without one, as from the console.';
comment on column inference.usage_events.region is 'Where it ran.';
comment on column inference.usage_events.status is 'success, rate_limited or error.';
comment on column inference.usage_events.error_code is 'Kind of the error; null without one.';
comment on column inference.usage_events.prompt_tokens is 'Tokens that were sent.';
comment on column inference.usage_events.completion_tokens is 'Tokens that were made.';
comment on column inference.usage_events.latency_ms is 'How long it took, in milliseconds.';
comment on column inference.usage_events.cost is
    'Price in US dollars: tokens times the price of 1,000 of them, exact, 0 for free. What is charged is the sum, rounded'
    ' once.';
comment on column inference.usage_events.received_at is
    'When it arrived, by the clock of the server: the start of the transaction. Tells late events from others.';
comment on constraint usage_events_pkey on inference.usage_events is
    'Usage of an organization in a span of time is read from here alone; the partition key has to be in it.';
comment on constraint usage_events_region_not_blank on inference.usage_events is 'The region is named.';
comment on constraint usage_events_status_known on inference.usage_events is 'The status is one of three.';
comment on constraint usage_events_error_code_only_with_error on inference.usage_events is
    'An error has a code, nothing else does.';
comment on constraint usage_events_error_code_not_blank on inference.usage_events is 'The code says something.';
comment on constraint usage_events_prompt_tokens_not_negative on inference.usage_events is 'A count.';
comment on constraint usage_events_completion_tokens_not_negative on inference.usage_events is 'A count.';
comment on constraint usage_events_latency_not_negative on inference.usage_events is 'A duration.';
comment on constraint usage_events_cost_not_negative on inference.usage_events is
    'A price is a number and not negative.';
comment on constraint usage_events_tokens_within_reason on inference.usage_events is
    'A thousand million tokens at most each way, so that sums do not overflow.';
comment on constraint usage_events_cost_within_reason on inference.usage_events is
    'Less than 10,000 US dollars, so that sums do not overflow.';
comment on constraint usage_events_received_at_is_finite on inference.usage_events is 'An arrival is a time.';
comment on index inference.usage_events_event_idx is 'Finds an event by the key of its producer.';
comment on index inference.usage_events_model_idx is 'Usage of a model in a span of time.';
comment on trigger usage_events_counted_once on inference.usage_events is 'An event is counted once.';
comment on trigger usage_events_model_within_reach on inference.usage_events is
    'Tenant, model and key belong together, and the event has happened: within 7 days for who is not maintenance, and not on a'
    ' day that was retired.';
comment on trigger usage_events_immutable on inference.usage_events is 'A counted event does not change.';
comment on table inference.usage_event_keys is 'Events of the last days, so that none is counted twice.';
comment on column inference.usage_event_keys.organization_id is 'Tenant; another may use the same key of an event.';
comment on column inference.usage_event_keys.event_id is 'Key of the event.';
comment on column inference.usage_event_keys.usage_event_id is 'The copy that was counted: usage_events.id; 0 when it was voided and no other one of its time is there.';
comment on column inference.usage_event_keys.seen_at is 'When it was counted.';
comment on constraint usage_event_keys_pkey on inference.usage_event_keys is 'One row per tenant and event.';
comment on table inference.retired_partitions is 'What became of old partitions.';
comment on column inference.retired_partitions.partition_name is 'Name of the table, in the schema inference_archive.';
comment on column inference.retired_partitions.lower_bound is 'First instant of its events.';
comment on column inference.retired_partitions.upper_bound is 'First instant after its events.';
comment on column inference.retired_partitions.retired_at is 'When it left usage_events.';
comment on column inference.retired_partitions.event_count is 'Events that it had; null until it was dropped.';
comment on column inference.retired_partitions.exported_to is 'Where its copy is; null until it was dropped.';
comment on column inference.retired_partitions.dropped_at is 'When it was dropped; null while it waits.';
comment on constraint retired_partitions_pkey on inference.retired_partitions is
    'One row per retirement; a name may come back.';
comment on constraint retired_partitions_dropped_after_export on inference.retired_partitions is
    'What is dropped has a copy, and its events were counted.';

-- this month and the next one, and the one that events of the last 7 days belong to
select inference.create_partitions(((now() - interval '7 days') at time zone 'UTC')::date, 1);
select inference.create_partitions(date_trunc('month', now() at time zone 'UTC')::date, 2);
