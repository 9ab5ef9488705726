-- The emergency unlock, as PostgREST calls it, and what it leaves in the log. Run it with
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

update public.cycle set current_week = 7 where id = '5e570000-0000-4000-8000-0000000000c1';
select set_config('request.headers', '{"x-forwarded-for": "10.0.0.1, 192.0.2.7", "user-agent": "Test/1"}', true);
select pg_temp.asks('5e570000-0000-4000-8000-00000000000b');
set local role authenticated;
select pg_temp.refused($$select public.change_locked_quotas('5e570000-0000-4000-8000-0000000000f8', 'Flu',
    '[{"id": "5e570000-0000-4000-8000-000000000088", "qty": 10}]')$$, '42501');
select pg_temp.asks('5e570000-0000-4000-8000-00000000000a');
select pg_temp.refused($$select public.change_locked_quotas('5e570000-0000-4000-8000-0000000000f8', e' \t\u00a0\u200b',
    '[{"id": "5e570000-0000-4000-8000-000000000088", "qty": 10}]')$$, '23514 not_blank_shows_something');
select pg_temp.refused($$select public.change_locked_quotas('5e570000-0000-4000-8000-0000000000f8', null,
    '[{"id": "5e570000-0000-4000-8000-000000000088", "qty": 10}]')$$, '23514 audit_log_unlock_has_reason');
select pg_temp.refused($$select public.change_locked_quotas('5e570000-0000-4000-8000-0000000000f8', 'Flu',
    '[{"id": "5e570000-0000-4000-8000-000000000083", "qty": 10}]')$$, 'P0002');
select pg_temp.refused($$select public.change_locked_quotas('5e570000-0000-4000-8000-0000000000f8', 'Flu', '[]')$$,
    '22023');
select pg_temp.refused($$select public.change_locked_quotas('5e570000-0000-4000-8000-0000000000f8', 'Flu',
    '[{"id": "5e570000-0000-4000-8000-000000000088", "user_id": "x"}]')$$, '22023');
select pg_temp.refused($$select public.change_locked_quotas('5e570000-0000-4000-8000-0000000000f8', 'Flu',
    '[{"id": "5e570000-0000-4000-8000-000000000088", "qty": -1}]')$$, '23514 quantity_from_zero');
select pg_temp.refused($$select public.change_locked_quotas('5e570000-0000-4000-8000-0000000000f3', 'Flu',
    '[{"id": "5e570000-0000-4000-8000-000000000083", "qty": 10}]')$$, '55000');
select pg_temp.equal(count(*), 0::bigint, 'what is refused leaves no entry') from public.audit_log;

select pg_temp.equal(string_agg(qty::text, ' ' order by qty), '4.00 10.00', 'the items of the week')
from public.change_locked_quotas('5e570000-0000-4000-8000-0000000000f8', 'In bed with the flu', '[
    {"id": "5e570000-0000-4000-8000-000000000088", "qty": 10},
    {"task_id": "5e570000-0000-4000-8000-0000000000e1", "qty": 4}]');
select pg_temp.equal(
    string_agg(concat_ws(' ', action, reason, before ->> 'qty', after ->> 'qty', host(source_address), user_agent), '; '
        order by action, after ->> 'qty'),
    'emergency_unlock In bed with the flu 192.0.2.7 Test/1;'
        || ' locked_quota_change In bed with the flu 20.00 10.00 192.0.2.7 Test/1;'
        || ' locked_quota_change In bed with the flu 4.00 192.0.2.7 Test/1',
    'the log')
from public.audit_log;
select pg_temp.equal(count(distinct correlation_id), 1::bigint, 'the entries belong together') from public.audit_log;
select pg_temp.equal(bool_and(actor_user_id = '5e570000-0000-4000-8000-00000000000a'), true, 'who did it')
from public.audit_log;

-- Another account and the public see and change nothing of it.
select pg_temp.asks('5e570000-0000-4000-8000-00000000000b');
select pg_temp.equal(count(*), 0::bigint, 'entries of another account') from public.audit_log;
select pg_temp.refused($$insert into public.audit_log (user_id, actor, action)
    values ('5e570000-0000-4000-8000-00000000000a', 'user', 'note')$$, '42501');
select pg_temp.refused($$insert into public.audit_log (user_id, actor, action, source_address)
    values ('5e570000-0000-4000-8000-00000000000b', 'user', 'note', '192.0.2.1')$$, '42501');
select pg_temp.refused($$select public.remove_words('5e570000-0000-4000-8000-00000000000b', 'x')$$, '42501');
set local role anon;
select pg_temp.refused($$select 1 from public.plan_item$$, '42501');

rollback;
