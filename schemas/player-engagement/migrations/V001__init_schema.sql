-- player-engagement: XP grants for daily logins.
-- Users and their reward time zone, the ledger with its balance, streaks, rules and awards.
-------------------------------------------------------------------------------
-- Schema. One that exists already belongs to somebody else: it keeps its comment, and U001
-- leaves it in place. The comment is the mark by which U001 knows its own.
do $$
begin
    if to_regnamespace('${schema}') is null then
        create schema if not exists ${schema};
        comment on schema ${schema} is
            'player-engagement: XP grants for daily logins. Created by V001, dropped by U001.';
    end if;
end
$$;
-------------------------------------------------------------------------------
-- Functions that the tables need.
--
-- now() is an instant already. "now() at time zone 'utc'" turns it into a wall clock without a
-- zone, and a cast back to timestamptz reads that wall clock in the session's zone: the result is
-- off by the session's offset wherever TimeZone is not UTC.
create function ${schema}.now_utc() returns timestamptz
language sql stable parallel safe
return now();

comment on function ${schema}.now_utc() is
    'Start of the current transaction as an instant: equals now() under every session TimeZone. Default of all timestamps here.';

-- The server decides what a zone is: its TimeZone setting resolves the name, and only an exact,
-- canonical name comes back unchanged. pg_timezone_names would do, but reads every zone file on each
-- call; "at time zone" would accept abbreviations (PDT), and both it and the setting accept POSIX
-- rules (FOO+3). A POSIX rule always holds a digit, so names with digits are held against the few
-- that exist. The function's own TimeZone clause brings the caller's setting back.
create function ${schema}.is_iana_time_zone(p_name text) returns boolean
language plpgsql stable strict
set search_path = ''
set timezone = 'UTC'
as $$
begin
    if p_name ~ '[0-9]'
        and p_name !~ '^(Etc/)?GMT[+-]?0$'
        and p_name !~ '^Etc/GMT([+]([1-9]|1[0-2])|-([1-9]|1[0-4]))$'
        and p_name not in ('EST5EDT', 'CST6CDT', 'MST7MDT', 'PST8PDT')
    then
        return false;
    end if;
    if p_name in ('localtime', 'posixrules') or p_name like 'posix/%' then
        return false;
    end if;
    perform set_config('timezone', p_name, true);
    return current_setting('timezone') = p_name;
exception
    when invalid_parameter_value then
        return false;
end
$$;

comment on function ${schema}.is_iana_time_zone(text) is
    'True for the exact name of an IANA time zone that this server knows, such as Europe/Berlin; false for abbreviations, POSIX rules, offsets and other spellings.';

create function ${schema}.touch_updated_at() returns trigger
language plpgsql
set search_path = ''
as $$
begin
    new.updated_at := ${schema}.now_utc();
    return new;
end
$$;

comment on function ${schema}.touch_updated_at() is
    'Trigger: sets updated_at of the changed row to the start of the transaction.';

create function ${schema}.refuse_statement() returns trigger
language plpgsql
set search_path = ''
as $$
begin
    raise exception '% of %.% is refused: %', tg_op, tg_table_schema, tg_table_name, tg_argv[0]
        using errcode = 'restrict_violation',
            schema = tg_table_schema,
            table = tg_table_name,
            constraint = tg_name,
            hint = tg_argv[1];
end
$$;

comment on function ${schema}.refuse_statement() is
    'Trigger: refuses the statement with 23001, the trigger name as constraint. Arguments: the reason, and what to do instead.';
-------------------------------------------------------------------------------
-- Users.
create table ${schema}.xp_users (
    user_id bigint generated always as identity,
    external_user_id text not null,
    reward_tz text not null,
    segment_key text,
    created_at timestamptz not null default ${schema}.now_utc(),
    updated_at timestamptz not null default ${schema}.now_utc(),
    constraint xp_users_pkey primary key (user_id),
    constraint xp_users_external_user_id_key unique (external_user_id),
    constraint xp_users_external_user_id_not_blank check (btrim(external_user_id) <> ''),
    constraint xp_users_reward_tz_known check (${schema}.is_iana_time_zone(reward_tz)),
    constraint xp_users_segment_key_not_blank check (btrim(segment_key) <> '')
);

create index xp_users_reward_tz_idx on ${schema}.xp_users (reward_tz);

