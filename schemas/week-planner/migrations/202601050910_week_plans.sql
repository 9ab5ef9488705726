-- What is to be done (task), which week plans there are (weekly_plan), and how much of which task a week
-- takes on (plan_item). The cycle is part of every reference here, so that the week and the task of an
-- item always belong to one cycle.
-- lockkeeper:allow-file LK11 part of the first release: cycles and goals are written by nobody yet
-- lockkeeper:allow-file ST07 serves the reference to the plan, whose key has three columns, in the order of the page

-- weekly_plan

create table public.weekly_plan (
    id uuid not null default gen_random_uuid(),
    user_id uuid not null,
    cycle_id uuid not null,
    week_no smallint not null,
    mode text not null default 'time_block',
    locked_after_week smallint not null default 6,
    notes text not null default '',
    locks_on date,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint weekly_plan_pkey primary key (id),
    constraint weekly_plan_id_cycle_id_user_id_key unique (id, cycle_id, user_id),
    constraint weekly_plan_user_id_cycle_id_week_no_key unique (user_id, cycle_id, week_no),
    constraint weekly_plan_cycle_fkey foreign key (user_id, cycle_id)
        references public.cycle (user_id, id) on delete cascade,
    constraint weekly_plan_week_no_in_range check (week_no between 1 and 12),
    constraint weekly_plan_mode_known check (mode in ('time_block', 'priority_queue')),
    constraint weekly_plan_locked_after_week_in_range check (locked_after_week between 0 and 12)
);

alter table public.weekly_plan enable row level security;
alter table public.weekly_plan force row level security;
revoke all on public.weekly_plan from anon, authenticated, service_role;
grant select, insert, update, delete on public.weekly_plan to service_role;
grant select, delete on public.weekly_plan to authenticated;
grant insert (id, user_id, cycle_id, week_no, mode, locked_after_week, notes), update (id, user_id, cycle_id, week_no, mode, locked_after_week, notes)
    on public.weekly_plan to authenticated;

create policy weekly_plan_own on public.weekly_plan for all to authenticated, current_user
    using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));
create policy weekly_plan_service on public.weekly_plan for all to service_role using (true) with check (true);

create trigger weekly_plan_touch before update on public.weekly_plan
    for each row execute function planner.touch_updated_at();

comment on table public.weekly_plan is 'Plans of the weeks of a cycle, one each.';
comment on column public.weekly_plan.id is 'Random, or chosen by the client, who then knows it before the row is there.';
comment on column public.weekly_plan.user_id is 'Account that owns it, the owner of the cycle: the references take it along.';
comment on column public.weekly_plan.cycle_id is 'Cycle that the week belongs to.';
comment on column public.weekly_plan.week_no is 'Week of the cycle, 1 to 12.';
comment on column public.weekly_plan.mode is
    'time_block: what counts are the hours of the items; priority_queue: what counts is their position. Either may be missing.';
comment on column public.weekly_plan.locked_after_week is
    'When the cycle has passed this week, plans of later weeks lock. 12: never; 0: at once. May be lowered at any time, and not raised once the plan is locked.';
comment on column public.weekly_plan.locks_on is
    'First day, as public.lock_today() tells it, on which the quotas stand still, kept by a trigger whatever a client says; null: the calendar locks it on no day that is known.';
comment on column public.weekly_plan.notes is 'Remarks on the week.';
comment on column public.weekly_plan.created_at is 'Start of the transaction that wrote the row; an account does not say it.';
comment on column public.weekly_plan.updated_at is 'Start of the transaction that last changed the row; created_at before any change.';
comment on constraint weekly_plan_pkey on public.weekly_plan is 'A key that clients choose is taken once, whoever has it.';
comment on constraint weekly_plan_id_cycle_id_user_id_key on public.weekly_plan is
    'Lets items refer to a plan together with its cycle and owner.';
comment on constraint weekly_plan_user_id_cycle_id_week_no_key on public.weekly_plan is
    'One plan per week of a cycle; serves the policy and the reference to cycle.';
comment on constraint weekly_plan_cycle_fkey on public.weekly_plan is
    'The cycle exists and belongs to the same account; the plan goes with it.';
