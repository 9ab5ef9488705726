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
set search_path = pg_catalog, pg_temp
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
    -- Factory says that nobody has set a zone
    if p_name in ('localtime', 'posixrules', 'Factory') or p_name like 'posix/%' then
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
set search_path = pg_catalog, pg_temp
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
set search_path = pg_catalog, pg_temp
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

-- The same in all of our schemas: it takes no arguments, so that every log refuses in the same words. Whoever owns the
-- table can still switch the trigger off; the service works as a role that owns nothing, see roles.sql.
create function ${schema}.append_only() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
    raise exception '% of %.% is refused: it is append-only', tg_op, tg_table_schema, tg_table_name
        using errcode = 'restrict_violation',
            schema = tg_table_schema,
            table = tg_table_name,
            constraint = tg_table_name || '_append_only',
            hint = 'Insert a row that corrects the earlier one.';
end
$$;

comment on function ${schema}.append_only() is
    'Trigger: refuses UPDATE, DELETE and TRUNCATE with 23001 and <table>_append_only as constraint.';
create domain ${schema}.words as text constraint words_not_blank check (
    value ~ '[^\u0001-\u0020\u007f-\u00a0\u00ad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180b-\u180f\u2000-\u200f\u2028-\u202f\u205f-\u206f\u2800\u3000\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U000e0000-\U000e0fff]' collate "C"
);

comment on domain ${schema}.words is
    'Text of which a reader sees something. Where a column takes null, null says that there is none.';
comment on constraint words_not_blank on domain ${schema}.words is
    'At least one character is neither white space nor invisible. They are listed: what \s takes depends on the locale.';

create domain ${schema}.instant as timestamptz constraint instant_is_finite check (isfinite(value));

comment on domain ${schema}.instant is 'A time that has a date.';
comment on constraint instant_is_finite on domain ${schema}.instant is
    'Infinity would stand on top of every list, and never end.';
-------------------------------------------------------------------------------
-- Forgetting. What a player said in journals that are append-only goes in one way: a row here says that it goes, and lets
-- the transaction that wrote it take away exactly that. See forget_player, at the end.
create table ${schema}.xp_erasures (
    erasure_id bigint generated always as identity,
    user_id bigint not null,
    reason ${schema}.words not null,
    actor ${schema}.words not null default session_user,
    entries bigint not null default 0,
    awards bigint not null default 0,
    zone_changes bigint not null default 0,
    transaction_id xid8 not null default pg_current_xact_id(),
    erased_at ${schema}.instant not null default ${schema}.now_utc(),
    constraint xp_erasures_pkey primary key (erasure_id),
    constraint xp_erasures_counts_not_negative check (entries >= 0 and awards >= 0 and zone_changes >= 0)
);

create index xp_erasures_transaction_idx on ${schema}.xp_erasures (transaction_id);

create index xp_erasures_user_idx on ${schema}.xp_erasures (user_id);

create function ${schema}.tell_erasure() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    new.actor := session_user;
    new.transaction_id := pg_current_xact_id();
    new.erased_at := now();
    select count(*) into new.entries from ${schema}.xp_ledger as l where l.user_id = new.user_id;
    select count(*) into new.awards from ${schema}.xp_awards as a where a.user_id = new.user_id;
    select count(*) into new.zone_changes
    from ${schema}.xp_user_timezone_changes as c where c.user_id = new.user_id;
    return new;
end
$$;

revoke execute on function ${schema}.tell_erasure() from public;

comment on function ${schema}.tell_erasure() is
    'Trigger: who, when, in which transaction and how much is for the database to say.';

-- The start of the transaction is compared, too: a restored server counts its transactions anew.
create function ${schema}.erasure_is_open() returns boolean
language sql stable
set search_path = pg_catalog, pg_temp
return exists (
    select from ${schema}.xp_erasures as e
    where e.transaction_id = pg_current_xact_id_if_assigned() and e.erased_at = now()
);

-- The triggers ask on behalf of whoever tries, and shall refuse in the same words whoever that is.
grant select (transaction_id, erased_at) on ${schema}.xp_erasures to public;

comment on function ${schema}.erasure_is_open() is 'Whether this transaction has said in xp_erasures whose words it takes away.';

-- The cases are nested: a row of one table has no column of the other.
create function ${schema}.admit_erasure() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_kept boolean := true;
begin
    if tg_op = 'UPDATE' then
        if tg_table_name = 'xp_ledger' then
            old.reason := 'erased';
            old.context := '{}';
        else
            old.state_snapshot := '{}';
        end if;
        v_kept := new is not distinct from old;
    end if;
    -- what logical replication brings was permitted where it comes from: the evidence says so, under the number of there
    if v_kept and exists (
        select from ${schema}.xp_erasures as e
        where e.user_id = old.user_id
            and (
                e.transaction_id = pg_current_xact_id() and e.erased_at = now()
                or current_setting('session_replication_role') = 'replica'
            )
    ) then
        return case tg_op when 'DELETE' then old else new end;
    end if;
    raise exception '% of %.% is refused: it is more than xp_erasures says', tg_op, tg_table_schema, tg_table_name
        using errcode = 'restrict_violation',
            schema = tg_table_schema,
            table = tg_table_name,
            constraint = tg_table_name || '_append_only',
            hint = 'Call forget_player.';
end
$$;

revoke execute on function ${schema}.admit_erasure() from public;

comment on function ${schema}.admit_erasure() is
    'Trigger: of an append-only row an erasure takes the words of its player and nothing else.';

create trigger xp_erasures_tell
    before insert on ${schema}.xp_erasures
    for each row execute function ${schema}.tell_erasure();

create trigger xp_erasures_append_only
    before update or delete or truncate on ${schema}.xp_erasures
    for each statement execute function ${schema}.append_only();

-- This one alone: xp_erasures_tell stays out of logical replication, which has to copy the evidence as it is.
alter table ${schema}.xp_erasures enable always trigger xp_erasures_append_only;

comment on table ${schema}.xp_erasures is
    'Evidence, append-only: whose words were taken out of the journals, when, by whom and why. Says nothing of the words.';
comment on column ${schema}.xp_erasures.erasure_id is 'In the order of asking; gaps mean nothing.';
comment on column ${schema}.xp_erasures.user_id is 'Player, by the key of this schema; no reference, since the evidence outlives a player who is deleted.';
comment on column ${schema}.xp_erasures.reason is 'Why, such as the number of the request; without the words that went.';
comment on column ${schema}.xp_erasures.actor is 'Login that asked, whatever the statement says.';
comment on column ${schema}.xp_erasures.entries is 'How many ledger entries of the player there were.';
comment on column ${schema}.xp_erasures.awards is 'How many awards of the player there were.';
comment on column ${schema}.xp_erasures.zone_changes is 'How many changes of zone there were; they tell where somebody lived.';
comment on column ${schema}.xp_erasures.transaction_id is
    'Transaction that may erase: a row that names another one permits nothing.';
comment on column ${schema}.xp_erasures.erased_at is 'Start of that transaction, by the clock of the server.';
comment on sequence ${schema}.xp_erasures_erasure_id_seq is 'Hands out erasure_id; a transaction that rolls back leaves a gap.';
comment on constraint xp_erasures_pkey on ${schema}.xp_erasures is 'A player may be forgotten again, for what came later.';
comment on constraint xp_erasures_counts_not_negative on ${schema}.xp_erasures is 'Zero: there was nothing of the kind.';
comment on index ${schema}.xp_erasures_transaction_idx is 'Whether the transaction may erase.';
comment on index ${schema}.xp_erasures_user_idx is 'When a player was forgotten, to do it again after a restore.';
comment on trigger xp_erasures_tell on ${schema}.xp_erasures is 'The evidence tells the truth.';
comment on trigger xp_erasures_append_only on ${schema}.xp_erasures is
    'No UPDATE, DELETE or TRUNCATE. The owner of the table could switch it off: the service owns nothing.';
-------------------------------------------------------------------------------
-- Users.
create table ${schema}.xp_users (
    user_id bigint generated always as identity,
    external_user_id ${schema}.words not null,
    reward_tz text not null,
    zone_changes_at timestamptz,
    segment_key ${schema}.words,
    created_at ${schema}.instant not null default ${schema}.now_utc(),
    updated_at timestamptz not null default ${schema}.now_utc(),
    constraint xp_users_pkey primary key (user_id),
    constraint xp_users_external_user_id_key unique (external_user_id),
    constraint xp_users_reward_tz_known check (${schema}.is_iana_time_zone(reward_tz))
);

