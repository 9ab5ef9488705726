-- The lock: when a cycle has passed locked_after_week of a plan of a later week, the plan is locked, and its
-- quotas stand still. Until then late weeks are planned like all others.
--
-- The day comes with the dates of the cycle, or when its current_week says so, and is kept in locks_on: a
-- plan that is locked stays so, whatever becomes of the calendar. A quota changes by UPDATE, INSERT and DELETE
-- of an item, by moving it into or out of the plan, and around the item: by moving the plan, unlocking it, or
-- deleting what the item hangs on. All are guarded, for every role. A row is guarded while what it hangs on
-- exists: a cascade that has taken the cycle or the plan already was let through there, and takes the plans of
-- a cycle before their items.
-- lockkeeper:allow-file LK41,LK39 all tables are taken at the start in the order of a request, so that nobody who holds one waits for another
-- lockkeeper:allow-file CP07,LK33 policies and switches of the plans are changed under the locks that the script holds anyway
-- lockkeeper:allow-file DT08 plans are few, one for each week of a cycle; nobody may write one between the guard and its day

-- In the order in which a request locks them: the item, then what it hangs on.
lock table public.plan_item, public.task, public.weekly_plan, public.cycle in access exclusive mode;

-- The zone of an account is not known. The day that counts comes when it has come everywhere, so that nobody loses hours of
-- the day before; a block has the same grace. It stands in public, for the guards run as whoever asks.
create function public.lock_today() returns date
language sql stable parallel safe
set search_path = pg_catalog, pg_temp
return (now() at time zone 'Etc/GMT+12')::date;

comment on function public.lock_today() is
    'Day that counts for the locks: a plan is locked when its locks_on is not later. Comes at noon UTC, when it is that day in every zone of the world.';

revoke execute on function public.lock_today() from public, anon;
grant execute on function public.lock_today() to authenticated, service_role;

-- Week n of a cycle begins after n - 1 twelfths of it. The dates of a cycle that is over say nothing about a
-- plan that is written afterwards; current_week does.
create function planner.set_lock_day() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
    v_today constant date := public.lock_today();
    v_arrives boolean := true;
    v_cycle record;
begin
    if tg_op = 'UPDATE' then
        if old.locks_on <= v_today then
            new.locks_on := old.locks_on;
            return new;
        end if;
    end if;
    new.locks_on := null;
    if new.week_no <= new.locked_after_week then
        return new;
    end if;
    -- A new plan waits for a change of the calendar, which does not see the plan yet. That change locks the
    -- plans that are there, so an update of one of them waits already, unless it comes from another cycle. Two that
    -- held FOR SHARE and then moved the calendar would wait for each other.
    if tg_op = 'UPDATE' then
        v_arrives := new.cycle_id <> old.cycle_id;
    end if;
    if v_arrives then
        perform from public.cycle as c where c.user_id = new.user_id and c.id = new.cycle_id for no key update;
    end if;
    select c.start_date, c.end_date, c.current_week into v_cycle
    from public.cycle as c
    where c.user_id = new.user_id and c.id = new.cycle_id;
    if v_today < v_cycle.end_date then
        new.locks_on := v_cycle.start_date
            + ceil(new.locked_after_week * (v_cycle.end_date - v_cycle.start_date) / 12.0)::integer;
    end if;
    if v_cycle.current_week > new.locked_after_week then
        new.locks_on := least(new.locks_on, v_today);
    end if;
    return new;
end
$$;

comment on function planner.set_lock_day() is
    'Trigger: computes locks_on from the calendar of the cycle, and keeps it from the day on which it has come.';

