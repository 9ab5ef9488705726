-- Fixtures: tasks, week plans in both modes, items, and one locked week. Tasks are found by goal and title,
-- plans by their week, items by plan and task.
insert into public.task (id, user_id, cycle_id, goal_id, title, unit, default_qty, target_qty, status, tags, metadata)
select v.id, g.user_id, g.cycle_id, g.id, v.title, v.unit, v.default_qty, v.target_qty, v.status, v.tags, v.metadata
from (values
    ('a0000000-0000-4000-8000-000000000031'::uuid, 'a0000000-0000-4000-8000-000000000001'::uuid,
        date '2026-01-05', 'personal', 'Write', 'pages', 20.0, 240.0, 'in_progress', '{book}'::text[],
        '{"place": "library"}'::jsonb),
    ('a0000000-0000-4000-8000-000000000032', 'a0000000-0000-4000-8000-000000000001',
        '2026-01-05', 'professional', 'Move a service', 'services', null, 7, 'planned', '{}', '{}'),
    ('b0000000-0000-4000-8000-000000000031', 'b0000000-0000-4000-8000-000000000001',
        '2026-01-12', 'personal', 'Practice', 'hours', 4, 48, 'in_progress', '{}', '{}')
) as v (id, user_id, start_date, type, title, unit, default_qty, target_qty, status, tags, metadata)
join public.cycle as c on c.user_id = v.user_id and c.start_date = v.start_date
join public.goal as g on g.user_id = c.user_id and g.cycle_id = c.id and g.type = v.type
where not exists (select from public.task as t where t.user_id = g.user_id and t.goal_id = g.id and t.title = v.title)
on conflict do nothing;

-- Week 8 starts open, takes its items on, and is locked at the end of this file: its cycle is in week 7.
insert into public.weekly_plan (id, user_id, cycle_id, week_no, mode, locked_after_week)
select v.id, c.user_id, c.id, v.week_no, v.mode, v.locked_after_week
from (values
    ('a0000000-0000-4000-8000-000000000043'::uuid, 'a0000000-0000-4000-8000-000000000001'::uuid,
        date '2026-01-05', 3::smallint, 'time_block', 6::smallint),
    ('a0000000-0000-4000-8000-000000000048', 'a0000000-0000-4000-8000-000000000001',
        '2026-01-05', 8, 'priority_queue', 12),
    ('b0000000-0000-4000-8000-000000000041', 'b0000000-0000-4000-8000-000000000001',
        '2026-01-12', 1, 'priority_queue', 6)
) as v (id, user_id, start_date, week_no, mode, locked_after_week)
join public.cycle as c on c.user_id = v.user_id and c.start_date = v.start_date
on conflict do nothing;

-- An item that is missing from a locked week comes back as everything does that changes there: by an unlock,
-- with its entry in the log.
do $$
declare
    v_item record;
    v_claims constant text := current_setting('request.jwt.claims', true);
begin
    for v_item in
        select distinct on (v.id) v.*, p.id as plan_id, p.cycle_id, p.locks_on <= public.lock_today() as locked, t.id as task_id
        from (values
            ('a0000000-0000-4000-8000-000000000051'::uuid, 'a0000000-0000-4000-8000-000000000001'::uuid,
                date '2026-01-05', 3, 'Write', 20.0, 22.0, 'completed', 0,
                timestamptz '2026-01-19 08:00Z', timestamptz '2026-01-19 11:00Z'),
            ('a0000000-0000-4000-8000-000000000052', 'a0000000-0000-4000-8000-000000000001',
                '2026-01-05', 3, 'Move a service', 1, 0, 'skipped', 1, null, null),
            ('a0000000-0000-4000-8000-000000000053', 'a0000000-0000-4000-8000-000000000001',
                '2026-01-05', 8, 'Write', 20, 0, 'planned', 0, null, null),
            ('b0000000-0000-4000-8000-000000000051', 'b0000000-0000-4000-8000-000000000001',
                '2026-01-12', 1, 'Practice', 4, 2.5, 'in_progress', 0, null, null)
        ) as v (id, user_id, start_date, week_no, title, qty, done_qty, status, position, starts_at, ends_at)
        join public.cycle as c on c.user_id = v.user_id and c.start_date = v.start_date
        join public.weekly_plan as p on p.user_id = c.user_id and p.cycle_id = c.id and p.week_no = v.week_no
        join public.task as t on t.user_id = c.user_id and t.cycle_id = c.id and t.title = v.title
        where not exists (
            select from public.plan_item as i
            where i.id = v.id or (i.user_id = v.user_id and i.weekly_plan_id = p.id and i.task_id = t.id)
        )
        order by v.id, t.created_at, t.id
    loop
        if v_item.locked then
            perform set_config('request.jwt.claims', json_build_object('sub', v_item.user_id)::text, true);
            perform public.unlock_week(v_item.plan_id, 'The fixtures are completed.');
        end if;
        insert into public.plan_item
            (id, user_id, cycle_id, weekly_plan_id, task_id, qty, done_qty, status, position, starts_at, ends_at)
        values (v_item.id, v_item.user_id, v_item.cycle_id, v_item.plan_id, v_item.task_id, v_item.qty,
            v_item.done_qty, v_item.status, v_item.position, v_item.starts_at, v_item.ends_at);
        perform set_config('request.jwt.claims', coalesce(v_claims, ''), true);
    end loop;
end
$$;

update public.weekly_plan as p set locked_after_week = 6
from public.cycle as c
where c.id = p.cycle_id and c.user_id = 'a0000000-0000-4000-8000-000000000001' and c.start_date = '2026-01-05'
    and p.week_no = 8 and p.locked_after_week > 6;
