-- What was done, by whom; nobody rewrites it, its owner included. Time, digest, login and person are set by the database.
-- in the order in which clients take them: a reference locks one of them and a trigger the other
-- lockkeeper:allow-file LK41 in the order of clients, so that the references and triggers below deadlock with nobody
lock table core.users, core.user_sessions in share row exclusive mode;

create function core.digest_of(p_payload jsonb) returns text
    language sql
    immutable
    set search_path = pg_catalog, pg_temp
    return encode(sha256(convert_to(p_payload::text, 'UTF8')), 'hex');

create function core.digest_of_text(p_text text) returns text
    language sql
    immutable
    set search_path = pg_catalog, pg_temp
    return encode(sha256(convert_to(p_text, 'UTF8')), 'hex');

-- Keys, not sentences: words about a person could not be forgotten there.
create domain core.key as text constraint key_has_form check (value ~ '^[a-z][a-z0-9_-]{0,62}$' collate "C");
create domain core.subject_key as text constraint subject_key_has_form check (value ~ '^[!-?A-~]{1,200}$' collate "C");

create table core.audit_event (
    id uuid not null default gen_random_uuid(),
    actor_type text not null,
    actor_id core.words not null,
    actor_user_id uuid,
    session_id uuid,
    recorded_by core.words not null,
    action core.key not null,
    subject_type core.key not null,
    subject_id core.subject_key not null,
    payload jsonb not null default '{}',
    payload_hash core.sha256_hex not null,
    payload_forgotten boolean not null default false,
    signature text,
    job_id uuid,
    transaction_id xid8 not null default pg_current_xact_id(),
    occurred_at timestamptz not null default now(),
    -- lets a reference demand a human's approval: see markets
    is_human_approval boolean not null generated always as (actor_type = 'human' and action = 'approve') stored,
    constraint audit_event_pkey primary key (id),
    constraint audit_event_approval_key
        unique (id, is_human_approval, subject_type, subject_id, payload_hash, actor_user_id),
    constraint audit_event_session_fkey foreign key (session_id, actor_user_id)
        references core.user_sessions (id, user_id),
    constraint audit_event_actor_type_known check (actor_type in ('human', 'agent', 'system')),
    constraint audit_event_human_has_session check (
        (actor_type = 'human') = (session_id is not null) and (actor_type = 'human') = (actor_user_id is not null)
    ),
    constraint audit_event_payload_is_object check (jsonb_typeof(payload) = 'object'),
    constraint audit_event_payload_hash_of_payload check (
        case when payload_forgotten then payload = '{}' else payload_hash = core.digest_of(payload) end
    ),
    constraint audit_event_signature_has_form check (
        signature ~ '^[!-~]+$' collate "C" and length(signature) <= 10000
    ),
    constraint audit_event_agent_signs check (actor_type <> 'agent' or signature is not null)
);

create index audit_event_session_idx on core.audit_event (actor_user_id, session_id);
create unique index audit_event_signature_key on core.audit_event (actor_id, core.digest_of_text(signature))
    where actor_type = 'agent';
-- with the subject, or each of many that are forgotten at once would read the entries of all others
create index audit_event_removal_idx on core.audit_event (transaction_id, subject_id)
    where action in ('purge', 'forget-payload');
-- either is refused by the other, also where the other is not seen yet or not any more: a look would be a guess
create unique index audit_event_approval_ends_once on core.audit_event (subject_id)
    where action in ('publish', 'withdraw-approval');
create index audit_event_job_idx on core.audit_event (job_id) where job_id is not null;