create trigger xp_users_touch
    before update on ${schema}.xp_users
    for each row execute function ${schema}.touch_updated_at();

comment on table ${schema}.xp_users is 'Players who can earn XP, one row each.';
comment on column ${schema}.xp_users.user_id is 'Key inside this schema.';
comment on column ${schema}.xp_users.external_user_id is 'Key of the player in the identity system.';
comment on column ${schema}.xp_users.reward_tz is
    'IANA name of the zone whose calendar decides the reward day. Changes only through xp_user_timezone_changes.';
comment on column ${schema}.xp_users.segment_key is 'Segment of the player for policy overrides; null: none.';
comment on column ${schema}.xp_users.created_at is 'When the row was written.';
comment on column ${schema}.xp_users.updated_at is 'When the row was last changed.';
comment on sequence ${schema}.xp_users_user_id_seq is 'Source of xp_users.user_id.';
comment on constraint xp_users_pkey on ${schema}.xp_users is 'One row per player.';
comment on constraint xp_users_external_user_id_key on ${schema}.xp_users is
    'A player of the identity system is known once.';
comment on constraint xp_users_external_user_id_not_blank on ${schema}.xp_users is
    'The external key says something.';
comment on constraint xp_users_reward_tz_known on ${schema}.xp_users is
    'The reward zone is the exact name of an IANA zone that this server knows.';
comment on constraint xp_users_segment_key_not_blank on ${schema}.xp_users is
    'No segment is null, not blank.';
comment on index ${schema}.xp_users_reward_tz_idx is 'Finds the players of a zone when its day turns.';
comment on trigger xp_users_touch on ${schema}.xp_users is 'Keeps updated_at.';
-------------------------------------------------------------------------------
-- History of time zone changes. A row here is the way to change a zone: it checks the cooldown and
-- moves xp_users.reward_tz in the same statement.
create table ${schema}.xp_user_timezone_changes (
    change_id bigint generated always as identity,
    user_id bigint not null,
    old_tz text not null,
    new_tz text not null,
    requested_at timestamptz not null default ${schema}.now_utc(),
    effective_from timestamptz not null default ${schema}.now_utc(),
    constraint xp_user_timezone_changes_pkey primary key (change_id),
    constraint xp_user_timezone_changes_user_id_fkey foreign key (user_id)
        references ${schema}.xp_users (user_id),
    constraint xp_user_timezone_changes_zone_differs check (new_tz <> old_tz),
    constraint xp_user_timezone_changes_effective_after_request check (effective_from >= requested_at)
);

create index xp_user_timezone_changes_user_idx
    on ${schema}.xp_user_timezone_changes (user_id, requested_at desc);

-- The lock on the user makes rival requests queue: the second one sees the first one's row. The
-- cooldown counts hours, for a day of an interval follows the session's daylight saving.
create function ${schema}.admit_timezone_change() returns trigger
language plpgsql
set search_path = ''
as $$
declare
    v_current_tz text;
    v_last_request timestamptz;
begin
    select u.reward_tz into v_current_tz
    from ${schema}.xp_users as u
    where u.user_id = new.user_id
    for no key update;
    if not found then
        raise exception 'user % does not exist', new.user_id
            using errcode = 'foreign_key_violation',
                schema = tg_table_schema,
                table = tg_table_name,
                column = 'user_id',
                constraint = 'xp_user_timezone_changes_user_id_fkey';
    end if;

    new.old_tz := coalesce(new.old_tz, v_current_tz);
    if new.old_tz <> v_current_tz then
        raise exception 'the zone of user % is %, not %', new.user_id, v_current_tz, new.old_tz
            using errcode = 'check_violation',
                schema = tg_table_schema,
                table = tg_table_name,
                column = 'old_tz',
                constraint = 'xp_user_timezone_changes_old_tz_current',
                hint = 'Leave old_tz out: the current zone is filled in.';
    end if;

    if new.requested_at > clock_timestamp() then
        raise exception 'the request of user % lies in the future: %', new.user_id, new.requested_at
            using errcode = 'check_violation',
                schema = tg_table_schema,
                table = tg_table_name,
                column = 'requested_at',
                constraint = 'xp_user_timezone_changes_not_in_future',
                hint = 'Leave requested_at out. A change that counts later has a later effective_from.';
    end if;

    select max(c.requested_at) into v_last_request
    from ${schema}.xp_user_timezone_changes as c
    where c.user_id = new.user_id;
    if new.requested_at < v_last_request + interval '168 hours' then
        raise exception 'user % changed the zone at % and may not change it again within 7 days', new.user_id, v_last_request
            using errcode = 'check_violation',
                schema = tg_table_schema,
                table = tg_table_name,
                column = 'requested_at',
                constraint = 'xp_user_timezone_changes_cooldown',
                hint = format('The next change is possible from %s.', v_last_request + interval '168 hours');
    end if;
    return new;
