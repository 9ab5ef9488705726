drop function inference.redact_audit_entry(uuid, text);
drop function inference.forget_audit_entries(interval, integer);
drop function inference.record_migration(text, text, jsonb);
drop function inference.require_policy(regclass, text);
drop table inference.audit_log_entries;
drop function inference.keeps_audit();
drop function inference.stamp_audit_entry();
