-- Keys of organizations. The secret is never here, only its SHA-256: secrets are random and long, so no salt is needed.
-- lockkeeper:allow-file LK11 part of the first release: no organization is at work yet
create function inference.is_set(p_values text[]) returns boolean
    language sql
    immutable
    return (array_ndims(p_values) = 1 or cardinality(p_values) = 0)
        and array_position(p_values, null) is null
        and cardinality(p_values) = (select count(distinct v) from unnest(p_values) as v);

create table inference.api_keys (
    id uuid not null default gen_random_uuid(),
    organization_id uuid not null,
    name inference.label not null,
    hashed_secret bytea not null,
    scopes text[] not null default '{}',
    status text not null default 'active',
    created_by uuid,
    replaces uuid,
    expires_at inference.instant,
    last_used_at inference.instant,
    revoked_at inference.instant,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint api_keys_pkey primary key (id),
    constraint api_keys_organization_id_id_key unique (organization_id, id),
    constraint api_keys_name_key unique (organization_id, name),
    constraint api_keys_hashed_secret_key unique (hashed_secret),
    constraint api_keys_organization_id_fkey foreign key (organization_id)
        references inference.organizations (id) on delete restrict,
    constraint api_keys_created_by_fkey foreign key (organization_id, created_by)
        references inference.users (organization_id, id),
    constraint api_keys_replaces_fkey foreign key (organization_id, replaces)
        references inference.api_keys (organization_id, id),
    constraint api_keys_hashed_secret_is_sha256 check (octet_length(hashed_secret) = 32),
    constraint api_keys_scopes_are_a_set check (inference.is_set(scopes)),
    constraint api_keys_status_known check (status in ('active', 'rotating', 'revoked')),
    constraint api_keys_revoked_at_only_when_revoked check ((status = 'revoked') = (revoked_at is not null)),
    constraint api_keys_replaces_another check (replaces <> id),
    constraint api_keys_times_not_ahead
        check (last_used_at <= updated_at + interval '10 minutes' and revoked_at <= updated_at + interval '10 minutes')
);

-- one at a time: when a successor had to be revoked, another one may follow
create unique index api_keys_replaces_key on inference.api_keys (organization_id, replaces) where status <> 'revoked';
create index api_keys_replaces_idx on inference.api_keys (organization_id, replaces);
create index api_keys_created_by_idx on inference.api_keys (organization_id, created_by);

-- The lock on the organization makes its deletion wait for the key, or the key see the deletion.
create function inference.require_live_organization() returns trigger
language plpgsql
-- runs as whoever inserts, who sees the organization or may not add a key to it; policies would blind an owner without a
-- tenant. An empty path leaves pg_temp in front, whose types would come first.
set search_path = pg_catalog, pg_temp
as $$
declare
    v_deleted_at timestamptz;
begin
    -- the condition comes after the lock: a row that does not match it yet would not be waited for
    select deleted_at into v_deleted_at
    from inference.organizations
    where id = new.organization_id
    for share;
    if v_deleted_at is not null then
        raise exception 'organization % is deleted and takes no new key', new.organization_id
            using errcode = 'check_violation', schema = tg_table_schema, table = tg_table_name,
                column = 'organization_id', constraint = tg_name,
                hint = 'Restore the organization first.';
    end if;
    return new;
end
$$;

create trigger api_keys_organization_live
    before insert on inference.api_keys
    for each row execute function inference.require_live_organization();

