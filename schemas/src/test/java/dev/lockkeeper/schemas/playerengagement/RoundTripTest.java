package dev.lockkeeper.schemas.playerengagement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.schemas.Migrated;
import dev.lockkeeper.schemas.Session;
import dev.lockkeeper.source.Migration;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("PE-17")
final class RoundTripTest {
    @RegisterExtension
    final Migrated xp = Migrated.of("player-engagement").to("0");

    @Test
    void every_rollback_restores_the_catalog_and_the_rows_of_a_database_in_use() throws SQLException {
        Session session = xp.session();
        xp.up("1");
        session.run("insert into xp.xp_rules (policy_key, version, definition, is_active)"
                + " values ('daily', 1, '{\"base\": 100}', true)");
        for (int i = 0; i < 3; i++) {
            session.run(
                    "select xp.claim_daily_award(?, (now() at time zone 'Europe/Berlin')::date, 100, 0, 'daily', 1, 7)",
                    Given.user(session));
        }
        for (int version = 2; version <= 5; version++) {
            List<String> catalog = Catalog.of(session);
            List<String> rows = rows(session);
            xp.up(String.valueOf(version));
            xp.down();
            assertThat(Catalog.of(session)).as("catalog after U%03d", version).isEqualTo(catalog);
            assertThat(rows(session)).as("rows after U%03d", version).isEqualTo(rows);
            xp.up(String.valueOf(version));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"engagement", "\"Game XP\"", "\"select\""})
    void the_schema_can_have_any_name(String schema) throws SQLException {
        Session session = xp.session();
        List<String> before = Catalog.of(session);
        List<Migration> migrations =
                xp.reference().with("schema", schema).migrations().all();
        for (Migration migration : migrations) {
            session.script(migration.up().text());
        }
        assertThat(session.run("insert into " + schema + ".xp_users (external_user_id, reward_tz) values ('a', 'UTC')"))
                .isEqualTo(1);
        for (int i = migrations.size(); i > 0; i--) {
            session.script(Objects.requireNonNull(migrations.get(i - 1).down()).text());
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
