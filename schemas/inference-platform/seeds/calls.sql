-- The calls of ${seed_slugs} of one day, ${seed_calls} of each. What is there stays as it is, and what is not comes.
do $seed$
begin
    -- calls of one day, the same in every run, until that day is retired
    if not exists (
        select from inference.retired_partitions as r
        where r.lower_bound < timestamptz '2026-01-16 00:00:00+00' and r.upper_bound > timestamptz '2026-01-15 00:00:00+00'
    ) then
        perform inference.create_partitions(date '2026-01-15', 1);
        -- an event that was removed is no duplicate
        perform inference.forget_missing_events(
            o.id, array(select md5(o.slug || ' ' || s.n)::uuid from generate_series(0, ${seed_calls} - 1) as s (n)))
        from inference.organizations as o
        where o.slug in (${seed_slugs});
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
                timestamptz '2026-01-15 00:00:00+00' + s.n * (interval '1 day' / ${seed_calls}) as at,
                case s.n % 4 when 0 then 'sample-embed' else 'sample-chat' end as model_name
            from generate_series(0, ${seed_calls} - 1) as s (n)
        ) as e
        join inference.model_registry_entries as m
            on m.model_name = e.model_name and m.revision = '2026-01' and m.organization_id is null
        where o.slug in (${seed_slugs})
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
