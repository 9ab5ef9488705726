-- groups of an hour
select t."organization_id" as d1, t."model_id" as d2, count(*) as m1, coalesce(sum(t."prompt"), 0) + coalesce(sum(t."completion"), 0) as m2, count(*) filter (where t."status" = 'error') as m3, round(coalesce(sum(t."cost"), 0), 2) as m4, count(*) as n
    from "app"."event" t
    where t."at" >= timestamptz '2026-01-10T09:00:00Z' and t."at" < timestamptz '2026-01-10T10:00:00Z'
    group by t."organization_id", t."model_id";

-- groups of each day
select date_bin(interval '86400 s', t."at", timestamptz '2000-01-01T00:00:00Z') as b, t."organization_id" as d1, t."model_id" as d2, count(*) as m1, coalesce(sum(t."prompt"), 0) + coalesce(sum(t."completion"), 0) as m2, count(*) filter (where t."status" = 'error') as m3, round(coalesce(sum(t."cost"), 0), 2) as m4, count(*) as n
    from "app"."event" t
    where t."at" >= timestamptz '2026-01-10T09:00:00Z' and t."at" < timestamptz '2026-01-20T09:00:00Z'
    group by date_bin(interval '86400 s', t."at", timestamptz '2000-01-01T00:00:00Z'), t."organization_id", t."model_id";

-- parts of an hour replaced
with
    fresh as materialized (select t."organization_id" as d1, t."model_id" as d2, count(*) as m1, coalesce(sum(t."prompt"), 0) + coalesce(sum(t."completion"), 0) as m2, count(*) filter (where t."status" = 'error') as m3, round(coalesce(sum(t."cost"), 0), 2) as m4, count(*) as n
    from "app"."event" t
    where t."at" >= timestamptz '2026-01-10T09:00:00Z' and t."at" < timestamptz '2026-01-10T10:00:00Z' and (t."organization_id" in ('a''b', 'c') or t."organization_id" is null)
    group by t."organization_id", t."model_id"),
    held as materialized (select t.tableoid as o, t.ctid as c, t."bucket" as b, t."organization_id" as d1, t."model_id" as d2, t."requests" as m1, t."tokens" as m2, t."errors" as m3, t."cost" as m4, 1 as n
    from "app"."usage" t
    where t."grain" = 'hour' and t."bucket" >= timestamptz '2026-01-10T09:00:00Z' and t."bucket" < timestamptz '2026-01-10T10:00:00Z' and (t."organization_id" in ('a''b', 'c') or t."organization_id" is null)),
    diff as materialized (select d1, d2, bool_or(fresh) as is_fresh, max(o) as o, max(c) as c, max(m1) filter (where fresh) as m1, max(m1) filter (where not fresh) as h1, max(m2) filter (where fresh) as m2, max(m2) filter (where not fresh) as h2, max(m3) filter (where fresh) as m3, max(m3) filter (where not fresh) as h3, max(m4) filter (where fresh) as m4, max(m4) filter (where not fresh) as h4
    from (select d1, d2, m1, m2, m3, m4, true as fresh, null::oid as o, null::tid as c
    from fresh
    union all select d1, d2, m1, m2, m3, m4, false, o, c
    from held) s
    group by d1, d2),
    gone as (delete
    from "app"."usage" t using diff d
    where t.ctid = d.c and t.tableoid = d.o and t."grain" = 'hour' and t."bucket" = timestamptz '2026-01-10T09:00:00Z' and not d.is_fresh returning 1), changed as (update "app"."usage" t set "requests" = d.m1, "tokens" = d.m2, "errors" = d.m3, "cost" = d.m4, "written" = now()
    from diff d
    where t.ctid = d.c and t.tableoid = d.o and t."grain" = 'hour' and t."bucket" = timestamptz '2026-01-10T09:00:00Z' and d.is_fresh and d.c is not null and (d.m1 is distinct
    from d.h1 or d.m2 is distinct
    from d.h2 or d.m3 is distinct
    from d.h3 or d.m4 is distinct
    from d.h4) returning 1), added as (insert into "app"."usage" ("grain", "bucket", "organization_id", "model_id", "requests", "tokens", "errors", "cost", "written") select 'hour', timestamptz '2026-01-10T09:00:00Z', d1, d2, m1, m2, m3, m4, now()
    from diff
    where c is null returning 1) select (select count(*)
    from fresh), (select coalesce(sum(n), 0)
    from fresh), (select count(*)
    from added), (select count(*)
    from changed), (select count(*)
    from gone), (select to_jsonb(t.*)
    from (select coalesce(sum(m1), 0) as "requests", coalesce(sum(m2), 0) as "tokens", coalesce(sum(m3), 0) as "errors", coalesce(sum(m4), 0) as "cost"
    from fresh) t), (select count(*)
    from diff d
    where c is null or not is_fresh or d.m1 is distinct
    from d.h1 or d.m2 is distinct
    from d.h2 or d.m3 is distinct
    from d.h3 or d.m4 is distinct
    from d.h4);

