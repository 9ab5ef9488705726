-- Organizations and their people. Roles: see roles.sql.
create schema inference;

comment on schema inference is 'inference-platform: tenants, keys, models, audit and usage.';

-- What says something, whatever stands around it that nobody sees. What counts as white space differs from server to server,
-- and what has no width at all counts nowhere: so both are named.
create function inference.says_something(p_text text) returns boolean
    language sql
    immutable
    return p_text ~ (
        '[^\s\u0001-\u001f\u007f-\u00a0\u00ad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180b-\u180f\u2000-\u200f'
        || '\u2028-\u202f\u205f-\u206f\u2800\u3000\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb'
        || '\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]'
    );

-- Keys are made of labels, two at most: 300 characters each fit into a row of an index, whatever they are.
create domain inference.label as text
    constraint label_not_blank check (inference.says_something(value))
    constraint label_not_too_long check (char_length(value) <= 300);
-- A time that programs give: infinity would stand on top of every list, and never end.
create domain inference.instant as timestamptz constraint instant_is_finite check (isfinite(value));

create function inference.touch_updated_at() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
    -- not now(): in a long transaction what has just happened would be ahead of it
    new.updated_at := clock_timestamp();
    new.created_at := case tg_op when 'INSERT' then new.updated_at else old.created_at end;
    return new;
end
$$;

create function inference.refuse() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
    raise exception '%: no % here', tg_argv[0], tg_op
        using errcode = 'restrict_violation', schema = tg_table_schema, table = tg_table_name,
            constraint = tg_name, hint = tg_argv[1];
end
$$;

create function inference.append_only() returns trigger
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

create table inference.organizations (
    id uuid not null default gen_random_uuid(),
    slug text,
    display_name inference.label not null,
    plan_tier text not null default 'starter',
    budget_limit_tokens bigint not null default 0,
    status text not null default 'active',
    metadata jsonb not null default '{}',
    deleted_at inference.instant,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint organizations_pkey primary key (id),
    constraint organizations_slug_key unique (slug),
    constraint organizations_slug_is_kebab_case check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
    constraint organizations_slug_not_too_long check (char_length(slug) <= 100),
    constraint organizations_plan_tier_known check (plan_tier in ('starter', 'growth', 'enterprise')),
    constraint organizations_budget_not_negative check (budget_limit_tokens >= 0),
    constraint organizations_status_known check (status in ('active', 'suspended', 'closed')),
    constraint organizations_metadata_is_object check (jsonb_typeof(metadata) = 'object'),
    constraint organizations_deleted_is_closed check (deleted_at is null or status = 'closed'),
    -- updated_at is the clock of the server
    constraint organizations_times_not_ahead check (deleted_at <= updated_at + interval '10 minutes')
);

create function inference.keep_slug() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
    raise exception 'the slug % does not change', old.slug
        using errcode = 'restrict_violation', schema = tg_table_schema, table = tg_table_name,
            column = 'slug', constraint = tg_name,
            hint = 'Addresses hold it. Open another organization.';
end
$$;

create trigger organizations_slug_immutable
    before update on inference.organizations
    for each row when (old.slug is not null and new.slug is distinct from old.slug)
    execute function inference.keep_slug();

create trigger organizations_identity_immutable
    before update on inference.organizations
    for each row when (new.id <> old.id)
    execute function inference.refuse('what a tenant used refers to its key', 'Open another organization.');

create trigger organizations_history_kept
    before delete or truncate on inference.organizations
    for each statement execute function inference.refuse('tenants are history', 'Close it and set deleted_at.');

create trigger organizations_touch
    before insert or update on inference.organizations
    for each row execute function inference.touch_updated_at();

create table inference.users (
    id uuid not null default gen_random_uuid(),
    organization_id uuid not null,
    email_ciphertext bytea not null,
    email_hash bytea not null,
    role text not null default 'developer',
    status text not null default 'invited',
    is_active boolean not null generated always as (status = 'active' and deleted_at is null) stored,
    last_login_at inference.instant,
    created_by uuid,
    deleted_at inference.instant,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint users_pkey primary key (id),
    constraint users_organization_id_id_key unique (organization_id, id),
    constraint users_organization_id_fkey foreign key (organization_id)
        references inference.organizations (id) on delete restrict,
    constraint users_created_by_fkey foreign key (organization_id, created_by)
        references inference.users (organization_id, id),
    -- 12 bytes of nonce, 16 of tag, and something between
    constraint users_email_ciphertext_is_sealed check (octet_length(email_ciphertext) > 28),
    constraint users_email_hash_is_hmac_sha256 check (octet_length(email_hash) = 32),
    constraint users_role_known check (role in ('owner', 'admin', 'developer', 'billing')),
    constraint users_status_known check (status in ('active', 'invited', 'disabled')),
    constraint users_deleted_is_disabled check (deleted_at is null or status = 'disabled'),
    constraint users_times_not_ahead
        check (last_login_at <= updated_at + interval '10 minutes' and deleted_at <= updated_at + interval '10 minutes')
);

-- who was removed may be invited again
create unique index users_email_hash_key on inference.users (organization_id, email_hash) where deleted_at is null;
create index users_email_lookup_idx on inference.users (email_hash);
create index users_created_by_idx on inference.users (created_by, organization_id);

-- the audit refers to them by words
create trigger users_identity_immutable
    before update on inference.users
    for each row when (new.id <> old.id or new.organization_id <> old.organization_id)
    execute function inference.refuse('what a person did refers to its key and tenant', 'Invite the person there.');

create trigger users_touch
    before insert or update on inference.users
    for each row execute function inference.touch_updated_at();

