-- Clients hold these tables in any order: all of them at once, or none. Nobody waits long enough for a deadlock.
do $$
declare
    v_patience text := current_setting('lock_timeout');
    v_deadline timestamptz := clock_timestamp() + interval '1 minute';
begin
    -- autovacuum gives way to who waits for this, and no client minds it
    lock table inference.organizations, inference.users, inference.api_keys, inference.model_registry_entries,
        inference.audit_log_entries, only inference.usage_events in share update exclusive mode;
    loop
        begin
            perform set_config('lock_timeout', '50ms', true);
            lock table inference.organizations, inference.users, inference.api_keys, inference.model_registry_entries,
                inference.audit_log_entries, only inference.usage_events in access exclusive mode;
            exit;
        exception when lock_not_available then
            if clock_timestamp() > v_deadline then
                raise exception 'the tables are never free all at once'
                    using errcode = 'lock_not_available', hint = 'Nothing was done. Run it again when fewer clients write.';
            end if;
        end;
        perform pg_sleep(0.2);
    end loop;
    perform set_config('lock_timeout', v_patience, true);
end
$$;

revoke execute on function
    inference.record_migration(text, text, jsonb),
    inference.forget_audit_entries(interval, integer),
    inference.redact_audit_entry(uuid, text),
    inference.void_event(uuid, uuid, timestamptz, text, bigint),
    inference.create_partitions(date, integer),
    inference.retire_partitions(interval),
    inference.drop_retired_partition(text, bigint, text),
    inference.forget_events(interval),
    inference.forget_missing_events(uuid, uuid[])
    from inference_maintenance;
revoke usage on sequence inference.usage_events_id_seq from inference_service, inference_maintenance;
revoke all on all tables in schema inference from inference_service, inference_gateway, inference_maintenance;
revoke usage on schema inference_archive from inference_maintenance;
revoke usage on schema inference from inference_service, inference_gateway, inference_maintenance;
drop policy audit_log_entries_of_voids on inference.audit_log_entries;
drop policy audit_log_entries_of_retention on inference.audit_log_entries;
drop policy audit_log_entries_seen_by_their_writer on inference.audit_log_entries;
drop policy audit_log_entries_of_migrations on inference.audit_log_entries;
drop policy usage_events_once on inference.usage_events;
drop policy usage_events_of_maintenance on inference.usage_events;
drop policy audit_log_entries_of_maintenance on inference.audit_log_entries;
drop policy model_registry_entries_of_maintenance on inference.model_registry_entries;
drop policy api_keys_of_maintenance on inference.api_keys;
drop policy users_of_maintenance on inference.users;
drop policy organizations_of_maintenance on inference.organizations;
drop policy users_of_a_call on inference.users;
drop policy api_keys_of_a_call on inference.api_keys;
drop policy organizations_of_a_call on inference.organizations;
drop policy usage_events_of_the_tenant on inference.usage_events;
drop policy audit_log_entries_of_the_tenant on inference.audit_log_entries;
drop policy model_registry_entries_changed on inference.model_registry_entries;
drop policy model_registry_entries_added on inference.model_registry_entries;
drop policy model_registry_entries_seen on inference.model_registry_entries;
drop policy api_keys_of_the_tenant on inference.api_keys;
drop policy users_of_the_tenant on inference.users;
drop policy organizations_of_the_tenant on inference.organizations;
alter table inference.usage_events no force row level security;
alter table inference.usage_events disable row level security;
alter table inference.audit_log_entries no force row level security;
alter table inference.audit_log_entries disable row level security;
alter table inference.model_registry_entries no force row level security;
alter table inference.model_registry_entries disable row level security;
alter table inference.api_keys no force row level security;
alter table inference.api_keys disable row level security;
alter table inference.users no force row level security;
alter table inference.users disable row level security;
alter table inference.organizations no force row level security;
alter table inference.organizations disable row level security;
drop function inference.current_organization();
