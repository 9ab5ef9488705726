-- Two tenants, so that tests see what must not be seen.
-- One statement: all of it or nothing. Run it as often as you like: what is there, found by its natural key, stays as it
-- is, and what is not comes.
-- Addresses are hashed and secrets made with what the environment of the run says:
--   PGOPTIONS="-c inference.seed_hash_key=... -c inference.seed_secret=..."
-- The secret of a key is that secret, a space and the slug. Set them before the first run: unset, both are random, and
-- nobody can log in or call.
do $seed$
declare
    v_hash_key text := nullif(current_setting('inference.seed_hash_key', true), '');
    v_secret text := nullif(current_setting('inference.seed_secret', true), '');
    v_key bytea;
    v_inner bytea := decode(repeat('36', 64), 'hex');
    v_outer bytea := decode(repeat('5c', 64), 'hex');
begin
    if v_hash_key is null or v_secret is null then
        raise notice 'inference.seed_hash_key or inference.seed_secret is not set: nobody knows what is new';
    end if;
    -- HMAC-SHA256 takes a key of 64 bytes, a longer one by its hash
    v_key := convert_to(coalesce(v_hash_key, gen_random_uuid()::text || gen_random_uuid()::text), 'UTF8');
    if octet_length(v_key) > 64 then
        v_key := sha256(v_key);
    end if;
    for i in 0 .. octet_length(v_key) - 1 loop
        v_inner := set_byte(v_inner, i, get_byte(v_key, i) # 54);
        v_outer := set_byte(v_outer, i, get_byte(v_key, i) # 92);
    end loop;

    insert into inference.organizations (id, slug, display_name, plan_tier, budget_limit_tokens) values
        ('00000000-0000-4000-8000-000000000002', 'ci-one', 'CI one', 'starter', 10000),
        ('00000000-0000-4000-8000-000000000003', 'ci-two', 'CI two', 'enterprise', 100000)
    on conflict do nothing;

    -- the ciphertexts are placeholders of the right length; the application seals addresses when people change them
    insert into inference.users (id, organization_id, email_ciphertext, email_hash, role, status)
    select md5(p.slug || ' ' || p.address)::uuid, o.id,
        substring(sha256(h.email_hash) || sha256(h.email_hash) for 28 + octet_length(p.address)), h.email_hash, p.role,
        p.status
    from (
        values
            ('ci-one', 'owner@ci-one.example', 'owner', 'active'),
            ('ci-two', 'owner@ci-two.example', 'owner', 'active')
    ) as p (slug, address, role, status)
    join inference.organizations as o on o.slug = p.slug
    cross join lateral (select sha256(v_outer || sha256(v_inner || convert_to(p.address, 'UTF8'))) as email_hash) as h
    where not exists (
        select from inference.users as u
        where u.organization_id = o.id and (u.email_hash = h.email_hash or v_hash_key is null and u.role = p.role)
    )
    on conflict do nothing;

    insert into inference.api_keys (id, organization_id, name, hashed_secret, scopes, created_by)
    select md5(k.slug || ' ' || k.name)::uuid, o.id, k.name,
        sha256(convert_to(coalesce(v_secret || ' ' || k.slug, gen_random_uuid()::text || gen_random_uuid()::text), 'UTF8')), k.scopes::text[], (
            select u.id from inference.users as u
            where u.organization_id = o.id and u.role = k.made_by and u.deleted_at is null
            order by u.created_at, u.id limit 1
        )
    from (
        values
            ('ci-one', 'runner', '{chat}', 'owner'),
            ('ci-two', 'runner', '{chat}', 'owner')
    ) as k (slug, name, scopes, made_by)
    join inference.organizations as o on o.slug = k.slug
    on conflict do nothing;

    insert into inference.model_registry_entries
        (id, model_name, revision, deployment_target, cost_per_thousand_tokens) values
        ('00000000-0000-4000-8000-000000000901', 'sample-chat', '2026-01', 'managed', 0.5),
        ('00000000-0000-4000-8000-000000000902', 'sample-embed', '2026-01', 'self_hosted', 0.02)
    on conflict do nothing;

    -- calls of one day, the same in every run, until that day is retired
    if not exists (
        select from inference.retired_partitions as r
        where r.lower_bound < timestamptz '2026-01-16 00:00:00+00' and r.upper_bound > timestamptz '2026-01-15 00:00:00+00'
    ) then
        perform inference.create_partitions(date '2026-01-15', 1);
        -- an event that was removed is no duplicate
        perform inference.forget_missing_events(
            o.id, array(select md5(o.slug || ' ' || s.n)::uuid from generate_series(0, 23) as s (n)))
        from inference.organizations as o
        where o.slug in ('ci-one', 'ci-two');
        insert into inference.usage_events (event_id, occurred_at, organization_id, model_id, api_key_id, region, status,
            error_code, prompt_tokens, completion_tokens, latency_ms, cost)
        select e.id, e.at, o.id, m.id,
            (select k.id from inference.api_keys as k where k.organization_id = o.id order by k.created_at, k.id limit 1),
            'eu-central', case e.n % 20 when 0 then 'error' when 1 then 'rate_limited' else 'success' end,
            case e.n % 20 when 0 then 'timeout' end, e.sent, e.made, 80 + e.n % 13 * 20,
            (e.sent + e.made) * m.cost_per_thousand_tokens / 1000
        from inference.organizations as o
        cross join lateral (
            select s.n, md5(o.slug || ' ' || s.n)::uuid as id, 100 + s.n % 7 * 10 as sent, s.n % 20 * 15 as made,
                timestamptz '2026-01-15 00:00:00+00' + s.n * interval '3600 seconds' as at,
                case s.n % 4 when 0 then 'sample-embed' else 'sample-chat' end as model_name
            from generate_series(0, 23) as s (n)
        ) as e
        join inference.model_registry_entries as m
            on m.model_name = e.model_name and m.revision = '2026-01' and m.organization_id is null
        where o.slug in ('ci-one', 'ci-two')
            and not exists (
                select from inference.usage_events as u
                where u.organization_id = o.id and u.occurred_at = e.at and u.event_id = e.id
            );
    end if;

    -- the dashboard, where it lives in the same database
    if to_regclass('analytics.usage_rollups') is not null then
        perform analytics.refresh_usage_rollups('2026-01-15 00:00:00+00', '2026-01-16 00:00:00+00');
    end if;
end
$seed$;
