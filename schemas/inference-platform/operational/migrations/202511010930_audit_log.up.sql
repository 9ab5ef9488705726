-- What was done, by whom. Nobody who does not own the table rewrites it; when, and through which login, says the server.
-- lockkeeper:allow-file LK11 part of the first release: no organization is at work yet
create table inference.audit_log_entries (
    id uuid not null default gen_random_uuid(),
    organization_id uuid,
    actor_type text not null,
    actor_id inference.label not null,
    action inference.label not null,
    target_type inference.label not null,
    target_id inference.label not null,
    script_sha256 text,
    metadata jsonb not null default '{}',
    recorded_by text not null default session_user,
    occurred_at inference.instant not null default now(),
    constraint audit_log_entries_pkey primary key (id),
    constraint audit_log_entries_organization_id_fkey foreign key (organization_id)
        references inference.organizations (id) on delete restrict,
    constraint audit_log_entries_actor_type_known check (actor_type in ('user', 'service', 'migration')),
    constraint audit_log_entries_script_of_a_migration
        check ((actor_type = 'migration') = (script_sha256 is not null)),
    constraint audit_log_entries_script_is_sha256 check (script_sha256 ~ '^[0-9a-f]{64}$'),
    constraint audit_log_entries_metadata_is_object check (jsonb_typeof(metadata) = 'object')
);

create index audit_log_entries_target_idx
    on inference.audit_log_entries (target_type, target_id, occurred_at desc);
create index audit_log_entries_organization_idx
    on inference.audit_log_entries (organization_id, occurred_at desc);
create index audit_log_entries_actor_idx on inference.audit_log_entries (actor_id, occurred_at desc);
create index audit_log_entries_occurred_idx on inference.audit_log_entries (occurred_at);

create function inference.stamp_audit_entry() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
    new.occurred_at := clock_timestamp();
    new.recorded_by := session_user;
    return new;
end
$$;

create trigger audit_log_entries_stamped
    before insert on inference.audit_log_entries
    for each row execute function inference.stamp_audit_entry();

-- Retention and redaction are the owner's, who could switch the trigger off as well. A switch would lock the table, and keep
-- all writers waiting: so its functions say what they are about in a setting, which counts for nobody but the owner.
create function inference.keeps_audit() returns boolean
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
    select coalesce(current_setting('inference.audit_retention', true) = 'on', false) and current_user = (
        select pg_get_userbyid(c.relowner) from pg_class as c where c.oid = 'inference.audit_log_entries'::regclass
    )
$$;

create trigger audit_log_entries_append_only
    before update or delete or truncate on inference.audit_log_entries
    for each statement when (not inference.keeps_audit())
    execute function inference.append_only();

alter table inference.audit_log_entries enable always trigger audit_log_entries_append_only;

-- A policy that names a former owner hides all rows from a function of the new one, which would find nothing and say so.
create function inference.require_policy(p_table regclass, p_policy text) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
    if row_security_active(p_table) and not exists (
        select from pg_policy as p
        join pg_roles as r on r.oid = any (p.polroles)
        where p.polrelid = p_table and p.polname = p_policy and r.rolname = current_user
    ) then
        raise exception 'policy % of % does not name %, who is the owner', p_policy, p_table, current_user
            using errcode = 'object_not_in_prerequisite_state', schema = 'inference', table = substring(p_table::text from '[^.]+$'),
                constraint = p_policy, hint = format('alter policy %I on %s to %I', p_policy, p_table, current_user);
    end if;
end
$$;

-- The digest of an entry about a migration is made here, from the script.
create function inference.record_migration(p_name text, p_script text, p_metadata jsonb default '{}') returns uuid
language sql
security definer
set search_path = pg_catalog, pg_temp
as $$
    insert into inference.audit_log_entries (actor_type, actor_id, action, target_type, target_id, script_sha256, metadata)
    values ('migration', session_user, 'applied', 'migration', p_name,
        encode(sha256(convert_to(p_script, 'UTF8')), 'hex'), p_metadata)
    returning id
$$;

-- Each leaves an entry that says so.
create function inference.forget_audit_entries(p_keep interval default interval '7 years', p_limit integer default 10000)
returns bigint
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_before timestamptz := now() - p_keep;
    v_count bigint;
    v_newest timestamptz;
    v_digest text;
begin
    if p_keep is null or p_limit is null or p_limit < 1 or v_before > now() - interval '1 year' then
        raise exception 'the audit log keeps at least one year, and % is less', p_keep
            using errcode = 'invalid_parameter_value', schema = 'inference', table = 'audit_log_entries',
                constraint = 'audit_log_entries_kept_a_year', hint = 'Name an interval of a year or more.';
    end if;
    perform inference.require_policy('inference.audit_log_entries', 'audit_log_entries_of_retention');
    perform set_config('inference.audit_retention', 'on', true);
    with gone as (
        -- an array is made once; a subquery may run for each row, and takes others each time
        delete from inference.audit_log_entries where id = any (array(
            select e.id from inference.audit_log_entries as e
            where e.occurred_at < v_before order by e.occurred_at limit p_limit for update skip locked
        ))
        returning id, occurred_at, audit_log_entries::text as line
    )
    select count(*), max(g.occurred_at), encode(sha256(convert_to(string_agg(g.line, E'\n' order by g.id), 'UTF8')), 'hex')
    into v_count, v_newest, v_digest from gone as g;
    if v_count > 0 then
        insert into inference.audit_log_entries (actor_type, actor_id, action, target_type, target_id, metadata)
        values ('service', session_user, 'forgotten', 'table', 'audit_log_entries',
            jsonb_build_object('entries', v_count, 'newest', v_newest, 'sha256', v_digest));
    end if;
    perform set_config('inference.audit_retention', '', true);
    return v_count;