create function planner.move_lock_days() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
    -- A snapshot from before the change would leave a plan open that somebody has written meanwhile: it was locked, not
    -- changed, so nothing else would say so.
    if current_setting('transaction_isolation') <> 'read committed' then
        raise exception 'the calendar of a cycle has to see the plans that others commit meanwhile'
            using errcode = 'object_not_in_prerequisite_state',
                schema = tg_table_schema,
                table = tg_table_name,
                constraint = tg_name,
                hint = 'Change start_date, end_date and current_week in a READ COMMITTED transaction.';
    end if;
    perform from public.weekly_plan as p
    where p.user_id = new.user_id and p.cycle_id = new.id
    order by p.id
    for no key update;
    -- set_lock_day computes. The column of the day itself is not granted to who moves the calendar.
    update public.weekly_plan as p set locked_after_week = p.locked_after_week
    where p.user_id = new.user_id and p.cycle_id = new.id and p.week_no > p.locked_after_week
        and (p.locks_on is null or p.locks_on > public.lock_today());
    return null;
end
$$;

comment on function planner.move_lock_days() is
    'Trigger: the plans of a cycle whose calendar changes lock earlier or later, unless they are locked.';

create function planner.guard_quota() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
    v_execution constant text[] :=
        array['status', 'done_qty', 'notes', 'position', 'starts_at', 'ends_at', 'updated_at'];
    v_plan record;
begin
    -- What is not named as execution counts as quota, columns of later migrations included.
    if tg_op = 'UPDATE' and to_jsonb(new) - v_execution = to_jsonb(old) - v_execution then
        return new;
    end if;

    -- The lock on the plans makes rivals queue: whoever locks a plan waits for this change, or this
    -- change waits and then sees the plan locked. FOR KEY SHARE, which the reference takes, would not do, and two
    -- that hold FOR SHARE and then write the plan itself would wait for each other.
    -- Planned each time: a cascade runs as the owner and without forced security, and would find no plan with a query that
    -- the owner has planned for the claims of a request before.
    for v_plan in execute
        'select p.id, p.week_no, p.locked_after_week, p.locks_on
        from public.weekly_plan as p
        where p.id in ($1, $2)
        order by p.id
        for no key update of p'
        using old.weekly_plan_id, new.weekly_plan_id
    loop
        if v_plan.locks_on <= public.lock_today()
            and not exists (
                select from public.audit_log as a
                where a.target_id = v_plan.id
                    and a.action = 'emergency_unlock'
                    and a.unlock_transaction = pg_current_xact_id()
                    and a.occurred_at = now()
            )
        then
            -- An upsert of an item that is there: if it goes on, it goes on as an UPDATE, and is guarded as such.
            if tg_op = 'INSERT' then
                perform from public.plan_item as i where i.id = new.id for key share;
                if found then
                    return new;
                end if;
            end if;
            raise exception 'week % is locked (after week %): its quotas stand still',
                v_plan.week_no, v_plan.locked_after_week
                using errcode = 'restrict_violation',
                    schema = tg_table_schema,
                    table = tg_table_name,
                    constraint = tg_name,
                    detail = format('The week plan is %s, locked since %s.', v_plan.id, v_plan.locks_on),
                    hint = 'Status, done_qty, notes and the time block stay editable. In an emergency call change_locked_quotas(plan, reason, items), or unlock_week(plan, reason) first in the same transaction.';
        end if;
    end loop;
    return case tg_op when 'DELETE' then old else new end;
end
$$;

comment on function planner.guard_quota() is
    'Trigger: refuses every change of an item of a locked plan that is not about its execution, unless this transaction has unlocked the plan.';

-- A plan is not unlocked for good, not even in an emergency: then deleting it, writing it anew and
-- filling it would be one more way to raise locked_after_week.
create function planner.guard_plan() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
    v_today constant date := public.lock_today();
    v_locked boolean := coalesce(old.locks_on <= v_today, false);
    v_moved boolean;