create function inference.guard_key() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
    if (new.id, new.organization_id, new.hashed_secret, new.replaces)
        is distinct from (old.id, old.organization_id, old.hashed_secret, old.replaces)
    then
        raise exception 'organization, secret and predecessor of a key do not change'
            using errcode = 'restrict_violation', schema = tg_table_schema, table = tg_table_name,
                constraint = 'api_keys_identity_immutable', hint = 'Create another key that replaces this one.';
    end if;
    if old.status = 'revoked' and (new.status, new.revoked_at) is distinct from (old.status, old.revoked_at) then
        raise exception 'a revoked key stays revoked, since then'
            using errcode = 'check_violation', schema = tg_table_schema, table = tg_table_name,
                column = 'status', constraint = 'api_keys_revoked_for_good', hint = 'Create another key.';
    end if;
    if new.status = 'revoked' and old.status <> 'revoked' then
        new.revoked_at := clock_timestamp();
    end if;
    if new.status = 'rotating' and old.status <> 'rotating' then
        -- lock, then look: a revocation of the successor that is under way is waited for
        perform from inference.api_keys as k
        where k.organization_id = new.organization_id and k.replaces = new.id
        for share;
        if not exists (
            select from inference.api_keys as k
            where k.organization_id = new.organization_id and k.replaces = new.id and k.status = 'active'
                and (k.expires_at is null or k.expires_at > clock_timestamp())
        ) then
            raise exception 'key % has no active successor yet', new.id
                using errcode = 'check_violation', schema = tg_table_schema, table = tg_table_name,
                    column = 'status', constraint = 'api_keys_rotation_overlaps',
                    hint = 'Create the key that replaces it first, so that both work for a while.';
        end if;
    end if;
    return new;
end
$$;

-- A leaked successor must be revocable at once: its predecessor takes over again, if it is still there.
create function inference.bring_predecessor_back() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
    -- lock, then look: a rotation that is under way is waited for
    perform from inference.api_keys as k
    where k.organization_id = new.organization_id and k.id = new.replaces
    for no key update;
    update inference.api_keys as k
    set status = 'active'
    where k.organization_id = new.organization_id and k.id = new.replaces and k.status = 'rotating';
    return null;
end
$$;

-- A successor that expired is no successor: it is revoked, so that its predecessor is active again and may have another one.
create function inference.begin_key() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
    if new.status = 'revoked' then
        new.revoked_at := clock_timestamp();
    end if;
    -- a successor, and one that the insert will not skip because it is there
    if new.replaces is not null and new.status <> 'revoked' and not exists (
        select from inference.api_keys as k
        where k.id = new.id or k.hashed_secret = new.hashed_secret
            or k.organization_id = new.organization_id and k.name = new.name
    ) then
        update inference.api_keys as k
        set status = 'revoked'
        where k.organization_id = new.organization_id and k.replaces = new.replaces and k.status <> 'revoked'
            and k.expires_at <= clock_timestamp();
    end if;
    return new;
end
$$;

create trigger api_keys_begin
    before insert on inference.api_keys
    for each row execute function inference.begin_key();

create trigger api_keys_begins_before_it_rotates
    before insert on inference.api_keys
    for each row when (new.status = 'rotating')
    execute function inference.refuse('a key that nothing replaces yet does not rotate', 'Insert it as active.');

create trigger api_keys_guard
    before update on inference.api_keys
    for each row execute function inference.guard_key();

create trigger api_keys_predecessor_comes_back
    after update on inference.api_keys
    for each row when (
        new.replaces is not null
        and (new.status = 'revoked' and old.status <> 'revoked'
            or new.expires_at <= clock_timestamp() and new.expires_at is distinct from old.expires_at)
    )
    execute function inference.bring_predecessor_back();

-- A row that is gone forgets that its secret was revoked, and the secret could come back.
create trigger api_keys_history_kept
    before delete or truncate on inference.api_keys
    for each statement execute function inference.refuse('keys are history', 'Revoke it instead.');

create trigger api_keys_touch
    before insert or update on inference.api_keys
    for each row execute function inference.touch_updated_at();

comment on function inference.is_set(text[]) is 'Whether an array is a list without nulls and duplicates.';
comment on function inference.require_live_organization() is
    'Trigger: a deleted organization takes no new key. Locks the organization, then looks.';
comment on function inference.begin_key() is
    'Trigger: the server says when a key was revoked, and a successor that expired makes room for another one.';
