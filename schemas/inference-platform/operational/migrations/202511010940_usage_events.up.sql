-- One row for each call, in a partition for each month. There is no default partition: a row there would block the
-- creation of the partition it belongs to, so an event of a month that nobody prepared is refused.
create table inference.usage_events (
    event_id uuid not null,
    occurred_at timestamptz not null,
    organization_id uuid not null,
    model_id uuid not null,
    region text not null,
    status text not null,
    error_code text,
    prompt_tokens bigint not null default 0,
    completion_tokens bigint not null default 0,
    latency_ms integer not null default 0,
    cost numeric(12, 4) not null default 0,
    constraint usage_events_pkey primary key (event_id, occurred_at),
    constraint usage_events_organization_id_fkey foreign key (organization_id)
        references inference.organizations (id) on delete restrict,
    constraint usage_events_model_id_fkey foreign key (model_id)
        references inference.model_registry_entries (id) on delete restrict,
    constraint usage_events_region_not_blank check (btrim(region) <> ''),
    constraint usage_events_status_known check (status in ('success', 'rate_limited', 'error')),
    constraint usage_events_error_code_only_with_error check ((status = 'error') = (error_code is not null)),
    constraint usage_events_prompt_tokens_not_negative check (prompt_tokens >= 0),
    constraint usage_events_completion_tokens_not_negative check (completion_tokens >= 0),
    constraint usage_events_latency_not_negative check (latency_ms >= 0),
    constraint usage_events_cost_not_negative check (cost >= 0 and cost <> 'NaN')
) partition by range (occurred_at);

create index usage_events_organization_idx on inference.usage_events (organization_id, occurred_at desc);
create index usage_events_model_idx on inference.usage_events (model_id, occurred_at desc);

-- A unique key of a partitioned table has to hold the partition key, so it does not see the same event with another time.
-- This table does. It forgets after the window, and each event has a row of its own: writers do not meet.
create table inference.usage_event_keys (
    event_id uuid not null,
    seen_at timestamptz not null default now(),
    constraint usage_event_keys_pkey primary key (event_id)
);

create index usage_event_keys_seen_idx on inference.usage_event_keys using brin (seen_at);

create function inference.remember_event() returns trigger
language plpgsql
security definer
-- an empty path leaves pg_temp in front, whose types would run as the owner
set search_path = pg_catalog, pg_temp
as $$
begin
    insert into inference.usage_event_keys (event_id) values (new.event_id)
    on conflict do nothing;
    if not found then
        raise exception 'event % was counted already', new.event_id
            using errcode = 'unique_violation', schema = tg_table_schema, table = 'usage_events',
                column = 'event_id', constraint = 'usage_events_counted_once',
                hint = 'A producer that sends again may take this for success.';
    end if;
    return new;
end
$$;

create trigger usage_events_counted_once
    before insert on inference.usage_events
    for each row execute function inference.remember_event();

-- A foreign key sees the models of all tenants. A model never changes hands, so a look without a lock is enough; the
-- answer is that of the foreign key, which does not say whether another tenant has such a model.
create function inference.require_usable_model() returns trigger
language plpgsql
set search_path = ''
as $$
begin
    if not exists (
        select from inference.model_registry_entries as m
        where m.id = new.model_id and (m.organization_id is null or m.organization_id = new.organization_id)
    ) then
        raise exception 'organization % has no model %', new.organization_id, new.model_id
            using errcode = 'foreign_key_violation', schema = tg_table_schema, table = 'usage_events',
                column = 'model_id', constraint = 'usage_events_model_id_fkey',
                hint = 'Name a model for everybody, or one of the organization.';
    end if;
    return new;
end
$$;

create trigger usage_events_model_within_reach
    before insert on inference.usage_events
    for each row when (new.model_id is not null)
    execute function inference.require_usable_model();

create trigger usage_events_immutable
    before update on inference.usage_events
    for each row execute function inference.refuse('a counted event does not change', 'Insert an event that corrects it.');

-- Maintenance: run daily. Months are those of UTC. Only the owner makes and drops partitions, so two of these run as the
-- owner, for those who are granted them.
create function inference.create_partitions(p_from date default null, p_months integer default 4)
returns setof text
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_first date := date_trunc('month', coalesce(p_from, (now() at time zone 'UTC')::date));
    v_month date;
    v_name text;
begin
    -- two maintenance jobs at once would both see that a partition is missing
    perform pg_advisory_xact_lock(hashtextextended('inference.usage_events partitions', 0));
    for i in 0 .. p_months - 1 loop
        v_month := v_first + make_interval(months => i);
        v_name := 'usage_events_' || to_char(v_month, 'YYYYMM');
        if to_regclass('inference.' || v_name) is null then
            execute format(
                'create table inference.%I partition of inference.usage_events for values from (%L) to (%L)',
                v_name,
                to_char(v_month, 'YYYY-MM-DD') || ' 00:00:00+00',
                to_char(v_month + interval '1 month', 'YYYY-MM-DD') || ' 00:00:00+00');
            -- no policy, so no row for a query that names the partition; one that names the table asks the table's
            execute format(
                'alter table inference.%I enable row level security, force row level security', v_name);
            execute format('comment on table inference.%I is %L', v_name,
                'Usage events of ' || to_char(v_month, 'YYYY-MM') || ', UTC.');
            return next v_name;
        end if;
    end loop;
