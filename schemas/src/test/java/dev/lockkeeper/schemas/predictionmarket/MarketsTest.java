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
    @CsvSource({"agent, approve", "system, approve", "human, reject", "human, Approve"})
    void an_entry_that_is_no_approval_by_a_human_is_refused(String actor, String action) throws SQLException {
        Session session = core.session();
        String terms = "core.market_terms('Will it rain?', 'culture', 'low', '2100-01-01 00:00:00+00', '{}')";
        String token = Given.admin(session);
        String entry = session.text(
                switch (actor) {
                    case "human" -> "select core.record_human('" + token + "', ?, 'market', ?, " + terms + ")";
                    case "agent" -> "select core.record_agent(?, 'market', ?, " + terms + ", 'signed')";
                    default -> "select core.record_system(?, 'market', ?, " + terms + ")";
                },
                action,
                ID);
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
        String approve = "select core.approve_market('" + token + "', '" + ID + "', 'Q', 'sports', 'low', now())";

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
        String[] sides = change.split(" > ");
        String forged = insert.replaceFirst(
                "(?<=select .{0,200})" + java.util.regex.Pattern.quote(sides[0]),
                java.util.regex.Matcher.quoteReplacement(sides[1]));

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
            String move = "select core.move_market('" + token + "', '" + market + "', '%s')";
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
        String late = session.text(publish(session.text(
                "select core.approve_market(?, gen_random_uuid(), 'Did it?', 'sports', 'low', now())", admin)));
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
                "23514 words_not_blank           | ' ', 'sports', 'low', now()",
                "23514 markets_market_type_known | 'Q', 'weather', 'low', now()",
                "23514 markets_risk_level_known  | 'Q', 'sports', 'none', now()",
                "23502                           | 'Q', 'sports', 'low', null",
                "23502                           | null, 'sports', 'low', now()",
            })
    void terms_against_a_rule_become_no_market(String rule, String terms) throws SQLException {
        Session session = core.session();
        String approval =
                session.text("select core.approve_market(?, ?::uuid, " + terms + ")", Given.admin(session), ID);

        assertThat(session.refused(publish(approval)).rule()).isEqualTo(rule);
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
        assertThat(session.refused(publish(Given.approval(session, token, ID, "{\"slug\": \"rain\"}")))
                        .rule())
                .isEqualTo("23505 markets_slug_key");
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
}
