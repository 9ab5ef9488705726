-- The week lock comes with the calendar of the cycle, and stays. Run it with psql -v ON_ERROR_STOP=1 -f, as a
-- role that bypasses row-level security; it ends with an error, or all holds; nothing is left behind.
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

-- The cycle is in its second week. Week 8 locks with the first day of week 7.
select pg_temp.equal(locks_on, public.lock_today() + 35, 'day of the lock')
from public.weekly_plan where week_no = 8 and user_id = '5e570000-0000-4000-8000-00000000000a';
select pg_temp.equal(locks_on, null, 'a week before the lock never locks')
from public.weekly_plan where week_no = 3 and user_id = '5e570000-0000-4000-8000-00000000000a';
update public.plan_item set qty = 21 where id = '5e570000-0000-4000-8000-000000000088';
update public.weekly_plan set locks_on = '2020-01-01' where id = '5e570000-0000-4000-8000-0000000000f8';
select pg_temp.equal(locks_on, public.lock_today() + 35, 'a client does not set the day')
from public.weekly_plan where id = '5e570000-0000-4000-8000-0000000000f8';

-- A pause moves it, and five weeks go by.
update public.cycle set end_date = end_date + 84 where id = '5e570000-0000-4000-8000-0000000000c1';
select pg_temp.equal(locks_on, public.lock_today() + 77, 'day of the lock with a pause')
from public.weekly_plan where id = '5e570000-0000-4000-8000-0000000000f8';
update public.cycle set start_date = start_date - 35, end_date = end_date - 119
where id = '5e570000-0000-4000-8000-0000000000c1';
select pg_temp.refused($$update public.plan_item set qty = 22 where id = '5e570000-0000-4000-8000-000000000088'$$,
    '23001 plan_item_locked');
update public.plan_item set qty = 6, status = 'completed' where id = '5e570000-0000-4000-8000-000000000083';

-- Neither the calendar nor the plan takes it back.
update public.cycle set start_date = start_date + 35, end_date = end_date + 35, current_week = 1
where id = '5e570000-0000-4000-8000-0000000000c1';
select pg_temp.refused($$update public.plan_item set qty = 22 where id = '5e570000-0000-4000-8000-000000000088'$$,
    '23001 plan_item_locked');
select pg_temp.refused($$update public.plan_item set unit = 'words' where id = '5e570000-0000-4000-8000-000000000088'$$,
    '23001 plan_item_locked');
select pg_temp.refused($$update public.task set unit = 'words' where id = '5e570000-0000-4000-8000-0000000000e1'$$,
    '23001 task_unit_locked');
select pg_temp.refused($$update public.task set title = 'Sleep' where id = '5e570000-0000-4000-8000-0000000000e1'$$,
    '23001 task_title_locked');
select pg_temp.refused(
    $$update public.weekly_plan set locked_after_week = 12 where id = '5e570000-0000-4000-8000-0000000000f8'$$,
    '23001 weekly_plan_locked');
select pg_temp.refused($$delete from public.cycle where id = '5e570000-0000-4000-8000-0000000000c1'$$,
    '23001 cycle_locked');
update public.plan_item set done_qty = 3, status = 'in_progress', notes = 'slow', position = 2
where id = '5e570000-0000-4000-8000-000000000088';

-- current_week brings it forward.
insert into public.weekly_plan (id, user_id, cycle_id, week_no) values
    ('5e570000-0000-4000-8000-0000000000f9', '5e570000-0000-4000-8000-00000000000a',
        '5e570000-0000-4000-8000-0000000000c1', 9);
insert into public.plan_item (user_id, cycle_id, weekly_plan_id, task_id) values
    ('5e570000-0000-4000-8000-00000000000a', '5e570000-0000-4000-8000-0000000000c1',
        '5e570000-0000-4000-8000-0000000000f9', '5e570000-0000-4000-8000-0000000000e1');
select pg_temp.equal(qty || ' ' || unit, '7.00 pages', 'quantity and unit come from the task')
from public.plan_item where weekly_plan_id = '5e570000-0000-4000-8000-0000000000f9';
update public.cycle set current_week = 7 where id = '5e570000-0000-4000-8000-0000000000c1';
select pg_temp.refused(
    $$delete from public.plan_item where weekly_plan_id = '5e570000-0000-4000-8000-0000000000f9'$$,
    '23001 plan_item_locked');

-- An account goes with all its weeks.
delete from auth.users where id = '5e570000-0000-4000-8000-00000000000a';

rollback;