end
$$;

create function inference.retire_partitions(p_keep interval default interval '24 months')
returns setof text
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_oldest text := 'usage_events_' || to_char((now() at time zone 'UTC') - p_keep, 'YYYYMM');
    v_name text;
begin
    for v_name in
        select c.relname
        from pg_catalog.pg_inherits as i
        join pg_catalog.pg_class as c on c.oid = i.inhrelid
        where i.inhparent = 'inference.usage_events'::regclass and c.relname < v_oldest
        order by c.relname
    loop
        execute format('drop table inference.%I', v_name);
        return next v_name;
    end loop;
end
$$;

create function inference.forget_events(p_window interval default interval '7 days') returns bigint
language sql
set search_path = ''
as $$
    with gone as (
        delete from inference.usage_event_keys where seen_at < now() - p_window returning 1
    )
    select count(*) from gone
$$;

-- a trigger that runs as the owner must not be put on a table of somebody else
revoke execute on function inference.remember_event() from public;
revoke execute on function inference.create_partitions(date, integer) from public;
revoke execute on function inference.retire_partitions(interval) from public;
revoke execute on function inference.forget_events(interval) from public;

comment on function inference.remember_event() is
    'Trigger: refuses an event that was counted within the window. Runs as its owner, who alone writes the keys.';
comment on function inference.require_usable_model() is
    'Trigger: an event names a model for everybody or one of its organization.';
comment on function inference.create_partitions(date, integer) is
    'Creates the missing partitions of some months from a day on, this month without one; returns their names.';
comment on function inference.retire_partitions(interval) is
    'Drops the partitions of months that ended longer ago; returns their names.';
comment on function inference.forget_events(interval) is
    'Ends the window in which duplicates are refused for older events; returns how many.';
comment on table inference.usage_events is 'Calls of the service, partitioned by month.';
comment on column inference.usage_events.event_id is 'Key that the producer gives the event.';
comment on column inference.usage_events.occurred_at is 'When the call ended.';
comment on column inference.usage_events.organization_id is 'Who called.';
comment on column inference.usage_events.model_id is 'What was called.';
comment on column inference.usage_events.region is 'Where it ran.';
comment on column inference.usage_events.status is 'success, rate_limited or error.';
comment on column inference.usage_events.error_code is 'Kind of the error; null without one.';
comment on column inference.usage_events.prompt_tokens is 'Tokens that were sent.';
comment on column inference.usage_events.completion_tokens is 'Tokens that were made.';
comment on column inference.usage_events.latency_ms is 'How long it took, in milliseconds.';
comment on column inference.usage_events.cost is 'Price, in US dollars.';
comment on constraint usage_events_pkey on inference.usage_events is
    'One row per event and time; the partition key has to be in it.';
comment on constraint usage_events_organization_id_fkey on inference.usage_events is 'The organization exists.';
comment on constraint usage_events_model_id_fkey on inference.usage_events is
    'The model exists; a trigger demands in its name that the organization may call it.';
comment on constraint usage_events_region_not_blank on inference.usage_events is 'The region is named.';
comment on constraint usage_events_status_known on inference.usage_events is 'The status is one of three.';
comment on constraint usage_events_error_code_only_with_error on inference.usage_events is
    'An error has a code, nothing else does.';
comment on constraint usage_events_prompt_tokens_not_negative on inference.usage_events is 'A count.';
comment on constraint usage_events_completion_tokens_not_negative on inference.usage_events is 'A count.';
comment on constraint usage_events_latency_not_negative on inference.usage_events is 'A duration.';
comment on constraint usage_events_cost_not_negative on inference.usage_events is
    'A price is a number and not negative.';
comment on index inference.usage_events_organization_idx is
    'Usage of an organization in a span of time; serves the reference to organizations.';
comment on index inference.usage_events_model_idx is 'Usage of a model; serves the reference to the registry.';
comment on trigger usage_events_counted_once on inference.usage_events is 'An event is counted once.';
comment on trigger usage_events_model_within_reach on inference.usage_events is
    'The model is for everybody or of the organization.';
comment on trigger usage_events_immutable on inference.usage_events is 'A counted event does not change.';
comment on table inference.usage_event_keys is 'Events of the last days, so that none is counted twice.';
comment on column inference.usage_event_keys.event_id is 'Key of the event.';
comment on column inference.usage_event_keys.seen_at is 'When it was counted.';
comment on constraint usage_event_keys_pkey on inference.usage_event_keys is 'One row per event.';
comment on index inference.usage_event_keys_seen_idx is 'Finds what is old enough to be forgotten.';

-- this month and the three after it
select inference.create_partitions();
