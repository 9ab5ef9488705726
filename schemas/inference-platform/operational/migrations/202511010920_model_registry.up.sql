-- Models that can be called: global ones, and those of one organization. Entries are history: retired, never removed.
-- lockkeeper:allow-file LK11 part of the first release: no organization is at work yet
-- lockkeeper:allow-file ST07 one index for the reference to the person who made the entry and for the search by name
create table inference.model_registry_entries (
    id uuid not null default gen_random_uuid(),
    organization_id uuid,
    model_name inference.label not null,
    revision inference.label not null,
    deployment_target text not null default 'managed',
    cost_per_thousand_tokens numeric(10, 4) not null default 0,
    metadata jsonb not null default '{}',
    retired_at inference.instant,
    created_by uuid,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint model_registry_entries_pkey primary key (id),
    constraint model_registry_entries_revision_key
        unique nulls not distinct (model_name, revision, organization_id),
    constraint model_registry_entries_organization_id_fkey foreign key (organization_id)
        references inference.organizations (id) on delete restrict,
    constraint model_registry_entries_created_by_fkey foreign key (organization_id, created_by)
        references inference.users (organization_id, id),
    -- a reference of which one column is null is not looked up
    constraint model_registry_entries_created_by_within_tenant check (created_by is null or organization_id is not null),
    constraint model_registry_entries_target_known check (deployment_target in ('managed', 'self_hosted')),
    constraint model_registry_entries_cost_not_negative
        check (cost_per_thousand_tokens >= 0 and cost_per_thousand_tokens <> 'NaN'),
    constraint model_registry_entries_metadata_is_object check (jsonb_typeof(metadata) = 'object')
);

create index model_registry_entries_organization_idx
    on inference.model_registry_entries (organization_id, created_by, model_name, revision);

create trigger model_registry_entries_identity_immutable
    before update on inference.model_registry_entries
    for each row when (
        (new.id, new.organization_id, new.model_name, new.revision)
        is distinct from (old.id, old.organization_id, old.model_name, old.revision)
    )
    execute function inference.refuse('the identity of a model', 'Register another revision.');

create trigger model_registry_entries_history_kept
    before delete or truncate on inference.model_registry_entries
    for each statement execute function inference.refuse('the registry is history', 'Set retired_at instead.');

create trigger model_registry_entries_touch
    before insert or update on inference.model_registry_entries
    for each row execute function inference.touch_updated_at();

comment on table inference.model_registry_entries is 'Revisions of models that can be called.';
comment on column inference.model_registry_entries.id is 'Key of the entry.';
comment on column inference.model_registry_entries.organization_id is 'Whose model it is; null for everybody.';
comment on column inference.model_registry_entries.model_name is 'Name of the model.';
comment on column inference.model_registry_entries.revision is 'Revision of the model.';
comment on column inference.model_registry_entries.deployment_target is 'managed or self_hosted.';
comment on column inference.model_registry_entries.cost_per_thousand_tokens is
    'Price of 1,000 tokens, sent or made, in US dollars; 0 for free.';
comment on column inference.model_registry_entries.metadata is 'What else is known: a JSON object.';
comment on column inference.model_registry_entries.retired_at is 'Since when it is not to be used; null while it is.';
comment on column inference.model_registry_entries.created_by is
    'Person of the organization who registered it; null for a program, and for models for everybody.';
comment on column inference.model_registry_entries.created_at is 'When the row was written, by the clock of the server.';
comment on column inference.model_registry_entries.updated_at is 'When the row was last changed, by the clock of the server.';
comment on constraint model_registry_entries_pkey on inference.model_registry_entries is 'One row per entry.';
comment on constraint model_registry_entries_revision_key on inference.model_registry_entries is
    'A revision is there once for each organization, and once for everybody.';
comment on constraint model_registry_entries_organization_id_fkey on inference.model_registry_entries is
    'The organization exists.';
comment on constraint model_registry_entries_target_known on inference.model_registry_entries is
    'The target is one of two.';
comment on constraint model_registry_entries_cost_not_negative on inference.model_registry_entries is
    'A price is a number and not negative.';
comment on constraint model_registry_entries_metadata_is_object on inference.model_registry_entries is
    'The metadata are a JSON object.';
comment on constraint model_registry_entries_created_by_fkey on inference.model_registry_entries is
    'The person exists, in the same organization.';
comment on constraint model_registry_entries_created_by_within_tenant on inference.model_registry_entries is
    'A model for everybody is made by no tenant''s person.';
comment on index inference.model_registry_entries_organization_idx is
    'Models of an organization and global ones; serves the references to organizations and users.';
comment on trigger model_registry_entries_identity_immutable on inference.model_registry_entries is
    'What a model is does not change.';
comment on trigger model_registry_entries_history_kept on inference.model_registry_entries is
    'Entries are not removed.';
comment on trigger model_registry_entries_touch on inference.model_registry_entries is 'Keeps created_at and updated_at.';
