-- groups of an hour
select t."organization_id" as d1, t."model_id" as d2, count(*) as m1, coalesce(sum(t."prompt"), 0) + coalesce(sum(t."completion"), 0) as m2, count(*) filter (where t."status" = 'error') as m3, round(coalesce(sum(t."cost"), 0), 2) as m4, count(*) as n
    from "app"."event" t
    where t."at" >= timestamp '2026-01-10 09:00:00 UTC' and t."at" < timestamp '2026-01-10 10:00:00 UTC'
    group by t."organization_id", t."model_id";

-- groups of each day
select date_trunc('day', t."at" at time zone 'UTC') as b, t."organization_id" as d1, t."model_id" as d2, count(*) as m1, coalesce(sum(t."prompt"), 0) + coalesce(sum(t."completion"), 0) as m2, count(*) filter (where t."status" = 'error') as m3, round(coalesce(sum(t."cost"), 0), 2) as m4, count(*) as n
    from "app"."event" t
    where t."at" >= timestamp '2026-01-10 09:00:00 UTC' and t."at" < timestamp '2026-01-20 09:00:00 UTC'
    group by date_trunc('day', t."at" at time zone 'UTC'), t."organization_id", t."model_id";

-- parts of an hour replaced
merge into "app"."usage" t using (select d1, d2, max(case when fresh then 1 else 0 end) = 1 as is_fresh, max(m1) filter (where fresh) as m1, max(m1) filter (where not fresh) as h1, max(m2) filter (where fresh) as m2, max(m2) filter (where not fresh) as h2, max(m3) filter (where fresh) as m3, max(m3) filter (where not fresh) as h3, max(m4) filter (where fresh) as m4, max(m4) filter (where not fresh) as h4
    from (select d1, d2, m1, m2, m3, m4, true as fresh
    from (select t."organization_id" as d1, t."model_id" as d2, count(*) as m1, coalesce(sum(t."prompt"), 0) + coalesce(sum(t."completion"), 0) as m2, count(*) filter (where t."status" = 'error') as m3, round(coalesce(sum(t."cost"), 0), 2) as m4, count(*) as n
    from "app"."event" t
    where t."at" >= timestamp '2026-01-10 09:00:00 UTC' and t."at" < timestamp '2026-01-10 10:00:00 UTC' and (t."organization_id" in ('a''b', 'c') or t."organization_id" is null)
    group by t."organization_id", t."model_id") f
    union all select d1, d2, m1, m2, m3, m4, false as fresh
    from (select t."bucket" as b, t."organization_id" as d1, t."model_id" as d2, t."requests" as m1, t."tokens" as m2, t."errors" as m3, t."cost" as m4, 1 as n
    from "app"."usage" t
    where t."grain" = 'hour' and t."bucket" >= timestamp '2026-01-10 09:00:00 UTC' and t."bucket" < timestamp '2026-01-10 10:00:00 UTC' and (t."organization_id" in ('a''b', 'c') or t."organization_id" is null)) h) s
    group by d1, d2) d on t."grain" = 'hour' and t."bucket" = timestamp '2026-01-10 09:00:00 UTC' and t."organization_id" is not distinct
    from d.d1 and t."model_id" is not distinct
    from d.d2 when matched and not d.is_fresh then delete when matched and (not (d.m1 is not distinct
    from d.h1) or not (d.m2 is not distinct
    from d.h2) or not (d.m3 is not distinct
    from d.h3) or not (d.m4 is not distinct
    from d.h4)) then update set "requests" = d.m1, "tokens" = d.m2, "errors" = d.m3, "cost" = d.m4, "written" = current_timestamp when not matched then insert ("grain", "bucket", "organization_id", "model_id", "requests", "tokens", "errors", "cost", "written") values ('hour', timestamp '2026-01-10 09:00:00 UTC', d.d1, d.d2, d.m1, d.m2, d.m3, d.m4, current_timestamp);

-- a day replaced
merge into "app"."usage" t using (select d1, d2, max(case when fresh then 1 else 0 end) = 1 as is_fresh, max(m1) filter (where fresh) as m1, max(m1) filter (where not fresh) as h1, max(m2) filter (where fresh) as m2, max(m2) filter (where not fresh) as h2, max(m3) filter (where fresh) as m3, max(m3) filter (where not fresh) as h3, max(m4) filter (where fresh) as m4, max(m4) filter (where not fresh) as h4
    from (select d1, d2, m1, m2, m3, m4, true as fresh
    from (select t."organization_id" as d1, t."model_id" as d2, count(*) as m1, coalesce(sum(t."prompt"), 0) + coalesce(sum(t."completion"), 0) as m2, count(*) filter (where t."status" = 'error') as m3, round(coalesce(sum(t."cost"), 0), 2) as m4, count(*) as n
    from "app"."event" t
    where t."at" >= timestamp '2026-01-10 00:00:00 UTC' and t."at" < timestamp '2026-01-11 00:00:00 UTC'
    group by t."organization_id", t."model_id") f
    union all select d1, d2, m1, m2, m3, m4, false as fresh
    from (select t."bucket" as b, t."organization_id" as d1, t."model_id" as d2, t."requests" as m1, t."tokens" as m2, t."errors" as m3, t."cost" as m4, 1 as n
    from "app"."usage" t
    where t."grain" = 'day' and t."bucket" >= timestamp '2026-01-10 00:00:00 UTC' and t."bucket" < timestamp '2026-01-11 00:00:00 UTC') h) s
    group by d1, d2) d on t."grain" = 'day' and t."bucket" = timestamp '2026-01-10 00:00:00 UTC' and t."organization_id" is not distinct
    from d.d1 and t."model_id" is not distinct
    from d.d2 when matched and not d.is_fresh then delete when matched and (not (d.m1 is not distinct
    from d.h1) or not (d.m2 is not distinct
    from d.h2) or not (d.m3 is not distinct
    from d.h3) or not (d.m4 is not distinct
    from d.h4)) then update set "requests" = d.m1, "tokens" = d.m2, "errors" = d.m3, "cost" = d.m4, "written" = current_timestamp when not matched then insert ("grain", "bucket", "organization_id", "model_id", "requests", "tokens", "errors", "cost", "written") values ('day', timestamp '2026-01-10 00:00:00 UTC', d.d1, d.d2, d.m1, d.m2, d.m3, d.m4, current_timestamp);

