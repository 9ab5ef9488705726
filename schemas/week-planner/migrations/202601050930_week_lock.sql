-- The lock: a plan whose week comes after its locked_after_week is locked, and its quotas stand still.
--
-- A quota changes by UPDATE, INSERT and DELETE of an item, by moving it into or out of the plan, and
-- around the item: by moving the plan, unlocking it, or deleting what the item hangs on. All are guarded,
-- for every role. A row is guarded while what it hangs on exists: a cascade that has taken the cycle or the
-- plan already was let through there, and takes the plans of a cycle before their items.

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
    -- change waits and then sees the plan locked. FOR KEY SHARE, which the reference takes, would not do.
    for v_plan in
        select p.id, p.week_no, p.locked_after_week
        from public.weekly_plan as p
        where p.id in (old.weekly_plan_id, new.weekly_plan_id)
        order by p.id
        for share of p
    loop
        if v_plan.week_no > v_plan.locked_after_week
            and not exists (
                select from public.audit_log as a
                where a.target_id = v_plan.id
                    and a.unlock_transaction = pg_current_xact_id()
                    and a.occurred_at = now()
            )
        then
            raise exception 'week % is locked (after week %): its quotas stand still',
                v_plan.week_no, v_plan.locked_after_week
                using errcode = 'restrict_violation',
                    schema = tg_table_schema,
                    table = tg_table_name,
                    constraint = tg_name,
                    detail = format('The week plan is %s.', v_plan.id),
                    hint = 'Status, done_qty, notes and the time block stay editable. In an emergency call unlock_week(plan, reason) first, in the same transaction.';
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
    v_locked boolean := old.week_no > old.locked_after_week;
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
            and not (v_moved and new.week_no > new.locked_after_week)
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
        select p.id, p.week_no, p.locked_after_week
        from public.weekly_plan as p
        where p.user_id = old.user_id and p.cycle_id = old.id
        order by p.id
        for share of p
    loop
        if v_plan.week_no > v_plan.locked_after_week
            and not exists (
                select from public.audit_log as a
                where a.target_id = v_plan.id
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
                    hint = 'In an emergency call unlock_week(plan, reason) first for each locked week, in the same transaction.';
        end if;
    end loop;
    return old;
end
$$;

comment on function planner.guard_cycle() is
    'Trigger: a cycle with a locked plan is not deleted, unless this transaction has unlocked the plan or the account is gone.';

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
    select p.week_no, p.locked_after_week into v_plan
    from public.weekly_plan as p
    where p.id = p_weekly_plan_id and p.user_id = v_user;
    if not found then
        raise exception 'there is no week plan % of yours', p_weekly_plan_id
            using errcode = 'insufficient_privilege',
                hint = 'Only the account that owns a plan unlocks it.';
    end if;
    if v_plan.week_no <= v_plan.locked_after_week then
        raise exception 'week % is not locked', v_plan.week_no
            using errcode = 'object_not_in_prerequisite_state';
    end if;

    insert into public.audit_log
        (user_id, actor, action, target_table, target_id, reason, before, source_address, unlock_transaction)
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
        inet_client_addr(), pg_current_xact_id()
    )
    returning id into v_entry;
    return v_entry;
end
$$;

comment on function public.unlock_week(uuid, text) is
    'Emergency: unlocks the quotas of a locked week plan until the end of the transaction, for its owner, and writes an entry with the reason and the quotas as they were. Returns the key of the entry.';

revoke execute on all functions in schema planner from public;
revoke execute on function public.unlock_week(uuid, text) from public, anon, service_role;
grant execute on function public.unlock_week(uuid, text) to authenticated;

create trigger plan_item_locked before insert or update or delete on public.plan_item
    for each row execute function planner.guard_quota();

create trigger weekly_plan_locked before update or delete on public.weekly_plan
    for each row execute function planner.guard_plan();

create trigger cycle_locked before delete on public.cycle
    for each row execute function planner.guard_cycle();

create trigger plan_item_not_truncated before truncate on public.plan_item
    for each statement execute function planner.refuse_statement(
        'it would pass the lock of the weeks by',
        'Delete the rows.');

comment on trigger plan_item_locked on public.plan_item is 'The quotas of a locked week stand still.';
comment on trigger weekly_plan_locked on public.weekly_plan is 'A locked plan stays, and stays locked.';
comment on trigger cycle_locked on public.cycle is 'A cycle with a locked week stays.';
comment on trigger plan_item_not_truncated on public.plan_item is
    'Row triggers do not see TRUNCATE. Truncating weekly_plan, cycle or task cascades to here.';
