package dev.lockkeeper.schemas.inferenceplatform;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.schemas.Migrated;
import dev.lockkeeper.schemas.Reference;
import dev.lockkeeper.schemas.Session;
import java.io.IOException;
import java.nio.file.Files;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("IP-09")
final class SeedsTest {
    @RegisterExtension
    final Migrated migrated = Given.operational();

    private static String script(String seedPackage) throws IOException {
        return Files.readString(
                Reference.folder("inference-platform").resolve("seeds/" + seedPackage + "/tenants.sql"));
    }

    private static List<String> rows(Session session) throws SQLException {
        List<String> rows = new ArrayList<>();
        for (String table : List.of("organizations", "users", "api_keys", "model_registry_entries", "usage_events")) {
            rows.addAll(session.lines("select '" + table + " ' || r::text from inference." + table + " r order by 1"));
        }
        return rows;
    }

    @ParameterizedTest
    @CsvSource({"local-dev, 1, 2, 1, 288", "ci, 2, 2, 2, 48", "staging, 3, 6, 3, 288"})
    void a_package_brings_enough_and_a_second_run_changes_nothing(
            String seedPackage, int organizations, int users, int keys, int events) throws SQLException, IOException {
        Session session = migrated.session();
        session.script(script(seedPackage));
        List<String> rows = rows(session);

        assertThat(rows.stream().filter(r -> r.startsWith("organizations"))).hasSize(organizations);
        assertThat(rows.stream().filter(r -> r.startsWith("users"))).hasSize(users);
        assertThat(rows.stream().filter(r -> r.startsWith("api_keys"))).hasSize(keys);
        assertThat(rows.stream().filter(r -> r.startsWith("usage_events"))).hasSize(events);
        session.script(script(seedPackage));
        assertThat(rows(session)).isEqualTo(rows);
    }

    @Test
    void the_packages_live_side_by_side() throws SQLException {
        Session session = migrated.session();
        migrated.seed(session);
        List<String> rows = rows(session);
        migrated.seed(session);

        assertThat(rows(session)).isEqualTo(rows);
        assertThat(session.number("select count(*) from inference.organizations"))
                .isEqualTo(6);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 5})
    void a_crash_half_way_leaves_nothing_and_the_next_run_brings_all(int statements) throws SQLException, IOException {
        Session session = migrated.session();
        session.begin();
        String[] parts = script("ci").split(";\n", -1);
        for (int i = 0; i < statements; i++) {
            session.script(parts[i]);
        }
        session.abort();
        assertThat(session.number("select count(*) from inference.organizations"))
                .isZero();
        session.script(script("ci"));

        assertThat(session.number("select count(*) from inference.organizations"))
                .isEqualTo(2);
        assertThat(session.number("select count(*) from inference.usage_events"))
                .isEqualTo(48);
    }

    @Test
    void somebody_can_log_in_and_call_and_is_metered() throws SQLException, IOException {
        Session session = migrated.session();
        session.script(script("local-dev"));

        assertThat(session.text("select o.slug from inference.api_keys k join inference.organizations o"
                        + " on o.id = k.organization_id where k.hashed_secret = sha256('local-dev-secret')"))
                .isEqualTo("acme");
        assertThat(session.text("select role from inference.users where email_hash ="
                        + " '\\x8499372fe2c3714807943214e66c6e1a383fc6c1df17ce8963bc0245a932e7c2'"))
                .as("HMAC-SHA256 of ada@acme.example with the key local-dev-key")
                .isEqualTo("owner");
        assertThat(session.text("select sum(cost) > 0 and count(distinct status) = 3 from inference.usage_events"))
                .isEqualTo("t");
    }
}
