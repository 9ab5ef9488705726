-- Work that must be done at least once: a queue in a table, polled by workers that skip each other's rows.
create schema jobs;

-- Blanks of Unicode are listed: what [:space:] means is a matter of the collation.
create domain jobs.words as text constraint words_not_blank check (
    value ~ '[^\s\u0085\u00a0\u00ad\u034f\u115f\u1160\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u2800\u3000\u3164\ufeff]' collate "C"
);
create domain jobs.instant as timestamptz constraint instant_is_finite check (isfinite(value));

-- States and the ways between them; everything else is refused.
--
--   pending -> processing | dlq (an operator gives it up)
--   processing -> completed
--              -> failed -> retry | dlq
--              -> retry -> processing | dlq (an operator gives it up)
--              -> dlq -> pending (an operator puts it back, and grants it more attempts)
create function jobs.is_legal_move(p_from text, p_to text) returns boolean
    language sql
    immutable
    set search_path = pg_catalog, pg_temp
    return (p_from, p_to) in (
        ('pending', 'processing'),
        ('pending', 'dlq'),
        ('processing', 'completed'),
        ('processing', 'failed'),
        ('processing', 'retry'),
        ('processing', 'dlq'),
        ('retry', 'processing'),
        ('retry', 'dlq'),
        ('failed', 'retry'),
        ('failed', 'dlq'),
        ('dlq', 'pending')
    );

create function jobs.backoff(p_attempts integer) returns interval
    language sql
    immutable
    set search_path = pg_catalog, pg_temp
    return least(interval '1 hour', interval '5 seconds' * power(2, least(greatest(p_attempts, 1), 20) - 1));

create function jobs.minimum_keep() returns interval
    language sql
    immutable
    set search_path = pg_catalog, pg_temp
    return interval '7 days';

create table jobs.jobs (
    id uuid not null default gen_random_uuid(),
    job_type jobs.words not null,
    idempotency_key jobs.words not null,
    payload jsonb not null default '{}',
    status text not null default 'pending',
    attempts integer not null default 0,
    max_attempts integer not null default 5,
    forgotten_at jobs.instant,
    next_attempt_at jobs.instant not null default now(),
    lease_until jobs.instant,
    result jsonb not null default '{}',
    last_error jobs.words,
    started_at jobs.instant,
    completed_at jobs.instant,
    created_at jobs.instant not null default now(),
    updated_at jobs.instant not null default now(),
    constraint jobs_pkey primary key (id),
    constraint jobs_idempotency_key unique (job_type, idempotency_key),
    -- in four bytes each they fit into the index
    constraint jobs_key_is_short check (length(job_type) <= 100 and length(idempotency_key) <= 500),
    constraint jobs_payload_is_object check (jsonb_typeof(payload) = 'object'),
    constraint jobs_result_is_object check (jsonb_typeof(result) = 'object'),
    constraint jobs_status_known
        check (status in ('pending', 'processing', 'completed', 'failed', 'retry', 'dlq')),
    constraint jobs_max_attempts_positive check (max_attempts > 0),
    constraint jobs_attempts_within_max check (attempts between 0 and max_attempts),
    constraint jobs_completed_at_only_when_completed check ((status = 'completed') = (completed_at is not null)),
    constraint jobs_result_only_when_completed check (status = 'completed' or result = '{}'),
    constraint jobs_forgotten_has_no_words check (
        forgotten_at is null or status in ('completed', 'dlq') and payload = '{}' and result = '{}'
    ),
    constraint jobs_started_at_when_processing check (status <> 'processing' or started_at is not null),
    constraint jobs_lease_only_when_processing check ((status = 'processing') = (lease_until is not null)),
    constraint jobs_last_error_of_a_failure check (status not in ('failed', 'dlq') or last_error is not null),
    -- otherwise every claim that meets the job fails, and the queue stands still
    constraint jobs_waiting_has_attempts_left check (status not in ('pending', 'retry') or attempts < max_attempts)
)
-- each job leaves three dead rows behind, through which polling would wade
with (autovacuum_vacuum_scale_factor = 0.02);

