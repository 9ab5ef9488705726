-- Takes 202603160900 back.
drop index concurrently public.audit_log_correlation_idx;
