-- The queue: legal ways, fences, leases, keys. Raises at the first difference, leaves nothing.
begin;
-- what a statement is refused by: SQLSTATE and the name of the rule
create function pg_temp.refused(p_sql text) returns text language plpgsql as $$
declare
    v_state text;
    v_rule text;
begin
    execute p_sql;
    return 'accepted';
exception when others then
    get stacked diagnostics v_state = returned_sqlstate, v_rule = constraint_name;
    return rtrim(v_state || ' ' || v_rule);
end
$$;
create function pg_temp.expect(p_what text, p_expected text, p_got text) returns void language plpgsql as $$
begin
    if p_got is distinct from p_expected then
        raise exception '%: expected %, got %', p_what, p_expected, coalesce(p_got, 'null');
    end if;
end
$$;
do $$
declare
    v_job uuid;
    v_a jobs.job;
    v_b jobs.job;
begin
    v_job := jobs.enqueue('test', 'fence', '{"a": 1}', 10, '1990-01-01');
    perform pg_temp.expect('asked twice', v_job::text, jobs.enqueue('test', 'fence', '{"a": 1}')::text);
    perform pg_temp.expect('the same key for other work', '23505 jobs_idempotency_key',
        pg_temp.refused($q$select jobs.enqueue('test', 'fence', '{"a": 2}')$q$));

    -- A stalls; its lease ends; B gets the job; A wakes
    select * into v_a from jobs.claim(1);
    perform pg_temp.expect('A has it', v_job::text, v_a.id::text);
    -- counted from the clock, not from the start of this transaction
    perform pg_temp.expect('lease', 'true', (v_a.lease_until > now() + interval '5 minutes')::text);
    perform pg_temp.expect('a shorter lease', v_a.lease_until::text,
        (select lease_until::text from jobs.extend(v_job, v_a.attempts, interval '1 second')));
    update jobs.jobs set lease_until = now() where id = v_job;
    perform pg_temp.expect('back, and not at once', 'retry true', (
        select status || ' ' || (next_attempt_at > now() + jobs.backoff(1)) from jobs.release_lapsed() where id = v_job));
    update jobs.jobs set next_attempt_at = '1990-01-01' where id = v_job;
    select * into v_b from jobs.claim(1);
    perform pg_temp.expect('B has it', v_job::text || ' 2', v_b.id || ' ' || v_b.attempts);
    perform pg_temp.expect('A completes', '0', (select count(*)::text from jobs.complete(v_a.id, v_a.attempts)));
    perform pg_temp.expect('A fails', '0', (select count(*)::text from jobs.fail(v_a.id, v_a.attempts, 'x')));
    perform pg_temp.expect('A extends', '0', (select count(*)::text from jobs.extend(v_a.id, v_a.attempts)));
    perform pg_temp.expect('B completes', 'completed {"n": 1}',
        (select status || ' ' || result from jobs.complete(v_b.id, v_b.attempts, '{"n": 1}')));
    perform pg_temp.expect('B again', '0', (select count(*)::text from jobs.complete(v_b.id, v_b.attempts)));

    -- what is completed stays so, and stays
    perform pg_temp.expect('run again', '23514 jobs_legal_move', pg_temp.refused(format(
        'update jobs.jobs set status = ''pending'', completed_at = null where id = %L', v_job)));
    perform pg_temp.expect('another result', '23001 jobs_completed_is_final', pg_temp.refused(format(
        'update jobs.jobs set result = ''{}'' where id = %L', v_job)));
    perform pg_temp.expect('deleted', '23001 jobs_stay', pg_temp.refused(format(
        'delete from jobs.jobs where id = %L', v_job)));
    perform pg_temp.expect('truncated', '23001 jobs_stay', pg_temp.refused('truncate jobs.jobs'));
    perform pg_temp.expect('purged at once', '22023', pg_temp.refused('select jobs.purge(interval ''0'')'));

    perform pg_temp.expect('a key of blanks', '23514 words_not_blank', pg_temp.refused(
        $q$select jobs.enqueue('test', u&'\00A0\200B\3000\FEFF')$q$));
    -- the number of an attempt does not come again, not even for a dead letter
    v_job := jobs.enqueue('test', 'dead', '{}', 10, '1990-01-01', 1);
    select * into v_a from jobs.claim(1);
    perform pg_temp.expect('dead', 'dlq', (select status from jobs.fail(v_job, v_a.attempts, ' ')));
    perform pg_temp.expect('attempts anew', '23514 jobs_attempts_count_claims', pg_temp.refused(format(
        'update jobs.jobs set status = ''pending'', attempts = 0 where id = %L', v_job)));
    perform pg_temp.expect('discarded of late', '23001 jobs_stay', pg_temp.refused(format(
        'select jobs.discard(%L, ''wrong'')', v_job)));
    perform jobs.requeue(v_job);
    update jobs.jobs set next_attempt_at = '1990-01-01' where id = v_job;
    select * into v_b from jobs.claim(1);
    perform pg_temp.expect('second life', v_job || ' 2 6', v_b.id || ' ' || v_b.attempts || ' ' || v_b.max_attempts);
    perform pg_temp.expect('first life reports', '0', (select count(*)::text from jobs.complete(v_job, v_a.attempts)));

    -- put back by mistake: taken away again, and its words too
    v_job := jobs.enqueue('test', 'mistake', '{"of": "Ada"}', 10, '1990-01-01', 1);
    select * into v_a from jobs.claim(1);
    perform jobs.fail(v_job, v_a.attempts, 'broken');
    perform jobs.requeue(v_job);
    perform pg_temp.expect('given up', 'true true', jobs.give_up(v_job, 'a mistake') || ' ' || jobs.forget(v_job, 'request 7'));
    perform pg_temp.expect('an address as a key', '23514 jobs_key_is_short', pg_temp.refused(
        $q$select jobs.enqueue('test', 'https://example.org/' || repeat('x', 500))$q$));
end
$$;
rollback;
