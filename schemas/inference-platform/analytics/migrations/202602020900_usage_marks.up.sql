-- What lockkeeper analytics keeps of rollups, and the marks of usage in the transaction of each event: from here on it computes the
-- sums, and refresh_usage_rollups is for who has no events in this database. Printed by lockkeeper analytics script, but for the
-- condition around the triggers.
-- What lockkeeper analytics keeps of rollups. It is a schema of its own: its down script drops it.
create schema rollup_state;

comment on schema rollup_state is 'Marks, intervals and results of rollups, for lockkeeper analytics.';

-- Append only for who writes events: each transaction brings its own marks, so none waits for another, and an event that commits late
-- has a mark that commits with it. No key: a mark that is there twice costs one look.
-- lockkeeper:allow ST14 marks are added and taken away together, and never looked for one by one
create table rollup_state.rollup_dirty (
    rollup text not null,
    grain text not null,
    bucket_start timestamptz not null,
    whole boolean not null default false,
    key text,
    source text not null default 'ingest',
    marked_at timestamptz not null default clock_timestamp(),
    constraint rollup_dirty_grain_known check (grain in ('hour', 'day')),
    constraint rollup_dirty_source_known check (source in ('ingest', 'rollup', 'backfill', 'repair')),
    constraint rollup_dirty_bucket_start_is_finite check (isfinite(bucket_start))
) with (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.02);

create index rollup_dirty_bucket_idx on rollup_state.rollup_dirty (rollup, grain, bucket_start);

-- rows are deleted, and a publication of all tables would refuse that without a key
alter table rollup_state.rollup_dirty replica identity full;

comment on table rollup_state.rollup_dirty is
    'Parts of buckets whose events have changed since they were computed. Who computes them deletes the marks in the same transaction.';
comment on column rollup_state.rollup_dirty.whole is 'Whether all parts of the bucket are meant; key says nothing then.';
comment on column rollup_state.rollup_dirty.key is 'The part: the value of partition-by as text; null for events without one.';
comment on column rollup_state.rollup_dirty.source is 'ingest: an event; rollup: the grain below; backfill, repair: a person.';

-- What is marked without knowing buckets: a TRUNCATE takes away events that the snapshot of its transaction does not see, and their buckets
-- cannot be seen by it either.
-- lockkeeper:allow ST14 spans are added and taken away together, and never looked for one by one
create table rollup_state.rollup_dirty_span (
    rollup text not null,
    bucket_from timestamptz not null default '-infinity',
    bucket_until timestamptz not null default 'infinity',
    source text not null default 'ingest',
    marked_at timestamptz not null default clock_timestamp(),
    constraint rollup_dirty_span_source_known check (source in ('ingest', 'backfill')),
    constraint rollup_dirty_span_bounds_in_order check (bucket_from < bucket_until)
);

create index rollup_dirty_span_rollup_idx on rollup_state.rollup_dirty_span (rollup);

alter table rollup_state.rollup_dirty_span replica identity full;

comment on table rollup_state.rollup_dirty_span is
    'Spans of which every bucket that was computed is to be computed again. Who computes gives each of them a mark.';
comment on column rollup_state.rollup_dirty_span.source is
    'ingest: events are gone by TRUNCATE; backfill: a partition is gone, or triggers did not fire for a time: sealed buckets are left out.';

-- A partition that was detached and attached, and a trigger that was dropped or disabled and is there again, have other rows of the
-- catalogs than before: seen is made of these, so that nobody has to look at the right moment.
create table rollup_state.rollup_watch (
    marker text not null,
    relation oid not null,
    name text not null,
    is_source boolean not null,
    lower_bound timestamptz not null,
    upper_bound timestamptz not null,
    marker_oid oid not null,
    seen text not null,
    filled boolean not null,
    constraint rollup_watch_pkey primary key (marker, relation)
);

comment on table rollup_state.rollup_watch is 'The tables with events and their partitions, as they were when they were watched last.';
comment on column rollup_state.rollup_watch.marker is 'The function of the triggers that mark.';
comment on column rollup_state.rollup_watch.lower_bound is 'No event of the partition is older, as its bounds say.';
comment on column rollup_state.rollup_watch.marker_oid is 'After a restore it has another one: then nothing is taken for changed.';
comment on column rollup_state.rollup_watch.seen is 'Which rows of pg_inherits and pg_trigger it has, by their xmin.';
comment on column rollup_state.rollup_watch.filled is 'False as long as events that were there before the triggers have no marks: the next run brings them.';

