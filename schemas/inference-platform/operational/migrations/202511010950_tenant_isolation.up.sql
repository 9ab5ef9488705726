-- The service sees one tenant at a time: it says which at the start of each transaction, with
--   set_config('inference.organization_id', '...', true)
-- Without it there is no row. The policies hold for the owner of the tables too.
-- lockkeeper:allow-file CP06,CP07 isolating tenants is what this file is for; tests/ tries it as each role
-- lockkeeper:allow-file LK33,LK39 part of the first release: no organization is at work yet
create function inference.current_organization() returns uuid
    language sql
    stable
    return nullif(current_setting('inference.organization_id', true), '')::uuid;

comment on function inference.current_organization() is 'Tenant of the transaction; null when none was said.';

alter table inference.organizations enable row level security;
alter table inference.organizations force row level security;
alter table inference.users enable row level security;
alter table inference.users force row level security;
alter table inference.api_keys enable row level security;
alter table inference.api_keys force row level security;
alter table inference.model_registry_entries enable row level security;
alter table inference.model_registry_entries force row level security;
alter table inference.audit_log_entries enable row level security;
alter table inference.audit_log_entries force row level security;
alter table inference.usage_events enable row level security;
alter table inference.usage_events force row level security;

create policy organizations_of_the_tenant on inference.organizations
    using (id = (select inference.current_organization()))
    with check (id = (select inference.current_organization()));
comment on policy organizations_of_the_tenant on inference.organizations is 'A tenant sees and writes what is its own.';
create policy users_of_the_tenant on inference.users
    using (organization_id = (select inference.current_organization()))
    with check (organization_id = (select inference.current_organization()));
comment on policy users_of_the_tenant on inference.users is 'A tenant sees and writes what is its own.';
create policy api_keys_of_the_tenant on inference.api_keys
    using (organization_id = (select inference.current_organization()))
    with check (organization_id = (select inference.current_organization()));
comment on policy api_keys_of_the_tenant on inference.api_keys is 'A tenant sees and writes what is its own.';
create policy model_registry_entries_seen on inference.model_registry_entries for select
    using (organization_id is null or organization_id = (select inference.current_organization()));
create policy model_registry_entries_added on inference.model_registry_entries for insert
    with check (organization_id = (select inference.current_organization()));
create policy model_registry_entries_changed on inference.model_registry_entries for update
    using (organization_id = (select inference.current_organization()))
    with check (organization_id = (select inference.current_organization()));
comment on policy model_registry_entries_seen on inference.model_registry_entries is 'A tenant sees its models and those for everybody.';
comment on policy model_registry_entries_added on inference.model_registry_entries is 'A tenant adds models of its own.';
comment on policy model_registry_entries_changed on inference.model_registry_entries is 'A tenant changes its own models.';
create policy audit_log_entries_of_the_tenant on inference.audit_log_entries
    using (organization_id = (select inference.current_organization()))
    with check (
        organization_id = (select inference.current_organization()) and actor_type in ('user', 'service')
    );
comment on policy audit_log_entries_of_the_tenant on inference.audit_log_entries is
    'A tenant sees what is its own, and writes what people and services did.';
create policy usage_events_of_the_tenant on inference.usage_events
    using (organization_id = (select inference.current_organization()))
    with check (organization_id = (select inference.current_organization()));
comment on policy usage_events_of_the_tenant on inference.usage_events is 'A tenant sees and writes what is its own.';

-- A policy for a role holds for every member of it, also one that has not become it and works for a tenant: so these ask
-- who is at work. Roles that see all tenants need no right to pass policies by, which no managed server would give.
create policy organizations_of_a_call on inference.organizations for select to inference_gateway
    using (current_user = 'inference_gateway');
comment on policy organizations_of_a_call on inference.organizations is 'The gateway, once it is nobody else, finds out whether a tenant lives.';
create policy api_keys_of_a_call on inference.api_keys for select to inference_gateway
    using (current_user = 'inference_gateway');
comment on policy api_keys_of_a_call on inference.api_keys is 'The gateway, once it is nobody else, finds out whose key it is.';
create policy users_of_a_call on inference.users for select to inference_gateway
    using (current_user = 'inference_gateway');
comment on policy users_of_a_call on inference.users is 'The gateway, once it is nobody else, finds out who logs in.';
create policy organizations_of_maintenance on inference.organizations to inference_maintenance
    using (current_user = 'inference_maintenance')
    with check (current_user = 'inference_maintenance');
comment on policy organizations_of_maintenance on inference.organizations is 'Maintenance, once it is nobody else, sees all tenants.';
create policy users_of_maintenance on inference.users to inference_maintenance
    using (current_user = 'inference_maintenance')
    with check (current_user = 'inference_maintenance');
comment on policy users_of_maintenance on inference.users is 'Maintenance, once it is nobody else, sees all tenants.';
create policy api_keys_of_maintenance on inference.api_keys to inference_maintenance
    using (current_user = 'inference_maintenance')
    with check (current_user = 'inference_maintenance');
