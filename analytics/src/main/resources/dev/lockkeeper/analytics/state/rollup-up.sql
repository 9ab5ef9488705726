
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
        insert into ${schema}.rollup_dirty (rollup, grain, bucket_start, whole)
        select ${rollup}, i.grain, i.bucket_start, true from ${schema}.rollup_interval as i
        where i.rollup = ${rollup} and i.grain = ${grain};
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
    if tg_op = 'INSERT' then
        insert into ${schema}.rollup_dirty (rollup, grain, bucket_start, whole, key)
        select ${rollup}, ${grain}, b.bucket_start, ${whole}, b.key::text
        from (select distinct ${bucket_fresh} as bucket_start, ${key_fresh} as key from fresh as f) as b;
    elsif tg_op = 'DELETE' then
        insert into ${schema}.rollup_dirty (rollup, grain, bucket_start, whole, key)
        select ${rollup}, ${grain}, b.bucket_start, ${whole}, b.key::text
        from (select distinct ${bucket_gone} as bucket_start, ${key_gone} as key from gone as g) as b;
    else
        insert into ${schema}.rollup_dirty (rollup, grain, bucket_start, whole, key)
        select ${rollup}, ${grain}, b.bucket_start, ${whole}, b.key::text
        from (
            select ${bucket_fresh} as bucket_start, ${key_fresh} as key from fresh as f
            union
            select ${bucket_gone}, ${key_gone} from gone as g
        ) as b;
    end if;
    return null;
end
$mark$;

create function ${whole_marker}(p_table regclass) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
set row_security = off -- a row that is hidden is an error
set timezone = 'UTC'
set datestyle = 'ISO, YMD'
as $mark$
declare
    v_first timestamptz;
    v_last timestamptz;
begin
    if pg_relation_size(p_table) = 0 then
        return; -- a partition that was made ahead
    end if;
    if row_security_active(p_table) then
        -- whose rows it hides from its owner, too: all buckets between its bounds, as far as they are bounds of the time
        select substring(b.bound from $r$FROM \('([^']+)'\)$r$)::timestamptz, substring(b.bound from $r$TO \('([^']+)'\)$r$)::timestamptz
        into v_first, v_last
        from pg_class as c
        join pg_inherits as i on i.inhrelid = c.oid
        join pg_partitioned_table as t on t.partrelid = i.inhparent and t.partnatts = 1 and t.partstrat = 'r'
        join pg_attribute as a on a.attrelid = i.inhparent and a.attnum = t.partattrs[0] and a.attname = ${time_literal}
        cross join lateral (select pg_get_expr(c.relpartbound, c.oid) as bound) as b
        where c.oid = p_table;
        if isfinite(v_first) and isfinite(v_last) then
            insert into ${schema}.rollup_dirty (rollup, grain, bucket_start, whole, source)
            select ${rollup}, ${grain}, b, true, 'backfill'
            from generate_series(${bucket_bound}, v_last - interval '1 microsecond', interval '${seconds} s') as b;
            return;
        end if;
    end if;
    execute ${whole_statement} || p_table::text || ' as f';
end
$mark$;

revoke execute on function ${marker}() from public;
revoke execute on function ${whole_marker}(regclass) from public;

comment on function ${marker}() is ${marker_comment};
comment on function ${whole_marker}(regclass) is ${whole_marker_comment};

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
