drop table analytics.usage_rollups;
drop schema analytics;
