-- As in the operational database: the service sees one tenant at a time, and says which.
-- lockkeeper:allow-file CP06,CP07,LK33 isolating tenants is what this file is for; part of the first release: no sum is written yet
create function analytics.current_organization() returns uuid
    language sql
    stable
    return nullif(current_setting('inference.organization_id', true), '')::uuid;

comment on function analytics.current_organization() is 'Tenant of the transaction; null when none was said.';

alter table analytics.usage_rollups enable row level security;
alter table analytics.usage_rollups force row level security;

create policy usage_rollups_of_the_tenant on analytics.usage_rollups
    using (organization_id = (select analytics.current_organization()))
    with check (organization_id = (select analytics.current_organization()));
comment on policy usage_rollups_of_the_tenant on analytics.usage_rollups is
    'A tenant sees and writes what is its own.';
-- as in the operational database: not for who is merely a member of the role
create policy usage_rollups_of_maintenance on analytics.usage_rollups to inference_maintenance
    using (current_user = 'inference_maintenance')
    with check (current_user = 'inference_maintenance');
comment on policy usage_rollups_of_maintenance on analytics.usage_rollups is
    'Maintenance, once it is nobody else, sees all tenants.';

grant usage on schema analytics to inference_service, inference_maintenance;
grant select on analytics.usage_rollups to inference_service;
grant select, insert, update, delete on analytics.usage_rollups to inference_maintenance;
