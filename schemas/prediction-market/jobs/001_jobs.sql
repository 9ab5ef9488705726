-- Work that must be done at least once: a queue in a table, polled by workers that skip each other's rows.
create schema jobs;

comment on schema jobs is 'prediction-market: the queue of background work.';

-- States and the ways between them; everything else is refused.
--
--   pending -> processing -> completed
--                         -> failed -> retry | dlq
--                         -> retry -> processing
--                         -> dlq -> pending (an operator puts it back, its attempts start anew)
create function jobs.is_legal_move(p_from text, p_to text) returns boolean
    language sql
    immutable
    return (p_from, p_to) in (
        ('pending', 'processing'),
        ('processing', 'completed'),
        ('processing', 'failed'),
        ('processing', 'retry'),
        ('processing', 'dlq'),
        ('retry', 'processing'),
        ('failed', 'retry'),
        ('failed', 'dlq'),
        ('dlq', 'pending')
    );

comment on function jobs.is_legal_move(text, text) is 'Whether a job may go from one status to another.';

create function jobs.backoff(p_attempts integer) returns interval
    language sql
    immutable
    return least(interval '1 hour', interval '5 seconds' * power(2, least(greatest(p_attempts, 1), 20) - 1));

comment on function jobs.backoff(integer) is
    'How long to wait after that many attempts: 5 s, doubled each time, at most an hour.';

create table jobs.jobs (
    id uuid not null default gen_random_uuid(),
    job_type text not null,
    idempotency_key text not null,
    payload jsonb not null default '{}',
    status text not null default 'pending',
    attempts integer not null default 0,
    max_attempts integer not null default 5,
    next_attempt_at timestamptz not null default now(),
    last_error text,
    started_at timestamptz,
    completed_at timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint jobs_pkey primary key (id),
    constraint jobs_idempotency_key unique (job_type, idempotency_key),
    constraint jobs_job_type_not_blank check (btrim(job_type) <> ''),
    constraint jobs_idempotency_key_not_blank check (btrim(idempotency_key) <> ''),
    constraint jobs_payload_is_object check (jsonb_typeof(payload) = 'object'),
    constraint jobs_status_known
        check (status in ('pending', 'processing', 'completed', 'failed', 'retry', 'dlq')),
    constraint jobs_max_attempts_positive check (max_attempts > 0),
    constraint jobs_attempts_within_max check (attempts between 0 and max_attempts),
    constraint jobs_completed_at_only_when_completed check ((status = 'completed') = (completed_at is not null)),
    constraint jobs_started_at_when_processing check (status <> 'processing' or started_at is not null),
    constraint jobs_last_error_of_a_failure check (status not in ('failed', 'dlq') or last_error is not null),
    -- otherwise every claim that meets the job fails, and the queue stands still
    constraint jobs_waiting_has_attempts_left check (status not in ('pending', 'retry') or attempts < max_attempts)
);

create function jobs.guard() returns trigger
language plpgsql
set search_path = ''
as $$
begin
    if tg_op = 'INSERT' then
        if new.status <> 'pending' or new.attempts <> 0 then
            raise exception 'a job begins as pending with no attempts, not as % with %', new.status, new.attempts
                using errcode = 'check_violation', schema = tg_table_schema, table = tg_table_name,
                    column = 'status', constraint = 'jobs_begins_pending',
                    hint = 'Insert it without status and attempts.';
        end if;
        return new;
    end if;
    if (new.id, new.job_type, new.idempotency_key) is distinct from (old.id, old.job_type, old.idempotency_key) then
        raise exception 'id, type and idempotency key of a job do not change'
            using errcode = 'restrict_violation', schema = tg_table_schema, table = tg_table_name,
                constraint = 'jobs_identity_immutable', hint = 'Insert another job.';
    end if;
    if new.status is distinct from old.status and not jobs.is_legal_move(old.status, new.status) then
        raise exception 'a job does not go from % to %', old.status, new.status
            using errcode = 'check_violation', schema = tg_table_schema, table = tg_table_name,
                column = 'status', constraint = 'jobs_legal_move',
                hint = 'See jobs.is_legal_move.';
    end if;
    if new.attempts is distinct from (case
        when new.status = 'processing' and old.status <> 'processing' then old.attempts + 1
        when new.status = 'pending' and old.status = 'dlq' then 0
        else old.attempts
    end) then
        raise exception 'the attempts of job % go from % to %', old.id, old.attempts, new.attempts
            using errcode = 'check_violation', schema = tg_table_schema, table = tg_table_name,
                column = 'attempts', constraint = 'jobs_attempts_count_claims',
                hint = 'They rise by one when the job is claimed, and start anew when it leaves the dead letters.';
    end if;
    new.updated_at := now();
    return new;
