-- The log: append-only, with a retention, and words that can be removed with evidence. Run it with
-- psql -v ON_ERROR_STOP=1 -f, as a role that bypasses row-level security and may set the roles of the API;
-- it ends with an error, or all holds; nothing is left behind.
begin;

create function pg_temp.refused(p_sql text, p_rule text) returns void language plpgsql as $$
declare
    v_state text;
    v_constraint text;
begin
    begin
        execute p_sql;
    exception
        when others then
            get stacked diagnostics v_state = returned_sqlstate, v_constraint = constraint_name;
            if rtrim(v_state || ' ' || v_constraint) is distinct from p_rule then
                raise exception 'expected %, got % % (%): %', p_rule, v_state, v_constraint, sqlerrm, p_sql;
            end if;
            return;
    end;
    raise exception 'accepted, and not refused by %: %', p_rule, p_sql;
end
$$;

create function pg_temp.equal(p_got anyelement, p_expected anyelement, p_what text) returns void language plpgsql as $$
begin
    if p_got is distinct from p_expected then
        raise exception '%: got %, expected %', p_what, p_got, p_expected;
    end if;
end
$$;

create function pg_temp.asks(p_user uuid) returns void language sql as $$
    select set_config('request.jwt.claims', jsonb_build_object('sub', p_user, 'role', 'authenticated')::text, true)
$$;

insert into auth.users (id) values ('5e570000-0000-4000-8000-00000000000a'), ('5e570000-0000-4000-8000-00000000000b');
insert into public.cycle (id, user_id, title, start_date, end_date) values
    ('5e570000-0000-4000-8000-0000000000c1', '5e570000-0000-4000-8000-00000000000a', 'Cycle',
        public.lock_today() - 7, public.lock_today() + 77);
insert into public.goal (id, user_id, cycle_id, type, title) values
    ('5e570000-0000-4000-8000-0000000000d1', '5e570000-0000-4000-8000-00000000000a',
        '5e570000-0000-4000-8000-0000000000c1', 'personal', 'A book');
insert into public.task (id, user_id, cycle_id, goal_id, title, unit, default_qty) values
    ('5e570000-0000-4000-8000-0000000000e1', '5e570000-0000-4000-8000-00000000000a',
        '5e570000-0000-4000-8000-0000000000c1', '5e570000-0000-4000-8000-0000000000d1', 'Write', 'pages', 7);
insert into public.weekly_plan (id, user_id, cycle_id, week_no) values
    ('5e570000-0000-4000-8000-0000000000f3', '5e570000-0000-4000-8000-00000000000a',
        '5e570000-0000-4000-8000-0000000000c1', 3),
    ('5e570000-0000-4000-8000-0000000000f8', '5e570000-0000-4000-8000-00000000000a',
        '5e570000-0000-4000-8000-0000000000c1', 8);
insert into public.plan_item (id, user_id, cycle_id, weekly_plan_id, task_id, qty) values
    ('5e570000-0000-4000-8000-000000000083', '5e570000-0000-4000-8000-00000000000a',
        '5e570000-0000-4000-8000-0000000000c1', '5e570000-0000-4000-8000-0000000000f3',
        '5e570000-0000-4000-8000-0000000000e1', 5),
    ('5e570000-0000-4000-8000-000000000088', '5e570000-0000-4000-8000-00000000000a',
        '5e570000-0000-4000-8000-0000000000c1', '5e570000-0000-4000-8000-0000000000f8',
        '5e570000-0000-4000-8000-0000000000e1', 20);

insert into public.audit_log (id, user_id, actor, action, reason, before, occurred_at) values
    ('5e570000-0000-4000-8000-0000000000a1', '5e570000-0000-4000-8000-00000000000a', 'user', 'note',
        'In hospital', '{"ward": 3}', now()),
    ('5e570000-0000-4000-8000-0000000000b1', '5e570000-0000-4000-8000-00000000000b', 'user', 'note',
        'Holiday', '{}', now()),
    ('5e570000-0000-4000-8000-0000000000b2', '5e570000-0000-4000-8000-00000000000b', 'system', 'note',
        null, '{}', now() - interval '3 years');

select pg_temp.refused($$update public.audit_log set reason = 'x'$$, '23001 audit_log_append_only');
select pg_temp.refused($$delete from public.audit_log where false$$, '23001 audit_log_append_only');
select pg_temp.refused($$truncate public.audit_log$$, '23001 audit_log_append_only');
select pg_temp.refused($$select public.remove_words('5e570000-0000-4000-8000-00000000000a', ' ')$$,
    '23514 not_blank_shows_something');

-- Words go when somebody asks, and only his.
set local role service_role;
select pg_temp.equal(public.remove_words('5e570000-0000-4000-8000-00000000000a', 'Asked for, ticket 7'), 1::bigint,
    'entries of which words went');
reset role;
select pg_temp.equal(concat(reason, before, after, source_address, words_removed_at is not null, action), '{}{}tnote',
    'what is left') from public.audit_log where id = '5e570000-0000-4000-8000-0000000000a1';
select pg_temp.equal(reason::text, 'Holiday', 'the words of another')
from public.audit_log where id = '5e570000-0000-4000-8000-0000000000b1';

-- While a removal is open it removes what it says, and no more.
select pg_temp.refused($$update public.audit_log set reason = 'x' where id = '5e570000-0000-4000-8000-0000000000a1'$$,
    '23001 audit_log_append_only');
select pg_temp.refused($$update public.audit_log set reason = null, words_removed_at = now(), source_address = null
    where id = '5e570000-0000-4000-8000-0000000000b1'$$, '23001 audit_log_append_only');
select pg_temp.refused($$delete from public.audit_log where id = '5e570000-0000-4000-8000-0000000000a1'$$,
    '23001 audit_log_append_only');
select pg_temp.refused($$delete from planner.audit_removal$$, '23001 audit_removal_append_only');

-- They go with the account, too.
delete from auth.users where id = '5e570000-0000-4000-8000-00000000000b';
select pg_temp.equal(count(*), 0::bigint, 'words of an account that is gone')
from public.audit_log where user_id = '5e570000-0000-4000-8000-00000000000b' and (reason is not null or before <> '{}');
select pg_temp.refused($$insert into public.audit_log (user_id, actor, action)
    values ('5e570000-0000-4000-8000-00000000000b', 'system', 'note')$$, '23503 audit_subject_user_id_fkey');

-- Old entries are handed out and deleted, the last year stays.
select pg_temp.refused($$select planner.retire_entries(now() - interval '1 day', 'x')$$, '22023');
select pg_temp.refused($$select planner.retire_entries('-infinity', 'x')$$, '22023');
select pg_temp.refused($$select planner.retire_entries(null, 'x')$$, '22023');
select pg_temp.refused($$select planner.retire_entries('2000-01-01', 'x', 0)$$, '22023');
select pg_temp.equal(count(*) filter (where id = '5e570000-0000-4000-8000-0000000000b2'), 1::bigint, 'retired')
from planner.retire_entries(now() - interval '2 years', 'Two years are kept', 100000);
select pg_temp.equal(count(*), 0::bigint, 'retired entries')
from public.audit_log where id = '5e570000-0000-4000-8000-0000000000b2';
select pg_temp.equal(array_agg(kind || ' ' || reason order by kind, reason)::text,
    '{"entries Two years are kept","words Asked for, ticket 7","words The account is gone."}', 'evidence')
from planner.audit_removal where occurred_at = now() and entries is not null;

rollback;
