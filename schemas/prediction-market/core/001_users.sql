-- People who may change what the market says, and the sessions that prove who is at work.
create schema core;

-- Blanks of Unicode are listed: what [:space:] means is a matter of the collation.
create domain core.words as text constraint words_not_blank check (
    value ~ '[^\s\u0085\u00a0\u00ad\u034f\u115f\u1160\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u2800\u3000\u3164\ufeff]' collate "C"
);
create domain core.instant as timestamptz constraint instant_is_finite check (isfinite(value));
create domain core.sha256_hex as text constraint sha256_hex_has_form check (value ~ '^[0-9a-f]{64}$');

create function core.touch_updated_at() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
    new.updated_at := now();
    return new;
end
$$;

-- The floors are those of OWASP's cheat sheet on password storage; a hash below them is broken in no time. The ceilings
-- keep a stored hash from making each login take minutes.
create function core.is_password_hash(p_hash text) returns boolean
language plpgsql
immutable
strict
set search_path = pg_catalog, pg_temp
as $$
declare
    v_cost integer[];
begin
    if p_hash ~ '^[$]2[aby][$]1[0-9][$][./A-Za-z0-9]{53}$' then
        return true;
    end if;
    v_cost := regexp_match(
        p_hash,
        '^[$]argon2id[$]v=19[$]m=([1-9][0-9]{4,6}),t=([1-9][0-9]?),p=([1-9][0-9]?)[$][A-Za-z0-9+/]{22,86}[$][A-Za-z0-9+/]{43,86}$'
    );
    if v_cost is not null then
        return v_cost[1] between 19456 and 1048576 and v_cost[2] between 2 and 20 and v_cost[3] <= 16;
    end if;
    v_cost := regexp_match(
        p_hash,
        '^[$]scrypt[$]ln=([1-9][0-9]?),r=([1-9][0-9]?),p=([1-9][0-9]?)[$][A-Za-z0-9+/]{22,86}[$][A-Za-z0-9+/]{43,86}$'
    );
    if v_cost is not null then
        return v_cost[1] between 15 and 20 and v_cost[2] between 8 and 32 and v_cost[3] <= 16
            and v_cost[3] >= case v_cost[1] when 15 then 3 when 16 then 2 else 1 end;
    end if;
    return false;
end
$$;

-- A domain, not a check of the table: what a check refuses stands as a row in the log of the server, and a password would too.
create domain core.password_hash as text constraint users_password_hash_of_known_scheme check (core.is_password_hash(value));

create table core.users (
    id uuid not null default gen_random_uuid(),
    email text collate "C" not null,
    role text not null default 'viewer',
    password_hash core.password_hash,
    is_active boolean not null default true,
    last_login_at core.instant,
    erased_at core.instant,
    created_at core.instant not null default now(),
    updated_at core.instant not null default now(),
    constraint users_pkey primary key (id),
    constraint users_email_looks_like_one check (email ~ '^[!-?A-~]+@[!-?A-~]+[.][!-?A-~]+$' collate "C"),
    constraint users_role_known check (role in ('viewer', 'editor', 'admin', 'super-admin')),
    constraint users_active_one_has_password check (password_hash is not null or not is_active),
    constraint users_erased_one_stays_so check (erased_at is null or password_hash is null and not is_active),
    constraint users_erased_address_is_of_an_erased_one check (
        (erased_at is not null) = (lower(email) ~ '[@]erased[.]invalid$' collate "C")
    )
);

create unique index users_email_key on core.users (lower(email));

create trigger users_touch
    before update on core.users
    for each row execute function core.touch_updated_at();

