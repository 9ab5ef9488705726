revoke all on analytics.usage_rollups from inference_service, inference_maintenance;
revoke usage on schema analytics from inference_service, inference_maintenance;
drop policy usage_rollups_of_maintenance on analytics.usage_rollups;
drop policy usage_rollups_of_the_tenant on analytics.usage_rollups;
alter table analytics.usage_rollups no force row level security;
alter table analytics.usage_rollups disable row level security;
drop function analytics.current_organization();