-- What the functions for workers return. Were it the row of the table, a call in the instant in which the table gets
-- another column would fail: the caller expects the row of before.
create type jobs.job as (
    id uuid,
    job_type jobs.words,
    idempotency_key jobs.words,
    payload jsonb,
    status text,
    attempts integer,
    max_attempts integer,
    next_attempt_at jobs.instant,
    lease_until jobs.instant,
    result jsonb,
    last_error jobs.words
);

create function jobs.guard() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
    if tg_op = 'INSERT' then
        if new.status <> 'pending' or new.attempts <> 0 then
            raise exception 'a job begins as pending with no attempts, not as % with %', new.status, new.attempts
                using errcode = 'check_violation', schema = tg_table_schema, table = tg_table_name,
                    column = 'status', constraint = 'jobs_begins_pending',
                    hint = 'Insert it without status and attempts.';
        end if;
        if new.next_attempt_at > now() + interval '1 year' then
            raise exception 'a job that is not due before %', new.next_attempt_at
                using errcode = 'check_violation', schema = tg_table_schema, table = tg_table_name,
                    column = 'next_attempt_at', constraint = 'jobs_due_within_a_year',
                    hint = 'What is that far off belongs in a calendar, which asks for it in time.';
        end if;
        return new;
    end if;
    if old.forgotten_at is not null or new.forgotten_at is not null then
        if old.forgotten_at is null
            and to_jsonb(new) - '{payload,result,last_error,forgotten_at,updated_at}'::text[]
                = to_jsonb(old) - '{payload,result,last_error,forgotten_at,updated_at}'::text[]
        then
            -- a dead letter does not become younger by it
            new.updated_at := old.updated_at;
            return new;
        end if;
        raise exception 'the words of job % are forgotten', old.id
            using errcode = 'restrict_violation', schema = tg_table_schema, table = tg_table_name,
                constraint = 'jobs_forgotten_is_final', hint = 'Ask for the work again, with another key.';
    end if;
    if (new.id, new.job_type, new.idempotency_key, new.created_at)
        is distinct from (old.id, old.job_type, old.idempotency_key, old.created_at)
    then
        raise exception 'id, type, idempotency key and birth of a job do not change'
            using errcode = 'restrict_violation', schema = tg_table_schema, table = tg_table_name,
                constraint = 'jobs_identity_immutable', hint = 'Insert another job.';
    end if;
    if new.status is distinct from old.status and not jobs.is_legal_move(old.status, new.status) then
        raise exception 'a job does not go from % to %', old.status, new.status
            using errcode = 'check_violation', schema = tg_table_schema, table = tg_table_name,
                column = 'status', constraint = 'jobs_legal_move',
                hint = 'See jobs.is_legal_move.';
    end if;
    if old.status = 'completed' and new is distinct from old then
        raise exception 'job % is completed', old.id
            using errcode = 'restrict_violation', schema = tg_table_schema, table = tg_table_name,
                constraint = 'jobs_completed_is_final', hint = 'Insert another job.';
    end if;
    -- the number of the attempt is the fence of its worker: it must never come a second time
    if new.attempts is distinct from old.attempts + (new.status = 'processing' and old.status <> 'processing')::integer
    then
        raise exception 'the attempts of job % go from % to %', old.id, old.attempts, new.attempts
            using errcode = 'check_violation', schema = tg_table_schema, table = tg_table_name,
                column = 'attempts', constraint = 'jobs_attempts_count_claims',
                hint = 'They rise by one when the job is claimed. Raise max_attempts to let it be tried again.';
    end if;
    if new.status <> old.status then
        if new.status = 'processing' then
            new.started_at := clock_timestamp();
            new.lease_until := coalesce(new.lease_until, clock_timestamp() + interval '5 minutes');
        else
            new.lease_until := null;
        end if;
        if new.status = 'completed' then
            new.completed_at := clock_timestamp();
        end if;
    end if;
    new.updated_at := now();
    return new;
end
$$;

create trigger jobs_guard
    before insert or update on jobs.jobs
    for each row execute function jobs.guard();

