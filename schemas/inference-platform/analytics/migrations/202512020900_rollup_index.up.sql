-- The dashboard of a tenant, and its policy. Built while others write.
-- lockkeeper:allow-file TX01 what follows the index is its comment, and the script goes on where it stopped
create index concurrently usage_rollups_organization_idx
    on analytics.usage_rollups (organization_id, granularity, bucket_start desc);
comment on index analytics.usage_rollups_organization_idx is 'Sums of a tenant, the newest first.';
