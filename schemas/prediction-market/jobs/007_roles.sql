-- What the roles of roles.sql may do: call functions, and read. No role writes the table.
-- A role that is not there is passed over; make it, and run this file again with psql: it may run any number of times.
-- lockkeeper:allow-file CP06 giving rights is what this file is for; tests/roles.sql says what each role may do and may not
create or replace function jobs.enqueue(
    p_job_type text,
    p_idempotency_key text,
    p_payload jsonb default '{}',
    p_priority integer default 0,
    p_not_before timestamptz default now(),
    p_max_attempts integer default 5
) returns uuid
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_id uuid;
    v_payload jsonb;
    v_forgotten boolean;
begin
    insert into jobs.jobs (job_type, idempotency_key, payload, priority, next_attempt_at, max_attempts)
    values (p_job_type, p_idempotency_key, p_payload, p_priority, p_not_before, p_max_attempts)
    on conflict on constraint jobs_idempotency_key do nothing
    returning id into v_id;
    if v_id is not null then
        return v_id;
    end if;
    select id, payload, forgotten_at is not null into v_id, v_payload, v_forgotten
    from jobs.jobs
    where job_type = p_job_type and idempotency_key = p_idempotency_key;
    if not found then
        raise exception 'job % % went away meanwhile', p_job_type, p_idempotency_key
            using errcode = 'serialization_failure', hint = 'Ask again in a new transaction.';
    end if;
    -- what was forgotten was asked for once; whether with these words, nobody knows any more
    if not v_forgotten and v_payload <> p_payload then
        raise exception 'the key % of % names work with another payload', p_idempotency_key, p_job_type
            using errcode = 'unique_violation', schema = 'jobs', table = 'jobs', constraint = 'jobs_idempotency_key',
                hint = 'Other work needs another key.';
    end if;
    return v_id;
end
$$;

comment on function jobs.enqueue(text, text, jsonb, integer, timestamptz, integer) is
    'Asks for work and returns its id; asked again with the same key and payload, the id of the first time. Greater priorities first, from -10 to 10.';

revoke execute on function jobs.enqueue(text, text, jsonb, integer, timestamptz, integer) from public;

do $$
begin
    if to_regrole('prediction_worker') is not null then
        grant usage on schema jobs to prediction_worker;
        grant execute on function jobs.enqueue(text, text, jsonb, integer, timestamptz, integer),
            jobs.claim(integer, interval), jobs.claim_types(text[], integer, interval), jobs.extend(uuid, integer, interval),
            jobs.complete(uuid, integer, jsonb), jobs.fail(uuid, integer, text) to prediction_worker;
    end if;
    if to_regrole('prediction_agent') is not null then
        grant usage on schema jobs to prediction_agent;
        grant execute on function jobs.enqueue(text, text, jsonb, integer, timestamptz, integer) to prediction_agent;
    end if;
    if to_regrole('prediction_console') is not null then
        grant usage on schema jobs to prediction_console;
        grant execute on function jobs.enqueue(text, text, jsonb, integer, timestamptz, integer) to prediction_console;
    end if;
    if to_regrole('prediction_maintenance') is not null then
        grant usage on schema jobs to prediction_maintenance;
        grant select on jobs.jobs, jobs.removals to prediction_maintenance;
        grant execute on function jobs.release_lapsed(integer), jobs.requeue(uuid, integer),
            jobs.give_up(uuid, text), jobs.discard(uuid, text), jobs.forget(uuid, text), jobs.purge(interval, integer),
            jobs.purge_dead_letters(interval, integer), jobs.purge_removals(interval, integer) to prediction_maintenance;
    end if;
    if to_regrole('prediction_auditor') is not null then
        grant usage on schema jobs to prediction_auditor;
        grant select on jobs.jobs, jobs.removals to prediction_auditor;
    end if;
end
$$;

-- ROLLBACK
-- do $$
-- declare
--     v_role text;
-- begin
--     foreach v_role in array array[
--         'prediction_worker', 'prediction_agent', 'prediction_console', 'prediction_maintenance', 'prediction_auditor'
--     ] loop
--         if to_regrole(v_role) is not null then
--             execute format('revoke all on all functions in schema jobs from %I', v_role);
--             execute format('revoke all on all tables in schema jobs from %I', v_role);
--             execute format('revoke all on schema jobs from %I', v_role);
--         end if;
--     end loop;
-- end
-- $$;
-- drop function jobs.enqueue(text, text, jsonb, integer, timestamptz, integer);
