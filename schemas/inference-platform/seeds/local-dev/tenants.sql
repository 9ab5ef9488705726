-- A tenant to log in, call, meter and see a dashboard with. Run it as often as you like: what is there stays as it is.
insert into inference.organizations (id, slug, display_name, plan_tier, budget_limit_tokens) values
    ('00000000-0000-4000-8000-000000000001', 'acme', 'Acme', 'growth', 1000000)
on conflict do nothing;

-- The hashes are HMAC-SHA256 with the key of development, local-dev-key; the ciphertexts are placeholders.
insert into inference.users (id, organization_id, email_ciphertext, email_hash, role, status) values
    ('00000000-0000-4000-8000-000000000011', '00000000-0000-4000-8000-000000000001', '\x37cf545c658cf1698fb930fa0fa9a8f2d435e81468d582aaa3111172d3ecf41e37cf545c658cf1698fb930fa', '\x8499372fe2c3714807943214e66c6e1a383fc6c1df17ce8963bc0245a932e7c2', 'owner', 'active'),
    ('00000000-0000-4000-8000-000000000012', '00000000-0000-4000-8000-000000000001', '\x4daaf9dd6bd52c80229d8fe3f6894e7059aeb04d4d74e5d506f6472fb64e9b174daaf9dd6bd52c80229d8fe3', '\x5a6e5d3a4d2495ba85adad200d2d7b3b9283d9473f98a133e5bb7a3607e2b830', 'developer', 'active')
on conflict do nothing;

insert into inference.api_keys (id, organization_id, name, hashed_secret, scopes, created_by) values
    ('00000000-0000-4000-8000-000000000021', '00000000-0000-4000-8000-000000000001', 'laptop', sha256('local-dev-secret'), '{chat,embed}', '00000000-0000-4000-8000-000000000011')
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
select e.id, timestamptz '2026-01-15 00:00:00+00' + e.n * interval '300 seconds', o.id,
    case e.n % 4
        when 0 then '00000000-0000-4000-8000-000000000902'::uuid
        else '00000000-0000-4000-8000-000000000901'::uuid
    end, 'eu-central',
    case e.n % 20 when 0 then 'error' when 1 then 'rate_limited' else 'success' end,
    case e.n % 20 when 0 then 'timeout' end,
    100 + e.n % 7 * 10, e.n % 20 * 15, 80 + e.n % 13 * 20, (100 + e.n % 20 * 15) * 0.0005
from inference.organizations as o
cross join lateral (
    select n, md5(o.slug || ' ' || n)::uuid as id from generate_series(0, 287) as n
) as e
where o.slug in ('acme')
    and not exists (select from inference.usage_events as u where u.event_id = e.id);
