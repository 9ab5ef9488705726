-- Each event is counted once, for what it costs, and belongs to its tenant. Run it with
--   psql -X -q -v ON_ERROR_STOP=1 -f tests/02_metering.sql
-- as a member of the three roles; it stops with an error where something does not hold, and leaves nothing behind. Events
-- are those of today, so the partition of today has to be there.
begin;

create function pg_temp.refused(p_sql text, p_rule text) returns void language plpgsql as $$
declare
    v_state text;
    v_constraint text;
begin
    begin
        execute p_sql;
    exception
        when others then
            get stacked diagnostics v_state = returned_sqlstate, v_constraint = constraint_name;
            if rtrim(v_state || ' ' || v_constraint) is distinct from p_rule then
                raise exception 'expected %, got % % (%): %', p_rule, v_state, v_constraint, sqlerrm, p_sql;
            end if;
            return;
    end;
    raise exception 'accepted, and not refused by %: %', p_rule, p_sql;
end
$$;

create function pg_temp.equal(p_got anycompatible, p_expected anycompatible, p_what text) returns void language plpgsql as $$
begin
    if p_got is distinct from p_expected then
        raise exception '%: got %, expected %', p_what, p_got, p_expected;
    end if;
end
$$;

create function pg_temp.works_for(p_organization text) returns void language sql as $$
    select set_config('inference.organization_id', p_organization, true)
$$;

-- the functions above are for all roles that follow
do $$
begin
    execute format('grant usage on schema %I to inference_service, inference_gateway, inference_maintenance',
        (select n.nspname from pg_namespace as n where n.oid = pg_my_temp_schema()));
end
$$;

set local role inference_maintenance;
insert into inference.organizations (id, display_name) values
    ('7e570000-0000-4000-8000-00000000000a', 'A'), ('7e570000-0000-4000-8000-00000000000b', 'B');
insert into inference.users (organization_id, email_ciphertext, email_hash) values
    ('7e570000-0000-4000-8000-00000000000a', decode(repeat('ab', 40), 'hex'), sha256('7e57 a')),
    ('7e570000-0000-4000-8000-00000000000b', decode(repeat('ab', 40), 'hex'), sha256('7e57 b'));
insert into inference.api_keys (id, organization_id, name, hashed_secret) values
    ('7e570000-0000-4000-8000-0000000000a1', '7e570000-0000-4000-8000-00000000000a', 'k', sha256('7e57 a')),
    ('7e570000-0000-4000-8000-0000000000b1', '7e570000-0000-4000-8000-00000000000b', 'k', sha256('7e57 b'));
insert into inference.model_registry_entries (id, organization_id, model_name, revision, cost_per_thousand_tokens) values
    ('7e570000-0000-4000-8000-0000000000ff', null, '7e57', '1', 0.0004),
    ('7e570000-0000-4000-8000-0000000000bb', '7e570000-0000-4000-8000-00000000000b', '7e57', '1', 1);

set local role inference_service;
select pg_temp.works_for('7e570000-0000-4000-8000-00000000000a');
insert into inference.usage_events
    (event_id, occurred_at, organization_id, model_id, api_key_id, region, status, prompt_tokens, cost)
select md5('7e57 ' || n)::uuid, now(), '7e570000-0000-4000-8000-00000000000a', m.id,
    '7e570000-0000-4000-8000-0000000000a1', 'eu', 'success', 100, m.cost_per_thousand_tokens * 100 / 1000
from inference.model_registry_entries as m, generate_series(1, 1000) as n
where m.id = '7e570000-0000-4000-8000-0000000000ff';
select pg_temp.equal((select sum(cost) from inference.usage_events), 0.04, 'what a thousand small calls cost');

-- half of a batch was sent before, one event stands in it twice, and one has another time
insert into inference.usage_events (event_id, occurred_at, organization_id, model_id, region, status)
select md5('7e57 ' || least(n, 1499))::uuid, now() - interval '1 second', '7e570000-0000-4000-8000-00000000000a',
    '7e570000-0000-4000-8000-0000000000ff', 'eu', 'success'