comment on function inference.bring_predecessor_back() is
    'Trigger: when a successor ceases to work, the key that rotates in its favour is active again.';
comment on function inference.guard_key() is 'Trigger: what does not change, and how a key is rotated.';
comment on table inference.api_keys is 'Keys with which programs of an organization call the service.';
comment on column inference.api_keys.id is 'Key; producers may make it themselves.';
comment on column inference.api_keys.organization_id is 'Organization that the key belongs to.';
comment on column inference.api_keys.name is 'Name for people, within the organization.';
comment on column inference.api_keys.hashed_secret is 'SHA-256 of the secret.';
comment on column inference.api_keys.scopes is 'What the key may be used for.';
comment on column inference.api_keys.status is 'active, rotating while its successor takes over, or revoked.';
comment on column inference.api_keys.created_by is 'Person who made it; null for a program.';
comment on column inference.api_keys.replaces is 'Key that this one takes over from; null for a first one.';
comment on column inference.api_keys.expires_at is 'When it ceases to work; null for never.';
comment on column inference.api_keys.last_used_at is 'When it was last used, give or take a minute; null for never.';
comment on column inference.api_keys.revoked_at is
    'When it was revoked, by the clock of the server; null unless it is.';
comment on column inference.api_keys.created_at is 'When the row was written, by the clock of the server.';
comment on column inference.api_keys.updated_at is 'When the row was last changed, by the clock of the server.';
comment on constraint api_keys_pkey on inference.api_keys is 'One row per key.';
comment on constraint api_keys_organization_id_id_key on inference.api_keys is
    'Lets a reference demand a key of the same organization.';
comment on constraint api_keys_name_key on inference.api_keys is
    'One key per name and organization; a revoked one gives its name free by another name.';
comment on constraint api_keys_hashed_secret_key on inference.api_keys is 'A secret tells whose it is.';
comment on index inference.api_keys_replaces_key is 'A key has one successor that is not revoked.';
comment on index inference.api_keys_replaces_idx is 'Successors of a key; serves the reference to keys.';
comment on constraint api_keys_organization_id_fkey on inference.api_keys is
    'The organization exists; one with keys is not deleted for good.';
comment on constraint api_keys_created_by_fkey on inference.api_keys is
    'The person exists, in the same organization.';
comment on constraint api_keys_replaces_fkey on inference.api_keys is 'The key exists, in the same organization.';
comment on constraint api_keys_hashed_secret_is_sha256 on inference.api_keys is 'The hash has 32 bytes.';
comment on constraint api_keys_scopes_are_a_set on inference.api_keys is 'No scope is null or there twice.';
comment on constraint api_keys_status_known on inference.api_keys is 'The status is one of three.';
comment on constraint api_keys_revoked_at_only_when_revoked on inference.api_keys is
    'A revoked key says since when, no other does.';
comment on constraint api_keys_replaces_another on inference.api_keys is 'A key does not replace itself.';
comment on constraint api_keys_times_not_ahead on inference.api_keys is
    'No time is more than the clocks of two machines ahead of the server, 10 minutes.';
comment on index inference.api_keys_created_by_idx is 'Keys of a person; serves the reference to users.';
comment on trigger api_keys_organization_live on inference.api_keys is
    'A deleted organization takes no new key.';
comment on trigger api_keys_begin on inference.api_keys is
    'When it was revoked says the server; an expired successor is revoked for the next one.';
comment on trigger api_keys_begins_before_it_rotates on inference.api_keys is
    'No key begins as one that rotates.';
comment on trigger api_keys_guard on inference.api_keys is 'What does not change, and how a key is rotated.';
comment on trigger api_keys_predecessor_comes_back on inference.api_keys is
    'Something takes over from a rotating key, or it is active.';
comment on trigger api_keys_history_kept on inference.api_keys is 'Keys are not removed.';
comment on trigger api_keys_touch on inference.api_keys is 'Keeps created_at and updated_at.';