comment on function inference.says_something(text) is 'Whether a text has a character that people see; null for null.';
comment on domain inference.label is 'A text of which people see something.';
comment on constraint label_not_blank on domain inference.label is
    'At least one character is neither white space nor without a width.';
comment on constraint label_not_too_long on domain inference.label is
    'At most 300 characters, so that it fits into an index.';
comment on domain inference.instant is 'A time that programs give.';
comment on constraint instant_is_finite on domain inference.instant is 'No infinity: it would be the newest for ever.';
comment on function inference.touch_updated_at() is 'Trigger: the server says when a row was written and changed.';
comment on function inference.refuse() is 'Trigger: refuses the statement; says why and what to do.';
comment on function inference.append_only() is
    'Trigger: refuses the statement. The owner of the table can switch it off, nobody below that.';
comment on function inference.keep_slug() is 'Trigger: a slug that was set stays, for addresses hold it.';
comment on table inference.organizations is 'Tenants. Never removed: what they used refers to them.';
comment on column inference.organizations.id is 'Key; producers may make it themselves.';
comment on column inference.organizations.slug is 'Name for addresses, in kebab case; null until it is set.';
comment on column inference.organizations.display_name is 'Name for people.';
comment on column inference.organizations.plan_tier is 'starter, growth or enterprise.';
comment on column inference.organizations.budget_limit_tokens is
    'Tokens, sent and made, that may be used in a month of UTC; 0 for none.';
comment on column inference.organizations.status is
    'active; suspended: its keys admit no call; closed: no tenant any more.';
comment on column inference.organizations.metadata is 'What else is known: a JSON object, {} for nothing.';
comment on column inference.organizations.deleted_at is 'When it was deleted; null while it lives.';
comment on column inference.organizations.created_at is 'When the row was written, by the clock of the server.';
comment on column inference.organizations.updated_at is 'When the row was last changed, by the clock of the server.';
comment on constraint organizations_pkey on inference.organizations is 'One row per organization.';
comment on constraint organizations_slug_key on inference.organizations is
    'One organization per slug, deleted ones included: addresses stay theirs.';
comment on constraint organizations_slug_is_kebab_case on inference.organizations is
    'Lower-case letters, digits and single hyphens.';
comment on constraint organizations_slug_not_too_long on inference.organizations is
    'At most 100 characters, so that it fits into an address and an index.';
comment on constraint organizations_plan_tier_known on inference.organizations is 'The plan is one of three.';
comment on constraint organizations_budget_not_negative on inference.organizations is 'A budget is not negative.';
comment on constraint organizations_status_known on inference.organizations is 'The status is one of three.';
comment on constraint organizations_metadata_is_object on inference.organizations is
    'The metadata are a JSON object.';
comment on constraint organizations_deleted_is_closed on inference.organizations is
    'What is deleted is closed, too, so that one look at the status suffices.';
comment on constraint organizations_times_not_ahead on inference.organizations is
    'No time is more than the clocks of two machines ahead of the server, 10 minutes.';
comment on trigger organizations_slug_immutable on inference.organizations is 'A slug that was set stays.';
comment on trigger organizations_identity_immutable on inference.organizations is 'The key of a tenant stays.';
comment on trigger organizations_history_kept on inference.organizations is 'Tenants are not removed.';
comment on trigger organizations_touch on inference.organizations is 'Keeps created_at and updated_at.';
comment on table inference.users is 'People of an organization.';
comment on column inference.users.id is 'Key; producers may make it themselves.';
comment on column inference.users.organization_id is 'Organization of the person.';
comment on column inference.users.email_ciphertext is 'Address, encrypted by the application: nonce, text, tag.';
comment on column inference.users.email_hash is
    'HMAC-SHA256 of the address in lower case, with a key that the application takes from its environment.';
comment on column inference.users.role is 'owner, admin, developer or billing.';
comment on column inference.users.status is 'active, invited or disabled.';
comment on column inference.users.is_active is 'Whether the person may log in, as far as the person is concerned.';
comment on column inference.users.last_login_at is 'When the person last logged in; null for never.';
comment on column inference.users.created_by is 'Who invited the person; null for a program or the first one.';
comment on column inference.users.deleted_at is 'When it was deleted; null while it lives.';
comment on column inference.users.created_at is 'When the row was written, by the clock of the server.';
comment on column inference.users.updated_at is 'When the row was last changed, by the clock of the server.';
comment on constraint users_pkey on inference.users is 'One row per person.';
comment on constraint users_organization_id_id_key on inference.users is
    'Lets a reference demand a person of the same organization.';
comment on constraint users_organization_id_fkey on inference.users is 'The organization exists.';
comment on constraint users_created_by_fkey on inference.users is 'The person exists, in the same organization.';
comment on constraint users_email_ciphertext_is_sealed on inference.users is 'Nonce and tag are there.';
comment on constraint users_email_hash_is_hmac_sha256 on inference.users is 'The hash has 32 bytes.';
comment on constraint users_role_known on inference.users is 'The role is one of four.';
comment on constraint users_status_known on inference.users is 'The status is one of three.';
comment on constraint users_deleted_is_disabled on inference.users is 'Who is deleted is disabled, too.';
comment on constraint users_times_not_ahead on inference.users is
    'No time is more than the clocks of two machines ahead of the server, 10 minutes.';
comment on index inference.users_email_hash_key is
    'One living account per address and organization; who was removed may be invited again.';
comment on index inference.users_email_lookup_idx is 'Finds a person by address before the organization is known.';
comment on index inference.users_created_by_idx is 'Whom a person invited; serves the reference to users.';
comment on trigger users_identity_immutable on inference.users is 'The key of a person stays, and the organization.';
comment on trigger users_touch on inference.users is 'Keeps created_at and updated_at.';
