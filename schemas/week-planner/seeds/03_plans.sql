-- Fixtures: tasks, week plans in both modes, items, and one locked week.
insert into public.task (id, user_id, cycle_id, goal_id, title, unit, target_qty, status, details) values
    ('a0000000-0000-4000-8000-000000000031', 'a0000000-0000-4000-8000-000000000001',
        'a0000000-0000-4000-8000-000000000011', 'a0000000-0000-4000-8000-000000000021',
        'Write', 'pages', 240, 'in_progress', '{"place": "library"}'),
    ('a0000000-0000-4000-8000-000000000032', 'a0000000-0000-4000-8000-000000000001',
        'a0000000-0000-4000-8000-000000000011', 'a0000000-0000-4000-8000-000000000022',
        'Move a service', 'services', 7, 'planned', '{}'),
    ('b0000000-0000-4000-8000-000000000031', 'b0000000-0000-4000-8000-000000000001',
        'b0000000-0000-4000-8000-000000000011', 'b0000000-0000-4000-8000-000000000021',
        'Practice', 'hours', 48, 'in_progress', '{}')
on conflict (id) do nothing;

-- Week 8 starts open, takes its items on, and is locked at the end of this file.
insert into public.weekly_plan (id, user_id, cycle_id, week_no, mode, locked_after_week) values
    ('a0000000-0000-4000-8000-000000000043', 'a0000000-0000-4000-8000-000000000001',
        'a0000000-0000-4000-8000-000000000011', 3, 'time_block', 6),
    ('a0000000-0000-4000-8000-000000000048', 'a0000000-0000-4000-8000-000000000001',
        'a0000000-0000-4000-8000-000000000011', 8, 'priority_queue', 12),
    ('b0000000-0000-4000-8000-000000000041', 'b0000000-0000-4000-8000-000000000001',
        'b0000000-0000-4000-8000-000000000011', 1, 'priority_queue', 6)
on conflict (id) do nothing;

-- The trigger of the lock speaks before a conflict is seen, so a second run must not even try.
insert into public.plan_item
    (id, user_id, cycle_id, weekly_plan_id, task_id, qty, done_qty, status, position, starts_at, ends_at)
select v.* from (values
    ('a0000000-0000-4000-8000-000000000051'::uuid, 'a0000000-0000-4000-8000-000000000001'::uuid,
        'a0000000-0000-4000-8000-000000000011'::uuid, 'a0000000-0000-4000-8000-000000000043'::uuid,
        'a0000000-0000-4000-8000-000000000031'::uuid, 20, 22, 'completed', 0,
        '2026-01-19 08:00Z'::timestamptz, '2026-01-19 11:00Z'::timestamptz),
    ('a0000000-0000-4000-8000-000000000052', 'a0000000-0000-4000-8000-000000000001',
        'a0000000-0000-4000-8000-000000000011', 'a0000000-0000-4000-8000-000000000043',
        'a0000000-0000-4000-8000-000000000032', 1, 0, 'skipped', 1, null, null),
    ('a0000000-0000-4000-8000-000000000053', 'a0000000-0000-4000-8000-000000000001',
        'a0000000-0000-4000-8000-000000000011', 'a0000000-0000-4000-8000-000000000048',
        'a0000000-0000-4000-8000-000000000031', 20, 0, 'planned', 0, null, null),
    ('b0000000-0000-4000-8000-000000000051', 'b0000000-0000-4000-8000-000000000001',
        'b0000000-0000-4000-8000-000000000011', 'b0000000-0000-4000-8000-000000000041',
        'b0000000-0000-4000-8000-000000000031', 4, 2.5, 'in_progress', 0, null, null)
) as v (id, user_id, cycle_id, weekly_plan_id, task_id, qty, done_qty, status, position, starts_at, ends_at)
where not exists (select from public.plan_item as i where i.id = v.id);

update public.weekly_plan set locked_after_week = 6
where id = 'a0000000-0000-4000-8000-000000000048' and locked_after_week > 6;
