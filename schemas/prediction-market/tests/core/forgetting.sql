-- Forgetting and withdrawal: the words go, the evidence stays, an entry says why. Raises at the first difference, leaves nothing.
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
    v_hash constant text := '$2b$12$' || repeat('a', 53);
    v_digest constant text := encode(sha256('content'), 'hex');
    v_admin uuid;
    v_market uuid := gen_random_uuid();
    v_approval uuid;
    v_snapshot text;
    v_event uuid;
begin
    insert into core.users (email, role, password_hash) values ('admin@test.invalid', 'super-admin', v_hash)
    returning id into v_admin;
    perform core.begin_session(v_admin, sha256('token of the admin'));
    perform pg_temp.expect('who', v_admin || ' super-admin', (
        select user_id || ' ' || role from core.whoami('token of the admin')));

    -- an approval is taken back before it is used
    v_approval := core.approve_market('token of the admin', v_market, 'Will Ada win?', 'sports', 'low', now() + interval '1 day');
    perform core.withdraw_approval('token of the admin', v_approval, 'mistake');
    perform pg_temp.expect('withdrawn', '23001 markets_approval_not_withdrawn', pg_temp.refused(format(
        'select core.publish_market(%L)', v_approval)));
    v_approval := core.approve_market('token of the admin', v_market, 'Will Ada win?', 'sports', 'low', now() + interval '1 day',
        '{"slug": "ada-wins"}');
    perform core.publish_market(v_approval);
    perform pg_temp.expect('used', '23001 markets_approval_is_used', pg_temp.refused(format(
        'select core.withdraw_approval(''token of the admin'', %L, ''mistake'')', v_approval)));

    -- evidence
    perform pg_temp.expect('user and password in an address', '23514 snapshots_url_of_the_web', pg_temp.refused(format(
        'select core.add_snapshot(''https://ada:secret@example.org/'', now(), ''text/html'', 7, %L, %L)',
        'sha256:' || v_digest, v_digest)));
    v_snapshot := core.add_snapshot('https://example.org/?q=ada', '2026-03-01', 'text/html', 7, 'sha256:' || v_digest, v_digest);
    v_event := core.add_event(v_market, 'Ada won', '2026-03-01', 0.5, array[v_snapshot], '{}', 'job-1');
    perform pg_temp.expect('added twice', v_event::text,
        core.add_event(v_market, 'Ada won', '2026-03-01', 0.5, array[v_snapshot], '{}', 'job-1')::text);
    perform pg_temp.expect('another of the same key', '23505 events_idempotency_key', pg_temp.refused(format(
        'select core.add_event(%L, ''Bob won'', ''2026-03-01'', 0.5, array[%L], ''{}'', ''job-1'')', v_market, v_snapshot)));
    perform pg_temp.expect('without a reason', '23514 words_not_blank', pg_temp.refused(format(
        'select core.withdraw_event(%L, null)', v_event)));
    perform core.withdraw_event(v_event, 'request 7');
    perform pg_temp.expect('its words', null, (select title from core.events where id = v_event));
    perform pg_temp.expect('back again', '23001 events_withdrawn_is_final', pg_temp.refused(
        'update core.events set title = ''Ada won'', withdrawn_at = null'));
    perform pg_temp.expect('path to delete', v_digest, core.forget_snapshot(v_snapshot, 'request 7'));
    perform pg_temp.expect('address', null, (select url from core.snapshots where id = v_snapshot));
    perform pg_temp.expect('digest', 'sha256:' || v_digest, (select content_digest from core.snapshots where id = v_snapshot));

    -- a market
    perform pg_temp.expect('while it goes on', '23001 markets_terms_immutable', pg_temp.refused(format(
        'select core.forget_market(%L, ''request 7'')', v_market)));
    perform core.move_market('token of the admin', v_market, 'cancelled');
    perform core.forget_market(v_market, 'request 7');
    perform pg_temp.expect('the market', 'market-' || v_market || ' {} t', (
        select concat_ws(' ', m.question, m.slug, m.metadata, m.approved_digest = a.payload_hash)
        from core.markets as m join core.audit_event as a on a.id = m.human_approval_audit_id where m.id = v_market));
    perform pg_temp.expect('her name is nowhere', '0', (
        select count(*)::text from core.audit_event as a where a.subject_id <> '' and a.payload::text ~ 'ada-wins|Ada won'));

    -- what came true
    v_market := gen_random_uuid();
    perform core.publish_market(core.approve_market(
        'token of the admin', v_market, 'Who wins?', 'sports', 'low', now() + interval '1 day'));
    perform core.move_market('token of the admin', v_market, 'open');
    perform core.move_market('token of the admin', v_market, 'closed');
    v_event := core.move_market('token of the admin', v_market, 'resolved', '{"outcome": "Ada Lovelace"}');
    perform pg_temp.expect('the entry alone', '23001 audit_event_resolution_stays', pg_temp.refused(format(
        'select core.forget_payload(%L, ''request 7'')', v_event)));
    perform core.forget_outcome(v_market, 'request 7');
    perform pg_temp.expect('the outcome', 'resolved {} ' || v_event, (
        select concat_ws(' ', m.status, m.outcome, a.payload, a.id)
        from core.markets as m join core.audit_event as a on a.id = m.resolution_audit_id where m.id = v_market));

    -- a person
    perform pg_temp.expect('the last super-admin', '23001 users_keep_a_super_admin', pg_temp.refused(format(
        'select core.erase_user(%L, ''request 7'')', v_admin)));
    insert into core.users (email, role, password_hash) values ('other@test.invalid', 'super-admin', v_hash);
    perform core.erase_user(v_admin, 'request 7');
    perform pg_temp.expect('alive again', '23514 users_erased_one_stays_so', pg_temp.refused(format(
        'update core.users set is_active = true, password_hash = %L where id = %L', v_hash, v_admin)));
    perform pg_temp.expect('an address in the way', '23514 users_erased_address_is_of_an_erased_one', pg_temp.refused(format(
        'insert into core.users (email, password_hash) values (''x@erased.invalid'', %L)', v_hash)));
    perform pg_temp.expect('each says why', 'erase-account,forget-market,forget-outcome,forget-payload,forget-snapshot,withdraw-approval,withdraw-event', (
        select string_agg(distinct action::text, ',' order by action::text) from core.audit_event where payload ? 'reason'));
end
$$;
rollback;
