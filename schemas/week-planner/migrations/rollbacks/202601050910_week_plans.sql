-- Takes 202601050910 back. All rows of its tables go with them.
drop table public.plan_item;
drop table public.task;
drop table public.weekly_plan;
drop function planner.guard_block();
drop function planner.complete_item();
