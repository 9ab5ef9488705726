-- Somebody logs in, and may belong to several organizations. As inference_gateway.
-- 1: bytea, HMAC-SHA256 of the address
select id, organization_id, role, status
from inference.users
where email_hash = $1 and deleted_at is null
