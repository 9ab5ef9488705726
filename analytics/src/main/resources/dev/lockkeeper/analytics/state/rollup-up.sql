
-- Marks of ${rollup_comment}: which buckets, and which parts of them, a statement has changed.
create function ${marker}() returns trigger
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $mark$
declare
    v_first timestamptz;
    v_last timestamptz;
begin
    if tg_op = 'TRUNCATE' then
        insert into ${schema}.rollup_dirty_span (rollup) values (${rollup});
        return null;
    end if;
    if tg_op <> 'DELETE' then
        select min(f.${time}), max(f.${time}) into v_first, v_last from fresh as f;
        if not isfinite(v_first) or not isfinite(v_last) then
            raise exception 'an event of no time cannot be counted: %', case when isfinite(v_first) then v_last else v_first end
                using errcode = 'check_violation', schema = tg_table_schema, table = tg_table_name, column = ${time_literal},
                    constraint = 'rollup_time_is_finite', hint = 'Send the time at which it happened.';
        end if;
    end if;${bounds}
    if v_last >= timestamptz '294276-12-31T00:00:00Z' then
        raise exception 'an event of % is in a bucket that never ends', v_last
            using errcode = 'check_violation', schema = tg_table_schema, table = tg_table_name, column = ${time_literal},
                constraint = 'rollup_time_is_finite', hint = 'Send the time at which it happened.';
    end if;
    if tg_op = 'INSERT' then
        insert into ${schema}.rollup_dirty (rollup, grain, bucket_start, whole, key)
        select ${rollup}, ${grain}, b.bucket_start, ${whole}, b.key::text
        from (select distinct ${bucket_fresh} as bucket_start, ${key_fresh} as key from fresh as f) as b;
    elsif tg_op = 'DELETE' then
        insert into ${schema}.rollup_dirty (rollup, grain, bucket_start, whole, key)
        select ${rollup}, ${grain}, b.bucket_start, ${whole}, b.key::text
        from (select distinct ${bucket_gone} as bucket_start, ${key_gone} as key from gone as g) as b
        where isfinite(b.bucket_start);
    else
        insert into ${schema}.rollup_dirty (rollup, grain, bucket_start, whole, key)
        select ${rollup}, ${grain}, b.bucket_start, ${whole}, b.key::text
        from (
            select ${bucket_fresh} as bucket_start, ${key_fresh} as key from fresh as f
            union
            select ${bucket_gone}, ${key_gone} from gone as g
        ) as b
        where isfinite(b.bucket_start);
    end if;
    return null;
end
$mark$;

