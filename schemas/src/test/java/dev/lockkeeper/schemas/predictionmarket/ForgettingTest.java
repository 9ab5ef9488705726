package dev.lockkeeper.schemas.predictionmarket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.schemas.Migrated;
import dev.lockkeeper.schemas.Refusal;
import dev.lockkeeper.schemas.Session;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What of a person's words stands outside of the audit goes too, with an entry that says why; the evidence stays. */
final class ForgettingTest {
    @RegisterExtension
    final Migrated core = Given.core();

    private static List<String> reasons(Session session, String action) throws SQLException {
        return session.lines("select payload ->> 'reason' from core.audit_event where action = ?", action);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "withdraw_event(gen_random_uuid(), %s)",
                "forget_snapshot('x', %s)",
                "forget_market(gen_random_uuid(), %s)",
                "forget_outcome(gen_random_uuid(), %s)",
                "forget_payloads(array[gen_random_uuid()], %s)"
            })
    @Tag("PM-04")
    void nothing_goes_without_a_reason_and_what_is_not_there_is_refused(String call) throws SQLException {
        Session session = core.session();

        for (String reason : List.of("null", "''", "u&'\\00A0\\200B'")) {
            assertThat(session.refused("select core." + call.formatted(reason)).rule())
                    .isEqualTo("23514 words_not_blank");
        }
        assertThat(session.refused("select core." + call.formatted("'r'")).sqlState())
                .isEqualTo("P0002");
    }

    @Test
    @Tag("PM-07")
    void an_event_is_withdrawn_for_ever_and_its_words_go() throws SQLException {
        Session session = core.session();
        String market = Given.market(session, "m");
        String snapshot = Given.snapshot(session, "https://example.org/a");
        String add = "select core.add_event('" + market + "', 'Ada won', '2026-03-01', 0.5, array['" + snapshot
                + "'], '{\"by\": \"Ada\"}', 'job-1')";
        String event = session.text(add);
        session.text("select core.withdraw_event(?::uuid, 'request 7')", event);

        assertThat(session.text("select concat_ws(' ', title, metadata, snapshot_ids) from core.events"
                        + " where withdrawn_at is not null"))
                .isEqualTo("{} {" + snapshot + "}");
        assertThat(reasons(session, "withdraw-event")).containsExactly("request 7");
        assertThat(session.text(add)).as("work that is done again").isEqualTo(event);
        assertThat(session.refused("update core.events set withdrawn_at = null, title = 'Ada won'")
                        .rule())
                .isEqualTo("23001 events_withdrawn_is_final");
        assertThat(session.refused("select core.withdraw_event(?::uuid, 'again')", event)
                        .sqlState())
                .isEqualTo("P0002");
    }

    @ParameterizedTest
    @ValueSource(strings = {"title = null", "withdrawn_at = now()", "title = null, withdrawn_at = now()"})
    @Tag("PM-07")
    void an_event_has_its_words_or_none_of_them(String change) throws SQLException {
        Session session = core.session();
        Given.event(session, Given.market(session, "m"), Given.snapshot(session, "https://example.org/a"));

        assertThat(session.refused("update core.events set metadata = '{\"by\": 1}', " + change)
                        .rule())
                .isEqualTo("23514 events_words_until_withdrawn");
    }

    @Test
    @Tag("PM-06")
    void where_a_snapshot_came_from_is_forgotten_and_its_digest_stays() throws SQLException {
        Session session = core.session();
        String one = Given.snapshot(session, "https://example.org/?mail=ada@example.org");
        String two = Given.snapshot(session, "https://example.org/b");
        String evidence =
                "select concat_ws(' ', id, fetched_at, byte_size, content_digest) from core.snapshots order by 1";
        List<String> before = session.lines(evidence);

        assertThat(session.text("select core.forget_snapshot(?, 'request 7')", one))
                .as("another snapshot has the same content")
                .isEqualTo("null");
        assertThat(session.text("select core.forget_snapshot(?, 'request 7')", two))
                .isEqualTo("pages/" + Given.HASH);
        assertThat(session.lines(evidence)).isEqualTo(before);
        assertThat(session.number("select count(*) from core.snapshots where coalesce(url, object_store_path) is null"
                        + " and metadata = '{}' and forgotten_at is not null"))
                .isEqualTo(2);
        assertThat(reasons(session, "forget-snapshot")).containsExactly("request 7", "request 7");
        assertThat(Given.snapshot(session, "https://example.org/b"))
                .as("work that is done again")
                .isEqualTo(two);
        assertThat(session.text("select url from core.snapshots where id = ?", two))
                .isEqualTo("null");
        assertThat(session.refused("update core.snapshots set url = 'https://example.org/b', forgotten_at = null")
                        .rule())
                .isEqualTo("23001 snapshots_immutable");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "forgotten_at = now()",
                "forgotten_at = now(), url = null",
                "forgotten_at = now(), url = null, object_store_path = null, metadata = '{\"a\": 1}'"
            })
    @Tag("PM-06")
    void a_snapshot_is_not_forgotten_by_half(String change) throws SQLException {
        Session session = core.session();
        Given.snapshot(session, "https://example.org/a");

        assertThat(session.refused("update core.snapshots set " + change).rule())
                .isEqualTo("23514 snapshots_words_until_forgotten");
        assertThat(session.refused("update core.snapshots set byte_size = 8, forgotten_at = now(), url = null,"
                                + " object_store_path = null")
                        .rule())
                .isEqualTo("23001 snapshots_immutable");
    }

    @Test
    @Tag("PM-06")
    @Tag("PM-07")
    void nothing_begins_forgotten() throws SQLException {
        Session session = core.session();
        assertThat(session.refused(
                                "insert into core.snapshots"
                                        + " (id, fetched_at, content_type, byte_size, content_digest, forgotten_at)"
                                        + " values (repeat('0', 64), now(), 'text/html', 7, 'sha256:' || repeat('a', 64), now())")
                        .rule())
                .isEqualTo("23514 snapshots_begin_with_their_address");
        assertThat(session.refused(
                                "insert into core.events (market_id, occurred_at, confidence, snapshot_ids, withdrawn_at)"
                                        + " values (?::uuid, now(), 0.5, array[?], now())",
                                Given.market(session, "m"),
                                Given.snapshot(session, "https://example.org/a"))
                        .rule())
                .isEqualTo("23514 events_begin_with_their_words");
    }

    @Test
    @Tag("PM-06")
    void snapshots_that_no_event_rests_on_go_when_they_are_old() throws Exception {
        Session session = core.session();
        String market = Given.market(session, "m");
        String used = Given.snapshot(session, "https://example.org/used");
        Given.event(session, market, used);
        String wanted = Given.snapshot(session, "https://example.org/wanted");
        String unused = Given.snapshot(session, "https://example.org/unused");
        String alone = session.text("select core.add_snapshot('https://a.org/', '2026-03-01', 'text/html', 7,"
                + " 'sha256:' || repeat('a', 64), repeat('a', 64))");
        session.script("set session_replication_role = replica;"
                + " update core.snapshots set created_at = now() - interval '91 days';"
                + " set session_replication_role = default");
        String young = Given.snapshot(session, "https://example.org/young");
        Session writer = core.session();
        writer.begin();
        Given.event(writer, market, wanted);

        assertThat(session.lines(
                        "select id || ' ' || coalesce(object_store_path, 'stays')" + " from core.purge_snapshots()"))
                .containsExactlyInAnyOrder(unused + " stays", alone + " " + "a".repeat(64));
        writer.commit();
        assertThat(session.lines("select id from core.snapshots")).containsExactlyInAnyOrder(used, wanted, young);
        for (String arguments :
                List.of("null", "interval '23 h'", "interval '90 days', null", "interval '90 days', 0")) {
            assertThat(session.refused("select core.purge_snapshots(" + arguments + ")")
                            .sqlState())
                    .as(arguments)
                    .isEqualTo("22023");
        }
    }

    @Test
    @Tag("PM-05")
    void the_words_of_a_market_that_ended_go_and_the_approval_is_still_proven() throws SQLException {
        Session session = core.session();
        String token = Given.admin(session);
        String market = Given.market(session, "ada-wins");
        assertThat(session.refused("select core.forget_market(?::uuid, 'request 7')", market)
                        .rule())
                .as("a market that people predict")
                .isEqualTo("23001 markets_terms_immutable");
        session.text("select core.move_market(?, ?::uuid, 'cancelled')", token, market);
        session.text("select core.forget_market(?::uuid, 'request 7')", market);

        assertThat(session.text("select concat_ws(' ', question, metadata, slug, status) from core.markets"))
                .isEqualTo("{} market-" + market + " cancelled");
        assertThat(session.text("select m.approved_digest = a.payload_hash and a.payload = '{}' from core.markets m"
                        + " join core.audit_event a on a.id = m.human_approval_audit_id"))
                .isEqualTo("t");
        assertThat(reasons(session, "forget-market")).containsExactly("request 7");
        assertThat(reasons(session, "forget-payload")).containsExactly("request 7");
        assertThat(session.number("select count(*) from core.audit_event where payload::text like '%ada-wins%'"))
                .isZero();
        assertThat(session.refused("select core.forget_market(?::uuid, 'again')", market)
                        .sqlState())
                .isEqualTo("P0002");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "forgotten_digest = repeat('0', 64), question = null | 23001 markets_terms_immutable",
                "forgotten_digest = approved_digest, question = null, risk_level = 'high' | 23001 markets_terms_immutable",
                "forgotten_digest = approved_digest, question = null, status = 'draft' | 23001 markets_terms_immutable",
                "forgotten_digest = approved_digest | 23514 markets_question_unless_forgotten",
                "question = null | 23001 markets_terms_immutable",
                "forgotten_digest = approved_digest, question = null, slug = 'other' | 23001 markets_slug_immutable"
            })
    @Tag("PM-05")
    void a_market_is_forgotten_whole_and_is_not_changed_on_the_way(String change, String rule) throws SQLException {
        Session session = core.session();
        String market = session.text(
                "select core.publish_market(?::uuid)", Given.approval(session, "a0000000-0000-4000-8000-000000000001"));
        session.text("select core.move_market(?, ?::uuid, 'cancelled')", Given.admin(session), market);

        assertThat(session.refused("update core.markets set " + change).rule()).isEqualTo(rule);
        session.text("select core.forget_market(?::uuid, 'request 7')", market);
        assertThat(session.refused("update core.markets set question = 'Q', forgotten_digest = null")
                        .rule())
                .isEqualTo("23001 markets_terms_immutable");
    }

    @Test
    @Tag("PM-05")
    void a_market_does_not_begin_forgotten() throws SQLException {
        Session session = core.session();
        String id = "a0000000-0000-4000-8000-000000000001";
        String insert = Given.insertMarket(id, Given.approval(session, id))
                .replace("(id, question,", "(id, forgotten_digest,")
                .replace("'Will it rain?'", "payload_hash");

        assertThat(session.refused(insert).rule()).isEqualTo("23514 markets_begin_with_their_terms");
    }

    @Test
    @Tag("PM-05")
    void an_approval_whose_words_were_forgotten_publishes_nothing() throws SQLException {
        Session session = core.session();
        String approval = Given.approval(session, "a0000000-0000-4000-8000-000000000001");
        session.text("select core.forget_payload(?::uuid, 'request 7')", approval);

        assertThat(session.refused("select core.publish_market(?::uuid)", approval)
                        .rule())
                .isEqualTo("23503 markets_human_approval_fkey");
    }

    @Test
    @Tag("PM-05")
    void an_approval_is_taken_back_while_it_is_not_used() throws Exception {
        Session session = core.session();
        String token = Given.admin(session);
        String id = "a0000000-0000-4000-8000-000000000001";
        String approval = Given.approval(session, id);
        String withdraw = "select core.withdraw_approval(?, ?::uuid, 'mistake')";
        assertThat(session.refused(withdraw, Given.login(session, Given.user(session, "editor")), approval)
                        .rule())
                .isEqualTo("42501 audit_event_role_may");
        assertThat(session.refused("select core.withdraw_approval(?, ?::uuid, ' ')", token, approval)
                        .rule())
                .isEqualTo("23514 words_not_blank");
        session.text(withdraw, token, approval);

        assertThat(session.refused("select core.publish_market(?::uuid)", approval)
                        .rule())
                .isEqualTo("23001 markets_approval_not_withdrawn");
        assertThat(session.refused(withdraw, token, id).sqlState()).isEqualTo("P0002");
        String other = Given.approval(session, id);
        session.text("select core.publish_market(?::uuid)", other);
        assertThat(session.refused(withdraw, token, other).rule()).isEqualTo("23001 markets_approval_is_used");
    }

    @Test
    @Tag("PM-05")
    void an_approval_that_is_being_taken_back_is_waited_for_and_the_other_way_round() throws Exception {
        Session session = core.session();
        String token = Given.admin(session);
        String id = "a0000000-0000-4000-8000-000000000001";
        String first = Given.approval(session, id);
        Session one = core.session();
        one.begin();
        one.text("select core.withdraw_approval(?, ?::uuid, 'mistake')", token, first);
        Future<Refusal> published =
                core.blocked(core.session(), s -> s.refused("select core.publish_market(?::uuid)", first));
        one.commit();
        assertThat(published.get().rule()).isEqualTo("23001 markets_approval_not_withdrawn");

        String second = Given.approval(session, id);
        one.begin();
        one.text("select core.publish_market(?::uuid)", second);
        Future<Refusal> withdrawn = core.blocked(
                core.session(), s -> s.refused("select core.withdraw_approval(?, ?::uuid, 'x')", token, second));
        one.commit();
        assertThat(withdrawn.get().rule()).isEqualTo("23001 markets_approval_is_used");
    }

    @ParameterizedTest
    @ValueSource(strings = {"repeatable read", "serializable"})
    @Tag("PM-05")
    void an_approval_ends_once_also_for_who_sees_the_database_of_before(String isolation) throws Exception {
        Session session = core.session();
        String token = Given.admin(session);
        String id = "a0000000-0000-4000-8000-000000000001";
        String first = Given.approval(session, id);
        String second = Given.approval(session, id);
        Session old = core.session();
        old.begin();
        old.run("set transaction isolation level " + isolation);
        old.text("select count(*) from core.audit_event");
        session.text("select core.withdraw_approval(?, ?::uuid, 'mistake')", token, first);
        assertThat(old.refused("select core.publish_market(?::uuid)", first).rule())
                .isEqualTo("23001 markets_approval_not_withdrawn");
        old.abort();

        old.begin();
        old.run("set transaction isolation level " + isolation);
        old.text("select count(*) from core.audit_event");
        session.text("select core.publish_market(?::uuid)", second);
        assertThat(old.refused("select core.withdraw_approval(?, ?::uuid, 'mistake')", token, second)
                        .rule())
                .isEqualTo("23001 markets_approval_is_used");
        old.abort();
    }

    @Test
    @Tag("PM-05")
    void words_that_are_being_forgotten_are_not_published() throws Exception {
        Session session = core.session();
        String approval = Given.approval(session, "a0000000-0000-4000-8000-000000000001");
        session.begin();
        session.text("select core.forget_payload(?::uuid, 'request 7')", approval);
        Future<Refusal> published =
                core.blocked(core.session(), s -> s.refused("select core.publish_market(?::uuid)", approval));
        session.commit();

        assertThat(published.get().rule()).isEqualTo("23503 markets_human_approval_fkey");
    }

    @Test
    @Tag("PM-05")
    void words_go_from_all_approvals_of_a_market_also_from_those_that_did_not_serve() throws SQLException {
        Session session = core.session();
        String token = Given.admin(session);
        String id = "a0000000-0000-4000-8000-000000000001";
        String unused = Given.approval(session, token, id, "{\"of\": \"Ada\"}");
        String used = Given.approval(session, token, id, "{\"by\": \"Ada\"}");
        String other = Given.approval(session, token, "a0000000-0000-4000-8000-000000000002", "{}");
        session.text("select core.publish_market(?::uuid)", used);
        session.text("select core.move_market(?, ?::uuid, 'cancelled')", token, id);
        session.text("select core.forget_market(?::uuid, 'request 7')", id);

        assertThat(session.lines("select id from core.audit_event where payload_forgotten"))
                .containsExactlyInAnyOrder(unused, used);
        assertThat(session.text("select payload_forgotten from core.audit_event where id = ?::uuid", other))
                .isEqualTo("f");
    }

    @Test
    @Tag("PM-05")
    void the_words_of_what_came_true_go_and_who_resolved_the_market_stays() throws SQLException {
        Session session = core.session();
        String token = Given.admin(session);
        String market = Given.market(session, "who-wins");
        String resolution = Given.resolve(session, token, market);
        String evidence = "select payload_hash || actor_id || occurred_at from core.audit_event where id = ?::uuid";
        String before = session.text(evidence, resolution);
        assertThat(session.refused("select core.forget_payload(?::uuid, 'request 7')", resolution)
                        .rule())
                .as("the entry alone")
                .isEqualTo("23001 audit_event_resolution_stays");
        session.text("select core.forget_outcome(?::uuid, 'request 7')", market);

        assertThat(session.text("select concat_ws(' ', status, outcome, resolution_audit_id) from core.markets"
                        + " where outcome_forgotten_at is not null"))
                .isEqualTo("resolved " + resolution);
        assertThat(session.text("select payload from core.audit_event where id = ?::uuid", resolution))
                .isEqualTo("{}");
        assertThat(session.text(evidence, resolution)).isEqualTo(before);
        assertThat(reasons(session, "forget-outcome")).containsExactly("request 7");
        assertThat(session.refused("select core.forget_outcome(?::uuid, 'again')", market)
                        .sqlState())
                .isEqualTo("P0002");
        assertThat(session.refused("update core.markets set outcome = 'Bob', outcome_forgotten_at = null")
                        .rule())
                .isEqualTo("23001 markets_outcome_immutable");
        session.text("select core.forget_market(?::uuid, 'request 7')", market);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "outcome = null, outcome_forgotten_at = now()",
                "outcome_forgotten_at = now()",
                "outcome = null",
                "outcome = 'Bob'"
            })
    @Tag("PM-05")
    void an_outcome_does_not_go_without_the_entry_that_says_why(String change) throws SQLException {
        Session session = core.session();
        Given.resolve(session, Given.admin(session), Given.market(session, "who-wins"));

        assertThat(session.refused("update core.markets set " + change).rule())
                .isEqualTo("23001 markets_outcome_immutable");
    }

    @Test
    @Tag("PM-05")
    void a_market_is_not_resolved_with_an_outcome_that_was_forgotten_before() throws SQLException {
        Session session = core.session();
        String token = Given.admin(session);
        String market = Given.market(session, "who-wins");
        for (String step : List.of("open", "closed")) {
            session.text("select core.move_market(?, ?::uuid, ?)", token, market, step);
        }

        assertThat(session.refused(
                                "update core.markets set status = 'resolved', outcome_forgotten_at = now(),"
                                        + " resolution_audit_id = (select id from core.audit_event where action = 'move' limit 1)")
                        .rule())
                .isEqualTo("23001 markets_outcome_immutable");
    }

    @Test
    @Tag("PM-06")
    void of_two_snapshots_of_the_same_bytes_that_are_forgotten_at_once_the_last_gives_the_path() throws Exception {
        Session session = core.session();
        String one = Given.snapshot(session, "https://example.org/a");
        String two = Given.snapshot(session, "https://example.org/b");
        session.begin();
        assertThat(session.text("select core.forget_snapshot(?, 'request 7')", one))
                .isEqualTo("null");
        Session writer = core.session();
        writer.run("set lock_timeout = 1");
        String three = Given.snapshot(writer, "https://example.org/c");
        Future<String> path =
                core.blocked(core.session(), s -> s.text("select core.forget_snapshot(?, 'request 7')", two));
        session.commit();
        assertThat(path.get()).as("the third has it").isEqualTo("null");

        assertThat(session.text("select core.forget_snapshot(?, 'request 7')", three))
                .isEqualTo("pages/" + Given.HASH);
    }

    @Test
    @Tag("PM-04")
    void each_entry_that_is_forgotten_reads_what_concerns_it_and_not_what_the_others_said() throws SQLException {
        Session session = core.session();
        session.run("select core.record_system('note', 'thing', i::text) from generate_series(1, 300) as i");
        session.run("analyze core.audit_event");
        session.begin();
        session.run("set local enable_seqscan = off");
        session.run("select core.forget_payloads(array(select id from core.audit_event), 'request 7')");

        assertThat(session.number("select idx_tup_fetch + seq_tup_read from pg_stat_xact_user_tables"
                        + " where relid = 'core.audit_event'::regclass"))
                .as("300 * 300 / 2 is quadratic")
                .isLessThan(300 * 20);
        session.abort();
    }
}
