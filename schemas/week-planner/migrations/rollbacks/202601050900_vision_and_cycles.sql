-- Takes 202601050900 back. All rows of its tables go with them.
drop table public.goal;
drop table public.cycle;
drop table public.vision;
drop function planner.touch_updated_at();
drop schema planner;
