-- Fixtures: visions, cycles, and the one personal and one professional goal of each. Rows are found by what
-- makes them unique, not by their keys: an account that has a cycle at that time keeps it, and what follows
-- hangs on the cycle that starts on the same day, if any.
insert into public.vision (user_id, daily, weekly, year, life, tags) values
    ('a0000000-0000-4000-8000-000000000001', 'Write before noon.', 'Three runs and one long talk.',
        'A book that somebody else has read.', 'To make things that last.', '{writing, health}'),
    ('b0000000-0000-4000-8000-000000000001', 'Home by six.', 'One evening for the piano.',
        'Lead a team of my own.', 'To be of use.', '{music, work}')
on conflict do nothing;

insert into public.cycle (id, user_id, title, start_date, end_date, current_week)
select v.id, v.user_id, v.title, v.start_date, v.end_date, v.current_week
from (values
    ('a0000000-0000-4000-8000-000000000011'::uuid, 'a0000000-0000-4000-8000-000000000001'::uuid,
        'Winter 2026', date '2026-01-05', date '2026-03-30', 7::smallint),
    ('b0000000-0000-4000-8000-000000000011', 'b0000000-0000-4000-8000-000000000001',
        'First try', '2026-01-12', '2026-04-06', 2)
) as v (id, user_id, title, start_date, end_date, current_week)
where not exists (
    select from public.cycle as c
    where c.user_id = v.user_id and daterange(c.start_date, c.end_date) && daterange(v.start_date, v.end_date)
)
on conflict (id) do nothing;

insert into public.goal (id, user_id, cycle_id, type, title, start_week, end_week)
select v.id, c.user_id, c.id, v.type, v.title, v.start_week, v.end_week
from (values
    ('a0000000-0000-4000-8000-000000000021'::uuid, 'a0000000-0000-4000-8000-000000000001'::uuid,
        date '2026-01-05', 'personal', 'Finish the first draft', 1::smallint, 12::smallint),
    ('a0000000-0000-4000-8000-000000000022', 'a0000000-0000-4000-8000-000000000001',
        '2026-01-05', 'professional', 'Hand over the old system', 3, 9),
    ('b0000000-0000-4000-8000-000000000021', 'b0000000-0000-4000-8000-000000000001',
        '2026-01-12', 'personal', 'Play the prelude by heart', 1, 12)
) as v (id, user_id, start_date, type, title, start_week, end_week)
join public.cycle as c on c.user_id = v.user_id and c.start_date = v.start_date
on conflict do nothing;
