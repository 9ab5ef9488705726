-- From events to sums. Both components in one database, or the events by replication or as a foreign table of that name:
-- the body is looked up when it runs, so that each component can be migrated by itself.
create function analytics.refresh_usage_rollups(
    -- events may come 7 days late, and a night of this job may fail, or two
    p_from timestamptz default now() - interval '10 days',
    p_to timestamptz default now()
) returns bigint
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
    v_from timestamptz;
    v_to timestamptz;
    v_copy boolean;
    v_kept tstzmultirange := tstzmultirange(tstzrange(null, null));
    v_retired tstzmultirange := '{}';
    v_sums bigint;
    v_without bigint;
begin
    if p_from is null or p_to is null or not isfinite(p_from) or not isfinite(p_to) or p_from >= p_to
        or p_to > p_from + interval '400 days'
    then
        raise exception 'no sums from % to %', p_from, p_to
            using errcode = 'invalid_parameter_value', schema = 'analytics', table = 'usage_rollups',
                constraint = 'usage_rollups_refreshed_within_reason', hint = 'Name a span of at most 400 days.';
    end if;
    -- whole days, so that each bucket has all of its events
    v_from := date_trunc('day', p_from, 'UTC');
    v_to := date_trunc('day', p_to - interval '1 microsecond', 'UTC') + interval '24 hours';
    -- two at once would write the same sums, each from its own snapshot
    lock table analytics.usage_rollups in share row exclusive mode;
    -- no events because there was no usage, or because they were retired? Only what still has its events is compared. A copy
    -- of the events may lack more: a day is compared when it has events there.
    perform from inference.usage_events as e where false; -- keeps a retirement out until the end
    v_copy := to_regprocedure('inference.partitions_of(regclass)') is null
        or (select c.relkind from pg_class as c where c.oid = 'inference.usage_events'::regclass) <> 'p';
    if not v_copy then
        select coalesce(range_agg(tstzrange(p.lower_bound, p.upper_bound)), '{}') into v_kept
        from inference.partitions_of('inference.usage_events') as p
        where pg_partition_root(p.partition) = 'inference.usage_events'::regclass; -- now, in an old snapshot, too
    end if;
    if to_regclass('inference.retired_partitions') is not null then
        -- a day that came back has not what it had
        select coalesce(range_agg(tstzrange(p.lower_bound, p.upper_bound)), '{}') into v_retired
        from inference.retired_partitions as p;
    elsif v_copy then
        -- nobody says what was retired, and in 90 days nothing is; older sums do not shrink
        v_kept := tstzmultirange(tstzrange(now() - interval '90 days', null));
    end if;
    with fresh as materialized (
        select case when grouping(b.hour) = 0 then 'hour' else 'day' end as granularity,
            coalesce(b.hour, b.day) as bucket_start, b.organization_id, b.model_id,
            count(*) as request_count, sum(b.tokens) as token_count,
            count(*) filter (where b.status = 'error') as error_count, round(sum(b.cost), 4) as cost
        from (
            select date_trunc('hour', e.occurred_at, 'UTC') as hour, date_trunc('day', e.occurred_at, 'UTC') as day,
                e.organization_id, e.model_id, e.prompt_tokens + e.completion_tokens as tokens, e.status, e.cost
            from inference.usage_events as e
            where e.occurred_at >= v_from and e.occurred_at < v_to
        ) as b
        group by grouping sets (
            (b.hour, b.organization_id, b.model_id), (b.hour, b.organization_id),
            (b.day, b.organization_id, b.model_id), (b.day, b.organization_id)
        )
    ), gone as (
        delete from analytics.usage_rollups as r
        where r.bucket_start >= v_from and r.bucket_start < v_to and r.bucket_start <@ (v_kept - v_retired)
            and (not v_copy or exists (
                select from fresh as f
                where f.granularity = 'day' and f.bucket_start = date_trunc('day', r.bucket_start, 'UTC')
            ))
            and not exists (
                select from fresh as f
                where f.granularity = r.granularity and f.bucket_start = r.bucket_start
                    and f.organization_id = r.organization_id and f.model_id is not distinct from r.model_id
            )
    ), written as (
        insert into analytics.usage_rollups as r (granularity, bucket_start, organization_id, model_id, request_count,
            token_count, error_count, cost, last_reconciled_at)
        select f.granularity, f.bucket_start, f.organization_id, f.model_id, f.request_count, f.token_count,
            f.error_count, f.cost, now()
        from fresh as f
        where not f.bucket_start <@ v_retired
        on conflict on constraint usage_rollups_bucket_key do update
        set request_count = excluded.request_count, token_count = excluded.token_count,
            error_count = excluded.error_count, cost = excluded.cost, last_reconciled_at = excluded.last_reconciled_at
        where excluded.bucket_start <@ v_kept or excluded.request_count >= r.request_count
        returning 1
    ), without as (
        select from analytics.usage_rollups as r
        where v_copy and r.granularity = 'day' and r.bucket_start >= v_from and r.bucket_start < v_to
            and r.bucket_start > now() - interval '90 days'
            and not exists (select from fresh as f where f.granularity = 'day' and f.bucket_start = r.bucket_start)
    )
    select (select count(*) from written), (select count(*) from without) into v_sums, v_without;
    if v_without > 0 then
        raise exception '% sums have no event of their day in the copy of the events', v_without
            using errcode = 'object_not_in_prerequisite_state', schema = 'analytics', table = 'usage_rollups',
                constraint = 'usage_rollups_of_events_that_are_there',
                hint = 'Whom does the mapping log in? Who has not become inference_maintenance sees no event. If a whole day was'
                    ' voided, delete its sums.';
    end if;
    return v_sums;
end
$$;

revoke execute on function analytics.refresh_usage_rollups(timestamptz, timestamptz) from public;
grant execute on function analytics.refresh_usage_rollups(timestamptz, timestamptz) to inference_maintenance;

comment on function analytics.refresh_usage_rollups(timestamptz, timestamptz) is
    'Makes the sums of the days of UTC that a span touches anew from the events, late ones included, of the last 10 days without'
    ' one; returns how many. As often as you like; sums of days whose events were retired stay as they are.';
comment on column analytics.usage_rollups.cost is
    'Price in US dollars: the exact cost of the events, rounded once, half away from zero. Sums of hours may therefore'
    ' differ from that of their day in the last digit; bill from the day, or from the events.';
