-- The partitions go with the table.
drop table inference.usage_events;
drop table inference.usage_event_keys;
drop function inference.forget_events(interval);
drop function inference.retire_partitions(interval);
drop function inference.create_partitions(date, integer);
drop function inference.require_usable_model();
drop function inference.remember_event();
