-- A call comes in: whose key is it?
-- 1: bytea, SHA-256 of the secret
select id, organization_id, scopes, status, expires_at
from inference.api_keys
where hashed_secret = $1 and status <> 'revoked'