-- Holds for every writer, also for the owner: what the row says of these columns is not asked.
create function core.stamp() returns trigger
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_role text;
begin
    -- not now(): an idle transaction must not date what it does back
    new.occurred_at := clock_timestamp();
    new.recorded_by := session_user;
    new.transaction_id := pg_current_xact_id();
    new.payload_hash := core.digest_of(new.payload);
    new.payload_forgotten := false;
    new.actor_user_id := null;
    if new.actor_type = 'human' then
        -- The person before the session, as whoever bars does. The lock lets nobody bar or demote before this commits; the
        -- session is not locked, so that one person's requests and logout do not wait for each other.
        select u.id, u.role into new.actor_user_id, v_role
        from core.users as u
        where u.id = (select s.user_id from core.user_sessions as s where s.id = new.session_id) and u.is_active
        for share;
        if not found or not exists (
            select from core.user_sessions as s
            where s.id = new.session_id and s.ended_at is null and s.expires_at > clock_timestamp()
        ) then
            raise exception 'no human without a session that is open'
                using errcode = 'invalid_authorization_specification', schema = tg_table_schema, table = tg_table_name,
                    column = 'session_id', constraint = 'audit_event_human_is_logged_in',
                    hint = 'core.begin_session opens one for whoever has shown a password.';
        end if;
        if new.action in ('approve', 'move', 'withdraw-approval') and v_role not in ('admin', 'super-admin') then
            raise exception 'a person of the role % does not %', v_role, new.action
                using errcode = 'insufficient_privilege', schema = tg_table_schema, table = tg_table_name,
                    constraint = 'audit_event_role_may', hint = 'An admin or super-admin does.';
        end if;
        new.actor_id := new.actor_user_id::text;
    end if;
    return new;
end
$$;

create trigger audit_event_stamp
    before insert on core.audit_event
    for each row execute function core.stamp();

create function core.append_only() returns trigger
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

-- Retention and forgetting: the entry that says what goes is the permission, for its own transaction only. So nothing goes
-- without one, no trigger is switched off, and no writer waits.
create function core.removal_is_open() returns boolean
    language sql
    stable
    set search_path = pg_catalog, pg_temp
    return exists (
        select from core.audit_event as a
        where a.transaction_id = pg_current_xact_id_if_assigned() and a.action in ('purge', 'forget-payload')
            -- in a restored database the numbers of transactions come again
            and a.occurred_at >= now()
    );

create trigger audit_event_append_only
    before update or delete or truncate on core.audit_event
    for each statement when (not core.removal_is_open())
    execute function core.append_only();

alter table core.audit_event enable always trigger audit_event_append_only;

-- And of that it permits what it says: the payload of the entry that it names, or what is old.
create function core.check_removal() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
    if tg_op = 'UPDATE' and old.payload_forgotten = false and new.payload_forgotten and new.payload = '{}'
        -- the generated column of new is not made yet
        and to_jsonb(new) - '{payload,payload_forgotten,is_human_approval}'::text[]
            = to_jsonb(old) - '{payload,payload_forgotten,is_human_approval}'::text[]
        and exists (
            select from core.audit_event as a
            where a.transaction_id = pg_current_xact_id_if_assigned() and a.action = 'forget-payload'
                and a.subject_id = old.id::text and a.occurred_at >= now()
        )
    then
        return new;
    end if;
    if tg_op = 'DELETE' and old.occurred_at < now() - interval '1 year' and exists (
        select from core.audit_event as a
        where a.transaction_id = pg_current_xact_id_if_assigned() and a.action = 'purge' and a.occurred_at >= now()
    ) then
        return old;
    end if;
    raise exception '% of an entry that no removal names', tg_op
        using errcode = 'restrict_violation', schema = tg_table_schema, table = tg_table_name,
            constraint = 'audit_event_append_only', hint = 'core.forget_payloads removes payloads, core.purge_audit entries.';
end
$$;

create trigger audit_event_removal_is_named
    before update or delete on core.audit_event
    for each row execute function core.check_removal();
create trigger audit_event_not_truncated
    before truncate on core.audit_event
    for each statement execute function core.check_removal();

-- the first is not: a subscription brings removals that its publisher has checked
alter table core.audit_event enable always trigger audit_event_not_truncated;