end
$$;

comment on function ${schema}.admit_timezone_change() is
    'Trigger: locks the user, fills old_tz with the current zone, refuses a request dated in the future, another old zone, or less than 168 hours after the last request.';

create function ${schema}.apply_timezone_change() returns trigger
language plpgsql
set search_path = ''
as $$
begin
    update ${schema}.xp_users as u set reward_tz = new.new_tz where u.user_id = new.user_id;
    return null;
end
$$;

comment on function ${schema}.apply_timezone_change() is
    'Trigger: moves xp_users.reward_tz to the new zone of the history row, where the zone itself is checked.';

-- The user's zone always equals the newest history row, so only an update that follows a new row
-- finds that row naming its old and its new zone.
create function ${schema}.require_timezone_change() returns trigger
language plpgsql
set search_path = ''
as $$
begin
    if not exists (
        select from (
            select c.old_tz, c.new_tz
            from ${schema}.xp_user_timezone_changes as c
            where c.user_id = new.user_id
            order by c.requested_at desc
            limit 1
        ) as latest
        where latest.old_tz = old.reward_tz and latest.new_tz = new.reward_tz
    ) then
        raise exception 'the zone of user % cannot change without a history row', new.user_id
            using errcode = 'restrict_violation',
                schema = tg_table_schema,
                table = tg_table_name,
                column = 'reward_tz',
                constraint = tg_name,
                hint = 'Insert user_id and new_tz into xp_user_timezone_changes: that changes the user too.';
    end if;
    return new;
end
$$;

comment on function ${schema}.require_timezone_change() is
    'Trigger: refuses a change of xp_users.reward_tz that no new row of xp_user_timezone_changes asked for.';

create trigger xp_user_timezone_changes_admit
    before insert on ${schema}.xp_user_timezone_changes
    for each row execute function ${schema}.admit_timezone_change();

create trigger xp_user_timezone_changes_apply
    after insert on ${schema}.xp_user_timezone_changes
    for each row execute function ${schema}.apply_timezone_change();

create trigger xp_user_timezone_changes_append_only
    before update or delete or truncate on ${schema}.xp_user_timezone_changes
    for each statement execute function ${schema}.refuse_statement(
        'the history of time zone changes is append-only',
        'Insert another change.');

-- Also in sessions that switched ordinary triggers off with session_replication_role.
alter table ${schema}.xp_user_timezone_changes enable always trigger xp_user_timezone_changes_append_only;

create trigger xp_users_reward_tz_has_history
    before update on ${schema}.xp_users
    for each row when (old.reward_tz is distinct from new.reward_tz)
    execute function ${schema}.require_timezone_change();

comment on table ${schema}.xp_user_timezone_changes is
    'History of reward zones, append-only. Inserting a row changes the zone of the user.';
comment on column ${schema}.xp_user_timezone_changes.change_id is 'Key of the change.';
comment on column ${schema}.xp_user_timezone_changes.user_id is 'Whose zone changes.';
comment on column ${schema}.xp_user_timezone_changes.old_tz is
    'Zone before the change; filled in when left out.';
comment on column ${schema}.xp_user_timezone_changes.new_tz is 'Zone after the change.';
comment on column ${schema}.xp_user_timezone_changes.requested_at is
    'When the player asked. Starts the cooldown of 168 hours.';
comment on column ${schema}.xp_user_timezone_changes.effective_from is
    'From when reward days are counted in the new zone.';
comment on sequence ${schema}.xp_user_timezone_changes_change_id_seq is
    'Source of xp_user_timezone_changes.change_id.';
comment on constraint xp_user_timezone_changes_pkey on ${schema}.xp_user_timezone_changes is
    'One row per change.';
comment on constraint xp_user_timezone_changes_user_id_fkey on ${schema}.xp_user_timezone_changes is
    'The player exists; a player with a history is not deleted.';
comment on constraint xp_user_timezone_changes_zone_differs on ${schema}.xp_user_timezone_changes is
    'A change changes something.';
