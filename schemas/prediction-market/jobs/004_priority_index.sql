-- Urgent work first, step 2 of 3: the index that the new order needs, built while workers go on.
-- lockkeeper:allow-file TX01 the validation and the index stand for themselves; the script goes on where it stopped
alter table jobs.jobs validate constraint jobs_priority_in_range;
create index concurrently jobs_due_by_priority_idx on jobs.jobs (priority desc, next_attempt_at)
    where status in ('pending', 'retry');
comment on index jobs.jobs_due_by_priority_idx is 'Serves the polling of workers in the order of urgency.';

-- ROLLBACK
-- drop index concurrently jobs.jobs_due_by_priority_idx;
-- alter table jobs.jobs drop constraint jobs_priority_in_range;
-- alter table jobs.jobs add constraint jobs_priority_in_range check (priority between -10 and 10) not valid;
-- comment on constraint jobs_priority_in_range on jobs.jobs is 'The priority is between -10 and 10.';
