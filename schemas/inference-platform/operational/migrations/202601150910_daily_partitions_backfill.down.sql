-- The months have it all.
truncate inference.usage_events_by_day;
