-- The service sees one tenant at a time: it says which at the start of each transaction, with
--   set_config('inference.organization_id', '...', true)
-- Without it there is no row. The policies hold for the owner of the tables too.
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
    with check (organization_id = (select inference.current_organization()));
comment on policy audit_log_entries_of_the_tenant on inference.audit_log_entries is 'A tenant sees and writes what is its own.';
create policy usage_events_of_the_tenant on inference.usage_events
    using (organization_id = (select inference.current_organization()))
    with check (organization_id = (select inference.current_organization()));
comment on policy usage_events_of_the_tenant on inference.usage_events is 'A tenant sees and writes what is its own.';

-- whose call it is must be found out before there is a tenant: by the hash, and no more columns than that takes
create policy api_keys_of_a_call on inference.api_keys for select to inference_gateway using (true);
comment on policy api_keys_of_a_call on inference.api_keys is 'The gateway finds a key of any tenant.';
create policy users_of_a_login on inference.users for select to inference_gateway using (true);
comment on policy users_of_a_login on inference.users is 'The gateway finds a person of any tenant.';

grant usage on schema inference to inference_service, inference_gateway, inference_maintenance;
grant select (id, organization_id, hashed_secret, scopes, status, expires_at) on inference.api_keys to inference_gateway;
grant select (id, organization_id, email_hash, role, status, deleted_at) on inference.users to inference_gateway;
grant select, update on inference.organizations to inference_service;
grant select, insert, update, delete on inference.users, inference.api_keys to inference_service;
grant select, insert, update on inference.model_registry_entries to inference_service;
grant select, insert on inference.audit_log_entries, inference.usage_events to inference_service;
grant select, insert, update, delete on all tables in schema inference to inference_maintenance;
grant execute on function
    inference.create_partitions(date, integer),
    inference.retire_partitions(interval),
    inference.forget_events(interval)
    to inference_maintenance;
-- partitions are reached through their table only: its policies do not hold for a query that names a partition
do $$
declare
    v_partition regclass;
begin
    for v_partition in
        select inhrelid from pg_inherits where inhparent = 'inference.usage_events'::regclass
    loop
        execute format('revoke all on %s from inference_maintenance', v_partition);
    end loop;
end
$$;
