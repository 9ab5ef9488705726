-- Somebody logs in, and may belong to several organizations. As inference_gateway. A row admits: the person is there,
-- invited or active, and the tenant lives.
-- 1: bytea, HMAC-SHA256 of the address
select u.id, u.organization_id, u.role, u.status
from inference.users as u
join inference.organizations as o on o.id = u.organization_id
where u.email_hash = $1 and u.status <> 'disabled' and u.deleted_at is null
    and o.status = 'active' and o.deleted_at is null