create table rollup_state.rollup_interval (
    rollup text not null,
    grain text not null,
    bucket_start timestamptz not null,
    definition_hash text not null,
    state text not null default 'built',
    raw_count bigint not null,
    totals jsonb not null,
    last_run_id bigint not null,
    built_at timestamptz not null default now(),
    sealed_at timestamptz,
    gone oid,
    last_reconciled_at timestamptz,
    constraint rollup_interval_pkey primary key (rollup, grain, bucket_start),
    constraint rollup_interval_grain_known check (grain in ('hour', 'day')),
    constraint rollup_interval_state_known check (state in ('built', 'sealed')),
    constraint rollup_interval_sealed_at_when_sealed check ((state = 'sealed') = (sealed_at is not null)),
    constraint rollup_interval_raw_count_not_negative check (raw_count >= 0)
);

-- which may be sealed
create index rollup_interval_built_idx on rollup_state.rollup_interval (rollup, grain, bucket_start) where state = 'built';

comment on table rollup_state.rollup_interval is 'Buckets that were computed, by which definition, and whether they still may be.';
comment on column rollup_state.rollup_interval.raw_count is
    'Of how many events, or rows of the grain below, it was made when all of it was computed or compared last.';
comment on column rollup_state.rollup_interval.totals is 'The sums of its measures, by the columns of the target.';
comment on column rollup_state.rollup_interval.gone is 'The partition whose events it was made of, if that is gone, and zero if nobody knows its number: when it is there again, it is computed again.';

create table rollup_state.rollup_definition (
    definition_id bigint generated always as identity,
    rollup text not null,
    definition_hash text not null,
    app_version text not null,
    accepted_at timestamptz not null default now(),
    constraint rollup_definition_pkey primary key (definition_id)
);

create index rollup_definition_rollup_idx on rollup_state.rollup_definition (rollup, definition_id);

comment on table rollup_state.rollup_definition is
    'The definitions that rollups had, the newest one last: a process that has an older one computes nothing.';

create table rollup_state.rollup_run (
    run_id bigint generated always as identity,
    rollup text not null,
    adapter text not null,
    cause text not null,
    state text not null default 'running',
    started_at timestamptz not null default clock_timestamp(),
    seen_at timestamptz not null default clock_timestamp(),
    finished_at timestamptz,
    definition_hash text not null,
    app_version text not null,
    buckets bigint not null default 0,
    pairs bigint not null default 0,
    rows_read bigint not null default 0,
    rows_inserted bigint not null default 0,
    rows_updated bigint not null default 0,
    rows_deleted bigint not null default 0,
    rows_unchanged bigint not null default 0,
    marks_consumed bigint not null default 0,
    work_ms bigint not null default 0,
    budget_ms bigint not null default 0,
    error text,
    constraint rollup_run_pkey primary key (run_id),
    constraint rollup_run_state_known check (state in ('running', 'done', 'failed', 'lost')),
    constraint rollup_run_finished_at_when_over check ((state in ('running', 'lost')) = (finished_at is null))
);

create index rollup_run_rollup_idx on rollup_state.rollup_run (rollup, run_id);

-- which are older than they are kept
create index rollup_run_age_idx on rollup_state.rollup_run (rollup, started_at);

comment on table rollup_state.rollup_run is 'What each run has done. One that is lost was cut off: its marks are still there.';
comment on column rollup_state.rollup_run.seen_at is 'When it was last at work; after 15 minutes the next run takes it for lost.';
comment on column rollup_state.rollup_run.work_ms is 'How long its transactions took, without the pauses between them.';
comment on column rollup_state.rollup_run.budget_ms is 'How long they may take for the hours of events that it has computed.';

create table rollup_state.rollup_late (
    late_id bigint generated always as identity,
    run_id bigint not null,
    rollup text not null,
    grain text not null,
    bucket_start timestamptz not null,
    whole boolean not null,
    keys text[] not null,
    marks bigint not null,
    first_marked_at timestamptz not null,
    events bigint,
    sealed_events bigint,
    found jsonb,
    held jsonb,
    action text not null,
    at timestamptz not null default now(),
    constraint rollup_late_pkey primary key (late_id),
    constraint rollup_late_action_known check (action in ('quarantined', 'reopened', 'accepted'))
);

