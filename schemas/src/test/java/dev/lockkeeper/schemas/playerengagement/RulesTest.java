package dev.lockkeeper.schemas.playerengagement;

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

final class RulesTest {
    private static final String INSERT =
            "insert into xp.xp_rules (policy_key, version, definition, is_active) values (?, ?, ?::jsonb, ?)";
    private static final String ROWS =
            "select r::text || r.xmin || r.ctid || r.tableoid from xp.%s r order by policy_key, version";

    @RegisterExtension
    final Migrated xp = Migrated.of("player-engagement").to("1");

    @Test
    @Tag("PE-07")
    void one_version_of_a_policy_is_active() throws SQLException {
        Session session = xp.session();
        session.run(INSERT, "p", 1, "{}", true);
        session.run(INSERT, "p", 2, "{}", false);
        session.run(INSERT, "q", 1, "{}", true);

        assertThat(session.refused(INSERT, "p", 3, "{}", true).rule()).isEqualTo("23505 xp_rules_one_active");
        assertThat(session.refused("update xp.xp_rules set is_active = true").rule())
                .isEqualTo("23505 xp_rules_one_active");
    }

    @ParameterizedTest
    @Tag("PE-07")
    @CsvSource({
        "p, 1, {}, 23505 xp_rules_pkey",
        "' ', 2, {}, 23514 words_not_blank",
        "p, 0, {}, 23514 xp_rules_version_positive",
        "p, 2, [], 23514 xp_rules_definition_is_object"
    })
    void a_rule_against_a_constraint_is_refused_by_it(String key, int version, String definition, String constraint)
            throws SQLException {
        Session session = xp.session();
        session.run(INSERT, "p", 1, "{\"base\": 10}", false);

        assertThat(session.refused(INSERT, key, version, definition, false).rule())
                .isEqualTo(constraint);
    }

    @ParameterizedTest
    @Tag("PE-07")
    @ValueSource(
            strings = {
                "update xp.xp_rules set definition = '{\"base\": 1}'",
                "update xp.xp_rules set version = 2",
                "update xp.xp_rules set created_by = 'Eve'",
                "delete from xp.xp_rules"
            })
    void a_rule_is_immutable_but_for_being_active(String statement) throws SQLException {
        Session session = xp.session();
        session.run(INSERT, "p", 1, "{\"base\": 10}", false);

        assertThat(session.refused(statement).rule()).isEqualTo("23001 xp_rules_immutable");
        assertThat(session.refused("truncate xp.xp_rules").rule()).isEqualTo("23001 xp_rules_not_truncated");
        assertThat(session.run("update xp.xp_rules set is_active = true")).isEqualTo(1);
        assertThat(session.text("select created_by = session_user from xp.xp_rules"))
                .isEqualTo("t");
    }

    @Test
    @Tag("PE-17")
    void readers_of_the_rules_go_on_reading_after_V002() throws SQLException {
        Session session = xp.session();
        session.run(INSERT, "p", 1, "{}", true);
        session.run("create role reader_of_rules");
        try {
            session.run("grant usage on schema xp to reader_of_rules");
            session.run("grant select on xp.xp_rules to reader_of_rules");
            xp.up("2");
            session.run("set role reader_of_rules");
            assertThat(session.number("select count(*) from xp.xp_rules")).isEqualTo(1);
        } finally {
            session.run("reset role");
            session.run("drop owned by reader_of_rules");
            session.run("drop role reader_of_rules");
        }
    }

    @Test
    @Tag("PE-17")
    void V002_retires_the_rules_and_U002_brings_back_the_very_same_rows() throws SQLException {
        Session session = xp.session();
        session.run(INSERT, "p", 1, "{\"base\": 10, \"note\": \"é\"}", false);
        session.run(INSERT, "p", 2, "{\"base\": 20}", true);
        String before = String.join("\n", session.lines(ROWS.formatted("xp_rules")));

        xp.up("2");
        assertThat(session.lines(ROWS.formatted("xp_rules_retired"))).hasSize(2);
        assertThat(session.lines("select definition ->> 'base' from xp.xp_rules order by version"))
                .containsExactly("10", "20");
        xp.down();

        assertThat(String.join("\n", session.lines(ROWS.formatted("xp_rules")))).isEqualTo(before);
        assertThat(session.text("select to_regclass('xp.xp_rules_retired')")).isEqualTo("null");
        assertThat(session.run(INSERT, "p", 3, "{}", false)).isEqualTo(1);
        assertThat(session.refused(INSERT, "p", 4, "{}", true).rule()).isEqualTo("23505 xp_rules_one_active");
    }

    @ParameterizedTest
    @Tag("PE-17")
    @ValueSource(
            strings = {
                "insert into xp.xp_rules_retired (policy_key, version) values ('p', 2)",
                "update xp.xp_rules_retired set is_active = true",
                "delete from xp.xp_rules_retired",
                "truncate xp.xp_rules_retired",
                "insert into xp.xp_rules (policy_key, version) values ('p', 2)",
                "delete from xp.xp_rules"
            })
    void retired_rules_are_read_only(String statement) throws SQLException {
        xp.up("2");

        assertThat(xp.session().refused(statement).rule()).isEqualTo("23001 xp_rules_retired_read_only");
    }
}