-- The row of a job is the memory of its key: while it is there, the same work is not done twice.
create function jobs.stay() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
    if tg_op = 'DELETE' then
        if old.status = 'pending' and old.attempts = 0
            or old.status = 'completed' and old.completed_at < now() - jobs.minimum_keep()
            or old.status = 'dlq' and old.updated_at < now() - jobs.minimum_keep()
        then
            return old;
        end if;
    end if;
    raise exception '% of jobs that run, may run again, or ended of late', lower(tg_op)
        using errcode = 'restrict_violation', schema = tg_table_schema, table = tg_table_name,
            constraint = 'jobs_stay',
            hint = 'Their keys keep the work from being done twice. jobs.discard and jobs.purge take what ended long ago.';
end
$$;

create trigger jobs_stay
    before delete on jobs.jobs
    for each row execute function jobs.stay();

create trigger jobs_not_truncated
    before truncate on jobs.jobs
    for each statement execute function jobs.stay();

-- What a worker does: take, then complete or fail, and meanwhile extend.
create function jobs.check_arguments(p_limit integer, p_lease interval) returns void
language plpgsql
immutable
set search_path = pg_catalog, pg_temp
as $$
begin
    if p_limit is null or p_limit not between 1 and 10000 then
        raise exception 'not a number of jobs: %', p_limit
            using errcode = 'invalid_parameter_value', hint = 'From 1 to 10000.';
    end if;
    if p_lease is null or p_lease not between interval '1 second' and interval '1 day' then
        raise exception 'not a lease: %', p_lease
            using errcode = 'invalid_parameter_value', hint = 'From a second to a day.';
    end if;
end
$$;

create function jobs.release_lapsed(p_limit integer default 100) returns setof jobs.job
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    -- not now(): in a transaction that began long ago it would be over at once, or last for ever
    v_now constant timestamptz := clock_timestamp();
begin
    perform jobs.check_arguments(p_limit, interval '1 minute');
    return query
        update jobs.jobs as j
        set status = case when j.attempts < j.max_attempts then 'retry' else 'dlq' end,
            next_attempt_at = v_now + jobs.backoff(j.attempts),
            last_error = format('attempt %s did not report before its lease ended', j.attempts)
        where j.id = any (array(
            select l.id
            from jobs.jobs as l
            where l.status = 'processing' and l.lease_until <= v_now
            order by l.lease_until
            limit p_limit
            for update skip locked
        ))
        returning j.id, j.job_type, j.idempotency_key, j.payload, j.status, j.attempts,
            j.max_attempts, j.next_attempt_at, j.lease_until, j.result, j.last_error;
end
$$;

create function jobs.claim(p_limit integer default 1, p_lease interval default interval '5 minutes')
returns setof jobs.job
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    perform jobs.check_arguments(p_limit, p_lease);
    perform jobs.release_lapsed(p_limit);
    -- an array, for it is made once; a join might take the inner query up again and again
    return query
        update jobs.jobs as j
        set status = 'processing', attempts = j.attempts + 1, lease_until = clock_timestamp() + p_lease
        where j.id = any (array(
            select d.id
            from jobs.jobs as d
            where d.status in ('pending', 'retry') and d.next_attempt_at <= now()
            order by d.next_attempt_at
            limit p_limit
            for update skip locked
        ))
        returning j.id, j.job_type, j.idempotency_key, j.payload, j.status, j.attempts,
            j.max_attempts, j.next_attempt_at, j.lease_until, j.result, j.last_error;
end
$$;

create function jobs.extend(p_id uuid, p_attempt integer, p_lease interval default interval '5 minutes')
returns setof jobs.job
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    perform jobs.check_arguments(1, p_lease);
    return query
        update jobs.jobs as j set lease_until = greatest(j.lease_until, clock_timestamp() + p_lease)
        where j.id = p_id and j.attempts = p_attempt and j.status = 'processing'
        returning j.id, j.job_type, j.idempotency_key, j.payload, j.status, j.attempts,
            j.max_attempts, j.next_attempt_at, j.lease_until, j.result, j.last_error;
end
$$;

create function jobs.complete(p_id uuid, p_attempt integer, p_result jsonb default '{}') returns setof jobs.job
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    return query
        update jobs.jobs set status = 'completed', result = p_result
        where id = p_id and attempts = p_attempt and status = 'processing'
        returning id, job_type, idempotency_key, payload, status, attempts,
            max_attempts, next_attempt_at, lease_until, result, last_error;