create index xp_users_zone_changes_idx on ${schema}.xp_users (zone_changes_at) where zone_changes_at is not null;

create index xp_users_reward_tz_idx on ${schema}.xp_users (reward_tz);

create trigger xp_users_touch
    before update on ${schema}.xp_users
    for each row execute function ${schema}.touch_updated_at();

comment on table ${schema}.xp_users is 'Players who can earn XP. A player without entries may be deleted, another one is forgotten.';
comment on column ${schema}.xp_users.user_id is 'Key inside this schema. Says nothing of the person, so it stays when the player is forgotten.';
comment on column ${schema}.xp_users.external_user_id is 'Key of the player in the identity system, which alone knows the person; a forgotten player has a random one.';
comment on column ${schema}.xp_users.reward_tz is
    'IANA name of the zone whose calendar decides the reward day. Changes only through xp_user_timezone_changes.';
comment on column ${schema}.xp_users.zone_changes_at is
    'When a change of zone that was asked for ahead takes effect, kept by triggers; null: none waits.';
comment on column ${schema}.xp_users.segment_key is 'Segment of the player for policy overrides; null: none.';
comment on column ${schema}.xp_users.created_at is 'Start of the transaction that wrote the row, by the clock of the server.';
comment on column ${schema}.xp_users.updated_at is 'Start of the transaction that last changed the row; created_at before any change.';
comment on sequence ${schema}.xp_users_user_id_seq is 'Hands out user_id; a transaction that rolls back leaves a gap.';
comment on constraint xp_users_pkey on ${schema}.xp_users is 'What all tables of a player refer to.';
comment on constraint xp_users_external_user_id_key on ${schema}.xp_users is
    'A player of the identity system is known once.';
comment on constraint xp_users_reward_tz_known on ${schema}.xp_users is
    'The reward zone is the exact name of an IANA zone that this server knows.';
comment on index ${schema}.xp_users_zone_changes_idx is 'Finds the players whose zone a scheduler changes, and nobody else.';
comment on index ${schema}.xp_users_reward_tz_idx is 'Finds the players of a zone when its day turns.';
comment on trigger xp_users_touch on ${schema}.xp_users is 'When a row changed is for the database to say, whatever the statement says.';
-------------------------------------------------------------------------------
-- History of time zone changes. A row here is the way to change a zone: it checks the cooldown, and moves
-- xp_users.reward_tz at once or, with a later effective_from, when that time has come.
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
    constraint xp_user_timezone_changes_effective_after_request check (effective_from >= requested_at),
    -- So the next request always finds this one in effect.
    constraint xp_user_timezone_changes_effective_within_cooldown
        check (effective_from <= requested_at + interval '168 hours')
);

create index xp_user_timezone_changes_user_idx
    on ${schema}.xp_user_timezone_changes (user_id, change_id desc);

-- The lock on the user makes rival requests queue: the second one sees the first one's row. The clock of the server dates
-- the request, after the lock, whatever the caller says. The cooldown counts hours, for a day of an interval follows the
-- session's daylight saving.
create function ${schema}.admit_timezone_change() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_current_tz text;
    v_last record;
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

    new.requested_at := clock_timestamp();
    -- "from now" was said at the start of the transaction
    if new.effective_from between ${schema}.now_utc() and new.requested_at then
        new.effective_from := new.requested_at;
    end if;

    if not ${schema}.is_iana_time_zone(new.new_tz) then
        raise exception '% is not the name of a time zone', new.new_tz
            using errcode = 'check_violation',
                schema = tg_table_schema,
                table = tg_table_name,
                column = 'new_tz',
                constraint = 'xp_user_timezone_changes_new_tz_known';
    end if;

    select c.requested_at, c.new_tz, c.effective_from into v_last
    from ${schema}.xp_user_timezone_changes as c
    where c.user_id = new.user_id
    order by c.change_id desc
    limit 1;
    -- from its effect on, else a change that was asked for ahead and the next one would count in the same moment
    if new.requested_at < v_last.effective_from + interval '168 hours' then
        raise exception 'user % changed the zone from % on and may not change it again within 7 days', new.user_id, v_last.effective_from
            using errcode = 'check_violation',
                schema = tg_table_schema,
                table = tg_table_name,
                column = 'requested_at',
                constraint = 'xp_user_timezone_changes_cooldown',
                hint = format('The next change is possible from %s.', v_last.effective_from + interval '168 hours');
    end if;
    if v_last.new_tz <> v_current_tz then
        -- due, for effective_from lies within the cooldown, and not yet carried out
        update ${schema}.xp_users as u set reward_tz = v_last.new_tz, zone_changes_at = null
        where u.user_id = new.user_id;
        v_current_tz := v_last.new_tz;
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
    return new;
end
$$;

revoke execute on function ${schema}.admit_timezone_change() from public;

comment on function ${schema}.admit_timezone_change() is
    'Trigger: locks the user, dates the request, fills old_tz with the current zone, refuses an unknown zone and a request less than 168 hours after the last one came into effect.';

create function ${schema}.apply_timezone_change() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    if new.effective_from > new.requested_at then
        update ${schema}.xp_users as u set zone_changes_at = new.effective_from where u.user_id = new.user_id;
    else
        update ${schema}.xp_users as u set reward_tz = new.new_tz, zone_changes_at = null
        where u.user_id = new.user_id;
    end if;
    return null;
end
$$;

revoke execute on function ${schema}.apply_timezone_change() from public;

comment on function ${schema}.apply_timezone_change() is
    'Trigger: moves xp_users.reward_tz to the new zone of a history row, at once or, by zone_changes_at, when it takes effect.';

