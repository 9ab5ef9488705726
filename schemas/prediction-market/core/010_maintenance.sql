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
    if p_older_than is null or now() - p_older_than > now() then
        raise exception 'not an age: %', p_older_than using errcode = 'invalid_parameter_value';
    end if;
    delete from core.user_sessions
    where id = any (array(
        select s.id
        from core.user_sessions as s
        where s.expires_at < now() - p_older_than
            and not exists (
                select from core.audit_event as a where a.actor_user_id = s.user_id and a.session_id = s.id
            )
        limit p_limit
        for update skip locked
    ));
    get diagnostics v_purged = row_count;
    return v_purged;
end
$$;

-- The entry is written first: it is what permits the removal, to this transaction. See core.removal_is_open.
create function core.forget_payloads(p_ids uuid[], p_reason text) returns setof uuid
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_id uuid;
    v_reason core.words := coalesce(p_reason, '');
begin
    perform core.check_limit(cardinality(p_ids));
    -- in one order, so that two who come at once wait instead of ending each other
    for v_id in select distinct i from unnest(p_ids) as i order by i loop
        if exists (select from core.markets as m where m.resolution_audit_id = v_id and m.outcome is not null) then
            raise exception 'entry % says what came true', v_id
                using errcode = 'restrict_violation', schema = 'core', table = 'audit_event',
                    constraint = 'audit_event_resolution_stays', hint = 'core.forget_outcome forgets both.';
        end if;
        if exists (select from core.audit_event as a where a.id = v_id and core.is_removal(a.action)) then
            raise exception 'entry % says why something went', v_id
                using errcode = 'restrict_violation', schema = 'core', table = 'audit_event',
                    constraint = 'audit_event_removal_stays';
        end if;
        return next core.append_entry('system', null, 'forget-payload', 'audit_event', v_id::text,
            jsonb_build_object('reason', v_reason));
        update core.audit_event set payload = '{}', payload_forgotten = true where id = v_id and not payload_forgotten;
        if not found then
            raise exception 'no entry % that has its payload', v_id using errcode = 'no_data_found';
        end if;
    end loop;
end
$$;

create function core.forget_payload(p_id uuid, p_reason text) returns uuid
language sql
security definer
set search_path = pg_catalog, pg_temp
as $$
    select e from core.forget_payloads(array[p_id], p_reason) as e
$$;

-- One line for each entry, as JSON in UTC: what is archived line by line, and of what the digest is.
create function core.audit_due(p_before timestamptz, p_limit integer default 10000) returns setof text
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
as $$
begin
    perform core.check_limit(p_limit);
    -- as times: compared as intervals, 360 days are a year
    if p_before is null or p_before > now() - interval '1 year' then
        raise exception 'the audit is kept for a year at least, not from %', p_before
            using errcode = 'invalid_parameter_value';
    end if;
    return query
        select to_jsonb(a)::text
        from core.audit_event as a
        where a.occurred_at < p_before
            and not exists (select from core.markets as m where m.human_approval_audit_id = a.id)
            and not exists (select from core.markets as m where m.resolution_audit_id = a.id)
        order by a.occurred_at, a.id
        limit p_limit;
end
$$;

-- Deletes what was archived and nothing else: the archive says how much that is, and what. No writer waits for it.
create function core.purge_audit(p_before timestamptz, p_entries bigint, p_sha256 text, p_limit integer default 10000)
returns bigint
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
as $$
declare
    v_ids uuid[];
    v_entries bigint;
    v_sha256 text;
    v_deleted bigint;
