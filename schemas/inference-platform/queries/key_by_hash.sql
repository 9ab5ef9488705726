-- A call comes in: whose key is it? As inference_gateway, for the tenant is not known yet. A row admits the call: the key
-- works and its tenant lives.
-- 1: bytea, SHA-256 of the secret
select k.id, k.organization_id, k.scopes, k.status, k.expires_at
from inference.api_keys as k
join inference.organizations as o on o.id = k.organization_id
where k.hashed_secret = $1 and k.status <> 'revoked' and (k.expires_at is null or k.expires_at > clock_timestamp())
    and o.status = 'active' and o.deleted_at is null
