-- What time brings: markets close, sessions and old entries go, persons are forgotten. Each leaves an entry in the audit.
create function core.check_limit(p_limit integer) returns void
language plpgsql
immutable
set search_path = pg_catalog, pg_temp
as $$
begin
    if p_limit is null or p_limit not between 1 and 10000 then
        raise exception 'not a number of rows: %', p_limit
            using errcode = 'invalid_parameter_value', hint = 'From 1 to 10000.';
    end if;
end
$$;

create function core.close_due_markets(p_limit integer default 1000) returns setof uuid
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_id uuid;
begin
    perform core.check_limit(p_limit);
    for v_id in
        select id from core.markets
        where status = 'open' and closes_at <= now()
        order by closes_at
        limit p_limit
        for update skip locked
    loop
        update core.markets set status = 'closed' where id = v_id;
        perform core.append_entry('system', null, 'move', 'market', v_id::text, '{"from": "open", "to": "closed"}');
        return next v_id;
    end loop;
end
$$;

create function core.purge_sessions(p_older_than interval default interval '30 days', p_limit integer default 10000)
returns bigint
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_purged bigint;
begin
    perform core.check_limit(p_limit);
    if p_older_than is null or p_older_than < interval '0' then
        raise exception 'not an age: %', p_older_than using errcode = 'invalid_parameter_value';
    end if;
    delete from core.user_sessions
    where id = any (array(
        select s.id
        from core.user_sessions as s
        where s.expires_at < now() - p_older_than
            and not exists (select from core.audit_event as a where a.session_id = s.id)
        limit p_limit
        for update skip locked
    ));
    get diagnostics v_purged = row_count;
    return v_purged;
end
$$;

-- The trigger is off for this transaction alone: the lock, which ALTER TABLE takes too, keeps all other writers out until it
-- is on again. It is taken first, so that two who come at once wait instead of ending each other.
create function core.forget_payload(p_id uuid, p_reason text) returns uuid
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
set lock_timeout = '2s'
as $$
declare
    v_entry uuid;
    v_reason core.words := coalesce(p_reason, '');
begin
    if exists (select from core.markets as m where m.resolution_audit_id = p_id) then
        raise exception 'entry % says what came true', p_id
            using errcode = 'restrict_violation', schema = 'core', table = 'audit_event',
                constraint = 'audit_event_resolution_stays';
    end if;
    if exists (
        select from core.audit_event where id = p_id and action in ('purge', 'forget-payload', 'erase-account')
    ) then
        raise exception 'entry % says why something went', p_id
            using errcode = 'restrict_violation', schema = 'core', table = 'audit_event',
                constraint = 'audit_event_removal_stays';
    end if;
    lock table core.audit_event in share row exclusive mode;
    v_entry := core.append_entry('system', null, 'forget-payload', 'audit_event', p_id::text,
        jsonb_build_object('reason', v_reason));
    alter table core.audit_event disable trigger audit_event_append_only;
    update core.audit_event set payload = '{}', payload_forgotten = true where id = p_id and not payload_forgotten;
    if not found then
        raise exception 'no entry % that has its payload', p_id using errcode = 'no_data_found';
    end if;
    alter table core.audit_event enable always trigger audit_event_append_only;
    return v_entry;
end
$$;

create function core.purge_audit(p_older_than interval default interval '7 years', p_limit integer default 10000)
returns bigint
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
set lock_timeout = '2s'
as $$
declare
    v_ids uuid[];
    v_payload jsonb;
    v_deleted bigint;
begin
    perform core.check_limit(p_limit);
    -- as dates: compared as intervals, 360 days are a year
    if p_older_than is null or now() - p_older_than > now() - interval '1 year' then
        raise exception 'the audit is kept for a year at least, not for %', p_older_than
            using errcode = 'invalid_parameter_value';
    end if;
    -- chosen before the lock, for entries never change: nobody waits for that. A purge beside it skips them.
    select array_agg(o.id order by o.occurred_at, o.id),
        jsonb_build_object(
            'entries', count(*), 'first', min(o.occurred_at), 'last', max(o.occurred_at),
            'sha256', encode(sha256(convert_to(
                string_agg(o.id || ' ' || o.payload_hash, chr(10) order by o.occurred_at, o.id), 'UTF8')), 'hex')
        )
    into v_ids, v_payload
    from (
        select a.id, a.occurred_at, a.payload_hash
        from core.audit_event as a
        where a.occurred_at < now() - p_older_than
            and not exists (select from core.markets as m where m.human_approval_audit_id = a.id)
            and not exists (select from core.markets as m where m.resolution_audit_id = a.id)
        order by a.occurred_at, a.id
        limit p_limit
        for update of a skip locked
    ) as o;
    if v_ids is null then
        return 0;
    end if;
    lock table core.audit_event in share row exclusive mode;
    perform core.append_entry('system', null, 'purge', 'audit_event', 'older than ' || p_older_than, v_payload);
    alter table core.audit_event disable trigger audit_event_append_only;
    delete from core.audit_event as a
    where a.id = any (v_ids)
        and not exists (select from core.markets as m where m.human_approval_audit_id = a.id)
        and not exists (select from core.markets as m where m.resolution_audit_id = a.id);
    get diagnostics v_deleted = row_count;
    alter table core.audit_event enable always trigger audit_event_append_only;
    if v_deleted <> cardinality(v_ids) then
        raise exception 'a market was published meanwhile' using errcode = 'serialization_failure', hint = 'Repeat it.';
    end if;
    return cardinality(v_ids);
end
$$;

create function core.erase_user(p_user_id uuid, p_reason text) returns uuid
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_reason core.words := coalesce(p_reason, '');
begin
    update core.users
    -- not derived from the id: somebody might have taken that address
    set email = 'erased-' || gen_random_uuid() || '@erased.invalid', password_hash = null, is_active = false, last_login_at = null
    where id = p_user_id;
    if not found then
        raise exception 'no account %', p_user_id using errcode = 'no_data_found';
    end if;
    return core.append_entry('system', null, 'erase-account', 'user', p_user_id::text, jsonb_build_object('reason', v_reason));
end
$$;

revoke execute on all functions in schema core from public;

comment on function core.check_limit(integer) is 'Refuses a number of rows that makes no sense.';
comment on function core.close_due_markets(integer) is
    'Closes up to that many open markets whose end has come, the first to end first; returns them. For a schedule of a minute.';
comment on function core.purge_sessions(interval, integer) is
    'Deletes up to that many sessions that expired longer ago than that and that no entry refers to; returns how many.';
comment on function core.forget_payload(uuid, text) is
    'Removes the words of one entry at the wish of a person: who did what, when, and the digest stay. Returns the entry that says why; the reason must not repeat the words.';
comment on function core.purge_audit(interval, integer) is
    'Deletes up to that many entries older than that, at least a year, but no approval and no resolution of a market; returns how many. The entry purge holds the digest of their ids and hashes, in the order of time: archive them first.';
comment on function core.erase_user(uuid, text) is
    'Forgets a person: address, password and time of login go, sessions end; what was done stays under the id. Returns the entry.';

-- ROLLBACK
-- drop function core.erase_user(uuid, text);
-- drop function core.purge_audit(interval, integer);
-- drop function core.forget_payload(uuid, text);
-- drop function core.purge_sessions(interval, integer);
-- drop function core.close_due_markets(integer);
-- drop function core.check_limit(integer);