create index rollup_late_bucket_idx on rollup_state.rollup_late (rollup, grain, bucket_start);

comment on table rollup_state.rollup_late is
    'Events that came when their bucket was sealed, and what was done. The last row of a bucket tells of all of it.';
comment on column rollup_state.rollup_late.events is 'How many events the bucket had then, or rows of the grain below.';
comment on column rollup_state.rollup_late.sealed_events is 'How many it had when it was sealed; with fewer some were retired.';
comment on column rollup_state.rollup_late.found is 'What the events of the bucket added up to then, by the columns of the target.';
comment on column rollup_state.rollup_late.held is 'What the target held of the bucket then.';

create table rollup_state.dq_result (
    result_id bigint generated always as identity,
    run_id bigint not null,
    rollup text not null,
    check_id text not null,
    check_hash text not null,
    grain text not null,
    bucket_from timestamptz,
    bucket_to timestamptz,
    observed numeric,
    threshold text,
    outcome text not null,
    blocking boolean not null,
    detail text,
    sample_query text,
    at timestamptz not null default now(),
    constraint dq_result_pkey primary key (result_id),
    constraint dq_result_outcome_known check (outcome in ('pass', 'warn', 'fail', 'error'))
);

create index dq_result_check_idx on rollup_state.dq_result (rollup, check_id, bucket_from);

create index dq_result_age_idx on rollup_state.dq_result (rollup, at);

comment on table rollup_state.dq_result is 'What checks observed, in which bucket, and what it was judged to be.';

create table rollup_state.recon_result (
    recon_id bigint generated always as identity,
    recon_run uuid not null,
    rollup text not null,
    grain text not null,
    bucket_start timestamptz not null,
    class text not null,
    groups bigint not null,
    difference jsonb not null,
    action text not null,
    at timestamptz not null default now(),
    constraint recon_result_pkey primary key (recon_id),
    constraint recon_result_class_known check (class in ('pending', 'drift', 'sealed')),
    constraint recon_result_action_known check (action in ('none', 'marked'))
);

create index recon_result_bucket_idx on rollup_state.recon_result (rollup, grain, bucket_start);

create index recon_result_age_idx on rollup_state.recon_result (rollup, at);

comment on table rollup_state.recon_result is 'Buckets that were not what the events said when they were compared.';
comment on column rollup_state.recon_result.difference is 'Events minus rollup, by the columns of the target.';

create table rollup_state.partition_log (
    partition_id bigint generated always as identity,
    source text not null,
    partition text not null,
    partition_oid oid not null,
    lower_bound timestamptz not null,
    upper_bound timestamptz not null,
    created_at timestamptz,
    retired_at timestamptz,
    detached_at timestamptz,
    exported_at timestamptz,
    dropped_at timestamptz,
    rows bigint,
    file text,
    checksum text,
    constraint partition_log_pkey primary key (partition_id),
    constraint partition_log_bounds_in_order check (lower_bound < upper_bound)
);

create index partition_log_source_idx on rollup_state.partition_log (source, lower_bound);

comment on table rollup_state.partition_log is 'What became of the partitions of tables with events.';
comment on column rollup_state.partition_log.retired_at is 'When its sums were found to be final, so that it may go.';
comment on column rollup_state.partition_log.file is 'The archive of its rows, by whose SHA-256 it was read again before it was dropped.';

-- A statement on the table itself fires its triggers, one on a partition those of the partition alone: it gets the same ones. What is
-- seen for the first time has the buckets of its events marked. What is seen otherwise than before may have changed unnoticed, and what is
-- gone has taken its events along: all buckets between the bounds are marked. Creating a trigger keeps writers of that partition out until
-- the end, so no row is missed between the two.
create function rollup_state.watch_partitions(p_mark boolean default true) returns text[]
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $watch$
declare
    v_marker record;
    v_source record;
    v_first boolean;
    v_unfilled boolean;
    v_adopted boolean;
    v_new oid[];
    v_one record;
    v_from timestamptz;
    v_until timestamptz;
    v_busy oid[] := '{}';
