comment on column analytics.usage_rollups.cost is 'Price, in US dollars.';
drop function analytics.refresh_usage_rollups(timestamptz, timestamptz);
