drop table inference.audit_log_entries;
