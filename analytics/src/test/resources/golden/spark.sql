-- groups of an hour
select t.`organization_id` as d1, t.`model_id` as d2, count(*) as m1, coalesce(sum(t.`prompt`), 0bd) + coalesce(sum(t.`completion`), 0bd) as m2, count(*) filter (where t.`status` = 'error') as m3, round(coalesce(sum(t.`cost`), 0bd), 2) as m4, count(*) as n
    from `app`.`event` t
    where t.`at` >= timestamp '2026-01-10T09:00:00Z' and t.`at` < timestamp '2026-01-10T10:00:00Z'
    group by t.`organization_id`, t.`model_id`;

-- groups of each day
select timestamp_seconds(unix_seconds(t.`at`) - pmod(unix_seconds(t.`at`), 86400)) as b, t.`organization_id` as d1, t.`model_id` as d2, count(*) as m1, coalesce(sum(t.`prompt`), 0bd) + coalesce(sum(t.`completion`), 0bd) as m2, count(*) filter (where t.`status` = 'error') as m3, round(coalesce(sum(t.`cost`), 0bd), 2) as m4, count(*) as n
    from `app`.`event` t
    where t.`at` >= timestamp '2026-01-10T09:00:00Z' and t.`at` < timestamp '2026-01-20T09:00:00Z'
    group by timestamp_seconds(unix_seconds(t.`at`) - pmod(unix_seconds(t.`at`), 86400)), t.`organization_id`, t.`model_id`;

-- parts of an hour replaced
insert overwrite `app`.`usage` (`grain`, `bucket`, `organization_id`, `model_id`, `requests`, `tokens`, `errors`, `cost`, `written`) select 'hour', b, d1, d2, m1, m2, m3, m4, current_timestamp()
    from (select timestamp_seconds(unix_seconds(t.`at`) - pmod(unix_seconds(t.`at`), 3600)) as b, t.`organization_id` as d1, t.`model_id` as d2, count(*) as m1, coalesce(sum(t.`prompt`), 0bd) + coalesce(sum(t.`completion`), 0bd) as m2, count(*) filter (where t.`status` = 'error') as m3, round(coalesce(sum(t.`cost`), 0bd), 2) as m4, count(*) as n
    from `app`.`event` t
    where t.`at` >= timestamp '2026-01-10T00:00:00Z' and t.`at` < timestamp '2026-01-11T00:00:00Z'
    group by timestamp_seconds(unix_seconds(t.`at`) - pmod(unix_seconds(t.`at`), 3600)), t.`organization_id`, t.`model_id`) g;

-- a day replaced
insert overwrite `app`.`usage` (`grain`, `bucket`, `organization_id`, `model_id`, `requests`, `tokens`, `errors`, `cost`, `written`) select 'day', b, d1, d2, m1, m2, m3, m4, current_timestamp()
    from (select timestamp_seconds(unix_seconds(t.`at`) - pmod(unix_seconds(t.`at`), 86400)) as b, t.`organization_id` as d1, t.`model_id` as d2, count(*) as m1, coalesce(sum(t.`prompt`), 0bd) + coalesce(sum(t.`completion`), 0bd) as m2, count(*) filter (where t.`status` = 'error') as m3, round(coalesce(sum(t.`cost`), 0bd), 2) as m4, count(*) as n
    from `app`.`event` t
    where t.`at` >= timestamp '2026-01-10T00:00:00Z' and t.`at` < timestamp '2026-01-11T00:00:00Z'
    group by timestamp_seconds(unix_seconds(t.`at`) - pmod(unix_seconds(t.`at`), 86400)), t.`organization_id`, t.`model_id`) g;

-- check rows
select coalesce(sum(n), 0), coalesce(sum(n), 0)
    from (select t.`organization_id` as d1, t.`model_id` as d2, count(*) as m1, coalesce(sum(t.`prompt`), 0bd) + coalesce(sum(t.`completion`), 0bd) as m2, count(*) filter (where t.`status` = 'error') as m3, round(coalesce(sum(t.`cost`), 0bd), 2) as m4, count(*) as n
    from `app`.`event` t
    where t.`at` >= timestamp '2026-01-10T09:00:00Z' and t.`at` < timestamp '2026-01-10T10:00:00Z'
    group by t.`organization_id`, t.`model_id`) s;