begin
    if tg_op = 'DELETE' then
        if not v_locked or not exists (select from public.cycle as c where c.id = old.cycle_id) then
            return old;
        end if;
    else
        v_moved := (new.id, new.user_id, new.cycle_id, new.week_no)
            is distinct from (old.id, old.user_id, old.cycle_id, old.week_no);
        if not (v_locked and (v_moved or new.locked_after_week > old.locked_after_week))
            and not (v_moved and coalesce(new.locks_on <= v_today, false))
        then
            return new;
        end if;
    end if;
    raise exception 'week % is locked (after week %): % of its plan is refused',
        case when v_locked then old.week_no else new.week_no end,
        case when v_locked then old.locked_after_week else new.locked_after_week end,
        tg_op
        using errcode = 'restrict_violation',
            schema = tg_table_schema,
            table = tg_table_name,
            constraint = tg_name,
            hint = 'A locked plan keeps its week and stays locked. Mode and notes stay editable, and locked_after_week may be lowered.';
end
$$;

comment on function planner.guard_plan() is
    'Trigger: a locked plan is not deleted, moved or unlocked, and no plan moves to a week in which it is locked.';

-- A cycle goes with its locked plans when all of them are unlocked in this transaction, or when its
-- account goes. Then the owner of the tables deletes it, on behalf of the reference to auth.users; the
-- roles of the API cannot read that table, therefore the ifs are nested.
create function planner.guard_cycle() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
    v_plan record;
begin
    if exists (select from pg_class as c where c.oid = tg_relid and pg_get_userbyid(c.relowner) = current_user) then
        if not exists (select from auth.users as u where u.id = old.user_id) then
            return old;
        end if;
    end if;
    for v_plan in
        select p.id, p.week_no, p.locked_after_week, p.locks_on
        from public.weekly_plan as p
        where p.user_id = old.user_id and p.cycle_id = old.id
        order by p.id
        for share of p
    loop
        if v_plan.locks_on <= public.lock_today()
            and not exists (
                select from public.audit_log as a
                where a.target_id = v_plan.id
                    and a.action = 'emergency_unlock'
                    and a.unlock_transaction = pg_current_xact_id()
                    and a.occurred_at = now()
            )
        then
            raise exception 'week % of the cycle is locked (after week %): the cycle is not deleted',
                v_plan.week_no, v_plan.locked_after_week
                using errcode = 'restrict_violation',
                    schema = tg_table_schema,
                    table = tg_table_name,
                    constraint = tg_name,
                    detail = format('The week plan is %s.', v_plan.id),
                    hint = 'Call delete_cycle(cycle, reason), which unlocks each locked week first.';
        end if;
    end loop;
    return old;
end
$$;

comment on function planner.guard_cycle() is
    'Trigger: a cycle with a locked plan is not deleted, unless this transaction has unlocked the plan or the account is gone.';

-- Title and unit of a task say what the quotas of its items are: twenty pages of what. They change as quotas do, where all of
-- the locked weeks that count the task are unlocked.
create function planner.guard_task() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
    v_week record;
begin
    if (new.title, new.unit) is not distinct from (old.title, old.unit) then
        return new;
    end if;
    perform from public.weekly_plan as p
    where p.user_id = old.user_id and p.id in (
        select i.weekly_plan_id from public.plan_item as i where i.user_id = old.user_id and i.task_id = old.id
    )
    order by p.id
    for no key update;
    select p.week_no, new.unit <> old.unit and i.unit = old.unit as of_unit into v_week
    from public.plan_item as i
    join public.weekly_plan as p on p.user_id = i.user_id and p.id = i.weekly_plan_id
    where i.user_id = old.user_id and i.task_id = old.id
        and (new.title <> old.title or new.unit <> old.unit and i.unit = old.unit)
        and p.locks_on <= public.lock_today()
        and not exists (
            select from public.audit_log as a
            where a.target_id = p.id
                and a.action = 'emergency_unlock'
                and a.unlock_transaction = pg_current_xact_id()
                and a.occurred_at = now()
        )
    order by of_unit desc
    limit 1;
    if found then
        raise exception 'week % is locked and counts the task: its title and its unit stand still', v_week.week_no
            using errcode = 'restrict_violation',
                schema = tg_table_schema,
                table = tg_table_name,
                constraint = case when v_week.of_unit then tg_name else 'task_title_locked' end,
                hint = 'Call rename_task(task, title, reason), name another unit in the items of the weeks to come, or make another task.';
    end if;
    return new;
end
$$;

