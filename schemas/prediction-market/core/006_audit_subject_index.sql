-- The audit of one thing. The table may be large by now, so it is built while others write.
create index concurrently audit_event_subject_idx
    on core.audit_event (subject_type, subject_id, occurred_at desc);
comment on index core.audit_event_subject_idx is 'What was done to one thing, the newest first.';

-- ROLLBACK
-- drop index concurrently core.audit_event_subject_idx;