-- Somebody must be left who can let others in. Two who bar each other at once take the lock of the statement first: were it
-- taken with the row, each would wait for the other. It stops no writer, and is not advisory: any login may take such a one,
-- and nobody would be barred any more.
create function core.keep_a_super_admin() returns trigger
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    if tg_level = 'STATEMENT' then
        lock table core.users in share update exclusive mode;
        return null;
    end if;
    if old.role = 'super-admin' and old.is_active
        and (tg_op = 'DELETE' or new.role <> 'super-admin' or not new.is_active)
    then
        -- the lock refuses whoever looks with an older snapshot
        perform from core.users where role = 'super-admin' and is_active and id <> old.id limit 1 for share;
        if found then
            return case when tg_op = 'DELETE' then old else new end;
        end if;
        raise exception 'account % is the last super-admin who can log in', old.id
            using errcode = 'restrict_violation', schema = tg_table_schema, table = tg_table_name,
                constraint = 'users_keep_a_super_admin', hint = 'Make somebody else super-admin first.';
    end if;
    if tg_op = 'DELETE' then
        return old;
    end if;
    return new;
end
$$;

create trigger users_keep_a_super_admin_in_turn
    before update of role, is_active or delete on core.users
    for each statement execute function core.keep_a_super_admin();

create trigger users_keep_a_super_admin
    before update of role, is_active or delete on core.users
    for each row execute function core.keep_a_super_admin();

-- That a human acts is not a word that a service says. Whoever checks passwords opens a session and gives its token to the
-- person; what acts for people shows the token; and the database, which knows its digest only, says who it is.
create table core.user_sessions (
    id uuid not null default gen_random_uuid(),
    user_id uuid not null,
    token_digest bytea not null,
    created_at core.instant not null default now(),
    expires_at core.instant not null,
    ended_at core.instant,
    constraint user_sessions_pkey primary key (id),
    constraint user_sessions_person_key unique (id, user_id),
    constraint user_sessions_token_digest_key unique (token_digest),
    constraint user_sessions_user_id_fkey foreign key (user_id) references core.users (id),
    constraint user_sessions_token_digest_is_sha256 check (octet_length(token_digest) = 32),
    constraint user_sessions_last_12_hours_at_most check (
        expires_at > created_at and expires_at <= created_at + interval '12 hours'
    )
);

create index user_sessions_user_id_idx on core.user_sessions (user_id);
create index user_sessions_expires_at_idx on core.user_sessions (expires_at);

create function core.begin_session(
    p_user_id uuid, p_token_digest bytea, p_valid_for interval default interval '1 hour', p_checked_hash text default null
) returns uuid
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_id uuid;
begin
    -- whoever acts holds the account until it commits: a login of the same person does not wait for that
    update core.users set last_login_at = clock_timestamp()
    where id = (select u.id from core.users as u where u.id = p_user_id and u.is_active for no key update skip locked);
    if not found then
        -- but it does wait for who is being barred
        perform from core.users where id = p_user_id and is_active for share;
    end if;
    if not found then
        raise exception 'no account % that is active', p_user_id
            using errcode = 'invalid_authorization_specification', schema = 'core', table = 'users',
                constraint = 'users_active_one_logs_in';
    end if;
    -- who checked the password of before comes too late: its sessions have ended
    if p_checked_hash <> (select u.password_hash from core.users as u where u.id = p_user_id) then
        raise exception 'account % has another password by now', p_user_id
            using errcode = 'invalid_authorization_specification', schema = 'core', table = 'users',
                column = 'password_hash', constraint = 'users_password_is_the_checked_one', hint = 'Check it again.';
    end if;
    insert into core.user_sessions (user_id, token_digest, expires_at)
    values (p_user_id, p_token_digest, now() + p_valid_for)
    returning id into v_id;
    return v_id;
end
$$;

create function core.end_sessions() returns trigger
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    update core.user_sessions set ended_at = clock_timestamp() where user_id = new.id and ended_at is null;
    return null;
end
$$;

create trigger users_sessions_end
    after update on core.users
    for each row
    -- who becomes active too: a session may have begun that whoever barred did not see
    when (not new.is_active or not old.is_active or new.password_hash is distinct from old.password_hash)
    execute function core.end_sessions();