-- For the functions of this schema, which say what they did; nobody is granted it.
create function core.append_entry(
    p_actor_type text, p_session_id uuid, p_action text, p_subject_type text, p_subject_id text, p_payload jsonb,
    p_signature text default null, p_job_id uuid default null
) returns uuid
language sql
set search_path = pg_catalog, pg_temp
as $$
    insert into core.audit_event
        (actor_type, actor_id, session_id, action, subject_type, subject_id, payload, signature, job_id)
    values (p_actor_type, session_user, p_session_id, p_action, p_subject_type, p_subject_id, p_payload, p_signature, p_job_id)
    returning id
$$;

-- An entry of one of these actions says that the database has done it: a word alone must not look the same.
create function core.is_removal(p_action text) returns boolean
    language sql
    immutable
    set search_path = pg_catalog, pg_temp
    return p_action in ('purge', 'forget-payload', 'erase-account', 'forget-snapshot', 'forget-market', 'forget-outcome',
        'withdraw-event', 'withdraw-approval');

create function core.refuse_reserved(p_action text, p_subject_type text) returns void
language plpgsql
immutable
set search_path = pg_catalog, pg_temp
as $$
begin
    if core.is_removal(p_action) or p_action in ('move', 'publish', 'create-account', 'change-account')
        or p_action = 'approve' and p_subject_type = 'market'
    then
        raise exception 'entries % of % are written by what does it', p_action, p_subject_type
            using errcode = 'insufficient_privilege', schema = 'core', table = 'audit_event', column = 'action',
                constraint = 'audit_event_action_reserved',
                hint = 'Call the function that does it, such as core.approve_market or core.move_market.';
    end if;
end
$$;

create function core.record_human(
    p_token text, p_action text, p_subject_type text, p_subject_id text, p_payload jsonb default '{}',
    p_job_id uuid default null
) returns uuid
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    perform core.refuse_reserved(p_action, p_subject_type);
    return core.append_entry(
        'human', core.session_of(p_token), p_action, p_subject_type, p_subject_id, p_payload, null, p_job_id);
end
$$;

create function core.agent_statement(
    p_action text, p_subject_type text, p_subject_id text, p_payload jsonb, p_job_id uuid default null
) returns jsonb
    language sql
    immutable
    set search_path = pg_catalog, pg_temp
    return jsonb_build_object(
        'action', p_action,
        'subject_type', p_subject_type,
        'subject_id', p_subject_id,
        'payload', p_payload,
        'job_id', p_job_id
    );

create function core.record_agent(
    p_action text, p_subject_type text, p_subject_id text, p_payload jsonb, p_signature text,
    p_job_id uuid default null
) returns uuid
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    perform core.refuse_reserved(p_action, p_subject_type);
    return core.append_entry('agent', null, p_action, p_subject_type, p_subject_id, p_payload, p_signature, p_job_id);
end
$$;

create function core.record_system(
    p_action text, p_subject_type text, p_subject_id text, p_payload jsonb default '{}', p_job_id uuid default null
) returns uuid
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    perform core.refuse_reserved(p_action, p_subject_type);
    return core.append_entry('system', null, p_action, p_subject_type, p_subject_id, p_payload, null, p_job_id);
end
$$;

-- Who may approve is worth an entry of its own. No address is in it.
create function core.record_account() returns trigger
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    if tg_op = 'INSERT' then
        perform core.append_entry('system', null, 'create-account', 'user', new.id::text,
            jsonb_build_object('role', new.role, 'is_active', new.is_active));
    elsif (new.role, new.is_active, new.password_hash, new.email)
        is distinct from (old.role, old.is_active, old.password_hash, old.email)
    then
        perform core.append_entry('system', null, 'change-account', 'user', new.id::text, jsonb_build_object(
            'role', new.role, 'role_before', old.role,
            'is_active', new.is_active, 'is_active_before', old.is_active,
            'password_changed', new.password_hash is distinct from old.password_hash,
            'email_changed', new.email <> old.email
        ));
    end if;
    return null;
