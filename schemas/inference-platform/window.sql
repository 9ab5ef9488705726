-- Rows for lockkeeper window: one tenant that calls.
insert into inference.organizations (id, slug, display_name, plan_tier, budget_limit_tokens) values
    ('00000000-0000-4000-8000-000000000005', 'staging-growth', 'Growth', 'growth', 1000000);
insert into inference.users (organization_id, email_ciphertext, email_hash, role, status) values
    ('00000000-0000-4000-8000-000000000005', sha256('sealed') || sha256('address'), sha256('address'), 'owner', 'active');
insert into inference.api_keys (organization_id, name, hashed_secret, scopes) values
    ('00000000-0000-4000-8000-000000000005', 'server', sha256('secret'), '{chat}');
insert into inference.model_registry_entries (model_name, revision, deployment_target, cost_per_thousand_tokens) values
    ('sample-chat', '2026-01', 'managed', 0.5),
    ('sample-embed', '2026-01', 'self_hosted', 0.02);