-- Until a change is carried out the user has its old zone, afterwards its new one: only the update that carries it out
-- finds the newest history row naming its old and its new zone.
create function ${schema}.require_timezone_change() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    if not exists (
        select from (
            select c.old_tz, c.new_tz, c.effective_from
            from ${schema}.xp_user_timezone_changes as c
            where c.user_id = new.user_id
            order by c.change_id desc
            limit 1
        ) as latest
        where latest.old_tz = old.reward_tz
            and latest.new_tz = new.reward_tz
            and latest.effective_from <= clock_timestamp()
    ) and not exists (
        select from ${schema}.xp_erasures as e
        where e.transaction_id = pg_current_xact_id_if_assigned() and e.erased_at = now() and e.user_id = new.user_id
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

revoke execute on function ${schema}.require_timezone_change() from public;

comment on function ${schema}.require_timezone_change() is
    'Trigger: refuses a change of xp_users.reward_tz that no new row of xp_user_timezone_changes asked for, or not from now.';

-- One player whose change fails, because the server has lost the zone, does not hold up the others: the change stays due.
create function ${schema}.apply_due_timezone_changes() returns bigint
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_now constant timestamptz := clock_timestamp();
    v_user bigint;
    v_zone text;
    v_moved bigint := 0;
begin
    for v_user in
        select u.user_id from ${schema}.xp_users as u where u.zone_changes_at <= v_now order by u.user_id
    loop
        begin
            -- a request that came meanwhile has carried the change out, or waits here
            perform from ${schema}.xp_users as u
            where u.user_id = v_user and u.zone_changes_at <= v_now
            for no key update;
            continue when not found;
            select c.new_tz into v_zone
            from ${schema}.xp_user_timezone_changes as c
            where c.user_id = v_user
            order by c.change_id desc
            limit 1;
            update ${schema}.xp_users as u
            set reward_tz = coalesce(v_zone, u.reward_tz), zone_changes_at = null
            where u.user_id = v_user;
            v_moved := v_moved + 1;
        exception
            when others then
                raise warning 'the zone of user % does not change: %', v_user, sqlerrm;
        end;
    end loop;
    return v_moved;
end
$$;

revoke execute on function ${schema}.apply_due_timezone_changes() from public;

comment on function ${schema}.apply_due_timezone_changes() is
    'Moves the users whose change was asked for with a later effective_from that has come; returns how many, and warns of each that fails. For a scheduler, every few minutes.';

create function ${schema}.reward_zone_at(p_user_id bigint, p_at timestamptz default now()) returns text
language sql stable
set search_path = pg_catalog, pg_temp
as $$
    select coalesce(
        (
            select c.new_tz from ${schema}.xp_user_timezone_changes as c
            where c.user_id = p_user_id and c.effective_from <= p_at
            order by c.change_id desc
            limit 1
        ),
        (
            select c.old_tz from ${schema}.xp_user_timezone_changes as c
            where c.user_id = p_user_id
            order by c.change_id
            limit 1
        ),
        (select u.reward_tz from ${schema}.xp_users as u where u.user_id = p_user_id)
    )
$$;

comment on function ${schema}.reward_zone_at(bigint, timestamptz) is
    'Zone that decides the reward day of a user at an instant, by the history, to the second; null for an unknown user.';

create trigger xp_user_timezone_changes_admit
    before insert on ${schema}.xp_user_timezone_changes
    for each row execute function ${schema}.admit_timezone_change();

create trigger xp_user_timezone_changes_apply
    after insert on ${schema}.xp_user_timezone_changes
    for each row execute function ${schema}.apply_timezone_change();

create trigger xp_user_timezone_changes_append_only
    before update or truncate on ${schema}.xp_user_timezone_changes
    for each statement execute function ${schema}.append_only();

create trigger xp_user_timezone_changes_append_only_but_for_erasures
    before delete on ${schema}.xp_user_timezone_changes
    for each statement when (not ${schema}.erasure_is_open())
    execute function ${schema}.append_only();

create trigger xp_user_timezone_changes_append_only_row
    before delete on ${schema}.xp_user_timezone_changes
    for each row execute function ${schema}.admit_erasure();

-- Also in sessions that switched ordinary triggers off with session_replication_role.
alter table ${schema}.xp_user_timezone_changes enable always trigger xp_user_timezone_changes_append_only;

alter table ${schema}.xp_user_timezone_changes enable always trigger xp_user_timezone_changes_append_only_but_for_erasures;

alter table ${schema}.xp_user_timezone_changes enable always trigger xp_user_timezone_changes_append_only_row;

create trigger xp_users_reward_tz_has_history
    before update on ${schema}.xp_users
    for each row when (old.reward_tz is distinct from new.reward_tz)
    execute function ${schema}.require_timezone_change();

comment on table ${schema}.xp_user_timezone_changes is
    'History of reward zones, append-only. Inserting a row changes the zone of the user.';
comment on column ${schema}.xp_user_timezone_changes.change_id is 'Grows with each change of a player, who is locked meanwhile: the greatest is the last.';
comment on column ${schema}.xp_user_timezone_changes.user_id is 'Player, locked while the change is asked for.';
comment on column ${schema}.xp_user_timezone_changes.old_tz is
    'Zone before the change; filled in when left out.';
comment on column ${schema}.xp_user_timezone_changes.new_tz is 'Zone after the change.';
comment on column ${schema}.xp_user_timezone_changes.requested_at is
    'When the player asked, by the clock of the server whatever the statement says. Starts the cooldown of 168 hours.';
comment on column ${schema}.xp_user_timezone_changes.effective_from is
    'From when reward days are counted in the new zone: at once, or at most 168 hours later.';
comment on sequence ${schema}.xp_user_timezone_changes_change_id_seq is
    'Hands out change_id; a transaction that rolls back leaves a gap.';
comment on constraint xp_user_timezone_changes_pkey on ${schema}.xp_user_timezone_changes is
    'Tells the last change of a player from those before it.';
comment on constraint xp_user_timezone_changes_user_id_fkey on ${schema}.xp_user_timezone_changes is
    'The player exists; a player with a history is not deleted.';
comment on constraint xp_user_timezone_changes_zone_differs on ${schema}.xp_user_timezone_changes is
    'A change changes something.';
comment on constraint xp_user_timezone_changes_effective_after_request on ${schema}.xp_user_timezone_changes is
    'No change counts before it was asked for.';
comment on constraint xp_user_timezone_changes_effective_within_cooldown on ${schema}.xp_user_timezone_changes is
    'A change is in effect before the next one can be asked for.';
comment on index ${schema}.xp_user_timezone_changes_user_idx is
    'Finds the last change of a player; serves the reference to xp_users.';
comment on trigger xp_user_timezone_changes_admit on ${schema}.xp_user_timezone_changes is
    'Checks the cooldown (7 days) and the old zone, one request of a player at a time.';
comment on trigger xp_user_timezone_changes_apply on ${schema}.xp_user_timezone_changes is
    'Moves the player to the new zone, or says when.';
comment on trigger xp_user_timezone_changes_append_only_but_for_erasures on ${schema}.xp_user_timezone_changes is
    'No DELETE in a transaction that has not said in xp_erasures whose words go.';
comment on trigger xp_user_timezone_changes_append_only_row on ${schema}.xp_user_timezone_changes is
    'An erasure takes what it says, and no more.';
comment on trigger xp_user_timezone_changes_append_only on ${schema}.xp_user_timezone_changes is
    'No UPDATE, DELETE or TRUNCATE. The owner of the table could switch it off: the service owns nothing.';
comment on trigger xp_users_reward_tz_has_history on ${schema}.xp_users is
    'The reward zone changes only through xp_user_timezone_changes.';
-------------------------------------------------------------------------------
-- Balance. Written by triggers only: a row comes with its user and follows the ledger. Room in each page lets an update
-- stay on it (HOT).
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
) with (fillfactor = 50);

create table ${schema}.xp_season_balance (
    user_id bigint not null,
    season_id bigint not null,
    season_xp bigint not null default 0,
    updated_at timestamptz not null default ${schema}.now_utc(),
    -- The season first: an index of the season alone would be taken for the way to a single row while statistics lack.
    constraint xp_season_balance_pkey primary key (season_id, user_id),
    constraint xp_season_balance_user_id_fkey foreign key (user_id)
        references ${schema}.xp_users (user_id) on delete cascade,
    constraint xp_season_balance_season_xp_not_negative check (season_xp >= 0)
) with (fillfactor = 50);

create index xp_season_balance_user_idx on ${schema}.xp_season_balance (user_id);

create function ${schema}.open_balance() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    insert into ${schema}.xp_balance (user_id) values (new.user_id);
    return null;
end
$$;

revoke execute on function ${schema}.open_balance() from public;

comment on function ${schema}.open_balance() is 'Trigger: gives a new user a balance of zero.';

create trigger xp_users_open_balance
    after insert on ${schema}.xp_users
    for each row execute function ${schema}.open_balance();

-- Two guards. The trigger refuses statements from outside of a trigger, also of the owner. Row security takes care of those
-- from a trigger of somebody else: the functions of this schema run as its owner, who is not subject to it; for all others
-- there is a policy to read and none to write, whatever they were granted.
create trigger xp_balance_follows_ledger
    before insert or update or delete or truncate on ${schema}.xp_balance
    for each statement when (pg_trigger_depth() = 0)
    execute function ${schema}.refuse_statement(
        'the balance follows the ledger',
        'Insert a credit or a debit into xp_ledger.');

create trigger xp_season_balance_follows_ledger
    before insert or update or delete or truncate on ${schema}.xp_season_balance
    for each statement when (pg_trigger_depth() = 0)
    execute function ${schema}.refuse_statement(
        'the balance follows the ledger',
        'Insert a credit or a debit into xp_ledger.');

alter table ${schema}.xp_balance enable row level security;

alter table ${schema}.xp_season_balance enable row level security;

create policy xp_balance_readable on ${schema}.xp_balance for select using (true);

create policy xp_season_balance_readable on ${schema}.xp_season_balance for select using (true);

comment on table ${schema}.xp_balance is
    'Totals of each player, kept by the ledger in the same transaction; nobody writes here directly.';
comment on column ${schema}.xp_balance.user_id is 'Player; the row comes with the player.';
comment on column ${schema}.xp_balance.current_xp is 'Sum of all ledger amounts: what the player can spend.';
comment on column ${schema}.xp_balance.lifetime_xp is
    'Sum of all credits less what corrections took back of them: what the player ever earned.';
comment on column ${schema}.xp_balance.season_id is
    'Latest season that had begun when the last entry with a season came, of those in which the player has one; null: none yet. It does not follow later changes of the calendar: all seasons are in xp_season_balance.';
