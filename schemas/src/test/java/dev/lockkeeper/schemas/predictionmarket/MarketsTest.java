package dev.lockkeeper.schemas.predictionmarket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.schemas.Migrated;
import dev.lockkeeper.schemas.Refusal;
import dev.lockkeeper.schemas.Session;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("PM-05")
final class MarketsTest {
    private static final String ID = "a0000000-0000-4000-8000-000000000001";
    private static final List<String> STATES = List.of("draft", "open", "closed", "resolved", "cancelled");
    private static final Map<String, List<String>> LEGAL = Map.of(
            "draft", List.of("open", "cancelled"),
            "open", List.of("closed", "cancelled"),
            "closed", List.of("resolved", "cancelled"));

    @RegisterExtension
    final Migrated core = Given.core();

    private static String approve(Session session, String type, String risk) throws SQLException {
        return session.text(
                "select core.approve_market(?, ?::uuid, 'Will it?', ?, ?, now() + interval '1 day')",
                Given.admin(session),
                UUID.randomUUID().toString(),
                type,
                risk);
    }

    private static String publish(String approval) {
        return "select core.publish_market('" + approval + "')";
    }

    @ParameterizedTest
    @ValueSource(strings = {"political", "economic", "social", "technology", "finance", "culture", "sports"})
    void an_approved_market_of_each_type_is_accepted(String type) throws SQLException {
        Session session = core.session();
        String market = session.text(publish(approve(session, type, "high")));

        assertThat(session.text(
                        "select market_type || risk_level || status from core.markets where id = ?::uuid", market))
                .isEqualTo(type + "highdraft");
        assertThat(session.number("select count(*) from core.markets m join core.audit_event a"
                        + " on a.id = m.human_approval_audit_id and a.actor_user_id = m.created_by"))
                .isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"agent, approve", "system, approve", "human, reject", "human, approved"})
    void an_entry_that_is_no_approval_by_a_human_is_refused(String actor, String action) throws SQLException {
        Session session = core.session();
        String terms = "core.market_terms('Will it rain?', 'culture', 'low', '2100-01-01 00:00:00+00', '{}')";
        String token = Given.admin(session);
        String entry = session.text(
                "insert into core.audit_event (actor_type, actor_id, session_id, action, subject_type, subject_id,"
                        + " payload, signature) select a, 'x', case a when 'human' then core.session_of(?) end, ?,"
                        + " 'market', ?, " + terms + ", 'signed' from (values (?)) as t (a) returning id",
                token,
                action,
                ID,
                actor);
        String user = session.text("select id from core.users");

        assertThat(session.refused(Given.insertMarket(ID, entry).replace("actor_user_id from", "'" + user + "' from"))
                        .rule())
                .isEqualTo("23503 markets_human_approval_fkey");
        assertThat(session.refused(publish(entry)).rule()).isEqualTo("23503 markets_human_approval_fkey");
    }

    @ParameterizedTest
    @ValueSource(strings = {"viewer", "editor"})
    void who_may_not_approve_does_not(String role) throws SQLException {
        Session session = core.session();
        String token = Given.login(session, Given.user(session, role));
        String approve = "select core.approve_market('" + token + "', '" + ID + "', 'Q', 'sports', 'low',"
                + " now() + interval '1 day')";

        assertThat(session.refused(approve).rule()).isEqualTo("42501 audit_event_role_may");
        session.run("update core.users set role = 'super-admin'");
        assertThat(session.text(approve)).isNotEmpty();
    }

    @Test
    void a_plain_foreign_key_takes_the_word_of_an_agent() throws SQLException {
        Session session = core.session();
        session.run("create table public.naive (audit_id uuid not null references core.audit_event (id))");

        assertThat(session.run("insert into public.naive values (?::uuid)", Given.agentEntry(session)))
                .isEqualTo(1);
    }

    @Test
    void a_market_without_an_approval_is_refused() throws SQLException {
        Session session = core.session();
        String user = Given.user(session, "admin");
        String insert =
                "insert into core.markets (question, market_type, closes_at, created_by, human_approval_audit_id)"
                        + " values ('Will it?', 'sports', now(), ?::uuid, ?::uuid)";

        assertThat(session.refused(insert, user, null).column()).isEqualTo("human_approval_audit_id");
        assertThat(session.refused(insert, user, ID).rule()).isEqualTo("23503 markets_human_approval_fkey");
        String approval = Given.approval(session, ID);
        assertThat(session.refused(insert, null, approval).column()).isEqualTo("created_by");
        assertThat(session.refused(publish(ID)).rule()).isEqualTo("23503 markets_human_approval_fkey");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'Will it rain?' > 'Will it snow?'",
                "'culture' > 'political'",
                "'low' > 'high'",
                "'2100-01-01 00:00:00+00' > '2100-01-01 00:00:01+00'",
                "'a0000000-0000-4000-8000-000000000001', > 'a0000000-0000-4000-8000-000000000002',",
                "actor_user_id > (select id from core.users where id <> actor_user_id)",
            })
    void an_approval_serves_the_market_and_the_terms_that_were_approved(String change) throws SQLException {
        Session session = core.session();
        Given.user(session, "admin");
        String insert = Given.insertMarket(ID, Given.approval(session, ID));
        String[] sides = change.split(" > ", 2);
        String forged = insert.replaceFirst(
                "(?<=select .{0,200})" + Pattern.quote(sides[0]), Matcher.quoteReplacement(sides[1]));

        assertThat(forged).isNotEqualTo(insert);
        assertThat(session.refused(forged).rule()).isEqualTo("23503 markets_human_approval_fkey");
        assertThat(session.run(insert)).isEqualTo(1);
    }

    @Test
    void an_approval_of_something_else_serves_no_market() throws SQLException {
        Session session = core.session();
        String terms = "core.market_terms('Will it rain?', 'culture', 'low', '2100-01-01 00:00:00+00', '{}')";
        String approval = session.text(
                "select core.record_human(?, 'approve', 'user', ?, " + terms + ")", Given.admin(session), ID);

        assertThat(session.refused(Given.insertMarket(ID, approval)).rule())
                .isEqualTo("23503 markets_human_approval_fkey");
        assertThat(session.refused(publish(approval)).rule()).isEqualTo("23503 markets_human_approval_fkey");
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTC", "America/New_York", "Pacific/Chatham"})
    void what_was_approved_does_not_depend_on_the_session_that_publishes(String zone) throws SQLException {
        Session session = core.session();
        String approval = approve(session, "sports", "low");
        session.run("set timezone = '" + zone + "'");

        assertThat(session.text(publish(approval))).isNotEmpty();
    }

    @Test
    void one_approval_serves_one_market_once() throws Exception {
        Session session = core.session();
        String approval = approve(session, "sports", "low");
        List<Boolean> published = core.crowd(8, s -> {
            try {
                s.text(publish(approval));
                return true;
            } catch (SQLException e) {
                assertThat(Refusal.of(e).sqlState()).isEqualTo("23505");
                return false;
            }
        });

        assertThat(published).containsOnlyOnce(true);
        assertThat(session.refused("delete from core.markets").rule())
                .as("it would set the approval free")
                .isEqualTo("23001 markets_stay");
        assertThat(session.refused("truncate core.markets cascade").sqlState()).isEqualTo("23001");
        session.run("select core.move_market(?, (select id from core.markets), 'cancelled')", Given.admin(session));
        assertThat(session.refused(publish(approval)).sqlState()).isEqualTo("23505");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "question = 'Will the president be shot?'",
                "market_type = 'political'",
                "risk_level = 'low'",
                "closes_at = closes_at + interval '1 day'",
                "metadata = '{\"a\": 1}'",
                "id = gen_random_uuid()",
                "created_by = gen_random_uuid()",
                "human_approval_audit_id = gen_random_uuid()",
                "created_at = now() - interval '1 day'",
                "risk_level = 'low', status = 'open'"
            })
    void what_was_approved_does_not_change(String change) throws SQLException {
        Session session = core.session();
        session.text(publish(approve(session, "sports", "high")));

        assertThat(session.refused("update core.markets set " + change).rule())
                .isEqualTo("23001 markets_terms_immutable");
        assertThat(session.refused("update core.markets set approved_digest = ''")
                        .sqlState())
                .isEqualTo("428C9");
    }

    @ParameterizedTest
    @ValueSource(strings = {"draft", "open", "closed", "resolved", "cancelled"})
    void only_the_legal_moves_lead_on(String from) throws SQLException {
        List<String> accepted = new ArrayList<>();
        for (String to : STATES) {
            Session session = core.session();
            session.begin();
            String token = Given.admin(session);
            String market = session.text(publish(approve(session, "sports", "low")));
            String move = "select core.move_market('" + token + "', '" + market + "', '%s', '{\"outcome\": true}')";
            for (String step :
                    from.equals("cancelled") ? List.of("cancelled") : List.of("open", "closed", "resolved")) {
                if (!session.text("select status from core.markets").equals(from)) {
                    session.text(move.formatted(step));
                }
            }
            try {
                session.text(move.formatted(to));
                accepted.add(to);
            } catch (SQLException e) {
                assertThat(Refusal.of(e).rule()).isEqualTo("23514 markets_legal_move");
            }
            session.abort();
        }
        assertThat(accepted).containsExactlyInAnyOrderElementsOf(LEGAL.getOrDefault(from, List.of()));
    }

    @Test
    void a_market_begins_as_draft_and_moves_by_people_who_may_with_an_entry_each() throws SQLException {
        Session session = core.session();
        String insert = Given.insertMarket(ID, Given.approval(session, ID));
        assertThat(session.refused(
                                insert.replace("insert into core.markets (id,", "insert into core.markets (status, id,")
                                        .replace("select '", "select 'open', '"))
                        .rule())
                .isEqualTo("23514 markets_begin_as_draft");
        session.run(insert);
        String editor = Given.login(session, Given.user(session, "editor"));
        assertThat(session.refused("select core.move_market(?, ?::uuid, 'open')", editor, ID)
                        .rule())
                .isEqualTo("42501 audit_event_role_may");
        String admin = Given.admin(session);
        session.text("select core.move_market(?, ?::uuid, 'open', '{\"why\": \"ready\"}')", admin, ID);

        assertThat(session.text("select payload from core.audit_event where action = 'move'"))
                .isEqualTo("{\"to\": \"open\", \"why\": \"ready\", \"from\": \"draft\"}");
        assertThat(session.refused("select core.move_market(?, ?::uuid, 'resolved')", admin, ID)
                        .rule())
                .isEqualTo("23514 markets_legal_move");
        assertThat(session.number("select count(*) from core.audit_event where action = 'move'"))
                .as("a move that is refused leaves no entry")
                .isEqualTo(1);
    }

    @Test
    void two_who_move_a_market_at_once_do_not_lead_it_off_its_way() throws Exception {
        Session session = core.session();
        String market = Given.market(session, "m");
        String admin = Given.admin(session);
        Session one = core.session();
        one.begin();
        one.text("select core.move_market(?, ?::uuid, 'open')", admin, market);
        Future<Refusal> other = core.blocked(
                core.session(), s -> s.refused("update core.markets set status = 'closed' where id = ?::uuid", market));
        one.run("update core.markets set status = 'cancelled' where id = ?::uuid", market);
        one.commit();

        assertThat(other.get().rule()).isEqualTo("23514 markets_legal_move");
    }

    @Test
    void a_market_does_not_open_after_its_end_and_closes_when_it_comes() throws SQLException {
        Session session = core.session();
        String admin = Given.admin(session);
        assertThat(session.refused(
                                "select core.approve_market(?, gen_random_uuid(), 'Did it?', 'sports', 'low', now())",
                                admin)
                        .rule())
                .isEqualTo("23514 markets_close_in_time");
        String late = session.text(publish(session.text(
                "insert into core.audit_event"
                        + " (actor_type, actor_id, session_id, action, subject_type, subject_id, payload)"
                        + " values ('human', 'x', core.session_of(?), 'approve', 'market', gen_random_uuid(),"
                        + " core.market_terms('Did it?', 'sports', 'low', now(), '{}')) returning id",
                admin)));
        assertThat(session.refused("select core.move_market(?, ?::uuid, 'open')", admin, late)
                        .rule())
                .isEqualTo("23514 markets_open_before_they_close");
        session.script("set session_replication_role = replica; update core.markets set status = 'open';"
                + " set session_replication_role = default");
        String open = Given.market(session, "m");
        session.text("select core.move_market(?, ?::uuid, 'open')", admin, open);

        assertThat(session.lines("select core.close_due_markets()")).containsExactly(late);
        assertThat(session.lines("select core.close_due_markets()")).isEmpty();
        assertThat(session.text(
                        "select actor_type || (payload ->> 'to') from core.audit_event"
                                + " where action = 'move' and subject_id = ?",
                        late))
                .isEqualTo("systemclosed");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "23514 words_not_blank            | ' ', 'sports', 'low', now() + interval '1 d'",
                "23514 words_not_blank            | u&'\\00A0\\200B', 'sports', 'low', now() + interval '1 d'",
                "23514 market_type_known          | 'Q', 'weather', 'low', now() + interval '1 d'",
                "23514 risk_level_known           | 'Q', 'sports', 'none', now() + interval '1 d'",
                "23514 instant_is_finite          | 'Q', 'sports', 'low', 'infinity'",
                "23514 markets_close_in_time      | 'Q', 'sports', 'low', now() + interval '101 years'",
                "23514 markets_close_in_time      | 'Q', 'sports', 'low', '2044-01-01 00:00+00 BC'",
                "23514 markets_metadata_is_object | 'Q', 'sports', 'low', now() + interval '1 d', '[]'",
                "23502 markets_terms_complete     | 'Q', 'sports', 'low', now() + interval '1 d', null",
                "23502 markets_terms_complete     | 'Q', 'sports', 'low', null",
                "23502 markets_terms_complete     | null, 'sports', 'low', now() + interval '1 d'",
            })
    void terms_that_no_market_may_have_are_not_approved(String rule, String terms) throws SQLException {
        Session session = core.session();

        assertThat(session.refused("select core.approve_market(?, ?::uuid, " + terms + ")", Given.admin(session), ID)
                        .rule())
                .isEqualTo(rule);
        assertThat(session.number("select count(*) from core.audit_event where action = 'approve'"))
                .isZero();
    }

    @Test
    void the_table_has_the_same_rules_for_its_terms() throws SQLException {
        Session session = core.session();
        String insert = Given.insertMarket(ID, Given.approval(session, ID));

        assertThat(session.refused(insert.replace("'culture'", "'weather'")).rule())
                .isEqualTo("23514 market_type_known");
        assertThat(session.refused(insert.replace("'low'", "'none'")).rule()).isEqualTo("23514 risk_level_known");
    }

    @ParameterizedTest
    @ValueSource(strings = {"role = 'editor'", "is_active = false"})
    void an_approval_holds_while_its_author_may_approve(String change) throws SQLException {
        Session session = core.session();
        String approval = Given.approval(session, ID);
        session.run("update core.users set " + change);

        assertThat(session.refused(publish(approval)).rule()).isEqualTo("23001 markets_approval_holds");
        session.run("update core.users set is_active = true, role = 'super-admin'");
        assertThat(session.text(publish(approval))).isEqualTo(ID);
    }

    @Test
    void an_approval_holds_for_30_days() throws SQLException {
        Session session = core.session();
        String approval = Given.approval(session, ID);
        Given.age(session);

        assertThat(session.refused(publish(approval)).rule()).isEqualTo("23001 markets_approval_holds");
    }

    @Test
    void who_resolves_a_market_says_what_came_true_once() throws SQLException {
        Session session = core.session();
        String admin = Given.admin(session);
        String market = Given.market(session, "m");
        session.text("select core.move_market(?, ?::uuid, 'open')", admin, market);
        String closing = session.text("select core.move_market(?, ?::uuid, 'closed')", admin, market);
        String resolve = "select core.move_market(?, ?::uuid, 'resolved', ?::jsonb)";

        assertThat(session.refused(resolve, admin, market, "{}").rule())
                .isEqualTo("23514 markets_outcome_when_resolved");
        assertThat(session.refused(resolve, admin, market, "{\"outcome\": null}")
                        .rule())
                .isEqualTo("23514 markets_outcome_when_resolved");
        assertThat(session.refused(resolve, admin, market, "{\"outcome\": \" \"}")
                        .rule())
                .isEqualTo("23514 words_not_blank");
        assertThat(session.refused(resolve, admin, market, "{\"outcome\": {}}").rule())
                .isEqualTo("23514 markets_outcome_says_something");
        assertThat(session.refused("update core.markets set status = 'resolved'")
                        .rule())
                .isEqualTo("23514 markets_outcome_when_resolved");
        assertThat(session.refused("update core.markets set outcome = 'true'").rule())
                .isEqualTo("23001 markets_outcome_immutable");
        assertThat(session.refused(
                                "update core.markets set status = 'resolved', outcome = 'true', resolution_audit_id = ?::uuid",
                                closing)
                        .rule())
                .isEqualTo("23503 markets_resolution_is_of_it");
        String entry = session.text(resolve, admin, market, "{\"outcome\": false}");
        assertThat(session.text("select outcome || ' ' || resolution_audit_id from core.markets"))
                .isEqualTo("false " + entry);
        assertThat(session.refused("update core.markets set outcome = 'true'").rule())
                .isEqualTo("23001 markets_outcome_immutable");
    }

    @Test
    void a_cancelled_market_sets_its_slug_free() throws SQLException {
        Session session = core.session();
        String token = Given.admin(session);
        String first = Given.market(session, "rain");
        String waiting = UUID.randomUUID().toString();
        assertThat(session.refused(
                                "select core.approve_market(?, ?::uuid, 'Q', 'sports', 'low', now() + interval '1 d', ?::jsonb)",
                                token,
                                waiting,
                                "{\"slug\": \"rain\"}")
                        .rule())
                .isEqualTo("23505 markets_slug_key");
        session.text("select core.move_market(?, ?::uuid, 'cancelled')", token, first);
        String one = Given.approval(session, token, waiting, "{\"slug\": \"rain\"}");
        String other = Given.approval(session, token, ID, "{\"slug\": \"rain\"}");
        session.text(publish(one));

        assertThat(session.lines("select slug || ' ' || status from core.markets order by status"))
                .containsExactly("rain cancelled", "rain draft");
        assertThat(session.refused(publish(other)).rule())
                .as("two that were approved at once")
                .isEqualTo("23505 markets_slug_key");
        session.text("select core.move_market(?, ?::uuid, 'cancelled')", token, waiting);
        assertThat(session.text(publish(other))).isEqualTo(ID);
    }

    @Test
    void nobody_takes_the_derived_slug_of_another_market() throws SQLException {
        Session session = core.session();
        String taker = Given.market(session, "market-" + ID);

        assertThat(session.text("select slug from core.markets")).isEqualTo("market-" + taker);
        assertThat(session.text(publish(Given.approval(session, ID)))).isEqualTo(ID);
        String third = UUID.randomUUID().toString();
        String approval =
                Given.approval(session, Given.admin(session), third, "{\"slug\": \"market-a0000000-of-mine\"}");
        assertThat(session.refused(
                                "insert into core.markets (id, question, market_type, risk_level, closes_at,"
                                        + " metadata, human_approval_audit_id, created_by, slug)"
                                        + " select ?::uuid, 'Will it rain?', 'culture', 'low', '2100-01-01 00:00:00+00',"
                                        + " payload -> 'metadata', id, actor_user_id, 'market-a0000000-of-mine'"
                                        + " from core.audit_event where id = ?::uuid",
                                third,
                                approval)
                        .rule())
                .isEqualTo("23514 markets_slug_is_approved");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "close_due_markets(null)",
                "close_due_markets(0)",
                "purge_sessions(interval '30 days', null)",
                "purge_sessions(interval '30 days', 1000000)",
                "purge_sessions(null)"
            })
    void scheduled_work_without_a_limit_is_refused(String call) throws SQLException {
        assertThat(core.session().refused("select core." + call).sqlState()).isEqualTo("22023");
    }

    @Test
    void a_slug_is_approved_or_derived_stays_and_is_that_of_one_market() throws SQLException {
        Session session = core.session();
        String market = Given.market(session, "rain");
        String derived = session.text(publish(approve(session, "sports", "low")));

        assertThat(session.lines("select slug from core.markets order by slug = 'rain'"))
                .containsExactly("market-" + derived, "rain");
        assertThat(session.refused("update core.markets set slug = 'market-' || id where id = ?::uuid", market)
                        .rule())
                .isEqualTo("23001 markets_slug_immutable");
        String token = Given.admin(session);
        String odd = session.text(publish(Given.approval(session, token, ID, "{\"slug\": \"Not Kebab\"}")));
        assertThat(session.text("select slug from core.markets where id = ?::uuid", odd))
                .isEqualTo("market-" + odd);
        String other = UUID.randomUUID().toString();
        String insert = Given.insertMarket(other, Given.approval(session, other));
        assertThat(session.refused(
                                insert.replace("(id,", "(slug, id,").replace("select '", "select 'president-shot', '"))
                        .rule())
                .isEqualTo("23514 markets_slug_is_approved");
    }

    @Test
    void who_published_is_in_the_audit_and_the_market_is_not_approved_again() throws SQLException {
        Session session = core.session();
        String approval = Given.approval(session, ID);
        session.text(publish(approval));

        assertThat(session.text(
                        "select actor_type || (actor_id = session_user) || subject_id || (payload ->> 'market_id')"
                                + " from core.audit_event where action = 'publish'"))
                .isEqualTo("systemtrue" + approval + ID);
        assertThat(session.refused("select core.record_system('publish', 'audit_event', 'x')")
                        .rule())
                .isEqualTo("42501 audit_event_action_reserved");
        assertThat(session.refused(
                                "select core.approve_market(?, ?::uuid, 'Q', 'sports', 'low', now() + interval '1 day')",
                                Given.admin(session),
                                ID)
                        .rule())
                .isEqualTo("23505 markets_pkey");
    }
}