-- Not now(): a transaction that began in time must not keep a session alive.
create function core.session_of(p_token text) returns uuid
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_id uuid;
begin
    select s.id into v_id
    from core.user_sessions as s
    join core.users as u on u.id = s.user_id
    where s.token_digest = sha256(convert_to(p_token, 'UTF8'))
        and s.ended_at is null and s.expires_at > clock_timestamp() and u.is_active;
    if not found then
        raise exception 'no session with this token'
            using errcode = 'invalid_authorization_specification', schema = 'core', table = 'user_sessions',
                constraint = 'user_sessions_token_valid', hint = 'Log in again.';
    end if;
    return v_id;
end
$$;

create function core.whoami(p_token text) returns table (user_id uuid, role text, expires_at timestamptz)
language sql
security definer
set search_path = pg_catalog, pg_temp
as $$
    select u.id, u.role, s.expires_at
    from core.user_sessions as s
    join core.users as u on u.id = s.user_id
    where s.id = core.session_of(p_token)
$$;

create function core.end_session(p_token text) returns boolean
language sql
security definer
set search_path = pg_catalog, pg_temp
as $$
    with ended as (
        update core.user_sessions set ended_at = clock_timestamp()
        where token_digest = sha256(convert_to(p_token, 'UTF8')) and ended_at is null
        returning id
    )
    select exists (select from ended)
$$;

revoke execute on all functions in schema core from public;

comment on schema core is 'prediction-market: people, approvals, markets and what they rest on.';
comment on domain core.words is 'Text that says something: at least one character that is no white space and not invisible, in any collation.';
comment on constraint words_not_blank on domain core.words is 'Text that says something.';
comment on domain core.instant is 'A time that is neither infinite nor minus infinite.';
comment on constraint instant_is_finite on domain core.instant is 'The time is an instant.';
comment on domain core.sha256_hex is 'A SHA-256 as 64 lower-case hexadecimal digits.';
comment on constraint sha256_hex_has_form on domain core.sha256_hex is 'The digest has the form of a SHA-256.';
comment on function core.touch_updated_at() is 'Trigger: keeps updated_at.';
comment on function core.is_password_hash(text) is
    'Whether it is bcrypt of cost 10 to 19, argon2id of 19 MiB and two passes at least, or scrypt of N = 2^17 (or 2^16 with p = 2, 2^15 with p = 3) and r = 8 at least, with salts of 16 bytes and digests of 32 at least; null for null.';
comment on function core.begin_session(uuid, bytea, interval, text) is
    'For whoever has just checked the password: opens a session of up to 12 hours, by the SHA-256 of a random token of 128 bits at least. With the hash that was checked, it is refused when the password was changed meanwhile; null asks nothing.';
comment on function core.end_sessions() is 'Trigger: ends the open sessions of an account.';
comment on function core.session_of(text) is 'The session of a token; refused when it has ended or the account is not active.';
comment on function core.whoami(text) is
    'Whose session a token is of, the role of that person now, and until when it counts; refused as core.session_of refuses.';
comment on function core.keep_a_super_admin() is
    'Trigger: the last active super-admin is not barred, demoted, erased or deleted; where there never was one, nothing is asked.';
comment on trigger users_keep_a_super_admin on core.users is 'Somebody is left who can let others in.';
comment on trigger users_keep_a_super_admin_in_turn on core.users is
    'Changes of roles and activity come one after the other, or two super-admins could bar each other at once.';
comment on function core.end_session(text) is 'Ends the session of a token; false when there is none that has not ended.';
comment on table core.users is 'One row for each person with an account.';
comment on column core.users.id is 'What other tables and the audit say instead of a name, so that a person can be forgotten.';
comment on column core.users.email is 'Personal. As the person writes it, in ASCII (a domain of other letters in its xn-- form), so that no two look alike; unique whatever the letter case. In the collation C, for in a Turkish one lower() makes no i of I.';
comment on column core.users.role is 'viewer, editor, admin or super-admin; the last two may approve markets and move them.';
comment on column core.users.password_hash is 'Secret. See core.is_password_hash; null for somebody who cannot log in.';
comment on column core.users.is_active is 'Whether the person may log in; becoming false ends all sessions.';
comment on column core.users.last_login_at is
    'When a session was last opened; null before the first time and after erasure. A login while the person was acting elsewhere is not in it: user_sessions.created_at is.';
