package dev.lockkeeper.schemas.predictionmarket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.schemas.Migrated;
import dev.lockkeeper.schemas.Session;
import java.sql.SQLException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("PM-05")
final class MarketsTest {
    private static final String INSERT = "insert into core.markets"
            + " (question, market_type, slug, human_approval_audit_id) values ('Will it?', ?, ?, ?::uuid)";

    @RegisterExtension
    final Migrated core = Given.core();

    @ParameterizedTest
    @ValueSource(strings = {"political", "economic", "social", "technology", "finance", "culture", "sports"})
    void an_approved_market_of_each_type_is_accepted(String type) throws SQLException {
        Session session = core.session();

        assertThat(session.run(INSERT, type, "m", Given.audit(session, "human", "approve")))
                .isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"agent, approve", "system, approve", "human, reject", "human, Approve"})
    void an_entry_that_is_no_approval_by_a_human_is_refused(String actor, String action) throws SQLException {
        Session session = core.session();

        assertThat(session.refused(INSERT, "sports", "m", Given.audit(session, actor, action))
                        .rule())
                .isEqualTo("23503 markets_human_approval_fkey");
    }

    @Test
    void a_plain_foreign_key_takes_the_word_of_an_agent() throws SQLException {
        Session session = core.session();
        session.run("create table public.naive (audit_id uuid not null references core.audit_event (id))");

        assertThat(session.run("insert into public.naive values (?::uuid)", Given.audit(session, "agent", "reject")))
                .isEqualTo(1);
    }

    @Test
    void a_market_without_an_approval_is_refused() throws SQLException {
        Session session = core.session();

        assertThat(session.refused(INSERT, "sports", "m", null).column()).isEqualTo("human_approval_audit_id");
        assertThat(session.refused(INSERT, "sports", "m", "00000000-0000-4000-8000-000000000000")
                        .rule())
                .isEqualTo("23503 markets_human_approval_fkey");
    }

    @Test
    void one_approval_serves_one_market() throws SQLException {
        Session session = core.session();
        String approval = Given.audit(session, "human", "approve");
        session.run(INSERT, "sports", "one", approval);

        assertThat(session.refused(INSERT, "sports", "two", approval).rule())
                .isEqualTo("23505 markets_human_approval_key");
    }

    @Test
    void the_approval_is_not_exchanged_for_another_entry_and_its_mark_is_not_written() throws SQLException {
        Session session = core.session();
        Given.market(session, "m");

        assertThat(session.refused(
                                "update core.markets set human_approval_audit_id = ?::uuid",
                                Given.audit(session, "agent", "approve"))
                        .rule())
                .isEqualTo("23503 markets_human_approval_fkey");
        assertThat(session.refused("update core.markets set approved_by_human = false")
                        .sqlState())
                .isEqualTo("428C9");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "23514 markets_question_not_blank   | question = ' '",
                "23514 markets_market_type_known    | market_type = 'weather'",
                "23514 markets_risk_level_known     | risk_level = 'none'",
                "23514 markets_status_known         | status = 'gone', closes_at = now()",
                "23514 markets_open_market_closes   | status = 'open'",
                "23514 markets_open_market_closes   | status = 'open', closes_at = 'infinity'",
                "23514 markets_metadata_is_object   | metadata = '1'",
                "23514 markets_slug_is_kebab_case   | slug = 'Not Kebab'",
                "23514 markets_slug_is_kebab_case   | slug = 'a--b'",
            })
    void a_change_against_a_rule_is_refused_by_that_rule(String rule, String change) throws SQLException {
        Session session = core.session();
        Given.market(session, "m");

        assertThat(session.refused("update core.markets set " + change).rule()).isEqualTo(rule);
    }

    @Test
    void a_market_opens_with_an_end_and_is_found_by_it() throws SQLException {
        Session session = core.session();
        Given.market(session, "m");

        assertThat(session.run("update core.markets set status = 'open', risk_level = 'high', closes_at = now()"))
                .isEqualTo(1);
        assertThat(session.text("select updated_at >= created_at from core.markets"))
                .isEqualTo("t");
    }

    @Test
    void two_markets_do_not_share_a_slug() throws SQLException {
        Session session = core.session();
        Given.market(session, "m");

        assertThat(session.refused(INSERT, "sports", "m", Given.audit(session, "human", "approve"))
                        .rule())
                .isEqualTo("23505 markets_slug_key");
        assertThat(session.refused(INSERT, "sports", null, Given.audit(session, "human", "approve"))
                        .column())
                .isEqualTo("slug");
    }
}
