-- Takes 202601050930 back. Every week is open again; the entries about unlocked weeks stay in the log.
drop trigger plan_item_not_truncated on public.plan_item;
drop trigger cycle_locked on public.cycle;
drop trigger weekly_plan_locked on public.weekly_plan;
drop trigger plan_item_locked on public.plan_item;
drop function public.unlock_week(uuid, text);
drop function planner.guard_cycle();
drop function planner.guard_plan();
drop function planner.guard_quota();
