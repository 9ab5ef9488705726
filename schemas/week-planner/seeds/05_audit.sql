-- Fixtures: entries of all three actors, and one emergency unlock that is long over: it names the time and
-- the transaction that it was for.
insert into public.audit_log
    (id, user_id, actor, action, target_table, target_id, reason, before, after, correlation_id,
        source_address, unlock_transaction, occurred_at)
values
    ('a0000000-0000-4000-8000-000000000081', 'a0000000-0000-4000-8000-000000000001', 'system', 'welcome',
        null, null, null, '{}', '{}', 'a0000000-0000-4000-8000-000000000091', null, null, '2026-01-04 09:00Z'),
    ('a0000000-0000-4000-8000-000000000082', 'a0000000-0000-4000-8000-000000000001', 'ai', 'propose',
        'chat_message', 'a0000000-0000-4000-8000-000000000073', null, '{}', '{"qty": 20}',
        'a0000000-0000-4000-8000-000000000092', null, null, '2026-01-24 17:02Z'),
    ('a0000000-0000-4000-8000-000000000083', 'a0000000-0000-4000-8000-000000000001', 'user', 'accept',
        'chat_message', 'a0000000-0000-4000-8000-000000000073', null, '{"qty": 25}', '{"qty": 20}',
        'a0000000-0000-4000-8000-000000000092', '192.0.2.7', null, '2026-01-24 17:03Z'),
    ('a0000000-0000-4000-8000-000000000084', 'a0000000-0000-4000-8000-000000000001', 'user', 'emergency_unlock',
        'weekly_plan', 'a0000000-0000-4000-8000-000000000048', 'In bed with the flu',
        '{"week_no": 8, "locked_after_week": 6, "quotas": {"a0000000-0000-4000-8000-000000000053": 30}}', '{}',
        'a0000000-0000-4000-8000-000000000093', '192.0.2.7', '3', '2026-02-23 07:00Z')
on conflict do nothing;