begin
    if exists (
        select from pg_subscription_rel as s
        join pg_trigger as t on t.tgrelid = s.srrelid
        join pg_proc as f on f.oid = t.tgfoid
        where f.pronamespace = 'rollup_state'::regnamespace
    ) then
        raise exception 'events that come by replication leave no marks'
            using errcode = 'object_not_in_prerequisite_state', hint = 'Compute the sums where the events are written.';
    end if;
    -- two at once would make the same triggers
    perform pg_advisory_xact_lock(hashtextextended('lockkeeper watch ' || 'rollup_state', 0));
    for v_marker in
        select f.oid, f.proname, format('%I.%I', 'rollup_state', 'mark_all_' || substr(f.proname, 6)) as whole
        from pg_proc as f
        where f.pronamespace = 'rollup_state'::regnamespace and f.prorettype = 'trigger'::regtype and f.proname like 'mark\_%'
        order by f.proname
    loop
        -- detached partitions keep their triggers: of what is no partition, the source is what was the source before
        select t.tgrelid as oid into v_source
        from (select distinct t.tgrelid from pg_trigger as t where t.tgfoid = v_marker.oid) as t
        join pg_class as c on c.oid = t.tgrelid and not c.relispartition
        left join rollup_state.rollup_watch as w
            on w.marker = v_marker.proname and w.is_source
            and case when w.marker_oid = v_marker.oid then w.relation = c.oid else to_regclass(w.name) = c.oid end
        where w.relation is not null or not exists (
            select from rollup_state.rollup_watch as k join pg_class as s on s.oid = k.relation
            where k.marker = v_marker.proname and k.is_source and k.marker_oid = v_marker.oid
        )
        order by w.relation is null, c.relkind <> 'p', c.oid
        limit 1;
        continue when not found;
        v_first := not p_mark and not exists (select from rollup_state.rollup_watch as w where w.marker = v_marker.proname);
        v_unfilled := exists (select from rollup_state.rollup_watch as w where w.marker = v_marker.proname and w.is_source and not w.filled);
        -- after a restore every number is another one, but partitions have their names still: one that is missing went in between
        for v_one in
            select w.relation, w.lower_bound, w.upper_bound, coalesce(to_regclass(w.name), 0::regclass) as left_over
            from rollup_state.rollup_watch as w
            where w.marker = v_marker.proname and w.marker_oid <> v_marker.oid and not w.is_source
                and exists (
                    select from rollup_state.rollup_watch as s
                    where s.marker = w.marker and s.marker_oid = w.marker_oid and s.is_source and to_regclass(s.name) = v_source.oid
                )
                and not exists (select from pg_partition_tree(v_source.oid) as p where p.relid = to_regclass(w.name))
                and not exists (
                    select from rollup_state.partition_log as l where l.partition_oid = w.relation and l.retired_at is not null
                )
        loop
            execute format('select * from %s($1, ''gone'', $2, $3)', v_marker.whole)
            using v_one.left_over, v_one.lower_bound, v_one.upper_bound;
        end loop;
        delete from rollup_state.rollup_watch as w where w.marker = v_marker.proname and w.marker_oid <> v_marker.oid;
        v_adopted := v_first or found;
        v_new := '{}';
        for v_one in
            select t.tgname, t.tgtype, p.relid
            from pg_trigger as t
            cross join pg_partition_tree(v_source.oid) as p
            where t.tgrelid = v_source.oid and t.tgfoid = v_marker.oid and p.level > 0
                and not exists (select from pg_trigger as o where o.tgrelid = p.relid and o.tgfoid = t.tgfoid and o.tgtype = t.tgtype)
            order by p.relid, t.tgtype
        loop
            continue when v_one.relid::oid = any (v_busy);
            begin
                execute format('create trigger %I %s on %s %s for each statement execute function %I.%I()',
                    v_one.tgname,
                    case v_one.tgtype & 60 when 4 then 'after insert' when 8 then 'after delete' when 16 then 'after update'
                        else 'before truncate' end,
                    v_one.relid::regclass,
                    case v_one.tgtype & 60 when 4 then 'referencing new table as fresh' when 8 then 'referencing old table as gone'
                        when 16 then 'referencing new table as fresh old table as gone' else '' end,
                    'rollup_state', v_marker.proname);
                v_new := v_new || v_one.relid::oid;
            exception when lock_not_available then
                -- writers keep it busy: it has its turn next time, and the others have theirs now
                v_busy := v_busy || v_one.relid::oid;
            end;
        end loop;
        -- what is gone before what has come: one that is there again opens what another one has sealed
        for v_one in
            delete from rollup_state.rollup_watch as w
            where w.marker = v_marker.proname and w.relation <> v_source.oid
                and not exists (select from pg_partition_tree(v_source.oid) as p where p.relid = w.relation)
            returning w.relation, w.lower_bound, w.upper_bound
        loop
            -- one that was let go by lockkeeper analytics partitions has sums that are final
            if not exists (
                select from rollup_state.partition_log as l where l.partition_oid = v_one.relation and l.retired_at is not null
            ) then
                execute format('select * from %s($1, ''gone'', $2, $3)', v_marker.whole)
                using v_one.relation::regclass, v_one.lower_bound, v_one.upper_bound;
            end if;
        end loop;
        for v_one in
            select m.oid, w.relation is not null as is_known, s.seen
            from (select v_source.oid union select p.relid from pg_partition_tree(v_source.oid) as p) as m (oid)
            left join (
                select i.inhrelid as oid, string_agg(i.xmin::text, ',' order by i.inhseqno) as seen
                from pg_inherits as i group by i.inhrelid
            ) as i on i.oid = m.oid
            left join (
                select t.tgrelid as oid, string_agg(t.oid || ':' || t.xmin, ',' order by t.oid) as seen
                from pg_trigger as t where t.tgfoid = v_marker.oid group by t.tgrelid
            ) as t on t.oid = m.oid
            cross join lateral (select concat_ws(' ', i.seen, t.seen)) as s (seen)
            left join rollup_state.rollup_watch as w on w.marker = v_marker.proname and w.relation = m.oid
            where w.seen is distinct from s.seen and m.oid <> all (v_busy)
            order by m.oid
        loop
            execute format('select * from %s($1, $2)', v_marker.whole) into v_from, v_until
            using v_one.oid::regclass,
                case when v_one.is_known then 'changed'
                    when v_adopted and not (p_mark and v_one.oid = any (v_new)) then 'seen' else 'new' end;
            if v_one.is_known then
                -- the part of it that changes unnoticed with it
                execute format('select from pg_partition_tree($1) as p cross join lateral %s(p.relid, ''changed'')'
                    ' where p.isleaf and p.level > 0', v_marker.whole) using v_one.oid;
            end if;
            insert into rollup_state.rollup_watch as w
                (marker, relation, name, is_source, lower_bound, upper_bound, marker_oid, seen, filled)
            select v_marker.proname, c.oid, format('%I.%I', n.nspname, c.relname), c.oid = v_source.oid, v_from, v_until, v_marker.oid,
                v_one.seen, c.oid <> v_source.oid or not v_unfilled and (not v_first or not exists (
                    select from (select v_source.oid union select p.relid from pg_partition_tree(v_source.oid) as p) as p (oid)
                    where pg_relation_size(p.oid) > 0
                ) and not exists (select from rollup_state.rollup_interval))
            from pg_class as c join pg_namespace as n on n.oid = c.relnamespace
            where c.oid = v_one.oid
            on conflict (marker, relation) do update
            set name = excluded.name, is_source = excluded.is_source, lower_bound = excluded.lower_bound,
                upper_bound = excluded.upper_bound, seen = excluded.seen;
        end loop;
    end loop;
    return array(
        select format('%I.%I', n.nspname, c.relname)
        from pg_class as c join pg_namespace as n on n.oid = c.relnamespace
        where c.oid = any (v_busy)
        order by 1
    );