comment on constraint xp_user_timezone_changes_effective_after_request on ${schema}.xp_user_timezone_changes is
    'No change counts before it was asked for.';
comment on index ${schema}.xp_user_timezone_changes_user_idx is
    'Finds the last change of a player; serves the reference to xp_users.';
comment on trigger xp_user_timezone_changes_admit on ${schema}.xp_user_timezone_changes is
    'Checks the cooldown (7 days) and the old zone, one request of a player at a time.';
comment on trigger xp_user_timezone_changes_apply on ${schema}.xp_user_timezone_changes is
    'Moves the player to the new zone.';
comment on trigger xp_user_timezone_changes_append_only on ${schema}.xp_user_timezone_changes is
    'No UPDATE, DELETE or TRUNCATE, not even by the owner.';
comment on trigger xp_users_reward_tz_has_history on ${schema}.xp_users is
    'The reward zone changes only through xp_user_timezone_changes.';
-------------------------------------------------------------------------------
-- Balance. Written by triggers only: a row comes with its user and follows the ledger.
create table ${schema}.xp_balance (
    user_id bigint not null,
    current_xp bigint not null default 0,
    lifetime_xp bigint not null default 0,
    season_id bigint,
    season_xp bigint not null default 0,
    updated_at timestamptz not null default ${schema}.now_utc(),
    constraint xp_balance_pkey primary key (user_id),
    constraint xp_balance_user_id_fkey foreign key (user_id)
        references ${schema}.xp_users (user_id) on delete cascade,
    constraint xp_balance_current_not_negative check (current_xp >= 0),
    constraint xp_balance_lifetime_not_negative check (lifetime_xp >= 0),
    constraint xp_balance_season_not_negative check (season_xp >= 0),
    constraint xp_balance_current_within_lifetime check (current_xp <= lifetime_xp),
    constraint xp_balance_season_within_lifetime check (season_xp <= lifetime_xp),
    constraint xp_balance_season_total_has_season check (season_id is not null or season_xp = 0)
);

-- The season alone, without its total: an update of the total can then stay on its page (HOT).
create index xp_balance_season_idx on ${schema}.xp_balance (season_id);

create function ${schema}.open_balance() returns trigger
language plpgsql
set search_path = ''
as $$
begin
    insert into ${schema}.xp_balance (user_id) values (new.user_id);
    return null;
end
$$;

comment on function ${schema}.open_balance() is 'Trigger: gives a new user a balance of zero.';

create trigger xp_users_open_balance
    after insert on ${schema}.xp_users
    for each row execute function ${schema}.open_balance();

create trigger xp_balance_follows_ledger
    before insert or update or delete or truncate on ${schema}.xp_balance
    for each statement when (pg_trigger_depth() = 0)
    execute function ${schema}.refuse_statement(
        'the balance follows the ledger',
        'Insert a credit or a debit into xp_ledger.');

comment on table ${schema}.xp_balance is
    'Totals of each player, kept by the ledger in the same transaction; nobody writes here directly.';
comment on column ${schema}.xp_balance.user_id is 'Whose balance.';
comment on column ${schema}.xp_balance.current_xp is 'Sum of all ledger amounts: what the player can spend.';
comment on column ${schema}.xp_balance.lifetime_xp is 'Sum of all credits: what the player ever earned.';
comment on column ${schema}.xp_balance.season_id is
    'Latest season in which the player has an entry; null: none yet.';
comment on column ${schema}.xp_balance.season_xp is 'Sum of the credits in that season.';
comment on column ${schema}.xp_balance.updated_at is 'When the totals last moved.';
comment on constraint xp_balance_pkey on ${schema}.xp_balance is 'One balance per player.';
comment on constraint xp_balance_user_id_fkey on ${schema}.xp_balance is
    'A balance belongs to a player and goes with that player.';
comment on constraint xp_balance_current_not_negative on ${schema}.xp_balance is
    'Nobody spends more than they have: the debit is refused and its ledger row with it.';
comment on constraint xp_balance_lifetime_not_negative on ${schema}.xp_balance is
    'Credits never sum up to less than nothing.';
comment on constraint xp_balance_season_not_negative on ${schema}.xp_balance is
    'Credits of a season never sum up to less than nothing.';
comment on constraint xp_balance_current_within_lifetime on ${schema}.xp_balance is
    'Nobody has more than they ever earned.';