comment on column core.users.erased_at is 'When the person was forgotten; null for an account. It never comes back to life.';
comment on column core.users.created_at is 'When the account was made; not when it was last active, see last_login_at.';
comment on column core.users.updated_at is 'When the row was last changed, a login included.';
comment on constraint users_pkey on core.users is
    'The id means nothing, so that it can stay when the person is forgotten.';
comment on constraint users_email_looks_like_one on core.users is 'The address has the form of one.';
comment on constraint users_role_known on core.users is 'The role is one of four.';
comment on domain core.password_hash is 'Secret. A hash that core.is_password_hash accepts; what it refuses is not shown.';
comment on constraint users_password_hash_of_known_scheme on domain core.password_hash is
    'A password is kept only as a strong hash of a known scheme, never as text.';
comment on constraint users_erased_one_stays_so on core.users is 'Who was forgotten has no password and does not log in.';
comment on constraint users_erased_address_is_of_an_erased_one on core.users is
    'Addresses of erased.invalid are made by erasure, so nobody stands in its way.';
comment on constraint users_active_one_has_password on core.users is 'Whoever may log in has a password.';
comment on index core.users_email_key is 'One account per address, whatever the letter case.';
comment on trigger users_touch on core.users is 'No writer says when it wrote.';
comment on trigger users_sessions_end on core.users is
    'Who is barred or has another password logs in anew: an old token does not come back with the account.';
comment on table core.user_sessions is 'One row for each time that somebody logged in; what a person did refers to it.';
comment on column core.user_sessions.id is 'What the audit refers to.';
comment on column core.user_sessions.user_id is 'Who is taken to act in it.';
comment on column core.user_sessions.token_digest is 'Secret. SHA-256 of the token; the token itself is nowhere.';
comment on column core.user_sessions.created_at is 'When it was opened.';
comment on column core.user_sessions.expires_at is 'From when on it counts no more.';
comment on column core.user_sessions.ended_at is 'When the person logged out, was barred, or got another password; null when it ended by itself or has not.';
comment on constraint user_sessions_pkey on core.user_sessions is
    'Not the digest of the token: entries refer to it, and auditors read them.';
comment on constraint user_sessions_person_key on core.user_sessions is
    'Lets a reference hold session and person together.';
comment on constraint user_sessions_token_digest_key on core.user_sessions is 'A token opens one session.';
comment on constraint user_sessions_user_id_fkey on core.user_sessions is
    'A person with sessions is erased, not deleted: what was done in them stays under the id.';
comment on constraint user_sessions_token_digest_is_sha256 on core.user_sessions is
    '32 bytes: a token itself, or a digest in hexadecimal, is refused.';
comment on constraint user_sessions_last_12_hours_at_most on core.user_sessions is 'A session ends within 12 hours.';
comment on index core.user_sessions_user_id_idx is 'Sessions of a person; serves the reference.';
comment on index core.user_sessions_expires_at_idx is 'Serves core.purge_sessions.';

-- ROLLBACK
-- drop function core.end_session(text);
-- drop function core.whoami(text);
-- drop function core.session_of(text);
-- drop function core.begin_session(uuid, bytea, interval, text);
-- drop table core.user_sessions;
-- drop table core.users;
-- drop function core.end_sessions();
-- drop function core.keep_a_super_admin();
-- drop domain core.password_hash;
-- drop function core.is_password_hash(text);
-- drop function core.touch_updated_at();
-- drop domain core.sha256_hex;
-- drop domain core.instant;
-- drop domain core.words;
-- drop schema core;
