-- One tenant of each plan, with the people of each role. Run it as often as you like: what is there stays as it is.
insert into inference.organizations (id, slug, display_name, plan_tier, budget_limit_tokens) values
    ('00000000-0000-4000-8000-000000000004', 'staging-starter', 'Starter', 'starter', 10000),
    ('00000000-0000-4000-8000-000000000005', 'staging-growth', 'Growth', 'growth', 1000000),
    ('00000000-0000-4000-8000-000000000006', 'staging-enterprise', 'Enterprise', 'enterprise', 100000000)
on conflict do nothing;

-- The hashes are HMAC-SHA256 with the key of development, local-dev-key; the ciphertexts are placeholders.
insert into inference.users (id, organization_id, email_ciphertext, email_hash, role, status) values
    ('00000000-0000-4000-8000-000000000015', '00000000-0000-4000-8000-000000000004', '\x84795fefe9c902945612c1959b6ac18c2101c20e41a8c25634b9cc4ea9db4fb784795fefe9c902945612c1959b6ac18c21', '\x265d11ac97a57765e2bf488bfe68dbe7604f18f3e9c24d75461a93373ecb059d', 'owner', 'active'),
    ('00000000-0000-4000-8000-000000000016', '00000000-0000-4000-8000-000000000005', '\x0f5b0e541025b45d9a14b9227f53dbb89f8dc65c86bb162015e2f6bc3ac702e60f5b0e541025b45d9a14b9227f53dbb8', '\x5af4c7fc96ecb37e1b24989149e2792d02ab18b2d2c8c30970d9cdd03a657f12', 'owner', 'active'),
    ('00000000-0000-4000-8000-000000000017', '00000000-0000-4000-8000-000000000006', '\xd14f0e739d027b5aeae746b28a70416df6581090f9ea43b6cb3aa89649ae53b0d14f0e739d027b5aeae746b28a70416df6581090', '\x4a513d004cd0c5640cb298a68eee1acb9500d81ec51b1c14f15ddf3bb04e62b8', 'owner', 'active'),
    ('00000000-0000-4000-8000-000000000018', '00000000-0000-4000-8000-000000000006', '\x17f6628511fe6edea05744edd6d6a1908700e1b54766e8d609ba755809d60afe17f6628511fe6edea05744edd6d6a1908700e1b5', '\x14378a64f91b42e8ad4aade2c71de9ae0fed6bb2a412248e4d1501cdb43d92fb', 'admin', 'active'),
    ('00000000-0000-4000-8000-000000000019', '00000000-0000-4000-8000-000000000006', '\x7ceab3fbc5a6c72aef6773dd62b6a3c81b7d1fdedb46bcd98f37060d35a372e37ceab3fbc5a6c72aef6773dd62b6a3c81b7d1fdedb46', '\x6c4add123ab617e81579af7497c14324058090c543e6cff460143b52057e2557', 'billing', 'active'),
    ('00000000-0000-4000-8000-000000000020', '00000000-0000-4000-8000-000000000006', '\x86b61f447459e5bbb4c3a7a655f6d8c601c0f5062b53f988d2902c9861d9e53f86b61f447459e5bbb4c3a7a655f6d8c601c0', '\x99fca405dab8463d455495e09ccc9de3b4b1668c9ac2619f7f6ea0ffd04f221b', 'developer', 'invited')
on conflict do nothing;

insert into inference.api_keys (id, organization_id, name, hashed_secret, scopes, created_by) values
    ('00000000-0000-4000-8000-000000000024', '00000000-0000-4000-8000-000000000004', 'server', sha256('staging-secret-starter'), '{chat}', '00000000-0000-4000-8000-000000000015'),
    ('00000000-0000-4000-8000-000000000025', '00000000-0000-4000-8000-000000000005', 'server', sha256('staging-secret-growth'), '{chat,embed}', '00000000-0000-4000-8000-000000000016'),
    ('00000000-0000-4000-8000-000000000026', '00000000-0000-4000-8000-000000000006', 'server', sha256('staging-secret-enterprise'), '{chat,embed,admin}', '00000000-0000-4000-8000-000000000017')
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
select e.id, timestamptz '2026-01-15 00:00:00+00' + e.n * interval '900 seconds', o.id,
    case e.n % 4
        when 0 then '00000000-0000-4000-8000-000000000902'::uuid
        else '00000000-0000-4000-8000-000000000901'::uuid
    end, 'eu-central',
    case e.n % 20 when 0 then 'error' when 1 then 'rate_limited' else 'success' end,
    case e.n % 20 when 0 then 'timeout' end,
    100 + e.n % 7 * 10, e.n % 20 * 15, 80 + e.n % 13 * 20, (100 + e.n % 20 * 15) * 0.0005
from inference.organizations as o
cross join lateral (
    select n, md5(o.slug || ' ' || n)::uuid as id from generate_series(0, 95) as n
) as e
where o.slug in ('staging-starter', 'staging-growth', 'staging-enterprise')
    and not exists (select from inference.usage_events as u where u.event_id = e.id);
