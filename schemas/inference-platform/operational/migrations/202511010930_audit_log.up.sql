-- What was done, by whom; nobody rewrites it, its owner included.
create table inference.audit_log_entries (
    id uuid not null default gen_random_uuid(),
    organization_id uuid,
    actor_type text not null,
    actor_id text not null,
    action text not null,
    target_type text not null,
    target_id text not null,
    script_sha256 text,
    metadata jsonb not null default '{}',
    occurred_at timestamptz not null default now(),
    constraint audit_log_entries_pkey primary key (id),
    constraint audit_log_entries_organization_id_fkey foreign key (organization_id)
        references inference.organizations (id) on delete restrict,
    constraint audit_log_entries_actor_type_known check (actor_type in ('user', 'service', 'migration')),
    constraint audit_log_entries_actor_id_not_blank check (btrim(actor_id) <> ''),
    constraint audit_log_entries_action_not_blank check (btrim(action) <> ''),
    constraint audit_log_entries_target_not_blank check (btrim(target_type) <> '' and btrim(target_id) <> ''),
    constraint audit_log_entries_script_of_a_migration
        check ((actor_type = 'migration') = (script_sha256 is not null)),
    constraint audit_log_entries_script_is_sha256 check (script_sha256 ~ '^[0-9a-f]{64}$'),
    constraint audit_log_entries_metadata_is_object check (jsonb_typeof(metadata) = 'object')
);

create index audit_log_entries_target_idx
    on inference.audit_log_entries (target_type, target_id, occurred_at desc);
create index audit_log_entries_organization_idx
    on inference.audit_log_entries (organization_id, occurred_at desc);

create trigger audit_log_entries_append_only
    before update or delete or truncate on inference.audit_log_entries
    for each statement
    execute function inference.refuse('the audit log is append-only', 'Insert an entry that says what is true now.');

alter table inference.audit_log_entries enable always trigger audit_log_entries_append_only;

comment on table inference.audit_log_entries is 'One row for each thing that was done; append-only.';
comment on column inference.audit_log_entries.id is 'Key of the entry.';
comment on column inference.audit_log_entries.organization_id is 'Tenant that it concerns; null for the platform.';
comment on column inference.audit_log_entries.actor_type is 'user, service or migration.';
comment on column inference.audit_log_entries.actor_id is 'Who did it, within the type.';
comment on column inference.audit_log_entries.action is 'What was done.';
comment on column inference.audit_log_entries.target_type is 'To what kind of thing.';
comment on column inference.audit_log_entries.target_id is 'To which of them.';
comment on column inference.audit_log_entries.script_sha256 is
    'SHA-256 of the migration script, 64 hexadecimal digits; null unless a migration did it.';
comment on column inference.audit_log_entries.metadata is 'Details: a JSON object.';
comment on column inference.audit_log_entries.occurred_at is 'When it was done.';
comment on constraint audit_log_entries_pkey on inference.audit_log_entries is 'One row per entry.';
comment on constraint audit_log_entries_organization_id_fkey on inference.audit_log_entries is
    'The organization exists.';
comment on constraint audit_log_entries_actor_type_known on inference.audit_log_entries is
    'The actor is of one of three kinds.';
comment on constraint audit_log_entries_actor_id_not_blank on inference.audit_log_entries is 'The actor is named.';
comment on constraint audit_log_entries_action_not_blank on inference.audit_log_entries is 'The action is named.';
comment on constraint audit_log_entries_target_not_blank on inference.audit_log_entries is 'The target is named.';
comment on constraint audit_log_entries_script_of_a_migration on inference.audit_log_entries is
    'A migration says which script it ran, nobody else does.';
comment on constraint audit_log_entries_script_is_sha256 on inference.audit_log_entries is
    'The digest has the form of SHA-256.';
comment on constraint audit_log_entries_metadata_is_object on inference.audit_log_entries is
    'The metadata are a JSON object.';
comment on index inference.audit_log_entries_target_idx is 'What was done to one thing, the newest first.';
comment on index inference.audit_log_entries_organization_idx is
    'What was done in an organization, the newest first; serves the reference to organizations.';
comment on trigger audit_log_entries_append_only on inference.audit_log_entries is
    'No UPDATE, DELETE or TRUNCATE, not even by the owner or a replication role.';