end
$watch$;

comment on function rollup_state.watch_partitions(boolean) is
    'Gives partitions the triggers that their table has, and marks what came, went or may have changed unnoticed; returns those'
    ' that writers keep too busy for triggers. With false, a rollup that is seen for the first time has nothing marked.';

create function rollup_state.unwatch(p_marker text default null) returns bigint
language plpgsql
set search_path = pg_catalog, pg_temp
as $unwatch$
declare
    v_trigger record;
    v_dropped bigint := 0;
begin
    if p_marker is not null then
        -- what has become of partitions until now is not to be forgotten
        perform rollup_state.watch_partitions();
    end if;
    for v_trigger in
        select t.tgname, t.tgrelid from pg_trigger as t join pg_proc as f on f.oid = t.tgfoid
        where f.pronamespace = 'rollup_state'::regnamespace and not t.tgisinternal
            and (p_marker is null or f.proname = p_marker)
    loop
        execute format('drop trigger %I on %s', v_trigger.tgname, v_trigger.tgrelid::regclass);
        v_dropped := v_dropped + 1;
    end loop;
    delete from rollup_state.rollup_watch as w where p_marker is null or w.marker = p_marker;
    return v_dropped;
end
$unwatch$;

comment on function rollup_state.unwatch(text) is 'Takes the triggers of marks away, for the script that takes it all back.';

