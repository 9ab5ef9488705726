-- What an organization may call: its own models and those for everybody.
-- 1: uuid
select id, model_name, revision, deployment_target, cost_per_thousand_tokens
from inference.model_registry_entries
where organization_id = $1 and retired_at is null
union all
select id, model_name, revision, deployment_target, cost_per_thousand_tokens
from inference.model_registry_entries
where organization_id is null and retired_at is null