-- p_case says of the table that it is new, that it has changed unnoticed, that it is gone, or no more than that it was seen.
create function ${whole_marker}(
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
        join pg_attribute as a on a.attrelid = i.inhparent and a.attnum = t.partattrs[0] and a.attname = ${time_literal}
        cross join lateral (select pg_get_expr(c.relpartbound, c.oid) as bound) as b;
    end if;
    if p_case = 'gone' then
        -- somebody lets old events go: what was computed of them stays, and nothing is left to compute it from. What has not ended is sealed
        -- as well where it is made of events; what is made of shorter buckets, which stay, goes on until its end
        update ${schema}.rollup_interval as i
        set state = case when g.made or i.bucket_start + g.length <= now() then 'sealed' else 'built' end,
            sealed_at = case when g.made or i.bucket_start + g.length <= now() then now() end, gone = p_table
        from (
            select v.grain, v.length, v.grain = any (${grains_of_events}) as made
            from (values ('hour', interval '1 hour'), ('day', interval '24 hours')) as v (grain, length)
        ) as g
        where i.rollup = ${rollup} and i.grain = g.grain and i.state = 'built'
            -- where not the time alone says what has gone, what goes on is computed of the rest
            and (i.bucket_start + g.length <= now() or not g.made or isfinite(p_from) and isfinite(p_until))
            and case when g.made then i.bucket_start < p_until and i.bucket_start + g.length > p_from
                else i.bucket_start >= p_from and i.bucket_start + g.length <= p_until end;
        if isfinite(p_from) and isfinite(p_until) then
            insert into ${schema}.rollup_late
                (run_id, rollup, grain, bucket_start, whole, keys, marks, first_marked_at, events, sealed_events, action)
            select 0, d.rollup, d.grain, d.bucket_start, true, '{}', count(*), min(d.marked_at), 0, 0, 'quarantined'
            from ${schema}.rollup_dirty as d
            where d.rollup = ${rollup} and d.grain = ${grain} and d.source = 'ingest'
                and d.bucket_start >= p_from and d.bucket_start + interval '${seconds} s' <= p_until
                and not exists (
                    select from ${schema}.rollup_interval as i
                    where i.rollup = d.rollup and i.grain = d.grain and i.bucket_start = d.bucket_start
                )
            group by d.rollup, d.grain, d.bucket_start;
        end if;
    elsif p_case = 'changed' and p_from < p_until then
        insert into ${schema}.rollup_dirty_span (rollup, bucket_from, bucket_until, source) values (${rollup}, p_from, p_until, 'backfill');
    end if;
    if p_case = 'new' then
        with back as (
            update ${schema}.rollup_interval as i set state = 'built', sealed_at = null, gone = null
            where i.rollup = ${rollup} and i.gone = p_table
            returning i.grain, i.bucket_start
        ), settled as (
            insert into ${schema}.rollup_late
                (run_id, rollup, grain, bucket_start, whole, keys, marks, first_marked_at, action)
            select 0, l.rollup, l.grain, l.bucket_start, true, '{}', 0, max(l.first_marked_at), 'reopened'
            from ${schema}.rollup_late as l join back as b on b.grain = l.grain and b.bucket_start = l.bucket_start
            where l.rollup = ${rollup}
            group by l.rollup, l.grain, l.bucket_start
        )
        insert into ${schema}.rollup_dirty (rollup, grain, bucket_start, whole, source)
        select ${rollup}, b.grain, b.bucket_start, true, 'backfill' from back as b where b.grain = ${grain};
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
        insert into ${schema}.rollup_dirty (rollup, grain, bucket_start, whole, source)
        select ${rollup}, ${grain}, b.bucket_start, true, 'backfill'
        from generate_series(${bucket_bound}, p_until - interval '1 microsecond', interval '${seconds} s') as b (bucket_start)
        where p_case = 'new' or ${not_sealed};
        return;
    end if;
    begin
        execute ${whole_statement} || p_table::text || ${whole_rest} using p_case;
    exception when check_violation then
        raise exception 'an event of % has no time at which it can be counted', p_table
            using errcode = 'object_not_in_prerequisite_state',
                hint = 'Mend or delete it: its ' || ${time_literal} || ' is infinite.';
    end;
end
$mark$;

revoke execute on function ${marker}() from public;
revoke execute on function ${whole_marker}(regclass, text, timestamptz, timestamptz) from public;

comment on function ${marker}() is ${marker_comment};
comment on function ${whole_marker}(regclass, text, timestamptz, timestamptz) is ${whole_marker_comment};

-- lockkeeper:allow LK32 nothing that takes long comes after it
create trigger ${insert_trigger} after insert on ${source}
    referencing new table as fresh
    for each statement execute function ${marker}();
create trigger ${update_trigger} after update on ${source}
    referencing new table as fresh old table as gone
    for each statement execute function ${marker}();
create trigger ${delete_trigger} after delete on ${source}
    referencing old table as gone
    for each statement execute function ${marker}();
create trigger ${truncate_trigger} before truncate on ${source}
    for each statement execute function ${marker}();

-- what is there already is marked by lockkeeper analytics backfill, at a rate of its own
-- lockkeeper:allow LK32 nothing that takes long comes after it
select ${schema}.watch_partitions(false);