revoke execute on function rollup_state.watch_partitions(boolean) from public;
revoke execute on function rollup_state.unwatch(text) from public;

-- Who computes. Beside this the role needs SELECT on the events and SELECT, INSERT, UPDATE and DELETE on the targets.
grant usage on schema rollup_state to inference_maintenance;
grant select, insert, delete on rollup_state.rollup_dirty to inference_maintenance;
grant select, delete on rollup_state.rollup_dirty_span to inference_maintenance;
grant select, update (filled) on rollup_state.rollup_watch to inference_maintenance;
grant select, insert, update on rollup_state.rollup_interval to inference_maintenance;
grant select, insert, update, delete on rollup_state.rollup_run to inference_maintenance;
grant select, insert on rollup_state.rollup_definition, rollup_state.rollup_late to inference_maintenance;
grant select, insert, delete on rollup_state.dq_result, rollup_state.recon_result to inference_maintenance;
grant select, insert, update on rollup_state.partition_log to inference_maintenance;
grant execute on function rollup_state.watch_partitions(boolean) to inference_maintenance;

-- Marks of usage: which buckets, and which parts of them, a statement has changed.
create function rollup_state.mark_usage() returns trigger
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $mark$
declare
    v_first timestamptz;
    v_last timestamptz;
begin
    if tg_op = 'TRUNCATE' then
        insert into rollup_state.rollup_dirty_span (rollup) values ('usage');
        return null;
    end if;
    if tg_op <> 'DELETE' then
        select min(f.occurred_at), max(f.occurred_at) into v_first, v_last from fresh as f;
        if not isfinite(v_first) or not isfinite(v_last) then
            raise exception 'an event of no time cannot be counted: %', case when isfinite(v_first) then v_last else v_first end
                using errcode = 'check_violation', schema = tg_table_schema, table = tg_table_name, column = 'occurred_at',
                    constraint = 'rollup_time_is_finite', hint = 'Send the time at which it happened.';
        end if;
    end if;
    if v_last >= timestamptz '294276-12-31T00:00:00Z' then
        raise exception 'an event of % is in a bucket that never ends', v_last
            using errcode = 'check_violation', schema = tg_table_schema, table = tg_table_name, column = 'occurred_at',
                constraint = 'rollup_time_is_finite', hint = 'Send the time at which it happened.';
    end if;
    if tg_op = 'INSERT' then
        insert into rollup_state.rollup_dirty (rollup, grain, bucket_start, whole, key)
        select 'usage', 'hour', b.bucket_start, (select t.typtype = 'e' from pg_attribute as a join pg_type as t on t.oid = a.atttypid where a.attrelid = tg_relid and a.attname = 'organization_id'), b.key::text
        from (select distinct date_bin(interval '3600 s', f.occurred_at, timestamptz '2000-01-01T00:00:00Z') as bucket_start, f.organization_id as key from fresh as f) as b;
    elsif tg_op = 'DELETE' then
        insert into rollup_state.rollup_dirty (rollup, grain, bucket_start, whole, key)
        select 'usage', 'hour', b.bucket_start, (select t.typtype = 'e' from pg_attribute as a join pg_type as t on t.oid = a.atttypid where a.attrelid = tg_relid and a.attname = 'organization_id'), b.key::text
        from (select distinct date_bin(interval '3600 s', g.occurred_at, timestamptz '2000-01-01T00:00:00Z') as bucket_start, g.organization_id as key from gone as g) as b
        where isfinite(b.bucket_start);
    else
        insert into rollup_state.rollup_dirty (rollup, grain, bucket_start, whole, key)
        select 'usage', 'hour', b.bucket_start, (select t.typtype = 'e' from pg_attribute as a join pg_type as t on t.oid = a.atttypid where a.attrelid = tg_relid and a.attname = 'organization_id'), b.key::text
        from (
            select date_bin(interval '3600 s', f.occurred_at, timestamptz '2000-01-01T00:00:00Z') as bucket_start, f.organization_id as key from fresh as f
            union
            select date_bin(interval '3600 s', g.occurred_at, timestamptz '2000-01-01T00:00:00Z'), g.organization_id from gone as g
        ) as b
        where isfinite(b.bucket_start);
    end if;
    return null;
