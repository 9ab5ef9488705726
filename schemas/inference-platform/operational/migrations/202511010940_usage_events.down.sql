-- The partitions go with the table, those that were retired and not yet dropped with the archive.
drop function inference.forget_missing_events(uuid, uuid[]);
drop function inference.forget_events(interval);
drop function inference.drop_retired_partition(text, bigint, text);
drop function inference.retire_partitions(interval);
drop table inference.retired_partitions;
drop function inference.partitions_ready_until();
drop function inference.create_partitions(date, integer);
drop function inference.add_partition(regclass, timestamptz, timestamptz);
drop function inference.partitions_of(regclass);
drop function inference.partition_width();
drop function inference.void_event(uuid, uuid, timestamptz, text, bigint);
drop table inference.usage_events;
drop table inference.usage_event_keys;
drop function inference.check_events();
drop function inference.remember_events();
drop schema inference_archive cascade;
