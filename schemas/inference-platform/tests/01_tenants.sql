-- A tenant sees and writes what is its own, and nobody says in its name what the server says. Run it with
--   psql -X -q -v ON_ERROR_STOP=1 -f tests/01_tenants.sql
-- as a member of the three roles; it stops with an error where something does not hold, and leaves nothing behind.
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
select pg_temp.works_for('');
select pg_temp.equal((select count(*) from inference.api_keys), 0, 'keys without a tenant');
select pg_temp.works_for('7e570000-0000-4000-8000-00000000000a');
select pg_temp.equal((select count(*) from inference.organizations), 1, 'tenants that are seen');
select pg_temp.equal((select count(*) from inference.api_keys), 1, 'keys that are seen');
select pg_temp.equal((select count(*) from inference.users), 1, 'people that are seen');
select pg_temp.equal(
    (select count(*) from inference.model_registry_entries where organization_id is not null), 0, 'models of others');
select pg_temp.refused($s$
    insert into inference.api_keys (organization_id, name, hashed_secret)
    values ('7e570000-0000-4000-8000-00000000000b', 'mine', sha256('7e57 c'))
$s$, '42501');
select pg_temp.refused($s$delete from inference.api_keys$s$, '42501');
select pg_temp.refused($s$delete from inference.users$s$, '42501');
select pg_temp.refused($s$
    insert into inference.audit_log_entries (organization_id, actor_type, actor_id, action, target_type, target_id, occurred_at)
    values ('7e570000-0000-4000-8000-00000000000a', 'user', 'u', 'a', 't', 'i', 'infinity')
$s$, '42501');
insert into inference.audit_log_entries (organization_id, actor_type, actor_id, action, target_type, target_id)
values ('7e570000-0000-4000-8000-00000000000a', 'user', 'u', 'a', 't', 'i');
select pg_temp.equal(
    (select recorded_by from inference.audit_log_entries), session_user::text, 'the login that the entry came through');
select pg_temp.refused($s$update inference.audit_log_entries set action = 'b'$s$, '42501');

set local role inference_gateway;
select pg_temp.works_for('');
select pg_temp.equal(
    (select count(*) from inference.api_keys where hashed_secret in (sha256('7e57 a'), sha256('7e57 b'))), 2,
    'keys that the gateway finds');
select pg_temp.refused($s$select email_ciphertext from inference.users$s$, '42501');
select pg_temp.refused($s$select display_name from inference.organizations$s$, '42501');

set local role inference_maintenance;
update inference.api_keys set status = 'revoked' where id = '7e570000-0000-4000-8000-0000000000a1';
select pg_temp.refused($s$
    update inference.api_keys set status = 'active', revoked_at = null where id = '7e570000-0000-4000-8000-0000000000a1'
$s$, '23514 api_keys_revoked_for_good');
select pg_temp.refused($s$
    update inference.users set last_login_at = now() + interval '1 day' where email_hash = sha256('7e57 a')
$s$, '23514 users_times_not_ahead');
select pg_temp.refused($s$
    update inference.users set id = gen_random_uuid() where email_hash = sha256('7e57 a')
$s$, '23001 users_identity_immutable');

-- the words of a person go by one query, and nobody else rewrites the audit
select pg_temp.refused($s$
    select inference.redact_audit_entry(gen_random_uuid(), ' ')
$s$, '22023 audit_log_entries_redacted_for_a_reason');
select pg_temp.equal((
    select count(*) filter (where inference.redact_audit_entry(e.id, 'a test'))
    from inference.audit_log_entries as e
    where e.organization_id = '7e570000-0000-4000-8000-00000000000a' and e.actor_id = 'u'
), 1, 'entries that are redacted');
select pg_temp.equal((
    select e.metadata from inference.audit_log_entries as e
    where e.organization_id = '7e570000-0000-4000-8000-00000000000a' and e.actor_id = 'u'
), '{"redacted": true}', 'what is left of the words');
select set_config('inference.audit_retention', 'on', true);
select pg_temp.refused($s$update inference.audit_log_entries set action = 'b'$s$, '42501');
select pg_temp.refused($s$delete from inference.audit_log_entries$s$, '42501');

-- a restore of data without triggers may have left it to sessions of replication
select pg_temp.equal((
    select t.tgenabled from pg_trigger as t
    where t.tgrelid = 'inference.audit_log_entries'::regclass and t.tgname = 'audit_log_entries_append_only'
), 'A'::"char", 'the trigger of the audit is on for every session');

rollback;
