-- Small indexes that hold only what is looked for: due jobs, and dead letters.
create index concurrently jobs_due_idx on jobs.jobs (next_attempt_at) where status in ('pending', 'retry');
create index concurrently jobs_dead_letter_idx on jobs.jobs (updated_at desc) where status = 'dlq';
create index concurrently jobs_processing_idx on jobs.jobs (started_at) where status = 'processing';

comment on index jobs.jobs_due_idx is 'Serves the polling of workers; a completed job is not in it.';
comment on index jobs.jobs_dead_letter_idx is 'Dead letters, the newest first.';
comment on index jobs.jobs_processing_idx is 'Jobs whose worker may have died, the oldest first.';

-- ROLLBACK
-- drop index concurrently jobs.jobs_processing_idx;
-- drop index concurrently jobs.jobs_dead_letter_idx;
-- drop index concurrently jobs.jobs_due_idx;
