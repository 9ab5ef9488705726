-- Takes 202601050900 back. All rows of its tables go with them.
drop table public.goal;
drop table public.cycle;
drop table public.vision;
drop function planner.touch_updated_at();
drop domain public.quantity;
drop domain public.not_blank;
drop schema planner;

do $$
begin
    if exists (
        select from pg_catalog.pg_extension as e
        where e.extname = 'btree_gist' and obj_description(e.oid, 'pg_extension') like 'week-planner: %'
    ) then
        drop extension btree_gist;
    end if;
exception
    when dependent_objects_still_exist then
        raise notice 'extension btree_gist stays: other objects need it';
end
$$;
