package dev.lockkeeper.schemas.playerengagement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.schemas.Migrated;
import dev.lockkeeper.schemas.Reference;
import dev.lockkeeper.schemas.Session;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The roles of the project, and the SQL tests that travel with it. */
final class RolesTest {
    private static final Path PROJECT = Reference.folder("player-engagement");

    @RegisterExtension
    final Migrated xp = Migrated.of("player-engagement");

    @BeforeEach
    void grant() throws SQLException, IOException {
        xp.session().script(Files.readString(PROJECT.resolve("grants.sql")));
    }

    @ParameterizedTest
    @Tag("PE-05")
    @Tag("PE-08")
    @ValueSource(strings = {"ledger", "awards", "roles", "forgetting"})
    void the_test_that_travels_with_the_schema_passes_and_leaves_nothing(String name) throws SQLException, IOException {
        Session session = xp.session();

        session.script(Files.readString(PROJECT.resolve("tests/" + name + ".sql")));

        assertThat(session.number("select (select count(*) from xp.xp_users) + (select count(*) from xp.xp_policies)"))
                .isZero();
    }

    @Test
    @Tag("PE-05")
    void the_test_of_the_roles_runs_as_whoever_created_them_and_is_no_member() throws SQLException, IOException {
        Session session = xp.session();
        String owner = "engagement_owner_" + session.pid();
        boolean separate = session.number("select current_setting('server_version_num')") >= 160000;
        session.run("create role " + owner + " createrole");
        try {
            if (separate) {
                session.run("grant engagement_service, engagement_editor, engagement_reader, engagement_privacy to "
                        + owner + " with admin true, set false, inherit false");
            }
            session.run("set session authorization " + owner);
            assertThat(session.refused("set role engagement_service").sqlState())
                    .isEqualTo("42501");

            session.script(Files.readString(PROJECT.resolve("tests/roles.sql")));

            assertThat(session.refused("set role engagement_service").sqlState())
                    .isEqualTo("42501");
        } finally {
            session.run("reset session authorization");
            session.run("drop role " + owner);
        }
    }

    @Test
    @Tag("PE-05")
    void no_role_has_a_right_to_write_balances_ledger_or_awards() throws SQLException {
        assertThat(xp.session().lines("""
                select r.rolname || ' ' || p || ' ' || t
                from pg_roles r, unnest(array['insert', 'update', 'delete', 'truncate']) p,
                    unnest(array['xp.xp_balance', 'xp.xp_season_balance', 'xp.xp_ledger', 'xp.xp_awards']) t
                where r.rolname like 'engagement%' and has_table_privilege(r.rolname, t, p)
                """)).isEmpty();
    }

    @Test
    void the_editor_is_granted_what_there_is_when_the_retired_rules_are_gone() throws SQLException, IOException {
        Session session = xp.session();
        session.script(
                "drop function xp.adopt_policy_versions(); drop view xp.xp_rules; drop table xp.xp_rules_retired");

        session.script(Files.readString(PROJECT.resolve("grants.sql")));

        assertThat(session.text("select has_table_privilege('engagement_editor', 'xp.xp_seasons', 'select')"))
                .isEqualTo("t");
    }

    @Test
    void grants_and_roles_may_run_again() throws SQLException, IOException {
        Session session = xp.session();
        session.script(Files.readString(PROJECT.resolve("roles.sql")));
        session.script(Files.readString(PROJECT.resolve("grants.sql")));

        assertThat(session.text("select has_table_privilege('engagement_reader', 'xp.xp_balance', 'select')"))
                .isEqualTo("t");
    }
}
