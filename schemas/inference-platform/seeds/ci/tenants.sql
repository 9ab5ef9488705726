-- Two tenants, so that tests see what must not be seen. Run it as often as you like: what is there stays as it is.
insert into inference.organizations (id, slug, display_name, plan_tier, budget_limit_tokens) values
    ('00000000-0000-4000-8000-000000000002', 'ci-one', 'CI one', 'starter', 10000),
    ('00000000-0000-4000-8000-000000000003', 'ci-two', 'CI two', 'enterprise', 100000)
on conflict do nothing;

-- The hashes are HMAC-SHA256 with the key of development, local-dev-key; the ciphertexts are placeholders.
insert into inference.users (id, organization_id, email_ciphertext, email_hash, role, status) values
    ('00000000-0000-4000-8000-000000000013', '00000000-0000-4000-8000-000000000002', '\x9b6c85c794e336d8c4c7c30816d220ca4cf46dd4d5dc818502faa1c016f503c19b6c85c794e336d8c4c7', '\xdf9419a4a95df3cb55c4e0fee61344e21e64233bfa4d6d20547fd5cdd049f24e', 'owner', 'active'),
    ('00000000-0000-4000-8000-000000000014', '00000000-0000-4000-8000-000000000003', '\x642eb05dd9b6876d65e3da2c2cd99ffc99a8ca2a0991f31121986804be1de6ee642eb05dd9b6876d65e3', '\x4b202ca52453692040dec1012d0f203659d0c92b2e29c8a50e6efdbf08bb3b87', 'owner', 'active')
on conflict do nothing;

insert into inference.api_keys (id, organization_id, name, hashed_secret, scopes, created_by) values
    ('00000000-0000-4000-8000-000000000022', '00000000-0000-4000-8000-000000000002', 'runner', sha256('ci-secret-one'), '{chat}', '00000000-0000-4000-8000-000000000013'),
    ('00000000-0000-4000-8000-000000000023', '00000000-0000-4000-8000-000000000003', 'runner', sha256('ci-secret-two'), '{chat}', '00000000-0000-4000-8000-000000000014')
on conflict do nothing;

insert into inference.model_registry_entries
    (id, organization_id, model_name, revision, deployment_target, cost_per_thousand_tokens) values
    ('00000000-0000-4000-8000-000000000901', null, 'sample-chat', '2026-01', 'managed', 0.5),
    ('00000000-0000-4000-8000-000000000902', null, 'sample-embed', '2026-01', 'self_hosted', 0.02)
on conflict do nothing;

-- Calls of one day, the same in every run.
select inference.create_partitions(date '2026-01-01', 1);

insert into inference.usage_events
    (event_id, occurred_at, organization_id, model_id, region, status, error_code, prompt_tokens, completion_tokens,
        latency_ms, cost)
select e.id, timestamptz '2026-01-15 00:00:00+00' + e.n * interval '3600 seconds', o.id,
    case e.n % 4
        when 0 then '00000000-0000-4000-8000-000000000902'::uuid
        else '00000000-0000-4000-8000-000000000901'::uuid
    end, 'eu-central',
    case e.n % 20 when 0 then 'error' when 1 then 'rate_limited' else 'success' end,
    case e.n % 20 when 0 then 'timeout' end,
    100 + e.n % 7 * 10, e.n % 20 * 15, 80 + e.n % 13 * 20, (100 + e.n % 20 * 15) * 0.0005
from inference.organizations as o
cross join lateral (
    select n, md5(o.slug || ' ' || n)::uuid as id from generate_series(0, 23) as n
) as e
where o.slug in ('ci-one', 'ci-two')
    and not exists (select from inference.usage_events as u where u.event_id = e.id);