-- check rows
select coalesce(sum(n), 0), coalesce(sum(n), 0)
    from (select t."organization_id" as d1, t."model_id" as d2, count(*) as m1, coalesce(sum(t."prompt"), 0) + coalesce(sum(t."completion"), 0) as m2, count(*) filter (where t."status" = 'error') as m3, round(coalesce(sum(t."cost"), 0), 2) as m4, count(*) as n
    from "app"."event" t
    where t."at" >= timestamp '2026-01-10 09:00:00 UTC' and t."at" < timestamp '2026-01-10 10:00:00 UTC'
    group by t."organization_id", t."model_id") s;

-- check tokens
select coalesce(sum(m2), 0), coalesce(sum(m2), 0)
    from (select t."bucket" as b, t."organization_id" as d1, t."model_id" as d2, t."requests" as m1, t."tokens" as m2, t."errors" as m3, t."cost" as m4, 1 as n
    from "app"."usage" t
    where t."grain" = 'hour' and t."bucket" >= timestamp '2026-01-10 09:00:00 UTC' and t."bucket" < timestamp '2026-01-10 10:00:00 UTC') s;

-- check errors
select sum(m3) * 1.0 / nullif(sum(m1), 0), coalesce(sum(m1), 0)
    from (select t."bucket" as b, t."organization_id" as d1, t."model_id" as d2, t."requests" as m1, t."tokens" as m2, t."errors" as m3, t."cost" as m4, 1 as n
    from "app"."usage" t
    where t."grain" = 'hour' and t."bucket" >= timestamp '2026-01-10 09:00:00 UTC' and t."bucket" < timestamp '2026-01-10 10:00:00 UTC') s;

-- check same
select coalesce(sum(case when wrong then 1 else 0 end), 0), count(*)
    from (select not (max(m1) filter (where fresh) is not distinct
    from max(m1) filter (where not fresh)) or not (max(m2) filter (where fresh) is not distinct
    from max(m2) filter (where not fresh)) as wrong
    from (select d1, d2, m1, m2, m3, m4, true as fresh
    from (select t."organization_id" as d1, t."model_id" as d2, count(*) as m1, coalesce(sum(t."prompt"), 0) + coalesce(sum(t."completion"), 0) as m2, count(*) filter (where t."status" = 'error') as m3, round(coalesce(sum(t."cost"), 0), 2) as m4, count(*) as n
    from "app"."event" t
    where t."at" >= timestamp '2026-01-10 09:00:00 UTC' and t."at" < timestamp '2026-01-10 10:00:00 UTC'
    group by t."organization_id", t."model_id") f
    union all select d1, d2, m1, m2, m3, m4, false
    from (select t."bucket" as b, t."organization_id" as d1, t."model_id" as d2, t."requests" as m1, t."tokens" as m2, t."errors" as m3, t."cost" as m4, 1 as n
    from "app"."usage" t
    where t."grain" = 'hour' and t."bucket" >= timestamp '2026-01-10 09:00:00 UTC' and t."bucket" < timestamp '2026-01-10 10:00:00 UTC') h) s
    group by d1, d2) g;

-- check known
select count(*) filter (where t."organization_id" is null), count(*)
    from "app"."event" t
    where t."at" >= timestamp '2026-01-10 09:00:00 UTC' and t."at" < timestamp '2026-01-10 10:00:00 UTC';

-- check once
select count(*) filter (where s.n > 1), coalesce(sum(s.n), 0)
    from (select count(*) as n
    from "app"."event" t
    where t."at" >= timestamp '2026-01-09 09:00:00 UTC' and t."at" < timestamp '2026-01-11 10:00:00 UTC' and t."event_id" is not null
    group by t."event_id"
    having count(*) filter (where t."at" >= timestamp '2026-01-10 09:00:00 UTC' and t."at" < timestamp '2026-01-10 10:00:00 UTC') > 0) s;

-- check volume
select n.total * 1.0 / nullif(e.total, 0), coalesce(e.total, 0)
    from (select coalesce(sum(m1), 0) as total
    from (select t."bucket" as b, t."organization_id" as d1, t."model_id" as d2, t."requests" as m1, t."tokens" as m2, t."errors" as m3, t."cost" as m4, 1 as n
    from "app"."usage" t
    where t."grain" = 'hour' and t."bucket" >= timestamp '2026-01-10 09:00:00 UTC' and t."bucket" < timestamp '2026-01-10 10:00:00 UTC') s) n cross join (select sum(m1) as total
    from (select t."bucket" as b, t."organization_id" as d1, t."model_id" as d2, t."requests" as m1, t."tokens" as m2, t."errors" as m3, t."cost" as m4, 1 as n
    from "app"."usage" t
    where t."grain" = 'hour' and t."bucket" >= timestamp '2026-01-03 09:00:00 UTC' and t."bucket" < timestamp '2026-01-03 10:00:00 UTC') s) e;

-- check own
select (
select count(*)
    from app.event t
    where t.at >= timestamp '2026-01-10 09:00:00 UTC' and t.at < timestamp '2026-01-10 10:00:00 UTC' and t.cost::text = ''
), null;