end
$$;

create function jobs.fail(p_id uuid, p_attempt integer, p_error text) returns setof jobs.job
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_error jobs.words;
begin
    -- an error that says nothing is one all the same
    begin
        v_error := p_error;
    exception when check_violation then
        null;
    end;
    return query
        update jobs.jobs
        set status = case when attempts < max_attempts then 'retry' else 'dlq' end,
            next_attempt_at = clock_timestamp() + jobs.backoff(attempts),
            last_error = coalesce(v_error, 'no reason was given')
        where id = p_id and attempts = p_attempt and status = 'processing'
        returning id, job_type, idempotency_key, payload, status, attempts,
            max_attempts, next_attempt_at, lease_until, result, last_error;
end
$$;

create function jobs.requeue(p_id uuid, p_attempts integer default 5) returns setof jobs.job
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    return query
        update jobs.jobs
        set status = 'pending', max_attempts = attempts + greatest(p_attempts, 1), next_attempt_at = now()
        where id = p_id and status = 'dlq' and forgotten_at is null
        returning id, job_type, idempotency_key, payload, status, attempts,
            max_attempts, next_attempt_at, lease_until, result, last_error;
end
$$;

create function jobs.give_up(p_id uuid, p_reason text) returns boolean
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_reason jobs.words := coalesce(p_reason, '');
begin
    update jobs.jobs set status = 'dlq', last_error = v_reason
    where id = p_id and (status in ('retry', 'failed') or status = 'pending' and attempts > 0);
    return found;
end
$$;

-- What left the queue before its time, and why.
create table jobs.removals (
    id uuid not null default gen_random_uuid(),
    kind text not null,
    job_id uuid not null,
    job_type jobs.words not null,
    status text not null,
    reason jobs.words not null,
    recorded_by text not null default session_user,
    occurred_at jobs.instant not null default now(),
    constraint removals_pkey primary key (id),
    constraint removals_kind_known check (kind in ('discard', 'forget'))
);

create function jobs.stamp_removal() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
    new.recorded_by := session_user;
    new.occurred_at := clock_timestamp();
    return new;
end
$$;

create trigger removals_stamp
    before insert on jobs.removals
    for each row execute function jobs.stamp_removal();

create function jobs.append_only() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
    raise exception '% of %.% is refused: it is append-only', tg_op, tg_table_schema, tg_table_name
        using errcode = 'restrict_violation',
            schema = tg_table_schema,
            table = tg_table_name,
            constraint = tg_table_name || '_append_only',
            hint = 'Insert a row that corrects the earlier one.';
end
$$;

create trigger removals_append_only
    before update or truncate on jobs.removals
    for each statement execute function jobs.append_only();
create trigger removals_kept_a_year
    before delete on jobs.removals
    for each row when (old.occurred_at >= now() - interval '1 year')
    execute function jobs.append_only();

alter table jobs.removals enable always trigger removals_append_only;
alter table jobs.removals enable always trigger removals_kept_a_year;

-- The way out for work that was asked for by mistake, and for a dead letter that nobody will repair.
create function jobs.discard(p_id uuid, p_reason text) returns boolean
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_reason jobs.words := coalesce(p_reason, '');
begin
    -- what is too young, or is at work, is refused by the trigger
    with gone as (
        delete from jobs.jobs
        where id = p_id and (status = 'pending' and attempts = 0 or status in ('completed', 'dlq'))
        returning id, job_type, status
    )
    insert into jobs.removals (kind, job_id, job_type, status, reason)
    select 'discard', id, job_type, status, v_reason from gone;
    return found;
end
$$;

-- The row stays, so that the key is remembered; the words go at once.
create function jobs.forget(p_id uuid, p_reason text) returns boolean
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_reason jobs.words := coalesce(p_reason, '');
begin
    with forgotten as (
        update jobs.jobs
        set payload = '{}', result = '{}', forgotten_at = clock_timestamp(),
            last_error = case when last_error is not null then 'forgotten' end
        where id = p_id and status in ('completed', 'dlq') and forgotten_at is null
        returning id, job_type, status
    )
    insert into jobs.removals (kind, job_id, job_type, status, reason)
    select 'forget', id, job_type, status, v_reason from forgotten;
    return found;