comment on constraint xp_balance_season_within_lifetime on ${schema}.xp_balance is
    'No season gave more than all time.';
comment on constraint xp_balance_season_total_has_season on ${schema}.xp_balance is
    'A seasonal total names its season.';
comment on index ${schema}.xp_balance_season_idx is
    'Finds the players of a season; serves the reference to xp_seasons.';
comment on trigger xp_users_open_balance on ${schema}.xp_users is
    'Every player has a balance from the start.';
comment on trigger xp_balance_follows_ledger on ${schema}.xp_balance is
    'Refuses statements that come from outside a trigger.';
-------------------------------------------------------------------------------
-- Ledger.
create table ${schema}.xp_ledger (
    entry_id bigint generated always as identity,
    user_id bigint not null,
    amount bigint not null,
    reason text not null,
    correlation_id uuid not null,
    policy_key text,
    policy_version integer,
    season_id bigint,
    context jsonb not null default '{}',
    created_at timestamptz not null default ${schema}.now_utc(),
    constraint xp_ledger_pkey primary key (entry_id),
    constraint xp_ledger_correlation_id_key unique (correlation_id),
    constraint xp_ledger_user_id_fkey foreign key (user_id) references ${schema}.xp_users (user_id),
    constraint xp_ledger_amount_not_zero check (amount <> 0),
    constraint xp_ledger_reason_not_blank check (btrim(reason) <> ''),
    constraint xp_ledger_policy_complete check (num_nulls(policy_key, policy_version) <> 1),
    constraint xp_ledger_context_is_object check (jsonb_typeof(context) = 'object')
);

create index xp_ledger_user_recent_idx on ${schema}.xp_ledger (user_id, created_at desc);

create index xp_ledger_policy_idx on ${schema}.xp_ledger (policy_key, policy_version);

create index xp_ledger_season_idx on ${schema}.xp_ledger (season_id);

-- Once per statement, and users in the order of their key: two statements that touch the same users
-- never wait for each other in a circle. An upsert would not do: it checks the row it proposes to
-- insert first, and a debit alone is negative.
create function ${schema}.post_to_balance() returns trigger
language plpgsql
set search_path = ''
as $$
declare
    v_users bigint;
    v_posted bigint;
begin
    perform from ${schema}.xp_balance as b
    where b.user_id in (select e.user_id from entries as e)
    order by b.user_id
    for no key update;

    with posting as (
        select
            e.user_id,
            sum(e.amount) as net,
            coalesce(sum(e.amount) filter (where e.amount > 0), 0) as earned,
            max(e.season_id) as season_id
        from entries as e
        group by e.user_id
    ), seasonal as (
        select e.user_id, e.season_id, sum(e.amount) as earned
        from entries as e
        where e.amount > 0
        group by e.user_id, e.season_id
    ), latest as (
        select p.user_id, p.net, p.earned, greatest(b.season_id, p.season_id) as season_id
        from posting as p
        join ${schema}.xp_balance as b on b.user_id = p.user_id
    )
    update ${schema}.xp_balance as b
    set current_xp = b.current_xp + l.net,
        lifetime_xp = b.lifetime_xp + l.earned,
        season_id = l.season_id,
        season_xp = case when b.season_id = l.season_id then b.season_xp else 0 end + coalesce(s.earned, 0),
        updated_at = ${schema}.now_utc()
    from latest as l
    left join seasonal as s on s.user_id = l.user_id and s.season_id = l.season_id
    where b.user_id = l.user_id;

    get diagnostics v_posted = row_count;
    select count(distinct e.user_id) into v_users from entries as e;
    if v_posted <> v_users then
        raise exception '% of % users have no balance', v_users - v_posted, v_users
            using errcode = 'restrict_violation',
                schema = tg_table_schema,
                table = tg_table_name,
                constraint = tg_name,
                hint = 'A user gets a balance when inserted; users loaded with triggers off need theirs.';
    end if;
    return null;
end
$$;

comment on function ${schema}.post_to_balance() is
    'Trigger: adds the entries of one statement to the balances of their users; an older season than the one in the balance leaves the seasonal total alone.';

create trigger xp_ledger_post_to_balance
    after insert on ${schema}.xp_ledger
    referencing new table as entries
    for each statement execute function ${schema}.post_to_balance();