end
$$;

create trigger users_recorded
    after insert or update on core.users
    for each row execute function core.record_account();

revoke execute on all functions in schema core from public;

comment on function core.digest_of(jsonb) is
    'SHA-256 of a document as PostgreSQL writes jsonb: keys in its order, one space after colons and commas. See core.agent_statement.';
comment on function core.digest_of_text(text) is 'SHA-256 of a text in UTF-8, as 64 hexadecimal digits.';
comment on domain core.key is 'A short name of a kind of thing or deed: up to 63 lower-case letters, digits, _ and -.';
comment on constraint key_has_form on domain core.key is 'No sentence, no two that look alike.';
comment on domain core.subject_key is
    'The key of a thing as text: up to 200 visible ASCII characters, no blank, and no @, for an address is no key.';
comment on constraint subject_key_has_form on domain core.subject_key is 'No sentence and no address: they could not be forgotten.';
comment on function core.removal_is_open() is
    'Whether this transaction has written the entry that says what it removes from the audit.';
comment on function core.check_removal() is
    'Trigger: while a removal is open, only payloads go that an entry names, and entries of a year ago under an entry purge; nothing else changes.';
comment on function core.is_removal(text) is 'Whether an entry of that action says why something went; it is not forgotten itself.';
comment on function core.stamp() is
    'Trigger: sets time, login, digest and person of an entry; demands an open session of a human, and the role of admin or super-admin of whoever approves, moves or withdraws.';
comment on function core.append_only() is
    'Trigger: refuses UPDATE, DELETE and TRUNCATE with 23001 and <table>_append_only as constraint.';
comment on function core.append_entry(text, uuid, text, text, text, jsonb, text, uuid) is
    'Writes an entry; for the functions of this schema only.';
comment on function core.refuse_reserved(text, text) is 'Refuses the actions that the database records by itself.';
comment on function core.agent_statement(text, text, text, jsonb, uuid) is
    'What an agent signs the digest of: all that its entry says, so that the signature fits no other.';
comment on function core.record_human(text, text, text, text, jsonb, uuid) is
    'Records what a person did, by the token of the session; returns the entry.';
comment on function core.record_agent(text, text, text, jsonb, text, uuid) is
    'Records what an agent did: the actor is the login, so each agent has its own. The signature is over core.digest_of(core.agent_statement(action, subject type, subject id, payload, job)).';
comment on function core.record_system(text, text, text, jsonb, uuid) is
    'Records what was done by itself: the actor is the login.';
comment on function core.record_account() is 'Trigger: records that an account was made or changed, without its address.';
comment on trigger audit_event_stamp on core.audit_event is 'Sets what no writer is believed.';
comment on trigger audit_event_append_only on core.audit_event is
    'No UPDATE, DELETE or TRUNCATE, not even by the owner or a session in replica mode, but in a transaction that has said in an entry what it removes. The owner could disable it; the apply worker of a subscription fires no statement trigger.';
comment on trigger audit_event_removal_is_named on core.audit_event is 'A removal that is open rewrites nothing, and takes what it says.';
comment on trigger audit_event_not_truncated on core.audit_event is 'Nor does it empty the table.';
comment on trigger users_recorded on core.users is 'Roles, passwords and activity of accounts are in the audit.';
comment on table core.audit_event is
    'One row for each thing that was done; append-only. No names or addresses of persons: their ids say it.';