end
$$;

-- What goes is asked for by functions of their own, each with its status as a constant: the planner takes a partial index for
-- nothing else.
create function jobs.check_purge(p_older_than interval, p_keep interval, p_limit integer) returns void
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
begin
    perform jobs.check_arguments(p_limit, interval '1 minute');
    -- as times: compared as intervals, 360 days are a year, and a day has 24 hours also where the clocks change
    if p_older_than is null or now() - p_older_than > now() - p_keep then
        raise exception 'what ended is kept for % at least, not for %', p_keep, p_older_than
            using errcode = 'invalid_parameter_value', hint = 'A week for jobs, see jobs.minimum_keep; a year for removals.';
    end if;
end
$$;

create function jobs.purge(p_older_than interval default interval '90 days', p_limit integer default 10000)
returns bigint
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_purged bigint;
begin
    perform jobs.check_purge(p_older_than, jobs.minimum_keep(), p_limit);
    delete from jobs.jobs
    where id = any (array(
        select o.id
        from jobs.jobs as o
        where o.status = 'completed' and o.completed_at < now() - p_older_than
        order by o.completed_at
        limit p_limit
        for update skip locked
    ));
    get diagnostics v_purged = row_count;
    return v_purged;
end
$$;

create function jobs.purge_dead_letters(p_older_than interval default interval '1 year', p_limit integer default 10000)
returns bigint
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_purged bigint;
begin
    perform jobs.check_purge(p_older_than, jobs.minimum_keep(), p_limit);
    delete from jobs.jobs
    where id = any (array(
        select o.id
        from jobs.jobs as o
        where o.status = 'dlq' and o.updated_at < now() - p_older_than
        order by o.updated_at
        limit p_limit
        for update skip locked
    ));
    get diagnostics v_purged = row_count;
    return v_purged;
end
$$;

create function jobs.purge_removals(p_older_than interval default interval '7 years', p_limit integer default 10000)
returns bigint
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_purged bigint;
begin
    perform jobs.check_purge(p_older_than, interval '1 year', p_limit);
    delete from jobs.removals
    where id = any (array(
        select o.id
        from jobs.removals as o
        where o.occurred_at < now() - p_older_than
        order by o.occurred_at
        limit p_limit
        for update skip locked
    ));
    get diagnostics v_purged = row_count;
    return v_purged;
end
$$;

revoke execute on all functions in schema jobs from public;

comment on schema jobs is 'prediction-market: the queue of background work.';
comment on domain jobs.words is 'Text that says something: at least one character that is no white space and not invisible, in any collation.';
comment on constraint words_not_blank on domain jobs.words is 'Text that says something.';
comment on domain jobs.instant is 'A time that is neither infinite nor minus infinite: what waits for infinity never runs.';
comment on constraint instant_is_finite on domain jobs.instant is 'The time is an instant.';
comment on function jobs.is_legal_move(text, text) is 'Whether a job may go from one status to another.';
comment on function jobs.backoff(integer) is
    'How long to wait after that many attempts: 5 s, doubled each time, at most an hour.';
comment on function jobs.minimum_keep() is
    'How long a job that ended stays at least: so long its idempotency key is remembered.';
comment on type jobs.job is
    'A job as its worker sees it: columns of jobs.jobs with the same names. Stays as it is when the table gets other columns.';
comment on function jobs.guard() is
    'Trigger: how a job begins, the legal moves, the count of attempts, and the times that the server sets.';
comment on function jobs.stay() is
    'Trigger: a job leaves the table only before its first attempt, or a while after its end.';
comment on function jobs.check_arguments(integer, interval) is 'Refuses a number of jobs or a lease that makes no sense.';
comment on function jobs.check_purge(interval, interval, integer) is
    'Refuses an age that is younger than what is kept, and a number of rows that makes no sense.';
comment on function jobs.release_lapsed(integer) is
    'Puts back the jobs whose lease has ended: due after jobs.backoff, as after a failure, for what killed one worker may kill the next; or a dead letter after the last attempt. jobs.claim calls it too.';
comment on function jobs.claim(integer, interval) is
    'Takes up to that many due jobs for the length of a lease; concurrent workers skip what another has taken. Reports must bring the column attempts of the row. Commit before the work begins: the number of an attempt that is rolled back is given again.';