end
$mark$;

-- p_case says of the table that it is new, that it has changed unnoticed, that it is gone, or no more than that it was seen.
create function rollup_state.mark_all_usage(
    p_table regclass, p_case text, inout p_from timestamptz default '-infinity', inout p_until timestamptz default 'infinity'
)
language plpgsql
set search_path = pg_catalog, pg_temp
set row_security = off -- a row that is hidden is an error
set timezone = 'UTC'
set datestyle = 'ISO, YMD'
as $mark$
begin
    if p_case <> 'gone' then
        -- what bounds of the time leave, at whatever level of partitions they are
        select coalesce(max(substring(b.bound from $r$FROM \('([^']+)'$r$)::timestamptz), '-infinity'),
            coalesce(min(substring(b.bound from $r$TO \('([^']+)'$r$)::timestamptz
                + case when t.partnatts > 1 then interval '1 microsecond' else interval '0' end), 'infinity')
        into p_from, p_until
        from pg_partition_ancestors(p_table) as p
        join pg_class as c on c.oid = p.relid and c.relispartition
        join pg_inherits as i on i.inhrelid = c.oid
        join pg_partitioned_table as t on t.partrelid = i.inhparent and t.partstrat = 'r'
        join pg_attribute as a on a.attrelid = i.inhparent and a.attnum = t.partattrs[0] and a.attname = 'occurred_at'
        cross join lateral (select pg_get_expr(c.relpartbound, c.oid) as bound) as b;
    end if;
    if p_case = 'gone' then
        -- somebody lets old events go: what was computed of them stays, and nothing is left to compute it from. What has not ended is sealed
        -- as well where it is made of events; what is made of shorter buckets, which stay, goes on until its end
        update rollup_state.rollup_interval as i
        set state = case when g.made or i.bucket_start + g.length <= now() then 'sealed' else 'built' end,
            sealed_at = case when g.made or i.bucket_start + g.length <= now() then now() end, gone = p_table
        from (
            select v.grain, v.length, v.grain = any (array['hour', 'day']) as made
            from (values ('hour', interval '1 hour'), ('day', interval '24 hours')) as v (grain, length)
        ) as g
        where i.rollup = 'usage' and i.grain = g.grain and i.state = 'built'
            -- where not the time alone says what has gone, what goes on is computed of the rest
            and (i.bucket_start + g.length <= now() or not g.made or isfinite(p_from) and isfinite(p_until))
            and case when g.made then i.bucket_start < p_until and i.bucket_start + g.length > p_from
                else i.bucket_start >= p_from and i.bucket_start + g.length <= p_until end;
        if isfinite(p_from) and isfinite(p_until) then
            insert into rollup_state.rollup_late
                (run_id, rollup, grain, bucket_start, whole, keys, marks, first_marked_at, events, sealed_events, action)
            select 0, d.rollup, d.grain, d.bucket_start, true, '{}', count(*), min(d.marked_at), 0, 0, 'quarantined'
            from rollup_state.rollup_dirty as d
            where d.rollup = 'usage' and d.grain = 'hour' and d.source = 'ingest'
                and d.bucket_start >= p_from and d.bucket_start + interval '3600 s' <= p_until
                and not exists (
                    select from rollup_state.rollup_interval as i
                    where i.rollup = d.rollup and i.grain = d.grain and i.bucket_start = d.bucket_start
                )
            group by d.rollup, d.grain, d.bucket_start;
        end if;
    elsif p_case = 'changed' and p_from < p_until then
        insert into rollup_state.rollup_dirty_span (rollup, bucket_from, bucket_until, source) values ('usage', p_from, p_until, 'backfill');
    end if;
    if p_case = 'new' then
        with back as (
            update rollup_state.rollup_interval as i set state = 'built', sealed_at = null, gone = null
            where i.rollup = 'usage' and i.gone = p_table
            returning i.grain, i.bucket_start
        ), settled as (
            insert into rollup_state.rollup_late
                (run_id, rollup, grain, bucket_start, whole, keys, marks, first_marked_at, action)
            select 0, l.rollup, l.grain, l.bucket_start, true, '{}', 0, max(l.first_marked_at), 'reopened'
            from rollup_state.rollup_late as l join back as b on b.grain = l.grain and b.bucket_start = l.bucket_start
            where l.rollup = 'usage'
            group by l.rollup, l.grain, l.bucket_start
        )
        insert into rollup_state.rollup_dirty (rollup, grain, bucket_start, whole, source)
        select 'usage', b.grain, b.bucket_start, true, 'backfill' from back as b where b.grain = 'hour';
    end if;
    -- made ahead, or partitioned: then its events are those of its partitions
    if p_case not in ('new', 'changed') or pg_relation_size(p_table) = 0 then
        return;
    end if;
    if row_security_active(p_table) then
        -- whose rows it hides from its owner, too: all buckets between its bounds
        if not isfinite(p_from) or not isfinite(p_until) then
            raise exception 'row security hides the events of % from its owner, and its bounds do not say of when they are', p_table
                using errcode = 'object_not_in_prerequisite_state',
                    hint = 'Let its owner see them for one run: alter table ' || p_table || ' no force row level security';
        end if;
        insert into rollup_state.rollup_dirty (rollup, grain, bucket_start, whole, source)
        select 'usage', 'hour', b.bucket_start, true, 'backfill'
        from generate_series(date_bin(interval '3600 s', p_from, timestamptz '2000-01-01T00:00:00Z'), p_until - interval '1 microsecond', interval '3600 s') as b (bucket_start)
        where p_case = 'new' or not exists (select from rollup_state.rollup_interval as i where i.rollup = 'usage' and i.grain = 'hour' and i.bucket_start = b.bucket_start and i.state = 'sealed');
        return;
    end if;
    begin
        execute 'insert into rollup_state.rollup_dirty (rollup, grain, bucket_start, whole, source) select ''usage'', ''hour'', b.bucket_start, true, ''backfill'' from (select distinct date_bin(interval ''3600 s'', f.occurred_at, timestamptz ''2000-01-01T00:00:00Z'') as bucket_start from ' || p_table::text || ' as f) as b where $1 = ''new'' or not exists (select from rollup_state.rollup_interval as i where i.rollup = ''usage'' and i.grain = ''hour'' and i.bucket_start = b.bucket_start and i.state = ''sealed'')' using p_case;
    exception when check_violation then
        raise exception 'an event of % has no time at which it can be counted', p_table
            using errcode = 'object_not_in_prerequisite_state',
                hint = 'Mend or delete it: its ' || 'occurred_at' || ' is infinite.';
    end;
end
$mark$;

revoke execute on function rollup_state.mark_usage() from public;
revoke execute on function rollup_state.mark_all_usage(regclass, text, timestamptz, timestamptz) from public;

comment on function rollup_state.mark_usage() is 'Marks what has changed of the events of rollup usage. sha256-lf:17a938cebea5b516b1a420dff765fcb040acdd13027fa37d25f8fb3c04b46bc7';
comment on function rollup_state.mark_all_usage(regclass, text, timestamptz, timestamptz) is 'Marks all buckets that a table has events of, for rollup usage.';

-- The events are written by the other component, and marks with them: where both live in one database, and operational came first.
-- Elsewhere there is nothing that leaves marks, and lockkeeper analytics refuses to compute.
do $$
begin
    if exists (select from pg_catalog.pg_class as c where c.oid = to_regclass('inference.usage_events') and c.relkind = 'p') then
        create trigger rollup_insert_usage after insert on inference.usage_events
            referencing new table as fresh
            for each statement execute function rollup_state.mark_usage();
        create trigger rollup_update_usage after update on inference.usage_events
            referencing new table as fresh old table as gone
            for each statement execute function rollup_state.mark_usage();
        create trigger rollup_delete_usage after delete on inference.usage_events
            referencing old table as gone
            for each statement execute function rollup_state.mark_usage();
        create trigger rollup_truncate_usage before truncate on inference.usage_events
            for each statement execute function rollup_state.mark_usage();
    end if;
end
$$;

-- what is there already is marked by lockkeeper analytics backfill, at a rate of its own
select rollup_state.watch_partitions(false);
