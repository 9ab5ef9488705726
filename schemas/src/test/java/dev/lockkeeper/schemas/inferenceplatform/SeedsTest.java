package dev.lockkeeper.schemas.inferenceplatform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.schemas.Migrated;
import dev.lockkeeper.schemas.Reference;
import dev.lockkeeper.schemas.Session;
import dev.lockkeeper.stewardship.seed.SeedResult;
import java.io.IOException;
import java.nio.file.Files;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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

    private static Map<String, String> keys(String hash, String secret) {
        return Map.of("INFERENCE_SEED_HASH_KEY", hash, "INFERENCE_SEED_SECRET", secret);
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
        String digest = migrated.bring(seedPackage, Given.SEED_KEYS).digest();
        List<String> rows = rows(session);

        assertThat(rows.stream().filter(r -> r.startsWith("organizations"))).hasSize(organizations);
        assertThat(rows.stream().filter(r -> r.startsWith("users"))).hasSize(users);
        assertThat(rows.stream().filter(r -> r.startsWith("api_keys"))).hasSize(keys);
        assertThat(rows.stream().filter(r -> r.startsWith("usage_events"))).hasSize(events);
        assertThat(migrated.bring(seedPackage, Given.SEED_KEYS).digest()).isEqualTo(digest);
        if (!seedPackage.equals("ci")) {
            assertThat(rows(session)).isEqualTo(rows);
        }
        assertThat(rows(session)).hasSameSizeAs(rows);
    }

    @Test
    void the_packages_live_side_by_side() throws SQLException {
        Session session = migrated.session();
        List<String> digests = new ArrayList<>();
        for (String seedPackage : List.of("ci", "local-dev", "staging")) {
            digests.add(migrated.bring(seedPackage, Given.SEED_KEYS).digest());
        }
        List<String> rows = rows(session);
        assertThat(migrated.bring("local-dev", Given.SEED_KEYS).digest()).isEqualTo(digests.get(1));
        assertThat(migrated.bring("staging", Given.SEED_KEYS).digest()).isEqualTo(digests.get(2));

        assertThat(rows(session)).isEqualTo(rows);
        assertThat(session.number("select count(*) from inference.organizations"))
                .isEqualTo(6);
        assertThat(migrated.holds("local-dev", Given.SEED_KEYS)).isTrue();
    }

    @Test
    void the_package_of_ci_takes_away_what_was_there() throws SQLException {
        Session session = migrated.session();
        migrated.bring("local-dev", Given.SEED_KEYS);
        SeedResult first = migrated.bring("ci", Given.SEED_KEYS);
        List<String> rows = session.lines("select slug from inference.organizations order by 1");

        assertThat(rows).containsExactly("ci-one", "ci-two");
        assertThat(session.number("select count(*) from inference.usage_events"))
                .isEqualTo(48);
        assertThat(migrated.bring("ci", Given.SEED_KEYS).digest()).isEqualTo(first.digest());
    }

    @Test
    void a_package_without_its_keys_brings_nothing() throws SQLException {
        Session session = migrated.session();
        assertThatThrownBy(() -> migrated.bring("staging", Map.of()))
                .isInstanceOfSatisfying(
                        LockkeeperException.class,
                        e -> assertThat(e.problems())
                                .extracting(Problem::code)
                                .containsExactly(Code.SEED_KEY_MISSING, Code.SEED_KEY_MISSING));
        assertThat(session.number("select count(*) from inference.organizations"))
                .isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "delete from inference.api_keys",
                "delete from inference.usage_events where latency_ms > 200",
                "delete from inference.api_keys; delete from inference.users where role = 'owner'",
                "delete from inference.usage_events; delete from inference.model_registry_entries",
                "truncate inference.usage_event_keys"
            })
    void what_was_removed_comes_back_and_nothing_comes_twice(String removal) throws SQLException, IOException {
        Session session = migrated.session();
        String counts = "select (select count(*) from inference.users) || ' ' || (select count(*) from"
                + " inference.api_keys) || ' ' || (select count(*) from inference.model_registry_entries) || ' ' ||"
                + " (select count(*) from inference.usage_events) || ' ' ||"
                + " (select count(distinct event_id) from inference.usage_events)";
        migrated.bring("local-dev", Given.SEED_KEYS);
        String before = session.text(counts);
        session.script(
                "set session_replication_role = replica; " + removal + "; set session_replication_role = origin");
        migrated.bring("local-dev", Given.SEED_KEYS);

        assertThat(session.text(counts)).isEqualTo(before);
    }

    @Test
    void a_tenant_that_somebody_made_by_hand_is_found_by_its_natural_key() throws SQLException, IOException {
        Session session = migrated.session();
        String organization = Given.organization(session, "acme");
        session.run(
                "insert into inference.model_registry_entries (model_name, revision) values ('sample-chat', '2026-01')");
        migrated.bring("local-dev", Given.SEED_KEYS);

        for (String table : List.of("users", "api_keys", "usage_events")) {
            assertThat(session.lines("select distinct organization_id from inference." + table))
                    .containsExactly(organization);
        }
        assertThat(session.number("select count(*) from inference.usage_events"))
                .isEqualTo(288);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ci", "staging"})
    void addresses_and_secrets_come_from_the_environment_and_are_written_nowhere(String seedPackage)
            throws SQLException, IOException {
        Session session = migrated.session();
        migrated.bring(seedPackage, keys("k1", "s1"));
        String slug = seedPackage.equals("ci") ? "ci-one" : "staging-starter";

        assertThat(session.number(
                        "select count(*) from inference.api_keys where hashed_secret = sha256('s1 " + slug + "')"))
                .isEqualTo(1);
        assertThat(session.text("select encode(email_hash, 'hex') from inference.users u join"
                        + " inference.organizations o on o.id = u.organization_id where o.slug = '" + slug + "'"))
                .as("HMAC-SHA256 with the key k1")
                .isEqualTo(
                        seedPackage.equals("ci")
                                ? "69b677566eedec86cf9dc780f2b530329f8bb1162aa6822f5c88aada69b4218a"
                                : "5857e37cb3f9356356d83ffa8e12d312c5345f4de2236763eadb1f2650b7de68");
    }

    @ParameterizedTest
    @ValueSource(strings = {"local-dev", "ci", "staging"})
    void a_package_brings_the_same_rows_into_every_database(String seedPackage) throws SQLException, IOException {
        Session session = migrated.session();
        String rows = "select id::text || slug from inference.organizations"
                + " union all select role || encode(email_hash, 'hex') || encode(email_ciphertext, 'hex') from inference.users"
                + " union all select id || encode(hashed_secret, 'hex') from inference.api_keys"
                + " union all select id || model_name from inference.model_registry_entries"
                + " union all select concat(event_id, occurred_at, api_key_id, model_id, status, cost)"
                + " from inference.usage_events order by 1";
        String digest = migrated.bring(seedPackage, Given.SEED_KEYS).digest();
        List<String> first = session.lines(rows);
        session.script("set session_replication_role = replica; delete from inference.organizations;"
                + " delete from inference.users; delete from inference.api_keys; delete from inference.model_registry_entries;"
                + " truncate inference.usage_events, inference.usage_event_keys");

        assertThat(migrated.bring(seedPackage, Given.SEED_KEYS).digest()).isEqualTo(digest);
        assertThat(session.lines(rows)).isEqualTo(first);
    }

    @Test
    @Tag("SEED-02")
    void usage_in_any_number_goes_through_all_rules() throws SQLException {
        Session session = migrated.session();
        migrated.bring(
                "usage", Map.of(), Map.of("usage_events", "20000", "usage_organizations", "40", "usage_keys", "90"));

        assertThat(session.text("select count(*) || ' ' || count(distinct event_id) from inference.usage_events"))
                .isEqualTo("20000 20000");
        assertThat(session.text(
                        "select count(*) from inference.usage_events e join inference.api_keys k on k.id = e.api_key_id"
                                + " and k.organization_id = e.organization_id"))
                .isEqualTo("20000");
        assertThat(session.text("select max(n) > 10 * min(n) from (select count(*) n from inference.usage_events"
                        + " group by organization_id) x"))
                .isEqualTo("t");
        assertThat(
                        session.text(
                                "select count(*) from inference.usage_events where"
                                        + " cost = (prompt_tokens + completion_tokens) * 0.0005 and (status = 'error') = (error_code is not null)"))
                .isEqualTo("20000");
    }

    @Test
    void the_gateway_admits_the_person_and_the_key_of_development() throws SQLException, IOException {
        Session session = migrated.session();
        migrated.bring("local-dev", Given.SEED_KEYS);
        session.run("set role inference_gateway");

        for (String[] query : new String[][] {
            {"key_by_hash", "sha256('local-dev-secret')"},
            {"user_by_email_hash", "'\\x8499372fe2c3714807943214e66c6e1a383fc6c1df17ce8963bc0245a932e7c2'"}
        }) {
            assertThat(session.lines(Files.readString(
                                    Reference.folder("inference-platform").resolve("queries/" + query[0] + ".sql"))
                            .replace("$1", query[1])))
                    .as(query[0])
                    .hasSize(1);
        }
    }

    @Test
    void somebody_can_log_in_and_call_and_is_metered() throws SQLException, IOException {
        Session session = migrated.session();
        migrated.bring("local-dev", Given.SEED_KEYS);

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

    @ParameterizedTest
    @ValueSource(strings = {"local-dev", "ci", "staging"})
    void calls_of_a_day_that_was_retired_are_not_made_again(String seedPackage) throws SQLException, IOException {
        Session session = migrated.session();
        migrated.bring(seedPackage, Given.SEED_KEYS);
        session.run("insert into inference.retired_partitions values"
                + " ('usage_events_20260115', '2026-01-15Z', '2026-01-16Z')");
        session.run("drop table inference.usage_events_20260115");
        migrated.bring(seedPackage, Given.SEED_KEYS);

        assertThat(session.number("select count(*) from inference.usage_events"))
                .isZero();
    }
}
