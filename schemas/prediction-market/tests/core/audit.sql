-- The audit: what no writer is believed, and what nobody does. Raises at the first difference, leaves nothing.
begin;
-- what a statement is refused by: SQLSTATE and the name of the rule
create function pg_temp.refused(p_sql text) returns text language plpgsql as $$
declare
    v_state text;
    v_rule text;
begin
    execute p_sql;
    return 'accepted';
exception when others then
    get stacked diagnostics v_state = returned_sqlstate, v_rule = constraint_name;
    return rtrim(v_state || ' ' || v_rule);
end
$$;
create function pg_temp.expect(p_what text, p_expected text, p_got text) returns void language plpgsql as $$
begin
    if p_got is distinct from p_expected then
        raise exception '%: expected %, got %', p_what, p_expected, coalesce(p_got, 'null');
    end if;
end
$$;
do $$
declare
    v_row core.audit_event;
    v_id uuid;
begin
    insert into core.audit_event (actor_type, actor_id, action, subject_type, subject_id, payload, payload_hash,
        payload_forgotten, signature, recorded_by, occurred_at)
    values ('agent', 'a', 'propose', 'market', 'm', '{"risk": "low"}', repeat('0', 64), true, 'x', 'nobody', 'infinity')
    returning * into v_row;
    perform pg_temp.expect('digest', encode(sha256('{"risk": "low"}'), 'hex'), v_row.payload_hash);
    perform pg_temp.expect('time', 'true', (v_row.occurred_at > now() and v_row.occurred_at <= clock_timestamp())::text);
    perform pg_temp.expect('login', session_user::text, v_row.recorded_by);
    perform pg_temp.expect('forgotten', 'false', v_row.payload_forgotten::text);
    perform pg_temp.expect('an agent without a signature', '23514 audit_event_agent_signs', pg_temp.refused(
        $q$select core.record_agent('propose', 'market', 'm', '{}', null)$q$));
    perform pg_temp.expect('a tab for an action', '23514 key_has_form', pg_temp.refused(
        $q$select core.record_system(chr(9), 'market', 'm')$q$));

    perform pg_temp.expect('blanks of Unicode', '23514 subject_key_has_form', pg_temp.refused(
        $q$select core.record_system('note', 'market', u&'\00A0\200B\3000\FEFF')$q$));
    perform pg_temp.expect('an address for a subject', '23514 subject_key_has_form', pg_temp.refused(
        $q$select core.record_system('note', 'user', 'ada@example.org')$q$));
    perform pg_temp.expect('a name for a kind', '23514 key_has_form', pg_temp.refused(
        $q$select core.record_system('note', 'Ada Lovelace', '1')$q$));
    perform pg_temp.expect('a sentence for an action', '23514 key_has_form', pg_temp.refused(
        $q$select core.record_system('note to Ada', 'market', 'm')$q$));
    perform pg_temp.expect('a purge that was none', '42501 audit_event_action_reserved', pg_temp.refused(
        $q$select core.record_system('purge', 'audit_event', 'older than 7 years')$q$));
    perform core.record_agent('reject', 'market', 'm1', '{}', 'one-signature');
    perform pg_temp.expect('a signature again', '23505 audit_event_signature_key', pg_temp.refused(
        $q$select core.record_agent('propose', 'market', 'm2', '{}', 'one-signature')$q$));
    perform pg_temp.expect('a signature with a blank more', '23514 audit_event_signature_has_form', pg_temp.refused(
        $q$select core.record_agent('propose', 'market', 'm2', '{}', 'one-signature ')$q$));

    perform pg_temp.expect('update', '23001 audit_event_append_only', pg_temp.refused(
        $q$update core.audit_event set action = 'x' where false$q$));
    perform pg_temp.expect('delete', '23001 audit_event_append_only', pg_temp.refused('delete from core.audit_event'));
    perform pg_temp.expect('truncate', '23001 audit_event_append_only', pg_temp.refused(
        'truncate core.audit_event, core.markets, core.events, core.event_snapshots'));

    -- forgetting leaves the fact, the digest, and an entry
    v_id := core.record_system('note', 'test', 't', '{"words": "of a person"}');
    perform core.record_system('note', 'test', 't' || n, jsonb_build_object('words', n)) from generate_series(1, 3) as n;
    perform pg_temp.expect('several, from a query of the audit', '3', (
        select count(*)::text from core.forget_payloads(
            array(select id from core.audit_event where subject_type = 'test' and id <> v_id), 'request 7')));
    perform core.forget_payload(v_id, 'request 7');
    select * into v_row from core.audit_event where id = v_id;
    perform pg_temp.expect('words', '{}', v_row.payload::text);
    perform pg_temp.expect('evidence', core.digest_of('{"words": "of a person"}'), v_row.payload_hash);
    perform pg_temp.expect('entry', 'request 7', (
        select payload ->> 'reason' from core.audit_event where action = 'forget-payload' and subject_id = v_id::text));
    perform pg_temp.expect('no reason', '23514 words_not_blank', pg_temp.refused(format(
        'select core.forget_payload(%L, null)', v_id)));
    perform pg_temp.expect('the reason is forgotten', '23001 audit_event_removal_stays', pg_temp.refused(
        'select core.forget_payload(id, ''r'') from (select (array_agg(id))[1] as id from core.audit_event
            where action = ''forget-payload'') as e'));
    -- this transaction has removed something and may again: but only payloads change
    perform pg_temp.expect('another action', '23001 audit_event_append_only', pg_temp.refused(
        'update core.audit_event set action = ''x'''));
    perform pg_temp.expect('all', '23001 audit_event_append_only', pg_temp.refused(
        'truncate core.audit_event, core.markets, core.events, core.event_snapshots'));
    perform pg_temp.expect('a short memory', '22023', pg_temp.refused(
        'select core.audit_due(now() - interval ''360 days'')'));
    perform pg_temp.expect('all at once', '22023', pg_temp.refused(
        'select core.purge_audit(now() - interval ''7 years'', 0, '''', null)'));
    perform pg_temp.expect('not archived', '23001 audit_event_purged_as_archived', pg_temp.refused(
        'select core.purge_audit(now() - interval ''7 years'', null, null)'));
    perform pg_temp.expect('nothing is old', '0',
        core.purge_audit(now() - interval '7 years', 0, encode(sha256(''), 'hex'))::text);
end
$$;
rollback;
