-- Maintenance makes, retires and drops partitions, and no slip of an argument destroys anything. Run it with
--   psql -X -q -v ON_ERROR_STOP=1 -f tests/03_maintenance.sql
-- as a member of the three roles; it stops with an error where something does not hold, and leaves nothing behind. It
-- retires partitions and takes that back, so run it beside no traffic.
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

do $$
begin
    execute format('grant usage on schema %I to inference_service, inference_maintenance',
        (select n.nspname from pg_namespace as n where n.oid = pg_my_temp_schema()));
end
$$;

set local role inference_maintenance;
select pg_temp.refused($s$select inference.create_partitions('9999-01-01', 1)$s$, '22023 usage_events_partitions_within_reason');
select pg_temp.refused($s$select inference.create_partitions(null, 0)$s$, '22023 usage_events_partitions_within_reason');
select pg_temp.refused($s$select inference.retire_partitions('-24 months')$s$, '22023 usage_events_kept_90_days');
select pg_temp.refused($s$select inference.forget_events('7 days')$s$, '22023 usage_event_keys_kept_8_days');
select pg_temp.refused($s$select inference.forget_audit_entries('1 month')$s$, '22023 audit_log_entries_kept_a_year');

select inference.create_partitions();
select pg_temp.equal(inference.partitions_ready_until() > now() + interval '28 days', true, 'a month is ready');

-- a day that nobody has had partitions for
select inference.create_partitions((now() at time zone 'UTC')::date - 3000, 1);
select pg_temp.equal((
    select count(*) from inference.retire_partitions('2999 days') as name
), 1, 'the day that was retired');
select pg_temp.refused(format('select inference.drop_retired_partition(%L, 1, %L)', r.partition_name, 'file'),
    '23514 retired_partitions_exported_whole')
from inference.retired_partitions as r where r.retired_at = now();
select inference.drop_retired_partition(r.partition_name, 0, 'file')
from inference.retired_partitions as r where r.retired_at = now();
select pg_temp.equal((
    select count(*) from inference.retired_partitions as r where r.retired_at = now() and r.dropped_at is not null
), 1, 'the day that was dropped');

set local role inference_service;
select pg_temp.refused($s$select inference.create_partitions()$s$, '42501');
select pg_temp.refused($s$select inference.retire_partitions()$s$, '42501');
select pg_temp.refused($s$select inference.forget_events()$s$, '42501');

rollback;