end
$$;

create trigger jobs_guard
    before insert or update on jobs.jobs
    for each row execute function jobs.guard();

-- What a worker does: take, then complete or fail. The bodies are texts, read anew for each session: a body in the form of
-- the SQL standard keeps the columns of today, and fails when the table has got another one.
create function jobs.claim(p_limit integer default 1) returns setof jobs.jobs
language sql
set search_path = ''
as $$
    update jobs.jobs as j
    set status = 'processing', attempts = j.attempts + 1, started_at = now()
    from (
        select id
        from jobs.jobs
        where status in ('pending', 'retry') and next_attempt_at <= now()
        order by next_attempt_at
        limit p_limit
        for update skip locked
    ) as due
    where j.id = due.id
    returning j.*
$$;

create function jobs.complete(p_id uuid) returns setof jobs.jobs
language sql
set search_path = ''
as $$
    update jobs.jobs set status = 'completed', completed_at = now()
    where id = p_id and status = 'processing'
    returning *
$$;

create function jobs.fail(p_id uuid, p_error text) returns setof jobs.jobs
language sql
set search_path = ''
as $$
    update jobs.jobs
    set status = case when attempts < max_attempts then 'retry' else 'dlq' end,
        next_attempt_at = now() + jobs.backoff(attempts),
        last_error = p_error
    where id = p_id and status = 'processing'
    returning *
$$;

comment on function jobs.guard() is 'Trigger: how a job begins, the legal moves, the count of attempts, updated_at.';
comment on function jobs.claim(integer) is
    'Takes up to that many due jobs; concurrent workers skip what another has taken.';
comment on function jobs.complete(uuid) is 'Ends a job that is being processed; no row when it is not, as after a second report.';
comment on function jobs.fail(uuid, text) is
    'Puts a job back for a later attempt, or to the dead letters when it has had its attempts; no row when it is not being processed.';
comment on trigger jobs_guard on jobs.jobs is 'How a job begins and moves.';
comment on table jobs.jobs is 'One row for each piece of work.';
comment on column jobs.jobs.id is 'Key of the job.';
comment on column jobs.jobs.job_type is 'What is to be done, such as fetch-snapshot.';
comment on column jobs.jobs.idempotency_key is 'Names the work within its type, so that a second request finds the first.';
comment on column jobs.jobs.payload is 'What the worker needs to know: a JSON object.';
comment on column jobs.jobs.status is 'pending, processing, completed, failed, retry, or dlq for a dead letter.';
comment on column jobs.jobs.attempts is 'How often it was claimed.';
comment on column jobs.jobs.max_attempts is 'After so many attempts it becomes a dead letter.';
comment on column jobs.jobs.next_attempt_at is 'Not to be claimed before.';
comment on column jobs.jobs.last_error is 'What went wrong last; null when nothing did.';
comment on column jobs.jobs.started_at is 'When it was claimed last; null before.';
comment on column jobs.jobs.completed_at is 'When it was completed; null unless it is.';
comment on column jobs.jobs.created_at is 'When the row was written.';
comment on column jobs.jobs.updated_at is 'When the row was last changed.';
comment on constraint jobs_pkey on jobs.jobs is 'One row per job.';
comment on constraint jobs_idempotency_key on jobs.jobs is 'The same work is queued once.';
comment on constraint jobs_job_type_not_blank on jobs.jobs is 'A job has a type.';
comment on constraint jobs_idempotency_key_not_blank on jobs.jobs is 'A job names its work.';
comment on constraint jobs_payload_is_object on jobs.jobs is 'The payload is a JSON object.';
comment on constraint jobs_status_known on jobs.jobs is 'The status is one of six.';
comment on constraint jobs_max_attempts_positive on jobs.jobs is 'A job is tried at least once.';
comment on constraint jobs_attempts_within_max on jobs.jobs is 'No job is tried more often than allowed.';
comment on constraint jobs_completed_at_only_when_completed on jobs.jobs is
    'A completed job says when, no other does.';
comment on constraint jobs_started_at_when_processing on jobs.jobs is 'A job that is processed says since when.';
comment on constraint jobs_last_error_of_a_failure on jobs.jobs is 'A failure says why.';
comment on constraint jobs_waiting_has_attempts_left on jobs.jobs is 'What waits to be claimed can be.';

-- ROLLBACK
-- drop function jobs.fail(uuid, text);
-- drop function jobs.complete(uuid);
-- drop function jobs.claim(integer);
-- drop table jobs.jobs;
-- drop function jobs.guard();
-- drop function jobs.backoff(integer);
-- drop function jobs.is_legal_move(text, text);
-- drop schema jobs;
