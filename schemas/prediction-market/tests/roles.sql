-- What each role may and may not do. Needs roles.sql, both components, and a login that may set the roles. An owner with
-- CREATEROLE first says, for each of them, grant prediction_worker to current_user (from 16 on: with set true).
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
create function pg_temp.as_role(p_role text, p_sql text) returns text language plpgsql as $$
declare
    v_got text;
begin
    execute format('set local role %I', p_role);
    v_got := pg_temp.refused(p_sql);
    reset role;
    return v_got;
end
$$;
do $$
declare
    v_admin uuid;
    v_market constant uuid := gen_random_uuid();
    v_role text;
    v_sql text;
begin
    -- nobody is public
    perform pg_temp.expect('functions for all', null, (
        select string_agg(p.oid::regprocedure::text, ', ') from pg_proc as p
        where p.pronamespace in (select oid from pg_namespace where nspname in ('core', 'jobs'))
            and (p.proacl is null or exists (select from aclexplode(p.proacl) as a where a.grantee = 0))));
    -- definer functions have a safe path
    perform pg_temp.expect('unsafe paths', null, (
        select string_agg(p.oid::regprocedure::text, ', ') from pg_proc as p
        where p.pronamespace in (select oid from pg_namespace where nspname in ('core', 'jobs'))
            and not coalesce(p.proconfig, '{}') @> array['search_path=pg_catalog, pg_temp']));
    -- no role writes a table, but for accounts
    perform pg_temp.expect('writers', 'prediction_login INSERT core.users,prediction_login UPDATE core.users', (
        select string_agg(distinct g, ',' order by g) from (
            select grantee || ' ' || privilege_type || ' ' || table_schema || '.' || table_name
            from information_schema.column_privileges
            where table_schema in ('core', 'jobs') and starts_with(grantee, 'prediction_')
                and privilege_type in ('INSERT', 'UPDATE')
            union
            select grantee || ' ' || privilege_type || ' ' || table_schema || '.' || table_name
            from information_schema.table_privileges
            where table_schema in ('core', 'jobs') and starts_with(grantee, 'prediction_')
                and privilege_type not in ('SELECT', 'INSERT', 'UPDATE')
        ) as t (g)));
    perform pg_temp.expect('readers of secrets', 'prediction_login password_hash', (
        select string_agg(grantee || ' ' || column_name, ',') from information_schema.column_privileges
        where table_schema = 'core' and starts_with(grantee, 'prediction_') and privilege_type = 'SELECT'
            and column_name in ('password_hash', 'token_digest')));

    -- an account, a login, an approval, a market: each by its own role
    perform pg_temp.expect('account', 'accepted', pg_temp.as_role('prediction_login', format(
        'insert into core.users (email, role, password_hash) values (''a@test.invalid'', ''admin'', %L)',
        '$2b$12$' || repeat('a', 53))));
    select id into v_admin from core.users where email = 'a@test.invalid';
    perform pg_temp.expect('the last super-admin', '23001 users_keep_a_super_admin', pg_temp.as_role('prediction_login',
        'with s as (update core.users set role = ''super-admin'' returning id) select from s; update core.users set is_active = false'));
    perform pg_temp.expect('another super-admin', 'accepted', pg_temp.as_role('prediction_login', format(
        'insert into core.users (email, role, password_hash) values (''s@test.invalid'', ''super-admin'', %L)',
        '$2b$12$' || repeat('a', 53))));
    perform pg_temp.expect('login', 'accepted', pg_temp.as_role('prediction_login', format(
        'select core.begin_session(%L, sha256(''the token of a test''), ''1 hour'', %L)', v_admin, '$2b$12$' || repeat('a', 53))));
    v_sql := format('select core.approve_market(''the token of a test'', %L, ''Q'', ''sports'', ''low'', now() + interval ''1 h'')', v_market);
    foreach v_role in array array['prediction_agent', 'prediction_login', 'prediction_worker', 'prediction_maintenance', 'prediction_auditor'] loop
        perform pg_temp.expect(v_role || ' approves', '42501', pg_temp.as_role(v_role, v_sql));
        perform pg_temp.expect(v_role || ' writes the audit', '42501', pg_temp.as_role(v_role,
            'insert into core.audit_event (actor_type, actor_id, action, subject_type, subject_id) values (''system'', ''x'', ''x'', ''x'', ''x'')'));
        perform pg_temp.expect(v_role || ' moves', '42501', pg_temp.as_role(v_role,
            'update core.markets set status = ''open'''));
    end loop;
    perform pg_temp.expect('console opens sessions', '42501', pg_temp.as_role('prediction_console', format(
        'select core.begin_session(%L, sha256(''x''))', v_admin)));
    perform pg_temp.expect('console records an agent', '42501', pg_temp.as_role('prediction_console',
        'select core.record_agent(''propose'', ''market'', ''m'', ''{}'', ''x'')'));
    perform pg_temp.expect('console approves', 'accepted', pg_temp.as_role('prediction_console', v_sql));
    perform pg_temp.expect('agent publishes', 'accepted', pg_temp.as_role('prediction_agent', format(
        'select core.publish_market(id) from core.audit_event where action = ''approve'' and subject_id = %L', v_market)));
    perform pg_temp.expect('agent keeps evidence', 'accepted', pg_temp.as_role('prediction_agent', format(
        'select core.add_event(%L, ''E'', now(), 0.5, array[core.add_snapshot(''https://a.org/'', now(), ''text/html'', 7, ''sha256:'' || repeat(''a'', 64), repeat(''a'', 64))])', v_market)));
    perform pg_temp.expect('agent proposes', 'accepted', pg_temp.as_role('prediction_agent',
        'select core.record_agent(''propose'', ''market'', ''m'', ''{}'', ''x''), core.next_sequence(''c''), jobs.enqueue(''t'', ''role'')'));
    perform pg_temp.expect('console asks who', 'accepted', pg_temp.as_role('prediction_console',
        'select user_id, role from core.whoami(''the token of a test'')'));
    perform pg_temp.expect('console moves', 'accepted', pg_temp.as_role('prediction_console', format(
        'select core.move_market(''the token of a test'', %L, ''open'')', v_market)));
    perform pg_temp.expect('agent takes jobs', '42501', pg_temp.as_role('prediction_agent', 'select jobs.claim()'));
    perform pg_temp.expect('worker takes jobs', 'accepted', pg_temp.as_role('prediction_worker',
        'select jobs.complete(id, attempts) from jobs.claim(10)'));
    perform pg_temp.expect('worker takes jobs of its types', 'accepted', pg_temp.as_role('prediction_worker',
        'select jobs.claim_types(array[''fetch''])'));
    -- the job of the README, as one role
    perform jobs.enqueue('test', 'fetch', '{}', 10, '1990-01-01');
    perform pg_temp.expect('worker fetches', 'accepted', pg_temp.as_role('prediction_worker', format($q$
        do $w$
        declare
            v_job jobs.job;
            v_snapshot text;
        begin
            select * into strict v_job from jobs.claim(1);
            perform jobs.extend(v_job.id, v_job.attempts);
            v_snapshot := core.add_snapshot('https://b.org/', now(), 'text/html', 7, 'sha256:' || repeat('b', 64), repeat('b', 64));
            perform core.add_event(%L, 'E', now(), 0.5, array[v_snapshot]);
            perform core.record_system('fetch', 'snapshot', v_snapshot, '{}', v_job.id);
            perform from jobs.complete(v_job.id, v_job.attempts);
            if not found then
                raise exception 'not completed';
            end if;
        end
        $w$ $q$, v_market)));
    perform pg_temp.expect('worker purges in words', '42501 audit_event_action_reserved', pg_temp.as_role('prediction_worker',
        'select core.record_system(''purge'', ''audit_event'', ''older than 7 years'')'));
    perform pg_temp.expect('worker appends by itself', '42501', pg_temp.as_role('prediction_worker',
        'select core.append_entry(''system'', null, ''purge'', ''a'', ''b'', ''{}'')'));
    perform pg_temp.expect('console moves in words', '42501 audit_event_action_reserved', pg_temp.as_role('prediction_console',
        format('select core.record_human(''the token of a test'', ''move'', ''market'', %L)', v_market)));
    perform pg_temp.expect('worker writes jobs', '42501', pg_temp.as_role('prediction_worker',
        'update jobs.jobs set status = ''pending'''));
    perform pg_temp.expect('discard', 'accepted', pg_temp.as_role('prediction_maintenance', 'select jobs.discard(gen_random_uuid(), ''r'')'));
    perform pg_temp.expect('worker discards', '42501', pg_temp.as_role('prediction_worker', 'select jobs.discard(gen_random_uuid(), ''r'')'));
    perform pg_temp.expect('maintenance', 'accepted', pg_temp.as_role('prediction_maintenance', format(
        'select jobs.release_lapsed(), jobs.give_up(gen_random_uuid(), ''r''), jobs.purge(), jobs.purge_dead_letters(), jobs.purge_removals(), jobs.forget(gen_random_uuid(), ''r''),'
        ' core.close_due_markets(), core.purge_sessions(), core.audit_due(now() - interval ''7 years''),'
        ' core.purge_audit(now() - interval ''7 years'', 0, encode(sha256(''''), ''hex'')), core.purge_snapshots(),'
        ' core.withdraw_event((select id from core.events limit 1), ''r''),'
        ' core.forget_snapshot((select id from core.snapshots limit 1), ''r''), core.erase_user(%L, ''r'')', v_admin)));
    perform pg_temp.expect('maintenance forgets outcomes', 'P0002', pg_temp.as_role('prediction_maintenance',
        'select core.forget_outcome(gen_random_uuid(), ''r'')'));
    perform pg_temp.expect('console forgets outcomes', '42501', pg_temp.as_role('prediction_console',
        'select core.forget_outcome(gen_random_uuid(), ''r'')'));
    perform pg_temp.expect('auditor', 'accepted', pg_temp.as_role('prediction_auditor',
        'select id, role from core.users'));
    perform pg_temp.expect('auditor reads addresses', '42501', pg_temp.as_role('prediction_auditor',
        'select email from core.users'));
end
$$;
rollback;