comment on column core.audit_event.id is 'What an approved market refers to.';
comment on column core.audit_event.actor_type is 'human, agent or system.';
comment on column core.audit_event.actor_id is 'Who did it, within the type: id of the user, name of the agent or login.';
comment on column core.audit_event.actor_user_id is 'Whose session it was; null unless a human did it. Set by the database.';
comment on column core.audit_event.session_id is 'Session in which a human did it: the proof of who it was. Null for others.';
comment on column core.audit_event.recorded_by is 'Login of the database that wrote the row. Set by the database.';
comment on column core.audit_event.action is 'What was done, such as approve.';
comment on column core.audit_event.subject_type is 'To what kind of thing, such as market.';
comment on column core.audit_event.subject_id is 'To which of them; its key as text.';
comment on column core.audit_event.payload is 'Details; of an approval, the terms that were approved.';
comment on column core.audit_event.payload_hash is
    'core.digest_of(payload), set by the database; stays when the payload is forgotten.';
comment on column core.audit_event.payload_forgotten is
    'Whether the payload was removed later, at the wish of a person; an entry forget-payload says when and why.';
comment on column core.audit_event.signature is
    'Signature of core.digest_of(core.agent_statement(...)), as text without blanks; checked by whoever reads it and has the key of the agent. Null for no signature.';
comment on column core.audit_event.transaction_id is
    'Transaction that wrote it, set by the database: what an entry purge or forget-payload permits ends with it.';
comment on column core.audit_event.job_id is
    'Job that did it; null without one. Jobs live in another component, so no foreign key holds it.';
comment on column core.audit_event.occurred_at is 'When it was written, by the clock of the server at that instant, not at the start of the transaction. Set by the database.';
comment on column core.audit_event.is_human_approval is 'Whether a human approved something.';
comment on constraint audit_event_pkey on core.audit_event is
    'Not a number in order, so that a purge leaves no gap that says how much there was.';
comment on constraint audit_event_approval_key on core.audit_event is
    'Lets a foreign key ask for an approval by a human, of this subject, of these terms.';
comment on constraint audit_event_session_fkey on core.audit_event is
    'The session is that of the person; one in which something was done stays.';
comment on constraint audit_event_actor_type_known on core.audit_event is 'The actor is of one of three kinds.';
comment on constraint audit_event_human_has_session on core.audit_event is 'A human has a session, nobody else has.';
comment on constraint audit_event_payload_is_object on core.audit_event is
    'So that programs may ask for a key of any entry.';
comment on constraint audit_event_payload_hash_of_payload on core.audit_event is
    'The hash is of what stands beside it, unless that was forgotten.';
comment on constraint audit_event_signature_has_form on core.audit_event is
    'Visible ASCII: with a blank more, an old signature would count again.';
comment on constraint audit_event_agent_signs on core.audit_event is 'What an agent does is signed.';
comment on index core.audit_event_session_idx is 'What a person did, and in which session; serves the reference.';
comment on index core.audit_event_signature_key is 'A signature of an agent counts once: an old one is not said again.';
comment on index core.audit_event_removal_idx is 'Serves core.removal_is_open and core.check_removal.';
comment on index core.audit_event_approval_ends_once is
    'An approval is published or withdrawn, and either once, whatever the isolation of the two transactions.';
comment on index core.audit_event_job_idx is 'What a job has done.';

-- ROLLBACK
-- drop trigger users_recorded on core.users;
-- drop function core.record_account();
-- drop function core.record_system(text, text, text, jsonb, uuid);
-- drop function core.record_agent(text, text, text, jsonb, text, uuid);
-- drop function core.agent_statement(text, text, text, jsonb, uuid);
-- drop function core.record_human(text, text, text, text, jsonb, uuid);
-- drop function core.refuse_reserved(text, text);
-- drop function core.is_removal(text);
-- drop function core.append_entry(text, uuid, text, text, text, jsonb, text, uuid);
-- drop trigger audit_event_append_only on core.audit_event;
-- drop function core.removal_is_open();
-- drop table core.audit_event;
-- drop function core.check_removal();
-- drop domain core.subject_key;
-- drop domain core.key;
-- drop function core.digest_of_text(text);
-- drop function core.append_only();
-- drop function core.stamp();
-- drop function core.digest_of(jsonb);