-- a day replaced
with
    fresh as materialized (select t."organization_id" as d1, t."model_id" as d2, count(*) as m1, coalesce(sum(t."prompt"), 0) + coalesce(sum(t."completion"), 0) as m2, count(*) filter (where t."status" = 'error') as m3, round(coalesce(sum(t."cost"), 0), 2) as m4, count(*) as n
    from "app"."event" t
    where t."at" >= timestamptz '2026-01-10T00:00:00Z' and t."at" < timestamptz '2026-01-11T00:00:00Z'
    group by t."organization_id", t."model_id"),
    held as materialized (select t.tableoid as o, t.ctid as c, t."bucket" as b, t."organization_id" as d1, t."model_id" as d2, t."requests" as m1, t."tokens" as m2, t."errors" as m3, t."cost" as m4, 1 as n
    from "app"."usage" t
    where t."grain" = 'day' and t."bucket" >= timestamptz '2026-01-10T00:00:00Z' and t."bucket" < timestamptz '2026-01-11T00:00:00Z'),
    diff as materialized (select d1, d2, bool_or(fresh) as is_fresh, max(o) as o, max(c) as c, max(m1) filter (where fresh) as m1, max(m1) filter (where not fresh) as h1, max(m2) filter (where fresh) as m2, max(m2) filter (where not fresh) as h2, max(m3) filter (where fresh) as m3, max(m3) filter (where not fresh) as h3, max(m4) filter (where fresh) as m4, max(m4) filter (where not fresh) as h4
    from (select d1, d2, m1, m2, m3, m4, true as fresh, null::oid as o, null::tid as c
    from fresh
    union all select d1, d2, m1, m2, m3, m4, false, o, c
    from held) s
    group by d1, d2),
    gone as (delete
    from "app"."usage" t using diff d
    where t.ctid = d.c and t.tableoid = d.o and t."grain" = 'day' and t."bucket" = timestamptz '2026-01-10T00:00:00Z' and not d.is_fresh returning 1), changed as (update "app"."usage" t set "requests" = d.m1, "tokens" = d.m2, "errors" = d.m3, "cost" = d.m4, "written" = now()
    from diff d
    where t.ctid = d.c and t.tableoid = d.o and t."grain" = 'day' and t."bucket" = timestamptz '2026-01-10T00:00:00Z' and d.is_fresh and d.c is not null and (d.m1 is distinct
    from d.h1 or d.m2 is distinct
    from d.h2 or d.m3 is distinct
    from d.h3 or d.m4 is distinct
    from d.h4) returning 1), added as (insert into "app"."usage" ("grain", "bucket", "organization_id", "model_id", "requests", "tokens", "errors", "cost", "written") select 'day', timestamptz '2026-01-10T00:00:00Z', d1, d2, m1, m2, m3, m4, now()
    from diff
    where c is null returning 1) select (select count(*)
    from fresh), (select coalesce(sum(n), 0)
    from fresh), (select count(*)
    from added), (select count(*)
    from changed), (select count(*)
    from gone), (select to_jsonb(t.*)
    from (select coalesce(sum(m1), 0) as "requests", coalesce(sum(m2), 0) as "tokens", coalesce(sum(m3), 0) as "errors", coalesce(sum(m4), 0) as "cost"
    from fresh) t), (select count(*)
    from diff d
    where c is null or not is_fresh or d.m1 is distinct
    from d.h1 or d.m2 is distinct
    from d.h2 or d.m3 is distinct
    from d.h3 or d.m4 is distinct
    from d.h4);

-- check rows
select coalesce(sum(n), 0), coalesce(sum(n), 0)
    from (select t."organization_id" as d1, t."model_id" as d2, count(*) as m1, coalesce(sum(t."prompt"), 0) + coalesce(sum(t."completion"), 0) as m2, count(*) filter (where t."status" = 'error') as m3, round(coalesce(sum(t."cost"), 0), 2) as m4, count(*) as n
    from "app"."event" t
    where t."at" >= timestamptz '2026-01-10T09:00:00Z' and t."at" < timestamptz '2026-01-10T10:00:00Z'
    group by t."organization_id", t."model_id") s;

