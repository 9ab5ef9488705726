-- What an organization used in a span of time.
-- 1: uuid, 2: timestamptz, 3: timestamptz
select count(*) as requests, sum(prompt_tokens + completion_tokens) as tokens, sum(cost) as cost
from inference.usage_events
where organization_id = $1 and occurred_at >= $2 and occurred_at < $3