comment on column ${schema}.xp_balance.season_xp is
    'Total of that season, as in xp_season_balance; 0 without a season.';
comment on column ${schema}.xp_balance.updated_at is 'Start of the transaction that last booked an entry; for the total zero of a new player, that of its birth.';
comment on constraint xp_balance_pkey on ${schema}.xp_balance is 'One balance per player.';
comment on constraint xp_balance_user_id_fkey on ${schema}.xp_balance is
    'A balance belongs to a player and goes with that player.';
comment on constraint xp_balance_current_not_negative on ${schema}.xp_balance is
    'Nobody spends more than they have: the debit is refused and its ledger row with it.';
comment on constraint xp_balance_lifetime_not_negative on ${schema}.xp_balance is
    'Corrections never take back more than was earned.';
comment on constraint xp_balance_season_not_negative on ${schema}.xp_balance is
    'Corrections never take back more than was earned in the season.';
comment on constraint xp_balance_current_within_lifetime on ${schema}.xp_balance is
    'Nobody has more than they ever earned.';
comment on constraint xp_balance_season_within_lifetime on ${schema}.xp_balance is
    'No season gave more than all time.';
comment on constraint xp_balance_season_total_has_season on ${schema}.xp_balance is
    'A seasonal total names its season.';
comment on trigger xp_users_open_balance on ${schema}.xp_users is
    'Every player has a balance from the start.';
comment on trigger xp_balance_follows_ledger on ${schema}.xp_balance is
    'Refuses statements that come from outside a trigger.';
comment on policy xp_balance_readable on ${schema}.xp_balance is
    'Whoever was granted SELECT reads; nobody but the owner, as whom the ledger posts, writes.';
comment on table ${schema}.xp_season_balance is
    'Total of each player in each season that an entry of the player names; kept by the ledger in the same transaction.';
comment on column ${schema}.xp_season_balance.user_id is 'Player; the row comes with the first entry of the season.';
comment on column ${schema}.xp_season_balance.season_id is 'Season as the entries name it: past, running or yet to come.';
comment on column ${schema}.xp_season_balance.season_xp is
    'Sum of the credits of the season less what corrections took back of them; debits leave it.';
comment on column ${schema}.xp_season_balance.updated_at is 'Start of the transaction that last booked an entry of the season.';
comment on constraint xp_season_balance_pkey on ${schema}.xp_season_balance is
    'One total per player and season; serves the reference to xp_seasons.';
comment on constraint xp_season_balance_user_id_fkey on ${schema}.xp_season_balance is
    'A total belongs to a player and goes with that player.';
comment on constraint xp_season_balance_season_xp_not_negative on ${schema}.xp_season_balance is
    'Corrections never take back more than was earned in the season.';
comment on index ${schema}.xp_season_balance_user_idx is
    'Finds the seasons of a player; serves the reference to xp_users.';
comment on trigger xp_season_balance_follows_ledger on ${schema}.xp_season_balance is
    'Refuses statements that come from outside a trigger.';
comment on policy xp_season_balance_readable on ${schema}.xp_season_balance is
    'Whoever was granted SELECT reads; nobody but the owner, as whom the ledger posts, writes.';
-------------------------------------------------------------------------------
-- Ledger.
create table ${schema}.xp_ledger (
    entry_id bigint generated always as identity,
    user_id bigint not null,
    amount bigint not null,
    reason ${schema}.words not null,
    correlation_id uuid not null,
    policy_key ${schema}.words,
    policy_version integer,
    season_id bigint,
    corrects uuid,
    context jsonb not null default '{}',
    created_at timestamptz not null default ${schema}.now_utc(),
    constraint xp_ledger_pkey primary key (entry_id),
    constraint xp_ledger_correlation_id_key unique (correlation_id),
    constraint xp_ledger_user_id_fkey foreign key (user_id) references ${schema}.xp_users (user_id),
    constraint xp_ledger_amount_not_zero check (amount <> 0),
    constraint xp_ledger_policy_complete check (num_nulls(policy_key, policy_version) <> 1),
    constraint xp_ledger_policy_named check (policy_version > 0),
    constraint xp_ledger_context_is_object check (jsonb_typeof(context) = 'object'),
    -- Holds for ever once it held, so a restore passes.
    constraint xp_ledger_created_at_not_ahead check (created_at > '-infinity' and created_at <= ${schema}.now_utc())
);

create index xp_ledger_user_recent_idx on ${schema}.xp_ledger (user_id, created_at desc);

create index xp_ledger_policy_idx on ${schema}.xp_ledger (policy_key, policy_version);

create index xp_ledger_season_idx on ${schema}.xp_ledger (season_id);

create index xp_ledger_corrects_idx on ${schema}.xp_ledger (corrects) where corrects is not null;

-- A correction takes back an entry, or a part of it: it counts against the same player, season and policy, the other way
-- round, and all corrections of an entry together no more than the entry. The lock on the balance makes rivals queue, as
-- the posting does. No reference to the entry is needed, since no entry ever goes.
create function ${schema}.admit_correction() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_entry ${schema}.xp_ledger;
    v_corrected numeric;
begin
    perform from ${schema}.xp_balance as b where b.user_id = new.user_id for no key update;

    -- the same request again, and the rival was first: its key decides, not what it left to correct
    if exists (select from ${schema}.xp_ledger as l where l.correlation_id = new.correlation_id) then
        return new;
    end if;

    select * into v_entry from ${schema}.xp_ledger as l where l.correlation_id = new.corrects;
    if not found then
        raise exception 'entry % does not exist', new.corrects
            using errcode = 'foreign_key_violation',
                schema = tg_table_schema,
                table = tg_table_name,
                column = 'corrects',
                constraint = 'xp_ledger_corrects_entry';
    end if;

    new.season_id := coalesce(new.season_id, v_entry.season_id);
    if new.policy_key is null and new.policy_version is null then
        new.policy_key := v_entry.policy_key;
        new.policy_version := v_entry.policy_version;
    end if;
    if v_entry.corrects is not null
        or (new.user_id, new.season_id, new.policy_key, new.policy_version) is distinct from
            (v_entry.user_id, v_entry.season_id, v_entry.policy_key, v_entry.policy_version)
        or sign(new.amount) = sign(v_entry.amount)
    then
        raise exception 'the entry does not correct entry %', new.corrects
            using errcode = 'check_violation',
                schema = tg_table_schema,
                table = tg_table_name,
                column = 'corrects',
                constraint = 'xp_ledger_correction_matches',
                hint = 'A correction is an entry of the same player, season and policy with the opposite sign, and is not corrected itself.';
    end if;

    select coalesce(sum(l.amount), 0) + new.amount into v_corrected
    from ${schema}.xp_ledger as l
    where l.corrects = new.corrects;
    if abs(v_corrected) > abs(v_entry.amount) then
        raise exception 'corrections of entry % would come to % of %', new.corrects, abs(v_corrected), abs(v_entry.amount)
            using errcode = 'check_violation',
                schema = tg_table_schema,
                table = tg_table_name,
                column = 'amount',
                constraint = 'xp_ledger_correction_within_entry';
    end if;
    return new;
end
$$;

revoke execute on function ${schema}.admit_correction() from public;

comment on function ${schema}.admit_correction() is
    'Trigger: lets an entry correct another one only of the same player, season and policy, the other way round, and all corrections together only up to its amount; fills in season and policy.';

create trigger xp_ledger_admit_correction
    before insert on ${schema}.xp_ledger
    for each row when (new.corrects is not null)
    execute function ${schema}.admit_correction();

-- Once per statement. One entry, the usual case, moves its balance with one update, and the total of its season with another.
-- Of many entries the users are locked in the order of their key: two statements that touch the same users never wait for
-- each other in a circle. An upsert of the balance would not do: it checks the row it proposes to insert first, and a debit
-- alone is negative. The balance is locked before the total of a season, so only one transaction at a time inserts a total.
create function ${schema}.post_to_balance() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_entries bigint;
    v_user bigint;
    v_net bigint;
    v_earned bigint;
    v_season bigint;
    v_shown bigint;
    v_posted bigint;
    v_users bigint[];
