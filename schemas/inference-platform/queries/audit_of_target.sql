-- What was done to one thing, the newest first.
-- 1: text, 2: text
select occurred_at, actor_type, actor_id, action
from inference.audit_log_entries
where target_type = $1 and target_id = $2
order by occurred_at desc
limit 50
