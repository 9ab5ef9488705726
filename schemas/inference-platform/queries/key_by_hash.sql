-- A call comes in: whose key is it? As inference_gateway, for the tenant is not known yet.
-- 1: bytea, SHA-256 of the secret
select id, organization_id, scopes, status, expires_at
from inference.api_keys
where hashed_secret = $1 and status <> 'revoked'
