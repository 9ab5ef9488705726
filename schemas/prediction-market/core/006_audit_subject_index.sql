-- The audit of one thing, and its oldest entries. The table may be large by now, so they are built while others write.
-- lockkeeper:allow-file TX01 both indexes and their comments stand for themselves; the script goes on where it stopped
create index concurrently audit_event_subject_idx
    on core.audit_event (subject_type, subject_id, occurred_at desc);
comment on index core.audit_event_subject_idx is 'What was done to one thing, the newest first.';
create index concurrently audit_event_time_idx on core.audit_event (occurred_at, id);
comment on index core.audit_event_time_idx is 'Serves core.purge_audit, which takes the oldest first: it reads what it takes, however much is old.';

-- ROLLBACK
-- drop index concurrently core.audit_event_time_idx;
-- drop index concurrently core.audit_event_subject_idx;
