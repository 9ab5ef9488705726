-- Takes 202601050920 back. All entries of the log go with it, and the evidence of removals.
drop function planner.retire_entries(timestamptz, text, integer);
drop table public.audit_log;
drop table planner.audit_subject;
drop function planner.forget_subject();
drop function public.remove_words(uuid, text);
drop function planner.guard_entry();
drop function planner.admit_entry();
drop trigger audit_removal_append_only_once_counted on planner.audit_removal;
drop function planner.removal_is_open();
drop table planner.audit_removal;
drop function planner.guard_removal();
drop function planner.append_only();
