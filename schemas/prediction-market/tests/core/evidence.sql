-- Evidence: snapshots that do not change and events that rest on them. Raises at the first difference, leaves nothing.
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
    v_digest constant text := encode(sha256('content'), 'hex');
    v_add constant text := 'select core.add_snapshot(%L, %L, %L, %L, %L, %L)';
    v_url constant text := 'https://example.org/a';
    v_id text;
begin
    v_id := core.add_snapshot(v_url, '2026-03-01 12:00+00', 'text/html', 7, 'sha256:' || v_digest, 'pages/' || v_digest);
    perform pg_temp.expect('again', v_id, core.add_snapshot(
        v_url, '2026-03-01 13:00+01', 'text/html', 7, 'sha256:' || v_digest, 'pages/' || v_digest));
    perform pg_temp.expect('other content', '23505 snapshots_pkey', pg_temp.refused(format(v_add, v_url,
        '2026-03-01 12:00+00', 'text/html', 7, 'sha256:' || repeat('a', 64), repeat('a', 64))));
    perform pg_temp.expect('another path', '23505 snapshots_pkey', pg_temp.refused(format(v_add, v_url,
        '2026-03-01 12:00+00', 'text/html', 7, 'sha256:' || v_digest, 'other/' || v_digest)));
    perform pg_temp.expect('changed', '23001 snapshots_immutable', pg_temp.refused(
        'update core.snapshots set byte_size = 8'));
    perform pg_temp.expect('a weak scheme', '23514 content_digest_has_form', pg_temp.refused(format(v_add, v_url,
        now(), 'text/html', 7, 'md5:' || md5('content'), md5('content'))));
    perform pg_temp.expect('short', '23514 content_digest_has_form', pg_temp.refused(format(v_add, v_url,
        now(), 'text/html', 7, 'sha512:' || v_digest, v_digest)));
    perform pg_temp.expect('of nothing', '23514 snapshots_content_digest_of_something', pg_temp.refused(format(v_add,
        v_url, now(), 'text/html', 7, 'sha256:' || encode(sha256(''), 'hex'), encode(sha256(''), 'hex'))));
    perform pg_temp.expect('of other content', '23514 snapshots_object_store_path_names_content', pg_temp.refused(
        format(v_add, v_url, now(), 'text/html', 7, 'sha256:' || v_digest, 'pages/today')));
    perform pg_temp.expect('up the tree', '23514 snapshots_object_store_path_has_form', pg_temp.refused(
        format(v_add, v_url, now(), 'text/html', 7, 'sha256:' || v_digest, '../' || v_digest)));
    perform pg_temp.expect('of tomorrow', '23514 snapshots_not_of_the_future', pg_temp.refused(format(v_add, v_url,
        now() + interval '1 day', 'text/html', 7, 'sha256:' || v_digest, v_digest)));
    perform pg_temp.expect('more than certain', '23514 events_confidence_between_0_and_1', pg_temp.refused(format(
        'select core.add_event(gen_random_uuid(), ''It rained'', now(), 1.0004, array[%L])', v_id)));
    perform pg_temp.expect('of seven digits', '23514 events_confidence_has_6_digits_at_most', pg_temp.refused(format(
        'select core.add_event(gen_random_uuid(), ''It rained'', now(), 0.9999999, array[%L])', v_id)));
    perform pg_temp.expect('of no evidence', '23514 events_snapshot_ids_are_a_set', pg_temp.refused(
        $q$select core.add_event(gen_random_uuid(), 'It rained', now(), 0.5, '{}')$q$));
    perform pg_temp.expect('of infinity', '23514 instant_is_finite', pg_temp.refused(
        format($q$select core.add_event(gen_random_uuid(), 'It rained', 'infinity', 0.5, array[%L])$q$, v_id)));
end
$$;
rollback;