comment on function planner.guard_task() is
    'Trigger: a task keeps its title, and the unit in which items of locked plans count it, unless this transaction has unlocked them.';

create function planner.refuse_truncate() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
    raise exception 'TRUNCATE of % is refused: it would pass the lock of the weeks by', tg_table_name
        using errcode = 'restrict_violation',
            schema = tg_table_schema,
            table = tg_table_name,
            constraint = tg_name,
            hint = 'Delete the rows.';
end
$$;

comment on function planner.refuse_truncate() is 'Trigger: refuses the statement.';

-- What an unlocked week becomes is written by the change itself, however it is made.
create function planner.log_unlocked_change() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_before jsonb := '{}';
    v_after jsonb := '{}';
begin
    if tg_op <> 'INSERT' then
        v_before := jsonb_build_object('weekly_plan_id', old.weekly_plan_id, 'task_id', old.task_id,
            'qty', old.qty, 'unit', old.unit);
    end if;
    if tg_op <> 'DELETE' then
        v_after := jsonb_build_object('weekly_plan_id', new.weekly_plan_id, 'task_id', new.task_id,
            'qty', new.qty, 'unit', new.unit);
    end if;
    if v_before <> v_after then
        insert into public.audit_log
            (user_id, actor, actor_user_id, action, target_table, target_id, reason, before, after, correlation_id,
                unlock_transaction)
        select distinct on (a.target_id) a.user_id, 'user', a.user_id, 'locked_quota_change', 'plan_item',
            coalesce(new.id, old.id), a.reason, v_before, v_after, a.correlation_id, a.unlock_transaction
        from public.audit_log as a
        where a.target_id in (old.weekly_plan_id, new.weekly_plan_id)
            and a.action = 'emergency_unlock'
            and a.unlock_transaction = pg_current_xact_id()
            and a.occurred_at = now();
    end if;
    return null;
end
$$;

comment on function planner.log_unlocked_change() is
    'Trigger: an entry with before and after for each quota that changes in an unlocked week, under the reason and correlation_id of the unlock; two when it moves from one unlocked week to another.';

create function planner.log_unlocked_task() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    insert into public.audit_log
        (user_id, actor, actor_user_id, action, target_table, target_id, reason, before, after, correlation_id,
            unlock_transaction)
    select a.user_id, 'user', a.user_id, 'locked_quota_change', 'task', new.id, a.reason,
        jsonb_build_object('title', old.title, 'unit', old.unit),
        jsonb_build_object('title', new.title, 'unit', new.unit), a.correlation_id, a.unlock_transaction
    from public.audit_log as a
    where a.user_id = old.user_id
        and a.action = 'emergency_unlock'
        and a.unlock_transaction = pg_current_xact_id()
        and a.occurred_at = now()
        -- where the claims have changed meanwhile, the items are not to be seen: then every week tells
        and (auth.uid() is distinct from a.user_id or exists (
            select from public.plan_item as i where i.weekly_plan_id = a.target_id and i.task_id = new.id
        ));
    return null;
end
$$;

comment on function planner.log_unlocked_task() is
    'Trigger: an entry with before and after for each unlocked week that counts a task whose title or unit changes.';

-- The triggers run as the owner, whom forced security binds: whatever account the claims name by then, they find the mark
-- of their transaction, and write beside it.
create policy audit_log_read_mark on public.audit_log for select to current_user
    using (unlock_transaction = (select pg_current_xact_id_if_assigned()) and occurred_at = now());
create policy audit_log_write_beside_mark on public.audit_log for insert to current_user
    with check (unlock_transaction = (select pg_current_xact_id_if_assigned()) and action = 'locked_quota_change');

comment on policy audit_log_read_mark on public.audit_log is
    'The lock reads the unlocks of its own transaction, for whichever account they were.';
comment on policy audit_log_write_beside_mark on public.audit_log is
    'A change of an unlocked week leaves its entry also when the claims have changed since the unlock.';