-- check tokens
select coalesce(sum(m2), 0), coalesce(sum(m2), 0)
    from (select t."bucket" as b, t."organization_id" as d1, t."model_id" as d2, t."requests" as m1, t."tokens" as m2, t."errors" as m3, t."cost" as m4, 1 as n
    from "app"."usage" t
    where t."grain" = 'hour' and t."bucket" >= timestamptz '2026-01-10T09:00:00Z' and t."bucket" < timestamptz '2026-01-10T10:00:00Z') s;

-- check errors
select sum(m3) * 1.0 / nullif(sum(m1), 0), coalesce(sum(m1), 0)
    from (select t."bucket" as b, t."organization_id" as d1, t."model_id" as d2, t."requests" as m1, t."tokens" as m2, t."errors" as m3, t."cost" as m4, 1 as n
    from "app"."usage" t
    where t."grain" = 'hour' and t."bucket" >= timestamptz '2026-01-10T09:00:00Z' and t."bucket" < timestamptz '2026-01-10T10:00:00Z') s;

-- check same
select coalesce(sum(case when wrong then 1 else 0 end), 0), count(*)
    from (select not (max(m1) filter (where fresh) is not distinct
    from max(m1) filter (where not fresh)) or not (max(m2) filter (where fresh) is not distinct
    from max(m2) filter (where not fresh)) as wrong
    from (select d1, d2, m1, m2, m3, m4, true as fresh
    from (select t."organization_id" as d1, t."model_id" as d2, count(*) as m1, coalesce(sum(t."prompt"), 0) + coalesce(sum(t."completion"), 0) as m2, count(*) filter (where t."status" = 'error') as m3, round(coalesce(sum(t."cost"), 0), 2) as m4, count(*) as n
    from "app"."event" t
    where t."at" >= timestamptz '2026-01-10T09:00:00Z' and t."at" < timestamptz '2026-01-10T10:00:00Z'
    group by t."organization_id", t."model_id") f
    union all select d1, d2, m1, m2, m3, m4, false
    from (select t."bucket" as b, t."organization_id" as d1, t."model_id" as d2, t."requests" as m1, t."tokens" as m2, t."errors" as m3, t."cost" as m4, 1 as n
    from "app"."usage" t
    where t."grain" = 'hour' and t."bucket" >= timestamptz '2026-01-10T09:00:00Z' and t."bucket" < timestamptz '2026-01-10T10:00:00Z') h) s
    group by d1, d2) g;

-- check known
select count(*) filter (where t."organization_id" is null), count(*)
    from "app"."event" t
    where t."at" >= timestamptz '2026-01-10T09:00:00Z' and t."at" < timestamptz '2026-01-10T10:00:00Z';

-- check once
select count(*) filter (where s.n > 1), coalesce(sum(s.n), 0)
    from (select count(*) as n
    from "app"."event" t
    where t."at" >= timestamptz '2026-01-09T09:00:00Z' and t."at" < timestamptz '2026-01-11T10:00:00Z' and t."event_id" is not null
    group by t."event_id"
    having count(*) filter (where t."at" >= timestamptz '2026-01-10T09:00:00Z' and t."at" < timestamptz '2026-01-10T10:00:00Z') > 0) s;

-- check volume
select n.total * 1.0 / nullif(e.total, 0), coalesce(e.total, 0)
    from (select coalesce(sum(m1), 0) as total
    from (select t."bucket" as b, t."organization_id" as d1, t."model_id" as d2, t."requests" as m1, t."tokens" as m2, t."errors" as m3, t."cost" as m4, 1 as n
    from "app"."usage" t
    where t."grain" = 'hour' and t."bucket" >= timestamptz '2026-01-10T09:00:00Z' and t."bucket" < timestamptz '2026-01-10T10:00:00Z') s) n cross join (select sum(m1) as total
    from (select t."bucket" as b, t."organization_id" as d1, t."model_id" as d2, t."requests" as m1, t."tokens" as m2, t."errors" as m3, t."cost" as m4, 1 as n
    from "app"."usage" t
    where t."grain" = 'hour' and t."bucket" >= timestamptz '2026-01-03T09:00:00Z' and t."bucket" < timestamptz '2026-01-03T10:00:00Z') s) e;

-- check own
select (
select count(*)
    from app.event t
    where t.at >= timestamptz '2026-01-10T09:00:00Z' and t.at < timestamptz '2026-01-10T10:00:00Z' and t.cost::text = ''
), null;

