-- Fixtures: a talk with a proposal of the AI.
insert into public.chat_session (id, user_id, title, context) values
    ('a0000000-0000-4000-8000-000000000061', 'a0000000-0000-4000-8000-000000000001',
        'Week 4', '{"week": 4}')
on conflict (id) do nothing;

insert into public.chat_message (id, user_id, chat_session_id, role, content, proposal, created_at) values
    ('a0000000-0000-4000-8000-000000000071', 'a0000000-0000-4000-8000-000000000001',
        'a0000000-0000-4000-8000-000000000061', 'system', 'Help to plan one week.', '{}', '2026-01-24 17:00Z'),
    ('a0000000-0000-4000-8000-000000000072', 'a0000000-0000-4000-8000-000000000001',
        'a0000000-0000-4000-8000-000000000061', 'user', 'Too much last week. Less?', '{}', '2026-01-24 17:01Z'),
    ('a0000000-0000-4000-8000-000000000073', 'a0000000-0000-4000-8000-000000000001',
        'a0000000-0000-4000-8000-000000000061', 'ai', 'You wrote 22 pages. Keep 20, and leave the service out.',
        '{"week": 4, "items": [{"task": "Write", "qty": 20}]}', '2026-01-24 17:02Z')
on conflict (id) do nothing;