comment on function jobs.extend(uuid, integer, interval) is
    'A worker that needs longer: the lease ends that long from now, never earlier than before. No row when the attempt is over, and the worker should stop.';
comment on function jobs.complete(uuid, integer, jsonb) is
    'Ends a job. No row when that attempt is over, as after a second or a late report.';
comment on function jobs.fail(uuid, integer, text) is
    'Puts a job back for a later attempt, or to the dead letters when it has had its attempts; no row when that attempt is over.';
comment on function jobs.requeue(uuid, integer) is
    'Puts a dead letter back and grants it that many more attempts; no row when it is no dead letter.';
comment on function jobs.give_up(uuid, text) is
    'Makes a job that waits for another attempt a dead letter, also one that was put back, with the reason as its last error; false for any other.';
comment on function jobs.discard(uuid, text) is
    'Deletes a job before its first attempt, or one that ended longer ago than jobs.minimum_keep, which is refused before; false for any other. The key is forgotten with it; jobs.removals says why.';
comment on function jobs.forget(uuid, text) is
    'Empties payload and result of a job that is completed or a dead letter, at the wish of a person; false for any other. The key stays; jobs.removals says why.';
comment on function jobs.purge_dead_letters(interval, integer) is
    'Deletes up to that many dead letters that became so longer ago than that, the oldest first; returns how many. What they were to do is not done.';
comment on function jobs.purge_removals(interval, integer) is
    'Deletes up to that many rows of jobs.removals older than that, at least a year, the oldest first; returns how many.';
comment on function jobs.stamp_removal() is 'Trigger: sets login and time.';
comment on function jobs.append_only() is
    'Trigger: refuses UPDATE, DELETE and TRUNCATE with 23001 and <table>_append_only as constraint.';
comment on table jobs.removals is 'Which jobs were discarded or forgotten by hand, by whom and why; append-only. It holds no payloads.';
comment on column jobs.removals.id is 'Made by the database.';
comment on column jobs.removals.kind is 'discard: the row is gone, with its key; forget: its words are.';
comment on column jobs.removals.job_id is 'The job; no reference, for its row may be gone.';
comment on column jobs.removals.job_type is 'What it was to do.';
comment on column jobs.removals.status is 'As it was then.';
comment on column jobs.removals.reason is 'Why, without the words that went.';
comment on column jobs.removals.recorded_by is 'Login of the database that did it; set by the database.';
comment on column jobs.removals.occurred_at is 'When, by the clock of the server; set by the database.';
comment on constraint removals_pkey on jobs.removals is 'A job may be forgotten first and discarded later.';
comment on constraint removals_kind_known on jobs.removals is 'discard or forget.';
comment on trigger removals_stamp on jobs.removals is 'Sets what no writer is believed.';
comment on trigger removals_append_only on jobs.removals is 'Neither UPDATE nor TRUNCATE, not even by the owner.';
comment on trigger removals_kept_a_year on jobs.removals is 'No DELETE within a year; see jobs.purge_removals.';
comment on function jobs.purge(interval, integer) is
    'Deletes up to that many jobs completed longer ago than that, the oldest first; returns how many. Their keys are forgotten with them.';
comment on trigger jobs_guard on jobs.jobs is 'How a job begins and moves.';
comment on trigger jobs_stay on jobs.jobs is 'What runs, may run again or ended of late is not deleted.';
comment on trigger jobs_not_truncated on jobs.jobs is 'The queue is not emptied at once.';
comment on table jobs.jobs is 'One row for each piece of work.';
comment on column jobs.jobs.id is 'Made by whoever asks for the work, or at random.';
comment on column jobs.jobs.job_type is 'What is to be done, such as fetch-snapshot.';
comment on column jobs.jobs.idempotency_key is 'Names the work within its type, so that a second request finds the first.';
comment on column jobs.jobs.payload is 'What the worker needs to know; no secrets and no personal data, for auditors read it.';
comment on column jobs.jobs.status is
    'pending: not tried yet; retry: tried and waiting; failed: for workers that decide later between retry and dlq; dlq: a dead letter, waits for an operator.';