begin
    -- locked first, so that what the digest is of is what goes: nothing of it is forgotten in between
    v_ids := array(select (line::jsonb ->> 'id')::uuid from core.audit_due(p_before, p_limit) as t (line));
    perform from core.audit_event as a where a.id = any (v_ids) for update;
    select array_agg((line::jsonb ->> 'id')::uuid order by n), count(*),
        encode(sha256(convert_to(coalesce(string_agg(line || chr(10), '' order by n), ''), 'UTF8')), 'hex')
    into v_ids, v_entries, v_sha256
    from core.audit_due(p_before, p_limit) with ordinality as t (line, n);
    if (v_entries, v_sha256) is distinct from (p_entries, lower(p_sha256)) then
        raise exception 'the archive has % entries of digest %, the audit % of digest %',
                p_entries, p_sha256, v_entries, v_sha256
            using errcode = 'restrict_violation', schema = 'core', table = 'audit_event',
                constraint = 'audit_event_purged_as_archived',
                hint = 'Archive core.audit_due of the same time and limit again: lines, each with a line feed at its end.';
    end if;
    if v_entries = 0 then
        return 0;
    end if;
    perform core.append_entry('system', null, 'purge', 'audit_event', 'all', jsonb_build_object(
        'before', p_before, 'entries', v_entries, 'sha256', v_sha256));
    delete from core.audit_event as a
    where a.id = any (v_ids)
        and not exists (select from core.markets as m where m.human_approval_audit_id = a.id)
        and not exists (select from core.markets as m where m.resolution_audit_id = a.id);
    get diagnostics v_deleted = row_count;
    if v_deleted <> v_entries then
        raise exception 'another purge, or a market from an approval of then, came in between'
            using errcode = 'serialization_failure', hint = 'Archive it again.';
    end if;
    return v_deleted;
end
$$;

create function core.withdraw_event(p_id uuid, p_reason text) returns uuid
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_reason core.words := coalesce(p_reason, '');
begin
    update core.events set withdrawn_at = clock_timestamp(), title = null, metadata = '{}'
    where id = p_id and withdrawn_at is null;
    if not found then
        raise exception 'no event % that counts', p_id using errcode = 'no_data_found';
    end if;
    return core.append_entry('system', null, 'withdraw-event', 'event', p_id::text, jsonb_build_object('reason', v_reason));
end
$$;

create function core.forget_snapshot(p_id text, p_reason text) returns text
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_path text;
    v_reason core.words := coalesce(p_reason, '');
begin
    -- one after the other, or each of two takes the other's row for the one that still needs the object; writers do not wait
    lock table core.snapshots in share update exclusive mode;
    select object_store_path into v_path from core.snapshots where id = p_id and forgotten_at is null for update;
    if not found then
        raise exception 'no snapshot % that has its address', p_id using errcode = 'no_data_found';
    end if;
    update core.snapshots set forgotten_at = clock_timestamp(), url = null, object_store_path = null, metadata = '{}'
    where id = p_id;
    perform core.append_entry('system', null, 'forget-snapshot', 'snapshot', p_id, jsonb_build_object('reason', v_reason));
    return (select v_path where not exists (select from core.snapshots where object_store_path = v_path));
end
$$;

create function core.purge_snapshots(p_older_than interval default interval '90 days', p_limit integer default 10000)
returns table (id text, object_store_path text)
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_ids text[];
    v_gone core.snapshots[];
begin
    perform core.check_limit(p_limit);
    if p_older_than is null or now() - p_older_than > now() - interval '1 day' then
        raise exception 'a snapshot is kept for a day at least, not for %', p_older_than
            using errcode = 'invalid_parameter_value', hint = 'Its event may still come.';
    end if;
    -- as in core.forget_snapshot
    lock table core.snapshots in share update exclusive mode;
    v_ids := array(
        select s.id
        from core.snapshots as s
        where s.created_at < now() - p_older_than
            and not exists (select from core.event_snapshots as e where e.snapshot_id = s.id)
        order by s.created_at
        limit p_limit
        for update skip locked
    );
    -- asked again, now that they are locked: an event may have come
    with gone as (
        delete from core.snapshots as s
        where s.id = any (v_ids) and not exists (select from core.event_snapshots as e where e.snapshot_id = s.id)
        returning s
    )
    select array_agg(g.s) into v_gone from gone as g;
    return query
        select g.id::text, case
            when not exists (select from core.snapshots as o where o.object_store_path = g.object_store_path)
            then g.object_store_path
        end
        from unnest(v_gone) as g;
end
$$;

create function core.forget_market(p_id uuid, p_reason text) returns uuid
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_approvals uuid[];
    v_entry uuid;
    v_reason core.words := coalesce(p_reason, '');
begin
    perform from core.markets where id = p_id and forgotten_digest is null for update;
    if not found then
        raise exception 'no market % that has its question', p_id using errcode = 'no_data_found';
    end if;
    v_entry := core.append_entry('system', null, 'forget-market', 'market', p_id::text, jsonb_build_object('reason', v_reason));
    -- that which was published, and any other of this market: they say the same
    v_approvals := array(
        select a.id
        from core.audit_event as a
        where a.subject_type = 'market' and a.subject_id = p_id::text and a.action = 'approve' and not a.payload_forgotten
        limit 10000
    );
    if cardinality(v_approvals) > 0 then
        perform core.forget_payloads(v_approvals, v_reason);
    end if;
    update core.markets
    set forgotten_digest = approved_digest, question = null, metadata = '{}', slug = 'market-' || id
    where id = p_id;
    return v_entry;
