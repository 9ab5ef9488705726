-- What is to be done (task), which week plans there are (weekly_plan), and how much of which task a week
-- takes on (plan_item). The cycle is part of every reference here, so that the week and the task of an
-- item always belong to one cycle.

-- weekly_plan

create table public.weekly_plan (
    id uuid not null default gen_random_uuid(),
    user_id uuid not null,
    cycle_id uuid not null,
    week_no smallint not null,
    mode text not null default 'time_block',
    locked_after_week smallint not null default 6,
    notes text not null default '',
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
grant select, insert, update, delete on public.weekly_plan to authenticated, service_role;

create policy weekly_plan_own on public.weekly_plan for all to authenticated
    using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));

create trigger weekly_plan_touch before update on public.weekly_plan
    for each row execute function planner.touch_updated_at();

comment on table public.weekly_plan is 'Plans of the weeks of a cycle, one each.';
comment on column public.weekly_plan.id is 'Key of the plan.';
comment on column public.weekly_plan.user_id is 'Whose plan; the owner of the cycle.';
comment on column public.weekly_plan.cycle_id is 'Cycle that the week belongs to.';
comment on column public.weekly_plan.week_no is 'Week of the cycle, 1 to 12.';
comment on column public.weekly_plan.mode is
    'time_block: items have hours; priority_queue: items have an order.';
comment on column public.weekly_plan.locked_after_week is
    'The plan is locked when its week comes after this one. 12: open; it may be lowered at any time, and not raised once it locks.';
comment on column public.weekly_plan.notes is 'Remarks on the week.';
comment on column public.weekly_plan.created_at is 'When the row was written.';
comment on column public.weekly_plan.updated_at is 'When the row was last changed.';
comment on constraint weekly_plan_pkey on public.weekly_plan is 'One row per plan.';
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
comment on trigger weekly_plan_touch on public.weekly_plan is 'Keeps updated_at.';

-- task

create table public.task (
    id uuid not null default gen_random_uuid(),
    user_id uuid not null,
    cycle_id uuid not null,
    goal_id uuid not null,
    title text not null,
    unit text not null default 'times',
    target_qty numeric(10, 2) not null default 0,
    status text not null default 'planned',
    details jsonb not null default '{}'::jsonb,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint task_pkey primary key (id),
    constraint task_id_cycle_id_user_id_key unique (id, cycle_id, user_id),
    constraint task_goal_fkey foreign key (user_id, cycle_id, goal_id)
        references public.goal (user_id, cycle_id, id) on delete cascade,
    constraint task_title_not_blank check (btrim(title) <> ''),
    constraint task_unit_not_blank check (btrim(unit) <> ''),
    constraint task_target_qty_not_negative check (target_qty >= 0 and target_qty <> 'NaN'),
    constraint task_status_known check (status in ('planned', 'in_progress', 'completed', 'skipped')),
    constraint task_details_is_object check (jsonb_typeof(details) = 'object')
);

create index task_goal_idx on public.task (user_id, goal_id, cycle_id);

alter table public.task enable row level security;
alter table public.task force row level security;
revoke all on public.task from anon, authenticated, service_role;
grant select, insert, update, delete on public.task to authenticated, service_role;

create policy task_own on public.task for all to authenticated
    using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));

create trigger task_touch before update on public.task
    for each row execute function planner.touch_updated_at();

comment on table public.task is 'Work towards a goal, spread over weeks by plan items.';
comment on column public.task.id is 'Key of the task.';
comment on column public.task.user_id is 'Whose task; the owner of the goal.';
comment on column public.task.cycle_id is 'Cycle of the goal.';
comment on column public.task.goal_id is 'Goal that it serves.';
comment on column public.task.title is 'What is to be done.';
comment on column public.task.unit is 'What quantities of the task count, such as hours or pages.';
comment on column public.task.target_qty is 'How much the whole cycle should see, in the unit.';
comment on column public.task.status is 'planned, in_progress, completed or skipped.';
comment on column public.task.details is 'Whatever else belongs to it: a JSON object.';
comment on column public.task.created_at is 'When the row was written.';
comment on column public.task.updated_at is 'When the row was last changed.';
comment on constraint task_pkey on public.task is 'One row per task.';
comment on constraint task_id_cycle_id_user_id_key on public.task is
    'Lets items refer to a task together with its cycle and owner.';
comment on constraint task_goal_fkey on public.task is
    'The goal exists in the same cycle of the same account; the task goes with it.';
