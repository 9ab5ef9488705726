-- Small indexes that hold only what is looked for: due jobs, dead letters, leases, and what may be purged.
-- lockkeeper:allow-file TX01 each index and comment stands for itself; the script goes on where it stopped
create index concurrently jobs_due_idx on jobs.jobs (next_attempt_at) where status in ('pending', 'retry');
create index concurrently jobs_dead_letter_idx on jobs.jobs (updated_at desc) where status = 'dlq';
create index concurrently jobs_lease_idx on jobs.jobs (lease_until) where status = 'processing';
create index concurrently jobs_completed_idx on jobs.jobs (completed_at) where status = 'completed';

comment on index jobs.jobs_due_idx is 'Serves the polling of workers; a completed job is not in it.';
comment on index jobs.jobs_dead_letter_idx is 'Dead letters, the newest first.';
comment on index jobs.jobs_lease_idx is 'Jobs whose worker may have died, the first to lapse first.';
comment on index jobs.jobs_completed_idx is 'Serves jobs.purge.';

-- ROLLBACK
-- drop index concurrently jobs.jobs_completed_idx;
-- drop index concurrently jobs.jobs_lease_idx;
-- drop index concurrently jobs.jobs_dead_letter_idx;
-- drop index concurrently jobs.jobs_due_idx;
