-- Urgent work first, step 3 of 3: workers ask in the new order, and the old index goes.
create or replace function jobs.claim(p_limit integer default 1) returns setof jobs.jobs
language sql
set search_path = ''
as $$
    update jobs.jobs as j
    set status = 'processing', attempts = j.attempts + 1, started_at = now()
    from (
        select id
        from jobs.jobs
        where status in ('pending', 'retry') and next_attempt_at <= now()
        order by priority desc, next_attempt_at
        limit p_limit
        for update skip locked
    ) as due
    where j.id = due.id
    returning j.*
$$;
drop index concurrently jobs.jobs_due_idx;

-- ROLLBACK
-- create index concurrently jobs_due_idx on jobs.jobs (next_attempt_at) where status in ('pending', 'retry');
-- comment on index jobs.jobs_due_idx is 'Serves the polling of workers; a completed job is not in it.';
-- create or replace function jobs.claim(p_limit integer default 1) returns setof jobs.jobs
-- language sql
-- set search_path = ''
-- as $$
--     update jobs.jobs as j
--     set status = 'processing', attempts = j.attempts + 1, started_at = now()
--     from (
--         select id
--         from jobs.jobs
--         where status in ('pending', 'retry') and next_attempt_at <= now()
--         order by next_attempt_at
--         limit p_limit
--         for update skip locked
--     ) as due
--     where j.id = due.id
--     returning j.*
-- $$;