create trigger xp_ledger_append_only
    before update or delete or truncate on ${schema}.xp_ledger
    for each statement execute function ${schema}.refuse_statement(
        'the ledger is append-only',
        'Insert an entry with the opposite amount to correct an earlier one.');

alter table ${schema}.xp_ledger enable always trigger xp_ledger_append_only;

comment on table ${schema}.xp_ledger is
    'Journal of all XP credits and debits, append-only. The balance is its sum.';
comment on column ${schema}.xp_ledger.entry_id is 'Key of the entry.';
comment on column ${schema}.xp_ledger.user_id is 'Whose XP.';
comment on column ${schema}.xp_ledger.amount is 'XP: positive is a credit, negative a debit.';
comment on column ${schema}.xp_ledger.reason is 'Why, in a word the application knows, such as daily-login.';
comment on column ${schema}.xp_ledger.correlation_id is
    'Key of the request: the same request is booked once. For an award, its receipt.';
comment on column ${schema}.xp_ledger.policy_key is 'Policy behind the entry; null: none.';
comment on column ${schema}.xp_ledger.policy_version is
    'Version of that policy; null exactly when policy_key is.';
comment on column ${schema}.xp_ledger.season_id is 'Season that the entry counts for; null: none.';
comment on column ${schema}.xp_ledger.context is
    'What else the application wants to remember: a JSON object.';
comment on column ${schema}.xp_ledger.created_at is 'When the entry was booked.';
comment on sequence ${schema}.xp_ledger_entry_id_seq is 'Source of xp_ledger.entry_id.';
comment on constraint xp_ledger_pkey on ${schema}.xp_ledger is 'One row per entry.';
comment on constraint xp_ledger_correlation_id_key on ${schema}.xp_ledger is
    'Idempotency: a request is booked once.';
comment on constraint xp_ledger_user_id_fkey on ${schema}.xp_ledger is
    'The player exists; a player with entries is not deleted.';
comment on constraint xp_ledger_amount_not_zero on ${schema}.xp_ledger is 'An entry moves something.';
comment on constraint xp_ledger_reason_not_blank on ${schema}.xp_ledger is 'An entry says why.';
comment on constraint xp_ledger_policy_complete on ${schema}.xp_ledger is
    'Policy key and version come together or not at all.';
comment on constraint xp_ledger_context_is_object on ${schema}.xp_ledger is
    'The context is a JSON object, not an array or a scalar.';
comment on index ${schema}.xp_ledger_user_recent_idx is
    'Latest entries of a player; serves the reference to xp_users.';
comment on index ${schema}.xp_ledger_policy_idx is
    'Entries of a policy version; serves the reference to xp_policy_versions.';
comment on index ${schema}.xp_ledger_season_idx is 'Entries of a season; serves the reference to xp_seasons.';
comment on trigger xp_ledger_post_to_balance on ${schema}.xp_ledger is
    'Keeps the balances in the same transaction.';
comment on trigger xp_ledger_append_only on ${schema}.xp_ledger is
    'No UPDATE, DELETE or TRUNCATE, not even by the owner.';
-------------------------------------------------------------------------------
-- Streaks.
create table ${schema}.xp_streaks (
    user_id bigint not null,
    current_streak integer not null default 0,
    longest_streak integer not null default 0,
    grace_used integer not null default 0,
    last_reward_day date,
    model_state jsonb not null default '{}',
    updated_at timestamptz not null default ${schema}.now_utc(),
    constraint xp_streaks_pkey primary key (user_id),
    constraint xp_streaks_user_id_fkey foreign key (user_id)
        references ${schema}.xp_users (user_id) on delete cascade,
    constraint xp_streaks_current_not_negative check (current_streak >= 0),
    constraint xp_streaks_longest_covers_current check (longest_streak >= current_streak),
    constraint xp_streaks_grace_used_not_negative check (grace_used >= 0),
    constraint xp_streaks_running_has_last_day check (last_reward_day is not null or current_streak = 0),
    constraint xp_streaks_model_state_is_object check (jsonb_typeof(model_state) = 'object')
);

create trigger xp_streaks_touch
    before update on ${schema}.xp_streaks
    for each row execute function ${schema}.touch_updated_at();