comment on constraint weekly_plan_week_no_in_range on public.weekly_plan is 'The weeks count from 1 to 12.';
comment on constraint weekly_plan_mode_known on public.weekly_plan is
    'A week is planned in time blocks or as a priority queue.';
comment on constraint weekly_plan_locked_after_week_in_range on public.weekly_plan is
    'A week of the cycle; 0 locks every week.';
comment on policy weekly_plan_own on public.weekly_plan is 'An account sees and changes its own plans.';
comment on policy weekly_plan_service on public.weekly_plan is 'The service works for every account, also where it may not bypass row-level security.';
comment on trigger weekly_plan_touch on public.weekly_plan is 'When a row changed is for the database to say.';

-- task

create table public.task (
    id uuid not null default gen_random_uuid(),
    user_id uuid not null,
    cycle_id uuid not null,
    goal_id uuid not null,
    title public.not_blank not null,
    unit public.not_blank not null default 'times',
    default_qty public.quantity,
    target_qty public.quantity not null default 0,
    status text not null default 'planned',
    tags public.not_blank[] not null default '{}',
    metadata jsonb not null default '{}'::jsonb,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint task_pkey primary key (id),
    constraint task_id_cycle_id_user_id_key unique (id, cycle_id, user_id),
    constraint task_goal_fkey foreign key (user_id, cycle_id, goal_id)
        references public.goal (user_id, cycle_id, id) on delete cascade,
    constraint task_tags_not_null check (array_position(tags::text[], null) is null),
    constraint task_status_known check (status in ('planned', 'in_progress', 'completed', 'skipped')),
    constraint task_metadata_is_object check (jsonb_typeof(metadata) = 'object')
);

create index task_goal_idx on public.task (user_id, goal_id, cycle_id);

alter table public.task enable row level security;
alter table public.task force row level security;
revoke all on public.task from anon, authenticated, service_role;
grant select, insert, update, delete on public.task to service_role;
grant select, delete on public.task to authenticated;
grant insert (id, user_id, cycle_id, goal_id, title, unit, default_qty, target_qty, status, tags, metadata), update (id, user_id, cycle_id, goal_id, title, unit, default_qty, target_qty, status, tags, metadata)
    on public.task to authenticated;

create policy task_own on public.task for all to authenticated, current_user
    using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));
create policy task_service on public.task for all to service_role using (true) with check (true);

create trigger task_touch before update on public.task
    for each row execute function planner.touch_updated_at();

comment on table public.task is 'Work towards a goal, spread over weeks by plan items.';
comment on column public.task.id is 'Random, or chosen by the client, who then knows it before the row is there.';
comment on column public.task.user_id is 'Account that owns it, the owner of the goal: the references take it along.';
comment on column public.task.cycle_id is 'Cycle of the goal.';
comment on column public.task.goal_id is 'Goal that it serves.';
comment on column public.task.title is 'What is to be done.';
comment on column public.task.unit is 'What its quantities count, such as hours or pages; items take it on when they are written without one.';
comment on column public.task.default_qty is
    'What a week takes on when its item names no quantity, in the unit; null: the item has to name one.';
comment on column public.task.target_qty is 'How much the whole cycle should see, in the unit; 0: no target.';
comment on column public.task.status is 'planned, in_progress, completed or skipped.';
comment on column public.task.tags is 'Words to find it by, in this cycle and in those to come.';
comment on column public.task.metadata is 'Whatever else belongs to it: a JSON object.';
comment on column public.task.created_at is 'Start of the transaction that wrote the row; an account does not say it.';
comment on column public.task.updated_at is 'Start of the transaction that last changed the row; created_at before any change.';
comment on constraint task_pkey on public.task is 'A key that clients choose is taken once, whoever has it.';
comment on constraint task_id_cycle_id_user_id_key on public.task is
    'Lets items refer to a task together with its cycle and owner.';
comment on constraint task_goal_fkey on public.task is
    'The goal exists in the same cycle of the same account; the task goes with it.';
comment on constraint task_tags_not_null on public.task is 'No tag is null.';
comment on constraint task_status_known on public.task is
    'A task is planned, in progress, completed or skipped.';