-- The mark of an unlocked plan is its entry in the audit log. No setting is read, so none can be forged;
-- the two columns that are compared are not granted to anybody; and a mark is worth nothing in another
-- transaction. A restored database counts its transactions anew, therefore the start is compared, too.
create function public.unlock_week(p_weekly_plan_id uuid, p_reason text) returns uuid
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_user constant uuid := auth.uid();
    v_plan record;
    v_entry uuid;
begin
    -- Another emergency ends first, and the quotas of the entry are those that it left. In the order in which an edit takes
    -- them: an item, then its week.
    perform from public.plan_item as i
    where i.weekly_plan_id = p_weekly_plan_id and i.user_id = v_user
    order by i.id
    for no key update;
    select p.week_no, p.locked_after_week, p.locks_on into v_plan
    from public.weekly_plan as p
    where p.id = p_weekly_plan_id and p.user_id = v_user
    for no key update;
    if not found then
        raise exception 'there is no week plan % of yours', p_weekly_plan_id
            using errcode = 'insufficient_privilege',
                hint = 'Only the account that owns a plan unlocks it.';
    end if;
    if not coalesce(v_plan.locks_on <= public.lock_today(), false) then
        raise exception 'week % is not locked', v_plan.week_no
            using errcode = 'object_not_in_prerequisite_state';
    end if;

    insert into public.audit_log
        (user_id, actor, action, target_table, target_id, reason, before, unlock_transaction)
    values (
        v_user, 'user', 'emergency_unlock', 'weekly_plan', p_weekly_plan_id, p_reason,
        jsonb_build_object(
            'week_no', v_plan.week_no,
            'locked_after_week', v_plan.locked_after_week,
            'quotas', (
                select coalesce(jsonb_object_agg(i.id, i.qty), '{}')
                from public.plan_item as i
                where i.weekly_plan_id = p_weekly_plan_id and i.user_id = v_user
            )
        ),
        pg_current_xact_id()
    )
    returning id into v_entry;
    return v_entry;
end
$$;

comment on function public.unlock_week(uuid, text) is
    'Emergency, for programs with transactions of their own: unlocks the quotas of a locked week plan until the end of the transaction, for its owner, and writes an entry with the reason and the quotas as they were. Returns the key of the entry.';

-- PostgREST makes a transaction of each request, so the unlock and the change are one call. It has the
-- rights of its caller; policies, guards and constraints hold as in any other statement. It does not return the row of the
-- table: then a call in the instant in which the table gets another column would fail.
create function public.change_locked_quotas(p_weekly_plan_id uuid, p_reason text, p_items jsonb)
returns table (
    id uuid, weekly_plan_id uuid, task_id uuid, unit text, qty numeric, done_qty numeric, status text, notes text,
    "position" integer, starts_at timestamptz, ends_at timestamptz
)
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
    v_item jsonb;
    v_rows bigint;