comment on table ${schema}.xp_streaks is 'Running streak of each player.';
comment on column ${schema}.xp_streaks.user_id is 'Whose streak.';
comment on column ${schema}.xp_streaks.current_streak is 'Days in a row up to last_reward_day.';
comment on column ${schema}.xp_streaks.longest_streak is 'Longest streak ever.';
comment on column ${schema}.xp_streaks.grace_used is 'Missed days that were forgiven in the running streak.';
comment on column ${schema}.xp_streaks.last_reward_day is
    'Last day with an award, in the zone of the player; null: never.';
comment on column ${schema}.xp_streaks.model_state is 'State of the streak model: a JSON object.';
comment on column ${schema}.xp_streaks.updated_at is 'When the row was last changed.';
comment on constraint xp_streaks_pkey on ${schema}.xp_streaks is 'One streak per player.';
comment on constraint xp_streaks_user_id_fkey on ${schema}.xp_streaks is
    'A streak belongs to a player and goes with that player.';
comment on constraint xp_streaks_current_not_negative on ${schema}.xp_streaks is
    'A streak has no negative length.';
comment on constraint xp_streaks_longest_covers_current on ${schema}.xp_streaks is
    'The longest streak is at least the running one.';
comment on constraint xp_streaks_grace_used_not_negative on ${schema}.xp_streaks is
    'Grace is used, never gained.';
comment on constraint xp_streaks_running_has_last_day on ${schema}.xp_streaks is
    'A running streak has a last day.';
comment on constraint xp_streaks_model_state_is_object on ${schema}.xp_streaks is
    'The state is a JSON object, not an array or a scalar.';
comment on trigger xp_streaks_touch on ${schema}.xp_streaks is 'Keeps updated_at.';
-------------------------------------------------------------------------------
-- Rules: free-form definitions, until V002 brings policies.
create table ${schema}.xp_rules (
    policy_key text not null,
    version integer not null,
    definition jsonb not null default '{}',
    is_active boolean not null default false,
    created_at timestamptz not null default ${schema}.now_utc(),
    constraint xp_rules_pkey primary key (policy_key, version),
    constraint xp_rules_policy_key_not_blank check (btrim(policy_key) <> ''),
    constraint xp_rules_version_positive check (version > 0),
    constraint xp_rules_definition_is_object check (jsonb_typeof(definition) = 'object')
);

create unique index xp_rules_one_active on ${schema}.xp_rules (policy_key) where is_active;

comment on table ${schema}.xp_rules is 'Versions of the reward rules as free-form documents.';
comment on column ${schema}.xp_rules.policy_key is 'Name of the policy.';
comment on column ${schema}.xp_rules.version is 'Version of the policy, from 1.';
comment on column ${schema}.xp_rules.definition is 'The rule: a JSON object.';
comment on column ${schema}.xp_rules.is_active is 'Whether this version is in force.';
comment on column ${schema}.xp_rules.created_at is 'When the row was written.';
comment on constraint xp_rules_pkey on ${schema}.xp_rules is 'One row per version of a policy.';
comment on constraint xp_rules_policy_key_not_blank on ${schema}.xp_rules is 'A policy has a name.';
comment on constraint xp_rules_version_positive on ${schema}.xp_rules is 'Versions count from 1.';
comment on constraint xp_rules_definition_is_object on ${schema}.xp_rules is
    'The definition is a JSON object, not an array or a scalar.';
comment on index ${schema}.xp_rules_one_active is 'At most one active version per policy.';
-------------------------------------------------------------------------------
-- Awards.
create table ${schema}.xp_awards (
    award_id bigint generated always as identity,
    user_id bigint not null,
    reward_day date not null,
    xp_awarded bigint not null,
    streak_day integer not null,
    policy_key text not null,
    policy_version integer not null,
    receipt_id uuid not null default gen_random_uuid(),
    state_snapshot jsonb not null default '{}',
    created_at timestamptz not null default ${schema}.now_utc(),
    constraint xp_awards_pkey primary key (award_id),
    constraint xp_awards_user_id_reward_day_key unique (user_id, reward_day),
    constraint xp_awards_receipt_id_key unique (receipt_id),
    constraint xp_awards_user_id_fkey foreign key (user_id) references ${schema}.xp_users (user_id),
    -- Deferred: the award is written first, since its unique key decides which claim wins.
    constraint xp_awards_receipt_id_fkey foreign key (receipt_id)
        references ${schema}.xp_ledger (correlation_id) deferrable initially deferred,
    constraint xp_awards_xp_awarded_positive check (xp_awarded > 0),
    constraint xp_awards_streak_day_not_negative check (streak_day >= 0),
    constraint xp_awards_state_snapshot_is_object check (jsonb_typeof(state_snapshot) = 'object')
);