comment on constraint task_metadata_is_object on public.task is 'Not an array or a scalar.';
comment on index public.task_goal_idx is 'Tasks of a goal; serves the policy and the reference to goal.';
comment on policy task_own on public.task is 'An account sees and changes its own tasks.';
comment on policy task_service on public.task is 'The service works for every account, also where it may not bypass row-level security.';
comment on trigger task_touch on public.task is 'When a row changed is for the database to say.';

-- plan_item

create table public.plan_item (
    id uuid not null default gen_random_uuid(),
    user_id uuid not null,
    cycle_id uuid not null,
    weekly_plan_id uuid not null,
    task_id uuid not null,
    unit public.not_blank not null,
    qty public.quantity not null,
    done_qty public.quantity not null default 0,
    status text not null default 'planned',
    notes text not null default '',
    position integer not null default 0,
    starts_at timestamptz,
    ends_at timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint plan_item_pkey primary key (id),
    constraint plan_item_weekly_plan_fkey foreign key (user_id, cycle_id, weekly_plan_id)
        references public.weekly_plan (user_id, cycle_id, id) on delete cascade,
    constraint plan_item_task_fkey foreign key (user_id, cycle_id, task_id)
        references public.task (user_id, cycle_id, id) on delete cascade,
    constraint plan_item_status_known check (status in ('planned', 'in_progress', 'completed', 'skipped')),
    constraint plan_item_position_not_negative check (position >= 0),
    constraint plan_item_block_complete check ((starts_at is null) = (ends_at is null)),
    constraint plan_item_block_ends_after_start check (ends_at > starts_at),
    constraint plan_item_block_finite check (isfinite(starts_at) and isfinite(ends_at)),
    -- Deferrable, so that one statement may move a whole day or swap two blocks.
    constraint plan_item_one_at_a_time exclude using gist (user_id with =, tstzrange(starts_at, ends_at) with &&)
        where (starts_at is not null and status <> 'skipped') deferrable initially immediate
);

-- An item takes unit and quantity over from its task where it names none. A task that is not there, or is
-- another account's, is left to the reference to complain about.
create function planner.complete_item() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
    v_task record;
begin
    if new.unit is null or new.qty is null then
        select t.unit, t.default_qty into v_task
        from public.task as t
        where t.user_id = new.user_id and t.id = new.task_id;
        new.unit := coalesce(new.unit, v_task.unit, 'times');
        new.qty := coalesce(new.qty, v_task.default_qty);
    end if;
    return new;
end
$$;

comment on function planner.complete_item() is
    'Trigger: fills unit and qty of a new item from its task where they are null.';

revoke execute on function planner.complete_item() from public;

create trigger plan_item_completed before insert on public.plan_item
    for each row execute function planner.complete_item();

-- Also for bulk loads with session_replication_role: the column takes no null.
alter table public.plan_item enable always trigger plan_item_completed;

-- A block lies in its cycle. What day it is depends on where the account is, so a day more is allowed on
-- either side. Blocks that are there already do not hinder a cycle from changing its dates.
create function planner.guard_block() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
    v_cycle record;
begin
    if tg_op = 'UPDATE' then
        if new.starts_at = old.starts_at and new.ends_at = old.ends_at and new.cycle_id = old.cycle_id then
            return new;
        end if;
    end if;
    select c.start_date, c.end_date into v_cycle
    from public.cycle as c
    where c.user_id = new.user_id and c.id = new.cycle_id;
    if isfinite(new.starts_at) and isfinite(new.ends_at) and (
        new.starts_at < (v_cycle.start_date - 1)::timestamp at time zone 'UTC'
        or new.ends_at > (v_cycle.end_date + 1)::timestamp at time zone 'UTC'
    ) then
        raise exception 'the block from % to % is not in its cycle, from % to %',
            new.starts_at, new.ends_at, v_cycle.start_date, v_cycle.end_date
            using errcode = 'check_violation',
                schema = tg_table_schema,
                table = tg_table_name,
                constraint = tg_name;
    end if;
    return new;
end
$$;

comment on function planner.guard_block() is 'Trigger: refuses a time block that is not in the cycle of the item.';

revoke execute on function planner.guard_block() from public;

create trigger plan_item_block_in_cycle before insert or update on public.plan_item
    for each row when (new.starts_at is not null) execute function planner.guard_block();

create index plan_item_weekly_plan_idx on public.plan_item (user_id, weekly_plan_id, cycle_id, position);
create index plan_item_task_idx on public.plan_item (user_id, task_id, cycle_id);

