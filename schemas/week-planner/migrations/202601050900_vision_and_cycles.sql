-- week-planner: what one wants (vision), for which twelve weeks (cycle), as which two goals (goal).
--
-- An account says when something was written neither here nor in the tables to come: created_at and
-- updated_at are not granted to authenticated.
--
-- Every table carries the account in user_id, also where a parent knows it: policies then read one
-- column of one table, and the references between the tables take the account along.
-- lockkeeper:allow-file LK11 the first migration: no account writes before it has ended

-- Functions behind the tables. No role of the API may use this schema.
create schema planner;

comment on schema planner is 'week-planner: functions behind the tables; closed to the roles of the API.';

-- The cycles of an account exclude each other, which needs = for uuid in a GiST index. The extension goes
-- where Supabase keeps extensions; one that is there already belongs to somebody else and keeps its
-- comment. The comment is the mark by which the rollback knows its own.
do $$
begin
    if not exists (select from pg_catalog.pg_extension where extname = 'btree_gist') then
        create extension btree_gist with schema extensions;
        comment on extension btree_gist is
            'week-planner: created by 202601050900, dropped when that is taken back unless something else has come to need it.';
    end if;
exception
    when insufficient_privilege then
        -- A platform may create extensions for others and keep them: then it stays when this is taken back.
        create extension if not exists btree_gist with schema extensions;
end
$$;

-- One check each, for all columns that hold the like. They stand in public, where the roles of the API may
-- name them: PostgREST names the type of a column when it writes to it.

-- Spaces of all kinds, control characters and characters without width do not count. They are listed,
-- because what [[:space:]] takes for a space depends on the locale.
create domain public.not_blank as text
    constraint not_blank_shows_something check (
        value ~ E'[^\\u0001-\\u0020\\u007F-\\u00A0\\u00AD\\u034F\\u061C\\u115F\\u1160\\u1680\\u17B4\\u17B5\\u180B-\\u180F\\u2000-\\u200F\\u2028-\\u202F\\u205F-\\u206F\\u2800\\u3000\\u3164\\uFE00-\\uFE0F\\uFEFF\\uFFA0\\uFFF0-\\uFFFB\\U000E0000-\\U000E0FFF]'
    );

comment on domain public.not_blank is
    'Text of which a reader sees something. Where a column takes null, null says that there is none.';
comment on constraint not_blank_shows_something on domain public.not_blank is
    'At least one character is neither white space nor invisible: a tab or a no-break space is no text.';

create domain public.quantity as numeric(10, 2)
    constraint quantity_from_zero check (value >= 0 and value <> 'NaN');

comment on domain public.quantity is
    'How much, in a unit that stands beside it, to two places: more are rounded, half away from zero, so 0.004 is 0. Zero is a quantity: nothing of it.';
comment on constraint quantity_from_zero on domain public.quantity is
    'NaN is named because it compares as greater than any number.';

-- pg_temp stands last in the path of every function here. A path that leaves it out has it in front,
-- and then a temporary type named uuid takes the place of the real one.
create function planner.touch_updated_at() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
    new.updated_at := now();
    return new;
end
$$;

comment on function planner.touch_updated_at() is
    'Trigger: sets updated_at of the changed row to the start of the transaction.';

revoke execute on function planner.touch_updated_at() from public;

-- vision

create table public.vision (
    user_id uuid not null,
    daily text not null default '',
    weekly text not null default '',
    year text not null default '',
    life text not null default '',
    tags public.not_blank[] not null default '{}',
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint vision_pkey primary key (user_id),
    constraint vision_user_id_fkey foreign key (user_id) references auth.users (id) on delete cascade,
    constraint vision_tags_not_null check (array_position(tags::text[], null) is null)
);

alter table public.vision enable row level security;
alter table public.vision force row level security;
revoke all on public.vision from anon, authenticated, service_role;
grant select, insert, update, delete on public.vision to service_role;
grant select, delete on public.vision to authenticated;
grant insert (user_id, daily, weekly, year, life, tags), update (user_id, daily, weekly, year, life, tags)
    on public.vision to authenticated;

create policy vision_own on public.vision for all to authenticated
    using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));
create policy vision_service on public.vision for all to service_role using (true) with check (true);

create trigger vision_touch before update on public.vision
    for each row execute function planner.touch_updated_at();

