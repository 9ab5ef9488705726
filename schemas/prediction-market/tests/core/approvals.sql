-- Approvals: who, what, once; and the ways of a market. Raises at the first difference, leaves nothing.
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
    v_admin uuid;
    v_viewer uuid;
    v_market constant uuid := gen_random_uuid();
    v_other constant uuid := gen_random_uuid();
    v_approval uuid;
    v_end constant timestamptz := now() + interval '1 day';
    v_insert constant text := 'insert into core.markets'
        ' (id, question, market_type, risk_level, closes_at, metadata, human_approval_audit_id, created_by)'
        ' select %L, %L, %L, %L, %L, %L, %L, %L';
begin
    insert into core.users (email, role, password_hash) values ('admin@test.invalid', 'admin', v_hash)
    returning id into v_admin;
    insert into core.users (email, role, password_hash) values ('viewer@test.invalid', 'viewer', v_hash)
    returning id into v_viewer;
    perform core.begin_session(v_admin, sha256('token of the admin'));
    perform core.begin_session(v_viewer, sha256('token of the viewer'));
    perform core.begin_session(v_admin, sha256('token that was left open'), interval '1 second');
    perform core.end_session('token that was left open');

    -- who
    perform pg_temp.expect('a word', '28000 audit_event_human_is_logged_in', pg_temp.refused(
        $q$insert into core.audit_event (actor_type, actor_id, action, subject_type, subject_id)
           values ('human', 'the agent itself', 'approve', 'market', 'm')$q$));
    perform pg_temp.expect('no token', '28000 user_sessions_token_valid', pg_temp.refused(format(
        'select core.approve_market(null, %L, ''Q'', ''sports'', ''low'', %L)', v_market, v_end)));
    perform pg_temp.expect('a session that ended', '28000 user_sessions_token_valid', pg_temp.refused(format(
        'select core.approve_market(''token that was left open'', %L, ''Q'', ''sports'', ''low'', %L)', v_market, v_end)));
    perform pg_temp.expect('a viewer', '42501 audit_event_role_may', pg_temp.refused(format(
        'select core.approve_market(''token of the viewer'', %L, ''Q'', ''sports'', ''low'', %L)', v_market, v_end)));

    -- what
    v_approval := core.approve_market('token of the admin', v_market, 'Will it rain?', 'culture', 'low', v_end);
    perform pg_temp.expect('other question', '23503 markets_human_approval_fkey', pg_temp.refused(format(
        v_insert, v_market, 'Will it snow?', 'culture', 'low', v_end, '{}', v_approval, v_admin)));
    perform pg_temp.expect('other type', '23503 markets_human_approval_fkey', pg_temp.refused(format(
        v_insert, v_market, 'Will it rain?', 'sports', 'low', v_end, '{}', v_approval, v_admin)));
    perform pg_temp.expect('other risk', '23503 markets_human_approval_fkey', pg_temp.refused(format(
        v_insert, v_market, 'Will it rain?', 'culture', 'high', v_end, '{}', v_approval, v_admin)));
    perform pg_temp.expect('other end', '23503 markets_human_approval_fkey', pg_temp.refused(format(
        v_insert, v_market, 'Will it rain?', 'culture', 'low', v_end + interval '1 us', '{}', v_approval, v_admin)));
    perform pg_temp.expect('other metadata', '23503 markets_human_approval_fkey', pg_temp.refused(format(
        v_insert, v_market, 'Will it rain?', 'culture', 'low', v_end, '{"a": 1}', v_approval, v_admin)));
    perform pg_temp.expect('other market', '23503 markets_human_approval_fkey', pg_temp.refused(format(
        v_insert, v_other, 'Will it rain?', 'culture', 'low', v_end, '{}', v_approval, v_admin)));
    perform pg_temp.expect('other author', '23503 markets_human_approval_fkey', pg_temp.refused(format(
        v_insert, v_market, 'Will it rain?', 'culture', 'low', v_end, '{}', v_approval, v_viewer)));

    -- once
    perform pg_temp.expect('published', v_market::text, core.publish_market(v_approval)::text);
    perform pg_temp.expect('again', '23505 markets_pkey', pg_temp.refused(format(
        'select core.publish_market(%L)', v_approval)));
    perform pg_temp.expect('deleted', '23001 markets_stay', pg_temp.refused('delete from core.markets'));
    perform pg_temp.expect('truncated', '23001 markets_stay', pg_temp.refused(
        'truncate core.markets, core.events, core.event_snapshots'));

    -- immutable after it
    perform pg_temp.expect('question', '23001 markets_terms_immutable', pg_temp.refused(
        'update core.markets set question = ''Q'''));
    perform pg_temp.expect('end', '23001 markets_terms_immutable', pg_temp.refused(
        'update core.markets set closes_at = closes_at + interval ''1 day'''));
    perform pg_temp.expect('slug', '23001 markets_slug_immutable', pg_temp.refused(
        'update core.markets set slug = ''other'''));

    -- legal ways
    perform core.move_market('token of the admin', v_market, 'open');
    perform pg_temp.expect('back', '23514 markets_legal_move', pg_temp.refused(
        'update core.markets set status = ''draft'''));
    perform pg_temp.expect('over a step', '23514 markets_legal_move', pg_temp.refused(
        'update core.markets set status = ''resolved'''));
    perform pg_temp.expect('a viewer', '42501 audit_event_role_may', pg_temp.refused(format(
        'select core.move_market(''token of the viewer'', %L, ''closed'')', v_market)));
    perform core.move_market('token of the admin', v_market, 'closed');
    perform pg_temp.expect('resolved to nothing', '23514 markets_outcome_when_resolved', pg_temp.refused(format(
        'select core.move_market(''token of the admin'', %L, ''resolved'')', v_market)));
    perform core.move_market('token of the admin', v_market, 'resolved', '{"outcome": true}');
    perform pg_temp.expect('outcome', 'true move', (
        select m.outcome || ' ' || a.action from core.markets as m
        join core.audit_event as a on a.id = m.resolution_audit_id where m.id = v_market));
    perform pg_temp.expect('another outcome', '23001 markets_outcome_immutable', pg_temp.refused(
        'update core.markets set outcome = ''false'''));
    perform pg_temp.expect('the outcome is forgotten', '23001 audit_event_resolution_stays', pg_temp.refused(format(
        'select core.forget_payload(%L, ''r'')', (select resolution_audit_id from core.markets where id = v_market))));
    perform pg_temp.expect('open again', '23514 markets_legal_move', pg_temp.refused(
        'update core.markets set status = ''open'''));
    perform pg_temp.expect('in the audit', 'approve,move,move,move', (
        select string_agg(action, ',' order by action) from core.audit_event
        where subject_type = 'market' and subject_id = v_market::text and actor_user_id = v_admin));

    -- an end in the past
    perform pg_temp.expect('approved late', '23514 markets_close_in_time', pg_temp.refused(format(
        'select core.approve_market(''token of the admin'', %L, ''Q'', ''sports'', ''low'', now())', v_other)));
    perform pg_temp.expect('an unknown type', '23514 market_type_known', pg_temp.refused(format(
        'select core.approve_market(''token of the admin'', %L, ''Q'', ''weather'', ''low'', %L)', v_other, v_end)));
    insert into core.audit_event (actor_type, actor_id, session_id, action, subject_type, subject_id, payload)
    values ('human', 'x', core.session_of('token of the admin'), 'approve', 'market', v_other,
        core.market_terms('Did it rain?', 'culture', 'low', now() - interval '1 year', '{"slug": "rain"}'))
    returning id into v_approval;
    perform core.publish_market(v_approval);
    perform pg_temp.expect('slug', 'rain', (select slug from core.markets where id = v_other));
    perform pg_temp.expect('opened late', '23514 markets_open_before_they_close', pg_temp.refused(format(
        'select core.move_market(''token of the admin'', %L, ''open'')', v_other)));
    perform pg_temp.expect('a slug that is taken', '23505 markets_slug_key', pg_temp.refused(format(
        'select core.approve_market(''token of the admin'', %L, ''Q'', ''sports'', ''low'', %L, ''{"slug": "rain"}'')',
        gen_random_uuid(), v_end)));
    perform core.move_market('token of the admin', v_other, 'cancelled');
    v_approval := core.approve_market('token of the admin', gen_random_uuid(), 'Will it rain?', 'culture', 'low', v_end,
        '{"slug": "rain"}');
    perform core.publish_market(v_approval);
    perform pg_temp.expect('the slug is free again', '2', (select count(*)::text from core.markets where slug = 'rain'));
    v_approval := core.approve_market('token of the admin', gen_random_uuid(), 'Q', 'culture', 'low', v_end);

    -- somebody who may not log in any more
    update core.users set role = 'editor' where id = v_admin;
    perform pg_temp.expect('an approver of before', '23001 markets_approval_holds', pg_temp.refused(format(
        'select core.publish_market(%L)', v_approval)));
    update core.users set is_active = false where id = v_admin;
    perform pg_temp.expect('inactive', '28000 user_sessions_token_valid', pg_temp.refused(format(
        'select core.approve_market(''token of the admin'', %L, ''Q'', ''sports'', ''low'', %L)', gen_random_uuid(), v_end)));
end
$$;
rollback;