comment on constraint task_title_not_blank on public.task is 'A task has a title.';
comment on constraint task_unit_not_blank on public.task is 'A quantity counts something.';
comment on constraint task_target_qty_not_negative on public.task is
    'The target is a number from 0. NaN is named because it compares as greater than any number.';
comment on constraint task_status_known on public.task is
    'A task is planned, in progress, completed or skipped.';
comment on constraint task_details_is_object on public.task is
    'The details are a JSON object, not an array or a scalar.';
comment on index public.task_goal_idx is 'Tasks of a goal; serves the policy and the reference to goal.';
comment on policy task_own on public.task is 'An account sees and changes its own tasks.';
comment on trigger task_touch on public.task is 'Keeps updated_at.';

-- plan_item

create table public.plan_item (
    id uuid not null default gen_random_uuid(),
    user_id uuid not null,
    cycle_id uuid not null,
    weekly_plan_id uuid not null,
    task_id uuid not null,
    qty numeric(10, 2) not null,
    done_qty numeric(10, 2) not null default 0,
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
    constraint plan_item_qty_not_negative check (qty >= 0 and qty <> 'NaN'),
    constraint plan_item_done_qty_not_negative check (done_qty >= 0 and done_qty <> 'NaN'),
    constraint plan_item_status_known check (status in ('planned', 'in_progress', 'completed', 'skipped')),
    constraint plan_item_position_not_negative check (position >= 0),
    constraint plan_item_block_complete check ((starts_at is null) = (ends_at is null)),
    constraint plan_item_block_ends_after_start check (ends_at > starts_at)
);

create index plan_item_weekly_plan_idx on public.plan_item (user_id, weekly_plan_id, cycle_id, position);
create index plan_item_task_idx on public.plan_item (user_id, task_id, cycle_id);

alter table public.plan_item enable row level security;
alter table public.plan_item force row level security;
revoke all on public.plan_item from anon, authenticated, service_role;
grant select, insert, update, delete on public.plan_item to authenticated, service_role;

create policy plan_item_own on public.plan_item for all to authenticated
    using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));

create trigger plan_item_touch before update on public.plan_item
    for each row execute function planner.touch_updated_at();

comment on table public.plan_item is 'Quotas: how much of a task a week takes on, and how it went.';
comment on column public.plan_item.id is 'Key of the item.';
comment on column public.plan_item.user_id is 'Whose item; the owner of plan and task.';
comment on column public.plan_item.cycle_id is 'Cycle of plan and task.';
comment on column public.plan_item.weekly_plan_id is 'Week that takes it on.';
comment on column public.plan_item.task_id is 'Task that it is a part of.';
comment on column public.plan_item.qty is 'The quota, in the unit of the task. Stands still in a locked week.';
comment on column public.plan_item.done_qty is 'How much is done, in the unit of the task.';
comment on column public.plan_item.status is 'planned, in_progress, completed or skipped.';
comment on column public.plan_item.notes is 'Remarks on the work.';
comment on column public.plan_item.position is 'Place in the week, the smallest first.';
comment on column public.plan_item.starts_at is 'Start of its time block; null without one.';
comment on column public.plan_item.ends_at is 'End of its time block; null without one.';
comment on column public.plan_item.created_at is 'When the row was written.';
comment on column public.plan_item.updated_at is 'When the row was last changed.';
comment on constraint plan_item_pkey on public.plan_item is 'One row per item.';
comment on constraint plan_item_weekly_plan_fkey on public.plan_item is
    'The plan exists in the same cycle of the same account; the item goes with it.';
comment on constraint plan_item_task_fkey on public.plan_item is
    'The task exists in the same cycle of the same account; the item goes with it.';
comment on constraint plan_item_qty_not_negative on public.plan_item is
    'The quota is a number from 0. NaN is named because it compares as greater than any number.';
comment on constraint plan_item_done_qty_not_negative on public.plan_item is
    'What is done is a number from 0, and not NaN.';
comment on constraint plan_item_status_known on public.plan_item is
    'An item is planned, in progress, completed or skipped.';
comment on constraint plan_item_position_not_negative on public.plan_item is 'Places count from 0.';
comment on constraint plan_item_block_complete on public.plan_item is
    'A time block has a start and an end, or there is none.';
comment on constraint plan_item_block_ends_after_start on public.plan_item is
    'A time block ends after it has started.';
comment on index public.plan_item_weekly_plan_idx is
    'Items of a week in order; serves the policy and the reference to weekly_plan.';
comment on index public.plan_item_task_idx is 'Items of a task; serves the reference to task.';
comment on policy plan_item_own on public.plan_item is 'An account sees and changes its own items.';
comment on trigger plan_item_touch on public.plan_item is 'Keeps updated_at.';