comment on table public.vision is 'What an account wants, in four distances; one row per account.';
comment on column public.vision.user_id is 'Account that owns it; the policies compare it with the one that asks.';
comment on column public.vision.daily is 'How a good day looks.';
comment on column public.vision.weekly is 'How a good week looks.';
comment on column public.vision.year is 'What the year brings.';
comment on column public.vision.life is 'What it is all for.';
comment on column public.vision.tags is 'Words to find it by.';
comment on column public.vision.created_at is 'Start of the transaction that wrote the row; an account does not say it.';
comment on column public.vision.updated_at is 'Start of the transaction that last changed the row; created_at before any change.';
comment on constraint vision_pkey on public.vision is
    'One vision per account; serves the policy and the reference to auth.users.';
comment on constraint vision_user_id_fkey on public.vision is 'The account exists; the vision goes with it.';
comment on constraint vision_tags_not_null on public.vision is 'No tag is null.';
comment on policy vision_own on public.vision is 'An account sees and changes its own vision.';
comment on policy vision_service on public.vision is 'The service works for every account, also where it may not bypass row-level security.';
comment on trigger vision_touch on public.vision is 'When a row changed is for the database to say.';

-- cycle

create table public.cycle (
    id uuid not null default gen_random_uuid(),
    user_id uuid not null,
    title public.not_blank not null,
    start_date date not null,
    end_date date not null,
    current_week smallint not null default 1,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint cycle_pkey primary key (id),
    constraint cycle_id_user_id_key unique (id, user_id),
    constraint cycle_user_id_fkey foreign key (user_id) references auth.users (id) on delete cascade,
    constraint cycle_end_after_start check (end_date > start_date),
    constraint cycle_dates_finite check (isfinite(start_date) and isfinite(end_date)),
    constraint cycle_lasts_twelve_weeks check (end_date - start_date between 77 and 371),
    constraint cycle_current_week_in_range check (current_week between 1 and 12),
    constraint cycle_dates_of_an_age check (start_date >= '1900-01-01' and end_date <= '9999-12-31'),
    -- Deferrable, so that one statement may move neighbouring cycles.
    constraint cycle_one_at_a_time exclude using gist (user_id with =, daterange(start_date, end_date) with &&)
        deferrable initially immediate
);

create index cycle_user_idx on public.cycle (user_id, start_date desc);

alter table public.cycle enable row level security;
alter table public.cycle force row level security;
revoke all on public.cycle from anon, authenticated, service_role;
grant select, insert, update, delete on public.cycle to service_role;
grant select, delete on public.cycle to authenticated;
grant insert (id, user_id, title, start_date, end_date, current_week), update (id, user_id, title, start_date, end_date, current_week)
    on public.cycle to authenticated;

-- The owner of the tables, too: what guards the weeks asks for their cycle and their tasks as whoever changes them, and a row
-- that it cannot see would count as gone.
create policy cycle_own on public.cycle for all to authenticated, current_user
    using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));
create policy cycle_service on public.cycle for all to service_role using (true) with check (true);

create trigger cycle_touch before update on public.cycle
    for each row execute function planner.touch_updated_at();

comment on table public.cycle is 'Twelve numbered weeks that an account plans at once.';
comment on column public.cycle.id is 'Random, or chosen by the client, who then knows it before the row is there.';
comment on column public.cycle.user_id is 'Account that owns it; the policies compare it with the one that asks.';
comment on column public.cycle.title is 'What it is called.';
comment on column public.cycle.start_date is 'First day.';
comment on column public.cycle.end_date is 'Day on which it is over, itself not a part of it. A pause may stretch the cycle; a week is a twelfth of it.';
comment on column public.cycle.current_week is 'Week that is under way, 1 to 12. Week locks come when it passes locked_after_week, or with the dates, whichever is first.';
comment on column public.cycle.created_at is 'Start of the transaction that wrote the row; an account does not say it.';
comment on column public.cycle.updated_at is 'Start of the transaction that last changed the row; created_at before any change.';
comment on constraint cycle_pkey on public.cycle is 'A key that clients choose is taken once, whoever has it.';
comment on constraint cycle_id_user_id_key on public.cycle is
    'Lets goals and week plans refer to a cycle together with its owner.';
comment on constraint cycle_user_id_fkey on public.cycle is 'The account exists; the cycle goes with it.';
comment on constraint cycle_end_after_start on public.cycle is 'A cycle ends after it has started.';
comment on constraint cycle_dates_finite on public.cycle is 'Both days are in the calendar.';
comment on constraint cycle_dates_of_an_age on public.cycle is
    'Years of four digits, as clients write them: 4713 BC is a slip.';