end
$$;

-- No digest of the words stays: few are so many that nobody finds them by trying.
create function inference.redact_audit_entry(p_id uuid, p_reason text) returns boolean
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_organization_id uuid;
begin
    if inference.says_something(p_reason) is not true then
        raise exception 'a redaction says why'
            using errcode = 'invalid_parameter_value', schema = 'inference', table = 'audit_log_entries',
                column = 'metadata', constraint = 'audit_log_entries_redacted_for_a_reason',
                hint = 'Name the request, not the person.';
    end if;
    perform inference.require_policy('inference.audit_log_entries', 'audit_log_entries_of_retention');
    perform set_config('inference.audit_retention', 'on', true);
    update inference.audit_log_entries as e set metadata = '{"redacted": true}' where e.id = p_id
    returning e.organization_id into v_organization_id;
    if not found then
        perform set_config('inference.audit_retention', '', true);
        return false;
    end if;
    insert into inference.audit_log_entries
        (organization_id, actor_type, actor_id, action, target_type, target_id, metadata)
    values (v_organization_id, 'service', session_user, 'redacted', 'audit_log_entry', p_id::text,
        jsonb_build_object('reason', p_reason));
    perform set_config('inference.audit_retention', '', true);
    return true;
end
$$;

revoke execute on function inference.record_migration(text, text, jsonb) from public;
revoke execute on function inference.forget_audit_entries(interval, integer) from public;
revoke execute on function inference.redact_audit_entry(uuid, text) from public;

comment on function inference.stamp_audit_entry() is 'Trigger: the server says when an entry was made, and by which login.';
comment on function inference.keeps_audit() is
    'Whether the owner of the audit is at work within retention or redaction.';
comment on function inference.require_policy(regclass, text) is
    'Refuses to work when a policy for the owner of a table names somebody else.';
comment on function inference.record_migration(text, text, jsonb) is
    'Writes that a migration was applied, with the digest of its script; returns the entry.';
comment on function inference.forget_audit_entries(interval, integer) is
    'Removes the oldest entries beyond what is kept, and says so in an entry with their digest; returns how many.';
comment on function inference.redact_audit_entry(uuid, text) is
    'Removes the metadata of an entry and says so in another; false when there is no such entry. May stand in a query over'
    ' all entries of a person.';
comment on table inference.audit_log_entries is 'One row for each thing that was done; append-only.';
comment on column inference.audit_log_entries.id is 'Key of the entry.';
comment on column inference.audit_log_entries.organization_id is 'Tenant that it concerns; null for the platform.';
comment on column inference.audit_log_entries.actor_type is 'user, service or migration.';
comment on column inference.audit_log_entries.actor_id is
    'Who did it, within the type: a key of users, a name of a service, a login.';
comment on column inference.audit_log_entries.action is 'What was done.';
comment on column inference.audit_log_entries.target_type is 'To what kind of thing.';
comment on column inference.audit_log_entries.target_id is 'To which of them.';
comment on column inference.audit_log_entries.script_sha256 is
    'SHA-256 of the migration script, 64 hexadecimal digits; null unless a migration did it.';
comment on column inference.audit_log_entries.metadata is
    'Details: a JSON object, {} for none; the one place for words of people, see redact_audit_entry.';
comment on column inference.audit_log_entries.recorded_by is
    'Login through which the entry came, as the server knows it, whatever role it had taken.';
comment on column inference.audit_log_entries.occurred_at is 'When the entry was made, by the clock of the server.';
comment on constraint audit_log_entries_pkey on inference.audit_log_entries is 'One row per entry.';
comment on constraint audit_log_entries_organization_id_fkey on inference.audit_log_entries is
    'The organization exists.';
comment on constraint audit_log_entries_actor_type_known on inference.audit_log_entries is
    'The actor is of one of three kinds.';
comment on constraint audit_log_entries_script_of_a_migration on inference.audit_log_entries is
    'A migration says which script it ran, nobody else does.';
comment on constraint audit_log_entries_script_is_sha256 on inference.audit_log_entries is
    'The digest has the form of SHA-256.';
comment on constraint audit_log_entries_metadata_is_object on inference.audit_log_entries is
    'The metadata are a JSON object.';
comment on index inference.audit_log_entries_target_idx is 'What was done to one thing, the newest first.';
comment on index inference.audit_log_entries_organization_idx is
    'What was done in an organization, the newest first; serves the reference to organizations.';
comment on index inference.audit_log_entries_actor_idx is 'What somebody did, the newest first; serves an erasure.';
comment on index inference.audit_log_entries_occurred_idx is 'The oldest entries: each run of the retention reads no more than those.';
comment on trigger audit_log_entries_stamped on inference.audit_log_entries is 'Nobody dates an entry.';
comment on trigger audit_log_entries_append_only on inference.audit_log_entries is
    'No UPDATE, DELETE or TRUNCATE, also for a session of replication, but for retention and redaction.';
