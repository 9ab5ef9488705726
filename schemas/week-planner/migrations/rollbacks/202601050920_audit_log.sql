-- Takes 202601050920 back. All entries of the log go with it.
drop table public.audit_log;
drop function planner.refuse_statement();
