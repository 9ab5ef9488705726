-- Fixtures: a talk with a proposal of the AI.
insert into public.chat_session (id, user_id, cycle_id, title, context, summary_md, ended_at)
select 'a0000000-0000-4000-8000-000000000061', u.id, c.id, 'Week 4', '{"week": 4}', 'Keep **20 pages**, no service.',
    '2026-01-24 17:05Z'
from auth.users as u
left join public.cycle as c on c.user_id = u.id and c.start_date = '2026-01-05'
where u.id = 'a0000000-0000-4000-8000-000000000001'
on conflict do nothing;

insert into public.chat_message (id, user_id, chat_session_id, role, content, proposal, created_at) values
    ('a0000000-0000-4000-8000-000000000071', 'a0000000-0000-4000-8000-000000000001',
        'a0000000-0000-4000-8000-000000000061', 'system', 'Help to plan one week.', '{}', '2026-01-24 17:00Z'),
    ('a0000000-0000-4000-8000-000000000072', 'a0000000-0000-4000-8000-000000000001',
        'a0000000-0000-4000-8000-000000000061', 'user', 'Too much last week. Less?', '{}', '2026-01-24 17:01Z'),
    ('a0000000-0000-4000-8000-000000000073', 'a0000000-0000-4000-8000-000000000001',
        'a0000000-0000-4000-8000-000000000061', 'ai', 'You wrote 22 pages. Keep 20, and leave the service out.',
        '{"week": 4, "items": [{"task": "Write", "qty": 20}]}', '2026-01-24 17:02Z')
on conflict do nothing;
