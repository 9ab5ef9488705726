package dev.lockkeeper.schemas.playerengagement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.embedded.EmbeddedPostgres;
import dev.lockkeeper.embedded.Options;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("PE-17")
final class RoundTripTest {
    @RegisterExtension
    final Migrated xp = Migrated.to(0);

    @ParameterizedTest
    @ValueSource(ints = {15, 16, 17, 18})
    void every_rollback_restores_the_catalog_and_every_migration_can_be_applied_again(int serverVersion)
            throws SQLException {
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(Options.version(serverVersion))) {
            try (Session session = new Session(postgres.connect(postgres.createDatabase()))) {
                Migrations migrations = new Migrations("xp");
                List<List<String>> states = new ArrayList<>();
                states.add(Catalog.of(session));
                for (int version = 1; version <= Migrations.NEWEST; version++) {
                    migrations.up(session.connection(), version);
                    states.add(Catalog.of(session));
                    migrations.down(session.connection(), version);
                    assertThat(Catalog.of(session)).as("after U%03d", version).isEqualTo(states.get(version - 1));
                    migrations.up(session.connection(), version);
                    assertThat(Catalog.of(session))
                            .as("after V%03d again", version)
                            .isEqualTo(states.get(version));
                }
                for (int version = Migrations.NEWEST; version >= 1; version--) {
                    migrations.down(session.connection(), version);
                    assertThat(Catalog.of(session)).as("after U%03d", version).isEqualTo(states.get(version - 1));
                }
            }
        }
    }

    @Test
    void every_rollback_restores_the_catalog_and_the_rows_of_a_database_in_use() throws SQLException {
        Session session = xp.session();
        xp.up(1);
        session.run("insert into xp.xp_rules (policy_key, version, definition, is_active)"
                + " values ('daily', 1, '{\"base\": 100}', true)");
        for (int day = 1; day <= 3; day++) {
            session.run(
                    "select xp.claim_daily_award(?, date '2026-01-01' + ?, 100, 0, 'daily', 1, 7)",
                    Given.user(session),
                    day);
        }
        for (int version = 2; version <= Migrations.NEWEST; version++) {
            if (version == 4) {
                Given.draft(session, "daily");
                session.run("insert into xp.xp_seasons (season_id, label, starts_on, ends_on)"
                        + " values (7, 'Winter', '2026-01-01', '2026-04-01')");
            }
            List<String> catalog = Catalog.of(session);
            List<String> rows = rows(session);
            xp.up(version);
            xp.down(version);
            assertThat(Catalog.of(session)).as("catalog after U%03d", version).isEqualTo(catalog);
            assertThat(rows(session)).as("rows after U%03d", version).isEqualTo(rows);
            xp.up(version);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"engagement", "\"Game XP\"", "\"select\""})
    void the_schema_can_have_any_name(String schema) throws SQLException {
        Session session = xp.session();
        List<String> before = Catalog.of(session);
        Migrations migrations = new Migrations(schema);
        for (int version = 1; version <= Migrations.NEWEST; version++) {
            migrations.up(session.connection(), version);
        }
        assertThat(session.run("insert into " + schema + ".xp_users (external_user_id, reward_tz) values ('a', 'UTC')"))
                .isEqualTo(1);
        for (int version = Migrations.NEWEST; version >= 1; version--) {
            migrations.down(session.connection(), version);
        }
        assertThat(Catalog.of(session)).isEqualTo(before);
    }

    private static List<String> rows(Session session) throws SQLException {
        List<String> rows = new ArrayList<>();
        for (String table : session.lines("select oid::regclass from pg_class"
                + " where relnamespace = 'xp'::regnamespace and relkind = 'r' order by oid::regclass::text")) {
            rows.addAll(session.lines("select '" + table + ' ' + "' || r::text from " + table + " r order by 1"));
        }
        return rows;
    }
}