begin
    -- read only where there is one entry, which is then each of these
    select
        count(*),
        min(e.user_id),
        min(e.amount),
        min(case when e.corrects is null then greatest(e.amount, 0) else least(e.amount, 0) end),
        min(e.season_id)
    into v_entries, v_user, v_net, v_earned, v_season
    from entries as e;

    if v_entries = 1 then
        update ${schema}.xp_balance as b
        set current_xp = b.current_xp + v_net,
            lifetime_xp = b.lifetime_xp + v_earned,
            season_xp = b.season_xp + case when b.season_id = v_season then v_earned else 0 end,
            updated_at = now()
        where b.user_id = v_user
        returning b.season_id into v_shown;
        if found and v_season is null then
            return null;
        elsif found then
            -- what a correction takes back was there before; an upsert finds its row by the key, whatever statistics say
            insert into ${schema}.xp_season_balance as s (user_id, season_id, season_xp)
            values (v_user, v_season, greatest(v_earned, 0))
            on conflict (season_id, user_id) do update
            set season_xp = s.season_xp + v_earned, updated_at = now();
            if v_shown = v_season then
                return null;
            end if;
            v_users := array[v_user];
        else
            v_posted := 0;
            v_users := array[v_user];
        end if;
    else
        perform from ${schema}.xp_balance as b
        where b.user_id in (select e.user_id from entries as e)
        order by b.user_id
        for no key update;

        update ${schema}.xp_balance as b
        set current_xp = b.current_xp + p.net,
            lifetime_xp = b.lifetime_xp + p.earned,
            season_xp = b.season_xp + p.shown,
            updated_at = now()
        from (
            select
                e.user_id,
                sum(e.amount) as net,
                sum(case when e.corrects is null then greatest(e.amount, 0) else least(e.amount, 0) end) as earned,
                coalesce(
                    sum(case when e.corrects is null then greatest(e.amount, 0) else least(e.amount, 0) end)
                        filter (where e.season_id = k.season_id),
                    0) as shown
            from entries as e
            join ${schema}.xp_balance as k on k.user_id = e.user_id
            group by e.user_id
        ) as p
        where b.user_id = p.user_id;
        get diagnostics v_posted = row_count;

        select array_agg(distinct e.user_id) into v_users from entries as e;
    end if;

    if v_posted <> cardinality(v_users) then
        raise exception '% of % users have no balance', cardinality(v_users) - v_posted, cardinality(v_users)
            using errcode = 'restrict_violation',
                schema = tg_table_schema,
                table = tg_table_name,
                constraint = tg_name,
                hint = 'A user gets a balance when inserted; users loaded with triggers off need theirs.';
    end if;

    if v_entries > 1 then
        -- a total that is there takes what it gets, the others begin with it
        with earned as (
            select
                e.user_id,
                e.season_id,
                sum(case when e.corrects is null then greatest(e.amount, 0) else least(e.amount, 0) end) as xp
            from entries as e
            where e.season_id is not null
            group by e.user_id, e.season_id
        ), moved as (
            update ${schema}.xp_season_balance as s
            set season_xp = s.season_xp + d.xp, updated_at = now()
            from earned as d
            where s.user_id = d.user_id and s.season_id = d.season_id
            returning s.user_id, s.season_id
        )
        insert into ${schema}.xp_season_balance (user_id, season_id, season_xp)
        select d.user_id, d.season_id, d.xp
        from earned as d
        where not exists (select from moved as m where m.user_id = d.user_id and m.season_id = d.season_id);

        select array_agg(distinct e.user_id) into v_users from entries as e where e.season_id is not null;
    end if;

    -- the season that the balance shows is the one with the greatest key, until V003 brings a calendar
    update ${schema}.xp_balance as b
    set season_id = l.season_id, season_xp = l.season_xp
    from (
        select distinct on (s.user_id) s.user_id, s.season_id, s.season_xp
        from ${schema}.xp_season_balance as s
        where s.user_id = any (v_users)
        order by s.user_id, s.season_id desc
    ) as l
    where b.user_id = l.user_id and b.season_id is distinct from l.season_id;
    return null;
end
$$;

revoke execute on function ${schema}.post_to_balance() from public;

comment on function ${schema}.post_to_balance() is
    'Trigger: adds the entries of one statement to the balances of their users and to the totals of their seasons.';

create trigger xp_ledger_post_to_balance
    after insert on ${schema}.xp_ledger
    referencing new table as entries
    for each statement execute function ${schema}.post_to_balance();

create trigger xp_ledger_append_only
    before delete or truncate on ${schema}.xp_ledger
    for each statement execute function ${schema}.append_only();

create trigger xp_ledger_append_only_but_for_erasures
    before update on ${schema}.xp_ledger
    for each statement when (not ${schema}.erasure_is_open())
    execute function ${schema}.append_only();

create trigger xp_ledger_append_only_row
    before update on ${schema}.xp_ledger
    for each row execute function ${schema}.admit_erasure();

alter table ${schema}.xp_ledger enable always trigger xp_ledger_append_only;

alter table ${schema}.xp_ledger enable always trigger xp_ledger_append_only_but_for_erasures;

alter table ${schema}.xp_ledger enable always trigger xp_ledger_append_only_row;

comment on table ${schema}.xp_ledger is
    'Journal of all XP credits and debits, append-only. The balance is its sum.';
comment on column ${schema}.xp_ledger.entry_id is 'Grows with the entries, though commits may come in another order; gaps mean nothing.';
comment on column ${schema}.xp_ledger.user_id is 'Player, locked by the booking until the transaction ends.';
comment on column ${schema}.xp_ledger.amount is 'XP: positive is a credit, negative a debit.';
comment on column ${schema}.xp_ledger.reason is 'Why, in a word the application knows, such as daily-login.';
comment on column ${schema}.xp_ledger.correlation_id is
    'Key of the request: the same request is booked once. For an award, its receipt.';
comment on column ${schema}.xp_ledger.policy_key is 'Policy behind the entry; null: none.';
comment on column ${schema}.xp_ledger.policy_version is
    'Version of that policy; null exactly when policy_key is.';
comment on column ${schema}.xp_ledger.season_id is 'Season that the entry counts for; null: none.';
comment on column ${schema}.xp_ledger.corrects is
    'correlation_id of the entry that this one takes back, whole or in part; null: none. Only a correction lowers what was earned, another debit is spent.';
comment on column ${schema}.xp_ledger.context is
    'What else the application wants to remember: a JSON object.';
comment on column ${schema}.xp_ledger.created_at is 'Start of the transaction that booked it, by the clock of the server.';
comment on sequence ${schema}.xp_ledger_entry_id_seq is 'Hands out entry_id; a transaction that rolls back leaves a gap.';
comment on constraint xp_ledger_pkey on ${schema}.xp_ledger is 'A number, not a name: requests are told apart by correlation_id.';
comment on constraint xp_ledger_correlation_id_key on ${schema}.xp_ledger is
    'Idempotency: a request is booked once.';
comment on constraint xp_ledger_user_id_fkey on ${schema}.xp_ledger is
    'The player exists; a player with entries is not deleted.';
comment on constraint xp_ledger_amount_not_zero on ${schema}.xp_ledger is 'An entry moves something.';
comment on constraint xp_ledger_policy_complete on ${schema}.xp_ledger is
    'Policy key and version come together or not at all.';
comment on constraint xp_ledger_policy_named on ${schema}.xp_ledger is
    'Versions count from 1; null is none.';
comment on constraint xp_ledger_created_at_not_ahead on ${schema}.xp_ledger is
    'An entry is booked now or was booked before; no time is infinite.';
comment on constraint xp_ledger_context_is_object on ${schema}.xp_ledger is
    'The context is a JSON object, not an array or a scalar.';
comment on index ${schema}.xp_ledger_user_recent_idx is
    'Latest entries of a player; serves the reference to xp_users.';
comment on index ${schema}.xp_ledger_policy_idx is
    'Entries of a policy version; serves the reference to xp_policy_versions.';
comment on index ${schema}.xp_ledger_season_idx is 'Entries of a season; serves the reference to xp_seasons.';
comment on index ${schema}.xp_ledger_corrects_idx is 'Corrections of an entry.';
comment on trigger xp_ledger_admit_correction on ${schema}.xp_ledger is
    'A correction corrects what is there, and no more than that.';
comment on trigger xp_ledger_post_to_balance on ${schema}.xp_ledger is
    'Keeps the balances in the same transaction.';