comment on column jobs.jobs.attempts is
    'How often it was claimed, 0 before the first time; never falls, so it names the attempt when a worker reports.';
comment on column jobs.jobs.max_attempts is 'After so many attempts it becomes a dead letter.';
comment on column jobs.jobs.next_attempt_at is 'Not to be claimed before; at most a year ahead when it is asked for.';
comment on column jobs.jobs.forgotten_at is 'When payload and result were removed at the wish of a person; null before.';
comment on column jobs.jobs.lease_until is
    'When a worker that did not report counts as dead and the job comes back; null unless it is processed.';
comment on column jobs.jobs.result is 'What came of it; empty unless it is completed.';
comment on column jobs.jobs.last_error is 'What went wrong last, kept when a later attempt succeeds; null when nothing did.';
comment on column jobs.jobs.started_at is 'When it was claimed last, by the clock of the server; null before.';
comment on column jobs.jobs.completed_at is 'When it was completed, by the clock of the server; null unless it is.';
comment on column jobs.jobs.created_at is
    'When it was asked for first: a second request with the same key does not change it.';
comment on column jobs.jobs.updated_at is 'When the row was last changed; of a dead letter, when it became one.';
comment on constraint jobs_pkey on jobs.jobs is 'Workers name a job by it, together with the attempt.';
comment on constraint jobs_idempotency_key on jobs.jobs is 'The same work is queued once.';
comment on constraint jobs_payload_is_object on jobs.jobs is 'So that workers may ask for a key of any job.';
comment on constraint jobs_result_is_object on jobs.jobs is 'So that whoever asked may ask for a key of any result.';
comment on constraint jobs_status_known on jobs.jobs is 'Those of jobs.is_legal_move.';
comment on constraint jobs_max_attempts_positive on jobs.jobs is 'With none it could never be claimed.';
comment on constraint jobs_attempts_within_max on jobs.jobs is 'A job that fails for ever ends as a dead letter.';
comment on constraint jobs_completed_at_only_when_completed on jobs.jobs is 'jobs.purge goes by it.';
comment on constraint jobs_result_only_when_completed on jobs.jobs is
    'What an attempt that failed found is not taken for a result.';
comment on constraint jobs_forgotten_has_no_words on jobs.jobs is 'What was forgotten has ended, and has neither payload nor result.';
comment on constraint jobs_started_at_when_processing on jobs.jobs is 'Says how long the attempt has been under way.';
comment on constraint jobs_lease_only_when_processing on jobs.jobs is
    'A job that is processed says until when its worker is waited for.';
comment on constraint jobs_last_error_of_a_failure on jobs.jobs is 'Whoever finds a dead letter is told why.';
comment on constraint jobs_key_is_short on jobs.jobs is
    'A type has up to 100 characters and a key up to 500; of something longer, such as an address, take the SHA-256.';
comment on constraint jobs_waiting_has_attempts_left on jobs.jobs is 'What waits to be claimed can be.';

-- ROLLBACK
-- drop function jobs.purge_removals(interval, integer);
-- drop function jobs.purge_dead_letters(interval, integer);
-- drop function jobs.purge(interval, integer);
-- drop function jobs.check_purge(interval, interval, integer);
-- drop function jobs.forget(uuid, text);
-- drop function jobs.discard(uuid, text);
-- drop function jobs.give_up(uuid, text);
-- drop table jobs.removals;
-- drop function jobs.append_only();
-- drop function jobs.stamp_removal();
-- drop function jobs.requeue(uuid, integer);
-- drop function jobs.fail(uuid, integer, text);
-- drop function jobs.complete(uuid, integer, jsonb);
-- drop function jobs.extend(uuid, integer, interval);
-- drop function jobs.claim(integer, interval);
-- drop function jobs.release_lapsed(integer);
-- drop function jobs.check_arguments(integer, interval);
-- drop type jobs.job;
-- drop table jobs.jobs;
-- drop function jobs.stay();
-- drop function jobs.guard();
-- drop function jobs.minimum_keep();
-- drop function jobs.backoff(integer);
-- drop function jobs.is_legal_move(text, text);
-- drop domain jobs.instant;
-- drop domain jobs.words;
-- drop schema jobs;