begin
    if jsonb_typeof(p_items) is distinct from 'array' or p_items = '[]' then
        raise exception 'items has to be an array with at least one change'
            using errcode = 'invalid_parameter_value';
    end if;
    perform public.unlock_week(p_weekly_plan_id, p_reason);
    for v_item in select e.value from jsonb_array_elements(p_items) as e loop
        if jsonb_typeof(v_item) <> 'object'
            or v_item - array['id', 'task_id', 'qty', 'unit', 'remove'] <> '{}'
            or not v_item ?| array['id', 'task_id']
        then
            raise exception 'not a change of an item: %', v_item
                using errcode = 'invalid_parameter_value',
                    hint = '{"id", "qty"?, "unit"?, "task_id"?} changes an item, {"id", "remove": true} removes it, {"task_id", "qty"?, "unit"?} adds one.';
        end if;
        if v_item ->> 'id' is null then
            insert into public.plan_item (user_id, cycle_id, weekly_plan_id, task_id, qty, unit)
            select p.user_id, p.cycle_id, p.id, (v_item ->> 'task_id')::uuid, (v_item ->> 'qty')::numeric,
                v_item ->> 'unit'
            from public.weekly_plan as p
            where p.id = p_weekly_plan_id;
        elsif (v_item ->> 'remove')::boolean then
            delete from public.plan_item as i
            where i.id = (v_item ->> 'id')::uuid and i.weekly_plan_id = p_weekly_plan_id;
        else
            if v_item ->> 'task_id' is not null and v_item ->> 'unit' is null and exists (
                select from public.plan_item as i
                join public.task as t on t.id = (v_item ->> 'task_id')::uuid and t.unit <> i.unit
                where i.id = (v_item ->> 'id')::uuid
            ) then
                raise exception 'the task counts in another unit than the item: %', v_item
                    using errcode = 'invalid_parameter_value',
                        hint = 'Name unit and qty together with task_id.';
            end if;
            update public.plan_item as i
            set qty = coalesce((v_item ->> 'qty')::numeric, i.qty),
                unit = coalesce(v_item ->> 'unit', i.unit),
                task_id = coalesce((v_item ->> 'task_id')::uuid, i.task_id)
            where i.id = (v_item ->> 'id')::uuid and i.weekly_plan_id = p_weekly_plan_id;
        end if;
        get diagnostics v_rows = row_count;
        if v_rows = 0 then
            raise exception 'the week has no item %', v_item ->> 'id' using errcode = 'no_data_found';
        end if;
    end loop;
    return query
        select i.id, i.weekly_plan_id, i.task_id, i.unit::text, i.qty::numeric, i.done_qty::numeric, i.status, i.notes,
            i.position, i.starts_at, i.ends_at
        from public.plan_item as i
        where i.weekly_plan_id = p_weekly_plan_id
        order by i.position, i.id;
end
$$;

comment on function public.change_locked_quotas(uuid, text, jsonb) is
    'Emergency, in one request: unlocks a locked week plan of the caller for a reason, and changes, adds or removes items. All or nothing. Returns the items of the plan as they are then.';

-- The deleting needs no path of its own beside the lock: each locked week is unlocked, and leaves its entries.
create function public.delete_cycle(p_cycle_id uuid, p_reason text) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
    v_plan uuid;
begin
    -- In the order in which the calendar and edits take them: the cycle, its items, its weeks.
    perform from public.cycle as c where c.id = p_cycle_id for update;
    perform from public.plan_item as i where i.cycle_id = p_cycle_id order by i.id for no key update;
    perform from public.weekly_plan as p where p.cycle_id = p_cycle_id order by p.id for no key update;
    for v_plan in
        select p.id from public.weekly_plan as p
        where p.cycle_id = p_cycle_id and p.locks_on <= public.lock_today()
        order by p.id
    loop
        perform public.unlock_week(v_plan, p_reason);
    end loop;
    delete from public.cycle as c where c.id = p_cycle_id;
    if not found then
        raise exception 'there is no cycle % of yours', p_cycle_id
            using errcode = 'insufficient_privilege',
                hint = 'Only the account that owns a cycle deletes it.';
    end if;
end
$$;

comment on function public.delete_cycle(uuid, text) is
    'Emergency, in one request: unlocks every locked week of a cycle of the caller for a reason, and deletes the cycle with all that hangs on it. All or nothing. What the weeks held stays in the log.';

create function public.rename_task(p_task_id uuid, p_title text, p_reason text) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
    v_plan uuid;
begin
    -- In the order in which another title and edits take them: the task, the items of the weeks that count it, these weeks.
    perform from public.task as t where t.id = p_task_id for no key update;
    perform from public.plan_item as i
    where i.weekly_plan_id in (select o.weekly_plan_id from public.plan_item as o where o.task_id = p_task_id)
    order by i.id
    for no key update;
    perform from public.weekly_plan as p
    where p.id in (select i.weekly_plan_id from public.plan_item as i where i.task_id = p_task_id)
    order by p.id
    for no key update;
    for v_plan in
        select p.id from public.weekly_plan as p
        where p.locks_on <= public.lock_today() and exists (
            select from public.plan_item as i where i.weekly_plan_id = p.id and i.task_id = p_task_id
        )
        order by p.id
    loop
        perform public.unlock_week(v_plan, p_reason);
    end loop;
    update public.task as t set title = p_title where t.id = p_task_id;
    if not found then
        raise exception 'there is no task % of yours', p_task_id
            using errcode = 'insufficient_privilege',
                hint = 'Only the account that owns a task renames it.';
    end if;
