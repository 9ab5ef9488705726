-- Fixtures: two accounts, so that each has somebody to be kept apart from. Supabase Auth owns auth.users;
-- these rows are for a local database. Run the files in order, as the role that migrates; run them again
-- at will. Every key is fixed, and so is every time that means something.
insert into auth.users (id) values
    ('a0000000-0000-4000-8000-000000000001'),
    ('b0000000-0000-4000-8000-000000000001')
on conflict do nothing;
