-- Workers of one kind leave the jobs of another alone: a claim by types, and the index that it needs, built while workers go on.
-- lockkeeper:allow-file TX01 the function is made after its index; the script goes on where it stopped
create index concurrently jobs_due_by_type_idx on jobs.jobs (job_type, priority desc, next_attempt_at)
    where status in ('pending', 'retry');
comment on index jobs.jobs_due_by_type_idx is 'Serves jobs.claim_types: only what is due of the types of a worker is read.';

create function jobs.claim_types(
    p_types text[], p_limit integer default 1, p_lease interval default interval '5 minutes'
) returns setof jobs.job
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_left integer := p_limit;
    v_taken integer;
    v_priority smallint := 11;
    v_type text;
begin
    perform jobs.check_arguments(p_limit, p_lease);
    if cardinality(p_types) is null or cardinality(p_types) not between 1 and 100 or array_position(p_types, null) is not null
    then
        raise exception 'no types of jobs: %', p_types
            using errcode = 'invalid_parameter_value', hint = 'From 1 to 100; jobs.claim takes all types.';
    end if;
    perform jobs.release_lapsed(p_limit);
    while v_left > 0 loop
        select max(w.priority) into v_priority
        from unnest(p_types) as t (job_type)
        cross join lateral (
            select j.priority
            from jobs.jobs as j
            where j.status in ('pending', 'retry') and j.job_type = t.job_type and j.priority < v_priority
            order by j.priority desc
            limit 1
        ) as w;
        exit when v_priority is null;
        foreach v_type in array p_types loop
            exit when v_left = 0;
            -- an array, for it is made once; a join might take the inner query up again and again
            return query
                update jobs.jobs as j
                set status = 'processing', attempts = j.attempts + 1, lease_until = clock_timestamp() + p_lease
                where j.id = any (array(
                    select d.id
                    from jobs.jobs as d
                    where d.status in ('pending', 'retry') and d.job_type = v_type and d.priority = v_priority
                        and d.next_attempt_at <= now()
                    order by d.next_attempt_at
                    limit v_left
                    for update skip locked
                ))
                returning j.id, j.job_type, j.idempotency_key, j.payload, j.status, j.attempts,
                    j.max_attempts, j.next_attempt_at, j.lease_until, j.result, j.last_error;
            get diagnostics v_taken = row_count;
            v_left := v_left - v_taken;
        end loop;
    end loop;
end
$$;
revoke execute on function jobs.claim_types(text[], integer, interval) from public;
comment on function jobs.claim_types(text[], integer, interval) is
    'jobs.claim of some types only: greater priorities first, within one the types in the order in which they are named.';

-- ROLLBACK
-- drop function jobs.claim_types(text[], integer, interval);
-- drop index concurrently jobs.jobs_due_by_type_idx;
