
-- Who computes. Beside this the role needs SELECT on the events and SELECT, INSERT, UPDATE and DELETE on the targets.
grant usage on schema ${schema} to ${role};
grant select, insert, delete on ${schema}.rollup_dirty to ${role};
grant select, delete on ${schema}.rollup_dirty_span to ${role};
grant select, update (filled) on ${schema}.rollup_watch to ${role};
grant select, insert, update on ${schema}.rollup_interval to ${role};
grant select, insert, update, delete on ${schema}.rollup_run to ${role};
grant select, insert on ${schema}.rollup_definition, ${schema}.rollup_late to ${role};
grant select, insert, delete on ${schema}.dq_result, ${schema}.recon_result to ${role};
grant select, insert, update on ${schema}.partition_log to ${role};
grant execute on function ${schema}.watch_partitions(boolean) to ${role};