-- check tokens
select coalesce(sum(m2), 0), coalesce(sum(m2), 0)
    from (select t.`bucket` as b, t.`organization_id` as d1, t.`model_id` as d2, t.`requests` as m1, t.`tokens` as m2, t.`errors` as m3, t.`cost` as m4, 1 as n
    from `app`.`usage` t
    where t.`grain` = 'hour' and t.`bucket` >= timestamp '2026-01-10T09:00:00Z' and t.`bucket` < timestamp '2026-01-10T10:00:00Z') s;

-- check errors
select sum(m3) * 1.0 / nullif(sum(m1), 0), coalesce(sum(m1), 0)
    from (select t.`bucket` as b, t.`organization_id` as d1, t.`model_id` as d2, t.`requests` as m1, t.`tokens` as m2, t.`errors` as m3, t.`cost` as m4, 1 as n
    from `app`.`usage` t
    where t.`grain` = 'hour' and t.`bucket` >= timestamp '2026-01-10T09:00:00Z' and t.`bucket` < timestamp '2026-01-10T10:00:00Z') s;

-- check same
select coalesce(sum(case when wrong then 1 else 0 end), 0), count(*)
    from (select not (max(m1) filter (where fresh) <=> max(m1) filter (where not fresh)) or not (max(m2) filter (where fresh) <=> max(m2) filter (where not fresh)) as wrong
    from (select d1, d2, m1, m2, m3, m4, true as fresh
    from (select t.`organization_id` as d1, t.`model_id` as d2, count(*) as m1, coalesce(sum(t.`prompt`), 0bd) + coalesce(sum(t.`completion`), 0bd) as m2, count(*) filter (where t.`status` = 'error') as m3, round(coalesce(sum(t.`cost`), 0bd), 2) as m4, count(*) as n
    from `app`.`event` t
    where t.`at` >= timestamp '2026-01-10T09:00:00Z' and t.`at` < timestamp '2026-01-10T10:00:00Z'
    group by t.`organization_id`, t.`model_id`) f
    union all select d1, d2, m1, m2, m3, m4, false
    from (select t.`bucket` as b, t.`organization_id` as d1, t.`model_id` as d2, t.`requests` as m1, t.`tokens` as m2, t.`errors` as m3, t.`cost` as m4, 1 as n
    from `app`.`usage` t
    where t.`grain` = 'hour' and t.`bucket` >= timestamp '2026-01-10T09:00:00Z' and t.`bucket` < timestamp '2026-01-10T10:00:00Z') h) s
    group by d1, d2) g;

-- check known
select count(*) filter (where t.`organization_id` is null), count(*)
    from `app`.`event` t
    where t.`at` >= timestamp '2026-01-10T09:00:00Z' and t.`at` < timestamp '2026-01-10T10:00:00Z';

-- check once
select count(*) filter (where s.n > 1), coalesce(sum(s.n), 0)
    from (select count(*) as n
    from `app`.`event` t
    where t.`at` >= timestamp '2026-01-09T09:00:00Z' and t.`at` < timestamp '2026-01-11T10:00:00Z' and t.`event_id` is not null
    group by t.`event_id`
    having count(*) filter (where t.`at` >= timestamp '2026-01-10T09:00:00Z' and t.`at` < timestamp '2026-01-10T10:00:00Z') > 0) s;

-- check volume
select n.total * 1.0 / nullif(e.total, 0), coalesce(e.total, 0)
    from (select coalesce(sum(m1), 0) as total
    from (select t.`bucket` as b, t.`organization_id` as d1, t.`model_id` as d2, t.`requests` as m1, t.`tokens` as m2, t.`errors` as m3, t.`cost` as m4, 1 as n
    from `app`.`usage` t
    where t.`grain` = 'hour' and t.`bucket` >= timestamp '2026-01-10T09:00:00Z' and t.`bucket` < timestamp '2026-01-10T10:00:00Z') s) n cross join (select sum(m1) as total
    from (select t.`bucket` as b, t.`organization_id` as d1, t.`model_id` as d2, t.`requests` as m1, t.`tokens` as m2, t.`errors` as m3, t.`cost` as m4, 1 as n
    from `app`.`usage` t
    where t.`grain` = 'hour' and t.`bucket` >= timestamp '2026-01-03T09:00:00Z' and t.`bucket` < timestamp '2026-01-03T10:00:00Z') s) e;

-- check own
select (
select count(*)
    from app.event t
    where t.at >= timestamp '2026-01-10T09:00:00Z' and t.at < timestamp '2026-01-10T10:00:00Z' and t.cost::text = ''
), null;