comment on constraint cycle_lasts_twelve_weeks on public.cycle is
    'It ends in its twelfth week or later: a pause may stretch it, to 53 weeks at most.';
comment on constraint cycle_one_at_a_time on public.cycle is
    'Two cycles of an account have no day in common. One may start on the day on which the other is over. Deferrable, so that one statement may move both; ON CONFLICT has to name the key therefore: (id).';
comment on constraint cycle_current_week_in_range on public.cycle is 'The weeks count from 1 to 12.';
comment on index public.cycle_user_idx is
    'Cycles of an account, newest first; serves the policy and the reference to auth.users.';
comment on policy cycle_own on public.cycle is 'An account sees and changes its own cycles.';
comment on policy cycle_service on public.cycle is 'The service works for every account, also where it may not bypass row-level security.';
comment on trigger cycle_touch on public.cycle is 'When a row changed is for the database to say.';

-- goal

-- The reference takes the account along: a reference to the cycle alone would let one account hang its
-- goal on the cycle of another, and PostgreSQL checks references without regard to policies.
create table public.goal (
    id uuid not null default gen_random_uuid(),
    user_id uuid not null,
    cycle_id uuid not null,
    type text not null,
    title public.not_blank not null,
    start_week smallint not null default 1,
    end_week smallint not null default 12,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint goal_pkey primary key (id),
    constraint goal_id_cycle_id_user_id_key unique (id, cycle_id, user_id),
    constraint goal_user_id_cycle_id_type_key unique (user_id, cycle_id, type),
    constraint goal_cycle_fkey foreign key (user_id, cycle_id)
        references public.cycle (user_id, id) on delete cascade,
    constraint goal_type_known check (type in ('personal', 'professional')),
    constraint goal_weeks_in_order check (1 <= start_week and start_week <= end_week and end_week <= 12)
);

alter table public.goal enable row level security;
alter table public.goal force row level security;
revoke all on public.goal from anon, authenticated, service_role;
grant select, insert, update, delete on public.goal to service_role;
grant select, delete on public.goal to authenticated;
grant insert (id, user_id, cycle_id, type, title, start_week, end_week), update (id, user_id, cycle_id, type, title, start_week, end_week)
    on public.goal to authenticated;

create policy goal_own on public.goal for all to authenticated
    using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));
create policy goal_service on public.goal for all to service_role using (true) with check (true);

create trigger goal_touch before update on public.goal
    for each row execute function planner.touch_updated_at();

comment on table public.goal is 'Goals of a cycle: one personal, one professional.';
comment on column public.goal.id is 'Random, or chosen by the client, who then knows it before the row is there.';
comment on column public.goal.user_id is 'Account that owns it, the owner of the cycle: the references take it along.';
comment on column public.goal.cycle_id is 'Cycle that it belongs to.';
comment on column public.goal.type is 'personal or professional.';
comment on column public.goal.title is 'What is to be reached.';
comment on column public.goal.start_week is 'First week of work on it, 1 to 12.';
comment on column public.goal.end_week is 'Last week of work on it, 1 to 12.';
comment on column public.goal.created_at is 'Start of the transaction that wrote the row; an account does not say it.';
comment on column public.goal.updated_at is 'Start of the transaction that last changed the row; created_at before any change.';
comment on constraint goal_pkey on public.goal is 'A key that clients choose is taken once, whoever has it.';
comment on constraint goal_id_cycle_id_user_id_key on public.goal is
    'Lets tasks refer to a goal together with its cycle and owner.';
comment on constraint goal_user_id_cycle_id_type_key on public.goal is
    'The 1+1 rule: one goal of each type per cycle; serves the policy and the reference to cycle.';
comment on constraint goal_cycle_fkey on public.goal is
    'The cycle exists and belongs to the same account; the goal goes with it.';
comment on constraint goal_type_known on public.goal is 'A goal is personal or professional.';
comment on constraint goal_weeks_in_order on public.goal is
    'The weeks lie in the cycle, and the last is not before the first.';
comment on policy goal_own on public.goal is 'An account sees and changes its own goals.';
comment on policy goal_service on public.goal is 'The service works for every account, also where it may not bypass row-level security.';
comment on trigger goal_touch on public.goal is 'When a row changed is for the database to say.';