alter table public.plan_item enable row level security;
alter table public.plan_item force row level security;
revoke all on public.plan_item from anon, authenticated, service_role;
grant select, insert, update, delete on public.plan_item to service_role;
grant select, delete on public.plan_item to authenticated;
grant
    insert (id, user_id, cycle_id, weekly_plan_id, task_id, unit, qty, done_qty, status, notes, position, starts_at, ends_at),
    update (id, user_id, cycle_id, weekly_plan_id, task_id, unit, qty, done_qty, status, notes, position, starts_at, ends_at)
    on public.plan_item to authenticated;

create policy plan_item_own on public.plan_item for all to authenticated, current_user
    using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));
create policy plan_item_service on public.plan_item for all to service_role using (true) with check (true);

create trigger plan_item_touch before update on public.plan_item
    for each row execute function planner.touch_updated_at();

comment on table public.plan_item is 'Quotas: how much of a task a week takes on, and how it went.';
comment on column public.plan_item.id is 'Random, or chosen by the client, who then knows it before the row is there.';
comment on column public.plan_item.user_id is 'Account that owns it, the owner of plan and task: the references take it along.';
comment on column public.plan_item.cycle_id is 'Cycle of plan and task.';
comment on column public.plan_item.weekly_plan_id is 'Week that takes it on.';
comment on column public.plan_item.task_id is 'Task that it is a part of.';
comment on column public.plan_item.unit is
    'What qty and done_qty count; that of the task unless the item names its own. Stands still in a locked week.';
comment on column public.plan_item.qty is
    'The quota, in the unit; default_qty of the task unless the item names its own. Stands still in a locked week.';
comment on column public.plan_item.done_qty is 'How much is done, in the unit; may be more than the quota.';
comment on column public.plan_item.status is 'planned, in_progress, completed or skipped.';
comment on column public.plan_item.notes is 'Remarks on the work.';
comment on column public.plan_item.position is 'Place in the week, the smallest first.';
comment on column public.plan_item.starts_at is 'Start of its time block; null without one.';
comment on column public.plan_item.ends_at is 'End of its time block; null without one.';
comment on column public.plan_item.created_at is 'Start of the transaction that wrote the row; an account does not say it.';
comment on column public.plan_item.updated_at is 'Start of the transaction that last changed the row; created_at before any change.';
comment on constraint plan_item_pkey on public.plan_item is 'A key that clients choose is taken once, whoever has it.';
comment on constraint plan_item_weekly_plan_fkey on public.plan_item is
    'The plan exists in the same cycle of the same account; the item goes with it.';
comment on constraint plan_item_task_fkey on public.plan_item is
    'The task exists in the same cycle of the same account; the item goes with it.';
comment on constraint plan_item_status_known on public.plan_item is
    'An item is planned, in progress, completed or skipped.';
comment on constraint plan_item_position_not_negative on public.plan_item is 'Places count from 0.';
comment on constraint plan_item_block_complete on public.plan_item is
    'A time block has a start and an end, or there is none.';
comment on constraint plan_item_block_ends_after_start on public.plan_item is
    'A time block ends after it has started.';
comment on constraint plan_item_block_finite on public.plan_item is 'Infinity is no hour.';
comment on constraint plan_item_one_at_a_time on public.plan_item is
    'Nobody does two things at once: time blocks of an account do not overlap, unless they are skipped. They may touch. Deferrable, so that one statement may swap two; ON CONFLICT has to name the key therefore: (id).';
comment on index public.plan_item_weekly_plan_idx is
    'Items of a week in order; serves the policy and the reference to weekly_plan.';
comment on index public.plan_item_task_idx is 'Items of a task; serves the reference to task.';
comment on policy plan_item_own on public.plan_item is 'An account sees and changes its own items.';
comment on policy plan_item_service on public.plan_item is 'The service works for every account, also where it may not bypass row-level security.';
comment on trigger plan_item_block_in_cycle on public.plan_item is 'A block lies in its cycle.';
comment on trigger plan_item_completed on public.plan_item is 'Unit and quantity come from the task where none are named.';
comment on trigger plan_item_touch on public.plan_item is 'When a row changed is for the database to say.';
