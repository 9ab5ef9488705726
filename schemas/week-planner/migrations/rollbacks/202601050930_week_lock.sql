-- Takes 202601050930 back. Every week is open again; the entries about unlocked weeks stay in the log.
-- lockkeeper:accept-loss public.weekly_plan.locks_on: a day that was written while there was no lock is worth nothing
-- lockkeeper:accept-loss public.weekly_plan.updated_at: the plans whose day was computed were changed then
drop trigger task_unlocked_change on public.task;
drop trigger plan_item_unlocked_change on public.plan_item;
drop trigger plan_item_not_truncated on public.plan_item;
drop trigger task_unit_locked on public.task;
drop trigger cycle_locked on public.cycle;
drop trigger weekly_plan_locked on public.weekly_plan;
drop trigger plan_item_locked on public.plan_item;
drop trigger cycle_moves_locks on public.cycle;
drop trigger weekly_plan_lock_day on public.weekly_plan;
drop policy audit_log_write_beside_mark on public.audit_log;
drop policy audit_log_read_mark on public.audit_log;
drop function public.rename_task(uuid, text, text);
drop function public.delete_cycle(uuid, text);
drop function public.change_locked_quotas(uuid, text, jsonb);
drop function public.unlock_week(uuid, text);
drop function planner.log_unlocked_task();
drop function planner.log_unlocked_change();
drop function planner.refuse_truncate();
drop function planner.guard_task();
drop function planner.guard_cycle();
drop function planner.guard_plan();
drop function planner.guard_quota();
drop function planner.move_lock_days();
drop function planner.set_lock_day();
drop function public.lock_today();
