-- Marks and intervals are made anew by a backfill; the sums stay.
-- lockkeeper:accept-loss rollup_state.rollup_dirty: a backfill makes anew what is needed
-- lockkeeper:accept-loss rollup_state.rollup_dirty_span: a backfill makes anew what is needed
-- lockkeeper:accept-loss rollup_state.rollup_watch: a backfill makes anew what is needed
-- lockkeeper:accept-loss rollup_state.rollup_definition: a backfill makes anew what is needed
-- lockkeeper:accept-loss rollup_state.rollup_interval: a backfill makes anew what is needed
-- lockkeeper:accept-loss rollup_state.rollup_run: a backfill makes anew what is needed
-- lockkeeper:accept-loss rollup_state.rollup_late: a backfill makes anew what is needed
-- lockkeeper:accept-loss rollup_state.dq_result: a backfill makes anew what is needed
-- lockkeeper:accept-loss rollup_state.recon_result: a backfill makes anew what is needed
-- lockkeeper:accept-loss rollup_state.partition_log: a backfill makes anew what is needed
select rollup_state.unwatch();
drop function rollup_state.mark_all_usage(regclass, text, timestamptz, timestamptz);
drop function rollup_state.mark_usage();
drop function rollup_state.unwatch(text);
drop function rollup_state.watch_partitions(boolean);
drop table rollup_state.partition_log;
drop table rollup_state.recon_result;
drop table rollup_state.dq_result;
drop table rollup_state.rollup_late;
drop table rollup_state.rollup_run;
drop table rollup_state.rollup_definition;
drop table rollup_state.rollup_interval;
drop table rollup_state.rollup_watch;
drop table rollup_state.rollup_dirty_span;
drop table rollup_state.rollup_dirty;
drop schema rollup_state;