comment on trigger xp_ledger_append_only_but_for_erasures on ${schema}.xp_ledger is
    'No UPDATE in a transaction that has not said in xp_erasures whose words go.';
comment on trigger xp_ledger_append_only_row on ${schema}.xp_ledger is
    'An erasure takes what it says, and no more.';
comment on trigger xp_ledger_append_only on ${schema}.xp_ledger is
    'No UPDATE, DELETE or TRUNCATE. The owner of the table could switch it off: the service owns nothing.';

-- How the service books: it needs EXECUTE here and no right on the ledger. A request that comes again gets its entry again.
create function ${schema}.book_entry(
    p_user_id bigint,
    p_amount bigint,
    p_reason text,
    p_correlation_id uuid,
    p_season_id bigint default null,
    p_policy_key text default null,
    p_policy_version integer default null,
    p_corrects uuid default null,
    p_context jsonb default '{}'
) returns ${schema}.xp_ledger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_entry ${schema}.xp_ledger;
begin
    select * into v_entry from ${schema}.xp_ledger as l where l.correlation_id = p_correlation_id;
    if not found then
        insert into ${schema}.xp_ledger
            (user_id, amount, reason, correlation_id, season_id, policy_key, policy_version, corrects, context)
        values
            (p_user_id, p_amount, p_reason, p_correlation_id, p_season_id, p_policy_key, p_policy_version, p_corrects,
                p_context)
        on conflict on constraint xp_ledger_correlation_id_key do nothing
        returning * into v_entry;
        if found then
            return v_entry;
        end if;
        select * into strict v_entry from ${schema}.xp_ledger as l where l.correlation_id = p_correlation_id;
    end if;

    -- a correction may leave season and policy to the entry that it corrects
    if (v_entry.user_id, v_entry.amount, v_entry.corrects) is distinct from (p_user_id, p_amount, p_corrects)
        or v_entry.reason is distinct from p_reason
            -- whose words were taken is told apart by what is left, else the game would book it again under another key
            and (v_entry.reason <> 'erased' or not exists (
                select from ${schema}.xp_erasures as e where e.user_id = v_entry.user_id
            ))
        or p_corrects is null
            and (v_entry.season_id, v_entry.policy_key, v_entry.policy_version)
                is distinct from (p_season_id, p_policy_key, p_policy_version)
    then
        raise exception 'request % was booked as another entry', p_correlation_id
            using errcode = 'unique_violation',
                table = 'xp_ledger',
                column = 'correlation_id',
                constraint = 'xp_ledger_correlation_id_key',
                hint = 'Give each request a key of its own.';
    end if;
    return v_entry;
end
$$;

revoke execute on function ${schema}.book_entry(bigint, bigint, text, uuid, bigint, text, integer, uuid, jsonb) from public;

comment on function ${schema}.book_entry(bigint, bigint, text, uuid, bigint, text, integer, uuid, jsonb) is
    'Books a credit, a debit or a correction once and returns it; the same request again returns the same entry, also when its words were erased meanwhile; another one under its key is refused with 23505.';

-- One statement reads ledger and balances as of one instant, so the view is empty at any time, whoever writes.
create view ${schema}.xp_balance_differences with (security_invoker = true) as
with booked as (
    select
        l.user_id,
        sum(l.amount) as current_xp,
        sum(case when l.corrects is null then greatest(l.amount, 0) else least(l.amount, 0) end) as lifetime_xp
    from ${schema}.xp_ledger as l
    group by l.user_id
), seasonal as (
    select
        l.user_id,
        l.season_id,
        sum(case when l.corrects is null then greatest(l.amount, 0) else least(l.amount, 0) end) as season_xp
    from ${schema}.xp_ledger as l
    where l.season_id is not null
    group by l.user_id, l.season_id
)
select u.user_id, d.total, null::bigint as season_id, d.booked, d.kept
from ${schema}.xp_users as u
left join ${schema}.xp_balance as b on b.user_id = u.user_id
left join booked as l on l.user_id = u.user_id
cross join lateral (
    values
        ('current_xp', coalesce(l.current_xp, 0), b.current_xp),
        ('lifetime_xp', coalesce(l.lifetime_xp, 0), b.lifetime_xp)
) as d (total, booked, kept)
where d.kept is distinct from d.booked
union all
select coalesce(l.user_id, s.user_id), 'season_xp of xp_season_balance', coalesce(l.season_id, s.season_id), l.season_xp,
    s.season_xp
from seasonal as l
full join ${schema}.xp_season_balance as s on s.user_id = l.user_id and s.season_id = l.season_id
where l.season_xp is distinct from s.season_xp
union all
select b.user_id, 'season_xp of xp_balance', b.season_id, coalesce(l.season_xp, 0), b.season_xp
from ${schema}.xp_balance as b
left join seasonal as l on l.user_id = b.user_id and l.season_id = b.season_id
where b.season_xp is distinct from coalesce(l.season_xp, 0);

comment on view ${schema}.xp_balance_differences is
    'Totals that are not what the ledger says, with both figures: no row is good news. Reads the whole ledger.';
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
    constraint xp_streaks_last_day_not_ahead check (
        isfinite(last_reward_day) and last_reward_day <= (updated_at at time zone 'UTC')::date + 1
    ),
    constraint xp_streaks_model_state_is_object check (jsonb_typeof(model_state) = 'object')
);

-- A claim that is tried again returns the same award; what the game then does to the streak shall not count twice either. So
-- a streak rests on awards, which are there for ever: its last day has one, and it grows by no more days than were awarded,
-- or forgiven, since the last day before.
create function ${schema}.keep_streak_to_awards() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_day date;
    v_streak integer := 0;
    v_longest integer := 0;
    v_grace integer := 0;
    v_awards bigint := 0;
    v_first date;
    v_rule text;
begin
    if tg_op = 'UPDATE' then
        v_day := old.last_reward_day;
        v_streak := old.current_streak;
        v_longest := old.longest_streak;
        v_grace := old.grace_used;
    end if;
    -- of what is against a check of the table the check speaks
    if new.last_reward_day is null and new.current_streak > 0
        or not isfinite(new.last_reward_day)
        or new.last_reward_day > (now() at time zone 'UTC')::date + 1
        or least(new.current_streak, new.grace_used) < 0
        or new.longest_streak < new.current_streak
        or new.longest_streak is null
        or new.current_streak is null
    then
        return new;
    end if;

    select count(*), min(a.reward_day) into v_awards, v_first
    from ${schema}.xp_awards as a
    where a.user_id = new.user_id and a.reward_day > coalesce(v_day, '-infinity') and a.reward_day <= new.last_reward_day;

    v_rule := case
        when coalesce(new.last_reward_day < v_day, v_day is not null and new.last_reward_day is null)
            then 'xp_streaks_last_day_not_back'
        when new.longest_streak < v_longest then 'xp_streaks_longest_kept'
        when new.current_streak > v_streak and new.last_reward_day is not distinct from v_day
            then 'xp_streaks_one_day_counts_once'
        when new.last_reward_day is distinct from v_day and not exists (
            select from ${schema}.xp_awards as a
            where a.user_id = new.user_id and a.reward_day = new.last_reward_day
        ) then 'xp_streaks_last_day_was_awarded'
        when new.current_streak - v_streak > least(
            v_awards + greatest(new.grace_used - v_grace, 0),
            new.last_reward_day - coalesce(v_day, v_first - 1)
        ) then 'xp_streaks_one_day_counts_once'
        when new.longest_streak > greatest(
            v_longest,
            new.current_streak,
            case when v_day is null and v_awards > 0 then least(v_awards + new.grace_used, new.last_reward_day - v_first + 1) end
        ) then 'xp_streaks_longest_was_reached'
    end;
    if v_rule is null then
        return new;
    end if;
    raise exception 'the streak of user % from % on does not follow the awards', new.user_id, v_day
        using errcode = 'check_violation',
            schema = tg_table_schema,
            table = tg_table_name,
            constraint = v_rule,
            hint = 'Raise a streak together with last_reward_day, once for each award.';
end
$$;

revoke execute on function ${schema}.keep_streak_to_awards() from public;

comment on function ${schema}.keep_streak_to_awards() is
    'Trigger: a streak ends on a day that was awarded, grows once for each award, and neither its last day nor its longest length goes back or was never reached.';

