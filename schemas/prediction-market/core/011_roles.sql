-- What the roles of roles.sql may do: call functions, and read. No role writes a table but for accounts, and none writes
-- an entry of the audit in the name of somebody else.
-- A role that is not there is passed over; make it, and run this file again with psql: it may run any number of times.
-- lockkeeper:allow-file CP06 giving rights is what this file is for; tests/roles.sql says what each role may do and may not
do $$
declare
    v_reader text;
begin
    foreach v_reader in array array[
        'prediction_agent', 'prediction_console', 'prediction_maintenance', 'prediction_auditor'
    ] loop
        if to_regrole(v_reader) is not null then
            execute format('grant usage on schema core to %I', v_reader);
            execute format('grant select on core.markets, core.snapshots, core.events, core.event_snapshots,'
                ' core.audit_event, core.channel_counters to %I', v_reader);
        end if;
    end loop;
    if to_regrole('prediction_worker') is not null then
        grant usage on schema core to prediction_worker;
        grant execute on function core.record_system(text, text, text, jsonb, uuid), core.next_sequence(text),
            core.snapshot_id(text, timestamptz),
            core.add_snapshot(text, timestamptz, text, bigint, text, text, jsonb),
            core.add_event(uuid, text, timestamptz, numeric, text[], jsonb, text) to prediction_worker;
    end if;
    if to_regrole('prediction_agent') is not null then
        grant execute on function core.record_agent(text, text, text, jsonb, text, uuid), core.digest_of(jsonb),
            core.agent_statement(text, text, text, jsonb, uuid),
            core.market_terms(text, text, text, timestamptz, jsonb), core.snapshot_id(text, timestamptz),
            core.add_snapshot(text, timestamptz, text, bigint, text, text, jsonb),
            core.add_event(uuid, text, timestamptz, numeric, text[], jsonb, text),
            core.publish_market(uuid), core.next_sequence(text) to prediction_agent;
    end if;
    if to_regrole('prediction_console') is not null then
        grant select (id, role, is_active, last_login_at, erased_at) on core.users to prediction_console;
        grant execute on function core.record_human(text, text, text, text, jsonb, uuid),
            core.market_terms(text, text, text, timestamptz, jsonb), core.digest_of(jsonb),
            core.approve_market(text, uuid, text, text, text, timestamptz, jsonb), core.publish_market(uuid),
            core.withdraw_approval(text, uuid, text), core.move_market(text, uuid, text, jsonb), core.whoami(text),
            core.end_session(text) to prediction_console;
    end if;
    if to_regrole('prediction_login') is not null then
        grant usage on schema core to prediction_login;
        grant select, insert (email, role, password_hash, is_active), update (email, role, password_hash, is_active)
            on core.users to prediction_login;
        -- checks ask for the functions in them as whoever writes
        grant execute on function core.is_password_hash(text),
            core.begin_session(uuid, bytea, interval, text), core.end_session(text) to prediction_login;
    end if;
    if to_regrole('prediction_maintenance') is not null then
        grant execute on function core.close_due_markets(integer), core.purge_sessions(interval, integer),
            core.forget_payload(uuid, text), core.forget_payloads(uuid[], text), core.audit_due(timestamptz, integer),
            core.purge_audit(timestamptz, bigint, text, integer), core.erase_user(uuid, text),
            core.withdraw_event(uuid, text), core.forget_snapshot(text, text), core.purge_snapshots(interval, integer),
            core.forget_market(uuid, text), core.forget_outcome(uuid, text) to prediction_maintenance;
    end if;
    if to_regrole('prediction_auditor') is not null then
        grant select (id, role, is_active, last_login_at, erased_at, created_at, updated_at) on core.users to prediction_auditor;
        grant select (id, user_id, created_at, expires_at, ended_at) on core.user_sessions to prediction_auditor;
        grant execute on function core.digest_of(jsonb), core.market_terms(text, text, text, timestamptz, jsonb),
            core.agent_statement(text, text, text, jsonb, uuid), core.snapshot_id(text, timestamptz)
            to prediction_auditor;
    end if;
end
$$;

-- ROLLBACK
-- do $$
-- declare
--     v_role text;
-- begin
--     foreach v_role in array array[
--         'prediction_worker', 'prediction_agent', 'prediction_console', 'prediction_login', 'prediction_maintenance',
--         'prediction_auditor'
--     ] loop
--         if to_regrole(v_role) is not null then
--             execute format('revoke all on all functions in schema core from %I', v_role);
--             execute format('revoke all on all tables in schema core from %I', v_role);
--             execute format('revoke all on schema core from %I', v_role);
--         end if;
--     end loop;
-- end
-- $$;
