-- Organizations and their people. Roles: see roles.sql.
create schema inference;

comment on schema inference is 'inference-platform: tenants, keys, models, audit and usage.';

create function inference.touch_updated_at() returns trigger
language plpgsql
set search_path = ''
as $$
begin
    new.updated_at := now();
    return new;
end
$$;

create function inference.refuse() returns trigger
language plpgsql
set search_path = ''
as $$
begin
    raise exception '%: no % here', tg_argv[0], tg_op
        using errcode = 'restrict_violation', schema = tg_table_schema, table = tg_table_name,
            constraint = tg_name, hint = tg_argv[1];
end
$$;

create table inference.organizations (
    id uuid not null default gen_random_uuid(),
    slug text,
    display_name text not null,
    plan_tier text not null default 'starter',
    budget_limit_tokens bigint not null default 0,
    status text not null default 'active',
    metadata jsonb not null default '{}',
    deleted_at timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint organizations_pkey primary key (id),
    constraint organizations_slug_key unique (slug),
    constraint organizations_slug_is_kebab_case check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
    constraint organizations_display_name_not_blank check (btrim(display_name) <> ''),
    constraint organizations_plan_tier_known check (plan_tier in ('starter', 'growth', 'enterprise')),
    constraint organizations_budget_not_negative check (budget_limit_tokens >= 0),
    constraint organizations_status_known check (status in ('active', 'suspended', 'closed')),
    constraint organizations_metadata_is_object check (jsonb_typeof(metadata) = 'object'),
    constraint organizations_deleted_is_closed check (deleted_at is null or status = 'closed')
);

create function inference.keep_slug() returns trigger
language plpgsql
set search_path = ''
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

create trigger organizations_touch
    before update on inference.organizations
    for each row execute function inference.touch_updated_at();

create table inference.users (
    id uuid not null default gen_random_uuid(),
    organization_id uuid not null,
    email_ciphertext bytea not null,
    email_hash bytea not null,
    role text not null default 'developer',
    status text not null default 'invited',
    deleted_at timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint users_pkey primary key (id),
    constraint users_organization_id_id_key unique (organization_id, id),
    constraint users_email_hash_key unique (organization_id, email_hash),
    constraint users_organization_id_fkey foreign key (organization_id)
        references inference.organizations (id) on delete restrict,
    -- 12 bytes of nonce, 16 of tag, and something between
    constraint users_email_ciphertext_is_sealed check (octet_length(email_ciphertext) > 28),
    constraint users_email_hash_is_hmac_sha256 check (octet_length(email_hash) = 32),
    constraint users_role_known check (role in ('owner', 'admin', 'developer', 'billing')),
    constraint users_status_known check (status in ('active', 'invited', 'disabled')),
    constraint users_deleted_is_disabled check (deleted_at is null or status = 'disabled')
);

create index users_email_lookup_idx on inference.users (email_hash);

create trigger users_touch
    before update on inference.users
    for each row execute function inference.touch_updated_at();

comment on function inference.touch_updated_at() is 'Trigger: keeps updated_at.';
comment on function inference.refuse() is 'Trigger: refuses the statement; says why and what to do.';
comment on function inference.keep_slug() is 'Trigger: a slug that was set stays.';
comment on table inference.organizations is 'Tenants.';
comment on column inference.organizations.id is 'Key of the organization.';
comment on column inference.organizations.slug is 'Name for addresses, in kebab case; null until it is set.';
comment on column inference.organizations.display_name is 'Name for people.';
comment on column inference.organizations.plan_tier is 'starter, growth or enterprise.';
comment on column inference.organizations.budget_limit_tokens is 'Tokens that may be used in a month; 0 for none.';
comment on column inference.organizations.status is 'active, suspended or closed.';
comment on column inference.organizations.metadata is 'What else is known: a JSON object.';
comment on column inference.organizations.deleted_at is 'When it was deleted; null while it lives.';
comment on column inference.organizations.created_at is 'When the row was written.';
comment on column inference.organizations.updated_at is 'When the row was last changed.';
comment on constraint organizations_pkey on inference.organizations is 'One row per organization.';
comment on constraint organizations_slug_key on inference.organizations is 'One organization per slug.';
comment on constraint organizations_slug_is_kebab_case on inference.organizations is
    'Lower-case letters, digits and single hyphens.';
comment on constraint organizations_display_name_not_blank on inference.organizations is 'It has a name.';
comment on constraint organizations_plan_tier_known on inference.organizations is 'The plan is one of three.';
comment on constraint organizations_budget_not_negative on inference.organizations is 'A budget is not negative.';
comment on constraint organizations_status_known on inference.organizations is 'The status is one of three.';
comment on constraint organizations_metadata_is_object on inference.organizations is
    'The metadata are a JSON object.';
comment on constraint organizations_deleted_is_closed on inference.organizations is
    'What is deleted is closed, too.';
comment on trigger organizations_slug_immutable on inference.organizations is 'A slug that was set stays.';
comment on trigger organizations_touch on inference.organizations is 'Keeps updated_at.';
comment on table inference.users is 'People of an organization.';
comment on column inference.users.id is 'Key of the person.';
comment on column inference.users.organization_id is 'Organization of the person.';
comment on column inference.users.email_ciphertext is 'Address, encrypted by the application: nonce, text, tag.';
comment on column inference.users.email_hash is
    'HMAC-SHA256 of the address in lower case, with a key that the application takes from its environment.';
comment on column inference.users.role is 'owner, admin, developer or billing.';
comment on column inference.users.status is 'active, invited or disabled.';
comment on column inference.users.deleted_at is 'When it was deleted; null while it lives.';
comment on column inference.users.created_at is 'When the row was written.';
comment on column inference.users.updated_at is 'When the row was last changed.';
comment on constraint users_pkey on inference.users is 'One row per person.';
comment on constraint users_organization_id_id_key on inference.users is
    'Lets a reference demand a person of the same organization.';
comment on constraint users_email_hash_key on inference.users is 'One account per address and organization.';
comment on constraint users_organization_id_fkey on inference.users is
    'The organization exists; one with people is not deleted.';
comment on constraint users_email_ciphertext_is_sealed on inference.users is 'Nonce and tag are there.';
comment on constraint users_email_hash_is_hmac_sha256 on inference.users is 'The hash has 32 bytes.';
comment on constraint users_role_known on inference.users is 'The role is one of four.';
comment on constraint users_status_known on inference.users is 'The status is one of three.';
comment on constraint users_deleted_is_disabled on inference.users is 'Who is deleted is disabled, too.';
comment on index inference.users_email_lookup_idx is 'Finds a person by address before the organization is known.';
comment on trigger users_touch on inference.users is 'Keeps updated_at.';