create trigger xp_streaks_forward
    before insert or update on ${schema}.xp_streaks
    for each row execute function ${schema}.keep_streak_to_awards();

create trigger xp_streaks_touch
    before insert or update on ${schema}.xp_streaks
    for each row execute function ${schema}.touch_updated_at();

comment on table ${schema}.xp_streaks is 'Running streak of each player who has one, computed by the game and held to the awards.';
comment on column ${schema}.xp_streaks.user_id is 'Player; a streak goes with the player.';
comment on column ${schema}.xp_streaks.current_streak is 'Days in a row up to last_reward_day.';
comment on column ${schema}.xp_streaks.longest_streak is 'Longest streak ever, in days; never lowered.';
comment on column ${schema}.xp_streaks.grace_used is 'Missed days that were forgiven in the running streak.';
comment on column ${schema}.xp_streaks.last_reward_day is
    'Last day with an award, in the zone of the player; null: never.';
comment on column ${schema}.xp_streaks.model_state is 'State of the streak model: a JSON object.';
comment on column ${schema}.xp_streaks.updated_at is 'Start of the transaction that last changed the row; created_at before any change.';
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
comment on constraint xp_streaks_last_day_not_ahead on ${schema}.xp_streaks is
    'The last day is a day, and no zone is more than a day ahead of UTC.';
comment on constraint xp_streaks_model_state_is_object on ${schema}.xp_streaks is
    'The state is a JSON object, not an array or a scalar.';
comment on trigger xp_streaks_forward on ${schema}.xp_streaks is
    'Each award counts once, and nothing is taken back.';
comment on trigger xp_streaks_touch on ${schema}.xp_streaks is 'When a row changed is for the database to say, whatever the statement says.';
-------------------------------------------------------------------------------
-- Rules: free-form definitions, until V002 brings policies.
create table ${schema}.xp_rules (
    policy_key ${schema}.words not null,
    version integer not null,
    definition jsonb not null default '{}',
    is_active boolean not null default false,
    created_by ${schema}.words not null default session_user,
    created_at ${schema}.instant not null default ${schema}.now_utc(),
    updated_at timestamptz not null default ${schema}.now_utc(),
    constraint xp_rules_pkey primary key (policy_key, version),
    constraint xp_rules_version_positive check (version > 0),
    constraint xp_rules_definition_is_object check (jsonb_typeof(definition) = 'object')
);

create unique index xp_rules_one_active on ${schema}.xp_rules (policy_key) where is_active;

create function ${schema}.keep_rule() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
    if tg_op = 'DELETE'
        or (new.policy_key, new.version, new.definition, new.created_by, new.created_at) is distinct from
            (old.policy_key, old.version, old.definition, old.created_by, old.created_at)
    then
        raise exception 'version % of rule % is immutable', old.version, old.policy_key
            using errcode = 'restrict_violation',
                schema = tg_table_schema,
                table = tg_table_name,
                constraint = tg_name,
                hint = 'Insert a new version, and move is_active to it.';
    end if;
    return new;
end
$$;

comment on function ${schema}.keep_rule() is
    'Trigger: refuses every change of a rule but the one of is_active, for awards refer to it.';

create trigger xp_rules_immutable
    before update or delete on ${schema}.xp_rules
    for each row execute function ${schema}.keep_rule();

create trigger xp_rules_not_truncated
    before truncate on ${schema}.xp_rules
    for each statement execute function ${schema}.refuse_statement(
        'rules are immutable',
        'Insert a new version, and move is_active to it.');

create trigger xp_rules_touch
    before update on ${schema}.xp_rules
    for each row execute function ${schema}.touch_updated_at();

comment on table ${schema}.xp_rules is 'Versions of the reward rules as free-form documents.';
comment on column ${schema}.xp_rules.policy_key is 'Name of the policy.';
comment on column ${schema}.xp_rules.version is 'Version of the policy, from 1.';
comment on column ${schema}.xp_rules.definition is 'The rule: a JSON object.';
comment on column ${schema}.xp_rules.is_active is 'Whether this version is in force.';
comment on column ${schema}.xp_rules.created_by is 'Who wrote the version: the operator that the application names, else the login.';
comment on column ${schema}.xp_rules.created_at is 'Start of the transaction that wrote the row, by the clock of the server.';
comment on column ${schema}.xp_rules.updated_at is 'When is_active was last changed.';
comment on constraint xp_rules_pkey on ${schema}.xp_rules is 'One row per version of a policy.';
comment on constraint xp_rules_version_positive on ${schema}.xp_rules is 'Versions count from 1.';
comment on constraint xp_rules_definition_is_object on ${schema}.xp_rules is
    'The definition is a JSON object, not an array or a scalar.';
comment on trigger xp_rules_immutable on ${schema}.xp_rules is
    'A rule is neither changed, but for is_active, nor deleted.';
comment on trigger xp_rules_not_truncated on ${schema}.xp_rules is
    'Row triggers do not see TRUNCATE.';
comment on trigger xp_rules_touch on ${schema}.xp_rules is 'When a row changed is for the database to say, whatever the statement says.';
comment on index ${schema}.xp_rules_one_active is 'At most one active version per policy.';
-------------------------------------------------------------------------------
-- Awards.
create table ${schema}.xp_awards (
    award_id bigint generated always as identity,
    user_id bigint not null,
    reward_day date not null,
    xp_awarded bigint not null,
    streak_day integer not null,
    policy_key ${schema}.words not null,
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
    constraint xp_awards_reward_day_not_ahead check (
        isfinite(reward_day) and reward_day <= (created_at at time zone 'UTC')::date + 1
    ),
    constraint xp_awards_created_at_not_ahead check (created_at > '-infinity' and created_at <= ${schema}.now_utc()),
    constraint xp_awards_policy_named check (policy_version > 0),
    constraint xp_awards_xp_awarded_positive check (xp_awarded > 0),
    constraint xp_awards_streak_day_not_negative check (streak_day >= 0),
    constraint xp_awards_state_snapshot_is_object check (jsonb_typeof(state_snapshot) = 'object')
);

create index xp_awards_policy_idx on ${schema}.xp_awards (policy_key, policy_version);

create trigger xp_awards_append_only
    before delete or truncate on ${schema}.xp_awards
    for each statement execute function ${schema}.append_only();

create trigger xp_awards_append_only_but_for_erasures
    before update on ${schema}.xp_awards
    for each statement when (not ${schema}.erasure_is_open())
    execute function ${schema}.append_only();

create trigger xp_awards_append_only_row
    before update on ${schema}.xp_awards
    for each row execute function ${schema}.admit_erasure();

alter table ${schema}.xp_awards enable always trigger xp_awards_append_only;

alter table ${schema}.xp_awards enable always trigger xp_awards_append_only_but_for_erasures;

alter table ${schema}.xp_awards enable always trigger xp_awards_append_only_row;

-- The reference says that there is an entry, this trigger that it is the entry of this award. Neither of the two rows ever
-- changes, so once is enough.
create function ${schema}.require_entry_of_award() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    if exists (
        select from ${schema}.xp_ledger as l
        where l.correlation_id = new.receipt_id
            and (l.user_id, l.amount, l.policy_key, l.policy_version, l.corrects) is distinct from
                (new.user_id, new.xp_awarded, new.policy_key, new.policy_version, null::uuid)
    ) then
        raise exception 'entry % books another player, amount or policy than award %', new.receipt_id, new.award_id
            using errcode = 'check_violation',
                schema = tg_table_schema,
                table = tg_table_name,
                column = 'receipt_id',
                constraint = tg_name,
                hint = 'Claim with claim_daily_award.';
    end if;
    return null;
end
$$;

revoke execute on function ${schema}.require_entry_of_award() from public;

comment on function ${schema}.require_entry_of_award() is
    'Trigger: refuses an award whose ledger entry names another player, amount or policy version.';

create constraint trigger xp_awards_receipt_matches
    after insert on ${schema}.xp_awards
    deferrable initially deferred
    for each row execute function ${schema}.require_entry_of_award();

comment on table ${schema}.xp_awards is
    'Daily awards: one per player and reward day, each with its ledger entry.';
