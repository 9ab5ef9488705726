-- The months have it all.
-- lockkeeper:accept-loss inference.usage_events_by_day: the days hold copies of what the months hold
truncate inference.usage_events_by_day;