end
$$;

comment on function public.rename_task(uuid, text, text) is
    'In one request: gives a task another title, and unlocks the locked weeks that count it for a reason, which leaves their entries. All or nothing.';

revoke execute on all functions in schema planner from public;
revoke execute on function public.rename_task(uuid, text, text) from public, anon, service_role;
grant execute on function public.rename_task(uuid, text, text) to authenticated;
revoke execute on function public.unlock_week(uuid, text) from public, anon, service_role;
revoke execute on function public.change_locked_quotas(uuid, text, jsonb) from public, anon, service_role;
revoke execute on function public.delete_cycle(uuid, text) from public, anon, service_role;
grant execute on function public.unlock_week(uuid, text) to authenticated;
grant execute on function public.change_locked_quotas(uuid, text, jsonb) to authenticated;
grant execute on function public.delete_cycle(uuid, text) to authenticated;

-- Days that were written while there was no lock, or are left over from before it was taken back, are worth
-- nothing. Forced, row-level security would hide the plans from the owner, and the updates here and at the
-- end would change nothing and say nothing. Nobody sees the tables meanwhile.
alter table public.weekly_plan no force row level security;
alter table public.cycle no force row level security;
update public.weekly_plan set locks_on = null where locks_on is not null;

create trigger weekly_plan_lock_day before insert or update on public.weekly_plan
    for each row execute function planner.set_lock_day();

create trigger cycle_moves_locks after update of start_date, end_date, current_week on public.cycle
    for each row
    when ((old.start_date, old.end_date, old.current_week) is distinct from (new.start_date, new.end_date, new.current_week))
    execute function planner.move_lock_days();

create trigger plan_item_locked before insert or update or delete on public.plan_item
    for each row execute function planner.guard_quota();

create trigger weekly_plan_locked before update or delete on public.weekly_plan
    for each row execute function planner.guard_plan();

create trigger cycle_locked before delete on public.cycle
    for each row execute function planner.guard_cycle();

create trigger task_unit_locked before update on public.task
    for each row execute function planner.guard_task();

create trigger plan_item_not_truncated before truncate on public.plan_item
    for each statement execute function planner.refuse_truncate();

create trigger plan_item_unlocked_change after insert or update or delete on public.plan_item
    for each row execute function planner.log_unlocked_change();

create trigger task_unlocked_change after update on public.task
    for each row when ((old.title, old.unit) is distinct from (new.title, new.unit))
    execute function planner.log_unlocked_task();

comment on trigger task_unlocked_change on public.task is 'An emergency leaves behind what a task was called.';
comment on trigger weekly_plan_lock_day on public.weekly_plan is 'The day of the lock follows the calendar until it has come.';
comment on trigger cycle_moves_locks on public.cycle is 'The calendar moves the days of the locks.';
comment on trigger plan_item_locked on public.plan_item is 'The quotas of a locked week stand still.';
comment on trigger weekly_plan_locked on public.weekly_plan is 'A locked plan stays, and stays locked.';
comment on trigger cycle_locked on public.cycle is 'A cycle with a locked week stays.';
comment on trigger task_unit_locked on public.task is 'What quotas that stand still are quotas of stands still, too.';
comment on trigger plan_item_not_truncated on public.plan_item is
    'Row triggers do not see TRUNCATE. Truncating weekly_plan, cycle or task cascades to here.';
comment on trigger plan_item_unlocked_change on public.plan_item is 'An emergency leaves behind what changed.';

-- Plans that are there already: their days are computed as for new ones.
update public.weekly_plan set locks_on = null where week_no > locked_after_week;
alter table public.weekly_plan force row level security;
alter table public.cycle force row level security;