comment on column ${schema}.xp_awards.award_id is 'Gaps mean nothing: a claim that lost its race took a number, too.';
comment on column ${schema}.xp_awards.user_id is 'Player, known before any claim.';
comment on column ${schema}.xp_awards.reward_day is 'Day of the award, in the zone of the player.';
comment on column ${schema}.xp_awards.xp_awarded is 'XP of the award; the amount of its ledger entry.';
comment on column ${schema}.xp_awards.streak_day is 'Day of the streak, from 0, that set the amount.';
comment on column ${schema}.xp_awards.policy_key is 'Policy that set the amount.';
comment on column ${schema}.xp_awards.policy_version is 'Version of that policy.';
comment on column ${schema}.xp_awards.receipt_id is
    'Receipt for the player; correlation_id of the ledger entry.';
comment on column ${schema}.xp_awards.state_snapshot is
    'Streak state that the award was computed from: a JSON object.';
comment on column ${schema}.xp_awards.created_at is 'Start of the transaction that claimed it, by the clock of the server.';
comment on sequence ${schema}.xp_awards_award_id_seq is 'Hands out award_id; a transaction that rolls back leaves a gap.';
comment on constraint xp_awards_pkey on ${schema}.xp_awards is 'A number, not a name: the receipt is receipt_id.';
comment on constraint xp_awards_user_id_reward_day_key on ${schema}.xp_awards is
    'One award per player and day; decides between rival claims and serves the reference to xp_users.';
comment on constraint xp_awards_receipt_id_key on ${schema}.xp_awards is
    'A receipt stands for one award; serves the reference to xp_ledger.';
comment on constraint xp_awards_user_id_fkey on ${schema}.xp_awards is
    'The player exists; a player with awards is not deleted.';
comment on constraint xp_awards_receipt_id_fkey on ${schema}.xp_awards is
    'Every award is booked in the ledger; checked at commit.';
comment on constraint xp_awards_reward_day_not_ahead on ${schema}.xp_awards is
    'The day is a day, and no zone is more than a day ahead of UTC.';
comment on constraint xp_awards_created_at_not_ahead on ${schema}.xp_awards is
    'An award is claimed now or was claimed before; no time is infinite.';
comment on constraint xp_awards_policy_named on ${schema}.xp_awards is
    'Versions count from 1; null is none.';
comment on constraint xp_awards_receipt_matches on ${schema}.xp_awards is
    'The entry of the receipt books this player, amount and policy version; checked at commit.';
comment on trigger xp_awards_receipt_matches on ${schema}.xp_awards is
    'The entry of the receipt books this player, amount and policy version; checked at commit.';
comment on trigger xp_awards_append_only_but_for_erasures on ${schema}.xp_awards is
    'No UPDATE in a transaction that has not said in xp_erasures whose words go.';
comment on trigger xp_awards_append_only_row on ${schema}.xp_awards is
    'An erasure takes what it says, and no more.';
comment on trigger xp_awards_append_only on ${schema}.xp_awards is
    'No UPDATE, DELETE or TRUNCATE, so a day is paid once for ever. The owner of the table could switch it off: the service owns nothing.';
comment on constraint xp_awards_xp_awarded_positive on ${schema}.xp_awards is 'An award gives something.';
comment on constraint xp_awards_streak_day_not_negative on ${schema}.xp_awards is 'Streak days count from 0.';
comment on constraint xp_awards_state_snapshot_is_object on ${schema}.xp_awards is
    'The snapshot is a JSON object, not an array or a scalar.';
comment on index ${schema}.xp_awards_policy_idx is
    'Awards of a policy version; serves the reference to xp_policy_versions.';

-- An award that is there is returned, whenever and for whatever amount it is asked for again. A rival claim waits at the
-- unique key until the winner commits, inserts nothing, and then reads the winner's award: a new statement of a READ
-- COMMITTED transaction sees it. Under REPEATABLE READ the rival gets 40001 instead and has to claim again.
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
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_award ${schema}.xp_awards;
    -- a transaction may have begun when another day was near
    v_now timestamptz := clock_timestamp();
    v_zone text;
begin
    select a.* into v_award
    from ${schema}.xp_awards as a
    where a.user_id = p_user_id and a.reward_day = p_reward_day;
    if found then
        return v_award;
    end if;

    -- No window is known before V002, nor whose calendar the game goes by: it is never further than a day from the player's.
    v_zone := ${schema}.reward_zone_at(p_user_id, v_now);
    if p_reward_day not between (v_now at time zone v_zone)::date - 1 and (v_now at time zone v_zone)::date + 1 then
        raise exception 'user % in % has neither the day % now nor one next to it', p_user_id, v_zone, p_reward_day
            using errcode = 'check_violation',
                table = 'xp_awards',
                column = 'reward_day',
                constraint = 'xp_awards_reward_day_near';
    end if;

    -- one statement: what is checked at its end, where a client wants constraints immediate, finds both rows
    with claimed as (
        insert into ${schema}.xp_awards
            (user_id, reward_day, xp_awarded, streak_day, policy_key, policy_version, state_snapshot)
        values
            (p_user_id, p_reward_day, p_xp_awarded, p_streak_day, p_policy_key, p_policy_version, p_state_snapshot)
        on conflict on constraint xp_awards_user_id_reward_day_key do nothing
        returning *
    ), booked as (
        insert into ${schema}.xp_ledger
            (user_id, amount, reason, correlation_id, policy_key, policy_version, season_id)
        select c.user_id, c.xp_awarded, 'daily-login', c.receipt_id, c.policy_key, c.policy_version, p_season_id
        from claimed as c
    )
    select c.* into v_award from claimed as c;

    if not found then
        select a.* into strict v_award
        from ${schema}.xp_awards as a
        where a.user_id = p_user_id and a.reward_day = p_reward_day;
    end if;
    return v_award;
end
$$;

revoke execute on function ${schema}.claim_daily_award(bigint, date, bigint, integer, text, integer, bigint, jsonb)
from public;

comment on function ${schema}.claim_daily_award(bigint, date, bigint, integer, text, integer, bigint, jsonb) is
    'Claims the award of a player and day: books it once and returns it; every later or rival claim of the same day returns that same award, whatever amount it asks for. The day is that of the player or next to it and, where the version has a claim window, the one that is open.';
-------------------------------------------------------------------------------
-- Forgets who a player is. The XP stay, under a key that says nothing. The lock on the player waits for what is being booked
-- for it, and a new statement then sees that: under READ COMMITTED alone.
create function ${schema}.forget_player(p_user_id bigint, p_reason text) returns bigint
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_erasure bigint;
begin
    if current_setting('transaction_isolation') <> 'read committed' then
        raise exception 'forgetting has to see what others commit meanwhile'
            using errcode = 'object_not_in_prerequisite_state',
                hint = 'Call forget_player in a READ COMMITTED transaction.';
    end if;
    perform from ${schema}.xp_users as u where u.user_id = p_user_id for update;
    if not found then
        raise exception 'user % does not exist', p_user_id using errcode = 'no_data_found';
    end if;

    insert into ${schema}.xp_erasures (user_id, reason) values (p_user_id, p_reason)
    returning erasure_id into v_erasure;

    -- awards before the ledger, as a claim takes them: a migration that locks both would meet the other order in a circle
    update ${schema}.xp_awards as a set state_snapshot = '{}'
    where a.user_id = p_user_id and a.state_snapshot <> '{}';
    update ${schema}.xp_ledger as l set reason = 'erased', context = '{}'
    where l.user_id = p_user_id and (l.reason <> 'erased' or l.context <> '{}');
    delete from ${schema}.xp_user_timezone_changes as c where c.user_id = p_user_id;
    update ${schema}.xp_streaks as s set model_state = '{}'
    where s.user_id = p_user_id and s.model_state <> '{}';
    update ${schema}.xp_users as u
    set external_user_id = 'gone ' || gen_random_uuid(), segment_key = null, reward_tz = 'UTC', zone_changes_at = null
    where u.user_id = p_user_id;
    return v_erasure;
end
$$;

revoke execute on function ${schema}.forget_player(bigint, text) from public;

comment on function ${schema}.forget_player(bigint, text) is
    'Takes the words of a player out of ledger, awards, streak and zone history, and its keys out of xp_users; amounts and days stay. Returns the key of the evidence in xp_erasures. What is written later is not touched: call it again.';