comment on policy api_keys_of_maintenance on inference.api_keys is 'Maintenance, once it is nobody else, sees all tenants.';
create policy model_registry_entries_of_maintenance on inference.model_registry_entries to inference_maintenance
    using (current_user = 'inference_maintenance')
    with check (current_user = 'inference_maintenance');
comment on policy model_registry_entries_of_maintenance on inference.model_registry_entries is 'Maintenance, once it is nobody else, sees all tenants.';
create policy audit_log_entries_of_maintenance on inference.audit_log_entries to inference_maintenance
    using (current_user = 'inference_maintenance')
    with check (current_user = 'inference_maintenance');
comment on policy audit_log_entries_of_maintenance on inference.audit_log_entries is 'Maintenance, once it is nobody else, sees all tenants.';
create policy usage_events_of_maintenance on inference.usage_events to inference_maintenance
    using (current_user = 'inference_maintenance')
    with check (current_user = 'inference_maintenance');
comment on policy usage_events_of_maintenance on inference.usage_events is 'Maintenance, once it is nobody else, sees all tenants.';
-- the owner, who is bound like anybody, within what runs as the owner
create policy usage_events_once on inference.usage_events to current_user
    using (pg_trigger_depth() > 0 or current_setting('inference.usage_correction', true) = 'on') with check (false);
comment on policy usage_events_once on inference.usage_events is
    'The trigger takes out what was counted already, and void_event what was wrong; forget_missing_events looks.';
create policy audit_log_entries_of_migrations on inference.audit_log_entries for insert to current_user
    with check (organization_id is null and actor_type = 'migration');
comment on policy audit_log_entries_of_migrations on inference.audit_log_entries is
    'record_migration writes for no tenant.';
create policy audit_log_entries_seen_by_their_writer on inference.audit_log_entries for select to current_user
    using (organization_id is null);
comment on policy audit_log_entries_seen_by_their_writer on inference.audit_log_entries is
    'The owner sees what belongs to no tenant.';
create policy audit_log_entries_of_voids on inference.audit_log_entries for insert to current_user
    with check (actor_type = 'service' and action = 'voided');
comment on policy audit_log_entries_of_voids on inference.audit_log_entries is 'void_event says what it took out.';
create policy audit_log_entries_of_retention on inference.audit_log_entries to current_user
    using (current_setting('inference.audit_retention', true) = 'on')
    with check (current_setting('inference.audit_retention', true) = 'on');
comment on policy audit_log_entries_of_retention on inference.audit_log_entries is
    'The owner sees all of them within retention and redaction.';

grant usage on schema inference to inference_service, inference_gateway, inference_maintenance;
grant usage on schema inference_archive to inference_maintenance;
-- whose call it is must be found out before there is a tenant: by the hash, and no more columns than that takes
grant select (id, status, deleted_at) on inference.organizations to inference_gateway;
grant select (id, organization_id, hashed_secret, scopes, status, expires_at) on inference.api_keys to inference_gateway;
grant select (id, organization_id, email_hash, role, status, is_active, deleted_at) on inference.users to inference_gateway;
grant select, update (slug, display_name, metadata) on inference.organizations to inference_service;
grant select, insert, update on inference.users, inference.api_keys, inference.model_registry_entries to inference_service;
grant select on inference.audit_log_entries, inference.usage_events to inference_service;
grant select on all tables in schema inference to inference_maintenance;
grant insert, update on inference.organizations, inference.users, inference.api_keys, inference.model_registry_entries
    to inference_maintenance;
-- when an event or an entry came, and what ran, says nobody but the server
grant insert (id, organization_id, actor_type, actor_id, action, target_type, target_id, metadata)
    on inference.audit_log_entries to inference_service, inference_maintenance;
grant insert (
    event_id, occurred_at, organization_id, model_id, api_key_id, region, status, error_code, prompt_tokens,
    completion_tokens, latency_ms, cost
) on inference.usage_events to inference_service, inference_maintenance;
grant usage on sequence inference.usage_events_id_seq to inference_service, inference_maintenance;
grant execute on function
    inference.record_migration(text, text, jsonb),
    inference.forget_audit_entries(interval, integer),
    inference.redact_audit_entry(uuid, text),
    inference.void_event(uuid, uuid, timestamptz, text, bigint),
    inference.create_partitions(date, integer),
    inference.retire_partitions(interval),
    inference.drop_retired_partition(text, bigint, text),
    inference.forget_events(interval),
    inference.forget_missing_events(uuid, uuid[])
    to inference_maintenance;
-- partitions are reached through their table only: its policies do not hold for a query that names a partition
do $$
declare
    v_partition regclass;
begin
    for v_partition in
        select p.partition from inference.partitions_of('inference.usage_events') as p
    loop
        execute format('revoke all on %s from inference_maintenance', v_partition);
    end loop;
end
$$;
