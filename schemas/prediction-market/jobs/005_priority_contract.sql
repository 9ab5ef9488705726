-- Urgent work first, step 3 of 3: workers ask in the new order, and the old index goes.
--
-- One query in the order of both columns would read all jobs of a greater priority that are not due before it came to
-- those that are. So each priority that waits is asked by itself, and only what is due is read.
-- lockkeeper:allow-file TX01 the old index is dropped last, when the new claim is there; the script goes on where it stopped
create or replace function jobs.claim(p_limit integer default 1, p_lease interval default interval '5 minutes')
returns setof jobs.job
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_left integer := p_limit;
    v_taken integer;
    v_priority smallint := 11;
begin
    perform jobs.check_arguments(p_limit, p_lease);
    perform jobs.release_lapsed(p_limit);
    while v_left > 0 loop
        select w.priority into v_priority
        from jobs.jobs as w
        where w.status in ('pending', 'retry') and w.priority < v_priority
        order by w.priority desc
        limit 1;
        exit when not found;
        -- an array, for it is made once; a join might take the inner query up again and again
        return query
            update jobs.jobs as j
            set status = 'processing', attempts = j.attempts + 1, lease_until = clock_timestamp() + p_lease
            where j.id = any (array(
                select d.id
                from jobs.jobs as d
                where d.status in ('pending', 'retry') and d.priority = v_priority and d.next_attempt_at <= now()
                order by d.next_attempt_at
                limit v_left
                for update skip locked
            ))
            returning j.id, j.job_type, j.idempotency_key, j.payload, j.status, j.attempts,
                j.max_attempts, j.next_attempt_at, j.lease_until, j.result, j.last_error;
        get diagnostics v_taken = row_count;
        v_left := v_left - v_taken;
    end loop;
end
$$;
drop index concurrently jobs.jobs_due_idx;

-- ROLLBACK
-- create index concurrently jobs_due_idx on jobs.jobs (next_attempt_at) where status in ('pending', 'retry');
-- comment on index jobs.jobs_due_idx is 'Serves the polling of workers; a completed job is not in it.';
-- create or replace function jobs.claim(p_limit integer default 1, p_lease interval default interval '5 minutes')
-- returns setof jobs.job
-- language plpgsql
-- security definer
-- set search_path = pg_catalog, pg_temp
-- as $$
-- begin
--     perform jobs.check_arguments(p_limit, p_lease);
--     perform jobs.release_lapsed(p_limit);
--     -- an array, for it is made once; a join might take the inner query up again and again
--     return query
--         update jobs.jobs as j
--         set status = 'processing', attempts = j.attempts + 1, lease_until = clock_timestamp() + p_lease
--         where j.id = any (array(
--             select d.id
--             from jobs.jobs as d
--             where d.status in ('pending', 'retry') and d.next_attempt_at <= now()
--             order by d.next_attempt_at
--             limit p_limit
--             for update skip locked
--         ))
--         returning j.id, j.job_type, j.idempotency_key, j.payload, j.status, j.attempts,
--             j.max_attempts, j.next_attempt_at, j.lease_until, j.result, j.last_error;
-- end
-- $$;
