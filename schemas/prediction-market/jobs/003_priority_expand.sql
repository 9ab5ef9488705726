-- Urgent work first, step 1 of 3: the column with a constant default rewrites nothing, and the check is not validated, so
-- that the lock is held for an instant. Workers of the old version go on.
alter table jobs.jobs
    add column priority smallint not null default 0,
    add constraint jobs_priority_in_range check (priority between -10 and 10) not valid;

comment on column jobs.jobs.priority is 'From -10 to 10; a greater one is claimed first.';
comment on constraint jobs_priority_in_range on jobs.jobs is 'The priority is between -10 and 10.';

-- ROLLBACK
-- alter table jobs.jobs drop column priority;