from generate_series(501, 1500) as n;
select pg_temp.equal((select count(*) from inference.usage_events), 1499, 'events that are counted');
select pg_temp.equal((select count(distinct event_id) from inference.usage_events), 1499, 'events that are different');

create function pg_temp.event(p_values text) returns text language sql as $$
    select 'insert into inference.usage_events (event_id, organization_id, region, status, occurred_at, model_id, api_key_id)'
        || ' values (gen_random_uuid(), ''7e570000-0000-4000-8000-00000000000a'', ''eu'', ''success'', ' || p_values || ')'
$$;
select pg_temp.refused(
    pg_temp.event($s$now() + interval '11 minutes', '7e570000-0000-4000-8000-0000000000ff', null$s$),
    '23514 usage_events_not_ahead');
set local role inference_maintenance;
select inference.create_partitions((now() at time zone 'UTC')::date - 8, 9);
set local role inference_service;
select pg_temp.refused(
    pg_temp.event($s$now() - interval '169 hours', '7e570000-0000-4000-8000-0000000000ff', null$s$),
    '23514 usage_events_not_too_late');
select pg_temp.refused(
    pg_temp.event($s$now(), '7e570000-0000-4000-8000-0000000000bb', null$s$), '23503 usage_events_model_within_reach');
select pg_temp.refused(
    pg_temp.event($s$now(), '7e570000-0000-4000-8000-0000000000ff', '7e570000-0000-4000-8000-0000000000b1'$s$),
    '23503 usage_events_api_key_of_the_tenant');
-- a copy that is too late by now takes nothing along
insert into inference.usage_events (event_id, occurred_at, organization_id, model_id, region, status)
select md5('7e57 ' || n)::uuid, now() - interval '169 hours' * (n % 2), '7e570000-0000-4000-8000-00000000000a',
    '7e570000-0000-4000-8000-0000000000ff', 'eu', 'success'
from generate_series(1499, 1500) as n;
select pg_temp.equal((select count(*) from inference.usage_events), 1500, 'events beside a copy that is too late');
do $$ begin execute pg_temp.event($s$now() - interval '167 hours', '7e570000-0000-4000-8000-0000000000ff', null$s$); end $$;
select pg_temp.refused($s$update inference.usage_events set cost = 0$s$, '42501');

-- an event that was wrong is taken out with an entry that says so, and does not come back
set local role inference_maintenance;
select pg_temp.refused(format('select inference.void_event(%L, %L, now(), %L)', e.organization_id, e.event_id, ' '),
    '22023 usage_events_voided_for_a_reason')
from inference.usage_events as e where e.event_id = md5('7e57 1')::uuid;
select pg_temp.equal((
    select inference.void_event(e.organization_id, e.event_id, e.occurred_at, 'a test')
    from inference.usage_events as e where e.event_id = md5('7e57 1')::uuid
), true, 'the event that was voided');
select pg_temp.equal((
    select count(*) from inference.audit_log_entries as a
    where a.action = 'voided' and a.target_id = md5('7e57 1')::uuid::text and a.metadata ->> 'reason' = 'a test'
), 1, 'the entry about it');
set local role inference_service;
insert into inference.usage_events (event_id, occurred_at, organization_id, model_id, region, status)
values (md5('7e57 1')::uuid, now(), '7e570000-0000-4000-8000-00000000000a', '7e570000-0000-4000-8000-0000000000ff', 'eu', 'success');
select pg_temp.equal(
    (select count(*) from inference.usage_events as e where e.event_id = md5('7e57 1')::uuid), 0, 'copies of it');

-- another tenant may use the same key of an event
select pg_temp.works_for('7e570000-0000-4000-8000-00000000000b');
insert into inference.usage_events (event_id, occurred_at, organization_id, model_id, region, status)
values (md5('7e57 1')::uuid, now(), '7e570000-0000-4000-8000-00000000000b', '7e570000-0000-4000-8000-0000000000bb', 'eu', 'success');
select pg_temp.equal((select count(*) from inference.usage_events), 1, 'events of the other tenant');

rollback;
