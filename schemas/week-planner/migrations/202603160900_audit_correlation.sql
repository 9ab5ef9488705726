-- Finds the entries that belong together. The log is large by now, so the index is built while writers go
-- on: that cannot be in a transaction, and each statement here is one of its own.
-- lockkeeper:allow-file TX01 what follows the index is its comment, and the script goes on where it stopped
create index concurrently audit_log_correlation_idx on public.audit_log (correlation_id);

comment on index public.audit_log_correlation_idx is 'Entries that belong together.';