create index xp_awards_policy_idx on ${schema}.xp_awards (policy_key, policy_version);

comment on table ${schema}.xp_awards is
    'Daily awards: one per player and reward day, each with its ledger entry.';
comment on column ${schema}.xp_awards.award_id is 'Key of the award.';
comment on column ${schema}.xp_awards.user_id is 'Who earned it.';
comment on column ${schema}.xp_awards.reward_day is 'Day of the award, in the zone of the player.';
comment on column ${schema}.xp_awards.xp_awarded is 'XP of the award; the amount of its ledger entry.';
comment on column ${schema}.xp_awards.streak_day is 'Day of the streak, from 0, that set the amount.';
comment on column ${schema}.xp_awards.policy_key is 'Policy that set the amount.';
comment on column ${schema}.xp_awards.policy_version is 'Version of that policy.';
comment on column ${schema}.xp_awards.receipt_id is
    'Receipt for the player; correlation_id of the ledger entry.';
comment on column ${schema}.xp_awards.state_snapshot is
    'Streak state that the award was computed from: a JSON object.';
comment on column ${schema}.xp_awards.created_at is 'When the award was claimed.';
comment on sequence ${schema}.xp_awards_award_id_seq is 'Source of xp_awards.award_id.';
comment on constraint xp_awards_pkey on ${schema}.xp_awards is 'One row per award.';
comment on constraint xp_awards_user_id_reward_day_key on ${schema}.xp_awards is
    'One award per player and day; decides between rival claims and serves the reference to xp_users.';
comment on constraint xp_awards_receipt_id_key on ${schema}.xp_awards is
    'A receipt stands for one award; serves the reference to xp_ledger.';
comment on constraint xp_awards_user_id_fkey on ${schema}.xp_awards is
    'The player exists; a player with awards is not deleted.';
comment on constraint xp_awards_receipt_id_fkey on ${schema}.xp_awards is
    'Every award is booked in the ledger; checked at commit.';
comment on constraint xp_awards_xp_awarded_positive on ${schema}.xp_awards is 'An award gives something.';
comment on constraint xp_awards_streak_day_not_negative on ${schema}.xp_awards is 'Streak days count from 0.';
comment on constraint xp_awards_state_snapshot_is_object on ${schema}.xp_awards is
    'The snapshot is a JSON object, not an array or a scalar.';
comment on index ${schema}.xp_awards_policy_idx is
    'Awards of a policy version; serves the reference to xp_policy_versions.';

-- A rival claim waits at the unique key until the winner commits, inserts nothing, and then reads the
-- winner's award: a new statement of a READ COMMITTED transaction sees it. Under REPEATABLE READ the
-- rival gets 40001 instead and has to claim again.
create function ${schema}.claim_daily_award(
    p_user_id bigint,
    p_reward_day date,
    p_xp_awarded bigint,
    p_streak_day integer,
    p_policy_key text,
    p_policy_version integer,
    p_season_id bigint default null,
    p_state_snapshot jsonb default '{}'
) returns ${schema}.xp_awards
language plpgsql
set search_path = ''
as $$
declare
    v_award ${schema}.xp_awards;
begin
    insert into ${schema}.xp_awards
        (user_id, reward_day, xp_awarded, streak_day, policy_key, policy_version, state_snapshot)
    values
        (p_user_id, p_reward_day, p_xp_awarded, p_streak_day, p_policy_key, p_policy_version, p_state_snapshot)
    on conflict on constraint xp_awards_user_id_reward_day_key do nothing
    returning * into v_award;

    if found then
        insert into ${schema}.xp_ledger
            (user_id, amount, reason, correlation_id, policy_key, policy_version, season_id)
        values
            (p_user_id, p_xp_awarded, 'daily-login', v_award.receipt_id, p_policy_key, p_policy_version, p_season_id);
    else
        select a.* into strict v_award
        from ${schema}.xp_awards as a
        where a.user_id = p_user_id and a.reward_day = p_reward_day;
    end if;
    return v_award;
end
$$;

comment on function ${schema}.claim_daily_award(bigint, date, bigint, integer, text, integer, bigint, jsonb) is
    'Claims the award of a player and day: books it once and returns it; every later or rival claim of the same day returns that same award, whatever amount it asks for.';