end
$$;

-- The fact that somebody resolved the market stays, and the digest of what was said; the words go, with those of the entry.
create function core.forget_outcome(p_id uuid, p_reason text) returns uuid
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_resolution uuid;
    v_entry uuid;
    v_reason core.words := coalesce(p_reason, '');
begin
    select resolution_audit_id into v_resolution
    from core.markets
    where id = p_id and outcome is not null
    for update;
    if not found then
        raise exception 'no market % that has its outcome', p_id using errcode = 'no_data_found';
    end if;
    v_entry := core.append_entry('system', null, 'forget-outcome', 'market', p_id::text, jsonb_build_object('reason', v_reason));
    perform core.append_entry('system', null, 'forget-payload', 'audit_event', v_resolution::text,
        jsonb_build_object('reason', v_reason));
    update core.audit_event set payload = '{}', payload_forgotten = true where id = v_resolution;
    update core.markets set outcome = null, outcome_forgotten_at = clock_timestamp() where id = p_id;
    return v_entry;
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
    set email = 'erased-' || gen_random_uuid() || '@erased.invalid', password_hash = null, is_active = false, last_login_at = null,
        erased_at = clock_timestamp()
    where id = p_user_id and erased_at is null;
    if not found then
        raise exception 'no account % that was not erased', p_user_id using errcode = 'no_data_found';
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
comment on function core.forget_payloads(uuid[], text) is
    'Removes the words of up to 10000 entries at the wish of a person: who did what, when, and the digest stay. Returns an entry for each, which says why; the reason must not repeat the words. All or none; refused for what came true and for what says why something went.';
comment on function core.forget_payload(uuid, text) is 'core.forget_payloads of one entry.';
comment on function core.audit_due(timestamptz, integer) is
    'Up to that many entries from before that time, at least a year ago, the oldest first, but no approval and no resolution of a market: a line of JSON each, for the archive.';
comment on function core.purge_audit(timestamptz, bigint, text, integer) is
    'Deletes the entries that core.audit_due gives for that time and limit, if their number and the SHA-256 of their lines are those of the archive; returns how many. The entry purge keeps both.';
comment on function core.withdraw_event(uuid, text) is
    'Takes an event back, because it is wrong or a person wishes it: its words go, what it was of and which snapshots showed it stay. Returns the entry, which says why.';
comment on function core.forget_snapshot(text, text) is
    'Removes address, path and metadata of a snapshot at the wish of a person: id, time, size and digest stay. Returns the path of the object to delete from the bucket, null when another snapshot has it.';
comment on function core.purge_snapshots(interval, integer) is
    'Deletes up to that many snapshots older than that, at least a day, that no event rests on, the oldest first; returns them, each with the path to delete from the bucket, null when another snapshot has it.';
comment on function core.forget_market(uuid, text) is
    'Removes question, metadata and slug of a market that was resolved or cancelled, and the words of its approvals: the digest that ties it to the one that served stays, and so does the outcome. Returns the entry, which says why.';
comment on function core.forget_outcome(uuid, text) is
    'Removes the words of what came true, and those of the entry that said so: that the market was resolved, when, by whom, and the digest stay. Returns the entry, which says why.';
comment on function core.erase_user(uuid, text) is
    'Forgets a person: address, password and time of login go, sessions end; what was done stays under the id. Returns the entry.';

-- ROLLBACK
-- drop function core.erase_user(uuid, text);
-- drop function core.forget_outcome(uuid, text);
-- drop function core.forget_market(uuid, text);
-- drop function core.purge_snapshots(interval, integer);
-- drop function core.forget_snapshot(text, text);
-- drop function core.withdraw_event(uuid, text);
-- drop function core.purge_audit(timestamptz, bigint, text, integer);
-- drop function core.audit_due(timestamptz, integer);
-- drop function core.forget_payload(uuid, text);
-- drop function core.forget_payloads(uuid[], text);
-- drop function core.purge_sessions(interval, integer);
-- drop function core.close_due_markets(integer);
-- drop function core.check_limit(integer);
